// The guide for members. The page is whole without this script: it writes this server's own addresses in the
// place of made-up ones, and lists the maps that are served.

import "./css/aide.css";
import { html } from "./dom";
import { readCatalog } from "./server";
import { say } from "./texts";

const absolute = (path: string): string => {
  // Templates keep their braces.
  return new URL(path, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
};

for (const element of document.querySelectorAll<HTMLElement>("[data-address]")) {
  if (element instanceof HTMLAnchorElement) continue;
  element.textContent = absolute(element.dataset.address ?? "");
}

void listMaps();

async function listMaps(): Promise<void> {
  const { maps } = await readCatalog().catch(() => ({ maps: [] }));
  const rows = maps.filter(({ begun }) => begun).map(({ id, title }) => {
    const path = `styles/${encodeURIComponent(id)}`;
    return html("tr", {},
      html("th", { scope: "row" }, say(title, "fr")),
      html("td", {}, html("a", { href: `${path}.qlr`, download: "" }, `${id}.qlr`)),
      html("td", {}, html("code", {}, absolute(`${path}?profile=qgis`))));
  });
  if (rows.length > 0) document.querySelector("#cartes tbody")?.replaceChildren(...rows);
}
