// Makes docs/images/style-*.png: each shipped style of the made-up commune at three zooms, by day
// above and by night below. `make screenshots` runs it; arguments name some of the styles. Look at
// what it made.

import { fileURLToPath } from "node:url";
import { launch } from "./support/browser.mjs";
import { demo } from "./support/server.mjs";
import { sheet, view } from "./support/sheet.mjs";

const SIZE = { width: 480, height: 360 };
const HOUSES = "43.2814/2.8892";
const EDGE = "43.2855/2.8835";
const CROSSING = "43.2811/2.8894";
const BUILT_LATELY = "43.2777/2.9098";

/** Each style's three views. */
const STYLES = {
  "plan": [`12/${HOUSES}`, `15/${HOUSES}`, `18/${HOUSES}`],
  "pcrs": [`16/${HOUSES}`, `18/${HOUSES}`, `20/${CROSSING}`],
  "ocs-couverture": [`11/${HOUSES}`, `14/${HOUSES}`, `17/${EDGE}`],
  "ocs-usage": [`11/${HOUSES}`, `14/${HOUSES}`, `17/${EDGE}`],
  "ocs-artificialisation": [`11/${HOUSES}`, `14/${HOUSES}`, `17/${EDGE}`],
  "ocs-evolution": [`11/${HOUSES}`, `14/${BUILT_LATELY}`, `16/${BUILT_LATELY}`],
  "adresses": [`12/${HOUSES}`, `15/${HOUSES}`, `18/${HOUSES}`],
  "cadastre": [`14/${HOUSES}`, `16/${HOUSES}`, `19/${HOUSES}`],
};

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
  const file = fileURLToPath(new URL(`../../docs/images/style-${style}.png`, import.meta.url));
  await sheet(browser, views, SIZE, places.length, file);
  console.log(style);
}
await browser.close();
await server.stop();
