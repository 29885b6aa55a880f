//! The style of all layers, so that a layer that no shipped style knows is on a map too: areas below
//! lines below points, names above. Layers that no shipped style draws are coloured by class, where a
//! column tells classes ([`classes`]); the others, of which there are maps of their own, get a colour each.

mod classes;
mod palette;

use std::collections::BTreeMap;

use classes::Classes;
use palette::{Ink, LAYERS, NAMES, PAPER};
use serde_json::{Value, json};

use super::document::{Bilingual, SOURCE, Style, StyleError};
use crate::geo::shape::ShapeKind;
use crate::source::ColumnKind;
use crate::store::snapshot::ReadyLayer;

/// Its id in addresses.
pub const ALL_LAYERS: &str = "couches";

/// Its place in a list of styles: the last.
pub const RANK: i64 = 100;

/// What it is called.
pub fn title() -> Bilingual {
    Bilingual { fr: "Toutes les couches".to_owned(), en: "All layers".to_owned() }
}

/// What it shows.
pub fn description() -> Bilingual {
    Bilingual {
        fr: "Chaque couche servie, une couleur par couche ou par classe".to_owned(),
        en: "Every layer that is served, a colour by layer or by class".to_owned(),
    }
}

/// Columns whose text names a feature, the best first.
const NAME_COLUMNS: [&str; 6] = ["nom", "name", "libelle", "label", "titre", "title"];

/// All areas over one another are as opaque as this, each at most [`MOST_OPAQUE`]: ten layers that
/// cover the same ground still let the lowest be seen.
const OPACITY_OF_ALL: f64 = 0.6;
const MOST_OPAQUE: f64 = 0.25;
/// Classes are told apart by their colours, so those of one layer or two are more opaque.
const OPACITY_OF_CLASSES: f64 = 1.2;
const MOST_OPAQUE_CLASS: f64 = 0.6;
/// Borders of areas stay behind lines, of which one may lie on them.
const BORDER_OPACITY: f64 = 0.5;

/// The style over some layers, in the order of their ids. `has_style` says of which there are other maps.
///
/// # Errors
/// Never for any layers; the document passes through the same door as the shipped ones.
pub fn all_layers<'a>(
    layers: impl Iterator<Item = &'a ReadyLayer>,
    has_style: impl Fn(&ReadyLayer) -> bool,
) -> Result<Style, StyleError> {
    let layers: Vec<_> = layers.collect();
    let has_areas = |ready: &&&ReadyLayer| {
        ready.features.only_kind().is_none_or(|kind| kind == ShapeKind::Polygon)
    };
    let overlapping = layers.iter().filter(has_areas).count();
    let mut parts = Parts::default();
    parts.dark.insert(PAPER.0, PAPER.1);
    for (ready, ink) in layers.into_iter().zip(LAYERS.iter().cycle()) {
        let classes = if has_style(ready) { None } else { Classes::of(ready, &NAME_COLUMNS) };
        parts.add(ready, &Look { ink, classes, overlapping });
    }
    let paper = json!({
        "id": "fond", "type": "background", "paint": { "background-color": PAPER.0 }
    });
    let Parts { groups, areas, lines, points, names, dark } = parts;
    let layers: Vec<_> = [vec![paper], areas, lines, points, names].into_iter().flatten().collect();
    let document = json!({
        "version": 8,
        "metadata": {
            "tuilerie:title": title().to_json(),
            "tuilerie:description": description().to_json(),
            "tuilerie:rank": RANK,
            "tuilerie:dark": dark,
            "tuilerie:groups": groups,
        },
        "layers": layers,
    });
    Style::check(ALL_LAYERS, document)
}

/// How a layer is coloured.
struct Look<'a> {
    ink: &'a Ink,
    classes: Option<Classes<'a>>,
    /// How many layers have areas.
    overlapping: usize,
}

impl Look<'_> {
    fn colour(&self) -> Value {
        self.classes.as_ref().map_or(json!(self.ink.0), Classes::colour)
    }

    fn name_ink(&self) -> &Ink {
        if self.classes.is_some() { &NAMES } else { self.ink }
    }

    fn opacity(&self) -> f64 {
        let (of_all, most) = match self.classes {
            Some(_) => (OPACITY_OF_CLASSES, MOST_OPAQUE_CLASS),
            None => (OPACITY_OF_ALL, MOST_OPAQUE),
        };
        (of_all / self.overlapping as f64).min(most)
    }
}

/// What the style is made of, from bottom to top.
#[derive(Default)]
struct Parts {
    groups: Vec<Value>,
    areas: Vec<Value>,
    lines: Vec<Value>,
    points: Vec<Value>,
    names: Vec<Value>,
    /// The colours that are painted with, each with its own by night.
    dark: BTreeMap<&'static str, &'static str>,
}

impl Parts {
    fn add(&mut self, ready: &ReadyLayer, look: &Look<'_>) {
        let layer = &ready.layer;
        let title = layer.about.title.as_deref().filter(|title| !title.is_empty());
        let title = title.unwrap_or(&layer.id);
        let title = json!({ "fr": title, "en": title });
        self.groups.push(json!({ "id": layer.id, "title": title, "visible": true }));
        let legend = match &look.classes {
            Some(classes) => classes.samples(),
            None => vec![json!({ "title": title, "properties": {} })],
        };
        let kind = ready.features.only_kind();
        let has = |wanted| kind.is_none_or(|kind| kind == wanted);
        let part = |suffix: &str, geometry: &str, of: Value| {
            let mut part = json!({
                "id": format!("{} {suffix}", layer.id),
                "source": SOURCE,
                "source-layer": layer.id,
                "filter": ["==", ["geometry-type"], geometry],
                "metadata": { "tuilerie:group": layer.id, "tuilerie:legend": legend },
            });
            if let (Value::Object(part), Value::Object(of)) = (&mut part, of) {
                part.extend(of);
            }
            part
        };
        let colour = look.colour();
        if has(ShapeKind::Polygon) {
            self.areas.push(part("surface", "Polygon", area(&colour, look.opacity())));
            // A fill's own outline is one pixel at most; and the legend needs the area only.
            let mut border = part("contour", "Polygon", line(&colour, 0.6));
            border["metadata"] = json!({ "tuilerie:group": layer.id });
            border["paint"]["line-opacity"] = json!(BORDER_OPACITY);
            self.areas.push(border);
        }
        if has(ShapeKind::Line) {
            self.lines.push(part("ligne", "LineString", line(&colour, 1.0)));
        }
        if has(ShapeKind::Point) {
            self.points.push(part("point", "Point", point(&colour)));
        }
        match &look.classes {
            Some(classes) => self.dark.extend(classes.colours().copied()),
            None => self.dark.extend([*look.ink]),
        }
        if let Some(column) = name_column(ready) {
            let mut label = part("nom", "Point", label(column, look.name_ink().0));
            label["metadata"] = json!({ "tuilerie:group": layer.id });
            label["filter"] = json!(["has", column]);
            if kind == Some(ShapeKind::Line) {
                label["layout"]["symbol-placement"] = json!("line");
            }
            self.names.push(label);
            self.dark.extend([*look.name_ink()]);
        }
    }
}

fn name_column(ready: &ReadyLayer) -> Option<&str> {
    let columns = &ready.layer.columns;
    NAME_COLUMNS.into_iter().find(|name| {
        columns.iter().any(|column| column.name == *name && column.kind != ColumnKind::Boolean)
    })
}

fn area(colour: &Value, opacity: f64) -> Value {
    json!({ "type": "fill", "paint": { "fill-color": colour, "fill-opacity": opacity } })
}

fn line(colour: &Value, weight: f64) -> Value {
    let width = |pixels: f64| pixels * weight;
    json!({
        "type": "line",
        "layout": { "line-cap": "round", "line-join": "round" },
        "paint": {
            "line-color": colour,
            "line-width": ["interpolate", ["exponential", 1.4], ["zoom"],
                8, width(0.5), 14, width(1.2), 20, width(3.0)],
        },
    })
}

fn point(colour: &Value) -> Value {
    json!({
        "type": "circle",
        "paint": {
            "circle-color": colour,
            "circle-radius": ["interpolate", ["exponential", 1.4], ["zoom"],
                10, 0.8, 14, 1.6, 20, 7],
            "circle-stroke-color": PAPER.0,
            "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0, 18, 1.2],
        },
    })
}

fn label(column: &str, colour: &str) -> Value {
    json!({
        "type": "symbol",
        "minzoom": 14,
        "layout": {
            "text-field": ["to-string", ["get", column]],
            "text-font": ["Source Sans 3 Regular"],
            "text-size": ["interpolate", ["linear"], ["zoom"], 14, 10.5, 18, 13],
            "text-max-width": 8,
            "text-padding": 6,
            "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
            "text-radial-offset": 0.6,
        },
        "paint": {
            "text-color": colour,
            "text-halo-color": PAPER.0,
            "text-halo-width": 1.4,
        },
    })
}
