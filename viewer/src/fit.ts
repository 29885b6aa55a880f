// The view that shows a box, beside what lies on the map. By hand, not by MapLibre's `fitBounds`: it is wanted before there
// is a map. Pure.

import type { Position } from "./address";

/** What is not free of a map, in pixels from its edges. */
export interface Padding {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is smaller is seen with some of its surroundings. */
const CLOSEST = 18;
/** Pixels around the equator at zoom 0. */
const WORLD = 512;

/** Where a map of a size shows a box (west, south, east, north) in the middle of what is free, as large as it can be. */
export function fit(
  [west, south, east, north]: [number, number, number, number], [width, height]: [number, number],
  { left, top, right, bottom }: Padding,
): Position {
  const box = { left: x(west), right: x(east), top: y(north), bottom: y(south) };
  const free = [Math.max(width - left - right, 1), Math.max(height - top - bottom, 1)] as const;
  const scale = Math.min(free[0] / (box.right - box.left), free[1] / (box.bottom - box.top), WORLD * 2 ** CLOSEST);
  const middle = {
    x: (box.left + box.right) / 2 - (left - right) / 2 / scale,
    y: (box.top + box.bottom) / 2 - (top - bottom) / 2 / scale,
  };
  return { lng: middle.x * 360 - 180, lat: latitude(middle.y), zoom: Math.max(Math.log2(scale / WORLD), 0) };
}

/** Web Mercator, from 0 to 1, from the north-western corner of the world. */
const x = (lng: number) => (lng + 180) / 360;
const y = (lat: number) => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
const latitude = (y: number) => (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
