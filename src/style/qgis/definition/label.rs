//! How texts are drawn: label settings of QGIS. Lengths are pixels.

use serde_json::Value as Json;

use super::expression::{OverZoom, rgba, template, turned_by};
use super::xml::{Element, computed};
use crate::style::expression::color::Color;

/// Characters that an em is wide, about: QGIS breaks lines by their number.
const CHARACTERS_AN_EM: f64 = 2.0;

/// What QGIS calls weights and slants, in the names of fonts.
const STYLES: &[&str] = &[
    "Regular",
    "Italic",
    "Medium",
    "SemiBold",
    "Bold",
    "Black",
    "Light",
    "Bold Italic",
    "SemiBold Italic",
];

/// QGIS's numbers for where a label stands.
const OVER_POINT: &str = "1";
const CURVED: &str = "3";

/// The label settings of a layer, if it has texts.
pub fn settings(layer: &Json) -> Option<Element> {
    let (paint, layout) = (&layer["paint"], &layer["layout"]);
    let text = layout["text-field"].as_str().filter(|text| !text.is_empty())?;
    let field = match layout["text-transform"].as_str() {
        Some("uppercase") => format!("upper({})", template(text)),
        Some("lowercase") => format!("lower({})", template(text)),
        _ => template(text),
    };
    let size = OverZoom::number(&layout["text-size"]).unwrap_or(OverZoom::Constant(16.0));
    let color = OverZoom::color(&paint["text-color"]).unwrap_or(OverZoom::Constant(Color::BLACK));
    let halo = OverZoom::color(&paint["text-halo-color"]);
    let halo_width = OverZoom::number(&paint["text-halo-width"]);
    let (family, style) = font(layout["text-font"][0].as_str().unwrap_or_default());
    let size_now = size.some()?;
    let letters = layout["text-letter-spacing"].as_f64().unwrap_or(0.0) * size_now;
    let mut by_expression = Vec::new();
    by_expression.extend(size.computed(1.0).map(|expression| ("Size", expression)));
    by_expression.extend(color.computed().map(|expression| ("Color", expression)));
    by_expression.extend(turned_by(layer).map(|expression| ("LabelRotation", expression)));
    let mut format = Element::new("text-style")
        .with("fieldName", &field)
        .with("isExpression", "1")
        .with("fontFamily", family)
        .with("namedStyle", style)
        .with("fontItalic", if style.ends_with("Italic") { "1" } else { "0" })
        .with("fontSize", &size_now.to_string())
        .with("fontSizeUnit", "Pixel")
        .with("fontLetterSpacing", &letters.to_string())
        .with("textColor", &rgba(color.some()?))
        .with("textOpacity", "1");
    if let (Some(color), Some(width)) = (&halo, &halo_width) {
        by_expression.extend(color.computed().map(|expression| ("BufferColor", expression)));
        by_expression.extend(width.computed(1.0).map(|expression| ("BufferSize", expression)));
        format = format.child(
            Element::new("text-buffer")
                .with("bufferDraw", "1")
                .with("bufferSize", &width.some()?.to_string())
                .with("bufferSizeUnits", "Pixel")
                .with("bufferColor", &rgba(color.some()?))
                .with("bufferOpacity", "1")
                .with("bufferJoinStyle", "128"),
        );
    }
    let is_line = layout["symbol-placement"] == "line";
    let broken = layout["text-max-width"].as_f64().unwrap_or(10.0) * CHARACTERS_AN_EM;
    let broken = if is_line { 0.0 } else { broken.round() };
    // Where a text stands, seen from its point: QGIS counts quadrants by rows.
    let quadrant = match layout["text-anchor"].as_str().unwrap_or("center") {
        "bottom-right" => "0",
        "bottom" => "1",
        "bottom-left" => "2",
        "right" => "3",
        "left" => "5",
        "top-right" => "6",
        "top" => "7",
        "top-left" => "8",
        _ => "4",
    };
    let offset = |axis: usize| layout["text-offset"][axis].as_f64().unwrap_or(0.0) * size_now;
    let angle = layout["text-rotate"].as_f64().unwrap_or(0.0);
    let spacing = layout["symbol-spacing"].as_f64().unwrap_or(250.0);
    let placement = Element::new("placement")
        .with("placement", if is_line { CURVED } else { OVER_POINT })
        .with("placementFlags", if is_line { "1" } else { "10" })
        .with("quadOffset", quadrant)
        .with("xOffset", &offset(0).to_string())
        .with("yOffset", &offset(1).to_string())
        .with("offsetUnits", "Pixel")
        .with("rotationAngle", &angle.to_string())
        .with("repeatDistance", if is_line { spacing } else { 0.0 }.to_string().as_str())
        .with("repeatDistanceUnits", "Pixel")
        .with("priority", "5")
        .with("layerType", "UnknownGeometry")
        .with("maxCurvedCharAngleIn", "25")
        .with("maxCurvedCharAngleOut", "-25");
    let settings = Element::new("settings")
        .with("calloutType", "simple")
        .child(format)
        .child(
            Element::new("text-format")
                .with("autoWrapLength", &broken.to_string())
                .with("useMaxLineLengthForAutoWrap", "1")
                .with("multilineAlign", "1"),
        )
        .child(placement)
        .child(
            Element::new("rendering")
                .with("drawLabels", "1")
                .with("obstacle", "1")
                .with("mergeLines", if is_line { "1" } else { "0" })
                .with("fontMaxPixelSize", "10000"),
        )
        .child(computed("dd_properties", &by_expression));
    Some(settings)
}

/// A font's name as family and style.
fn font(name: &str) -> (&str, &str) {
    let style =
        STYLES.iter().filter(|style| name.ends_with(*style)).max_by_key(|style| style.len());
    match style {
        Some(style) => (name[..name.len() - style.len()].trim_end(), style),
        None => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_s_name_is_that_of_its_family_and_its_style() {
        assert_eq!(font("Source Sans 3 SemiBold"), ("Source Sans 3", "SemiBold"));
        assert_eq!(font("Noto Sans Bold Italic"), ("Noto Sans", "Bold Italic"));
        assert_eq!(font("Marianne"), ("Marianne", ""));
    }
}
