// What the server has and how it is: its catalog, its styles, its readiness. It is asked at addresses relative
// to the page, or to a widget's script, so that it may stand under any prefix.

import type { StyleSpecification } from "maplibre-gl";
import type { Paper } from "./sheet";
import type { Localised } from "./texts";

/** A map that can be chosen. */
export interface MapEntry {
  id: string;
  title: Localised;
  description: Localised | undefined;
  /** The id of its style by night, if it has one. */
  dark: string | undefined;
  /** Whether it shows anything yet, and all that it will show: false while the server reads. */
  begun: boolean;
  complete: boolean;
}

export interface Catalog {
  /** In the server's order of preference. */
  maps: MapEntry[];
  /** What people call a layer, by its id. */
  layerTitles: Map<string, Localised>;
}

export type Readiness =
  | { state: "ready" }
  /** `ready` tells one answer from another: how many layers are ready. */
  | { state: "loading"; ready: number; loading: number }
  | { state: "gone" };

/** The server did not answer, or not with what was asked for. */
export class NoAnswer extends Error {
  constructor(readonly address: string, readonly status: number | undefined) {
    super(`${address}: ${status ?? "no answer"}`);
  }

  /** Whether it may come back by itself. */
  get passing(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** Whether an answer says that something is wrong inside the server, not that it is away, busy or reading. */
export function isFault(status: number | undefined): boolean {
  return status !== undefined && status >= 500 && ![502, 503, 504].includes(status);
}

/** What a service gives up on: a network that takes longer is as good as none. */
const PATIENCE_MS = 15_000;

interface CatalogAnswer {
  tiles?: Record<string, { title?: Localised }>;
  styles?: Record<string, StyleAnswer>;
}

interface StyleAnswer {
  title?: Localised;
  description?: Localised;
  rank?: number;
  layers?: string[];
  ready?: boolean;
  dark?: string | null;
}

/** Where this page's server is, with a slash at its end. */
const here = () => new URL(".", document.baseURI).href;

export async function readCatalog(base = here()): Promise<Catalog> {
  const { tiles = {}, styles = {} } = await readJson<CatalogAnswer>(`${base}catalog`);
  const maps = Object.entries(styles)
    .sort(([, a], [, b]) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0)
    .map(([id, { title, description, layers, ready, dark }]) => ({
      id,
      title: title ?? id,
      description,
      dark: dark ?? undefined,
      begun: layers?.length !== 0,
      complete: ready !== false,
    }));
  const titles = Object.entries(tiles).map(([id, { title }]) => [id, title ?? id] as const);
  return { maps, layerTitles: new Map(titles) };
}

/** A style, with the server's addresses as this page knows them. */
export async function readStyle(id: string, base = here()): Promise<StyleSpecification> {
  const style = await readJson<StyleSpecification>(`${base}styles/${encodeURIComponent(id)}`);
  for (const source of Object.values(style.sources)) {
    if (source.type !== "vector" && source.type !== "raster") continue;
    source.tiles = source.tiles?.map((tiles) => seenFrom(base, tiles, "/tiles/")) ?? [];
  }
  if (style.glyphs) style.glyphs = seenFrom(base, style.glyphs, "/fonts/");
  if (typeof style.sprite === "string") style.sprite = seenFrom(base, style.sprite, "/sprites/");
  return style;
}

/** How a style can be printed. */
export interface Print {
  sheets: Paper[];
  /** Of an image of a map at most, along a side. */
  pixels: number;
}

export function readPrint(style: string): Promise<Print> {
  return readJson<Print>(`${here()}styles/${encodeURIComponent(style)}/print`);
}

export async function readReadiness(): Promise<Readiness> {
  const response = await ask(`${here()}health/ready`).catch(() => undefined);
  // A proxy that hides this address answers for the server: what cannot be known is taken for good.
  if (!response || response.status === 502 || response.status === 504) return { state: "gone" };
  if (response.status !== 503) return { state: "ready" };
  const answer = (await response.json().catch(() => ({}))) as {
    layers?: Record<string, { state?: string }>;
  };
  const states = Object.values(answer.layers ?? {}).map(({ state }) => state);
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  return { state: "loading", ready: count("ready"), loading: count("loading") };
}

export async function readJson<T>(address: string): Promise<T> {
  const response = await ask(address).catch(() => undefined);
  if (!response?.ok) throw new NoAnswer(address, response?.status);
  return (await response.json()) as T;
}

function ask(address: string): Promise<Response> {
  const headers = { Accept: "application/json" };
  return fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/**
 * An address of the server's as seen from here: the server names itself as others should call it, and this page,
 * or this widget, came from it already, perhaps by another name. As text: it is a template.
 */
function seenFrom(base: string, address: string, from: string): string {
  const at = address.lastIndexOf(from);
  return at < 0 ? address : base + address.slice(at + 1);
}
