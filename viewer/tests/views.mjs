// Draws a style of a running server, as MapLibre GL JS does, at some places: what `make test-qgis`
// holds QGIS's pictures against. Arguments: the server, a folder, width, height, and for each
// picture its style and place (`plan@14/43.28/2.88`); writes `plan@14.png` there.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { view } from "./support/sheet.mjs";

const [address, folder, width, height, ...wanted] = process.argv.slice(2);
const viewport = { width: Number(width), height: Number(height) };
const browser = await launch();
for (const one of wanted) {
  const [style, place] = one.split("@");
  const day = style.replace(/-sombre$/, "");
  const colorScheme = day === style ? "light" : "dark";
  const picture = await view(browser, { address }, day, place, { viewport, colorScheme });
  writeFileSync(join(folder, `${style}@${place.split("/")[0]}.png`), picture);
}
await browser.close();
