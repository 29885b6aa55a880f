//! A style's layers: all of them read, all that is wrong with them said at once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::filter::Filter;
use super::kinds::{
    Background, Circle, ColorRelief, Fill, FillExtrusion, Heatmap, Hillshade, Line, Raster, Symbol,
};
use super::mistake::{Mistake, Mistakes};
use super::reader::Reader;
use super::{KINDS, Kind, Layer, VISIBILITY};
use crate::style::expression::Keys;
use crate::style::expression::value::{Object, Value};

/// More layers than any style has.
const MOST_LAYERS: usize = 10_000;
/// Parts of expressions in a style at most. The largest style known has some 30,000; a hostile one
/// ends here after a second or two.
const MOST_PARTS: usize = 1_000_000;
/// The zoom beyond which nothing is drawn.
const MAXZOOM: f64 = 25.0;

/// The layers of a style.
pub struct Layers {
    /// In the order of drawing.
    pub layers: Vec<Layer>,
    /// The properties of features that they read.
    pub keys: Keys,
    /// What `global-state` reads.
    pub state: Object,
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.layers.iter().map(|layer| &layer.id)).finish()
    }
}

impl Layers {
    /// Those that are drawn at a zoom.
    pub fn drawn_at(&self, zoom: f64) -> impl Iterator<Item = &Layer> {
        self.layers.iter().filter(move |layer| layer.is_at(zoom))
    }

    /// Reads them.
    ///
    /// # Errors
    /// All that is wrong with them, up to a hundred things.
    pub fn read(document: &Json) -> Result<Layers, Vec<Mistake>> {
        let mut mistakes = Mistakes::default();
        let mut keys = Keys::default();
        let mut left = MOST_PARTS;
        let mut layers = Vec::new();
        let written = match document.get("layers") {
            Some(Json::Array(written)) if written.len() <= MOST_LAYERS => written.as_slice(),
            Some(Json::Array(_)) => {
                mistakes.note("/layers", format!("more than {MOST_LAYERS} layers"));
                &[]
            }
            _ => {
                mistakes.note("/layers", "array expected");
                &[]
            }
        };
        let by_id = by_id(written, &mut mistakes);
        for (index, json) in written.iter().enumerate() {
            let pointer = format!("/layers/{index}");
            let Json::Object(members) = json else {
                mistakes.note(pointer, "object expected");
                continue;
            };
            let Some(members) = resolved(members, &by_id, &pointer, &mut mistakes) else {
                continue;
            };
            let layer =
                layer(index, &members, document, &pointer, &mut keys, &mut mistakes, &mut left);
            layers.extend(layer);
        }
        let state = state(document);
        mistakes.or(Layers { layers, keys, state })
    }
}

/// The style's `state`, by its defaults.
fn state(document: &Json) -> Object {
    let members = document.get("state").and_then(Json::as_object).into_iter().flatten();
    let default = |(name, member): (&String, &Json)| {
        (Arc::from(name.as_str()), Value::from_json(member.get("default").unwrap_or(&Json::Null)))
    };
    members.map(default).collect()
}

fn by_id<'d>(written: &'d [Json], mistakes: &mut Mistakes) -> BTreeMap<&'d str, &'d Json> {
    let mut by_id = BTreeMap::new();
    for (index, layer) in written.iter().enumerate() {
        if let Some(id) = layer.get("id").and_then(Json::as_str)
            && by_id.insert(id, layer).is_some()
        {
            mistakes.note(format!("/layers/{index}/id"), format!("duplicate layer id \"{id}\""));
        }
    }
    by_id
}

/// A layer with what it takes from another by `ref`.
fn resolved(
    members: &Map<String, Json>,
    by_id: &BTreeMap<&str, &Json>,
    pointer: &str,
    mistakes: &mut Mistakes,
) -> Option<Map<String, Json>> {
    let Some(reference) = members.get("ref") else { return Some(members.clone()) };
    let reference = reference.as_str().unwrap_or_default();
    let parent = by_id.get(reference).and_then(|parent| parent.as_object());
    let Some(parent) = parent.filter(|parent| !parent.contains_key("ref")) else {
        mistakes.note(format!("{pointer}/ref"), format!("ref layer \"{reference}\" not found"));
        return None;
    };
    let mut whole = members.clone();
    for name in ["type", "source", "source-layer", "minzoom", "maxzoom", "filter", "layout"] {
        if let Some(member) = parent.get(name) {
            whole.insert(name.to_owned(), member.clone());
        }
    }
    Some(whole)
}

fn layer(
    index: usize,
    members: &Map<String, Json>,
    document: &Json,
    pointer: &str,
    keys: &mut Keys,
    mistakes: &mut Mistakes,
    left: &mut usize,
) -> Option<Layer> {
    let text = |name: &str, mistakes: &mut Mistakes| -> Option<Arc<str>> {
        match members.get(name) {
            None => None,
            Some(Json::String(text)) if !text.is_empty() => Some(text.as_str().into()),
            Some(_) => {
                mistakes.note(format!("{pointer}/{name}"), "must be a text");
                None
            }
        }
    };
    let id = text("id", mistakes).unwrap_or_default();
    if id.is_empty() && !members.contains_key("id") {
        mistakes.note(pointer, "missing required property \"id\"");
    }
    let Some(kind) = text("type", mistakes) else {
        mistakes.note(pointer, "either \"type\" or \"ref\" is required");
        return None;
    };
    let Some((_, table)) = KINDS.iter().find(|(name, _)| *name == &*kind) else {
        let names = KINDS.map(|(name, _)| name).join(", ");
        let message = format!("expected one of [{names}], \"{kind}\" found");
        mistakes.note(format!("{pointer}/type"), message);
        return None;
    };
    let source = text("source", mistakes);
    let source_layer = text("source-layer", mistakes);
    if &*kind != "background" {
        match &source {
            None => mistakes.note(pointer, "missing required property \"source\""),
            Some(source) => {
                if let Some(Json::Object(sources)) = document.get("sources")
                    && !sources.contains_key(&**source)
                {
                    let message = format!("source \"{source}\" not found");
                    mistakes.note(format!("{pointer}/source"), message);
                }
            }
        }
    }
    let mut zoom =
        |name: &str, preset: f64| match members.get(name).map(|json| (json, json.as_f64())) {
            None => preset,
            Some((_, Some(zoom))) if (0.0..=24.0).contains(&zoom) => zoom,
            Some((json, _)) => {
                let message = format!("number from 0 to 24 expected, {json} found");
                mistakes.note(format!("{pointer}/{name}"), message);
                preset
            }
        };
    let (minzoom, maxzoom) = (zoom("minzoom", 0.0), zoom("maxzoom", MAXZOOM));
    let none = Map::new();
    let mut group = |name: &str| match members.get(name) {
        None => &none,
        Some(Json::Object(group)) => group,
        Some(_) => {
            mistakes.note(format!("{pointer}/{name}"), "object expected");
            &none
        }
    };
    let (layout, paint) = (group("layout"), group("paint"));
    let mut reader = Reader { layout, paint, pointer, keys, mistakes, left };
    reader.unknown(&[table, &[VISIBILITY]]);
    let filter = match members.get("filter") {
        None => Filter::default(),
        Some(filter) => Filter::read(filter, &format!("{pointer}/filter"), &mut reader),
    };
    let visibility = reader.property(&VISIBILITY);
    let reader = &mut reader;
    let kind = match &*kind {
        "background" => Kind::Background(Box::new(Background::read(reader))),
        "circle" => Kind::Circle(Box::new(Circle::read(reader))),
        "color-relief" => Kind::ColorRelief(Box::new(ColorRelief::read(reader))),
        "fill" => Kind::Fill(Box::new(Fill::read(reader))),
        "fill-extrusion" => Kind::FillExtrusion(Box::new(FillExtrusion::read(reader))),
        "heatmap" => Kind::Heatmap(Box::new(Heatmap::read(reader))),
        "hillshade" => Kind::Hillshade(Box::new(Hillshade::read(reader))),
        "line" => Kind::Line(Box::new(Line::read(reader))),
        "raster" => Kind::Raster(Box::new(Raster::read(reader))),
        _ => Kind::Symbol(Box::new(Symbol::read(reader))),
    };
    Some(Layer { id, index, source, source_layer, minzoom, maxzoom, filter, visibility, kind })
}
