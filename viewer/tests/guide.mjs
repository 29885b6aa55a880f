// Makes the pictures of the guide (viewer/aide), the viewer as the guide tells of it, on the made-up commune; the
// printed sheet of docs/images; and in target/images one of the guide itself. `make screenshots` runs it; look at what
// it made. As WebP: the guide is part of the binary.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { idle, launch, open } from "./support/browser.mjs";
import { save, seen, shown } from "./support/images.mjs";
import { demo } from "./support/server.mjs";

const DESKTOP = { viewport: { width: 1200, height: 750 }, locale: "fr-FR" };
const PHONE = { viewport: { width: 390, height: 700 }, locale: "fr-FR", isMobile: true, hasTouch: true };
const TOWN = "/?style=plan#map=16.2/43.2815/2.8894";

const folder = new URL("../aide/", import.meta.url);
const [server, browser] = await Promise.all([demo(), launch()]);

/** As wide as pictures are in the guide, and a third more for fine screens. */
const WIDEST = 1000;

async function write(name, png) {
  const bytes = await save(browser, fileURLToPath(new URL(`${name}.webp`, folder)), png, { widest: WIDEST, quality: 0.75 });
  console.log(`${name}.webp: ${Math.round(bytes / 1024)} kB`);
}

async function shot(name, setting, place, prepare, clip) {
  const page = await open(browser, `${server.address}${place}`, setting);
  await idle(page);
  await prepare?.(page);
  await idle(page);
  await write(name, await page.screenshot(clip && { clip }));
  await page.context().close();
}

await shot("ouvrir", DESKTOP, TOWN);
await shot("telephone", PHONE, TOWN);
await shot("lire", DESKTOP, "/?style=plan#map=17.6/43.28026/2.88797", async (page) => {
  await page.mouse.click(575, 378);
  await page.locator("#details .found").waitFor();
});
await shot("partager", DESKTOP, TOWN, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copier le lien" }).click();
  await page.locator("#notice span").waitFor();
}, { x: 0, y: 0, width: 820, height: 750 });
await shot("imprimer", DESKTOP, TOWN, async (page) => {
  await page.locator("#controls button.print").click();
  await page.locator("#print h2").waitFor();
  await page.locator("#print input[name=title]").fill("Place de la mairie");
});

await shot("integrer", DESKTOP, TOWN, async (page) => {
  await page.getByRole("button", { name: "Intégrer cette carte" }).click();
  await page.locator(".builder[open]").waitFor();
  await page.frameLocator(".builder iframe").locator('tuilerie-map .frame[aria-busy="false"] .map').waitFor();
  // As the guide has it, and the same whenever the picture is made.
  await page.locator(".builder textarea").evaluate((code, origin) => {
    code.value = code.value.replaceAll(origin, "https://cartes.example.org");
  }, server.address);
});

// The guide itself.
const guide = await open(browser, `${server.address}/aide`, { viewport: { width: 1200, height: 1400 }, locale: "fr-FR" });
await guide.locator("#integrer h2").evaluate((title) => title.scrollIntoView());
await guide.locator("#integrer img").evaluate((image) => image.decode());
await save(browser, seen("guide"), await guide.screenshot());
await guide.context().close();

/** A printed sheet as a PNG so many pixels wide (poppler). */
async function sheet(query, width) {
  const pdf = await fetch(`${server.address}/styles/plan/print.pdf?${query}`);
  if (!pdf.ok) throw new Error(await pdf.text());
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-sheet-")), "sheet");
  writeFileSync(`${file}.pdf`, Buffer.from(await pdf.arrayBuffer()));
  execFileSync("pdftoppm", ["-png", "-singlefile", "-r", "150", "-scale-to-x", width, "-scale-to-y", "-1", `${file}.pdf`, file].map(String));
  return readFileSync(`${file}.png`);
}

const A3 = "center=2.8894,43.2815&scale=2000&paper=a3&title=Centre-ville";
await save(browser, shown("print-a3"), await sheet(A3, 1600));
const A4 = "center=2.8894,43.2815&scale=2000&title=Place+de+la+mairie";
await write("feuille", await sheet(A4, WIDEST));
await browser.close();
await server.stop();
