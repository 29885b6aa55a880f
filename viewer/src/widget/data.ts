// What a widget asks of its server before there is a map: asked at once, while the library is on its way.

import type { StyleSpecification } from "maplibre-gl";
import { type MapEntry, NoAnswer, readCatalog, readJson, readStyle } from "../server";
import type { Options } from "./options";
import type { Territory } from "./territory";

export interface Data {
  entry: MapEntry;
  /** The id of the style, which is another by night. */
  id: string;
  style: StyleSpecification;
  territory: Territory | undefined;
}

export async function readData(options: Options, scheme: "light" | "dark", base: string): Promise<Data> {
  // By day a map is called as its style, if it is served.
  const likely = options.map && scheme === "light" ? readStyle(options.map, base).catch(() => undefined) : undefined;
  const [catalog, territory] = await Promise.all([
    readCatalog(base),
    options.territory ? readTerritory(options.territory, base) : undefined,
  ]);
  const entry = catalog.maps.find(({ id }) => id === options.map) ?? catalog.maps.find(({ begun }) => begun);
  if (!entry) throw new Error("this server has no map");
  const id = (scheme === "dark" && entry.dark) || entry.id;
  const style = (id === options.map && (await likely)) || (await readStyle(id, base));
  return { entry, id, style, territory };
}

/** The territory of a code; none where the server knows none. */
export async function readTerritory(code: string, base: string): Promise<Territory | undefined> {
  try {
    return await readJson<Territory>(`${base}territories/${encodeURIComponent(code)}`);
  } catch (error) {
    if (error instanceof NoAnswer && error.status === 404) return undefined;
    throw error;
  }
}
