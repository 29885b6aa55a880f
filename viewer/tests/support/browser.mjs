// Debian's Chromium at the viewer, as people have it: two languages, a desktop and a telephone. Every
// page notes what must never happen: errors in its console, requests to others, breaches of its
// content security policy.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  // Without a graphics card: WebGL in software, and the page itself drawn on the processor, as the
  // browser would do by itself were its list of bad drivers not ignored.
  "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
  "--disable-gpu-compositing",
];

/** A bound on hanging, not a speed. */
export const PATIENCE_MS = 30_000;

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = {
  viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true,
};

export const FRENCH_DESKTOP = { name: "French, desktop", lang: "fr", ...DESKTOP, locale: "fr-FR" };
export const ENGLISH_PHONE = { name: "English, phone", lang: "en", ...PHONE, locale: "en-GB" };
export const FRENCH_PHONE = { name: "French, phone", lang: "fr", ...PHONE, locale: "fr-FR" };
export const ENGLISH_DESKTOP = { name: "English, desktop", lang: "en", ...DESKTOP, locale: "en-GB" };

export function launch(...flags) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/** Opens a page of a server; `prepare` may set it up before it loads anything. */
export async function open(browser, address, { lang: _, name: __, ...setting }, prepare) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...setting });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") page.problems.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(address).origin) {
      page.problems.push(`asked elsewhere: ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await prepare?.(page);
  await page.goto(address);
  return page;
}

/** Waits until the map is complete and at rest. */
export async function idle(page) {
  await page.locator('#map[aria-busy="false"]').waitFor();
}

/** Closes a page on which nothing may have gone wrong. */
export async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

/** What the address says, by name; `map` as three numbers. */
export function said(page) {
  const url = new URL(page.url());
  const map = url.hash.replace("#map=", "").split("/").map(Number);
  return { ...Object.fromEntries(url.searchParams), map };
}

/** Waits until something holds of the address or the page. */
export async function until(page, holds, what) {
  const started = Date.now();
  while (!(await holds())) {
    if (Date.now() - started > PATIENCE_MS) assert.fail(`never: ${what}; at ${page.url()}`);
    await page.waitForTimeout(50);
  }
}
