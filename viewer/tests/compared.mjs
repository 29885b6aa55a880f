// Puts tiles as the server and MapLibre Native drew them beside those of MapLibre GL JS, at some zooms, into
// one picture: `node tests/compared.mjs SERVER FOLDER FILE`. benches/compare/render.py runs it. Look at what
// it made.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { sheet, view } from "./support/sheet.mjs";

const [address, folder, file] = process.argv.slice(2);
const SIZE = { width: 512, height: 512 };

/** A tile's middle, as the viewer's address has it. */
function place(z, x, y) {
  const count = 2 ** z;
  const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + 0.5) / count))) * 180 / Math.PI;
  return `${z}/${lat}/${(x + 0.5) / count * 360 - 180}`;
}

const browser = await launch();
const names = readdirSync(folder).filter((name) => name.startsWith("ours-") && name.endsWith("@1x.png")).sort();
const zooms = new Set(names.map((name) => Number(/ours-(\d+)-/.exec(name)[1])));
const views = [];
for (const zoom of zooms) {
  // One of the innermost.
  const tiles = names.filter((name) => name.startsWith(`ours-${zoom}-`));
  const name = tiles[Math.floor(tiles.length * 9 / 16)];
  const [x, y] = /-(\d+)-(\d+)@/.exec(name).slice(1).map(Number);
  views.push([`Tuilerie, z${zoom}`, readFileSync(join(folder, name))]);
  views.push(["MapLibre Native", readFileSync(join(folder, name.replace("ours", "native")))]);
  const picture = await view(browser, { address }, "plan", place(zoom, x, y), { viewport: SIZE });
  views.push(["MapLibre GL JS", picture]);
}
await sheet(browser, views, SIZE, 3, file);
await browser.close();
