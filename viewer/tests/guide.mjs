// Makes the pictures of the guide (viewer/aide), the viewer as the guide tells of it, on the made-up commune, and one
// of the guide itself (docs/images). `make screenshots` runs it; look at what it made. As WebP: they are part of the
// binary.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { idle, launch, open } from "./support/browser.mjs";
import { demo } from "./support/server.mjs";

const DESKTOP = { viewport: { width: 1200, height: 750 }, locale: "fr-FR" };
const PHONE = { viewport: { width: 390, height: 700 }, locale: "fr-FR", isMobile: true, hasTouch: true };
const TOWN = "/?style=plan#map=16.2/43.2815/2.8894";

const folder = new URL("../aide/", import.meta.url);
const [server, browser] = await Promise.all([demo(), launch()]);

/** As wide as pictures are in the guide, and a third more for fine screens. */
const WIDEST = 1000;

/** Writes a PNG as WebP, in a page, since Chromium can. */
async function write(name, png) {
  const page = await browser.newPage();
  const data = await page.evaluate(async ({ base64, widest }) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const shrunk = Math.min(1, widest / image.naturalWidth);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * shrunk, image.naturalHeight * shrunk].map(Math.round);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", 0.75);
  }, { base64: png.toString("base64"), widest: WIDEST });
  await page.close();
  const webp = Buffer.from(data.slice(data.indexOf(",") + 1), "base64");
  writeFileSync(fileURLToPath(new URL(`${name}.webp`, folder)), webp);
  console.log(`${name}.webp: ${Math.round(webp.length / 1024)} kB`);
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

// The guide itself, for docs/images.
const guide = await open(browser, `${server.address}/aide`, { viewport: { width: 1200, height: 1400 }, locale: "fr-FR" });
await guide.locator("#integrer h2").evaluate((title) => title.scrollIntoView());
await guide.locator("#integrer img").evaluate((image) => image.decode());
await guide.screenshot({ path: fileURLToPath(new URL("../../docs/images/guide.png", import.meta.url)) });
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
writeFileSync(fileURLToPath(new URL("../../docs/images/print-a3.png", import.meta.url)), await sheet(A3, 1600));
const A4 = "center=2.8894,43.2815&scale=2000&title=Place+de+la+mairie";
await write("feuille", await sheet(A4, WIDEST));
await browser.close();
await server.stop();
