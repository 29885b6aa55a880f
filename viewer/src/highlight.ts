// The feature that is being read, drawn on top of the map: the whole of it, from its source, not the
// piece that one tile holds.

import type { LayerSpecification, Map as MapLibre } from "maplibre-gl";
import type { Found } from "./features";

/** Seen on every shipped style: no layer is of this colour. */
const COLOUR = "#0a5fff";
const HALO = "#ffffff";

type Look = Pick<LayerSpecification, "type" | "paint" | "layout">;
const LOOKS: { of: string; look: Look }[] = [
  { of: "Polygon", look: { type: "fill", paint: { "fill-color": COLOUR, "fill-opacity": 0.18 } } },
  ...(["Polygon", "LineString"] as const).flatMap((of) => [
    { of, look: line(HALO, 7) },
    { of, look: line(COLOUR, 3) },
  ]),
  { of: "Point", look: ring(HALO, 6) },
  { of: "Point", look: ring(COLOUR, 3) },
];

const id = (index: number): string => `tuilerie:highlight ${index}`;

/** Highlights a feature; `undefined` none. */
export function highlight(map: MapLibre, found: Found | undefined): void {
  LOOKS.forEach((_, index) => {
    if (map.getLayer(id(index))) map.removeLayer(id(index));
  });
  if (!found || !map.getSource(found.source)) return;
  const everywhere = covers(map, found);
  LOOKS.forEach(({ of, look }, index) => {
    if (look.type === "fill" && everywhere) return;
    map.addLayer({
      id: id(index),
      source: found.source,
      "source-layer": found.sourceLayer,
      filter: ["all", ["==", ["geometry-type"], of], found.filter],
      ...look,
    } as LayerSpecification);
  });
}

/** Whether an area lies under all that is seen: a tint would be all over the map and say nothing. */
function covers(map: MapLibre, { sourceLayer, filter }: Found): boolean {
  const { clientWidth: right, clientHeight: bottom } = map.getContainer();
  const corners: [number, number][] = [[1, 1], [right - 1, 1], [1, bottom - 1], [right - 1, bottom - 1]];
  return corners.every((corner) =>
    map.queryRenderedFeatures(corner, { filter }).some((one) => one.sourceLayer === sourceLayer),
  );
}

function line(colour: string, width: number): Look {
  return {
    type: "line",
    paint: { "line-color": colour, "line-width": width },
    layout: { "line-cap": "round", "line-join": "round" },
  };
}

function ring(colour: string, width: number): Look {
  return {
    type: "circle",
    paint: {
      "circle-radius": 11 - width / 2,
      "circle-opacity": 0,
      "circle-stroke-color": colour,
      "circle-stroke-width": width,
    },
  };
}
