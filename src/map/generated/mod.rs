//! The style of all layers, so that a layer that no shipped style knows is on a map too: areas below
//! lines below points, names above. Layers that no shipped style draws are coloured by class, where a
//! column tells classes ([`classes`]); the others, of which there are maps of their own, get a colour each.

mod classes;
mod painted;
mod palette;

use std::collections::{BTreeMap, BTreeSet};

use painted::Painted;
use palette::{Ink, LAYERS, NAMES, PAPER};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::shape::ShapeKind;
use crate::source::archive::tileset::Tileset;
use crate::style::document::{ALL_LAYERS, Bilingual, Style, StyleError};

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

/// All areas over one another are as opaque as this, each at most [`MOST_OPAQUE`]: ten layers that
/// cover the same ground still let the lowest be seen.
const OPACITY_OF_ALL: f64 = 0.6;
const MOST_OPAQUE: f64 = 0.25;
/// Classes are told apart by their colours, so those of one layer or two are more opaque.
const OPACITY_OF_CLASSES: f64 = 1.2;
const MOST_OPAQUE_CLASS: f64 = 0.6;
/// Borders of areas stay behind lines, of which one may lie on them.
const BORDER_OPACITY: f64 = 0.5;

/// The style over some layers, in the order of their ids, and over archives: images lie under all, layers of
/// vector tiles are drawn like the others. `has_style` says of which layers there are other maps.
///
/// # Errors
/// Never for any layers; the document passes through the same door as the shipped ones.
pub fn all_layers<'a>(
    layers: impl Iterator<Item = &'a ReadyLayer>,
    tilesets: impl Iterator<Item = &'a Tileset>,
    has_style: impl Fn(&ReadyLayer) -> bool,
) -> Result<Style, StyleError> {
    let mut painted: Vec<Painted<'_>> =
        layers.map(|ready| Painted::of_layer(ready, has_style(ready))).collect();
    let mut images = Images::default();
    for tileset in tilesets {
        let source = format!("archive {}", tileset.id);
        if tileset.archive.format().is_raster() {
            images.add(&source, tileset);
        } else {
            painted.extend(Painted::of_tileset(tileset, &source));
        }
        images.sources.insert(source, source_of(tileset));
    }
    tell_apart(&mut painted, images.sources.keys());
    let has_areas =
        |painted: &&Painted<'_>| painted.kind.is_none_or(|kind| kind == ShapeKind::Polygon);
    let overlapping = painted.iter().filter(has_areas).count();
    let mut parts = Parts::default();
    parts.dark.insert(PAPER.0, PAPER.1);
    for (painted, ink) in painted.iter().zip(LAYERS.iter().cycle()) {
        parts.add(painted, ink, overlapping);
    }
    let paper = json!({
        "id": "fond", "type": "background", "paint": { "background-color": PAPER.0 }
    });
    let Parts { mut groups, areas, lines, points, names, dark } = parts;
    groups.extend(images.groups);
    let layers = [vec![paper], images.layers, areas, lines, points, names];
    let layers: Vec<_> = layers.into_iter().flatten().collect();
    let document = json!({
        "version": 8,
        "metadata": {
            "tuilerie:title": title().to_json(),
            "tuilerie:description": description().to_json(),
            "tuilerie:rank": RANK,
            "tuilerie:dark": dark,
            "tuilerie:groups": groups,
        },
        "sources": images.sources,
        "layers": layers,
    });
    Style::check(ALL_LAYERS, document)
}

/// Gives everything that is painted an id of its own, which none of the archives has either.
fn tell_apart<'a>(painted: &mut [Painted<'_>], archives: impl Iterator<Item = &'a String>) {
    let mut known: BTreeSet<String> = archives.cloned().collect();
    for Painted { id, .. } in painted {
        while !known.insert(id.clone()) {
            id.push('′');
        }
    }
}

/// What comes of archives.
#[derive(Default)]
struct Images {
    groups: Vec<Value>,
    layers: Vec<Value>,
    /// Of vector tiles too.
    sources: Map<String, Value>,
}

impl Images {
    fn add(&mut self, source: &str, tileset: &Tileset) {
        let title = tileset.about.title.as_deref().filter(|title| !title.is_empty());
        let title = title.unwrap_or(&tileset.id);
        let title = json!({ "fr": title, "en": title });
        self.groups.push(json!({ "id": source, "title": title, "visible": true }));
        // A word behind it, as every layer has.
        self.layers.push(json!({
            "id": format!("{source} image"), "type": "raster", "source": source,
            "metadata": { "tuilerie:group": source },
        }));
    }
}

fn source_of(tileset: &Tileset) -> Value {
    let is_raster = tileset.archive.format().is_raster();
    let id = utf8_percent_encode(&tileset.id, NON_ALPHANUMERIC);
    json!({ "type": if is_raster { "raster" } else { "vector" }, "url": format!("/tiles/{id}") })
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
    /// Adds what is painted, in an ink unless by class; so many have areas.
    fn add(&mut self, painted: &Painted<'_>, ink: &Ink, overlapping: usize) {
        let Painted { id, title, source, source_layer, kind, name, classes } = painted;
        self.groups.push(json!({ "id": id, "title": title, "visible": true }));
        let (colour, name_ink, legend, (of_all, most)) = match classes {
            Some(classes) => {
                self.dark.extend(classes.colours().copied());
                let opacities = (OPACITY_OF_CLASSES, MOST_OPAQUE_CLASS);
                (classes.colour(), &NAMES, classes.samples(), opacities)
            }
            None => {
                self.dark.insert(ink.0, ink.1);
                let legend = vec![json!({ "title": title, "properties": {} })];
                (json!(ink.0), ink, legend, (OPACITY_OF_ALL, MOST_OPAQUE))
            }
        };
        let opacity = (of_all / overlapping as f64).min(most);
        let has = |wanted| kind.is_none_or(|kind| kind == wanted);
        let part = |suffix: &str, geometry: &str, of: Value| {
            let mut part = json!({
                "id": format!("{id} {suffix}"),
                "source": source,
                "source-layer": source_layer,
                "filter": ["==", ["geometry-type"], geometry],
                "metadata": { "tuilerie:group": id, "tuilerie:legend": legend },
            });
            if let (Value::Object(part), Value::Object(of)) = (&mut part, of) {
                part.extend(of);
            }
            part
        };
        if has(ShapeKind::Polygon) {
            self.areas.push(part("surface", "Polygon", area(&colour, opacity)));
            // A fill's own outline is one pixel at most; and the legend needs the area only.
            let mut border = part("contour", "Polygon", line(&colour, 0.6));
            border["metadata"] = json!({ "tuilerie:group": id });
            border["paint"]["line-opacity"] = json!(BORDER_OPACITY);
            self.areas.push(border);
        }
        if has(ShapeKind::Line) {
            self.lines.push(part("ligne", "LineString", line(&colour, 1.0)));
        }
        if has(ShapeKind::Point) {
            self.points.push(part("point", "Point", point(&colour)));
        }
        if let Some(column) = name {
            self.dark.insert(name_ink.0, name_ink.1);
            let mut label = part("nom", "Point", label(column, name_ink.0));
            label["metadata"] = json!({ "tuilerie:group": id });
            label["filter"] = json!(["has", column]);
            if *kind == Some(ShapeKind::Line) {
                label["layout"]["symbol-placement"] = json!("line");
            }
            self.names.push(label);
        }
    }
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
