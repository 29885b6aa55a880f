// What the address of the page says of the view, both ways: `?lang=&style=&off=&on=` says what is
// shown, `#map=zoom/lat/lon` where. Pure.

import type { Language } from "./texts";

export interface Position {
  zoom: number;
  lat: number;
  lng: number;
}

export interface Address {
  /** Only where the address chose it; else the browser's language holds. */
  lang: Language | undefined;
  style: string | undefined;
  /** Groups hidden, though the style shows them. */
  off: string[];
  /** Groups shown, though the style hides them. */
  on: string[];
  position: Position | undefined;
}

/** Reads `location.search` and `location.hash`. What makes no sense is as if absent. */
export function parseAddress(search: string, hash: string): Address {
  const query = new Map(
    search.replace(/^\?/, "").split("&").map((pair): [string, string] => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=")];
    }),
  );
  const lang = query.get("lang");
  const list = (name: string) => (query.get(name) ?? "").split(",").map(decoded).filter(Boolean);
  return {
    lang: lang === "fr" || lang === "en" ? lang : undefined,
    style: decoded(query.get("style") ?? "") || undefined,
    off: list("off"),
    on: list("on"),
    position: parsePosition(hash),
  };
}

/** The address, relative to the page. */
export function formatAddress({ lang, style, off, on, position }: Address): string {
  const list = (ids: string[]) => ids.map(encodeURIComponent).join(",");
  const query = [
    lang && `lang=${lang}`,
    style && `style=${encodeURIComponent(style)}`,
    off.length > 0 && `off=${list(off)}`,
    on.length > 0 && `on=${list(on)}`,
  ].filter(Boolean);
  return `?${query.join("&")}${position ? formatPosition(position) : ""}`;
}

function parsePosition(hash: string): Position | undefined {
  const found = /^#map=([^/&]+)\/([^/&]+)\/([^/&]+)$/.exec(hash);
  if (!found) return undefined;
  const [zoom = NaN, lat = NaN, lng = NaN] = found.slice(1).map(Number);
  const holds = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.06 && Math.abs(lng) <= 180;
  return holds ? { zoom, lat, lng } : undefined;
}

/** As many digits as a pixel of the zoom is fine: 512 · 2^zoom of them go around the equator. */
function formatPosition({ zoom, lat, lng }: Position): string {
  const digits = Math.ceil(Math.log10((512 * 2 ** zoom) / 360));
  const degrees = (value: number) => value.toFixed(Math.max(0, digits));
  return `#map=${Number(zoom.toFixed(2))}/${degrees(lat)}/${degrees(lng)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
