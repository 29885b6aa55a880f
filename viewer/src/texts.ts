// What the page says, in French and in English, and which of the two.

export type Language = "fr" | "en";

/** A text that the server has in both languages, or in one. */
export type Localised = string | Partial<Record<Language, string>>;

const french = {
  skip: "Aller à la carte",
  panel: "Choix de la carte et légende",
  map: "Carte",
  controls: "Commandes de la carte",
  readout: "Échelle, coordonnées et sources",
  details: "Objets à cet endroit",

  chooseMap: "Changer de carte\u00a0:",
  legend: "Légende",
  closerIn: "de plus près",
  otherScale: "à une autre échelle",
  copyLink: "Copier le lien",
  linkCopied: "Lien copié",
  embed: "Intégrer cette carte",
  otherLanguage: "English",
  guide: "Aide",

  zoomIn: "Zoomer",
  zoomOut: "Dézoomer",
  locate: "Ma position",
  notLocated: "Votre position n’a pas pu être déterminée.",
  outside: "Votre position est hors de la carte.",
  keys: "Flèches\u00a0: se déplacer · + et −\u00a0: zoomer · Entrée\u00a0: lire ce qui est au centre",

  copyPosition: (system: string) => `Copier la position, ${system}`,
  copied: (text: string): string => `Copié\u00a0: ${text}`,
  copyFailed: "La copie a échoué.",

  found: (count: number): string => (count === 1 ? "Ici" : `${count} objets ici`),
  foundAtLeast: (count: number) => `Les ${count} premiers objets ici`,
  nothing: "Aucun objet ici.",
  noAttributes: "Sans attribut.",
  close: "Fermer",

  print: "Imprimer la carte",
  printKind: "Document",
  asPdf: "PDF à l’échelle",
  asImage: "Image",
  printTitle: "Titre",
  paper: "Papier",
  orientation: "Orientation",
  landscape: "Paysage",
  portrait: "Portrait",
  scale: "Échelle",
  scaleOf: (scale: number, nearest: boolean): string =>
    `1\u202f:\u202f${scale.toLocaleString("fr")}${nearest ? " (≈ vue)" : ""}`,
  printLegend: "Avec la légende",
  printHint: "Le cadre montre ce qui sera imprimé\u00a0; déplacez la carte pour le placer.",
  imageHint: "L’image montre ce que montre l’écran, deux fois plus fin, avec l’échelle et les sources.",
  onGround: (width: number, height: number): string => `Sur le terrain\u00a0: ${metres(width, height, "fr")}`,
  onScreen: (width: number, height: number): string => `${width} × ${height} pixels d’écran`,
  downloadPdf: "Télécharger le PDF",
  downloadImage: "Télécharger l’image",
  printing: "Le serveur dessine…",
  printedDone: "Fichier prêt",
  printFailed: "Le serveur n’a pas pu dessiner cette carte.",

  loading: "Chargement de la carte…",
  stillLoading: (count: number): string =>
    count === 1
      ? "Une couche se charge encore sur le serveur. La carte se complétera d’elle-même."
      : "Des couches se chargent encore sur le serveur. La carte se complétera d’elle-même.",
  gone: "Le serveur ne répond pas. Nouvel essai dans un instant.",
  fault: (status: number): string =>
    `Le serveur ne parvient pas à préparer cette carte (erreur ${status})\u00a0; son journal dit pourquoi. ` +
    "Nouvel essai dans un instant.",
  retry: "Réessayer",
  failed: "Cette carte ne peut pas être affichée.",
  none: "Aucune couche n’est servie pour l’instant.",
  noSuchMap: "Cette carte n’est pas servie ici\u00a0; en voici une autre.",
  noWebGl:
    "Ce navigateur ne peut pas afficher la carte\u00a0: il lui manque WebGL 2. Activez l’accélération " +
    "graphique, ou essayez une version récente de Firefox, Chrome, Edge ou Safari.",
};

const english: typeof french = {
  skip: "Skip to the map",
  panel: "Choice of map, and legend",
  map: "Map",
  controls: "Map controls",
  readout: "Scale, coordinates and sources",
  details: "Features at this place",

  chooseMap: "Change map:",
  legend: "Legend",
  closerIn: "closer in",
  otherScale: "at another scale",
  copyLink: "Copy link",
  linkCopied: "Link copied",
  embed: "Embed this map",
  otherLanguage: "Français",
  guide: "Help",

  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  locate: "My position",
  notLocated: "Your position could not be found.",
  outside: "Your position is off the map.",
  keys: "Arrows: move · + and −: zoom · Enter: read what is at the centre",

  copyPosition: (system) => `Copy the position, ${system}`,
  copied: (text) => `Copied: ${text}`,
  copyFailed: "Copying failed.",

  found: (count) => (count === 1 ? "Here" : `${count} features here`),
  foundAtLeast: (count) => `The first ${count} features here`,
  nothing: "No feature here.",
  noAttributes: "No attributes.",
  close: "Close",

  print: "Print the map",
  printKind: "Document",
  asPdf: "PDF at scale",
  asImage: "Image",
  printTitle: "Title",
  paper: "Paper",
  orientation: "Orientation",
  landscape: "Landscape",
  portrait: "Portrait",
  scale: "Scale",
  scaleOf: (scale, nearest) =>
    `1\u202f:\u202f${scale.toLocaleString("fr")}${nearest ? " (≈ view)" : ""}`,
  printLegend: "With the legend",
  printHint: "The frame shows what will be printed; move the map to place it.",
  imageHint: "The image shows what the screen shows, twice as fine, with scale and sources.",
  onGround: (width, height) => `On the ground: ${metres(width, height, "en")}`,
  onScreen: (width, height) => `${width} × ${height} screen pixels`,
  downloadPdf: "Download the PDF",
  downloadImage: "Download the image",
  printing: "The server is drawing…",
  printedDone: "File ready",
  printFailed: "The server could not draw this map.",

  loading: "Loading the map…",
  stillLoading: (count) =>
    count === 1
      ? "A layer is still loading on the server. The map will complete itself."
      : "Layers are still loading on the server. The map will complete itself.",
  gone: "The server does not answer. Trying again in a moment.",
  fault: (status) =>
    `The server cannot prepare this map (error ${status}); its log says why. Trying again in a moment.`,
  retry: "Retry",
  failed: "This map cannot be shown.",
  none: "No layer is served at the moment.",
  noSuchMap: "That map is not served here; this is another.",
  noWebGl:
    "This browser cannot show the map: it lacks WebGL 2. Turn graphics acceleration on, or try a " +
    "recent version of Firefox, Chrome, Edge or Safari.",
};

/** Two lengths, in the unit that suits both. */
function metres(width: number, height: number, language: Language): string {
  const inKilometres = Math.min(width, height) >= 1000;
  const text = (length: number) =>
    (inKilometres ? length / 1000 : length).toLocaleString(language, { maximumFractionDigits: inKilometres ? 1 : 0 });
  return `${text(width)} × ${text(height)}\u00a0${inKilometres ? "km" : "m"}`;
}

export type Texts = typeof french;

export function textsIn(language: Language): Texts {
  return language === "en" ? english : french;
}

/** The language of the first of the browser's that is one of ours; French where none is. */
export function preferredLanguage(browser: readonly string[]): Language {
  const ours = browser.map((tag) => tag.slice(0, 2).toLowerCase());
  return ours.find((tag): tag is Language => tag === "fr" || tag === "en") ?? "fr";
}

/** A text in a language, or in the one that there is. */
export function say(text: Localised | undefined, language: Language): string {
  if (typeof text === "string") return text;
  return text?.[language] ?? text?.fr ?? text?.en ?? "";
}
