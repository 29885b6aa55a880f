//! The style of all layers, so that a layer that no shipped style knows is on a map too: a colour a
//! layer, areas below lines below points, names above.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::document::{Bilingual, SOURCE, Style, StyleError};
use crate::geo::shape::ShapeKind;
use crate::source::archive::tileset::Tileset;
use crate::source::{Column, ColumnKind};
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
        fr: "Chaque couche servie, une couleur par couche".to_owned(),
        en: "Every layer that is served, a colour each".to_owned(),
    }
}

/// Hues of one lightness, far apart for the colour-blind too (after Okabe and Ito, darkened until
/// each is legible as a line on the paper), neighbours in the list unlike one another. Each with the
/// same hue by night.
const PALETTE: [(&str, &str); 10] = [
    ("#2f6f9f", "#78b4e0"),
    ("#c2591b", "#f0965c"),
    ("#2e8b6f", "#63c7a8"),
    ("#a8487f", "#e08fbd"),
    ("#8a7a1f", "#cdbb55"),
    ("#5b5aa6", "#a5a4ea"),
    ("#4c8fb8", "#93cdf0"),
    ("#b34a4a", "#ec8e8e"),
    ("#5f7f2e", "#a5c96c"),
    ("#6b6f76", "#b4b9c2"),
];

const PAPER: &str = "#f7f6f2";
const PAPER_BY_NIGHT: &str = "#191b1f";

/// Columns whose text names a feature, the best first.
const NAMES: [&str; 6] = ["nom", "name", "libelle", "label", "titre", "title"];

/// All areas over one another are as opaque as this, each at most [`MOST_OPAQUE`]: ten layers that
/// cover the same ground still let the lowest be seen.
const OPACITY_OF_ALL: f64 = 0.6;
const MOST_OPAQUE: f64 = 0.25;
/// Borders of areas stay behind lines, of which one may lie on them.
const BORDER_OPACITY: f64 = 0.5;

/// The style over some layers, in the order of their ids, and over archives: images lie under all, layers of
/// vector tiles are drawn like the others.
///
/// # Errors
/// Never for any layers; the document passes through the same door as the shipped ones.
pub fn all_layers<'a>(
    layers: impl Iterator<Item = &'a ReadyLayer>,
    tilesets: impl Iterator<Item = &'a Tileset>,
) -> Result<Style, StyleError> {
    let (mut areas, mut lines, mut points, mut names) = (vec![], vec![], vec![], vec![]);
    let (mut images, mut image_groups, mut sources) = (Vec::new(), Vec::new(), Map::new());
    let mut groups = Vec::new();
    let mut painted: Vec<Painted> = layers.map(Painted::of_layer).collect();
    for tileset in tilesets {
        let source = format!("archive {}", tileset.id);
        if tileset.archive.format().is_raster() {
            let title = title_of(tileset);
            image_groups.push(json!({ "id": source, "title": title, "visible": true }));
            images.push(json!({
                "id": source, "type": "raster", "source": source,
                "metadata": { "tuilerie:group": source },
            }));
        } else {
            painted.extend(Painted::of_tileset(tileset, &source));
        }
        sources.insert(source, source_of(tileset));
    }
    let with_areas =
        |painted: &&Painted| painted.kind.is_none_or(|kind| kind == ShapeKind::Polygon);
    let colours = PALETTE.iter().take(painted.len()).chain([&(PAPER, PAPER_BY_NIGHT)]);
    let dark: Map<String, Value> =
        colours.map(|(day, night)| ((*day).to_owned(), json!(night))).collect();
    let overlapping = painted.iter().filter(with_areas).count();
    let opacity = (OPACITY_OF_ALL / overlapping as f64).min(MOST_OPAQUE);
    for (painted, (colour, _)) in painted.into_iter().zip(PALETTE.iter().cycle()) {
        let Painted { id, title, source, source_layer, kind, name } = painted;
        groups.push(json!({ "id": id, "title": title, "visible": true }));
        let has = |wanted| kind.is_none_or(|kind| kind == wanted);
        let part = |suffix: &str, geometry: &str, of: Value| {
            let mut part = json!({
                "id": format!("{id} {suffix}"),
                "source": source,
                "source-layer": source_layer,
                "filter": ["==", ["geometry-type"], geometry],
                "metadata": {
                    "tuilerie:group": id,
                    "tuilerie:legend": [{ "title": title, "properties": {} }],
                },
            });
            if let (Value::Object(part), Value::Object(of)) = (&mut part, of) {
                part.extend(of);
            }
            part
        };
        if has(ShapeKind::Polygon) {
            areas.push(part("surface", "Polygon", area(colour, opacity)));
            // A fill's own outline is one pixel at most; and the legend needs the area only.
            let mut border = part("contour", "Polygon", line(colour, 0.6));
            border["metadata"] = json!({ "tuilerie:group": id });
            border["paint"]["line-opacity"] = json!(BORDER_OPACITY);
            areas.push(border);
        }
        if has(ShapeKind::Line) {
            lines.push(part("ligne", "LineString", line(colour, 1.0)));
        }
        if has(ShapeKind::Point) {
            points.push(part("point", "Point", point(colour)));
        }
        if let Some(column) = name {
            let mut label = part("nom", "Point", label(column, colour));
            label["metadata"] = json!({ "tuilerie:group": id });
            label["filter"] = json!(["has", column]);
            if kind == Some(ShapeKind::Line) {
                label["layout"]["symbol-placement"] = json!("line");
            }
            names.push(label);
        }
    }
    groups.extend(image_groups);
    let paper = json!({
        "id": "fond", "type": "background", "paint": { "background-color": PAPER }
    });
    let layers = [vec![paper], images, areas, lines, points, names];
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
        "sources": sources,
        "layers": layers,
    });
    Style::check(ALL_LAYERS, document)
}

/// What is drawn in one colour.
struct Painted {
    id: String,
    title: Value,
    source: String,
    source_layer: String,
    /// What its features are, where all of them are of one kind.
    kind: Option<ShapeKind>,
    /// The column whose text names a feature.
    name: Option<&'static str>,
}

impl Painted {
    fn of_layer(ready: &ReadyLayer) -> Painted {
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
            name: NAMES.into_iter().find(names),
        }
    }

    /// The layers of an archive's tiles, as far as it lists them.
    fn of_tileset(tileset: &Tileset, source: &str) -> impl Iterator<Item = Painted> {
        let layers = tileset.archive.vector_layers().iter();
        layers.filter_map(move |layer| {
            let name = layer["id"].as_str()?;
            let title = format!("{} › {name}", tileset.id);
            Some(Painted {
                id: title.clone(),
                title: json!({ "fr": title, "en": title }),
                source: source.to_owned(),
                source_layer: name.to_owned(),
                kind: None,
                name: NAMES.into_iter().find(|name| layer["fields"].get(*name).is_some()),
            })
        })
    }
}

fn title_of(tileset: &Tileset) -> Value {
    let title = tileset.about.title.as_deref().unwrap_or(&tileset.id);
    json!({ "fr": title, "en": title })
}

fn source_of(tileset: &Tileset) -> Value {
    let is_raster = tileset.archive.format().is_raster();
    let id = utf8_percent_encode(&tileset.id, NON_ALPHANUMERIC);
    json!({ "type": if is_raster { "raster" } else { "vector" }, "url": format!("/tiles/{id}") })
}

fn area(colour: &str, opacity: f64) -> Value {
    json!({ "type": "fill", "paint": { "fill-color": colour, "fill-opacity": opacity } })
}

fn line(colour: &str, weight: f64) -> Value {
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

fn point(colour: &str) -> Value {
    json!({
        "type": "circle",
        "paint": {
            "circle-color": colour,
            "circle-radius": ["interpolate", ["exponential", 1.4], ["zoom"],
                10, 0.8, 14, 1.6, 20, 7],
            "circle-stroke-color": PAPER,
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
            "text-halo-color": PAPER,
            "text-halo-width": 1.4,
        },
    })
}
