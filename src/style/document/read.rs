//! A style document → what is served of it, and all that is wrong with it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::archived::with_own_source;
use super::{Archived, Bilingual, Group, SOURCE, Style, StyleLayer};
use crate::style::layer::layers::Layers;
use crate::style::layer::mistake::{Mistake, Mistakes};
use crate::style::sample::Sample;

/// Reads what the server relies on, and the layers as they are drawn.
pub(super) fn read(id: &str, document: Value) -> Result<Style, Vec<Mistake>> {
    let document = with_own_source(document);
    let mut reader = Reader { document: &document, mistakes: Mistakes::default() };
    let archives = reader.archives();
    if document["version"] != 8 {
        reader.mistakes.note("/version", "must be 8");
    }
    if document.get("metadata").is_some_and(|metadata| !metadata.is_object()) {
        reader.mistakes.note("/metadata", "must be an object");
    }
    let name = document["name"].as_str().filter(|name| !name.is_empty()).unwrap_or(id);
    let called = || Bilingual { fr: name.to_owned(), en: name.to_owned() };
    let title = reader.given("/metadata/tuilerie:title", Reader::bilingual, called);
    let description =
        reader.given("/metadata/tuilerie:description", Reader::bilingual, || title.clone());
    let rank = |reader: &mut Reader<'_>, pointer: &str| {
        reader.number(pointer, Value::as_i64, "must be a whole number")
    };
    let rank = reader.given("/metadata/tuilerie:rank", rank, || RANK);
    let maxzoom = match document.pointer("/metadata/tuilerie:maxzoom") {
        None | Some(Value::Null) => None,
        Some(_) => {
            Some(reader.number("/metadata/tuilerie:maxzoom", Value::as_u64, "must be a zoom"))
        }
    };
    let groups = |reader: &mut Reader<'_>, pointer: &str| reader.list(pointer, Reader::group);
    let groups = reader.given("/metadata/tuilerie:groups", groups, Vec::new);
    let layer = |reader: &mut Reader<'_>, pointer: &str| reader.layer(pointer, &archives);
    let layers = reader.list("/layers", layer);
    for (index, layer) in layers.iter().enumerate() {
        if let Some(group) = &layer.group
            && !groups.iter().any(|known| known.id == *group)
        {
            let pointer = format!("/layers/{index}/metadata/tuilerie:group");
            reader.mistakes.note(pointer, format!("there is no group \"{group}\""));
        }
    }
    let mut mistakes = reader.mistakes;
    let typed = mistakes.take(Layers::read(&document));
    match (document, typed) {
        (Value::Object(document), Some(typed)) => mistakes.or(Style {
            id: id.to_owned(),
            title,
            description,
            rank,
            maxzoom,
            groups,
            archives,
            document,
            layers,
            typed: Arc::new(typed),
        }),
        // What is no object has no layers either.
        _ => Err(mistakes.all()),
    }
}

/// The rank of a style that says none: after the shipped ones.
const RANK: i64 = 50;

struct Reader<'d> {
    document: &'d Value,
    mistakes: Mistakes,
}

/// The types of layers that draw features.
const OF_FEATURES: [&str; 6] = ["fill", "line", "symbol", "circle", "fill-extrusion", "heatmap"];

impl Reader<'_> {
    /// What stands somewhere, or else what is meant by nothing: styles that were made elsewhere have
    /// no metadata of ours.
    fn given<T>(
        &mut self,
        pointer: &str,
        read: impl FnOnce(&mut Self, &str) -> T,
        absent: impl FnOnce() -> T,
    ) -> T {
        match self.document.pointer(pointer) {
            Some(_) => read(self, pointer),
            None => absent(),
        }
    }

    fn group(&mut self, pointer: &str) -> Group {
        let written = self.document.pointer(pointer).cloned().unwrap_or_default();
        let id = self.text(&format!("{pointer}/id"));
        let title = self.bilingual(&format!("{pointer}/title"));
        Group { id, title, written }
    }

    /// The sources that layers draw, but for the server's own.
    fn archives(&mut self) -> Vec<Archived> {
        let layers = self.document.get("layers").and_then(Value::as_array).into_iter().flatten();
        let mut names: Vec<&str> = layers.filter_map(|layer| layer["source"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let names = names.into_iter().filter(|name| *name != SOURCE);
        let sources = &self.document["sources"];
        names.filter_map(|name| Archived::read(name, sources, &mut self.mistakes)).collect()
    }

    /// A layer of a kind that is served, over a role or an archive. The rest is checked with its properties.
    fn layer(&mut self, pointer: &str, archives: &[Archived]) -> StyleLayer {
        let at = |key: &str| format!("{pointer}/{key}");
        let member = |key: &str| self.document.pointer(&at(key)).and_then(Value::as_str);
        let (kind, source) = (member("type"), member("source"));
        let archive = archives.iter().find(|archive| source == Some(&archive.name));
        // What is wrong with a source is said there.
        let is_wrong = archive.is_none()
            && source.is_some_and(|name| self.document["sources"].get(name).is_some())
            && source != Some(SOURCE);
        let role = match (kind, archive) {
            (Some(kind), _) if is_wrong && (kind == "raster" || OF_FEATURES.contains(&kind)) => {
                None
            }
            (Some(kind), archive) if OF_FEATURES.contains(&kind) => {
                let layer = self.text(&at("source-layer"));
                if source != Some(SOURCE) && archive.is_none_or(|archive| archive.is_raster) {
                    let message = format!("must be \"{SOURCE}\", or a vector source of the style");
                    self.mistakes.note(at("source"), message);
                }
                archive.is_none().then_some(layer)
            }
            (Some("raster"), archive) => {
                if archive.is_none_or(|archive| !archive.is_raster) {
                    self.mistakes.note(at("source"), "must be a raster source of the style");
                }
                None
            }
            (None | Some("background"), _) => None,
            (Some(other), _) => {
                let message = format!("layers of type \"{other}\" are not served");
                self.mistakes.note(at("type"), message);
                None
            }
        };
        let archive = archive.map(|archive| archive.name.clone());
        let group = self.document.pointer(&at("metadata/tuilerie:group"));
        let group = group.is_some().then(|| self.text(&at("metadata/tuilerie:group")));
        let written = self.document.pointer(pointer).and_then(Value::as_object);
        let written = written.cloned().unwrap_or_default();
        let legend = at("metadata/tuilerie:legend");
        let samples = match self.document.pointer(&legend) {
            None => Vec::new(),
            Some(_) => self.list(&legend, Reader::sample),
        };
        StyleLayer { role, archive, group, samples, written }
    }

    /// A line of the legend.
    fn sample(&mut self, pointer: &str) -> Sample {
        let title = self.bilingual(&format!("{pointer}/title"));
        let properties = format!("{pointer}/properties");
        match self.document.pointer(&properties).map(Value::as_object) {
            Some(Some(properties)) => Sample::new(title, properties),
            Some(None) => {
                self.mistakes.note(properties, "must be an object");
                Sample::new(title, &Map::new())
            }
            None => Sample::new(title, &Map::new()),
        }
    }

    /// Each element of an array, by its pointer.
    fn list<T>(&mut self, pointer: &str, read: impl Fn(&mut Self, &str) -> T) -> Vec<T> {
        match self.document.pointer(pointer).and_then(Value::as_array) {
            Some(elements) => {
                (0..elements.len()).map(|index| read(self, &format!("{pointer}/{index}"))).collect()
            }
            None => {
                self.mistakes.note(pointer, "must be a list");
                Vec::new()
            }
        }
    }

    fn bilingual(&mut self, pointer: &str) -> Bilingual {
        Bilingual {
            fr: self.text(&format!("{pointer}/fr")),
            en: self.text(&format!("{pointer}/en")),
        }
    }

    fn text(&mut self, pointer: &str) -> String {
        match self.document.pointer(pointer).and_then(Value::as_str) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => {
                self.mistakes.note(pointer, "must be a text");
                String::new()
            }
        }
    }

    fn number<T: Default>(
        &mut self,
        pointer: &str,
        read: impl Fn(&Value) -> Option<T>,
        message: &str,
    ) -> T {
        self.document.pointer(pointer).and_then(read).unwrap_or_else(|| {
            self.mistakes.note(pointer, message);
            T::default()
        })
    }
}
