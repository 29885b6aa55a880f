// axe-core finds nothing to say, in any state of the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import {
  close, ENGLISH_DESKTOP, FRENCH_DESKTOP, FRENCH_PHONE, ENGLISH_PHONE, idle, launch, open,
} from "./support/browser.mjs";
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

async function check(page, state) {
  // By the developer's tools: the page's own policy allows no script of others.
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
  assert.deepEqual(found, [], state);
}

for (const setting of [FRENCH_DESKTOP, ENGLISH_DESKTOP, FRENCH_PHONE, ENGLISH_PHONE]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing (${setting.name}, ${colorScheme})`, async () => {
      const page = await open(
        browser, `${server.address}/?style=plan`, { ...setting, colorScheme },
        (prepared) => prepared.addInitScript(axe),
      );
      await idle(page);
      await check(page, "as it opens");
      await page.locator("#chooser").click();
      if (await page.locator("#legend").isHidden()) await page.locator("#fold").click();
      await check(page, "list of maps and legend open");
      await page.locator("#chooser").click();
      await page.locator("#share button").first().click();
      await page.locator("#notice span").waitFor();
      await check(page, "a notice");
      if (setting.isMobile) await page.locator("#fold").click();
      await page.mouse.click(setting.viewport.width * 0.6, setting.viewport.height / 2);
      await page.locator("#details .found").waitFor();
      await check(page, "features shown");
      await page.locator("#controls button.print").click();
      await page.locator("#print h2").waitFor();
      await check(page, "printing");
      await close(page);
    });
  }
}
