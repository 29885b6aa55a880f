// What the server says has changed: tiles that are in view are asked for again, and drawn in place of the
// old ones when they are there; those beside come when the map gets there.

import type { Map as MapLibre } from "maplibre-gl";
import { Backoff } from "./backoff";

/** A change as the server tells it: of which layer (of any without one), and where, in degrees; everywhere without boxes. */
interface Change {
  layer?: string;
  bbox?: [number, number, number, number][];
}

/** A server that restarts is found again at once, one that stays away is not asked all the time. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Edits come in bursts: so long after one, what came meanwhile is drawn at once. */
const GATHERED_MS = 250;

/** Keeps a map as fresh as the server, which tells of changes at `address`. */
export function followChanges(map: MapLibre, address: string): void {
  let waiting: number | undefined;
  /** The layers whose tiles may be old, in view and out of it. */
  const changed = new Set<Change["layer"]>();
  const old = new Set<Change["layer"]>();

  const refresh = () => {
    waiting = undefined;
    const { sources, layers } = map.getStyle();
    const isShown = (id: string) => layers.some((layer) =>
      "source" in layer && layer.source === id && changed.has(layer["source-layer"]));
    for (const [id, { type }] of Object.entries(sources)) {
      // What a picture shows is not known here.
      const isOld = type === "raster" || (type === "vector" && (changed.has(undefined) || isShown(id)));
      if (isOld) map.refreshTiles(id);
    }
    // Tiles out of view are asked for with the others.
    for (const layer of changed) old.delete(layer);
    changed.clear();
  };
  const refreshSoon = (layers: Iterable<Change["layer"]>) => {
    for (const layer of layers) changed.add(layer);
    waiting ??= window.setTimeout(refresh, GATHERED_MS);
  };
  map.on("moveend", () => {
    if (old.size === 0) return;
    refreshSoon(old);
    old.clear();
  });

  const heard = ({ layer, bbox }: Change) => {
    if (!bbox || bbox.some((box) => isNear(map, box))) refreshSoon([layer]);
    else old.add(layer);
  };
  const stop = listen(address, heard);
  map.on("remove", () => {
    window.clearTimeout(waiting);
    stop();
  });
}

interface Stream {
  readers: Set<(change: Change) => void>;
  close: () => void;
}

/** One a server, whatever the number of maps: browsers open six connections to one, over HTTP/1.1. */
const streams = new Map<string, Stream>();

/** Hears of all changes, until it is stopped by what this returns. */
function listen(address: string, reader: (change: Change) => void): () => void {
  const stream = streams.get(address) ?? open(address);
  streams.set(address, stream);
  stream.readers.add(reader);
  return () => {
    stream.readers.delete(reader);
    if (stream.readers.size > 0) return;
    stream.close();
    streams.delete(address);
  };
}

function open(address: string): Stream {
  const readers = new Set<(change: Change) => void>();
  const tell = (change: Change) => readers.forEach((reader) => reader(change));
  const backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
  let events: EventSource | undefined;
  let waiting: number | undefined;

  const connect = (isAgain: boolean) => {
    let failures = 0;
    events = new EventSource(address);
    events.addEventListener("open", () => {
      failures = 0;
      backoff.reset();
      // What was missed is not known: it may be anything.
      if (isAgain) tell({});
      isAgain = false;
    });
    events.addEventListener("reload", () => tell({}));
    events.addEventListener("change", ({ data }: MessageEvent<string>) => tell(JSON.parse(data) as Change));
    events.addEventListener("error", () => {
      failures += 1;
      // A stream that was cut the browser takes up again, and says what it heard last. It would do so for ever, and
      // never after an answer that is an error.
      if (events?.readyState !== EventSource.CLOSED && failures < 2) return;
      events?.close();
      waiting = window.setTimeout(() => connect(true), backoff.next());
    });
  };
  connect(false);
  return {
    readers,
    close: () => {
      window.clearTimeout(waiting);
      events?.close();
    },
  };
}

/** Whether a box meets what is in view, or as much again around it: tiles reach beyond. */
function isNear(map: MapLibre, [west, south, east, north]: [number, number, number, number]): boolean {
  const view = map.getBounds();
  const [width, height] = [view.getEast() - view.getWest(), view.getNorth() - view.getSouth()];
  return (
    west <= view.getEast() + width && east >= view.getWest() - width &&
    south <= view.getNorth() + height && north >= view.getSouth() - height
  );
}
