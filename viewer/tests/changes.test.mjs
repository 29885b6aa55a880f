// An edit in the source is on the map without anyone touching it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close, FRENCH_DESKTOP, idle, launch, open, until } from "./support/browser.mjs";
import { demo, start } from "./support/server.mjs";

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

test("tiles are asked for again where one of their layers changed, and not for another's sake", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-")), "zones.geojson");
  write(file, "une zone");
  const server = await start(["serve", file]);
  let layer = "ailleurs";
  let heard = 0;
  const page = await open(browser, `${server.address}/#map=10/43.5/2.5`, FRENCH_DESKTOP, (prepared) =>
    prepared.route("**/changes", (route) => {
      heard += 1;
      const body = `retry: 100\nevent: change\ndata: ${JSON.stringify({ layer })}\n\n`;
      return route.fulfill({ contentType: "text/event-stream", body });
    }));
  await idle(page);
  let asked = 0;
  page.on("request", (request) => {
    if (/\.mvt$/.test(request.url())) asked += 1;
  });
  const before = heard;
  // Each is a connection that ended: what came by those before was taken up.
  await until(page, () => heard > before + 5, "further connections");
  assert.equal(asked, 0);
  layer = "zones";
  await until(page, () => asked > 0, "a tile that is asked for again");
  await close(page);
  await server.stop();
});

test("a stream of changes that answers with an error is asked for less and less, and taken up again", async () => {
  const server = await demo();
  let isBroken = true;
  let asked = 0;
  const page = await open(browser, `${server.address}/?style=plan`, FRENCH_DESKTOP, (prepared) =>
    prepared.route("**/changes", (route) => {
      asked += 1;
      if (isBroken) return route.fulfill({ status: 502 });
      return route.fulfill({ contentType: "text/event-stream", body: "retry: 60000\n\n" });
    }));
  await idle(page);
  await until(page, () => asked > 0, "a stream that is asked for");
  await page.clock.install();
  const before = asked;
  for (let second = 0; second < 120; second += 1) await page.clock.runFor(1_000);
  await until(page, () => asked > before, "another try");
  assert.ok(asked < before + 12, `asked for ${asked} times in two minutes`);
  isBroken = false;
  // What was missed is not known.
  const tile = page.waitForRequest((request) => /\.mvt$/.test(request.url()));
  for (let minute = 0; minute < 3; minute += 1) {
    await page.clock.runFor(61_000);
    await page.waitForTimeout(200);
  }
  await tile;
  page.problems = page.problems.filter((problem) => !/502/.test(problem));
  await close(page);
  await server.stop();
});
