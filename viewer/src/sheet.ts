// A printed sheet: which papers and scales there are, how large its map is on the screen, the address that
// prints it. What of the paper the map takes the server says. Pure.

import type { Position } from "./address";
import type { Language } from "./texts";

/** A paper, and how large the map on it is. */
export interface Paper {
  paper: "a4" | "a3";
  orientation: "portrait" | "landscape";
  legend: boolean;
  /** Width and height in millimetres. */
  map: [number, number];
}

/** What is to be printed. */
export interface Sheet extends Pick<Paper, "paper" | "orientation" | "legend"> {
  /** So many metres on the ground are one on paper. */
  scale: number;
  title: string;
}

/** Scales that plans are drawn at. */
export const SCALES = [200, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 25_000] as const;

/** Half the equator of Web Mercator, and the ellipsoid of WGS 84: its first eccentricity, squared. */
const HALF_WIDTH = 20_037_508.342_789_244;
const E2 = 0.006_694_379_990_14;

/** Metres on the ground to a pixel, as the server reckons them (`src/map/sheet/ground.rs`). */
export function metresPerPixel(zoom: number, lat: number): number {
  const phi = (lat * Math.PI) / 180;
  const stretch = (1 - E2 * Math.sin(phi) ** 2) / (Math.sqrt(1 - E2) * Math.cos(phi));
  return (2 * HALF_WIDTH) / (512 * 2 ** zoom) / stretch;
}

/** Width and height of a sheet's map on the screen, in pixels. */
export function frame([width, height]: Paper["map"], scale: number, zoom: number, lat: number): [number, number] {
  const pixels = (millimetres: number) => ((millimetres / 1000) * scale) / metresPerPixel(zoom, lat);
  return [pixels(width), pixels(height)];
}

/** By how many zooms a frame must shrink, or may grow, to fill a room. */
export function zoomToFit([width, height]: [number, number], room: [number, number]): number {
  return Math.log2(Math.min(room[0] / width, room[1] / height));
}

/** Of the scales the one whose map shows about as much as a room does; a larger part of it rather than less. */
export function nearestScale(
  map: Paper["map"], room: [number, number], zoom: number, lat: number,
): (typeof SCALES)[number] {
  const shown = Math.min(...([0, 1] as const).map((axis) =>
    (room[axis] * metresPerPixel(zoom, lat)) / (map[axis] / 1000)));
  const distance = (scale: number) => Math.abs(Math.log(scale / shown));
  return SCALES.reduce((best, scale) => (distance(scale) < distance(best) ? scale : best));
}

/** Groups that are on the screen otherwise than the style says. */
export interface Groups {
  off: string[];
  on: string[];
}

function say(said: URLSearchParams, { off, on }: Groups): void {
  if (off.length > 0) said.set("hide", off.join(","));
  if (on.length > 0) said.set("show", on.join(","));
}

/** The address, relative to the page, that answers with the sheet. */
export function printAddress(
  style: string, { lng, lat }: { lng: number; lat: number }, sheet: Sheet, groups: Groups, language: Language,
): string {
  const { paper, orientation, legend, scale, title } = sheet;
  const said = new URLSearchParams({
    center: `${lng.toFixed(7)},${lat.toFixed(7)}`, scale: String(scale), paper, orientation, lang: language,
  });
  if (!legend) said.set("legend", "false");
  if (title.trim()) said.set("title", title.trim());
  say(said, groups);
  return `styles/${encodeURIComponent(style)}/print.pdf?${said}`;
}

/** The address of an image of a view, at twice the screen's resolution where that is not above what the server draws. */
export function imageAddress(
  style: string, view: Position, room: [number, number], most: number, groups: Groups,
): string {
  const size = room.map((side) => Math.min(Math.round(side), most)) as [number, number];
  const ratio = 2 * Math.max(...room) <= most ? 2 : 1;
  return viewAddress(style, view, size, ratio, groups, { scale: "true" });
}

/** The address of an image of a view as a screen of some pixels shows it, with what else is to be on it. */
export function viewAddress(
  style: string, { lng, lat, zoom }: Position, [width, height]: [number, number], ratio: number, groups: Groups,
  extras: Record<string, string> = {},
): string {
  const place = `${lng.toFixed(7)},${lat.toFixed(7)},${zoom.toFixed(3)}`;
  const said = new URLSearchParams(extras);
  say(said, groups);
  const file = `${width}x${height}${ratio > 1 ? "@2x" : ""}.png`;
  return `styles/${encodeURIComponent(style)}/static/${place}/${file}${said.size > 0 ? `?${said}` : ""}`;
}
