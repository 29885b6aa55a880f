// What the viewer's map and those of widgets have in common: they are plans, with north up, two buttons to zoom,
// and the names of their sources.

import type { Map as MapLibre, MapOptions, StyleSpecification } from "maplibre-gl";
import { button, html } from "./dom";

export const MAX_ZOOM = 22;

/** How a plan is set up. */
export function planOptions(): Omit<MapOptions, "container"> {
  return {
    maxZoom: MAX_ZOOM,
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    // Tiles of a style that ends early (`tuilerie:maxzoom`) are enlarged, never split: texts in areas
    // come once a tile.
    zoomLevelsToOverscale: MAX_ZOOM,
    fadeDuration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
  };
}

/** Takes away what would turn it. */
export function keepNorthUp(map: MapLibre): void {
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
}

/** Tells whether a map is complete: assistive technology, and the tests. */
export function tellBusy(map: MapLibre, element: Element): void {
  const busy = (is: boolean) => element.setAttribute("aria-busy", String(is));
  busy(true);
  map.on("dataloading", () => busy(true));
  map.on("movestart", () => busy(true));
  map.on("idle", () => busy(false));
}

export function zoomButtons(map: MapLibre, texts: { zoomIn: string; zoomOut: string }): HTMLElement[] {
  const closer = button({ icon: "plus", label: texts.zoomIn }, () => map.zoomIn());
  const farther = button({ icon: "minus", label: texts.zoomOut }, () => map.zoomOut());
  const limits = () => {
    closer.setAttribute("aria-disabled", String(map.getZoom() >= map.getMaxZoom()));
    farther.setAttribute("aria-disabled", String(map.getZoom() <= map.getMinZoom()));
  };
  map.on("zoomend", limits);
  limits();
  return [closer, farther];
}

/** Who must be named on a map: text, and links that open beside it. */
export function creditsOf(style: StyleSpecification): (string | HTMLElement)[] {
  const written = Object.values(style.sources)
    .map((source) => ("attribution" in source ? source.attribution ?? "" : ""));
  const credits = [...new Set(written)].filter(Boolean).map(textAndLinks);
  return credits.flatMap((parts, index) => (index === 0 ? parts : [" · ", ...parts]));
}

/** Attributions come as HTML, as MapLibre wants them. Only texts and addresses of it are used. */
function textAndLinks(markup: string): (string | HTMLElement)[] {
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  return [...body.childNodes].map((node) => {
    const text = node.textContent ?? "";
    const href = node instanceof HTMLAnchorElement ? node.href : "";
    return /^https?:/.test(href) ? html("a", { href, target: "_blank", rel: "noopener" }, text) : text;
  });
}
