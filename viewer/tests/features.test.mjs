// What the viewer does, on the made-up commune: one promise a test, in both languages, on a desktop
// and on a telephone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  close, ENGLISH_PHONE, FRENCH_DESKTOP, idle, launch, open, said, until,
} from "./support/browser.mjs";
import { demo } from "./support/server.mjs";

let server, browser, styles;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
  styles = (await (await fetch(`${server.address}/catalog`)).json()).styles;
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The middle of the commune, near enough to draw streets. */
async function centre(zoom) {
  const { sources } = await style("plan");
  const [west, south, east, north] = Object.values(sources)[0].bounds;
  return `#map=${zoom}/${(south + north) / 2}/${(west + east) / 2}`;
}

async function style(id) {
  return (await fetch(`${server.address}/styles/${id}`)).json();
}

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE]) {
  const { lang } = setting;
  const view = async (address = "/", prepare) => {
    const page = await open(browser, `${server.address}${address}`, setting, prepare);
    await idle(page);
    return page;
  };
  const unfoldLegend = async (page) => {
    if (await page.locator("#legend").isHidden()) await page.locator("#fold").click();
  };
  const group = (page, index) => page.locator("#layers > li").nth(index);

  describe(setting.name, () => {
    test("it opens on the first of the server's maps, in the browser's language", async () => {
      const page = await view();
      const [first] = Object.entries(styles).sort(([, a], [, b]) => a.rank - b.rank);
      assert.equal(said(page).style, first[0]);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      assert.match(await page.locator("#chooser").innerText(), new RegExp(first[1].title[lang]));
      assert.match(await page.title(), new RegExp(first[1].title[lang]));
      await close(page);
    });

    test("a link switches the language and leaves the view", async () => {
      const page = await view(`/?style=couches${await centre(15)}`);
      await unfoldLegend(page);
      const before = said(page).map;
      await page.locator("#language").click();
      const other = lang === "fr" ? "en" : "fr";
      await page.locator(`html[lang=${other}]`).waitFor();
      await idle(page);
      const { map, style: shown } = said(page);
      assert.deepEqual([shown, map], ["couches", before]);
      await close(page);
    });

    test("every map of the server can be chosen, and is then in the address", async () => {
      const page = await view();
      for (const [id, { title }] of Object.entries(styles)) {
        await page.locator("#chooser").click();
        await page.locator("#maps button", { hasText: title[lang] }).first().click();
        await until(page, () => said(page).style === id, `${id} in the address`);
        await page.locator("#chooser", { hasText: title[lang] }).waitFor();
        await idle(page);
      }
      await close(page);
    });

    test("the back button returns to the map before, and forward to the one after", async () => {
      const page = await view("/?style=plan");
      await page.locator("#chooser").click();
      await page.locator("#maps button").nth(1).click();
      await until(page, () => said(page).style !== "plan", "another map");
      await idle(page);
      const chosen = said(page).style;
      await page.goBack();
      await until(page, async () => said(page).style === "plan", "the map before");
      const titleOf = (id) => styles[id].title[lang];
      await page.locator("#chooser", { hasText: titleOf("plan") }).waitFor();
      await page.goForward();
      await page.locator("#chooser", { hasText: titleOf(chosen) }).waitFor();
      await close(page);
    });

    test("a group of layers switched off is off on the map, in the address, after a reload", async () => {
      const { metadata } = await style("plan");
      const page = await view(`/?style=plan${await centre(16)}`);
      await unfoldLegend(page);
      const shown = await page.locator("#layers input").evaluateAll(
        (boxes) => boxes.findIndex((box) => !box.closest("label").matches(".out-of-scale")),
      );
      const { title } = metadata["tuilerie:groups"][shown];
      const before = await page.locator("#map canvas").screenshot();
      assert.match(await group(page, shown).innerText(), new RegExp(title[lang]));
      await group(page, shown).locator("input").uncheck();
      await idle(page);
      assert.ok(!before.equals(await page.locator("#map canvas").screenshot()), "the map is as before");
      assert.equal(await group(page, shown).locator(".legend li").count(), 0);
      const { off } = said(page);
      assert.equal(off, metadata["tuilerie:groups"][shown].id);
      await page.reload();
      await idle(page);
      await unfoldLegend(page);
      assert.equal(await group(page, shown).locator("input").isChecked(), false);
      await group(page, shown).locator("input").check();
      await until(page, () => said(page).off === undefined, "the group back");
      await close(page);
    });

    test("a group that the style hides is drawn once it is switched on, and printed", async () => {
      const page = await view("/?style=pcrs#map=18.5/43.2815/2.8894");
      const { width, height } = setting.viewport;
      const clip = { x: width / 2 - 150, y: height / 2 - 100, width: 300, height: 200 };
      const before = await page.screenshot({ clip });
      const { metadata } = await style("pcrs");
      const index = metadata["tuilerie:groups"].findIndex(({ visible }) => visible === false);
      const { id } = metadata["tuilerie:groups"][index];
      await unfoldLegend(page);
      assert.equal(await group(page, index).locator("input").isChecked(), false);
      await group(page, index).locator("input").check();
      await until(page, () => said(page).on === id, "on, in the address");
      if (setting.isMobile) await page.locator("#fold").click();
      await page.mouse.move(0, 0);
      await idle(page);
      await until(page, async () => !before.equals(await page.screenshot({ clip })), "drawn");
      await page.locator("#controls button.print").click();
      assert.match(await page.locator("#print .primary").getAttribute("href"), new RegExp(`show=${id}`));
      await close(page);
    });

    test("a style by night can be asked for by its name, and stays", async () => {
      const page = await view(`/?style=plan-sombre${await centre(16)}`);
      assert.equal(said(page).style, "plan-sombre");
      assert.match(await page.locator("#chooser").innerText(), new RegExp(styles.plan.title[lang]));
      const dark = await page.locator("#map canvas").screenshot();
      await page.goto(`${server.address}/?style=plan${await centre(16)}`);
      await idle(page);
      assert.ok(!dark.equals(await page.locator("#map canvas").screenshot()), "as by day");
      await close(page);
    });

    test("who is at a group stays there when the legend is made anew", async () => {
      const page = await view(`/?style=plan${await centre(16)}`);
      await unfoldLegend(page);
      await group(page, 2).locator("input").focus();
      const name = () => page.evaluate(() => document.activeElement.closest("li")?.innerText.split("\n")[0]);
      const before = await name();
      assert.ok(before);
      const list = await page.locator("#layers > li").first().elementHandle();
      await page.emulateMedia({ colorScheme: "dark" });
      await until(page, () => list.evaluate((item) => !item.isConnected), "the legend by night");
      assert.equal(await name(), before);
      await close(page);
    });

    test("the legend follows the zoom", async () => {
      const page = await view(`/?style=plan${await centre(11)}`);
      await unfoldLegend(page);
      const entries = () => page.locator(".legend:visible li").allInnerTexts();
      const far = await entries();
      assert.ok(far.length > 0);
      await page.goto(`${server.address}/?style=plan${await centre(18)}`);
      await until(page, async () => (await entries()).length > far.length, "more entries");
      assert.ok((await page.locator(".legend:visible .swatch svg > *").count()) >= (await entries()).length);
      await close(page);
    });

    test("a click says what is there, with names for fields, and draws it on the map", async () => {
      const page = await view(`/?style=couches${await centre(17)}`);
      const before = await page.locator("#map canvas").screenshot();
      const { width, height } = setting.viewport;
      await page.mouse.click(width / 2, height / 2);
      await page.locator("#details .found > li").first().waitFor();
      const names = await page.locator("#details dt").allInnerTexts();
      assert.ok(names.some((name) => (lang === "fr" ? /Identifiant|Nom/ : /Identifier|Name/).test(name)), names.join());
      await idle(page);
      assert.ok(!before.equals(await page.locator("#map canvas").screenshot()), "nothing is drawn");
      await close(page);
    });

    test("of several features one is read at a time, and a click reads another", async () => {
      const page = await view(`/?style=couches${await centre(17)}`);
      const { width, height } = setting.viewport;
      await page.mouse.click(width / 2, height / 2);
      const openers = page.locator("#details .found > li > button");
      await openers.nth(1).waitFor();
      assert.equal(await page.locator('#details [aria-expanded="true"]').count(), 1);
      await openers.nth(1).click();
      assert.equal(await openers.nth(0).getAttribute("aria-expanded"), "false");
      assert.equal(await openers.nth(1).getAttribute("aria-expanded"), "true");
      await page.locator("#details header button").click();
      await page.locator("#details").waitFor({ state: "hidden" });
      await close(page);
    });

    test("coordinates are shown in WGS 84 and in Lambert-93, and copied", async () => {
      const page = await view("/?style=plan#map=14/43.28/2.87");
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const [wgs84, lambert] = [0, 1].map((index) => page.locator("#coordinates button").nth(index));
      assert.match(await wgs84.innerText(), lang === "fr" ? /43,28000° N/ : /43\.28000° N/);
      assert.match(await lambert.innerText(), /X 689.{1}4\d\d\s+Y 6.242.\d{3}/);
      await wgs84.click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "43.28000, 2.87000");
      await lambert.click();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^689\d{3}, 6242\d{3}$/);
      await close(page);
    });

    test("the link copied shows the same view", async () => {
      const page = await view(`/?style=couches${await centre(17)}`);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await unfoldLegend(page);
      await page.locator("#share button").first().click();
      await page.locator("#notice", { hasText: lang === "fr" ? "Lien copié" : "Link copied" }).waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(link, page.url());
      await page.goto(link);
      await idle(page);
      assert.equal(page.url(), link);
      await close(page);
    });

    test("scale and sources are said; buttons zoom as far as the map goes", async () => {
      const page = await view("/?style=plan#map=21.5/43.28/2.87");
      assert.match(await page.locator("#scale").innerText(), /^\d+ (m|cm)$/);
      assert.notEqual(await page.locator("#sources").innerText(), "");
      const [closer, farther] = [0, 1].map((index) => page.locator("#controls .pair button").nth(index));
      await closer.click();
      await until(page, () => said(page).map[0] === 22, "zoom 22");
      assert.equal(await closer.getAttribute("aria-disabled"), "true");
      await farther.click();
      await until(page, () => said(page).map[0] === 21, "zoom 21");
      await close(page);
    });

    test("a position within the map is gone to, one outside is said to be so", async () => {
      const page = await view("/?style=plan");
      const [, lat, longitude] = said(page).map;
      await page.context().grantPermissions(["geolocation"]);
      await page.context().setGeolocation({ latitude: lat, longitude });
      const locate = page.locator("#controls > button:not(.print)");
      await locate.click();
      await until(page, () => said(page).map[0] >= 17, "zoomed to the position");
      await page.locator(".here").waitFor();
      await page.context().setGeolocation({ latitude: 48.85, longitude: 2.35 });
      await locate.click();
      await page.locator("#notice", { hasText: lang === "fr" ? "hors de la carte" : "off the map" }).waitFor();
      await close(page);
    });

    test("all of it works with the keyboard alone", async () => {
      const page = await view(`/?style=plan${await centre(16)}`);
      const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
      // To the map by the skip link, around in it, and what is at its centre.
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "skip");
      await page.keyboard.press("Enter");
      assert.match(await focused(), /maplibregl-canvas/);
      await until(
        page, () => page.locator("#crosshair").evaluate((e) => getComputedStyle(e).opacity === "1"), "crosshair",
      );
      const [zoom, lat] = said(page).map;
      await page.keyboard.press("ArrowUp");
      await until(page, () => said(page).map[1] > lat, "moved north");
      await page.keyboard.press("+");
      await until(page, () => said(page).map[0] > zoom, "zoomed in");
      await idle(page);
      await page.keyboard.press("Enter");
      await page.locator("#details").waitFor();
      assert.ok(await page.evaluate(() => document.activeElement.matches("#details h2")));
      await page.keyboard.press("Escape");
      await page.locator("#details").waitFor({ state: "hidden" });
      assert.match(await focused(), /maplibregl-canvas/);
      // Back to the panel: another map.
      const groups = () => page.locator("#layers").textContent();
      const before = await groups();
      await page.locator("#skip").focus();
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "chooser");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "chooser");
      assert.ok(await page.locator("#maps").isHidden());
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await until(page, () => said(page).style !== "plan", "another map");
      await until(page, async () => (await groups()) !== before, "its groups");
      await idle(page);
      // A group off.
      await unfoldLegend(page);
      await page.locator("#fold").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      await until(page, () => said(page).off !== undefined, "a group off");
      await close(page);
    });
  });
}
