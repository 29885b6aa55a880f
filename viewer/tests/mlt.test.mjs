// The maps of the made-up commune drawn from MapLibre Tiles: as from Mapbox Vector Tiles.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, FRENCH_DESKTOP, idle, launch, open } from "./support/browser.mjs";
import { difference } from "./support/pictures.mjs";
import { demo } from "./support/server.mjs";

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A map as it looks, what a click in its middle says, and the tiles that it took. */
async function drawn(address, encoding) {
  const tiles = [];
  const page = await open(browser, address, FRENCH_DESKTOP, async (prepared) => {
    // Of the style alone: drawn maps and legends refuse what they do not understand.
    await prepared.route(/\/styles\/[^/?]+$/, (route) => {
      route.continue({ url: `${route.request().url()}?encoding=${encoding}` });
    });
    prepared.on("response", (response) => {
      if (response.url().includes("/tiles/")) tiles.push(response);
    });
  });
  await idle(page);
  const image = await page.locator("#map canvas").screenshot();
  const { width, height } = FRENCH_DESKTOP.viewport;
  await page.mouse.click(width / 2, height / 2);
  await page.locator("#details .found > li").first().waitFor();
  const found = await page.locator("#details .found").innerText();
  await close(page);
  const types = tiles.filter((tile) => tile.status() === 200).map((tile) => tile.headers()["content-type"]);
  return { image, found, types };
}

const MAPS = [["plan", 13], ["plan", 17], ["ocs-couverture", 14], ["pcrs", 19], ["cadastre", 17], ["couches", 16]];
for (const [style, zoom] of MAPS) {
  test(`${style} at zoom ${zoom} is drawn from MLT as from MVT, and a click says the same`, async (t) => {
    const address = `${server.address}/?style=${style}#map=${zoom}/43.2815/2.8894`;
    const mvt = await drawn(address, "mvt");
    const mlt = await drawn(address, "mlt");
    assert.deepEqual([...new Set(mvt.types)], ["application/vnd.mapbox-vector-tile"]);
    assert.deepEqual([...new Set(mlt.types)], ["application/vnd.maplibre-tile"]);
    assert.equal(mlt.types.length, mvt.types.length);
    assert.equal(mlt.found, mvt.found);
    const share = await difference(browser, mvt.image, mlt.image);
    t.diagnostic(`${(share * 100).toFixed(3)} % of the pixels differ`);
    // Between two runs of one format too: which of two texts is placed follows the order in which tiles
    // arrive.
    assert.ok(share < 0.005, `${share} of the pixels differ`);
  });
}
