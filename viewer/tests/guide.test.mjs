// The guide for members: whole without a script, for everybody's eyes, on any screen and on paper; what it
// says of this server is so.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { close, FRENCH_DESKTOP, FRENCH_PHONE, idle, launch, open } from "./support/browser.mjs";
import { demo } from "./support/server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server, browser;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const setting of [FRENCH_DESKTOP, FRENCH_PHONE]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the guide is for everybody (${setting.name}, ${colorScheme})`, async () => {
      const page = await open(browser, `${server.address}/aide`, { ...setting, colorScheme },
        (prepared) => prepared.addInitScript(axe));
      await page.locator("#cartes tr").nth(2).waitFor();
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html])), []);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(beyond <= 0, `${beyond} pixels beyond the screen's edge`);
      await close(page);
    });
  }
}

test("all its pictures are there, its links lead somewhere, its addresses are this server's", async () => {
  const page = await open(browser, `${server.address}/aide`, FRENCH_DESKTOP);
  await page.locator("#cartes tr").nth(2).waitFor();
  const pictures = await page.locator("img").evaluateAll((images) =>
    Promise.all(images.map(async (image) => {
      image.loading = "eager";
      await image.decode();
      return [image.naturalWidth / image.naturalHeight, image.width / image.height, image.alt, image.src];
    })));
  for (const [own, shown, alt, src] of pictures) {
    assert.ok(Math.abs(own / shown - 1) < 0.02, `${src} is out of shape`);
    assert.ok(alt || src.includes("icon"), `${src} says nothing`);
  }
  const links = await page.locator("a").evaluateAll((all) => all.map((link) => link.href));
  for (const link of new Set(links)) {
    const [address, part] = link.split("#");
    assert.equal((await fetch(address)).status, 200, link);
    if (part) assert.equal(await page.locator(`[id="${part}"]`).count(), 1, link);
  }
  const addresses = await page.locator("[data-address]:not(a), #cartes code").allInnerTexts();
  assert.ok(addresses.length > 5);
  for (const address of addresses) assert.ok(address.startsWith(server.address), address);
  const { styles } = await (await fetch(`${server.address}/catalog`)).json();
  assert.equal(await page.locator("#cartes tbody tr").count(), Object.keys(styles).length);
  await close(page);
});

test("without scripts it is whole, and it prints on paper", async () => {
  const page = await open(browser, `${server.address}/aide`, { ...FRENCH_DESKTOP, javaScriptEnabled: false });
  assert.ok((await page.locator("h2").count()) >= 8);
  assert.match(await page.locator("#qgis a[download]").getAttribute("href"), /plan\.qlr$/);
  await page.emulateMedia({ media: "print" });
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
  await page.context().close();
});

test("the viewer leads to it", async () => {
  const page = await open(browser, `${server.address}/?style=plan`, FRENCH_DESKTOP);
  await idle(page);
  await page.locator("#guide").click();
  await page.locator("h1", { hasText: "Guide des cartes" }).waitFor();
  await close(page);
});
