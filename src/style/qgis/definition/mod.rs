//! definition: a style for QGIS → a QGIS layer definition (`.qlr`), which a user drags onto the map:
//! layers with address, zooms, symbols and labels, and nothing left to convert.
//!
//! - `expression`: filters, and values over the zoom, as expressions of QGIS
//! - `symbol`: areas, lines, points
//! - `label`: texts
//! - `xml`: elements and QGIS's options
//!
//! Source: what QGIS 3.22 writes itself (`QgsLayerDefinition`), and reads again (`make test-qgis`).

mod expression;
mod label;
mod symbol;
mod xml;

use std::fmt::Write;

use serde_json::{Map, Value as Json};

use xml::Element;

/// Images by name, each a PNG and its width in pixels of the screen.
pub type Images<'i> = dyn Fn(&str) -> Option<(Vec<u8>, f64)> + 'i;

/// A style for QGIS as a layer definition. Each of its vector sources is a layer.
pub fn definition(style: &Json, images: &Images<'_>) -> String {
    let title = style["name"].as_str().unwrap_or_default();
    let nothing = Map::new();
    let sources = style["sources"].as_object().unwrap_or(&nothing);
    let (mut tree, mut layers) = (Element::new("layer-tree-group"), Element::new("maplayers"));
    tree = tree.with("name", "").with("expanded", "1").with("checked", "Qt::Checked");
    for (source, written) in sources.iter().rev() {
        let id = format!("tuilerie_{}_{source}", style_id(title));
        let address = address(written);
        let named = match sources.len() {
            1 => title.to_owned(),
            _ => format!("{title} ({source})"),
        };
        tree = tree.child(
            Element::new("layer-tree-layer")
                .with("providerKey", "vectortile")
                .with("name", &named)
                .with("source", &address)
                .with("id", &id)
                .with("expanded", "0")
                .with("checked", "Qt::Checked"),
        );
        layers = layers.child(layer(style, source, images, [&id, &named, &address]));
    }
    let root = Element::new("qlr").child(tree).child(layers);
    format!("<!DOCTYPE qgis-layer-definition>\n{root}\n")
}

/// What a layer tree calls a layer has no spaces.
fn style_id(title: &str) -> String {
    title.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

/// QGIS's own default ends at zoom 14.
fn address(source: &Json) -> String {
    let tiles = source["tiles"][0].as_str().unwrap_or_default();
    let zoom = |name: &str, default| source[name].as_u64().unwrap_or(default);
    let (least, most) = (zoom("minzoom", 0), zoom("maxzoom", 22));
    format!("type=xyz&url={}&zmin={least}&zmax={most}", in_address(tiles))
}

/// QGIS splits such texts at ampersands and decodes what is between.
fn in_address(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                written.push(byte as char);
            }
            _ => _ = write!(written, "%{byte:02X}"),
        }
    }
    written
}

fn layer(
    style: &Json,
    source: &str,
    images: &Images<'_>,
    [id, named, address]: [&str; 3],
) -> Element {
    let (mut symbols, mut labels) = (Element::new("styles"), Element::new("styles"));
    let all = style["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    for layer in all.iter().filter(|layer| layer["source"] == source) {
        if let Some((geometry, symbol)) = symbol::symbol(layer, images) {
            symbols =
                symbols.child(rule(layer, geometry).child(Element::new("symbols").child(symbol)));
        }
        if let Some(settings) = label::settings(layer) {
            let geometry = if layer["layout"]["symbol-placement"] == "line" { 1 } else { 0 };
            labels = labels.child(rule(layer, geometry).child(settings));
        }
    }
    let text = |name: &'static str, text: &str| Element::new(name).text(text);
    Element::new("maplayer")
        .with("type", "vector-tile")
        .with("styleCategories", "AllStyleCategories")
        .child(text("id", id))
        .child(text("datasource", address))
        .child(text("layername", named))
        .child(Element::new("srs").child(spatial_reference()))
        .child(Element::new("renderer").with("type", "basic").child(symbols))
        .child(Element::new("labeling").with("type", "basic").child(labels))
        .child(text("blendMode", "0"))
        .child(text("layerOpacity", "1"))
}

/// Tiles of XYZ addresses are taken for this in any case.
fn spatial_reference() -> Element {
    Element::new("spatialrefsys").child(Element::new("authid").text("EPSG:3857"))
}

/// A rule of a renderer or of labels: which features, at which zooms.
fn rule(layer: &Json, geometry: u8) -> Element {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let first = layer["minzoom"].as_f64().map_or(-1.0, f64::ceil);
    // The first at which it is drawn no more.
    let last = layer["maxzoom"].as_f64().map_or(-1.0, |zoom| zoom.ceil() - 1.0);
    Element::new("style")
        .with("name", &text(&layer["id"]))
        .with("layer", &text(&layer["source-layer"]))
        .with("expression", &expression::filter(&layer["filter"]))
        .with("geometry", &geometry.to_string())
        .with("min-zoom", &first.to_string())
        .with("max-zoom", &last.to_string())
        .with("enabled", "1")
}
