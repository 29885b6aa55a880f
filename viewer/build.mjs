// Builds dist/: the pages and what widgets load later, all with a hash of their content in their names; then
// widget.js, whose name stays and which knows theirs. Two builds, because widget.js is a classic script, which
// can import nothing and share nothing with modules.

import { build } from "vite";

const { output } = await build({ logLevel: "warn" });
const map = output.find(({ type, isEntry, name }) => type === "chunk" && isEntry && name === "widget-map");

await build({
  configFile: false,
  logLevel: "warn",
  define: { MAP_MODULES: JSON.stringify([map.fileName, ...map.imports]) },
  build: {
    emptyOutDir: false,
    lib: { entry: "src/widget/widget.ts", formats: ["iife"], name: "tuilerie", fileName: () => "widget.js" },
  },
});
