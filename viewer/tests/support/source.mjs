// The viewer's pure modules as Node can run them.

import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

/** The exports of `src/{name}.ts`. */
export async function source(name) {
  const path = fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
  const { module } = await runnerImport(path, { configFile: false, logLevel: "error" });
  return module;
}
