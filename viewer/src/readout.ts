// The line at the foot of the map: scale, coordinates, sources.

import type { LngLat, Map as MapLibre } from "maplibre-gl";
import { copy } from "./clipboard";
import { type Reading, readings } from "./coordinates";
import { byId, html, icon } from "./dom";
import { say } from "./notice";
import { creditsOf } from "./plan";
import { scaleBar } from "./scale";
import type { Language, Texts } from "./texts";

const LONGEST_SCALE_PX = 110;

/** Buttons that show a position and copy it. */
export function copyButtons(where: Reading[], texts: Texts): HTMLElement[] {
  return where.map((reading) => {
    const button = html("button", { type: "button", class: "position" });
    fill(button, reading, texts);
    button.addEventListener("click", () => void copyReading(button, texts));
    return button;
  });
}

function fill(button: HTMLElement, { system, shown, copied }: Reading, texts: Texts): void {
  button.dataset.copied = copied;
  button.title = texts.copyPosition(system);
  button.replaceChildren(
    html("span", { class: "system" }, system),
    html("span", { class: "numbers" }, shown),
    icon("copy"),
  );
}

async function copyReading(button: HTMLElement, texts: Texts): Promise<void> {
  const text = button.dataset.copied ?? "";
  const done = await copy(text);
  say(done ? texts.copied(text) : texts.copyFailed);
}

/** Shows scale, coordinates (of the pointer while it is over the map, else of the centre), sources. */
export function showReadout(map: MapLibre, texts: Texts, language: Language): void {
  const coordinates = byId("coordinates");
  let pointer: LngLat | undefined;

  const showCoordinates = () => {
    const where = readings(pointer ?? map.getCenter(), map.getZoom(), language);
    const shown = coordinates.querySelectorAll<HTMLElement>("button");
    // The same buttons as long as possible: one of them may have the focus.
    if (shown.length !== where.length) coordinates.replaceChildren(...copyButtons(where, texts));
    else where.forEach((reading, index) => shown[index] && fill(shown[index], reading, texts));
  };
  const showScale = () => {
    const { width, label } = scaleBar(map.getZoom(), map.getCenter().lat, LONGEST_SCALE_PX, language);
    byId("scale").textContent = label;
    byId("scale").style.width = `${width}px`;
  };
  // The pointer, not a finger: where a finger was last means nothing.
  const hovers = window.matchMedia("(hover: hover)").matches;
  map.on("mousemove", ({ lngLat }) => {
    if (hovers) pointer = lngLat;
    showCoordinates();
  });
  map.on("mouseout", () => {
    pointer = undefined;
    showCoordinates();
  });
  map.on("move", () => {
    showCoordinates();
    showScale();
  });
  showCoordinates();
  showScale();
}

/** Names the sources of what is shown. */
export function showSources(map: MapLibre): void {
  byId("sources").replaceChildren(...creditsOf(map.getStyle()));
}
