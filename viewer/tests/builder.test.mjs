// The builder of widgets: what a member sets is what the preview shows, and what is copied works where it is pasted.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { close, ENGLISH_PHONE, FRENCH_DESKTOP, idle, launch, open, until } from "./support/browser.mjs";
import { foreign } from "./support/foreign.mjs";
import { demo } from "./support/server.mjs";
import { source } from "./support/source.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { script, frame, address } = await source("builder/snippets");
let server, browser, territory;
before(async () => {
  [server, browser] = await Promise.all([demo(), launch()]);
  territory = (await (await fetch(`${server.address}/territories`)).json()).territories[0];
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const NAMES = {
  fr: { open: "Intégrer cette carte", copy: "Copier", copied: "Copié", frame: "Cadre (iframe)", address: "Adresse" },
  en: { open: "Embed this map", copy: "Copy", copied: "Copied", frame: "Frame (iframe)", address: "Address" },
};

async function builder(setting, prepare) {
  const page = await open(browser, `${server.address}/?style=plan`, setting, prepare);
  await idle(page);
  if (await page.locator("#legend").isHidden()) await page.locator("#fold").click();
  return page;
}

const preview = (page) => page.frameLocator(".builder iframe").locator('tuilerie-map .frame[aria-busy="false"] .map');
const code = (page) => page.locator(".builder textarea").inputValue();

test("by keyboard alone: opened, filled in, copied, closed, and the focus is back", async () => {
  const page = await builder({ ...FRENCH_DESKTOP, permissions: ["clipboard-read", "clipboard-write"] });
  const opener = page.getByRole("button", { name: NAMES.fr.open });
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.locator(".builder[open]").waitFor();
  await preview(page).waitFor();
  await page.locator("[name=map]").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.type(territory.name);
  await until(page, async () => (await code(page)).includes(`territory="${territory.code}"`), "the territory is in the code");
  const copy = page.getByRole("button", { name: NAMES.fr.copy, exact: true });
  await copy.focus();
  await page.keyboard.press("Enter");
  await page.locator(".actions [role=status]", { hasText: NAMES.fr.copied }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await code(page));
  await page.keyboard.press("Escape");
  await until(page, async () => (await page.locator(".builder").count()) === 0, "the dialog is gone");
  assert.ok(await opener.evaluate((button) => button === document.activeElement), "the focus is where it was");
  await close(page);
});

test("the preview is as wide as the device, and shows what is set", async () => {
  const page = await builder(FRENCH_DESKTOP);
  await page.getByRole("button", { name: NAMES.fr.open }).click();
  await page.locator("[name=theme]").selectOption("dark");
  await page.locator("[name=legend]").selectOption("none");
  await page.locator("[name=height]").fill("300");
  await page.frameLocator(".builder iframe").locator("tuilerie-map .frame.dark[aria-busy=false] .map").waitFor();
  for (const [name, width] of [["Téléphone", 360], ["Tablette", 768], ["Ordinateur", 1200]]) {
    await page.locator(".segments label", { hasText: name }).click();
    const size = await page.locator(".builder iframe").evaluate((shown) => [shown.offsetWidth, shown.offsetHeight]);
    assert.deepEqual(size, [width, 300]);
    await preview(page).waitFor();
  }
  await close(page);
});

for (const setting of [FRENCH_DESKTOP, ENGLISH_PHONE]) {
  const names = NAMES[setting.lang];

  test(`each code that is copied is that map on another site (${setting.name})`, async () => {
    const page = await builder(setting);
    await page.getByRole("button", { name: names.open }).click();
    await page.locator("[name=territory]").fill(territory.code);
    await until(page, async () => (await code(page)).includes(territory.code), "the territory is in the code");
    const codes = [await code(page)];
    for (const kind of [names.frame, names.address]) {
      await page.locator(".segments label", { hasText: kind }).click();
      codes.push(await code(page));
    }
    await close(page);
    const [asScript, asFrame, asAddress] = codes;
    const host = await foreign({ "/script": { body: asScript }, "/frame": { body: asFrame } });
    const drawn = 'tuilerie-map .frame[aria-busy="false"] .map';
    const visited = await browser.newPage();
    await visited.goto(`${host.address}/script`);
    await visited.locator(drawn).waitFor();
    await visited.goto(`${host.address}/frame`);
    await visited.frameLocator("iframe").locator(drawn).waitFor();
    await visited.goto(asAddress);
    await visited.locator(drawn).waitFor();
    await visited.close();
    await host.stop();
  });

  test(`axe finds nothing in the builder (${setting.name})`, async () => {
    const page = await builder(setting, (prepared) => prepared.addInitScript(axe));
    await page.getByRole("button", { name: names.open }).click();
    await preview(page).waitFor();
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary])), []);
    await close(page);
  });
}

test("what stands in the codes can do no harm there", () => {
  const subject = {
    base: "https://a.example/b/", title: '"><script>alert(1)</script>', place: "1,2,3,4",
    attributes: { map: 'p"lan', territory: "<11>", height: "300px", reload: "" },
  };
  for (const made of [script(subject), frame(subject)]) assert.doesNotMatch(made, /<script>|"lan|<11>/);
  assert.match(script(subject), /<tuilerie-map map="p&quot;lan" territory="&lt;11>" height="300px" reload>/);
  assert.match(script(subject), /static\/1,2,3,4\/800x300\.png/);
  assert.equal(address(subject), "https://a.example/b/embed?map=p%22lan&territory=%3C11%3E&reload=true");
});
