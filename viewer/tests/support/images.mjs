// Where pictures go that scripts make for people to look at: those that documents show into docs/images as WebP,
// small enough for a repository; all others into target/images, which is never committed.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);

/** A file for a picture that a document shows. */
export const shown = (name) => fileURLToPath(new URL(`docs/images/${name}.webp`, ROOT));

/** A file for a picture that is only looked at. */
export const seen = (name) => fileURLToPath(new URL(`target/images/${name}.png`, ROOT));

/** Writes a PNG as it is, or as WebP where the file is called so. */
export async function save(browser, file, png, options) {
  mkdirSync(dirname(file), { recursive: true });
  const bytes = extname(file) === ".webp" ? await webp(browser, png, options) : png;
  writeFileSync(file, bytes);
  return bytes.length;
}

/** A PNG as WebP, no wider than `widest`, made in a page, since Chromium can. */
async function webp(browser, png, { widest = Infinity, quality = 0.75 } = {}) {
  const page = await browser.newPage();
  const data = await page.evaluate(async ({ base64, widest, quality }) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const shrunk = Math.min(1, (widest ?? Infinity) / image.naturalWidth);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * shrunk, image.naturalHeight * shrunk].map(Math.round);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", quality);
  }, { base64: png.toString("base64"), widest: Number.isFinite(widest) ? widest : null, quality });
  await page.close();
  return Buffer.from(data.slice(data.indexOf(",") + 1), "base64");
}
