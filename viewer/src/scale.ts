// How long a scale bar is and what stands beside it. Pure.

import type { Language } from "./texts";

export interface ScaleBar {
  /** In CSS pixels. */
  width: number;
  label: string;
}

/** Equator of the sphere of Web Mercator, in metres, over the 512 pixels of zoom 0. */
const METRES_PER_PIXEL = 40_075_016.686 / 512;

/** The longest bar of 1, 2 or 5 × 10ⁿ metres that is no longer than `most` pixels. */
export function scaleBar(zoom: number, lat: number, most: number, language: Language): ScaleBar {
  const metresPerPixel = (METRES_PER_PIXEL * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  const longest = metresPerPixel * most;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = power * ([5, 2].find((factor) => factor * power <= longest) ?? 1);
  return { width: length / metresPerPixel, label: label(length, language) };
}

function label(metres: number, language: Language): string {
  const [unit, metresPerUnit] =
    metres >= 1000 ? ["km", 1000] : metres >= 1 ? ["m", 1] : ["cm", 0.01];
  return `${Math.round(metres / metresPerUnit).toLocaleString(language)} ${unit}`;
}
