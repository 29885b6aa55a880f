//! Sources of a style's own: archives that are served, by their addresses:
//! `{"type": "raster", "url": "/tiles/ortho"}`. Nothing else can be a source: what a style names is looked up
//! among what is served, and never fetched.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::SOURCE;
use crate::style::layer::mistake::{Mistakes, below};

/// An archive as a style draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// What the style's layers call it.
    pub name: String,
    /// Its id in addresses.
    pub id: String,
    /// Whether its tiles are meant to be images.
    pub is_raster: bool,
    /// Pixels of CSS along a side of a tile, where the style says it.
    pub tile_size: Option<u32>,
}

const KEYS: [&str; 3] = ["type", "url", "tileSize"];
/// From what is a picture to what is none any more.
const TILE_SIZES: std::ops::RangeInclusive<u64> = 32..=4096;

impl Archived {
    /// Reads a source of a style.
    pub(super) fn read(name: &str, sources: &Value, mistakes: &mut Mistakes) -> Option<Archived> {
        let pointer = below("/sources", name);
        let at = |key: &str| format!("{pointer}/{key}");
        let source = sources.get(name)?;
        let Some(members) = source.as_object() else {
            mistakes.note(pointer, "must be an object");
            return None;
        };
        if name.starts_with(SOURCE) {
            mistakes.note(&*pointer, format!("names with \"{SOURCE}\" are the server's"));
        }
        for unknown in members.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            mistakes.note(below(&pointer, unknown), "must be one of type, url, tileSize");
        }
        let is_raster = match source["type"].as_str() {
            Some("raster") => true,
            Some("vector") => false,
            _ => {
                mistakes.note(at("type"), "must be \"raster\" or \"vector\"");
                return None;
            }
        };
        let tile_size = match source.get("tileSize") {
            None => None,
            Some(size) => {
                let size = size.as_u64().filter(|size| TILE_SIZES.contains(size) && is_raster);
                if size.is_none() {
                    mistakes.note(at("tileSize"), "must be 32 to 4096, of a raster");
                }
                size.and_then(|size| u32::try_from(size).ok())
            }
        };
        let Some(id) = source["url"].as_str().and_then(id) else {
            let message = "must be \"/tiles/\" and the id of an archive that is served";
            mistakes.note(at("url"), message);
            return None;
        };
        Some(Archived { name: name.to_owned(), id, is_raster, tile_size })
    }
}

/// The archive that an address of this server names.
fn id(url: &str) -> Option<String> {
    let encoded = url.strip_prefix("/tiles/").filter(|id| !id.is_empty() && !id.contains('/'))?;
    Some(percent_decode_str(encoded).decode_utf8().ok()?.into_owned())
}

/// A document whose sources, where it names some, name the one that all styles have.
pub(super) fn with_own_source(mut document: Value) -> Value {
    if let Some(sources) = document.get_mut("sources").and_then(Value::as_object_mut) {
        sources.entry(SOURCE).or_insert_with(|| Value::Object(Map::new()));
    }
    document
}
