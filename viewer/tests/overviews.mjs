// Makes docs/images/overviews-*.png: one sheet a theme of the made-up département below detail, a
// view a zoom. Its argument is a database of it, as `compare.py --database` prints it; `make
// screenshots DEPARTEMENT=…` runs it. Look at what it made.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { idle, launch, open } from "./support/browser.mjs";
import { configured } from "./support/server.mjs";

/** One of the département's villages. */
const VILLAGE = "43.1065/2.4032";

/** A sheet: its file, the style, the size of a view, how many side by side, and where each looks. */
const SHEETS = [
  ["overviews-ocs", "ocs-couverture", [480, 320], 2,
    ["6/43.12/2.39", "8/43.12/2.39", "10/43.12/2.39", "12/43.12/2.39"]],
  ["overviews-adresses", "couches", [400, 300], 3,
    [8, 9, 10].map((zoom) => `${zoom}/43.12/2.39`).concat([11, 12, 13].map((zoom) => `${zoom}/${VILLAGE}`))],
];

const config = (database, layer) => `
[sources.departement]
connection = "${database}"
${layer}`;

const LAYERS = {
  // With the columns' names that the shipped style knows.
  "overviews-ocs": `[layers.ocs]
    sql = 'SELECT id, geom, code_cs AS "CODE_CS", code_us AS "CODE_US" FROM ocs'
    geometry = "geom"
    srid = 2154
    id = "id"`,
  "overviews-adresses": "[layers.adresses]",
};

async function view(browser, server, style, place, [width, height]) {
  const setting = { viewport: { width, height }, locale: "fr-FR" };
  const page = await open(browser, `${server.address}/?style=${style}#map=${place}`, setting);
  await idle(page);
  await page.locator("#panel, #controls, #readout").evaluateAll((parts) => parts.forEach((part) => part.remove()));
  const picture = await page.screenshot();
  await page.context().close();
  return `<figure><img src="data:image/png;base64,${picture.toString("base64")}">
    <figcaption>z${place.split("/")[0]}</figcaption></figure>`;
}

async function sheet(browser, figures, [width, height], columns, file) {
  const rows = Math.ceil(figures.length / columns);
  const viewport = { width: columns * (width + 4) - 4, height: rows * (height + 4) - 4 };
  const page = await browser.newPage({ viewport });
  await page.setContent(`<style>
    body { margin: 0; display: grid; gap: 4px; grid-template-columns: repeat(${columns}, ${width}px) }
    figure { margin: 0; position: relative } img { display: block }
    figcaption { position: absolute; left: 8px; top: 6px; font: 600 13px sans-serif; padding: 1px 6px;
      background: #fffc; border-radius: 3px }</style>${figures.join("")}`);
  await page.screenshot({ path: file });
  await page.close();
}

const [database, ...wanted] = process.argv.slice(2);
const browser = await launch();
for (const [name, style, size, columns, places] of SHEETS) {
  if (wanted.length && !wanted.includes(name)) continue;
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-overviews-")), "tuilerie.toml");
  writeFileSync(file, config(database, LAYERS[name]));
  const server = await configured(file);
  const figures = [];
  for (const place of places) figures.push(await view(browser, server, style, place, size));
  await sheet(browser, figures, size, columns, fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url)));
  await server.stop();
  console.log(name);
}
await browser.close();
