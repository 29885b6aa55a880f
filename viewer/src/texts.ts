// What the page says, in French, or in English for browsers that ask for it.

const french = {
  layers: "Couches",
  loading: "Chargement…",
  none: "Aucune couche n’est servie.",
  failed: "Le serveur ne répond pas. Rechargez la page dans un instant.",
  unavailable: "indisponible",
  feature: "objet",
  // MapLibre's own, which are English.
  controls: {
    "NavigationControl.ZoomIn": "Zoomer",
    "NavigationControl.ZoomOut": "Dézoomer",
    "NavigationControl.ResetBearing": "Remettre le nord en haut",
    "AttributionControl.ToggleAttribution": "Afficher les mentions",
    "Popup.Close": "Fermer",
    "Map.Title": "Carte",
  } as Record<string, string>,
};

const english: typeof french = {
  layers: "Layers",
  loading: "Loading…",
  none: "No layer is served.",
  failed: "The server does not answer. Reload the page in a moment.",
  unavailable: "unavailable",
  feature: "feature",
  controls: {},
};

export const language = navigator.language.startsWith("en") ? "en" : "fr";
export const texts = language === "en" ? english : french;
