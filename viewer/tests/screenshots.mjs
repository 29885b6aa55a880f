// Makes docs/images/viewer-desktop.webp, and in target/images the made-up commune at several zooms and the viewer on a
// telephone. `make screenshots` runs it; look at what it made.

import { idle, launch, open } from "./support/browser.mjs";
import { save, seen, shown } from "./support/images.mjs";
import { demo } from "./support/server.mjs";

const MAP = { viewport: { width: 1200, height: 800 }, locale: "fr-FR" };
const DESKTOP = { viewport: { width: 1440, height: 900 }, locale: "fr-FR" };
const PHONE = { ...DESKTOP, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** A name, how it is seen, the style, zoom/latitude/longitude, and whether the chrome is hidden. */
const PICTURES = [
  ["demo-z9", { ...MAP, viewport: { width: 600, height: 400 } }, "plan", "9/43.2814/2.8892", "bare"],
  ["demo-z12", MAP, "plan", "12/43.2814/2.8892", "bare"],
  ["demo-z14", MAP, "plan", "14/43.2814/2.8892", "bare"],
  ["demo-z16", MAP, "plan", "16/43.2814/2.8892", "bare"],
  ["demo-z18", MAP, "plan", "18/43.2814/2.8892", "bare"],
  ["demo-z20", MAP, "plan", "20/43.2814/2.8892", "bare"],
  ["viewer-desktop", DESKTOP, "plan", "15.2/43.2834/2.8892"],
  ["viewer-phone", PHONE, "plan", "15.5/43.2814/2.8892"],
];

/** Those that documents show. */
const SHOWN = ["viewer-desktop"];

const [server, browser] = await Promise.all([demo(), launch()]);
for (const [name, setting, style, place, bare] of PICTURES) {
  const page = await open(browser, `${server.address}/?style=${style}#map=${place}`, setting);
  await idle(page);
  if (bare) await page.locator("#panel, #controls, #readout").evaluateAll((parts) => parts.forEach((part) => part.remove()));
  const file = SHOWN.includes(name) ? shown(name) : seen(name);
  await save(browser, file, await page.screenshot());
  console.log(name);
  await page.context().close();
}
await browser.close();
await server.stop();
