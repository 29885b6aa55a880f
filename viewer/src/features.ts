// What lies at a place of the map: features, each once, with what people call it.

import type {
  FilterSpecification, LayerSpecification, Map as MapLibre, MapGeoJSONFeature, Point,
} from "maplibre-gl";
import { legendTitle, type Mark, marksOf } from "./legend";
import type { Properties } from "./evaluate";
import { type Language, say } from "./texts";
import type { Catalog } from "./server";
import { className } from "./vocabulary";

export interface Found {
  source: string;
  sourceLayer: string;
  /** What selects it, and it alone, in its layer. */
  filter: FilterSpecification;
  properties: Properties;
  /** What it is: the legend's word for it, or its class's, or its layer's title. */
  kind: string;
  /** What it is called, where it has a name. */
  name: string;
  /** How it looks here. */
  marks: Mark[];
}

/** More under one click than this is no answer. */
export const MOST_FEATURES = 20;
/** How far from a point or a line a click may be, in pixels: a fingertip. */
const REACH = 6;

/** The features at a place, what lies on top first; of the given layers only. */
export function featuresAt(
  map: MapLibre, { x, y }: Point, layers: LayerSpecification[], catalog: Catalog, language: Language,
): Found[] {
  const ids = layers.map(({ id }) => id).filter((id) => map.getLayer(id));
  const near = map.queryRenderedFeatures([[x - REACH, y - REACH], [x + REACH, y + REACH]], { layers: ids });
  const under = new Set(map.queryRenderedFeatures([x, y], { layers: ids }).map(keyOf));
  const found = new Map<string, MapGeoJSONFeature[]>();
  for (const feature of near) {
    const key = keyOf(feature);
    // Areas count where they are, not where they are near.
    if (feature.geometry.type.endsWith("Polygon") && !under.has(key)) continue;
    found.set(key, [...(found.get(key) ?? []), feature]);
  }
  const drawn = new Map(layers.map((layer) => [layer.id, layer]));
  return [...found.values()]
    .slice(0, MOST_FEATURES)
    .map((drawings) => describe(drawings, drawn, map.getZoom(), catalog, language))
    .filter((one) => one !== undefined);
}

/** A feature lies in several tiles and is drawn by several layers. */
function keyOf({ source, sourceLayer, id, properties }: MapGeoJSONFeature): string {
  return JSON.stringify([source, sourceLayer, id ?? properties]);
}

function describe(
  drawings: MapGeoJSONFeature[], layers: Map<string, LayerSpecification>, zoom: number,
  catalog: Catalog, language: Language,
): Found | undefined {
  const [first] = drawings;
  if (!first) return undefined;
  const { source, sourceLayer = "", properties } = first;
  const drawnBy = [...new Set(drawings.map(({ layer }) => layers.get(layer.id)))]
    .filter((layer) => layer !== undefined);
  const kind = drawnBy.map((layer) => legendTitle(layer, properties)).find(Boolean);
  return {
    source,
    sourceLayer,
    filter: filterOf(first),
    properties,
    kind: kind === undefined
      // What no legend names has the name of its class; that of its layer ("PCRS, textes") is of many things.
      ? className(properties.classe, language) ?? say(catalog.layerTitles.get(sourceLayer) ?? sourceLayer, language)
      : say(kind, language),
    name: nameOf(properties),
    marks: drawnBy.reverse().flatMap((layer) => marksOf(layer, zoom, properties)),
  };
}

/** By id; where there is none, by all attributes. */
function filterOf({ id, properties }: MapGeoJSONFeature): FilterSpecification {
  if (id !== undefined) return ["==", ["id"], id];
  const same = Object.entries(properties).map(([name, value]) => ["==", ["get", name], value]);
  return ["all", ...same] as FilterSpecification;
}

/** Columns that hold names, in the order of trust. */
const NAMES = ["nom", "libelle", "nom_voie", "name", "title", "label"];

function nameOf(properties: Properties): string {
  const text = (name: string) => String(properties[name] ?? "").trim();
  const name = NAMES.map(text).find(Boolean) ?? "";
  const number = [text("numero"), text("rep")].filter(Boolean).join(" ");
  if (name && name === text("nom_voie") && number) return `${number} ${name}`;
  // Parcels are called by section and number.
  return name || [text("section"), text("numero")].filter(Boolean).join(" ");
}
