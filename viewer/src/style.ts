// How layers look that have no style of their own: one calm colour each, areas below lines below
// points.

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Geometry, Layer } from "./catalog";

/** Set2 and Dark2 of ColorBrewer, darkened until each is legible on the background. */
const PALETTE = [
  "#3d6fa8", "#4f8a4c", "#a8563a", "#b9a04a", "#7d6aa6",
  "#3f8f8c", "#b2557b", "#6d7f3a", "#60758a", "#8a6a4a",
];

export function colourOf(index: number): string {
  return PALETTE[index % PALETTE.length] ?? "#60758a";
}

/** What a MapLibre layer draws of one of ours. */
interface Part {
  of: Exclude<Geometry, "mixed">;
  geometryType: "Polygon" | "LineString" | "Point";
  look: (colour: string) => Pick<LayerSpecification, "type" | "paint">;
}

/** From bottom to top. */
const PARTS: Part[] = [
  {
    of: "polygon",
    geometryType: "Polygon",
    look: (colour) => ({
      type: "fill",
      paint: { "fill-color": colour, "fill-opacity": 0.3, "fill-outline-color": colour },
    }),
  },
  {
    of: "line",
    geometryType: "LineString",
    look: (colour) => ({
      type: "line",
      paint: {
        "line-color": colour,
        "line-width": ["interpolate", ["exponential", 1.4], ["zoom"], 8, 0.5, 14, 1, 20, 3],
      },
    }),
  },
  {
    of: "point",
    geometryType: "Point",
    look: (colour) => ({
      type: "circle",
      paint: {
        "circle-color": colour,
        "circle-radius": ["interpolate", ["exponential", 1.4], ["zoom"], 10, 0.6, 14, 1.2, 20, 7],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0, 18, 1],
      },
    }),
  },
];

/**
 * The style of all layers. As in a list of layers, the first lies on top. What MapLibre draws of a
 * layer has its id as `source`.
 */
export function styleOf(layers: Layer[]): StyleSpecification {
  const parts = PARTS.flatMap(({ of, geometryType, look }) =>
    layers
      .map((layer, index) => ({ layer, colour: colourOf(index) }))
      .filter(({ layer }) => layer.geometry === "mixed" || layer.geometry === of)
      .map(({ layer, colour }) => ({
        id: `${layer.id} ${of}`,
        source: layer.id,
        "source-layer": layer.id,
        filter: ["==", ["geometry-type"], geometryType],
        ...look(colour),
      }) as LayerSpecification)
      .reverse(),
  );
  return {
    version: 8,
    sources: Object.fromEntries(layers.map((layer) => [layer.id, sourceOf(layer)])),
    layers: [
      { id: "background", type: "background", paint: { "background-color": "#f6f4ee" } },
      ...parts,
    ],
  };
}

function sourceOf(layer: Layer): SourceSpecification {
  return {
    type: "vector",
    tiles: layer.tiles,
    minzoom: layer.minzoom,
    maxzoom: layer.maxzoom,
    attribution: escaped(layer.attribution),
    ...(layer.bounds && { bounds: layer.bounds }),
  };
}

/** MapLibre takes attributions for HTML, and ours are texts. */
function escaped(text: string): string {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}
