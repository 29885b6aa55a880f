// The widget, on a member's page of another origin, with a content security policy and styles that would break
// anything else: one promise a test.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { close, ENGLISH_DESKTOP, ENGLISH_PHONE, FRENCH_DESKTOP, FRENCH_PHONE, launch, open, until } from "./support/browser.mjs";
import { foreign, policyFor } from "./support/foreign.mjs";
import { demo, start } from "./support/server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server, browser, territory;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
  const { territories } = await (await fetch(`${server.address}/territories`)).json();
  territory = territories[0];
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const script = (address = server.address) => `<script src="${address}/widget.js"></script>`;

/** Opens a member's page; what it asks of the map's server is no fault. */
async function visit(body, { setting = FRENCH_DESKTOP, policy = policyFor(server.address), head = "", prepare, from = server, lang } = {}) {
  const host = await foreign({ "/": { body, policy, head, lang } });
  const page = await open(browser, host.address, setting, prepare);
  const isOurs = (problem) => problem.startsWith("asked elsewhere: ") && problem.includes(from.address);
  return {
    page,
    leave: async (allowed = () => false) => {
      page.problems = page.problems.filter((problem) => !isOurs(problem) && !allowed(problem));
      await close(page);
      await host.stop();
    },
  };
}

const widget = (page, index = 0) => page.locator("tuilerie-map").nth(index);
const drawn = (page, index = 0) => widget(page, index).locator('.frame[aria-busy="false"] .map').waitFor();
/** The zoom of the first map, which its link to the large one tells. */
async function zoomOf(page) {
  const link = widget(page).locator(".credits a");
  await link.evaluate((element) => {
    element.blur();
    element.focus();
  });
  return Number(/map=([\d.]+)/.exec(await link.getAttribute("href"))[1]);
}
const hostile = '<link rel="stylesheet" href="/hostile.css">';

test("it weighs less than 20 kB, imports nothing, and is asked for again only to hear that it is the same", async () => {
  const answer = await fetch(`${server.address}/widget.js`);
  const text = await answer.text();
  assert.match(answer.headers.get("content-type"), /^text\/javascript/);
  assert.ok(gzipSync(text, { level: 9 }).length < 20_000, `${gzipSync(text).length} bytes`);
  assert.doesNotThrow(() => new Function(text), "a classic script");
  assert.equal(answer.headers.get("cache-control"), "no-cache");
  const again = await fetch(`${server.address}/widget.js`, { headers: { "If-None-Match": answer.headers.get("etag") } });
  assert.equal(again.status, 304);
});

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE]) {
  describe(setting.name, () => {
    test("two maps live on one hostile page, under its policy, and leave no trace on it", async (t) => {
      const started = performance.now();
      const { page, leave } = await visit(
        `<h1>Mairie</h1><tuilerie-map map="plan" territory="${territory.code}" legend="open"></tuilerie-map>
         <tuilerie-map map="ocs-couverture" theme="dark" height="300"></tuilerie-map>${script()}`,
        { setting, head: hostile, lang: setting.lang },
      );
      await drawn(page, 0);
      t.diagnostic(`first map: ${Math.round(performance.now() - started)} ms from the page's start`);
      await widget(page, 1).scrollIntoViewIfNeeded();
      await drawn(page, 1);
      for (const [index, height] of [[0, 420], [1, 300]]) {
        const box = await widget(page, index).boundingBox();
        assert.equal(Math.round(box.height), height);
        assert.ok(box.width > 300, `${box.width} pixels wide`);
        const seen = await widget(page, index).evaluate((host) => {
          const style = (selector) => getComputedStyle(host.shadowRoot.querySelector(selector));
          const credits = style(".credits");
          return [getComputedStyle(host).opacity, credits.direction, credits.textTransform, credits.fontSize,
            style("canvas").display];
        });
        assert.deepEqual(seen, ["1", "ltr", "none", "12px", "block"]);
      }
      const label = await widget(page).locator("canvas").getAttribute("aria-label");
      assert.ok(label.endsWith(territory.name), label);
      assert.match(label, setting.lang === "fr" ? /^Carte/ : /^Map/);
      // Nothing of ours in the page's own tree, nor among its globals.
      const traces = await page.evaluate(() => [
        document.querySelectorAll("style, [class*=maplibre]").length, document.adoptedStyleSheets.length,
        Object.keys(window).filter((name) => /tuilerie|maplibre/i.test(name)).length,
      ]);
      assert.deepEqual(traces, [0, 0, 0]);
      await leave();
    });
  });
}

test("it is worked by keyboard: the map, its buttons, its legend, the way to the large map", async () => {
  const { page, leave } = await visit(
    `<tuilerie-map map="plan"></tuilerie-map>${script()}`, { head: hostile },
  );
  await drawn(page);
  const focused = () => page.evaluate(() => {
    const inner = document.activeElement?.shadowRoot?.activeElement;
    return inner ? [inner.getAttribute("aria-label") ?? inner.textContent, inner.localName] : [];
  });
  const met = [];
  for (let press = 0; press < 8; press++) {
    await page.keyboard.press("Tab");
    const [name, element] = await focused();
    assert.ok(name, `something has the focus after ${met}`);
    met.push(name);
    if (name.startsWith("Carte")) {
      assert.equal(await widget(page).locator(".keys").evaluate((keys) => getComputedStyle(keys).opacity), "1");
    }
    if (name === "Légende" && element === "button") {
      await page.keyboard.press("Enter");
      await widget(page).locator(".entries li").first().waitFor();
    }
  }
  const expected = ["Carte", "Plein écran", "Zoomer", "Dézoomer", "Revenir", "Légende", "Légende", "Ouvrir la carte"];
  assert.deepEqual(met.map((name, index) => name.startsWith(expected[index]) || name), expected.map(() => true));
  await leave();
});

test("the page's wheel scrolls the page; with Ctrl it zooms the map", async () => {
  const { page, leave } = await visit(`<tuilerie-map map="plan"></tuilerie-map><p>${"texte ".repeat(9000)}</p>${script()}`);
  await drawn(page);
  const zoom = () => zoomOf(page);
  const before = await zoom();
  await widget(page).hover();
  await page.mouse.wheel(0, 200);
  await until(page, async () => (await page.evaluate(() => window.scrollY)) > 0, "the page scrolls");
  assert.equal(await zoom(), before);
  await page.evaluate(() => window.scrollTo(0, 0));
  await widget(page).hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await until(page, async () => (await zoom()) > before, "the map zooms");
  await leave();
});

test("a frame that changes its size shows the same map, until somebody has moved it", async () => {
  const { page, leave } = await visit(`<tuilerie-map map="plan"></tuilerie-map>${script()}`);
  await drawn(page);
  const wide = await zoomOf(page);
  await page.setViewportSize({ width: 400, height: 800 });
  await until(page, async () => (await zoomOf(page)) < wide, "all of it fits into the narrow frame");
  const narrow = await zoomOf(page);
  await widget(page).getByRole("button", { name: "Zoomer", exact: true }).click();
  await until(page, async () => (await zoomOf(page)) >= narrow + 1, "zoomed");
  const chosen = await zoomOf(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await drawn(page);
  assert.equal(await zoomOf(page), chosen);
  await widget(page).getByRole("button", { name: "Revenir à la vue de départ" }).click();
  await until(page, async () => (await zoomOf(page)) === wide, "the first view is back");
  await leave();
});

test("the library is loaded when a map nears the screen, not before", async () => {
  const { page, leave } = await visit(
    `<div style="height: 4000px"></div><tuilerie-map map="plan"></tuilerie-map>${script()}`, { policy: "" },
  );
  const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => /assets\//.test(name)).length);
  await page.waitForTimeout(500);
  assert.equal(await loaded(), 0);
  await widget(page).scrollIntoViewIfNeeded();
  await drawn(page);
  assert.ok((await loaded()) > 0);
  await leave();
});

test("attributes may change, and nonsense in them is as if absent", async () => {
  const { page, leave } = await visit(
    `<tuilerie-map map="plan" height="rien" zoom="99" centre="a,b" theme="rose" controls="zoom" legend="?"></tuilerie-map>${script()}`,
  );
  await drawn(page);
  assert.equal(Math.round((await widget(page).boundingBox()).height), 420);
  assert.equal(await widget(page).locator(".controls button").count(), 2);
  await widget(page).evaluate((host) => {
    host.setAttribute("theme", "dark");
    host.setAttribute("language", "en");
    host.setAttribute("legend", "none");
    host.setAttribute("height", "12em");
  });
  await widget(page).locator(".frame.dark[lang=en][aria-busy=false]").waitFor();
  assert.equal(await widget(page).locator(".legend").count(), 0);
  await widget(page).evaluate((host) => host.remove());
  await leave();
});

test("layers are those that it names, in map and legend", async () => {
  const { page, leave } = await visit(
    `<tuilerie-map map="plan" layers="voies" legend="open" centre="2.8892,43.2834" zoom="16"></tuilerie-map>${script()}`,
  );
  await drawn(page);
  await widget(page).locator(".entries li").first().waitFor();
  assert.deepEqual(await widget(page).locator(".entries p").allInnerTexts(), ["Voies"]);
  await leave();
});

test("a territory that nobody knows is said to be, and the map is there", async () => {
  const { page, leave } = await visit(`<tuilerie-map map="plan" territory="00000"></tuilerie-map>${script()}`);
  await drawn(page);
  await widget(page).locator(".notice", { hasText: "n’est pas connu" }).waitFor();
  await leave((problem) => /404/.test(problem));
});

test("without scripts there is a map drawn by the server, with a link", async () => {
  const { page, leave } = await visit(
    `<tuilerie-map map="plan"><noscript><a href="${server.address}/embed?map=plan"><img
      src="${server.address}/styles/plan/static/2.8892,43.2834,14/400x300.png" alt="Plan de la commune" width="400"></a></noscript></tuilerie-map>${script()}`,
    { setting: { ...FRENCH_DESKTOP, javaScriptEnabled: false } },
  );
  const image = page.getByAltText("Plan de la commune");
  await image.waitFor();
  await until(page, async () => (await image.boundingBox()).height > 200, "the image is there");
  await leave();
});

test("without WebGL there is a map drawn by the server, with legend and link", async () => {
  const bare = await launch("--disable-gpu", "--disable-3d-apis");
  const host = await foreign({ "/": { body: `<tuilerie-map map="plan" legend="open"></tuilerie-map>${script()}`, policy: policyFor(server.address) } });
  const page = await open(bare, host.address, FRENCH_DESKTOP);
  await page.locator("tuilerie-map img.drawn").waitFor();
  await page.locator("tuilerie-map .notice").waitFor();
  await until(page, () => page.locator("tuilerie-map img.drawn").evaluate((image) => image.naturalWidth > 300), "the image is there");
  await page.locator("tuilerie-map .entries li").first().waitFor();
  await bare.close();
  await host.stop();
});

test("a policy that forbids the map leaves a link in its place", async () => {
  const { page, leave } = await visit(
    `<tuilerie-map map="plan"></tuilerie-map>${script()}`, { policy: `default-src 'none'; script-src ${server.address}` },
  );
  await widget(page).locator(".message a").waitFor();
  assert.equal(await widget(page).locator(".message a").getAttribute("href"), `${server.address}/embed?map=plan`);
  await leave(() => true);
});

test("edits are on every map that follows them, over one connection", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-")), "zones.geojson");
  const write = (side) => {
    const ring = [[2, 43], [2 + side, 43], [2 + side, 43 + side], [2, 43 + side], [2, 43]];
    const feature = { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
    writeFileSync(file, JSON.stringify({ type: "FeatureCollection", features: [feature] }));
  };
  write(1);
  const edited = await start(["serve", file]);
  while ((await fetch(`${edited.address}/health/ready`)).status !== 200) await new Promise((done) => setTimeout(done, 50));
  const { page, leave } = await visit(
    `<tuilerie-map reload height="200"></tuilerie-map><tuilerie-map reload height="200"></tuilerie-map>${script(edited.address)}`,
    { policy: policyFor(edited.address), from: edited },
  );
  await drawn(page, 0);
  await drawn(page, 1);
  let streams = 0;
  const tiles = page.waitForResponse((answer) => /\.mvt$/.test(answer.url()) && answer.ok());
  page.on("request", (request) => (streams += Number(request.url().endsWith("/changes"))));
  write(2);
  await tiles;
  const listened = await page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/changes")).length);
  assert.ok(listened + streams <= 1, `${listened + streams} connections`);
  await leave();
  await edited.stop();
});

test("/embed is the map alone, in a frame of another site or by itself", async () => {
  const address = `${server.address}/embed?map=plan&territory=${territory.code}&theme=light`;
  const { page, leave } = await visit(
    `<iframe src="${address}" title="Carte" width="800" height="420"></iframe>`, { policy: `default-src 'none'; frame-src ${server.address}` },
  );
  const frame = page.frameLocator("iframe");
  await frame.locator('tuilerie-map .frame[aria-busy="false"] .map').waitFor();
  await leave();
  const alone = await open(browser, address, ENGLISH_DESKTOP);
  await drawn(alone);
  assert.equal(await alone.locator("html").getAttribute("lang"), "en");
  assert.equal(await alone.title(), `Base map – ${territory.name} · Tuilerie`);
  const box = await widget(alone).boundingBox();
  assert.deepEqual([box.width, box.height], [1280, 800]);
  await close(alone);
  const still = await open(browser, address, { ...FRENCH_DESKTOP, javaScriptEnabled: false });
  await until(still, () => still.locator("img").evaluate((image) => image.complete && image.naturalWidth === 1600), "an image");
  await close(still);
});

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE, FRENCH_PHONE]) {
  for (const theme of ["light", "dark"]) {
    test(`axe finds nothing (${setting.name}, ${theme})`, async () => {
      const { page, leave } = await visit(
        `<main><h1>Mairie</h1><tuilerie-map map="plan" territory="${territory.code}" theme="${theme}" legend="open"></tuilerie-map></main>${script()}`,
        { setting, lang: setting.lang, prepare: (prepared) => prepared.addInitScript(axe) },
      );
      await drawn(page);
      const legend = widget(page).locator(".legend > button");
      if ((await legend.getAttribute("aria-expanded")) === "false") await legend.click();
      await widget(page).locator(".entries li").first().waitFor();
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary])), []);
      await leave();
    });
  }
}

test("a map that the server cannot give now comes by itself once it can", async () => {
  let isBroken = true;
  const { page, leave } = await visit(`<tuilerie-map map="plan"></tuilerie-map>${script()}`, {
    prepare: (prepared) => prepared.route("**/styles/plan", (route) =>
      isBroken ? route.fulfill({ status: 500, headers: { "Access-Control-Allow-Origin": "*" } }) : route.continue()),
  });
  await widget(page).getByText("ne peut pas être affichée ici").waitFor();
  isBroken = false;
  await drawn(page);
  await leave((problem) => /500/.test(problem));
});
