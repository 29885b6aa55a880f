// A picture of the first view, drawn by the server, until the browser has drawn the map. Only where the browser draws
// without a graphics card, as remote desktops do: there it takes seconds, the server a tenth of one.
// Not a map: the first movement takes it away.

import type { Map as MapLibre } from "maplibre-gl";
import type { Position } from "./address";
import { byId, html } from "./dom";
import { type Groups, viewAddress } from "./sheet";

/** What draws WebGL by the processor says so: Chromium's, Mesa's, Windows'. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render/i;

/** A server that takes longer is busy: the map is drawn without. */
const PATIENCE_MS = 1_000;

/** Whether the browser would draw a map without a graphics card. */
export function isDrawnByProcessor(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  const unmasked = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = unmasked && gl?.getParameter(unmasked.UNMASKED_RENDERER_WEBGL);
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(String(renderer));
}

/** Shows a picture of a view where the map will be; resolved when it is there, or when there will be none. */
export async function showPoster(view: Position, style: string, groups: Groups): Promise<void> {
  const map = byId("map");
  const address = viewAddress(style, view, [map.clientWidth, map.clientHeight], window.devicePixelRatio, groups);
  const before = poster();
  const image = before?.getAttribute("src") === address ? before : html("img", { id: "poster", alt: "", src: address });
  if (image !== before) {
    before?.remove();
    map.after(image);
  }
  const patience = new Promise((done) => window.setTimeout(done, PATIENCE_MS));
  await Promise.race([image.decode().catch(() => image.remove()), patience]);
}

/** Takes the picture away once a map is complete, or is not where the picture is. */
export function takeAway(map: MapLibre): void {
  for (const event of ["idle", "movestart", "resize"] as const) map.once(event, () => poster()?.remove());
}

const poster = () => document.querySelector<HTMLImageElement>("#poster");
