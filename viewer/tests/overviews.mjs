// Makes docs/images/overviews-*.webp: one sheet a theme of the made-up département below detail, a
// view a zoom. Its argument is a database of it, as `compare.py --database` prints it; `make
// screenshots DEPARTEMENT=…` runs it. Look at what it made.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { shown } from "./support/images.mjs";
import { configured } from "./support/server.mjs";
import { sheet, view } from "./support/sheet.mjs";

/** One of the département's villages. */
const VILLAGE = "43.1065/2.4032";

/** A sheet: its name, the style, the size of a view, how many side by side, and where each looks. */
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

const [database, ...wanted] = process.argv.slice(2);
const browser = await launch();
for (const [name, style, [width, height], columns, places] of SHEETS) {
  if (wanted.length && !wanted.includes(name)) continue;
  const file = join(mkdtempSync(join(tmpdir(), "tuilerie-overviews-")), "tuilerie.toml");
  writeFileSync(file, config(database, LAYERS[name]));
  const server = await configured(file);
  const size = { width, height };
  const views = [];
  for (const place of places) {
    views.push([`z${place.split("/")[0]}`, await view(browser, server, style, place, { viewport: size })]);
  }
  await sheet(browser, views, size, columns, shown(name));
  await server.stop();
  console.log(name);
}
await browser.close();
