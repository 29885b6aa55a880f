//! Any JSON as a style. It is refused in words, with places; or it goes all the way that a style of the user's
//! own goes: sent to a browser, written for QGIS, told in a legend, by day and by night, and drawn.
#![no_main]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value as Json, json};
use tuilerie::geo::tile::TileId;
use tuilerie::map::materials::Materials;
use tuilerie::render::render;
use tuilerie::render::scene::Scene;
use tuilerie::render::source::features::VectorTile;
use tuilerie::render::source::{Source as Data, Tile};
use tuilerie::render::support::undrawn;
use tuilerie::render::view::{Size, View};
use tuilerie::style::binding::Binding;
use tuilerie::style::document::{SOURCE, Source, Style};
use tuilerie::style::expression::value::Value;
use tuilerie::style::layer::layers::Layers;
use tuilerie::style::legend::{ground, legend};
use tuilerie::style::qgis::definition::definition;
use tuilerie::style::shipped::{OwnFiles, Shipped};
use tuilerie_fuzz::any::{All, Any};
use tuilerie_fuzz::seed;

/// The tile around 0° N 0° E, of the zoom that is drawn.
const TILE: (u8, u32, u32) = (14, 8192, 8192);

static SHIPPED: LazyLock<Arc<Shipped>> =
    LazyLock::new(|| Arc::new(Shipped::parse(OwnFiles::default())));
static MATERIALS: LazyLock<Materials> = LazyLock::new(|| Materials::new(SHIPPED.clone()));

fuzz_target!(init: seed("style", seeds()), |bytes: &[u8]| {
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else { return };
    undrawn(&json);
    match Layers::read(&json) {
        Ok(layers) => drawn(&layers),
        Err(mistakes) => {
            for mistake in mistakes {
                assert!(!mistake.message.is_empty());
                assert!(mistake.pointer.is_empty() || mistake.pointer.starts_with('/'));
            }
        }
    }
    if let Ok(style) = Style::check("fuzz", json) {
        served(&style);
        let _ = style.dark().map(|dark| dark.as_ref().map(served));
    }
});

fn drawn(layers: &Layers) {
    let (z, x, y) = TILE;
    let id = TileId::new(z, x, y).unwrap();
    let mut content = VectorTile::default();
    for layer in &layers.layers {
        let all = (0..6).map(|turn| Any::new(&layers.keys, turn)).collect();
        content.add(layer.source_layer.as_deref().unwrap_or_default(), Box::new(All(all)));
    }
    let content = Arc::new(content);
    let sources: BTreeMap<_, _> = layers
        .layers
        .iter()
        .filter_map(|layer| layer.source.clone())
        .map(|name| {
            let tile = Tile { id, wrap: 0, zoom: z, content: content.clone() };
            (name, Data::Vector(vec![tile]))
        })
        .collect();
    let scene = Scene::new(layers, sources, MATERIALS.images(1.0), MATERIALS.glyphs());
    let size = Size::new(48, 48, 1.0).unwrap();
    for (zoom, bearing) in [(14.0, 0.0), (14.6, 50.0)] {
        render(&scene, &View::new([0.011, -0.011], zoom, bearing, size));
    }
}

fn served(style: &Style) {
    let roles: Vec<String> = style.roles().iter().map(|role| (*role).to_owned()).collect();
    let binding = Binding::new(roles.iter().map(|role| (role.as_str(), None)));
    let sources = [Source {
        name: SOURCE.to_owned(),
        layers: roles.clone(),
        written: json!({ "type": "vector", "maxzoom": 16 }),
    }];
    style.assemble(&sources, &binding, "https://a/fonts", "https://a/sprite");
    for zoom in [None, Some(0.0), Some(14.5)] {
        legend(style, zoom, |_| true);
        ground(style, zoom);
    }
    let occurring = |_: &str, columns: &[Arc<str>]| {
        let value = |name: &Arc<str>| (name.to_string(), json!(name.len()));
        let object: Map<String, Json> = columns.iter().map(value).collect();
        match Value::from_json(&Json::Object(object)) {
            Value::Object(object) => Some(vec![object]),
            _ => None,
        }
    };
    let for_qgis = style.for_qgis(&occurring).expect("a style that was checked");
    let document = for_qgis.assemble(&sources, &binding, "https://a/fonts", "https://a/sprite");
    definition(&document, &|name: &str| SHIPPED.sprite.image(name, 1));
}

fn seeds() -> Vec<Vec<u8>> {
    let style = json!({ "version": 8, "state": { "s": { "default": 1 } }, "layers": [
        { "id": "a", "type": "line", "source": "s", "source-layer": "l", "minzoom": 3,
          "filter": ["all", ["==", "class", "x"], ["none", ["in", "n", 1, 2], ["has", "$id"]]],
          "layout": { "line-cap": "round", "visibility": "none" },
          "paint": { "line-width": { "base": 1.4, "stops": [[10, 1], [18, 8]] },
                     "line-color": { "property": "c", "type": "categorical", "stops": [["x", "red"]] },
                     "line-dasharray": [1, 2], "line-opacity": ["global-state", "s"] } },
        { "id": "b", "ref": "a" },
        { "id": "c", "type": "symbol", "source": "s",
          "layout": { "text-field": "{name}", "text-font": ["A", "B"], "icon-padding": [1, 2],
                      "text-variable-anchor-offset": ["top", [0, 1]] } },
    ]});
    let raised = json!({ "version": 8, "layers": [
        { "id": "g", "type": "background", "paint": { "background-color": "#fff" } },
        { "id": "h", "type": "fill-extrusion", "source": "tuilerie", "source-layer": "l",
          "paint": { "fill-extrusion-height": ["get", "h"], "fill-extrusion-color": "red" } },
        { "id": "d", "type": "heatmap", "source": "tuilerie", "source-layer": "l",
          "paint": { "heatmap-weight": ["get", "w"], "heatmap-radius": 9 } },
        { "id": "s", "type": "symbol", "source": "tuilerie", "source-layer": "l",
          "layout": { "text-field": ["format", ["get", "n"], { "font-scale": 2 }, ["image", "gare"]],
                      "text-font": ["Source Sans 3 Regular"], "text-allow-overlap": true,
                      "icon-image": "mairie", "icon-text-fit": "both", "icon-rotate": 30 },
          "paint": { "text-halo-width": 2, "text-halo-color": "white", "text-halo-blur": 1 } },
        { "id": "a", "type": "symbol", "source": "tuilerie", "source-layer": "l",
          "layout": { "symbol-placement": "line", "text-field": "a b", "symbol-spacing": 20,
                      "text-font": ["Source Sans 3 Regular"] } },
        { "id": "l", "type": "line", "source": "tuilerie", "source-layer": "l",
          "paint": { "line-gradient": ["interpolate", ["linear"], ["line-progress"], 0, "red", 1, "blue"],
                     "line-gap-width": 4, "line-blur": 2, "line-pattern": "motif-vigne" } },
    ]});
    let shipped = SHIPPED.styles.iter().map(|style| style.written().to_string().into_bytes());
    [style, raised].iter().map(|json| json.to_string().into_bytes()).chain(shipped).collect()
}
