//! Promise: `docs/STYLES.md` says of every property of the style specification whether it is drawn, and that is
//! so: setting one that is drawn changes a picture, setting one that is not changes none. `make golden` writes
//! the tables anew.

use std::fmt::Write;
use std::fs;

use serde_json::{Map, Value as Json, json};
use tuilerie::render::support::{Support, of_property, undrawn};
use tuilerie::style::layer::KINDS;
use tuilerie::style::layer::specification::{Depends, Group, Specification, ValueKind};

use crate::support::canvas::draw;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/STYLES.md");
/// Between these the tables stand.
const BEGIN: &str = "<!-- made by `make golden` of src/style/layer and src/render/support.rs -->\n";
const END: &str = "<!-- end -->\n";

fn table(rows: &[Specification]) -> String {
    let mut text = "| property | default | by | drawn |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let by = match row.depends {
            Depends::Never => "",
            Depends::State => "state",
            Depends::Zoom => "zoom",
            Depends::Feature => "zoom, feature",
            Depends::Progress => "place",
        };
        let drawn = match of_property(row.name) {
            Support::Drawn => "yes".to_owned(),
            Support::Still(why) => format!("makes no difference: {why}"),
            Support::Undrawn(instead) => format!("**no**: {instead}"),
        };
        let default = if row.default.len() > 40 { "…" } else { row.default };
        writeln!(text, "| `{}` | `{default}` | {by} | {drawn} |", row.name).unwrap();
    }
    text
}

#[test]
fn the_tables_of_the_documentation_are_those_of_the_code() {
    let mut made = String::new();
    for (kind, rows) in KINDS {
        writeln!(made, "\n### {kind}\n\n{}", table(rows).trim_end()).unwrap();
    }
    made.push('\n');
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(BEGIN).expect("where the tables begin");
    let (written, after) = rest.split_once(END).expect("where they end");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "write") {
        fs::write(DOCUMENT, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
    } else {
        assert!(written == made, "docs/STYLES.md is not what the code says: make golden");
    }
}

/// What a layer of a kind is drawn over, so that each of its properties can be seen.
fn features(kind: &str) -> Json {
    match kind {
        "line" => json!([
            { "type": "LineString", "at": [[-50, -40], [0, 30], [50, -40]], "n": 1 },
            { "type": "LineString", "at": [[-50, 20], [40, 10]], "n": 2 },
        ]),
        "symbol" => json!([
            { "type": "Point", "at": [0, 0], "n": 1, "t": "Un mot" },
            { "type": "Point", "at": [9, -3], "n": 2, "t": "Deux" },
        ]),
        "circle" | "heatmap" => json!([
            { "type": "Point", "at": [0, 0], "n": 1 }, { "type": "Point", "at": [8, 3], "n": 2 },
        ]),
        _ => json!([
            { "type": "Polygon", "at": [[[-40, -40], [20, -40], [10, 20], [-40, -40]]], "n": 1 },
            { "type": "Polygon", "at": [[[-10, -10], [40, -10], [40, 40], [-10, -10]]], "n": 2 },
        ]),
    }
}

/// What a layer of a kind has before a property is set.
fn preset(kind: &str) -> Json {
    match kind {
        "line" => {
            json!({ "line-width": 9, "line-color": ["match", ["get", "n"], 1, "red", "blue"] })
        }
        "fill" => json!({ "fill-color": ["match", ["get", "n"], 1, "red", "blue"] }),
        "fill-extrusion" => json!({ "fill-extrusion-color": "red", "fill-extrusion-height": 9 }),
        "circle" => json!({ "circle-color": ["match", ["get", "n"], 1, "red", "blue"] }),
        "symbol" => json!({
            "text-field": ["get", "t"], "text-font": ["Source Sans 3 Regular"],
            "icon-image": "arrow",
        }),
        "color-relief" => json!({
            "color-relief-color": ["interpolate", ["linear"], ["elevation"], 0, "red", 900, "blue"],
        }),
        _ => json!({}),
    }
}

/// A value for a property that is not its default, and what else it takes for that to be seen.
fn value(row: &Specification) -> (Json, Json) {
    let by_n = |one: Json, other: Json| json!(["match", ["get", "n"], 1, one, other]);
    let line = json!({ "symbol-placement": "line-center" });
    let sdf = |more: Json| {
        let mut with = json!({ "icon-image": "drop" });
        with.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        with
    };
    let overlap = json!({ "text-allow-overlap": true, "icon-allow-overlap": true });
    let halo = json!({ "text-halo-color": "red", "text-halo-width": 2 });
    let long = json!({ "text-field": "Un texte qui est long" });
    match row.name {
        // What only counts beside another property.
        "line-miter-limit" => (json!(1.0), json!({})),
        "line-round-limit" => (json!(3), json!({ "line-join": "round" })),
        "line-sort-key" | "fill-sort-key" => (by_n(json!(2), json!(1)), json!({})),
        "circle-sort-key" => (by_n(json!(1), json!(2)), json!({})),
        // On a white ground, multiplying changes nothing.
        "fill-layer-blend" | "line-layer-blend" | "raster-layer-blend" => {
            (json!("screen"), json!({}))
        }
        "hillshade-illumination-altitude" => (json!(20), json!({ "hillshade-method": "basic" })),
        "line-translate-anchor" => (json!("viewport"), json!({ "line-translate": [9, 0] })),
        "fill-translate-anchor" => (json!("viewport"), json!({ "fill-translate": [9, 0] })),
        "fill-extrusion-translate-anchor" => {
            (json!("viewport"), json!({ "fill-extrusion-translate": [9, 0] }))
        }
        "circle-translate-anchor" => (json!("viewport"), json!({ "circle-translate": [9, 0] })),
        "icon-translate-anchor" => (json!("viewport"), json!({ "icon-translate": [9, 0] })),
        "text-translate-anchor" => (json!("viewport"), json!({ "text-translate": [9, 0] })),
        "circle-stroke-color" => (json!("lime"), json!({ "circle-stroke-width": 4 })),
        "circle-stroke-opacity" => (json!(0.4), json!({ "circle-stroke-width": 4 })),
        "line-gradient" => {
            (json!(["interpolate", ["linear"], ["line-progress"], 0, "red", 1, "blue"]), json!({}))
        }
        "heatmap-color" => (
            json!(["interpolate", ["linear"], ["heatmap-density"], 0, "white", 1, "blue"]),
            json!({}),
        ),
        "color-relief-color" => {
            (json!(["interpolate", ["linear"], ["elevation"], 0, "white", 500, "blue"]), json!({}))
        }
        // Symbols.
        "symbol-placement" => (json!("line-center"), json!({})),
        "symbol-spacing" => {
            (json!(20), json!({ "symbol-placement": "line", "text-field": "a", "icon-image": "" }))
        }
        "symbol-sort-key" => (by_n(json!(2), json!(1)), json!({})),
        "symbol-z-order" => (json!("source"), overlap),
        "icon-optional" => (json!(true), json!({ "text-allow-overlap": true })),
        "text-optional" => (json!(true), json!({ "icon-allow-overlap": true })),
        "icon-allow-overlap" => (json!(true), json!({ "text-field": "" })),
        "icon-overlap" => (json!("always"), json!({ "text-field": "" })),
        "icon-ignore-placement" => (json!(true), json!({ "text-field": "" })),
        "text-allow-overlap" => (json!(true), json!({ "icon-image": "" })),
        "text-overlap" => (json!("always"), json!({ "icon-image": "" })),
        "text-ignore-placement" => (json!(true), json!({ "icon-image": "" })),
        "icon-rotation-alignment" | "text-rotation-alignment" => (json!("map"), json!({})),
        "icon-pitch-alignment" | "text-pitch-alignment" => (json!("map"), json!({})),
        "icon-text-fit" => (json!("both"), json!({ "icon-image": "plate" })),
        "icon-text-fit-padding" => {
            (json!([4, 4, 4, 4]), json!({ "icon-image": "plate", "icon-text-fit": "both" }))
        }
        "icon-image" => (json!("plate"), json!({})),
        "icon-rotate" => (json!(90), json!({})),
        "icon-padding" => (json!(20), json!({ "text-field": "", "icon-size": 0.2 })),
        "icon-keep-upright" => (
            json!(true),
            json!({ "symbol-placement": "line-center", "icon-rotate": 90, "text-field": "" }),
        ),
        "text-keep-upright" => (json!(false), line),
        "icon-anchor" => (json!("top"), json!({})),
        "icon-color" => (json!("lime"), sdf(json!({}))),
        "icon-halo-color" => (json!("red"), sdf(json!({ "icon-halo-width": 3 }))),
        "icon-halo-width" => (json!(3), sdf(json!({ "icon-halo-color": "red" }))),
        "icon-halo-blur" => {
            (json!(2), sdf(json!({ "icon-halo-color": "red", "icon-halo-width": 3 })))
        }
        "text-font" => (json!(["Source Sans 3 SemiBold"]), json!({})),
        "text-field" => (json!("Autre"), json!({})),
        "text-max-width" => (json!(3), long),
        "text-line-height" => (json!(2), json!({ "text-field": "Un\nmot" })),
        "text-justify" => (json!("left"), json!({ "text-field": "Un\nmot plus long" })),
        "text-radial-offset" => (json!(2), json!({ "text-anchor": "left" })),
        "text-variable-anchor" => (json!(["left"]), json!({})),
        "text-variable-anchor-offset" => (json!(["left", [1, 1]]), json!({})),
        "text-anchor" => (json!("left"), json!({})),
        "text-max-angle" => {
            (json!(5), json!({ "symbol-placement": "line-center", "text-field": "un texte" }))
        }
        "text-writing-mode" => (json!(["vertical"]), json!({ "text-field": "漢字" })),
        "text-padding" => {
            (json!(40), json!({ "text-field": "a", "icon-image": "", "text-size": 4 }))
        }
        "text-transform" => (json!("uppercase"), json!({})),
        "text-halo-color" => (json!("blue"), json!({ "text-halo-width": 2 })),
        "text-halo-width" => (json!(2), json!({ "text-halo-color": "red" })),
        "text-halo-blur" => (json!(2), halo),
        "hillshade-illumination-anchor" => (json!("map"), json!({})),
        // What would be seen if it were drawn.
        "circle-pitch-scale" => (json!("viewport"), json!({})),
        "circle-pitch-alignment" => (json!("map"), json!({})),
        "fill-extrusion-base" => (json!(4), json!({})),
        // The rest by what it is.
        _ => (by_kind(row), json!({})),
    }
}

fn by_kind(row: &Specification) -> Json {
    let default: Json = serde_json::from_str(row.default).unwrap();
    match row.kind {
        ValueKind::Number | ValueKind::NumberArray => {
            let default = default.as_f64().unwrap_or(0.0);
            let (_, most) = row.range;
            let is_top = most.is_some_and(|most| default + 4.0 > most);
            match (is_top, most) {
                (true, Some(most)) if default == most => json!(most * 0.4),
                (true, Some(most)) => json!((most + default) / 2.0),
                _ => json!(default + 4.0),
            }
        }
        ValueKind::Boolean => json!(default != true),
        ValueKind::Color | ValueKind::ColorArray => json!("lime"),
        ValueKind::Image => json!("hatch"),
        ValueKind::Numbers(_) => json!([3, 5]),
        ValueKind::Choice(texts) => {
            let other = texts.iter().find(|text| default != **text);
            json!(other.unwrap())
        }
        _ => panic!("{} has no value here", row.name),
    }
}

/// A scene with a layer of a kind; of what is set, each property stands where it belongs.
fn scene(kind: &str, rows: &[Specification], is_along: bool, set: &[&Json]) -> Json {
    let (mut layout, mut paint) = (Map::new(), Map::new());
    for (name, value) in set.iter().flat_map(|set| set.as_object().unwrap()) {
        let row = rows.iter().find(|row| row.name == name).expect(name);
        let group = if row.group == Group::Layout { &mut layout } else { &mut paint };
        group.insert(name.clone(), value.clone());
    }
    let features = if is_along {
        json!([
            { "type": "LineString", "at": [[60, -20], [0, 0], [-60, -20]], "n": 1, "t": "Un" },
        ])
    } else {
        features(kind)
    };
    json!({
        "size": [128, 128], "bearing": 30, "features": features,
        "layers": [{ "type": kind, "layout": layout, "paint": paint }],
    })
}

#[test]
fn what_is_said_to_be_drawn_is_drawn_and_nothing_else() {
    let mut wrong = Vec::new();
    for (kind, rows) in KINDS {
        for row in rows {
            let (value, with) = value(row);
            let preset = preset(kind);
            let set = json!({ row.name: value });
            let is_along = row.name == "symbol-placement" || with.get("symbol-placement").is_some();
            let drawn = |set: &[&Json]| draw(&scene(kind, rows, is_along, set));
            let (before, after) = (drawn(&[&preset, &with]), drawn(&[&preset, &with, &set]));
            let changed = before.pixels() != after.pixels();
            if changed != (of_property(row.name) == Support::Drawn) {
                wrong.push(format!("{}: {value} {changed}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_style_asks_for_in_vain_is_named_once() {
    let document = json!({
        "version": 8, "terrain": { "source": "relief" }, "sky": {}, "projection": { "type": "globe" },
        "pitch": 40, "center": [0, 0],
        "sources": { "p": { "type": "video" }, "q": { "type": "video" }, "r": { "type": "geojson", "cluster": true } },
        "layers": [
            { "id": "a", "type": "fill-extrusion", "source": "p", "paint": { "fill-extrusion-height": 9 } },
            { "id": "b", "type": "fill-extrusion", "source": "p",
              "paint": { "fill-extrusion-height": ["get", "h"], "fill-extrusion-base": 0 } },
            { "id": "c", "type": "circle", "source": "p", "paint": { "circle-pitch-scale": "viewport" } },
        ],
    });
    let told: Vec<String> = undrawn(&document).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "a source's type is not drawn: nothing is drawn of a video",
            "fill-extrusion-height is not drawn: areas with a height are drawn flat, as seen from above",
            "pitch is not drawn: maps are seen from above",
            "projection is not drawn: maps are drawn in Web Mercator",
            "sky is not drawn: no sky is seen from above",
            "terrain is not drawn: the ground is drawn flat",
        ]
    );
    let ordinary = json!({
        "version": 8, "projection": { "type": "mercator" }, "pitch": 0,
        "sources": { "p": { "type": "vector" } }, "layers": [{ "id": "g", "type": "background" }],
    });
    assert_eq!(undrawn(&ordinary), Default::default());
}
