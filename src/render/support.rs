//! What of the style specification is drawn. Everything, but for what is listed here: a property that is not
//! is named with what is drawn instead, and a style that asks for it is told so at start, never drawn otherwise
//! in silence. `docs/STYLES.md` is made of this, and `tests/promises/supported.rs` holds it against pictures.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value as Json;

use crate::style::layer::KINDS;
use crate::style::layer::specification::Specification;

/// How much of a property is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// All of it.
    Drawn,
    /// It makes no difference to a map that stands still and is seen straight from above, for this reason.
    Still(&'static str),
    /// It is not drawn; this is, instead.
    Undrawn(&'static str),
}

const FLAT: &str = "areas with a height are drawn flat, as seen from above";
const NO_PITCH: &str = "maps are seen from above, where map and viewport lie alike";
const ON_THE_GROUND: &str = "symbols stand on the ground";

/// The properties that are not drawn, or make no difference.
const NOT_DRAWN: [(&str, Support); 12] = [
    ("circle-pitch-scale", Support::Still(NO_PITCH)),
    ("circle-pitch-alignment", Support::Still(NO_PITCH)),
    ("icon-pitch-alignment", Support::Still(NO_PITCH)),
    ("text-pitch-alignment", Support::Still(NO_PITCH)),
    ("raster-fade-duration", Support::Still("nothing fades in on a map that is drawn once")),
    (
        "symbol-avoid-edges",
        Support::Still("labels are decided across tiles, and none is cut at an edge"),
    ),
    ("symbol-height-offset", Support::Undrawn(ON_THE_GROUND)),
    ("symbol-height-anchor", Support::Undrawn(ON_THE_GROUND)),
    ("fill-extrusion-height", Support::Undrawn(FLAT)),
    ("fill-extrusion-base", Support::Undrawn(FLAT)),
    ("fill-extrusion-vertical-gradient", Support::Undrawn(FLAT)),
    ("fill-extrusion-rounded-corner-distance", Support::Undrawn(FLAT)),
];

/// What a style's document may ask for beside its layers, that is not drawn: where it stands, whether what
/// stands there asks for it, and what is drawn instead.
type Asked = (&'static str, fn(&Json) -> bool, &'static str);

const OF_DOCUMENTS: [Asked; 5] = [
    ("terrain", Json::is_object, "the ground is drawn flat"),
    ("sky", Json::is_object, "no sky is seen from above"),
    ("light", Json::is_object, FLAT),
    ("projection", |json| !is_mercator(json), "maps are drawn in Web Mercator"),
    ("pitch", |json| json.as_f64().is_some_and(|pitch| pitch != 0.0), "maps are seen from above"),
];

const OF_SOURCES: [Asked; 1] = [("type", |json| *json == "video", "nothing is drawn of a video")];

fn is_mercator(json: &Json) -> bool {
    let kind = json.get("type").unwrap_or(json);
    kind.is_null() || *kind == "mercator"
}

/// How much of a property is drawn.
pub fn of_property(name: &str) -> Support {
    let listed = NOT_DRAWN.iter().find(|(known, _)| *known == name);
    listed.map_or(Support::Drawn, |(_, support)| *support)
}

/// Something that a style asks for and that is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undrawn {
    /// What: a property, or a member of the document or of a source.
    pub what: String,
    /// What is drawn instead.
    pub instead: &'static str,
}

impl fmt::Display for Undrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not drawn: {}", self.what, self.instead)
    }
}

/// All that a style's document asks for and that is not drawn, each thing once.
pub fn undrawn(document: &Json) -> BTreeSet<Undrawn> {
    let mut found = BTreeSet::new();
    of_members(document, &OF_DOCUMENTS, "", &mut found);
    let sources = document.get("sources").and_then(Json::as_object).into_iter().flatten();
    for (_, source) in sources {
        of_members(source, &OF_SOURCES, "a source's ", &mut found);
    }
    let layers = document.get("layers").and_then(Json::as_array).into_iter().flatten();
    for layer in layers {
        let kind = layer.get("type").and_then(Json::as_str);
        let table = KINDS.iter().find(|(name, _)| Some(*name) == kind);
        let rows = table.into_iter().flat_map(|(_, rows)| rows.iter());
        for row in rows.filter(|row| is_asked_for(layer, row)) {
            if let Support::Undrawn(instead) = of_property(row.name) {
                found.insert(Undrawn { what: row.name.to_owned(), instead });
            }
        }
    }
    found
}

fn of_members(of: &Json, asked: &[Asked], prefix: &str, found: &mut BTreeSet<Undrawn>) {
    for (name, is_asked_for, instead) in asked {
        if of.get(name).is_some_and(is_asked_for) {
            found.insert(Undrawn { what: format!("{prefix}{name}"), instead });
        }
    }
}

/// Whether a layer has a property that is not what it would be anyway.
fn is_asked_for(layer: &Json, row: &Specification) -> bool {
    let written = ["layout", "paint"].iter().find_map(|group| layer.get(group)?.get(row.name));
    written.map(Json::to_string).is_some_and(|written| written != row.default)
}
