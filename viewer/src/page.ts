// The page around the map: its texts, and what folds and unfolds in it.

import { button, byId, icon } from "./dom";
import type { Language, Texts } from "./texts";

/** Puts the texts of a language into index.html, which has none. */
export function writePage(texts: Texts, language: Language, actions: { copyLink: () => void; embed: () => void }): void {
  document.documentElement.lang = language;
  const labels = { panel: texts.panel, controls: texts.controls, readout: texts.readout };
  for (const [id, label] of Object.entries(labels)) byId(id).setAttribute("aria-label", label);
  byId("details").setAttribute("aria-label", texts.details);
  byId("print").setAttribute("aria-label", texts.print);
  byId("keys").textContent = texts.keys;
  setMessage(texts.loading);

  const skip = byId("skip");
  skip.textContent = texts.skip;
  skip.addEventListener("click", (event) => {
    // Not by its address: the part after # says where the map is.
    event.preventDefault();
    document.querySelector<HTMLElement>(".maplibregl-canvas")?.focus();
  });

  const fold = byId("fold");
  fold.append(icon("layers"));
  fold.setAttribute("aria-label", texts.legend);
  fold.addEventListener("click", () => foldLegend(!byId("legend").hidden));
  foldLegend(isNarrow());

  const guide = byId("guide");
  guide.textContent = texts.guide;
  if (language === "en") guide.setAttribute("href", "./aide#english");
  const other = byId("language");
  other.textContent = texts.otherLanguage;
  other.setAttribute("lang", language === "fr" ? "en" : "fr");
  byId("share").append(
    button({ icon: "link", label: texts.copyLink, text: texts.copyLink }, actions.copyLink),
    button({ icon: "embed", label: texts.embed, text: texts.embed }, actions.embed),
  );
}

/** Where card and legend cannot both be open: as in the css. */
export function isNarrow(): boolean {
  return window.matchMedia("(max-width: 44rem)").matches;
}

export function foldLegend(folded: boolean): void {
  byId("legend").hidden = folded;
  byId("fold").setAttribute("aria-expanded", String(!folded));
}

/** What stands in place of the map, while there is none. */
export function setMessage(text: string | undefined): void {
  byId("message").textContent = text ?? "";
}
