// Printing: the card, the frame on the map, the file that the server makes of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  close, ENGLISH_PHONE, FRENCH_DESKTOP, FRENCH_PHONE, idle, launch, open, until,
} from "./support/browser.mjs";
import { demo } from "./support/server.mjs";
import { source } from "./support/source.mjs";

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const TOWN = "/?style=plan#map=16.2/43.2815/2.8894";

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE]) {
  const french = setting.lang === "fr";
  const card = async () => {
    const page = await open(browser, `${server.address}${TOWN}`, setting);
    await idle(page);
    await page.locator("#controls button.print").click();
    await page.locator("#print h2").waitFor();
    return page;
  };
  const choose = (page, name, value) =>
    page.locator(`#print input[name=${name}][value=${value}]`).check();
  const frame = async (page) => page.locator("#sheet").boundingBox();
  const address = async (page) =>
    new URL(await page.locator("#print .primary").getAttribute("href"), server.address);

  describe(setting.name, () => {
    test("the frame on the map is the sheet's, whole, for every paper and scale", async () => {
      const page = await card();
      const { sheets } = await (await fetch(`${server.address}/styles/plan/print`)).json();
      for (const paper of ["a4", "a3"]) {
        for (const orientation of ["portrait", "landscape"]) {
          await choose(page, "paper", paper);
          await choose(page, "orientation", orientation);
          const { map: [wide, high] } = sheets.find((one) =>
            one.paper === paper && one.orientation === orientation && one.legend);
          const { x, y, width, height } = await frame(page);
          assert.ok(Math.abs(width / height - wide / high) < 0.03, `${paper} ${orientation}: ${width} × ${height}`);
          const { width: right, height: bottom } = setting.viewport;
          assert.ok(x >= 0 && y >= 0 && x + width <= right && y + height <= bottom, "seen whole");
          const over = await page.locator("#panel, #print").evaluateAll((cards, frame) =>
            cards.some((one) => {
              const box = one.getBoundingClientRect();
              return box.left < frame.x + frame.width && box.right > frame.x &&
                box.top < frame.y + frame.height && box.bottom > frame.y;
            }), { x, y, width, height });
          assert.ok(!over, `${paper} ${orientation}: no card on it`);
        }
      }
      await page.locator("#print select").selectOption("5000");
      assert.equal((await address(page)).searchParams.get("scale"), "5000");
      const before = await frame(page);
      await page.locator("#print select").selectOption("1000");
      const after = await frame(page);
      assert.ok(Math.abs(after.width - before.width) < 3, "the map has come nearer instead");
      await close(page);
    });

    test("what is printed is what the frame shows, as a PDF that is saved", async () => {
      const page = await card();
      const title = french ? "Travaux de l’été" : "Works in summer";
      await page.locator("#print input[name=title]").fill(title);
      await choose(page, "paper", "a4");
      const said = (await address(page)).searchParams;
      assert.deepEqual(
        ["paper", "lang", "title"].map((name) => said.get(name)), ["a4", setting.lang, title],
      );
      const [lng, lat] = said.get("center").split(",").map(Number);
      assert.ok(Math.abs(lat - 43.2815) < 0.003 && Math.abs(lng - 2.8894) < 0.003, `${lng} ${lat}`);
      const [download] = await Promise.all([
        page.waitForEvent("download"), page.locator("#print .primary").click(),
      ]);
      assert.match(download.suggestedFilename(), /^plan-\d+-a4\.pdf$/);
      assert.equal(readFileSync(await download.path()).subarray(0, 5).toString(), "%PDF-");
      await close(page);
    });

    test("the view is saved as an image as well", async () => {
      const page = await card();
      await choose(page, "kind", "image");
      assert.ok(await page.locator("#sheet").isHidden(), "no paper");
      const [download] = await Promise.all([
        page.waitForEvent("download"), page.locator("#print .primary").click(),
      ]);
      assert.equal(download.suggestedFilename(), "plan.png");
      const png = readFileSync(await download.path());
      const { width, height } = setting.viewport;
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [2 * width, 2 * height]);
      await close(page);
    });

    test("a refusal of the server's is said", async () => {
      const page = await card();
      await page.route("**/print.pdf?*", (route) =>
        route.fulfill({ status: 400, json: { code: "bad_address", message: "too large" } }));
      await page.locator("#print .primary").click();
      await page.locator("#notice", { hasText: "too large" }).waitFor();
      page.problems = page.problems.filter((problem) => !/400/.test(problem));
      await close(page);
    });
  });
}

test("groups that are switched off are not printed", async () => {
  const page = await open(browser, `${server.address}/?style=plan&off=adresses#map=16.2/43.2815/2.8894`, FRENCH_DESKTOP);
  await idle(page);
  await page.locator("#controls button.print").click();
  const link = page.locator("#print .primary");
  await link.waitFor();
  assert.match(await link.getAttribute("href"), /hide=adresses/);
  await close(page);
});

test("all is chosen by keyboard alone, and the card left to where one came from", async () => {
  const page = await open(browser, `${server.address}${TOWN}`, FRENCH_DESKTOP);
  await idle(page);
  await page.locator("#controls button.print").focus();
  await page.keyboard.press("Enter");
  await page.locator("#print h2").waitFor();
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.tagName);
  assert.equal(await focused(), "H2");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "kind");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "title");
  await page.keyboard.type("Plan");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await until(page, async () =>
    /paper=a3.*title=Plan|title=Plan.*paper=a3/.test(await page.locator("#print .primary").getAttribute("href")), "A3");
  await page.keyboard.press("Escape");
  await page.locator("#print").waitFor({ state: "hidden" });
  assert.ok(await page.locator("#sheet").isHidden());
  assert.ok(await page.evaluate(() => document.activeElement.matches("#controls button.print")));
  await close(page);
});

test("at night the map by day is printed: paper is white", async () => {
  const page = await open(browser, `${server.address}${TOWN}`, { ...FRENCH_PHONE, colorScheme: "dark" });
  await idle(page);
  await page.locator("#controls button.print").click();
  const link = page.locator("#print .primary");
  assert.match(await link.getAttribute("href"), /^styles\/plan\/print/);
  await page.locator("#print input[name=kind][value=image]").check();
  assert.match(await link.getAttribute("href"), /^styles\/plan-sombre\/static/);
  await close(page);
});

test("a frame is as large on the ground as the sheet is at its scale", async () => {
  const { frame, nearestScale, metresPerPixel } = await source("sheet");
  // 100 mm at 1:1000 are 100 m; at 43.2815° N and zoom 16 a pixel is 0.8685 m.
  assert.ok(Math.abs(metresPerPixel(16, 43.2815) - 0.868) < 0.003);
  const [width, height] = frame([100, 50], 1000, 16, 43.2815);
  assert.ok(Math.abs(width * metresPerPixel(16, 43.2815) - 100) < 1e-6);
  assert.ok(Math.abs(height * 2 - width) < 1e-6);
  assert.equal(nearestScale([200, 150], [800, 600], 16, 43.2815), 2500);
});
