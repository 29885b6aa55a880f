//! What archives say of themselves to people, and which layers their vector tiles have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Problem;
use crate::source::About;
use crate::source::attribution::{Attribution, plain};

/// It.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Metadata {
    pub(super) about: About,
    /// As TileJSON has them.
    pub(super) vector_layers: Vec<Value>,
}

/// More layers than any tile has.
const MOST_LAYERS: usize = 1000;

impl Metadata {
    /// Of the JSON of a PMTiles file.
    pub(super) fn of_json(bytes: &[u8]) -> Result<Metadata, Problem> {
        let json: Value = serde_json::from_slice(bytes).map_err(|_| Problem::Metadata)?;
        let json = json.as_object().ok_or(Problem::Metadata)?;
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        Ok(Metadata { about: about(text), vector_layers: vector_layers(json) })
    }

    /// Of the table of an MBTiles file, whose `json` lists the layers.
    pub(super) fn of_texts(texts: &BTreeMap<String, String>) -> Result<Metadata, Problem> {
        let layers = match texts.get("json") {
            None => Vec::new(),
            Some(text) => {
                let json: Value = serde_json::from_str(text).map_err(|_| Problem::Metadata)?;
                json.as_object().map(vector_layers).unwrap_or_default()
            }
        };
        let text = |name: &str| texts.get(name).map(String::as_str);
        Ok(Metadata { about: about(text), vector_layers: layers })
    }
}

fn about<'t>(text: impl Fn(&str) -> Option<&'t str>) -> About {
    // All of it is written as HTML at times.
    let filled = |name: &str| text(name).map(plain).filter(|text| !text.is_empty());
    let attribution = text("attribution").map(Attribution::of_html);
    About {
        title: filled("name"),
        description: filled("description"),
        attribution: attribution.filter(|named| !named.is_empty()),
        licence: filled("license"),
        ..About::default()
    }
}

fn vector_layers(json: &Map<String, Value>) -> Vec<Value> {
    let layers = json.get("vector_layers").and_then(Value::as_array).into_iter().flatten();
    let mut known = BTreeSet::new();
    let is_new = |layer: &&Value| {
        let id = layer["id"].as_str().filter(|id| !id.is_empty());
        id.is_some_and(|id| known.insert(id.to_owned()))
    };
    let named = layers.filter(is_new).take(MOST_LAYERS).cloned();
    let with_fields = |mut layer: Value| {
        // TileJSON wants them, however few there are.
        if !layer["fields"].is_object() {
            layer["fields"] = Value::Object(Map::new());
        }
        layer
    };
    named.map(with_fields).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_without_a_name_or_of_another_form_are_left_out() {
        let json = br#"{"vector_layers":[{"id":"a"},{"id":"a"},{"id":""},{"fields":{}},3,{"id":"b","fields":{"n":"Number"}}]}"#;
        let layers = Metadata::of_json(json).unwrap().vector_layers;
        assert_eq!(layers.len(), 2);
        assert!(layers.iter().all(|layer| layer["fields"].is_object()));
        assert!(Metadata::of_json(b"[]").is_err() && Metadata::of_json(b"{").is_err());
    }
}
