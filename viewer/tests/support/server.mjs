// The real binary, started on a free port, as a user would. `TUILERIE` names another than the one
// that `cargo test` builds.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = new URL("../../../target/debug/tuilerie", import.meta.url);
const binary = process.env.TUILERIE ?? fileURLToPath(built);

/** Starts `tuilerie` with some arguments; its address, when it listens, and a way to stop it. */
export async function start(args, port = 0) {
  const listen = ["--listen", `127.0.0.1:${port}`];
  const child = spawn(binary, [...args, ...listen], { stdio: ["ignore", "ignore", "pipe"] });
  // A test that fails leaves its server behind.
  process.on("exit", () => child.kill("SIGKILL"));
  const log = [];
  for await (const line of createInterface({ input: child.stderr })) {
    log.push(line);
    const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
    if (!address) continue;
    child.stderr.resume();
    const stop = async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { address, stop };
  }
  throw new Error(`the server ended at once:\n${log.join("\n")}`);
}

/** The made-up commune, wholly read. */
export async function demo() {
  const server = await start(["demo"]);
  await ready(server);
  return server;
}

/** A server by a configuration, wholly read. */
export async function configured(file) {
  const server = await start(["serve", "--config", file]);
  await ready(server);
  return server;
}

/** A server of one GeoJSON file named `lieux`. */
export async function serve(features) {
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-viewer-")), "lieux.geojson");
  writeFileSync(file, JSON.stringify({ type: "FeatureCollection", features }));
  const server = await start(["serve", file]);
  await ready(server);
  return server;
}

async function ready({ address }) {
  while ((await fetch(`${address}/health/ready`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
