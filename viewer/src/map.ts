// The map itself: MapLibre, set up as this page wants it: a plan, as legends and Lambert-93 readings want it.

import { Map as MapLibre, prewarm, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Position } from "./address";
import { byId } from "./dom";
import { fit, type Padding } from "./fit";
import { boundsOf, groupOf } from "./groups";
import { keepNorthUp, planOptions, tellBusy } from "./plan";
import { takeAway } from "./poster";
import type { Texts } from "./texts";

// A worker of its own address, not a blob: a strict content security policy allows it.
setWorkerUrl(workerUrl);

/**
 * The map before it has a style: the browser sets up its graphics, which takes some hundred
 * milliseconds, while the server says what there is to show. None where the browser has no WebGL 2.
 */
export function createMap(texts: Texts): MapLibre | undefined {
  try {
    // The workers start while the catalog and the style are on their way.
    prewarm();
    const map = new MapLibre({
      ...planOptions(),
      container: "map",
      style: { version: 8, sources: {}, layers: [] },
      locale: { "Map.Title": texts.map },
      // What changes is to be seen at once: tiles that the browser has are asked after each time, which
      // costs no more than the question.
      transformRequest: (url, kind) => (kind === "Tile" ? { url, cache: "no-cache" } : { url }),
    });
    keepNorthUp(map);
    return map;
  } catch {
    return undefined;
  }
}

/** Shows the first style of a map. */
export function begin(map: MapLibre, style: StyleSpecification, { lng, lat, zoom }: Position): void {
  map.jumpTo({ center: [lng, lat], zoom });
  tellBusy(map, byId("map"));
  takeAway(map);
  // The server has checked it; the browser would take a tenth of a second over it again.
  map.setStyle(style, { diff: false, validate: false });
}

/** Where a map begins: as the address says, or where all that the sources of its style hold is seen. */
export function viewOf(style: StyleSpecification, position: Position | undefined): Position {
  if (position) return position;
  const bounds = boundsOf(style);
  if (!bounds) return { lng: 0, lat: 0, zoom: 0 };
  const { clientWidth, clientHeight } = byId("map");
  return fit(bounds, [clientWidth, clientHeight], freeOf(byId("panel")));
}

/** Shows or hides a group of the style that the map has. */
export function showGroup(map: MapLibre, style: StyleSpecification, group: string, shown: boolean): void {
  for (const layer of style.layers) {
    if (groupOf(layer) !== group) continue;
    map.setLayoutProperty(layer.id, "visibility", shown ? "visible" : "none");
  }
}

/** What the panel leaves of the map, as padding: it lies above the map on a telephone, else beside. */
function freeOf(panel: Element): Padding {
  const { right, bottom, width } = panel.getBoundingClientRect();
  const beside = width < window.innerWidth / 2;
  const margin = 24;
  return {
    left: margin + (beside ? right : 0),
    top: margin + (beside ? 0 : bottom),
    right: margin,
    bottom: margin + byId("readout").offsetHeight,
  };
}

/** What the panel and a card leave of the map, as padding. */
export function roomBeside(card: Element): Padding {
  const free = freeOf(byId("panel"));
  const { left, right, top } = card.getBoundingClientRect();
  const margin = 16;
  return right - left < window.innerWidth / 2
    ? { ...free, right: window.innerWidth - left + margin }
    : { ...free, bottom: window.innerHeight - Math.min(top, byId("readout").getBoundingClientRect().top) + margin };
}

/** Moves the map where a card has come to lie on a place, until it is seen beside or above the card. */
export function uncover(map: MapLibre, place: { x: number; y: number }, card: Element): void {
  const { left, right } = card.getBoundingClientRect();
  const margin = 48;
  if (right - left < window.innerWidth / 2) {
    if (place.x > left - margin) map.panBy([place.x - (left - margin), 0]);
  } else {
    const [top, bottom] = [freeOf(byId("panel")).top, byId("readout").getBoundingClientRect().top];
    if (place.y > bottom - margin) map.panBy([0, place.y - (top + bottom) / 2]);
  }
}
