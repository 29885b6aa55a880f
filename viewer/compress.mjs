// Puts compressed copies beside the files of the built viewer, from where build.rs takes all: once and
// at the highest levels, which no server could afford for each request. Gzip is what browsers take
// over plain HTTP, Brotli what they take over HTTPS.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const dist = new URL("dist/", import.meta.url);
const assets = readdirSync(new URL("assets/", dist)).map((name) => `assets/${name}`);

for (const name of ["index.html", "aide.html", ...assets]) {
  const file = readFileSync(new URL(name, dist));
  const copies = { gz: gzipSync(file, { level: 9 }), br: brotliCompressSync(file) };
  for (const [extension, copy] of Object.entries(copies)) {
    // Fonts are compressed as they are; small files gain nothing that anyone would notice.
    if (copy.length < file.length * 0.9) writeFileSync(new URL(`${name}.${extension}`, dist), copy);
  }
}
