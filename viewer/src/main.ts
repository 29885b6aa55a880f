// The viewer: every layer that the server has, on one map.

import {
  AttributionControl, LngLatBounds, type MapGeoJSONFeature, Map as MapLibre, NavigationControl,
  type Point, Popup, ScaleControl, setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import "./viewer.css";
import { type Layer, readCatalog } from "./catalog";
import { describe, listLayers } from "./panel";
import { colourOf, styleOf } from "./style";
import { language, texts } from "./texts";

/** More under one click than this is no answer. */
const MOST_FEATURES = 8;

// A worker of its own address, not a blob: a strict content security policy allows it.
setWorkerUrl(workerUrl);

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}

async function start(): Promise<void> {
  document.documentElement.lang = language;
  element("panel-title").textContent = texts.layers;
  // On a telephone the list would cover the map.
  element("panel").toggleAttribute("open", window.innerWidth > 600);
  const status = element("status");
  status.textContent = texts.loading;
  const entries = await readCatalog();
  status.textContent = entries.length === 0 ? texts.none : "";

  const layers = entries.flatMap(({ layer }) => layer ?? []);
  const map = showMap(layers);
  const coloured = entries.map((entry) => {
    const colour = entry.layer ? colourOf(layers.indexOf(entry.layer)) : "transparent";
    return { ...entry, colour };
  });
  listLayers(element("layers"), coloured, (id, visible) => {
    for (const part of map.getStyle().layers) {
      if ("source" in part && part.source === id) {
        map.setLayoutProperty(part.id, "visibility", visible ? "visible" : "none");
      }
    }
  });
}

function showMap(layers: Layer[]): MapLibre {
  const bounds = new LngLatBounds();
  for (const layer of layers) if (layer.bounds) bounds.extend(layer.bounds);
  const map = new MapLibre({
    container: "map",
    style: styleOf(layers),
    // The address of the page says where the map is, unless it says nothing yet.
    hash: true,
    ...(bounds.isEmpty() ? {} : { bounds, fitBoundsOptions: { padding: 40 } }),
    maxZoom: 22,
    attributionControl: false,
    locale: texts.controls,
  });
  map.addControl(new NavigationControl({ visualizePitch: true }), "top-right");
  map.addControl(new ScaleControl(), "bottom-left");
  map.addControl(new AttributionControl({ compact: false }), "bottom-right");

  const titles = new Map(layers.map((layer) => [layer.id, layer.title]));
  map.on("click", ({ point, lngLat }) => {
    const found = featuresAt(map, point);
    if (found.length === 0) return;
    const content = describe(found, titles);
    new Popup({ maxWidth: "320px" }).setLngLat(lngLat).setDOMContent(content).addTo(map);
  });
  return map;
}

/** What lies at a position: areas around it, points and lines within a few pixels. */
function featuresAt(map: MapLibre, { x, y }: Point): MapGeoJSONFeature[] {
  const reach = 4;
  const near = map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]]);
  const around = map.queryRenderedFeatures([x, y]);
  const found = [
    ...near.filter(({ layer }) => layer.type !== "fill"),
    ...around.filter(({ layer }) => layer.type === "fill"),
  ];
  // A feature that crosses a tile's edge is found in both tiles.
  const distinct = new Map(found.map((one) => [`${one.source} ${one.id ?? found.indexOf(one)}`, one]));
  return [...distinct.values()].slice(0, MOST_FEATURES);
}

start().catch((error: unknown) => {
  console.error(error);
  element("status").textContent = texts.failed;
});
