// An edit in the source is on the map without anyone touching it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close, FRENCH_DESKTOP, idle, launch, open } from "./support/browser.mjs";
import { start } from "./support/server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

function write(file, name) {
  const ring = [[2, 43], [3, 43], [3, 44], [2, 44], [2, 43]];
  const feature = {
    type: "Feature", id: 1, properties: { nom: name }, geometry: { type: "Polygon", coordinates: [ring] },
  };
  writeFileSync(file, JSON.stringify({ type: "FeatureCollection", features: [feature] }));
}

test("an edit is on the map without a touch, and the old map stays until it is drawn", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-")), "zones.geojson");
  write(file, "avant");
  const server = await start(["serve", file]);
  const page = await open(browser, `${server.address}/#map=10/43.5/2.5`, FRENCH_DESKTOP);
  await idle(page);
  const name = async () => {
    await page.mouse.click(640, 400);
    return page.locator("#details .name").innerText();
  };
  assert.equal(await name(), "avant");
  const tile = page.waitForResponse((answer) => /\.mvt$/.test(answer.url()) && answer.ok());
  write(file, "après la correction");
  await tile;
  await idle(page);
  assert.equal(await name(), "après la correction");
  await close(page);
  await server.stop();
});
