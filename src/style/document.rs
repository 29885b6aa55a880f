//! A style that the server offers: a MapLibre style document without sources, which are filled in
//! for what is served at the moment of a request.
//!
//! Every data layer has the source [`SOURCE`] and the id of one of our layers as `source-layer`.
//! What the viewer shows beside the map stands in the document's own `metadata`: title,
//! description, rank, groups, and with each layer its group and legend entries.
//!
//! Source: <https://maplibre.org/maplibre-style-spec/>

mod read;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::layer::layers::Layers;
use super::layer::mistake::Mistake;

/// The vector source that a style's layers name.
pub const SOURCE: &str = "tuilerie";

/// A checked style.
#[derive(Clone, Debug)]
pub struct Style {
    /// The id in addresses.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// What it shows, in a sentence.
    pub description: Bilingual,
    /// Its place in a list of styles, the lowest first.
    pub rank: i64,
    /// The zoom of its last tiles, which are enlarged beyond: texts in areas come once a tile, so
    /// large tiles repeat fewer. All its layers must be served at this zoom.
    maxzoom: Option<u64>,
    groups: Vec<Group>,
    document: Map<String, Value>,
    layers: Vec<StyleLayer>,
    typed: Arc<Layers>,
}

/// A text for the public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// Layers of a style that are shown and hidden together.
#[derive(Clone, Debug)]
struct Group {
    id: String,
    written: Value,
}

#[derive(Clone, Debug)]
struct StyleLayer {
    /// The layer of ours that it draws; none for a background.
    source_layer: Option<String>,
    group: Option<String>,
    written: Map<String, Value>,
}

/// A source as a style is sent with it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the style's layers call it.
    pub name: String,
    /// The layers of ours in it.
    pub layers: Vec<String>,
    /// As the style specification has it.
    pub written: Value,
}

/// All that is wrong with a style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the style {id}: {}", mistakes.iter().map(Mistake::to_string).collect::<Vec<_>>().join("; "))]
pub struct StyleError {
    /// Which style.
    pub id: String,
    /// What is wrong, and where.
    pub mistakes: Vec<Mistake>,
}

/// A larger text is no style.
const LARGEST: usize = 16 << 20;

impl Style {
    /// Reads and checks a style.
    ///
    /// # Errors
    /// For what is no JSON, and for all in it that could not be served or drawn.
    pub fn parse(id: &str, text: &str) -> Result<Style, StyleError> {
        let refused = |message: String| StyleError {
            id: id.to_owned(),
            mistakes: vec![Mistake { pointer: String::new(), message }],
        };
        if text.len() > LARGEST {
            return Err(refused(format!("larger than {} MB", LARGEST >> 20)));
        }
        // serde_json itself ends at 128 levels.
        let document = serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
        Style::check(id, document)
    }

    /// Checks a style.
    ///
    /// # Errors
    /// As [`Style::parse`].
    pub fn check(id: &str, document: Value) -> Result<Style, StyleError> {
        read::read(id, document).map_err(|mistakes| StyleError { id: id.to_owned(), mistakes })
    }

    /// Its layers, typed.
    pub fn layers(&self) -> &Layers {
        &self.typed
    }

    /// The layers of ours that it draws, each once, in the order of drawing.
    pub fn source_layers(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for id in self.layers.iter().filter_map(|layer| layer.source_layer.as_deref()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The style for what is served: its sources, and only the layers that they hold. Addresses
    /// must be absolute: QGIS loses the port of relative ones.
    pub fn assemble(&self, sources: &[Source], glyphs: &str, sprite: &str) -> Value {
        let mut groups_in_use = Vec::new();
        let mut layers = Vec::new();
        for layer in &self.layers {
            let mut written = layer.written.clone();
            if let Some(id) = &layer.source_layer {
                let Some(source) = sources.iter().find(|source| source.layers.contains(id)) else {
                    continue;
                };
                written.insert("source".into(), json!(source.name));
            }
            groups_in_use.extend(&layer.group);
            layers.push(Value::Object(written));
        }
        let groups = self.groups.iter().filter(|group| groups_in_use.contains(&&group.id));
        let groups: Vec<_> = groups.map(|group| group.written.clone()).collect();
        let sources: Map<String, Value> = sources
            .iter()
            .map(|source| (source.name.clone(), self.enlarged(source.written.clone())))
            .collect();
        let mut document = Value::Object(self.document.clone());
        document["name"] = json!(self.title.fr);
        document["metadata"]["tuilerie:groups"] = Value::Array(groups);
        document["sources"] = Value::Object(sources);
        document["glyphs"] = json!(glyphs);
        document["sprite"] = json!(sprite);
        document["layers"] = Value::Array(layers);
        document
    }

    fn enlarged(&self, mut source: Value) -> Value {
        if let (Some(most), Some(served)) = (self.maxzoom, source["maxzoom"].as_u64()) {
            source["maxzoom"] = json!(most.min(served));
        }
        source
    }
}

impl Bilingual {
    /// As it stands in JSON.
    pub fn to_json(&self) -> Value {
        json!({ "fr": self.fr, "en": self.en })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> Value {
        json!({
            "version": 8,
            "metadata": {
                "tuilerie:title": { "fr": "Carte", "en": "Map" },
                "tuilerie:description": { "fr": "Une carte", "en": "A map" },
                "tuilerie:rank": 1,
                "tuilerie:maxzoom": 16,
                "tuilerie:groups": [
                    { "id": "a", "title": { "fr": "A", "en": "A" }, "visible": true },
                    { "id": "b", "title": { "fr": "B", "en": "B" }, "visible": true },
                ],
            },
            "layers": [
                { "id": "paper", "type": "background" },
                { "id": "1", "type": "fill", "source": "tuilerie", "source-layer": "x",
                  "metadata": { "tuilerie:group": "a" } },
                { "id": "2", "type": "line", "source": "tuilerie", "source-layer": "y",
                  "metadata": { "tuilerie:group": "b" } },
            ],
        })
    }

    #[test]
    fn only_what_is_served_is_in_a_style() {
        let style = Style::parse("carte", &style().to_string()).unwrap();
        assert_eq!(style.source_layers(), ["x", "y"]);
        let source = Source {
            name: "tuilerie-2".into(),
            layers: vec!["y".into()],
            written: json!({ "type": "vector" }),
        };
        let sent = style.assemble(&[source], "https://a/fonts", "https://a/sprite");
        let layers = sent["layers"].as_array().unwrap();
        assert_eq!(layers.len(), 2);
        assert_eq!((&layers[1]["id"], &layers[1]["source"]), (&json!("2"), &json!("tuilerie-2")));
        assert_eq!(sent["sources"], json!({ "tuilerie-2": { "type": "vector" } }));
        let groups = sent["metadata"]["tuilerie:groups"].as_array().unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0]["id"], "b");
    }

    #[test]
    fn a_style_s_last_tiles_are_enlarged_where_it_says_so() {
        let style = Style::parse("carte", &style().to_string()).unwrap();
        for (served, sent) in [(20, 16), (16, 16), (12, 12)] {
            let written = json!({ "type": "vector", "maxzoom": served });
            let source = Source { name: SOURCE.into(), layers: vec!["y".into()], written };
            let document = style.assemble(&[source], "", "");
            assert_eq!(document["sources"][SOURCE]["maxzoom"], sent);
        }
    }

    #[test]
    fn a_style_that_cannot_be_served_is_refused_with_a_pointer() {
        let cases = [
            ("/version", json!(7), "/version"),
            ("/metadata/tuilerie:title", json!("Carte"), "/metadata/tuilerie:title/fr"),
            ("/metadata/tuilerie:rank", json!("1"), "/metadata/tuilerie:rank"),
            ("/metadata/tuilerie:maxzoom", json!(-1), "/metadata/tuilerie:maxzoom"),
            ("/layers", json!({}), "/layers"),
            ("/layers/0/type", json!("raster"), "/layers/0/type"),
            ("/layers/1/source", json!("other"), "/layers/1/source"),
            ("/layers/1/source-layer", json!(null), "/layers/1/source-layer"),
            ("/layers/2/id", json!("1"), "/layers/2/id"),
            (
                "/layers/2/metadata/tuilerie:group",
                json!("none"),
                "/layers/2/metadata/tuilerie:group",
            ),
        ];
        for (place, value, pointer) in cases {
            let mut broken = style();
            *broken.pointer_mut(place).unwrap() = value;
            let error = Style::parse("carte", &broken.to_string()).unwrap_err();
            assert_eq!(error.mistakes[0].pointer, pointer, "{error}");
        }
        let mut broken = style();
        broken["version"] = json!(7);
        broken["layers"][2]["source"] = json!("other");
        broken["layers"][1]["paint"] = json!({ "fill-color": ["rgb", 1, 2, "blue"] });
        let error = Style::check("carte", broken).unwrap_err();
        let places: Vec<_> = error.mistakes.iter().map(|mistake| &*mistake.pointer).collect();
        assert_eq!(places, ["/version", "/layers/2/source", "/layers/1/paint/fill-color/3"]);
        for text in ["", "[]", "{", "null", "{\"version\":8}"] {
            assert!(Style::parse("carte", text).is_err(), "{text}");
        }
        let deep = "[".repeat(10_000);
        assert!(Style::parse("carte", &deep).is_err(), "no stack is deep enough for it");
    }
}
