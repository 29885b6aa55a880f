// The pages of docs/examples, each in a browser as from a clone: they draw, and nothing goes wrong on them.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { close, FRENCH_DESKTOP, launch, open, until } from "./support/browser.mjs";
import { demo } from "./support/server.mjs";

const root = fileURLToPath(new URL("../../docs/examples/", import.meta.url));
/** What the pages without a script of their own say. */
const WRITTEN = "http://127.0.0.1:3000";
let server, browser, site;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
  site = await createServer({ root, configFile: false, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
  await site.listen();
});
after(async () => {
  await browser?.close();
  await site?.close();
  await server?.stop();
});

/** Whether what is seen is a map: many colours, and not one of them all over. */
async function looksLikeAMap(page, element) {
  const picture = await element.screenshot();
  const colours = await page.evaluate(async (bytes) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, [...picture]);
  return colours > 500;
}

const pages = readdirSync(root).filter((name) => name.endsWith(".html") && name !== "index.html");
for (const name of pages) {
  test(`${name} shows a map`, async () => {
    const address = `${site.resolvedUrls.local[0]}${name}?server=${server.address}`;
    const page = await open(browser, address, FRENCH_DESKTOP, (prepared) =>
      prepared.route(`${WRITTEN}/**`, async (route) => {
        const response = await route.fetch({ url: route.request().url().replace(WRITTEN, server.address) });
        await route.fulfill({ response });
      }),
    );
    const map = page.locator("#map, tuilerie-map, img").first();
    if (name === "widget.html") await map.locator('.frame[aria-busy="false"] .map').waitFor();
    else if (name === "image.html") await until(page, () => map.evaluate((image) => image.complete && image.naturalWidth > 0), "the image is there");
    else await page.locator("body[data-drawn]").waitFor();
    await until(page, () => looksLikeAMap(page, map), "it looks like a map");
    // What they ask of the map's server is what they are for.
    page.problems = page.problems.filter((problem) => !problem.startsWith("asked elsewhere: http://127.0.0.1:"));
    await close(page);
  });
}

test("the list of the examples names them all", async () => {
  const page = await open(browser, site.resolvedUrls.local[0], FRENCH_DESKTOP);
  const named = await page.locator("li a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.deepEqual(named.sort(), pages.sort());
  await close(page);
});
