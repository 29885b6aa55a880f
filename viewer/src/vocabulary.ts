// What the fields and codes of French reference data mean: PCRS (CNIG, v2.0), OCS GE, BAN, cadastre.
// A field that is not here is shown by its own name, spaced; a code that is not here as it is. Pure.

import type { Language } from "./texts";

type Word = readonly [fr: string, en: string];
type Codes = Record<string, Word>;

interface Field {
  name: Word;
  unit?: string;
  codes?: Codes;
  /** Codes nest: `US1.1.2` is known by `US1.1` where it is not known itself. */
  nested?: true;
}

const cover: Codes = {
  "CS1.1.1.1": ["Zones bâties", "Buildings"],
  "CS1.1.1.2": ["Zones non bâties imperméables", "Sealed, not built"],
  "CS1.1.2.1": ["Matériaux minéraux", "Mineral materials"],
  "CS1.1.2.2": ["Matériaux composites", "Mixed materials"],
  "CS1.2.1": ["Sols nus", "Bare soil"],
  "CS1.2.2": ["Surfaces d’eau", "Water"],
  "CS1.2.3": ["Névés et glaciers", "Snow and ice"],
  "CS2.1.1.1": ["Feuillus", "Broadleaved trees"],
  "CS2.1.1.2": ["Conifères", "Conifers"],
  "CS2.1.1.3": ["Peuplement mixte", "Mixed trees"],
  "CS2.1.2": ["Formations arbustives", "Shrubs"],
  "CS2.1.3": ["Vignes", "Vineyards"],
  "CS2.2.1": ["Formations herbacées", "Grass"],
  "CS2.2.2": ["Autres formations non ligneuses", "Other non-woody"],
};

const use: Codes = {
  "US1.1": ["Agriculture", "Farming"],
  "US1.2": ["Sylviculture", "Forestry"],
  "US1.3": ["Extraction", "Extraction"],
  "US1.4": ["Pêche et aquaculture", "Fishing"],
  "US1.5": ["Autre production primaire", "Other primary production"],
  US2: ["Industrie", "Industry"],
  US235: ["Usage mixte", "Mixed use"],
  US3: ["Tertiaire", "Services"],
  "US4.1.1": ["Réseau routier", "Roads"],
  "US4.1.2": ["Réseau ferré", "Railways"],
  "US4.1.3": ["Transport aérien", "Air transport"],
  "US4.1.4": ["Voies d’eau", "Waterways"],
  "US4.1.5": ["Autres transports", "Other transport"],
  "US4.2": ["Logistique", "Logistics"],
  "US4.3": ["Réseaux d’utilité publique", "Utilities"],
  US5: ["Résidentiel", "Housing"],
  "US6.1": ["En transition", "In transition"],
  "US6.2": ["Abandonné", "Abandoned"],
  "US6.3": ["Sans usage", "Without use"],
  "US6.6": ["Usage inconnu", "Use unknown"],
};

const precision: Codes = {
  "002": ["2 cm", "2 cm"],
  "005": ["5 cm", "5 cm"],
  "010": ["10 cm (classe A)", "10 cm (class A)"],
  "040": ["40 cm", "40 cm"],
  "150": ["1,5 m", "1.5 m"],
  "999": ["inconnue", "unknown"],
};

/** The classes of the PCRS. */
const classes: Codes = {
  LimiteVoirie: ["Limite de voirie", "Street edge"],
  Facade: ["Façade", "Front"],
  ProeminenceBati: ["Proéminence du bâti", "Projection of a building"],
  Seuil: ["Seuil", "Doorstep"],
  MarcheEscalier: ["Marche d’escalier", "Step"],
  Mur: ["Mur", "Wall"],
  PilierParticulier: ["Pilier particulier", "Pillar of its own form"],
  PilierRegulier: ["Pilier", "Pillar"],
  Rail: ["Rail", "Rail"],
  QuaiRail: ["Quai ferroviaire", "Platform"],
  QuaiFluvioMaritime: ["Quai", "Quay"],
  TronconVoirie: ["Tronçon de voirie", "Street section"],
  Arbre: ["Arbre", "Tree"],
  PointCanevas: ["Point de canevas", "Control point"],
  PointLeve: ["Point levé", "Surveyed point"],
  PilePont: ["Pile de pont", "Bridge pier"],
  EmpriseEchange: ["Emprise d’échange", "Extent of the survey"],
  RasterPCRS: ["Dalle d’image", "Image tile"],
  AffleurantPCRS: ["Affleurant", "Utility cover"],
  HabillageLignes: ["Ligne d’habillage", "Line of the drawing"],
  HabillagePoints: ["Point d’habillage", "Sign of the drawing"],
  HabillageTexte: ["Texte du plan", "Text of the plan"],
  NomVoirie: ["Nom de voie", "Street name"],
  NumeroVoirie: ["Numéro de voirie", "House number"],
};

const FIELDS: Record<string, Field> = {
  // PCRS
  idObjet: { name: ["Identifiant", "Identifier"] },
  classe: { name: ["Classe", "Class"], codes: classes },
  thematique: {
    name: ["Thématique", "Theme"],
    codes: {
      "01": ["Topographie", "Topography"],
      "02": ["Bâti", "Buildings"],
      "03": ["Voirie", "Streets"],
      "04": ["Ferroviaire", "Railways"],
      "05": ["Clôture", "Fences"],
      "06": ["Végétal", "Plants"],
      "07": ["Ouvrage d’art", "Structures"],
      "08": ["Hydrographie", "Water"],
      "09": ["Orographie", "Relief"],
      "10": ["Affleurant", "Utility covers"],
      "99": ["Autre", "Other"],
    },
  },
  typeMur: { name: ["Type de mur", "Kind of wall"] },
  dateLeve: { name: ["Levé le", "Surveyed on"] },
  qualiteCategorisation: {
    name: ["Qualité de la catégorie", "Trust in the category"],
    codes: { "01": ["Fiable", "High"], "02": ["Moyenne", "Middling"], "03": ["Faible", "Low"] },
  },
  precisionPlanimetrique: { name: ["Précision planimétrique", "Horizontal accuracy"], codes: precision },
  precisionAltimetrique: { name: ["Précision altimétrique", "Vertical accuracy"], codes: precision },
  producteur: { name: ["Producteur", "Producer"] },
  gestionnaire: { name: ["Gestionnaire", "Operator"] },
  reseau: {
    name: ["Réseau", "Network"],
    codes: {
      "00": ["Inconnu", "Unknown"],
      AEP: ["Eau potable", "Drinking water"],
      ASSA: ["Assainissement", "Sewers"],
      ASSAEP: ["Eaux pluviales", "Storm water"],
      ASSAEU: ["Eaux usées", "Waste water"],
      ASSARU: ["Réseau unitaire", "Combined sewer"],
      CHAU: ["Chaleur", "Heat"],
      CHIM: ["Produits chimiques", "Chemicals"],
      COM: ["Télécommunications", "Telecoms"],
      DECH: ["Déchets", "Waste"],
      ELEC: ["Électricité", "Electricity"],
      ELECBT: ["Électricité, basse tension", "Electricity, low voltage"],
      ELECECL: ["Éclairage public", "Street lighting"],
      ELECHT: ["Électricité, haute tension", "Electricity, high voltage"],
      ELECSLT: ["Feux de signalisation", "Traffic lights"],
      GAZ: ["Gaz", "Gas"],
      INCE: ["Incendie", "Fire fighting"],
      MULT: ["Multi-réseaux", "Several"],
    },
  },
  nature: {
    name: ["Nature", "Nature"],
    // Of affleurants; elsewhere it is a word.
    codes: {
      "01": ["Avaloir", "Drain"],
      "02": ["Boîte, coffret, armoire", "Box, cabinet"],
      "03": ["Tampon, plaque, chambre", "Cover, chamber"],
      "04": ["Branchement, vanne, bouche à clé", "Connection, valve"],
      "05": ["Incendie", "Hydrant"],
      "06": ["Poteau", "Pole"],
      "07": ["Éclairage", "Lamp"],
    },
  },
  reference: { name: ["Référence", "Reference"] },
  section: { name: ["Section", "Section"] },
  angleRotation: { name: ["Rotation", "Rotation"], unit: "°" },
  longueur: { name: ["Longueur", "Length"], unit: "m" },
  largeur: { name: ["Largeur", "Width"], unit: "m" },
  longueur_mm: { name: ["Longueur", "Length"], unit: "mm" },
  largeur_mm: { name: ["Largeur", "Width"], unit: "mm" },
  libelle: { name: ["Libellé", "Text"] },
  justification: {
    name: ["Justification", "Alignment"],
    codes: { G: ["Gauche", "Left"], C: ["Centre", "Centre"], D: ["Droite", "Right"] },
  },
  taille: { name: ["Taille", "Size"], unit: "m" },
  // OCS GE
  ID: { name: ["Identifiant", "Identifier"] },
  CODE_CS: { name: ["Couverture", "Land cover"], codes: cover, nested: true },
  CODE_US: { name: ["Usage", "Land use"], codes: use, nested: true },
  cs_avant: { name: ["Couverture avant", "Cover before"], codes: cover, nested: true },
  cs_apres: { name: ["Couverture après", "Cover after"], codes: cover, nested: true },
  us_avant: { name: ["Usage avant", "Use before"], codes: use, nested: true },
  us_apres: { name: ["Usage après", "Use after"], codes: use, nested: true },
  MILLESIME: { name: ["Millésime", "Edition"] },
  SOURCE: { name: ["Source", "Source"] },
  OSSATURE: { name: ["Ossature", "Framework"] },
  // BAN
  id: { name: ["Identifiant", "Identifier"] },
  numero: { name: ["Numéro", "Number"] },
  rep: { name: ["Indice de répétition", "Repetition"] },
  nom_voie: { name: ["Voie", "Street"] },
  code_postal: { name: ["Code postal", "Postcode"] },
  code_insee: { name: ["Code Insee", "Insee code"] },
  nom_commune: { name: ["Commune", "Commune"] },
  x: { name: ["X (Lambert-93)", "X (Lambert-93)"], unit: "m" },
  y: { name: ["Y (Lambert-93)", "Y (Lambert-93)"], unit: "m" },
  lon: { name: ["Longitude", "Longitude"], unit: "°" },
  lat: { name: ["Latitude", "Latitude"], unit: "°" },
  type_position: { name: ["Type de position", "Kind of position"] },
  source_position: { name: ["Source de la position", "Source of the position"] },
  certification_commune: {
    name: ["Certifiée par la commune", "Certified by the commune"],
    codes: { "0": ["Non", "No"], "1": ["Oui", "Yes"] },
  },
  cad_parcelles: { name: ["Parcelles", "Parcels"] },
  // Cadastre
  nom: { name: ["Nom", "Name"] },
  commune: { name: ["Commune", "Commune"] },
  prefixe: { name: ["Préfixe", "Prefix"] },
  code: { name: ["Code", "Code"] },
  contenance: { name: ["Contenance", "Area"], unit: "m²" },
  type: {
    name: ["Type", "Type"],
    codes: { "01": ["Construction en dur", "Permanent"], "02": ["Construction légère", "Light"] },
  },
  // Streets and water
  importance: { name: ["Importance", "Importance"] },
  niveau: {
    name: ["Niveau", "Level"],
    codes: {
      "-1": ["Souterrain", "Underground"],
      "0": ["Au sol", "On the ground"],
      "1": ["Pont", "Bridge"],
    },
  },
};

const in_ = ([fr, en]: Word, language: Language): string => (language === "en" ? en : fr);

/** What people call a field. */
export function fieldName(name: string, language: Language): string {
  const known = FIELDS[name];
  return known ? in_(known.name, language) : spaced(name);
}

/** What people call features of a class of the PCRS. */
export function className(value: unknown, language: Language): string | undefined {
  const known = classes[String(value)];
  return known && in_(known, language);
}

/** What a field's value says: a code with its meaning, a number with its unit, a date as dates are. */
export function fieldValue(name: string, value: unknown, language: Language): string {
  const text = String(value);
  if (typeof value === "boolean") return in_(value ? ["Oui", "Yes"] : ["Non", "No"], language);
  const field = FIELDS[name];
  const meaning = field?.codes && meaningOf(text, field.codes, field.nested === true);
  if (meaning) return in_(meaning, language) === text ? text : `${in_(meaning, language)} (${text})`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dated(text, language);
  if (typeof value !== "number" || !field?.unit) return text;
  const number = value.toLocaleString(language, { maximumFractionDigits: 7 });
  return field.unit === "°" ? `${number}°` : `${number}\u00a0${field.unit}`;
}

function meaningOf(code: string, codes: Codes, nested: boolean): Word | undefined {
  for (let known = code; known; known = known.slice(0, -1)) {
    if (codes[known]) return codes[known];
    if (!nested) return undefined;
  }
  return undefined;
}

function dated(iso: string, language: Language): string {
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  const locale = language === "en" ? "en-GB" : "fr-FR";
  return date.toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

/** `nomVoie`, `nom_voie` → `Nom Voie`, `Nom voie`. */
function spaced(name: string): string {
  const words = name.replace(/([a-zà-ÿ])([A-Z])/g, "$1 $2").replace(/[_\s]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
