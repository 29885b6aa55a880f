// Makes target/images/style-*.png: each shipped style of the made-up commune at three zooms, by day
// above and by night below. `make screenshots` runs it; arguments name some of the styles. Look at
// what it made.

import { readFileSync } from "node:fs";
import { launch } from "./support/browser.mjs";
import { seen } from "./support/images.mjs";
import { demo } from "./support/server.mjs";
import { sheet, view } from "./support/sheet.mjs";

const SIZE = { width: 480, height: 360 };

/** Each style's three views: zoom/latitude/longitude. */
const STYLES = JSON.parse(readFileSync(new URL("styles.json", import.meta.url)));

const wanted = process.argv.slice(2);
const [server, browser] = await Promise.all([demo(), launch()]);
for (const [style, places] of Object.entries(STYLES)) {
  if (wanted.length && !wanted.includes(style)) continue;
  const views = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const place of places) {
      const picture = await view(browser, server, style, place, { viewport: SIZE, colorScheme });
      views.push([`z${place.split("/")[0]}`, picture]);
    }
  }
  await sheet(browser, views, SIZE, places.length, seen(`style-${style}`));
  console.log(style);
}
await browser.close();
await server.stop();
