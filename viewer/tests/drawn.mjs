// Makes target/images/drawn-*.png: what styles.mjs makes by the browser, as the server draws it itself: each
// shipped style at three zooms, by day above and by night below. `make drawn` runs it; arguments
// name some of the styles. Look at what it made, beside the browser's style-*.png.

import { readFileSync } from "node:fs";
import { launch } from "./support/browser.mjs";
import { seen } from "./support/images.mjs";
import { demo } from "./support/server.mjs";
import { sheet } from "./support/sheet.mjs";

const SIZE = { width: 480, height: 360 };

/** Each style's three views: zoom/latitude/longitude. */
const STYLES = JSON.parse(readFileSync(new URL("styles.json", import.meta.url)));

const wanted = process.argv.slice(2);
const [server, browser] = await Promise.all([demo(), launch()]);
for (const [style, places] of Object.entries(STYLES)) {
  if (wanted.length && !wanted.includes(style)) continue;
  const views = [];
  for (const id of [style, `${style}-sombre`]) {
    for (const place of places) {
      const [zoom, latitude, longitude] = place.split("/");
      const map = `static/${longitude},${latitude},${zoom}/${SIZE.width}x${SIZE.height}.png`;
      const answer = await fetch(`${server.address}/styles/${id}/${map}`);
      if (!answer.ok) throw new Error(`${id} ${map}: ${answer.status}`);
      views.push([`z${zoom}`, Buffer.from(await answer.arrayBuffer())]);
    }
  }
  await sheet(browser, views, SIZE, places.length, seen(`drawn-${style}`));
  console.log(style);
}
await browser.close();
await server.stop();
