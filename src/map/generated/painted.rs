//! What the style of all layers paints: a layer, or a layer of an archive's tiles. Not how.

use serde_json::{Value, json};

use super::classes::Classes;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::shape::ShapeKind;
use crate::source::archive::tileset::Tileset;
use crate::source::{Column, ColumnKind};
use crate::style::document::SOURCE;

/// Columns whose text names a feature, the best first.
const NAME_COLUMNS: [&str; 6] = ["nom", "name", "libelle", "label", "titre", "title"];

/// What is painted.
pub struct Painted<'a> {
    pub id: String,
    /// What it is called, in both languages.
    pub title: Value,
    pub source: String,
    pub source_layer: String,
    /// What its features are, where all of them are of one kind.
    pub kind: Option<ShapeKind>,
    /// The column whose text names a feature.
    pub name: Option<&'static str>,
    /// What its colours tell, unless it has one.
    pub classes: Option<Classes<'a>>,
}

impl<'a> Painted<'a> {
    /// A layer; `has_style`: that is painted by class on a map of its own.
    pub fn of_layer(ready: &'a ReadyLayer, has_style: bool) -> Painted<'a> {
        let layer = &ready.layer;
        let title = layer.about.title.as_deref().filter(|title| !title.is_empty());
        let title = title.unwrap_or(&layer.id);
        let names = |name: &&str| {
            let names =
                |column: &Column| column.name == *name && column.kind != ColumnKind::Boolean;
            layer.columns.iter().any(names)
        };
        Painted {
            id: layer.id.clone(),
            title: json!({ "fr": title, "en": title }),
            source: SOURCE.to_owned(),
            source_layer: layer.id.clone(),
            kind: ready.features.only_kind(),
            name: NAME_COLUMNS.into_iter().find(names),
            classes: if has_style { None } else { Classes::of(ready, &NAME_COLUMNS) },
        }
    }

    /// The layers of an archive's tiles, as far as it lists them.
    pub fn of_tileset(tileset: &'a Tileset, source: &str) -> impl Iterator<Item = Painted<'a>> {
        let layers = tileset.archive.vector_layers().iter();
        layers.filter_map(move |layer| {
            let name = layer["id"].as_str().filter(|name| !name.is_empty())?;
            let title = format!("{} › {name}", tileset.id);
            Some(Painted {
                id: title.clone(),
                title: json!({ "fr": title, "en": title }),
                source: source.to_owned(),
                source_layer: name.to_owned(),
                kind: None,
                name: NAME_COLUMNS.into_iter().find(|name| layer["fields"].get(*name).is_some()),
                classes: None,
            })
        })
    }
}
