// Holds the shipped styles against the style specification, with MapLibre's own validator. The
// server fills in what they leave out: sources, glyphs and the sprite.

import { readFileSync, readdirSync } from "node:fs";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

const styles = new URL("../styles/", import.meta.url);
let mistakes = 0;
for (const file of readdirSync(styles).filter((name) => name.endsWith(".json"))) {
  const style = {
    ...JSON.parse(readFileSync(new URL(file, styles), "utf8")),
    sources: { tuilerie: { type: "vector", tiles: ["https://example.org/{z}/{x}/{y}"] } },
    glyphs: "https://example.org/{fontstack}/{range}.pbf",
    sprite: "https://example.org/sprite",
  };
  for (const { message, line } of validateStyleMin(style)) {
    console.error(`styles/${file}: ${message}${line ? ` (line ${line})` : ""}`);
    mistakes += 1;
  }
}
process.exitCode = mistakes === 0 ? 0 : 1;
