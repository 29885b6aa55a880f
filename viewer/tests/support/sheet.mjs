// Views of a map without the page's chrome, and sheets of several beside each other with a caption
// each. For looking, not for comparing.

import { idle, open } from "./browser.mjs";
import { save } from "./images.mjs";

const GAP = 4;

/** What the map shows of a style at zoom/latitude/longitude, as a PNG. */
export async function view(browser, server, style, place, setting) {
  const page = await open(browser, `${server.address}/?style=${style}#map=${place}`, { locale: "fr-FR", ...setting });
  await idle(page);
  await page.locator("#panel, #controls, #readout").evaluateAll((parts) => parts.forEach((part) => part.remove()));
  const picture = await page.screenshot();
  await page.context().close();
  return picture;
}

/** Writes views, `[caption, PNG]` each of one size, in so many columns, into a PNG or WebP. */
export async function sheet(browser, views, { width, height }, columns, file) {
  const rows = Math.ceil(views.length / columns);
  const whole = (count, side) => count * (side + GAP) - GAP;
  const page = await browser.newPage({ viewport: { width: whole(columns, width), height: whole(rows, height) } });
  const figures = views.map(([caption, picture]) =>
    `<figure><img src="data:image/png;base64,${picture.toString("base64")}"><figcaption>${caption}</figcaption></figure>`);
  await page.setContent(`<style>
    body { margin: 0; display: grid; gap: ${GAP}px; grid-template-columns: repeat(${columns}, ${width}px) }
    figure { margin: 0; position: relative } img { display: block }
    figcaption { position: absolute; left: 8px; top: 6px; font: 600 13px sans-serif; padding: 1px 6px;
      background: #fffc; border-radius: 3px }</style>${figures.join("")}`);
  await save(browser, file, await page.screenshot());
  await page.close();
}
