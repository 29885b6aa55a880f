// What the server has: its catalog and the TileJSON of each layer. All addresses are relative to
// the page.

export type Geometry = "point" | "line" | "polygon" | "mixed";

export interface Layer {
  id: string;
  title: string;
  attribution: string;
  /** West, south, east, north, in degrees. */
  bounds: [number, number, number, number] | undefined;
  minzoom: number;
  maxzoom: number;
  /** Address templates. */
  tiles: string[];
  geometry: Geometry;
}

interface Catalog {
  tiles: Record<string, { title?: string }>;
}

interface TileJson {
  tiles: string[];
  name?: string;
  attribution?: string;
  bounds?: [number, number, number, number];
  minzoom?: number;
  maxzoom?: number;
  vector_layers?: { id: string; geometry_type?: Geometry }[];
}

/** A layer that the catalog names, and what came of asking for it. */
export interface Entry {
  id: string;
  title: string;
  /** Undefined where the server does not serve it now. */
  layer: Layer | undefined;
}

/** All layers, in the catalog's order. Fails where the catalog itself cannot be read. */
export async function readCatalog(): Promise<Entry[]> {
  const catalog = await readJson<Catalog>("catalog");
  const entries = Object.entries(catalog.tiles).map(async ([id, { title }]): Promise<Entry> => {
    const layer = await readLayer(id, title ?? id).catch(() => undefined);
    return { id, title: title ?? id, layer };
  });
  return Promise.all(entries);
}

async function readLayer(id: string, title: string): Promise<Layer> {
  const tileJson = await readJson<TileJson>(`tiles/${encodeURIComponent(id)}`);
  return {
    id,
    title,
    attribution: tileJson.attribution ?? "",
    bounds: tileJson.bounds,
    minzoom: tileJson.minzoom ?? 0,
    maxzoom: tileJson.maxzoom ?? 22,
    tiles: tileJson.tiles,
    geometry: tileJson.vector_layers?.[0]?.geometry_type ?? "mixed",
  };
}

async function readJson<T>(address: string): Promise<T> {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return (await response.json()) as T;
}
