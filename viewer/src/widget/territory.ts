// The territory of a widget: its outline, and the ground beside it, dimmed. Pure.

import type { FilterSpecification, StyleSpecification } from "maplibre-gl";

type Ring = [number, number][];

export interface Territory {
  bbox: [number, number, number, number];
  properties: { code: string; name: string | null };
  geometry: { type: "MultiPolygon"; coordinates: Ring[][] };
}

/** How the world beside it looks, and its border. */
const LOOKS = {
  light: { beside: "#f4f0e8", opacity: 0.72, border: "#9c4222", casing: "#ffffff" },
  dark: { beside: "#12100e", opacity: 0.7, border: "#f0a27c", casing: "#1a1816" },
};

/** Beyond Web Mercator's edge nothing is seen. */
const WORLD: Ring = [[-180, -85.06], [180, -85.06], [180, 85.06], [-180, 85.06], [-180, -85.06]];

/** A style with the territory above all that it draws. */
export function withTerritory(
  style: StyleSpecification, territory: Territory, scheme: "light" | "dark",
): StyleSpecification {
  const { beside, opacity, border, casing } = LOOKS[scheme];
  const { coordinates } = territory.geometry;
  const holes = coordinates.flatMap((rings) => rings.slice(1));
  const feature = (part: string, polygons: Ring[][]) => ({
    type: "Feature" as const,
    properties: { part },
    geometry: { type: "MultiPolygon" as const, coordinates: polygons },
  });
  const exteriors = coordinates.flatMap((rings) => rings.slice(0, 1));
  const around = [[WORLD, ...exteriors], ...holes.map((hole) => [hole])];
  const data = {
    type: "FeatureCollection" as const,
    features: [feature("beside", around), feature("within", coordinates)],
  };
  const filter = (part: string): FilterSpecification => ["==", ["get", "part"], part];
  const line = (id: string, color: string, width: number, lineOpacity: number) => ({
    id, type: "line" as const, source: "territory", filter: filter("within"),
    layout: { "line-join": "round" as const },
    paint: { "line-color": color, "line-width": width, "line-opacity": lineOpacity },
  });
  return {
    ...style,
    sources: { ...style.sources, territory: { type: "geojson", data, tolerance: 0.2 } },
    layers: [
      ...style.layers,
      {
        id: "beside", type: "fill", source: "territory", filter: filter("beside"),
        paint: { "fill-color": beside, "fill-opacity": opacity, "fill-antialias": false },
      },
      line("border-casing", casing, 5, 0.7),
      line("border", border, 2, 1),
    ],
  };
}
