//! A style that the server offers: a MapLibre style document without sources, which are filled in
//! for what is served at the moment of a request.
//!
//! Every data layer has the source [`SOURCE`] and a role as `source-layer`: what a layer of ours is to
//! the style, whatever its id. Which layer that is, a [`Binding`] says. Or else it has a source of the
//! style's own, which is an archive that is served ([`Archived`]).
//! What the viewer shows beside the map stands in the document's own `metadata`: title,
//! description, rank, groups, its colours by night, and with each layer its group and legend entries.
//!
//! Source: <https://maplibre.org/maplibre-style-spec/>

mod archived;
mod dark;
mod qgis;
mod read;
mod spelling;

use std::sync::Arc;

use serde_json::{Map, Value, json};

pub use archived::Archived;
pub use dark::DARK;
pub use spelling::spelled;

pub use super::bilingual::{Bilingual, Language};
use super::binding::Binding;
use super::layer::Layer;
use super::layer::layers::Layers;
use super::layer::mistake::Mistake;
use super::sample::Sample;

/// The id in addresses of the style that the server makes of all layers.
pub const ALL_LAYERS: &str = "couches";

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
    archives: Vec<Archived>,
    document: Map<String, Value>,
    layers: Vec<StyleLayer>,
    typed: Arc<Layers>,
}

/// Layers of a style that are shown and hidden together.
#[derive(Clone, Debug)]
struct Group {
    id: String,
    title: Bilingual,
    written: Value,
}

#[derive(Clone, Debug)]
struct StyleLayer {
    /// The role of the layer that it draws; none for a background.
    role: Option<String>,
    /// The source that it draws, where that is an archive.
    archive: Option<String>,
    group: Option<String>,
    /// What it draws, for a legend.
    samples: Vec<Sample>,
    written: Map<String, Value>,
}

/// A source as a style is sent with it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the style's layers call it.
    pub name: String,
    /// The layers of ours in it; none in an archive.
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

    /// The zoom of its last tiles, where it says one: beyond they are enlarged.
    pub fn maxzoom(&self) -> Option<u64> {
        self.maxzoom
    }

    /// The roles of the layers that it draws, each once, in the order of drawing.
    pub fn roles(&self) -> Vec<&str> {
        let mut roles: Vec<&str> = Vec::new();
        for role in self.layers.iter().filter_map(|layer| layer.role.as_deref()) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    /// The archives that it draws.
    pub fn archives(&self) -> &[Archived] {
        &self.archives
    }

    /// Its document, with the layers as they are written.
    pub fn written(&self) -> Value {
        let mut document = self.document.clone();
        let layers = self.layers.iter().map(|layer| Value::Object(layer.written.clone()));
        document.insert("layers".into(), layers.collect());
        Value::Object(document)
    }

    /// Its groups of layers from top to bottom, then that of the layers without one.
    pub fn group_ids(&self) -> impl Iterator<Item = Option<&str>> {
        self.groups.iter().map(|group| Some(group.id.as_str())).chain([None])
    }

    /// What a group is called.
    pub fn group_title(&self, id: &str) -> Option<&Bilingual> {
        self.groups.iter().find(|group| group.id == id).map(|group| &group.title)
    }

    /// The style without what some of its groups draw, and with what others do that it hides itself.
    ///
    /// # Errors
    /// Never for groups of a style that holds: a defect.
    pub fn with_groups(&self, hidden: &[String], shown: &[String]) -> Result<Style, StyleError> {
        let mut document = self.document.clone();
        if let Some(layers) = document.get_mut("layers").and_then(Value::as_array_mut) {
            let is_of = |layer: &Value, groups: &[String]| {
                let group = layer.pointer("/metadata/tuilerie:group").and_then(Value::as_str);
                group.is_some_and(|group| groups.iter().any(|one| one == group))
            };
            layers.retain(|layer| !is_of(layer, hidden));
            for layer in layers.iter_mut().filter(|layer| is_of(layer, shown)) {
                if let Some(layout) = layer.get_mut("layout").and_then(Value::as_object_mut) {
                    layout.remove("visibility");
                }
            }
        }
        Style::check(&self.id, Value::Object(document))
    }

    /// The layers of a group in the order of drawing, each with samples of what it draws.
    pub fn samples(
        &self,
        group: Option<&str>,
    ) -> impl DoubleEndedIterator<Item = (&Layer, &[Sample])> {
        self.typed.layers.iter().filter_map(move |typed| {
            let layer = self.layers.get(typed.index)?;
            (layer.group.as_deref() == group).then_some((typed, layer.samples.as_slice()))
        })
    }

    /// The style for what is served: its sources, and only the layers that they hold. Addresses
    /// must be absolute: QGIS loses the port of relative ones.
    pub fn assemble(
        &self,
        sources: &[Source],
        binding: &Binding<'_>,
        glyphs: &str,
        sprite: &str,
    ) -> Value {
        let bound = |role: &str| {
            let id = binding.layer(role)?;
            let holds = |source: &&Source| source.layers.iter().any(|layer| layer == id);
            Some((id, sources.iter().find(holds)?))
        };
        let mut groups_in_use = Vec::new();
        let mut layers = Vec::new();
        for layer in &self.layers {
            let mut written = layer.written.clone();
            if let Some(role) = &layer.role {
                let Some((id, source)) = bound(role) else { continue };
                written.insert("source".into(), json!(source.name));
                written.insert("source-layer".into(), json!(id));
            }
            if let Some(archive) = &layer.archive
                && !sources.iter().any(|source| source.name == *archive)
            {
                continue;
            }
            groups_in_use.extend(&layer.group);
            layers.push(Value::Object(written));
        }
        let groups = self.groups.iter().filter(|group| groups_in_use.contains(&&group.id));
        let groups: Vec<_> = groups.map(|group| group.written.clone()).collect();
        let sources: Map<String, Value> = sources
            .iter()
            .map(|source| {
                let written = source.written.clone();
                let is_archive = source.layers.is_empty();
                (source.name.clone(), if is_archive { written } else { self.enlarged(written) })
            })
            .collect();
        let mut document = Value::Object(self.document.clone());
        document["name"] = json!(self.title.fr);
        document["metadata"]["tuilerie:title"] = self.title.to_json();
        document["metadata"]["tuilerie:groups"] = Value::Array(groups);
        if let Some(metadata) = document["metadata"].as_object_mut() {
            metadata.remove(dark::TABLE); // the server's own
        }
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
        assert_eq!(style.roles(), ["x", "y"]);
        let source = Source {
            name: "tuilerie-2".into(),
            layers: vec!["autre".into(), "why".into()],
            written: json!({ "type": "vector" }),
        };
        let binding = Binding::new([("why", Some("y")), ("x", None)].into_iter());
        let sent = style.assemble(&[source], &binding, "https://a/fonts", "https://a/sprite");
        let layers = sent["layers"].as_array().unwrap();
        assert_eq!(layers.len(), 2);
        assert_eq!((&layers[1]["id"], &layers[1]["source"]), (&json!("2"), &json!("tuilerie-2")));
        assert_eq!(layers[1]["source-layer"], "why", "the layer that has the role");
        assert_eq!(sent["sources"], json!({ "tuilerie-2": { "type": "vector" } }));
        let groups = sent["metadata"]["tuilerie:groups"].as_array().unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0]["id"], "b");
    }

    #[test]
    fn by_night_a_style_has_other_colours_and_the_same_filters() {
        let mut style = style();
        style["metadata"]["tuilerie:dark"] = json!({ "#ffffff": "#101010", "blue": "navy" });
        style["layers"][0]["paint"] = json!({ "background-color": "#ffffff" });
        style["layers"][1]["paint"] =
            json!({ "fill-color": ["match", ["get", "a"], "b", "blue", "#ffffff"] });
        style["layers"][1]["filter"] = json!(["==", ["get", "colour"], "blue"]);
        let light = Style::check("carte", style.clone()).unwrap();
        let dark = light.dark().unwrap().unwrap();
        assert_eq!(dark.id, "carte-sombre");
        let layer = &dark.layers[1].written;
        let colour = json!(["match", ["get", "a"], "b", "navy", "#101010"]);
        assert_eq!(layer["paint"]["fill-color"], colour);
        assert_eq!(layer["filter"], json!(["==", ["get", "colour"], "blue"]));
        assert!(dark.dark().unwrap().is_none());

        style["metadata"]["tuilerie:dark"] = json!({ "red/white": "#101010", "blue": "navy" });
        let error = Style::check("carte", style).unwrap().dark().unwrap_err();
        assert_eq!(error.mistakes[0].pointer, "/metadata/tuilerie:dark/red~1white", "not used");
    }

    #[test]
    fn by_night_values_and_names_that_read_as_colours_stay_what_they_are() {
        let mut style = style();
        style["metadata"]["tuilerie:dark"] = json!({ "blue": "navy", "red": "maroon" });
        let written = [
            json!(["match", ["get", "blue"], "blue", "red", ["red", "navy"], "blue", "red"]),
            json!(["case", ["==", ["get", "a"], "blue"], "blue", "red"]),
            json!({ "property": "blue", "type": "categorical", "stops": [["red", "blue"]] }),
        ];
        let expected = [
            json!(["match", ["get", "blue"], "blue", "maroon", ["red", "navy"], "navy", "maroon"]),
            json!(["case", ["==", ["get", "a"], "blue"], "navy", "maroon"]),
            json!({ "property": "blue", "type": "categorical", "stops": [["red", "navy"]] }),
        ];
        for (written, expected) in written.into_iter().zip(expected) {
            style["layers"][1]["paint"] = json!({ "fill-color": written });
            style["layers"][2]["paint"] =
                json!({ "line-color": ["step", ["zoom"], "red", 9, "blue"] });
            let dark = Style::check("carte", style.clone()).unwrap().dark().unwrap().unwrap();
            assert_eq!(dark.layers[1].written["paint"]["fill-color"], expected);
            let stepped = json!(["step", ["zoom"], "maroon", 9, "navy"]);
            assert_eq!(dark.layers[2].written["paint"]["line-color"], stepped);
        }
    }

    #[test]
    fn a_style_s_last_tiles_are_enlarged_where_it_says_so() {
        let style = Style::parse("carte", &style().to_string()).unwrap();
        for (served, sent) in [(20, 16), (16, 16), (12, 12)] {
            let written = json!({ "type": "vector", "maxzoom": served });
            let source = Source { name: SOURCE.into(), layers: vec!["y".into()], written };
            let binding = Binding::new([("y", None)].into_iter());
            let document = style.assemble(&[source], &binding, "", "");
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
            ("/layers/0/type", json!("hillshade"), "/layers/0/type"),
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
