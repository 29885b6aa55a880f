// The legend of a style: how each thing that its layers draw looks at a zoom, group by group. Everything comes from the style's own metadata, paint and layout: no colour is written
// twice. Pure; swatch.ts draws what this finds.

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { LayerAtZoom, type Properties } from "./evaluate";
import { groupOf } from "./groups";
import type { Localised } from "./texts";

/** One line of a legend: a title, and what is drawn from bottom to top. */
export interface Entry {
  title: Localised;
  marks: Mark[];
}

/** What one style layer draws of one feature. Sizes in CSS pixels. */
export type Mark =
  | { kind: "fill"; colour: string; outline: string | undefined; pattern: string | undefined; opacity: number }
  | { kind: "line"; colour: string; width: number; gap: number; dashes: number[]; round: boolean; opacity: number }
  | { kind: "circle"; colour: string; radius: number; stroke: string; strokeWidth: number; opacity: number }
  | { kind: "icon"; image: string; size: number; turned: number; opacity: number }
  | {
      kind: "text"; text: string; colour: string; halo: string; haloWidth: number; size: number;
      bold: boolean; italic: boolean; opacity: number;
    };

interface LayerMetadata {
  "tuilerie:legend"?: { title: Localised; properties?: Properties }[];
}

/** What the map is drawn on: swatches stand on the same. */
export function backgroundOf(style: StyleSpecification, zoom: number): string {
  const layer = style.layers.find(({ type }) => type === "background");
  return (layer && new LayerAtZoom(layer, zoom, {}).text("background-color")) ?? "#ffffff";
}

/**
 * A group's legend at a zoom, what lies on top first. Layers that give an entry the same title draw
 * one swatch together: a casing and its line, a fill and its outline.
 */
export function legendOf(style: StyleSpecification, group: string, zoom: number): Entry[] {
  const entries = new Map<string, Entry>();
  for (const layer of style.layers.filter((one) => groupOf(one) === group).reverse()) {
    if (!showsAt(layer, zoom)) continue;
    for (const { title, properties } of metadata(layer)["tuilerie:legend"] ?? []) {
      const marks = marksOf(layer, zoom, properties ?? {});
      const key = JSON.stringify(title);
      const entry = entries.get(key);
      if (entry) entry.marks.unshift(...marks);
      else entries.set(key, { title, marks });
    }
  }
  return [...entries.values()].filter(({ marks }) => marks.length > 0);
}

/** Whether a group draws at a zoom, or else does so closer in, or only at another zoom. */
export function scaleOf(style: StyleSpecification, group: string, zoom: number): "here" | "closer" | "other" {
  const layers = style.layers.filter((layer) => groupOf(layer) === group);
  if (layers.some((layer) => showsAt(layer, zoom))) return "here";
  return layers.some(({ minzoom = 0 }) => minzoom > zoom) ? "closer" : "other";
}

function showsAt({ minzoom = 0, maxzoom = 25 }: LayerSpecification, zoom: number): boolean {
  return minzoom <= zoom && zoom < maxzoom;
}

/**
 * The title that the legend gives to features like this one: of the entries of a layer whose sample
 * properties the feature has, the one that says most of it.
 */
export function legendTitle(layer: LayerSpecification, properties: Properties): Localised | undefined {
  const said = ({ properties: sample = {} }: { properties?: Properties }) => Object.entries(sample);
  return (metadata(layer)["tuilerie:legend"] ?? [])
    .filter((entry) => said(entry).every(([name, value]) => properties[name] === value))
    .sort((a, b) => said(b).length - said(a).length)[0]?.title;
}

function metadata(layer: LayerSpecification): LayerMetadata {
  return (layer.metadata as LayerMetadata | undefined) ?? {};
}

/** What a layer draws of a feature; nothing where it cannot be seen. From bottom to top. */
export function marksOf(layer: LayerSpecification, zoom: number, properties: Properties): Mark[] {
  const at = new LayerAtZoom(layer, zoom, properties);
  const kind = layer.type;
  const colour = (name: string) => at.text(name) ?? "transparent";
  const opacity = at.number(`${kind}-opacity`);
  switch (kind) {
    case "fill": {
      const written = layer.paint?.["fill-outline-color"] !== undefined;
      const outline = written ? colour("fill-outline-color") : undefined;
      const pattern = at.text("fill-pattern");
      return seen({ kind, colour: colour("fill-color"), outline, pattern, opacity });
    }
    case "line": {
      const width = at.number("line-width");
      const gap = at.number("line-gap-width");
      const dashes = at.numbers("line-dasharray").map((times) => times * width);
      const round = at.text("line-cap") === "round";
      const mark: Mark = { kind, colour: colour("line-color"), width, gap, dashes, round, opacity };
      return width > 0 ? seen(mark) : [];
    }
    case "circle": {
      const [radius, strokeWidth] = [at.number("circle-radius"), at.number("circle-stroke-width")];
      const stroke = colour("circle-stroke-color");
      const mark: Mark = { kind, colour: colour("circle-color"), radius, stroke, strokeWidth, opacity };
      return radius + strokeWidth > 0 ? seen(mark) : [];
    }
    case "symbol":
      return [...iconOf(at), ...textOf(at, layer.layout?.["text-font"])];
    default:
      return [];
  }
}

function iconOf(at: LayerAtZoom): Mark[] {
  const image = at.text("icon-image");
  const [size, turned] = [at.number("icon-size"), at.number("icon-rotate")];
  const opacity = at.number("icon-opacity");
  return image && size > 0 ? seen({ kind: "icon", image, size, turned, opacity }) : [];
}

function textOf(at: LayerAtZoom, font: unknown): Mark[] {
  const text = at.text("text-field");
  const size = at.number("text-size");
  if (!text || size <= 0) return [];
  const name = JSON.stringify(font ?? "");
  return seen({
    kind: "text",
    text,
    colour: at.text("text-color") ?? "#000000",
    halo: at.text("text-halo-color") ?? "transparent",
    haloWidth: at.number("text-halo-width"),
    size,
    bold: /bold/i.test(name),
    italic: /italic/i.test(name),
    opacity: at.number("text-opacity"),
  });
}

function seen(mark: Mark): Mark[] {
  return mark.opacity > 0 ? [mark] : [];
}
