// The map of a widget: loaded when it is needed, with MapLibre. It shares nothing with widget.ts but what it is
// given: that one is no module.

import { type FitBoundsOptions, Map as MapLibre, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import mapStyles from "maplibre-gl/dist/maplibre-gl.css?inline";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { followChanges } from "../changes";
import { button, html } from "../dom";
import { boundsOf, groupsOf, withHidden } from "../groups";
import { creditsOf, keepNorthUp, planOptions, tellBusy, zoomButtons } from "../plan";
import { type Language, say } from "../texts";
import type { Data } from "./data";
import { LegendPanel } from "./legend";
import type { Options } from "./options";
import { sheetOf } from "./sheet";
import { type Territory, withTerritory } from "./territory";
import type { WidgetTexts } from "./texts";

// From another origin MapLibre starts it by a blob that imports it: a worker's own script has to be the page's.
setWorkerUrl(workerUrl);

/** What a widget gives of itself. */
export interface Place {
  frame: HTMLElement;
  options: Options;
  language: Language;
  scheme: "light" | "dark";
  /** The server's address, with a slash at its end. */
  base: string;
  /** Whether it still waits for this map. */
  isWanted: () => boolean;
  texts: WidgetTexts;
  data: Promise<Data>;
}

export interface Shown {
  remove: () => void;
}

type Box = [number, number, number, number];

/** Shows a map in the frame of a widget. */
export async function show(place: Place): Promise<Shown | undefined> {
  const { options, base, language, texts, frame } = place;
  const { entry, id, style, territory } = await place.data;
  if (!place.isWanted()) return undefined;
  addSheet(frame);
  const hidden = hiddenGroups(style, options);
  const title = [say(entry.title, language), territory?.properties.name].filter(Boolean).join(" – ");
  const view = viewOf(options, style, territory);
  const map = createMap(place, withHidden(style, hidden), territory, view, texts.map(title));
  const credits = creditsOf(style);
  const address = () => addressOf(place, entry.id, view, map);
  if (!map) showDrawn(place, id, view, texts.map(title));
  // A legend of the groups that are shown.
  const legend = options.legend === "none" ? undefined : new LegendPanel({
    style, id, base, language, hidden, title: texts.legend, isOpen: isLegendOpen(place),
    zoom: () => map?.getZoom() ?? view.zoom ?? 14,
  });
  const parts = [
    map && controlsOf(place, map, keepFramed(place, map, view)), legend?.element, creditsLine(credits, texts, address),
    options.territory && !territory && notice(texts.noSuchTerritory), !map && notice(texts.noWebGl),
  ];
  frame.append(...parts.filter((part) => part instanceof HTMLElement));
  if (!map) return { remove: () => undefined };
  // For the page around, which may want to say what is shown.
  (frame.getRootNode() as ShadowRoot).host.dispatchEvent(new CustomEvent("load", { detail: { title } }));
  map.on("zoomend", () => void legend?.update());
  void legend?.update();
  if (options.reload) followChanges(map, `${base}changes`);
  return { remove: () => map.remove() };
}

interface View {
  /** What is seen of the world where no centre and zoom are written. */
  bounds: Box | undefined;
  centre: { lng: number; lat: number } | undefined;
  zoom: number | undefined;
}

function viewOf({ centre, zoom }: Options, style: StyleSpecification, territory: Territory | undefined): View {
  const bounds = territory?.bbox ?? boundsOf(style);
  const middle = bounds && { lng: (bounds[0] + bounds[2]) / 2, lat: (bounds[1] + bounds[3]) / 2 };
  const isWritten = centre || zoom !== undefined;
  return isWritten
    ? { bounds: undefined, centre: centre ?? middle, zoom: zoom ?? 14 }
    : { bounds, centre: middle, zoom: undefined };
}

/** Below this width a legend would cover what it explains: it opens folded. */
const WIDE_PX = 520;
/** What an open legend takes at the left. */
const LEGEND_PX = 250;

function isLegendOpen({ frame, options }: Place): boolean {
  return options.legend === "open" && frame.clientWidth >= WIDE_PX;
}

/** How a box is fitted into the frame: beside what lies on it. */
function fitOf(place: Place): FitBoundsOptions {
  const left = isLegendOpen(place) ? LEGEND_PX : 24;
  const right = place.options.controls.length > 0 ? 60 : 24;
  return { padding: { top: 24, right, bottom: 44, left }, maxZoom: 18 };
}

/** The map, drawn; none where the browser has no WebGL 2. */
function createMap(
  place: Place, style: StyleSpecification, territory: Territory | undefined, view: View, label: string,
): MapLibre | undefined {
  const { frame, options, scheme, texts } = place;
  const container = html("div", { class: "map" });
  const keys = html("p", { class: "keys", "aria-hidden": "true" }, texts.keys);
  frame.replaceChildren(container, keys);
  try {
    const map = new MapLibre({
      ...planOptions(),
      container,
      style: territory ? withTerritory(style, territory, scheme) : style,
      ...(view.bounds
        ? { bounds: view.bounds, fitBoundsOptions: fitOf(place) }
        : { center: view.centre ?? { lng: 2.5, lat: 46.5 }, zoom: view.zoom ?? 5 }),
      cooperativeGestures: options.gestures === "cooperative",
      // The server has checked it.
      validateStyle: false,
      locale: {
        "Map.Title": label,
        "CooperativeGesturesHandler.WindowsHelpText": texts.wheel,
        "CooperativeGesturesHandler.MacHelpText": texts.wheelMac,
        "CooperativeGesturesHandler.MobileHelpText": texts.fingers,
      },
    });
    keepNorthUp(map);
    tellBusy(map, frame);
    return map;
  } catch (error) {
    console.warn(error);
    frame.replaceChildren();
    return undefined;
  }
}

/**
 * A map that nobody has moved shows the same when its frame changes its size, as on a telephone that is turned. Returns
 * what brings it back to that view.
 */
function keepFramed(place: Place, map: MapLibre, view: View): () => void {
  // Where the map is, not what moved it: MapLibre tells of a new size as of a move.
  const here = () => ({ centre: map.getCenter(), zoom: map.getZoom() });
  let home = here();
  const isHome = () => Math.abs(map.getZoom() - home.zoom) < 0.01 && home.centre.distanceTo(map.getCenter()) < 1;
  const fit = (animate: boolean) => {
    if (view.bounds) map.fitBounds(view.bounds, { ...fitOf(place), animate });
  };
  map.on("resize", () => {
    if (!isHome()) return;
    fit(false);
    home = here();
  });
  return () => {
    if (!view.bounds) map.easeTo({ center: home.centre, zoom: home.zoom });
    fit(true);
    map.once("moveend", () => (home = here()));
  };
}

/** What the server draws, where the browser cannot. */
function showDrawn({ frame, base }: Place, style: string, view: View, label: string): void {
  const sides = [frame.clientWidth, frame.clientHeight].map((side) => Math.max(1, Math.min(side, 2048)));
  const place = view.bounds?.join() ?? [view.centre?.lng ?? 2.5, view.centre?.lat ?? 46.5, view.zoom ?? 5].join();
  const src = `${base}styles/${encodeURIComponent(style)}/static/${place}/${sides.join("x")}.png`;
  frame.append(html("img", { class: "drawn", src, alt: label }));
  frame.setAttribute("aria-busy", "false");
}

/** The buttons, each group a card. */
function controlsOf(
  { frame, options, texts }: Place, map: MapLibre, goHome: () => void,
): HTMLElement | undefined {
  const groups: HTMLElement[] = [];
  if (options.controls.includes("fullscreen") && document.fullscreenEnabled) {
    groups.push(html("div", { class: "group" }, fullscreenButton(frame, texts)));
  }
  const home = options.controls.includes("home") && button({ icon: "home", label: texts.home }, goHome);
  const zoom = options.controls.includes("zoom") ? zoomButtons(map, texts) : [];
  const pair = [...zoom, home].filter((one) => one instanceof HTMLElement);
  if (pair.length > 0) groups.push(html("div", { class: "group" }, ...pair));
  return groups.length > 0 ? html("div", { class: "controls" }, ...groups) : undefined;
}

function fullscreenButton(frame: HTMLElement, texts: WidgetTexts): HTMLElement {
  const root = frame.getRootNode() as ShadowRoot;
  const toggle = button({ icon: "expand", label: texts.fullscreen }, () => {
    if (root.fullscreenElement) void document.exitFullscreen();
    else void frame.requestFullscreen().catch(() => undefined);
  });
  frame.addEventListener("fullscreenchange", () => {
    const label = root.fullscreenElement ? texts.exitFullscreen : texts.fullscreen;
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
  });
  return toggle;
}

/** Who must be named, and the way to the large map. */
function creditsLine(credits: (string | HTMLElement)[], texts: WidgetTexts, address: () => string): HTMLElement {
  const link = html(
    "a", { href: address(), target: "_blank", rel: "noopener" },
    texts.larger, html("span", { class: "quiet" }, ` ${texts.opensTab}`),
  );
  // As it is when it is followed.
  for (const event of ["pointerdown", "focus"]) link.addEventListener(event, () => (link.href = address()));
  return html("p", { class: "credits" }, html("span", {}, ...credits), link);
}

/** The large map at what is seen here. */
function addressOf({ base, language }: Place, style: string, view: View, map: MapLibre | undefined): string {
  const centre = map?.getCenter() ?? view.centre;
  const zoom = map?.getZoom() ?? view.zoom;
  const at = centre && zoom !== undefined
    ? `#map=${zoom.toFixed(2)}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`
    : "";
  return `${base}?lang=${language}&style=${encodeURIComponent(style)}${at}`;
}

function hiddenGroups(style: StyleSpecification, { layers }: Options): Set<string> {
  const isHidden = ({ id, visible }: { id: string; visible: boolean }) => (layers ? !layers.includes(id) : !visible);
  return new Set(groupsOf(style).filter(isHidden).map(({ id }) => id));
}

/** What is said on the map. */
function notice(text: string): HTMLElement {
  return html("p", { class: "notice", role: "status" }, text);
}

function addSheet(frame: HTMLElement): void {
  const root = frame.getRootNode() as ShadowRoot;
  mapSheet ??= sheetOf(mapStyles);
  // Before the widget's own, which win.
  if (!root.adoptedStyleSheets.includes(mapSheet)) {
    root.adoptedStyleSheets = [mapSheet, ...root.adoptedStyleSheets];
  }
}

/** One for all widgets of a page. */
let mapSheet: CSSStyleSheet | undefined;
