//! What archives say of themselves to people, and which layers their vector tiles have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Problem;
use crate::source::About;

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
    let filled = |name: &str| text(name).map(plain).filter(|text| !text.is_empty());
    About {
        title: filled("name"),
        description: filled("description"),
        attribution: filled("attribution"),
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

/// The text of HTML: attributions are written as links, and are texts here.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // What is not closed is no tag.
        let Some((_, after)) = tag.split_once('>') else {
            text.push('<');
            rest = tag;
            continue;
        };
        rest = after;
    }
    text.push_str(rest);
    let entities = [
        ("&copy;", "©"),
        ("&#169;", "©"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ];
    for (entity, character) in entities {
        text = text.replace(entity, character);
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribution_is_text() {
        let html = "<a href=\"https://a.example/?a&b\" target=\"_blank\">&copy; A &amp; B</a>, C";
        assert_eq!(plain(html), "© A & B, C");
        assert_eq!(plain("2 < 3"), "2 < 3");
        assert_eq!(plain("<b"), "<b");
    }

    #[test]
    fn layers_without_a_name_or_of_another_form_are_left_out() {
        let json = br#"{"vector_layers":[{"id":"a"},{"id":"a"},{"id":""},{"fields":{}},3,{"id":"b","fields":{"n":"Number"}}]}"#;
        let layers = Metadata::of_json(json).unwrap().vector_layers;
        assert_eq!(layers.len(), 2);
        assert!(layers.iter().all(|layer| layer["fields"].is_object()));
        assert!(Metadata::of_json(b"[]").is_err() && Metadata::of_json(b"{").is_err());
    }
}
