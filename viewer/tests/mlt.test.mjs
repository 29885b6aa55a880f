// The maps of the made-up commune drawn from MapLibre Tiles: as from Mapbox Vector Tiles.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, FRENCH_DESKTOP, idle, launch, open } from "./support/browser.mjs";
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
    await prepared.route(/\/styles\//, (route) => {
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

/** The share of pixels in which two pictures differ visibly. */
async function difference(...pictures) {
  const page = await browser.newPage();
  const share = await page.evaluate(async (sources) => {
    const [one, other] = await Promise.all(sources.map(async (source) => {
      const image = new Image();
      image.src = `data:image/png;base64,${source}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    }));
    let differing = 0;
    for (let at = 0; at < one.length; at += 4) {
      if ([0, 1, 2].some((band) => Math.abs(one[at + band] - other[at + band]) > 8)) differing++;
    }
    return one.length === other.length ? (4 * differing) / one.length : 1;
  }, pictures.map((picture) => picture.toString("base64")));
  await page.close();
  return share;
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
    const share = await difference(mvt.image, mlt.image);
    t.diagnostic(`${(share * 100).toFixed(3)} % of the pixels differ`);
    // Between two runs of one format too: which of two texts is placed follows the order in which tiles
    // arrive.
    assert.ok(share < 0.005, `${share} of the pixels differ`);
  });
}
