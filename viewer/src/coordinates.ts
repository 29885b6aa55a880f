// Positions as people read and as programs paste them. Pure.

import { inFrance, lambert93 } from "./lambert93";
import type { Language } from "./texts";

export interface LonLat {
  lng: number;
  lat: number;
}

/** One position in one system. */
export interface Reading {
  system: "WGS 84" | "Lambert-93";
  /** For people, in their language. */
  shown: string;
  /** For programs: decimal points, no units. WGS 84 has its latitude first, as map services do. */
  copied: string;
}

/**
 * A position in WGS 84 and, where it is in use, in Lambert-93; as fine as a pixel of the zoom, which
 * is all that a pointer can mean.
 */
export function readings({ lng, lat }: LonLat, zoom: number, language: Language): Reading[] {
  const metres = zoom >= 19 ? 2 : zoom >= 16 ? 1 : 0;
  // A metre is 0.000009°.
  const degrees = metres + 5;
  const number = (value: number, digits: number) => {
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const text = value.toLocaleString(language, format);
    // As ISO 80000 has it: between two numbers a comma that groups thousands would confuse.
    return language === "en" ? text.replaceAll(",", "\u202f") : text;
  };
  const [north, south, east, west] = language === "fr" ? "NSEO" : "NSEW";
  const found: Reading[] = [
    {
      system: "WGS 84",
      shown:
        `${number(Math.abs(lat), degrees)}° ${lat < 0 ? south : north}  ` +
        `${number(Math.abs(lng), degrees)}° ${lng < 0 ? west : east}`,
      copied: `${lat.toFixed(degrees)}, ${lng.toFixed(degrees)}`,
    },
  ];
  if (inFrance(lng, lat)) {
    const projected = lambert93(lng, lat);
    found.push({
      system: "Lambert-93",
      shown: `X ${number(projected.east, metres)}  Y ${number(projected.north, metres)}`,
      copied: `${projected.east.toFixed(metres)}, ${projected.north.toFixed(metres)}`,
    });
  }
  return found;
}
