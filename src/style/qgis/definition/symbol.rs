//! How areas, lines and points are drawn: symbols of QGIS. Lengths are pixels.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value as Json;

use super::Images;
use super::expression::{OverZoom, rgba, turned_by};
use super::xml::{Element, computed, options};
use crate::style::expression::color::Color;

const POINT: u8 = 0;
const LINE: u8 = 1;
const POLYGON: u8 = 2;

/// Options and computed properties of a symbol's layer.
#[derive(Default)]
struct Parts {
    options: Vec<(&'static str, String)>,
    computed: Vec<(&'static str, String)>,
}

/// The symbol of a layer and the geometry that it is for, if it draws any.
pub fn symbol(layer: &Json, images: &Images<'_>) -> Option<(u8, Element)> {
    let (paint, layout) = (&layer["paint"], &layer["layout"]);
    match layer["type"].as_str()? {
        "fill" => Some((POLYGON, fill(paint, images)?)),
        "line" => Some((LINE, line(paint, layout)?)),
        "circle" => Some((POINT, circle(paint)?)),
        "symbol" => Some((POINT, icon(layer, images)?)),
        _ => None,
    }
}

fn fill(paint: &Json, images: &Images<'_>) -> Option<Element> {
    if let Some(name) = paint["fill-pattern"].as_str() {
        let (image, width) = images(name)?;
        let mut parts = Parts::default();
        parts.options.push(("imageFile", embedded(&image)));
        parts.options.push(("width", width.to_string()));
        parts.options.push(("width_unit", "Pixel".to_owned()));
        return Some(symbol_of("fill", paint, "fill-opacity", "RasterFill", parts));
    }
    let mut parts = Parts::default();
    parts.color("color", "fillColor", &faded(paint, "fill-color", "fill-opacity")?);
    match faded(paint, "fill-outline-color", "fill-opacity") {
        Some(outline) => {
            parts.color("outline_color", "outlineColor", &outline);
            parts.options.push(("outline_width", "1".to_owned()));
            parts.options.push(("outline_width_unit", "Pixel".to_owned()));
        }
        None => parts.options.push(("outline_style", "no".to_owned())),
    }
    Some(symbol_of("fill", paint, "", "SimpleFill", parts))
}

fn line(paint: &Json, layout: &Json) -> Option<Element> {
    let mut parts = Parts::default();
    parts.color("line_color", "outlineColor", &faded(paint, "line-color", "line-opacity")?);
    let width = OverZoom::number(&paint["line-width"]).unwrap_or(OverZoom::Constant(1.0));
    parts.number("line_width", "outlineWidth", &width, 1.0);
    parts.options.push(("line_width_unit", "Pixel".to_owned()));
    if let Some(offset) = OverZoom::number(&paint["line-offset"]) {
        // QGIS counts to the left, MapLibre to the right.
        parts.number("offset", "offset", &offset, -1.0);
        parts.options.push(("offset_unit", "Pixel".to_owned()));
    }
    let cap = match layout["line-cap"].as_str() {
        Some("round") => "round",
        Some("square") => "square",
        _ => "flat",
    };
    let join = match layout["line-join"].as_str() {
        Some("round") => "round",
        Some("bevel") => "bevel",
        _ => "miter",
    };
    parts.options.push(("capstyle", cap.to_owned()));
    parts.options.push(("joinstyle", join.to_owned()));
    let dashes = paint["line-dasharray"].as_array();
    let dashes: Option<Vec<f64>> = dashes.and_then(|all| all.iter().map(Json::as_f64).collect());
    if let Some(dashes) = dashes.filter(|dashes| !dashes.is_empty()) {
        let of_width = *width.some()?;
        let dash = dashes.iter().map(|dash| (dash * of_width).to_string());
        parts.options.push(("use_custom_dash", "1".to_owned()));
        parts.options.push(("customdash", dash.collect::<Vec<_>>().join(";")));
        parts.options.push(("customdash_unit", "Pixel".to_owned()));
        if let Some(width) = width.computed(1.0) {
            let dash = dashes.iter().map(|dash| format!("{dash} * ({width})"));
            let dash = dash.collect::<Vec<_>>().join(",");
            parts.computed.push(("customDash", format!("array_to_string(array({dash}), ';')")));
        }
    }
    Some(symbol_of("line", paint, "", "SimpleLine", parts))
}

fn circle(paint: &Json) -> Option<Element> {
    let mut parts = Parts::default();
    let radius = OverZoom::number(&paint["circle-radius"]).unwrap_or(OverZoom::Constant(5.0));
    let color = faded(paint, "circle-color", "circle-opacity");
    parts.color("color", "fillColor", &color.unwrap_or(OverZoom::Constant(Color::BLACK)));
    parts.options.push(("name", "circle".to_owned()));
    parts.number("size", "size", &radius, 2.0);
    parts.options.push(("size_unit", "Pixel".to_owned()));
    match OverZoom::number(&paint["circle-stroke-width"]) {
        Some(width) if width != OverZoom::Constant(0.0) => {
            let color = faded(paint, "circle-stroke-color", "circle-stroke-opacity");
            let color = color.unwrap_or(OverZoom::Constant(Color::BLACK));
            parts.color("outline_color", "outlineColor", &color);
            parts.number("outline_width", "outlineWidth", &width, 1.0);
            parts.options.push(("outline_width_unit", "Pixel".to_owned()));
        }
        _ => parts.options.push(("outline_style", "no".to_owned())),
    }
    Some(symbol_of("marker", paint, "", "SimpleMarker", parts))
}

fn icon(layer: &Json, images: &Images<'_>) -> Option<Element> {
    let (paint, layout) = (&layer["paint"], &layer["layout"]);
    let (image, width) = images(layout["icon-image"].as_str()?)?;
    let mut parts = Parts::default();
    parts.options.push(("imageFile", embedded(&image)));
    let size = OverZoom::number(&layout["icon-size"]).unwrap_or(OverZoom::Constant(1.0));
    parts.number("size", "size", &size, width);
    parts.options.push(("size_unit", "Pixel".to_owned()));
    if let Some(angle) = OverZoom::number(&layout["icon-rotate"]) {
        parts.number("angle", "angle", &angle, 1.0);
    }
    parts.computed.extend(turned_by(layer).map(|expression| ("angle", expression)));
    Some(symbol_of("marker", paint, "icon-opacity", "RasterMarker", parts))
}

fn embedded(image: &[u8]) -> String {
    format!("base64:{}", BASE64_STANDARD.encode(image))
}

/// A colour with its opacity in it, as far as one of them is constant.
fn faded(paint: &Json, color: &str, opacity: &str) -> Option<OverZoom<Color>> {
    let color = OverZoom::color(&paint[color])?;
    let opacity = OverZoom::number(&paint[opacity]).unwrap_or(OverZoom::Constant(1.0));
    let fade = |color: &Color, opacity: f64| Color { alpha: color.alpha * opacity, ..*color };
    Some(match (&color, opacity) {
        (OverZoom::Constant(color), OverZoom::Stops(base, stops)) => {
            let stop = |(zoom, opacity): (f64, f64)| (zoom, fade(color, opacity));
            OverZoom::Stops(base, stops.into_iter().map(stop).collect())
        }
        (OverZoom::Constant(color), OverZoom::Constant(opacity)) => {
            OverZoom::Constant(fade(color, opacity))
        }
        (OverZoom::Stops(base, stops), opacity) => {
            let opacity = *opacity.some()?;
            let stop = |(zoom, color): &(f64, Color)| (*zoom, fade(color, opacity));
            OverZoom::Stops(*base, stops.iter().map(stop).collect())
        }
    })
}

impl Parts {
    fn color(&mut self, option: &'static str, property: &'static str, color: &OverZoom<Color>) {
        self.options.extend(color.some().map(|color| (option, rgba(color))));
        self.computed.extend(color.computed().map(|expression| (property, expression)));
    }

    fn number(
        &mut self,
        option: &'static str,
        property: &'static str,
        number: &OverZoom<f64>,
        factor: f64,
    ) {
        self.options.extend(number.some().map(|number| (option, (number * factor).to_string())));
        self.computed.extend(number.computed(factor).map(|expression| (property, expression)));
    }
}

fn symbol_of(kind: &str, paint: &Json, opacity: &str, class: &str, parts: Parts) -> Element {
    let opacity = OverZoom::number(&paint[opacity]);
    let alpha = opacity.as_ref().and_then(OverZoom::some).copied().unwrap_or(1.0);
    // QGIS computes opacities in percent.
    let over_zoom = opacity.and_then(|opacity| opacity.computed(100.0));
    let over_zoom: Vec<_> = over_zoom.map(|expression| ("alpha", expression)).into_iter().collect();
    Element::new("symbol")
        .with("type", kind)
        .with("name", "0")
        .with("alpha", &alpha.to_string())
        .with("clip_to_extent", "1")
        .with("force_rhr", "0")
        .child(computed("data_defined_properties", &over_zoom))
        .child(
            Element::new("layer")
                .with("class", class)
                .with("enabled", "1")
                .with("locked", "0")
                .with("pass", "0")
                .child(options(&parts.options))
                .child(computed("data_defined_properties", &parts.computed)),
        )
}
