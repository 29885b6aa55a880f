// The page around the map: the list of layers, and what lies under a click. Whatever comes from
// data is put in as text, never as HTML.

import type { MapGeoJSONFeature } from "maplibre-gl";
import type { Entry } from "./catalog";
import { texts } from "./texts";

/** Adds a child of a kind with a text. */
function add(parent: Element, tag: string, text: string): HTMLElement {
  const child = document.createElement(tag);
  child.textContent = text;
  parent.append(child);
  return child;
}

/** Fills the list of layers; `toggle` is told when one is switched on or off. */
export function listLayers(
  list: Element,
  entries: (Entry & { colour: string })[],
  toggle: (id: string, visible: boolean) => void,
): void {
  for (const { id, title, layer, colour } of entries) {
    const label = add(add(list, "li", ""), "label", "");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = box.defaultChecked = layer !== undefined;
    box.disabled = layer === undefined;
    box.addEventListener("change", () => toggle(id, box.checked));
    label.append(box);
    add(label, "i", "").style.backgroundColor = colour;
    add(label, "span", title);
    if (!layer) add(label, "small", texts.unavailable);
  }
}

/** The attributes of features, for a popup. */
export function describe(features: MapGeoJSONFeature[], titles: Map<string, string>): HTMLElement {
  const element = document.createElement("div");
  element.className = "features";
  for (const { id, source, properties } of features) {
    add(element, "h2", titles.get(source) ?? source);
    const table = add(element, "table", "");
    const rows = Object.entries(properties);
    if (rows.length === 0 && id !== undefined) rows.push([texts.feature, id]);
    for (const [name, value] of rows) {
      const row = add(table, "tr", "");
      add(row, "th", name);
      add(row, "td", String(value));
    }
  }
  return element;
}
