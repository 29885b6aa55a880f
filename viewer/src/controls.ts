// The buttons on the map: closer, farther, print, and where am I.

import { type LngLat, type Map as MapLibre, Marker } from "maplibre-gl";
import { button, byId, html } from "./dom";
import { say } from "./notice";
import { zoomButtons } from "./plan";
import type { Texts } from "./texts";

export function showControls(
  map: MapLibre, texts: Texts, bounds: () => [number, number, number, number] | undefined, print: () => void,
): void {
  byId("controls").append(html("div", { class: "pair" }, ...zoomButtons(map, texts)));
  byId("controls").append(button({ icon: "print", label: texts.print, class: "print" }, print));
  // Browsers tell positions to secure pages only: elsewhere the button would never work.
  if (!window.isSecureContext || !("geolocation" in navigator)) return;
  byId("controls").append(button({ icon: "target", label: texts.locate }, () => locate(map, texts, bounds())));
}

const marker = new Marker({ element: html("div", { class: "here" }) });

function locate(map: MapLibre, texts: Texts, bounds: [number, number, number, number] | undefined): void {
  navigator.geolocation.getCurrentPosition(
    ({ coords: { longitude: lng, latitude: lat } }) => {
      if (bounds && !within(bounds, { lng, lat })) return say(texts.outside);
      marker.setLngLat({ lng, lat }).addTo(map);
      map.flyTo({ center: { lng, lat }, zoom: Math.max(map.getZoom(), 17) });
    },
    () => say(texts.notLocated),
    { enableHighAccuracy: true, timeout: 10_000 },
  );
}

function within([west, south, east, north]: number[], { lng, lat }: Pick<LngLat, "lng" | "lat">): boolean {
  const [w = 0, s = 0, e = 0, n = 0] = [west, south, east, north];
  return lng >= w && lng <= e && lat >= s && lat <= n;
}
