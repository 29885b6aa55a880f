// The page at /embed: a widget that fills it, with the attributes that its address says. In a frame for editors
// that strip scripts; by itself for members who have no page of their own.

import "./embed.css";
import { html } from "../dom";
import { preferredLanguage } from "../texts";
import { ATTRIBUTES } from "../widget/options";
import { widgetTexts } from "../widget/texts";

const query = new URLSearchParams(window.location.search);
const written = ATTRIBUTES.filter((name) => name !== "height").flatMap((name) => {
  const value = query.get(name);
  return value === null ? [] : [[name, value] as const];
});
const isFramed = window.top !== window;
const attributes = {
  // Nothing to scroll past where there is no page around.
  gestures: isFramed ? "cooperative" : "free",
  ...Object.fromEntries(written),
  height: "100%",
};
const language = query.get("language") === "en" || query.get("language") === "fr"
  ? (query.get("language") as "fr" | "en")
  : preferredLanguage(navigator.languages);
document.documentElement.lang = language;
document.title = `${widgetTexts(language).page} · Tuilerie`;
const map = html("tuilerie-map" as "div", attributes);
map.addEventListener("load", (event) => {
  const { title } = (event as CustomEvent<{ title: string }>).detail;
  document.title = `${title} · Tuilerie`;
});
document.body.append(
  html("main", { "aria-label": widgetTexts(language).page }, map),
  html("script", { src: "widget.js" }),
);
