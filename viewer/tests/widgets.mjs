// Makes docs/images/widget-site.webp, the page of a made-up town hall with two widgets, and in target/images the same
// on a telephone, and the builder. `make screenshots` runs it; look at what it made. An argument names a running server.

import { idle, launch, open } from "./support/browser.mjs";
import { foreign } from "./support/foreign.mjs";
import { save, seen, shown } from "./support/images.mjs";
import { demo } from "./support/server.mjs";

const DESKTOP = { viewport: { width: 1280, height: 1100 }, locale: "fr-FR" };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "fr-FR" };

const server = process.argv[2] ? { address: process.argv[2], stop: () => undefined } : await demo();
const { territories } = await (await fetch(`${server.address}/territories`)).json();
const { code } = territories[0];

/** A town hall's page as many are: its own colours and font. */
const STYLE = `
  html { font-size: 62.5% }
  body { margin: 0; background: #f7f8fa; color: #24303c; font: 1.7rem/1.6 "Noto Serif", Georgia, serif }
  header { padding: 2.4rem 4rem; background: #17405e; color: #fff }
  header strong { font-size: 2.6rem; font-weight: 600 } header span { display: block; opacity: .8; font-size: 1.5rem }
  main { max-width: 104rem; margin: 0 auto; padding: 2rem 2rem 5rem }
  h1 { margin: 1rem 0; font-size: 3rem; line-height: 1.25 } h2 { margin: 3rem 0 .5rem; font-size: 2.2rem }
  p { margin: 0 0 1.6rem }
  .two { display: grid; grid-template-columns: 1fr 1.25fr; gap: 3.2rem; align-items: start }
  @media (max-width: 700px) { .two { display: block } header { padding: 1.6rem 2rem } h1 { font-size: 2.4rem } }`;
const BODY = `
  <header><strong>Saint-Clair-des-Tuiles</strong><span>Mairie · au bord du canal</span></header>
  <main>
    <h1>Le plan de la commune</h1>
    <p>Voies, hameaux, domaines et cours d’eau : le plan est tenu à jour chaque semaine avec l’association régionale.</p>
    <tuilerie-map map="plan" territory="${code}" theme="light" legend="open" height="460px"></tuilerie-map>
    <div class="two">
      <div><h2>L’occupation du sol</h2>
        <p>Les vignes couvrent plus de la moitié de la commune ; les bois et garrigues gardent les hauteurs du nord.</p>
        <p>La carte montre l’édition la plus récente. Elle sert de base à la révision du plan local d’urbanisme.</p></div>
      <div style="padding-top: 3rem"><tuilerie-map map="ocs-couverture" territory="${code}" theme="light" height="340px" controls="zoom"></tuilerie-map></div>
    </div>
  </main>
  <script src="${server.address}/widget.js" async></script>`;

const host = await foreign({ "/": { body: BODY, head: `<meta name="viewport" content="width=device-width"><style>${STYLE}</style>` } });
const browser = await launch();
for (const [name, setting, file] of [["site", DESKTOP, shown("widget-site")], ["phone", PHONE, seen("widget-phone")]]) {
  const page = await open(browser, host.address, setting);
  const maps = page.locator("tuilerie-map");
  for (const index of name === "site" ? [0, 1] : [0]) await maps.nth(index).locator('.frame[aria-busy="false"] .map').waitFor();
  await page.waitForTimeout(500);
  await save(browser, file, await page.screenshot());
  await page.context().close();
}
const page = await open(browser, `${server.address}/?style=plan`, { viewport: { width: 1280, height: 860 }, locale: "fr-FR" });
await idle(page);
await page.getByRole("button", { name: "Intégrer cette carte" }).click();
await page.locator("[name=territory]").fill(territories[0].name);
await page.locator("[name=legend]").selectOption("open");
await page.frameLocator(".builder iframe").locator('tuilerie-map .frame[aria-busy="false"] .entries li').first().waitFor();
await page.waitForTimeout(1500);
await save(browser, seen("widget-builder"), await page.screenshot());
await browser.close();
await host.stop();
await server.stop();
