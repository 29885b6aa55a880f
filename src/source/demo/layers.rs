//! The layers of the town: what they are called, what they carry, at which zooms they are served.

use super::Theme;
use crate::config::{DEFAULT_BUFFER, Freshness, Overview};
use crate::geo::shape::ShapeKind;
use crate::geo::tile::ZoomRange;
use crate::source::ColumnKind::{self, Number, Text};
use crate::source::attribution::Attribution;
use crate::source::{About, Column, Layer, Origin};

/// A layer, written down.
struct Sheet {
    theme: Theme,
    kind: ShapeKind,
    title: &'static str,
    description: &'static str,
    zooms: (u8, u8),
    /// Without those of the survey.
    columns: &'static [(&'static str, ColumnKind)],
}

/// What all measured PCRS objects end with.
const SURVEY: [(&str, ColumnKind); 5] = [
    ("dateLeve", Text),
    ("qualiteCategorisation", Text),
    ("precisionPlanimetrique", Text),
    ("precisionAltimetrique", Text),
    ("producteur", Text),
];

const LAND_COVER: &[(&str, ColumnKind)] = &[
    ("ID", Text),
    ("CODE_CS", Text),
    ("CODE_US", Text),
    ("MILLESIME", Number),
    ("SOURCE", Text),
    ("OSSATURE", Number),
];

const SHEETS: [Sheet; 17] = [
    Sheet {
        theme: Theme::Ocs2021,
        kind: ShapeKind::Polygon,
        title: "Occupation du sol 2021",
        description: "Couverture (CS) et usage (US) du sol selon la nomenclature OCS GE, millésime 2021.",
        zooms: (0, 20),
        columns: LAND_COVER,
    },
    Sheet {
        theme: Theme::LieuxDits,
        kind: ShapeKind::Polygon,
        title: "Lieux-dits",
        description: "Lieux-dits du cadastre, selon le modèle d’Etalab.",
        zooms: (11, 20),
        columns: &[("commune", Text), ("nom", Text)],
    },
    Sheet {
        theme: Theme::Parcelles,
        kind: ShapeKind::Polygon,
        title: "Parcelles cadastrales",
        description: "Parcelles du cadastre, selon le modèle d’Etalab ; contenance en mètres carrés.",
        zooms: (14, 20),
        columns: &[
            ("id", Text),
            ("commune", Text),
            ("prefixe", Text),
            ("section", Text),
            ("numero", Text),
            ("contenance", Number),
        ],
    },
    Sheet {
        theme: Theme::Batiments,
        kind: ShapeKind::Polygon,
        title: "Bâtiments",
        description: "Bâtiments du cadastre, selon le modèle d’Etalab ; type 01 en dur, 02 léger.",
        zooms: (13, 20),
        columns: &[("commune", Text), ("nom", Text), ("type", Text)],
    },
    Sheet {
        theme: Theme::Hydrographie,
        kind: ShapeKind::Line,
        title: "Cours d’eau",
        description: "Canal, rivière, ruisseaux et fossés.",
        zooms: (0, 20),
        columns: &[("id", Text), ("nom", Text), ("nature", Text)],
    },
    Sheet {
        theme: Theme::Voies,
        kind: ShapeKind::Line,
        title: "Voies",
        description: "Routes, rues, chemins et voie ferrée, avec leur importance et leur niveau.",
        zooms: (0, 20),
        columns: &[
            ("id", Text),
            ("nom_voie", Text),
            ("numero", Text),
            ("importance", Number),
            ("nature", Text),
            ("niveau", Number),
        ],
    },
    Sheet {
        theme: Theme::PcrsSurfaces,
        kind: ShapeKind::Polygon,
        title: "PCRS, surfaces",
        description: "Piles de pont, emprises levées et enveloppes d’affleurants (PCRS 2.0).",
        zooms: (16, 20),
        columns: &[("idObjet", Text), ("classe", Text), ("thematique", Text)],
    },
    Sheet {
        theme: Theme::PcrsLignes,
        kind: ShapeKind::Line,
        title: "PCRS, lignes",
        description: "Bordures, façades, seuils, murs, rails et quais du plan de corps de rue simplifié (PCRS 2.0).",
        zooms: (15, 20),
        columns: &[
            ("idObjet", Text),
            ("classe", Text),
            ("thematique", Text),
            ("nature", Text),
            ("typeMur", Text),
        ],
    },
    Sheet {
        theme: Theme::PcrsPoints,
        kind: ShapeKind::Point,
        title: "PCRS, points",
        description: "Arbres, piliers et points de canevas (PCRS 2.0) ; dimensions en mètres.",
        zooms: (16, 20),
        columns: &[
            ("idObjet", Text),
            ("classe", Text),
            ("thematique", Text),
            ("nature", Text),
            ("section", Text),
            ("angleRotation", Number),
            ("longueur", Number),
            ("largeur", Number),
        ],
    },
    Sheet {
        theme: Theme::PcrsAffleurants,
        kind: ShapeKind::Point,
        title: "PCRS, affleurants",
        description: "Ce que les réseaux enterrés montrent au sol, par réseau (PCRS 2.0) ; angles depuis le nord.",
        zooms: (17, 20),
        columns: &[
            ("idObjet", Text),
            ("thematique", Text),
            ("gestionnaire", Text),
            ("nature", Text),
            ("reseau", Text),
            ("reference", Text),
            ("angleRotation", Number),
            ("longueur_mm", Number),
            ("largeur_mm", Number),
        ],
    },
    Sheet {
        theme: Theme::Adresses,
        kind: ShapeKind::Point,
        title: "Adresses",
        description: "Adresses, selon le modèle de la Base Adresse Nationale.",
        zooms: (12, 20),
        columns: &[
            ("id", Text),
            ("numero", Number),
            ("rep", Text),
            ("nom_voie", Text),
            ("code_postal", Text),
            ("code_insee", Text),
            ("nom_commune", Text),
            ("x", Number),
            ("y", Number),
            ("lon", Number),
            ("lat", Number),
            ("type_position", Text),
            ("source_position", Text),
            ("certification_commune", Number),
            ("cad_parcelles", Text),
        ],
    },
    Sheet {
        theme: Theme::Toponymes,
        kind: ShapeKind::Point,
        title: "Toponymes",
        description: "Noms de lieux, du plus important (1) au moins important (5).",
        zooms: (0, 20),
        columns: &[("id", Text), ("nom", Text), ("nature", Text), ("importance", Number)],
    },
    Sheet {
        theme: Theme::Communes,
        kind: ShapeKind::Polygon,
        title: "Commune",
        description: "Limite de la commune.",
        zooms: (0, 20),
        columns: &[("id", Text), ("nom", Text)],
    },
    Sheet {
        theme: Theme::OcsEvolution,
        kind: ShapeKind::Polygon,
        title: "Évolution de l’occupation du sol, 2018–2021",
        description: "Ce qui diffère entre les deux millésimes, avec les codes d’avant et d’après.",
        zooms: (10, 20),
        columns: &[
            ("ID", Text),
            ("cs_avant", Text),
            ("cs_apres", Text),
            ("us_avant", Text),
            ("us_apres", Text),
        ],
    },
    Sheet {
        theme: Theme::Sections,
        kind: ShapeKind::Polygon,
        title: "Sections cadastrales",
        description: "Sections du cadastre, selon le modèle d’Etalab.",
        zooms: (11, 20),
        columns: &[("id", Text), ("commune", Text), ("prefixe", Text), ("code", Text)],
    },
    Sheet {
        theme: Theme::PcrsTextes,
        kind: ShapeKind::Point,
        title: "PCRS, textes",
        description: "Noms de voies, numéros et habillage (PCRS 2.0), tournés le long de la voie.",
        zooms: (16, 20),
        columns: &[
            ("idObjet", Text),
            ("classe", Text),
            ("libelle", Text),
            ("angleRotation", Number),
            ("justification", Text),
            ("taille", Number),
        ],
    },
    Sheet {
        theme: Theme::Ocs2018,
        kind: ShapeKind::Polygon,
        title: "Occupation du sol 2018",
        description: "Couverture (CS) et usage (US) du sol selon la nomenclature OCS GE, millésime 2018.",
        zooms: (0, 20),
        columns: LAND_COVER,
    },
];

/// All layers, in the order in which they are best read: first those of the base map, and of these the
/// one that takes longest.
pub fn layers() -> Vec<Layer> {
    SHEETS.iter().map(layer).collect()
}

fn layer(sheet: &Sheet) -> Layer {
    let column = |&(name, kind): &(&str, ColumnKind)| Column { name: name.to_owned(), kind };
    Layer {
        id: sheet.theme.id().to_owned(),
        about: About {
            title: Some(sheet.title.to_owned()),
            description: Some(sheet.description.to_owned()),
            attribution: Some(Attribution::of_html("Données inventées, Tuilerie")),
            licence: Some("CC0-1.0".to_owned()),
            role: role(sheet.theme).map(str::to_owned),
            ..About::default()
        },
        columns: sheet.columns.iter().chain(survey(sheet.theme)).map(column).collect(),
        left_out: Vec::new(),
        zooms: ZoomRange::new(sheet.zooms.0, sheet.zooms.1).unwrap_or(ZoomRange::DEFAULT),
        buffer: DEFAULT_BUFFER,
        overview: Overview::default(),
        freshness: Freshness::default(),
        origin: Origin::Demo(sheet.theme),
    }
}

/// What a layer is to styles where its id does not say it: of editions, which is the latest.
fn role(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::Ocs2021 => Some("ocs"),
        Theme::Ocs2018 => Some("ocs_avant"),
        _ => None,
    }
}

fn survey(theme: Theme) -> &'static [(&'static str, ColumnKind)] {
    match theme {
        Theme::PcrsSurfaces | Theme::PcrsLignes | Theme::PcrsPoints | Theme::PcrsAffleurants => {
            &SURVEY
        }
        _ => &[],
    }
}

/// What a theme's features are made of.
pub fn kind(theme: Theme) -> ShapeKind {
    let sheet = SHEETS.iter().find(|sheet| sheet.theme == theme);
    sheet.map_or(ShapeKind::Polygon, |sheet| sheet.kind)
}
