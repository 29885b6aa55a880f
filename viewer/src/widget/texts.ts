// What a widget says, in French and in English.

import type { Language } from "../texts";

const french = {
  map: (title: string) => `Carte\u00a0: ${title}`,
  page: "Carte",
  loading: "Chargement de la carte…",
  failed: "La carte ne peut pas être affichée ici.",
  noSuchTerritory: "Ce territoire n’est pas connu\u00a0; voici toute la carte.",
  noWebGl: "Image de la carte\u00a0: ce navigateur ne peut pas l’afficher en mouvement.",
  zoomIn: "Zoomer",
  zoomOut: "Dézoomer",
  home: "Revenir à la vue de départ",
  fullscreen: "Plein écran",
  exitFullscreen: "Quitter le plein écran",
  legend: "Légende",
  larger: "Ouvrir la carte",
  opensTab: "(nouvel onglet)",
  wheel: "Ctrl + molette pour zoomer sur la carte",
  wheelMac: "⌘ + molette pour zoomer sur la carte",
  fingers: "Deux doigts pour déplacer la carte",
  keys: "Flèches\u00a0: se déplacer · + et −\u00a0: zoomer",
};

const english: typeof french = {
  map: (title) => `Map: ${title}`,
  page: "Map",
  loading: "Loading the map…",
  failed: "The map cannot be shown here.",
  noSuchTerritory: "This territory is not known; this is the whole map.",
  noWebGl: "Picture of the map: this browser cannot show it in motion.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  home: "Back to the first view",
  fullscreen: "Full screen",
  exitFullscreen: "Leave full screen",
  legend: "Legend",
  larger: "Open the map",
  opensTab: "(new tab)",
  wheel: "Ctrl + scroll to zoom the map",
  wheelMac: "⌘ + scroll to zoom the map",
  fingers: "Two fingers to move the map",
  keys: "Arrows: move · + and −: zoom",
};

export type WidgetTexts = typeof french;

export function widgetTexts(language: Language): WidgetTexts {
  return language === "en" ? english : french;
}
