// What a widget shows, as its attributes say it, and as an address of /embed says the same. What makes no
// sense is as if absent: a map on a member's page is there whatever its editor wrote. Pure.

import { MAX_ZOOM } from "../plan";
import type { Language } from "../texts";

export type Theme = "auto" | "light" | "dark";
export type Legend = "folded" | "open" | "none";
export type Control = (typeof CONTROLS)[number];

export interface Options {
  /** A style's id; the server's first where absent. */
  map: string | undefined;
  /** The code of a territory: INSEE, SIREN. */
  territory: string | undefined;
  theme: Theme;
  /** The groups of layers to show; those that the style shows where absent. */
  layers: string[] | undefined;
  centre: { lng: number; lat: number } | undefined;
  zoom: number | undefined;
  /** The page's where absent. */
  language: Language | undefined;
  controls: Control[];
  legend: Legend;
  /** A length of CSS. */
  height: string;
  /** Whether the wheel and one finger are left to the page around. */
  gestures: "cooperative" | "free";
  /** Whether edits are followed. */
  reload: boolean;
}

const CONTROLS = ["zoom", "home", "fullscreen"] as const;
export const DEFAULT_HEIGHT = "420px";

/** The attributes, in the order in which they are written. */
export const ATTRIBUTES = [
  "map", "territory", "theme", "layers", "centre", "zoom", "language", "controls", "legend", "height", "gestures",
  "reload",
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** The options that attributes say: `read` gives the text of one, or null. */
export function optionsOf(read: (name: Attribute) => string | null): Options {
  const text = (name: Attribute) => read(name)?.trim() || undefined;
  const one = <T extends string>(name: Attribute, known: readonly T[], otherwise: T) =>
    known.find((value) => value === text(name)) ?? otherwise;
  const list = (name: Attribute) => text(name)?.split(",").map((item) => item.trim()).filter(Boolean);
  const controls = list("controls");
  return {
    map: text("map"),
    territory: text("territory"),
    theme: one("theme", ["auto", "light", "dark"], "auto"),
    layers: list("layers"),
    centre: centreOf(text("centre")),
    zoom: numberOf(text("zoom"), 0, MAX_ZOOM),
    language: [text("language")].find((value) => value === "fr" || value === "en"),
    controls: CONTROLS.filter((control) => controls?.includes(control) ?? true),
    legend: one("legend", ["folded", "open", "none"], "folded"),
    height: heightOf(text("height")),
    gestures: one("gestures", ["cooperative", "free"], "cooperative"),
    reload: read("reload") !== null && text("reload") !== "false",
  };
}

/** Attributes as the query of an address of /embed; empty ones are left out, but for one that says all by being there. */
export function queryOf(attributes: Partial<Record<Attribute, string>>): string {
  const said = (name: Attribute) => (name === "reload" && attributes[name] === "" ? "true" : attributes[name]);
  const pairs = ATTRIBUTES.map((name) => [name, said(name)] as const)
    .filter((pair): pair is [Attribute, string] => Boolean(pair[1]))
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

function centreOf(text: string | undefined): Options["centre"] {
  const [lng, lat, ...rest] = (text ?? "").split(",");
  const [east, north] = [numberOf(lng, -180, 180), numberOf(lat, -85, 85)];
  return east === undefined || north === undefined || rest.length > 0 ? undefined : { lng: east, lat: north };
}

function numberOf(text: string | undefined, least: number, most: number): number | undefined {
  const number = Number(text?.trim() || NaN);
  return number >= least && number <= most ? number : undefined;
}

/** A number is one of pixels. */
function heightOf(text: string | undefined): string {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(px|em|rem|vh|svh|dvh|%)?$/.exec(text ?? "") ?? [];
  return number ? `${number}${unit ?? "px"}` : DEFAULT_HEIGHT;
}
