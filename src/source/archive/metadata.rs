//! What archives say of themselves to people, and which layers their vector tiles have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::source::About;
use crate::source::attribution::{Attribution, plain};

/// It.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Metadata {
    pub(super) about: About,
    /// As TileJSON has them.
    pub(super) vector_layers: Vec<Value>,
    /// What of it cannot be read, if anything.
    pub(super) unread: Option<&'static str>,
}

/// More layers than any tile has.
const MOST_LAYERS: usize = 1000;

impl Metadata {
    /// Of the JSON of a PMTiles file.
    pub(super) fn of_json(bytes: &[u8]) -> Metadata {
        const UNREAD: &str = "its metadata is no JSON object: its layers and texts are not known";
        let Some(json) = object(bytes) else {
            return Metadata { unread: Some(UNREAD), ..Metadata::default() };
        };
        let text = |name: &str| json.get(name).and_then(Value::as_str);
        Metadata { about: about(text), vector_layers: vector_layers(&json), unread: None }
    }

    /// Of the table of an MBTiles file, whose `json` lists the layers. Values may be null.
    pub(super) fn of_texts(texts: &BTreeMap<String, Option<String>>) -> Metadata {
        const UNREAD: &str = "its metadata `json` is no JSON object: its layers are not known";
        let json = texts.get("json");
        let read = json.map(|json| object(json.as_deref().unwrap_or_default().as_bytes()));
        let unread = matches!(read, Some(None)).then_some(UNREAD);
        let vector_layers = read.flatten().as_ref().map(vector_layers).unwrap_or_default();
        let text = |name: &str| texts.get(name)?.as_deref();
        Metadata { about: about(text), vector_layers, unread }
    }
}

fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes).ok()
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
        let layers = Metadata::of_json(json).vector_layers;
        assert_eq!(layers.len(), 2);
        assert!(layers.iter().all(|layer| layer["fields"].is_object()));
    }

    #[test]
    fn what_is_no_object_is_said_and_costs_the_layers_alone() {
        for json in ["[]", "{", "", "null"] {
            let of_pmtiles = Metadata::of_json(json.as_bytes());
            assert!(of_pmtiles.unread.is_some() && of_pmtiles.vector_layers.is_empty());
            let texts = [("name", "Zones"), ("json", json)];
            let texts = texts.map(|(name, text)| (name.to_owned(), Some(text.to_owned())));
            let of_mbtiles = Metadata::of_texts(&texts.into());
            assert!(of_mbtiles.unread.is_some_and(|said| said.contains("`json`")), "{json}");
            assert_eq!(of_mbtiles.about.title.as_deref(), Some("Zones"));
        }
        assert_eq!(Metadata::of_texts(&BTreeMap::new()), Metadata::default());
        assert!(Metadata::of_texts(&[("json".to_owned(), None)].into()).unread.is_some());
    }
}
