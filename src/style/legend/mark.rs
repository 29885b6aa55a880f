//! What one layer draws of one sample, evaluated: the parts of a swatch.

use serde::{Serialize, Serializer};

use crate::style::expression::color::Color;
use crate::style::expression::{Context, Feature, GeometryType, Keys, Surroundings};
use crate::style::layer::Kind;
use crate::style::layer::choice::Cap;
use crate::style::layer::kinds::{Circle, Fill, FillExtrusion, Line, Symbol};
use crate::style::layer::property::AtZoom;
use crate::style::layer::values::ImageName;

/// A part of a swatch. Sizes are CSS pixels, colours CSS, images those of the sprite.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[allow(missing_docs, reason = "they are what the style specification calls so")]
pub enum Mark {
    Fill {
        #[serde(serialize_with = "css")]
        color: Color,
        #[serde(serialize_with = "optional_css", skip_serializing_if = "Option::is_none")]
        outline: Option<Color>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        #[serde(serialize_with = "rounded")]
        opacity: f64,
    },
    Line {
        #[serde(serialize_with = "css")]
        color: Color,
        #[serde(serialize_with = "rounded")]
        width: f64,
        /// Between two lines that are drawn instead of one.
        #[serde(serialize_with = "rounded")]
        gap: f64,
        dash: Vec<f64>,
        round: bool,
        #[serde(serialize_with = "rounded")]
        opacity: f64,
    },
    Circle {
        #[serde(serialize_with = "css")]
        color: Color,
        #[serde(serialize_with = "rounded")]
        radius: f64,
        #[serde(serialize_with = "css")]
        outline: Color,
        #[serde(serialize_with = "rounded")]
        width: f64,
        #[serde(serialize_with = "rounded")]
        opacity: f64,
    },
    Icon {
        image: String,
        /// Times the image's own.
        #[serde(serialize_with = "rounded")]
        size: f64,
        /// Degrees, clockwise.
        #[serde(serialize_with = "rounded")]
        rotate: f64,
        #[serde(serialize_with = "rounded")]
        opacity: f64,
    },
    Text {
        text: String,
        font: Vec<String>,
        #[serde(serialize_with = "rounded")]
        size: f64,
        #[serde(serialize_with = "css")]
        color: Color,
        #[serde(serialize_with = "css")]
        halo: Color,
        #[serde(serialize_with = "rounded")]
        width: f64,
        #[serde(serialize_with = "rounded")]
        opacity: f64,
    },
}

impl Mark {
    /// Whether two parts look alike to who reads a legend: sizes, turns and texts follow the feature.
    fn is_like(&self, other: &Mark) -> bool {
        match (self, other) {
            (
                Mark::Fill { color, outline, pattern, .. },
                Mark::Fill { color: color2, outline: outline2, pattern: pattern2, .. },
            ) => color == color2 && outline == outline2 && pattern == pattern2,
            (Mark::Line { color, dash, .. }, Mark::Line { color: color2, dash: dash2, .. }) => {
                color == color2 && dash.is_empty() == dash2.is_empty()
            }
            (
                Mark::Circle { color, outline, .. },
                Mark::Circle { color: color2, outline: outline2, .. },
            ) => color == color2 && outline == outline2,
            (Mark::Icon { image, .. }, Mark::Icon { image: image2, .. }) => image == image2,
            (Mark::Text { color, font, .. }, Mark::Text { color: color2, font: font2, .. }) => {
                color == color2 && font == font2
            }
            _ => false,
        }
    }
}

/// Whether two swatches look alike, part by part.
pub fn are_alike(one: &[Mark], other: &[Mark]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_like(other))
}

/// What a layer draws of a feature, from bottom to top.
pub type Looks<'l> = dyn Fn(&dyn Feature) -> Vec<Mark> + 'l;

/// What a kind of layer draws of features at a zoom; nothing of what cannot be seen.
pub fn looks<'l>(kind: &Kind, zoom: f64, keys: &Keys) -> Box<Looks<'l>> {
    let kind = kind.at(zoom, keys);
    let surroundings = Surroundings::default();
    Box::new(move |feature| {
        let at = &Context::new(feature, zoom, &surroundings);
        match &kind {
            Kind::Fill(layer) => fill(layer, at),
            Kind::FillExtrusion(layer) => raised(layer, at),
            Kind::Line(layer) => line(layer, at),
            Kind::Circle(layer) => circle(layer, at),
            Kind::Symbol(layer) => symbol(layer, at),
            // The ground is no thing on it, a heatmap has no things, and the others are not served.
            _ => Vec::new(),
        }
    })
}

/// What a kind of layer draws, as far as samples can tell.
pub fn geometry(kind: &Kind) -> GeometryType {
    match kind {
        Kind::Fill(_) | Kind::FillExtrusion(_) => GeometryType::Polygon,
        Kind::Line(_) => GeometryType::LineString,
        _ => GeometryType::Point,
    }
}

fn fill(layer: &Fill<AtZoom>, at: &Context<'_>) -> Vec<Mark> {
    let opacity = layer.opacity.evaluate(at);
    let mark = Mark::Fill {
        color: layer.color.evaluate(at),
        outline: layer.outline_color.evaluate(at),
        pattern: layer.pattern.evaluate(at).map(|ImageName(name)| name.to_string()),
        opacity,
    };
    seen(opacity > 0.0, mark)
}

/// As seen from above.
fn raised(layer: &FillExtrusion<AtZoom>, at: &Context<'_>) -> Vec<Mark> {
    let opacity = layer.opacity.evaluate(at);
    let mark = Mark::Fill {
        color: layer.color.evaluate(at),
        outline: None,
        pattern: layer.pattern.evaluate(at).map(|ImageName(name)| name.to_string()),
        opacity,
    };
    seen(opacity > 0.0, mark)
}

fn line(layer: &Line<AtZoom>, at: &Context<'_>) -> Vec<Mark> {
    let (opacity, width) = (layer.opacity.evaluate(at), layer.width.evaluate(at));
    let dash = layer.dasharray.evaluate(at).unwrap_or_default();
    let mark = Mark::Line {
        color: layer.color.evaluate(at),
        width,
        gap: layer.gap_width.evaluate(at),
        dash: dash.into_iter().map(|widths| thousandths(widths * width)).collect(),
        round: layer.cap.evaluate(at) == Cap::Round,
        opacity,
    };
    seen(opacity > 0.0 && width > 0.0, mark)
}

fn circle(layer: &Circle<AtZoom>, at: &Context<'_>) -> Vec<Mark> {
    let opacity = layer.opacity.evaluate(at);
    let (radius, width) = (layer.radius.evaluate(at), layer.stroke_width.evaluate(at));
    let (color, outline) = (layer.color.evaluate(at), layer.stroke_color.evaluate(at));
    let mark = Mark::Circle { color, radius, outline, width, opacity };
    seen(opacity > 0.0 && radius + width > 0.0, mark)
}

fn symbol(layer: &Symbol<AtZoom>, at: &Context<'_>) -> Vec<Mark> {
    let (opacity, size) = (layer.icon_opacity.evaluate(at), layer.icon_size.evaluate(at));
    let rotate = layer.icon_rotate.evaluate(at);
    let icon = layer.icon_image.evaluate(at).map(|ImageName(name)| {
        let image = name.to_string();
        seen(opacity > 0.0 && size > 0.0, Mark::Icon { image, size, rotate, opacity })
    });
    let text = layer.text_field.evaluate(at).text();
    let (opacity, size) = (layer.text_opacity.evaluate(at), layer.text_size.evaluate(at));
    let is_seen = opacity > 0.0 && size > 0.0 && !text.is_empty();
    let text = Mark::Text {
        text,
        font: layer.text_font.evaluate(at).iter().map(|name| name.to_string()).collect(),
        size,
        color: layer.text_color.evaluate(at),
        halo: layer.text_halo_color.evaluate(at),
        width: layer.text_halo_width.evaluate(at),
        opacity,
    };
    [icon.unwrap_or_default(), seen(is_seen, text)].concat()
}

fn seen(is_seen: bool, mark: Mark) -> Vec<Mark> {
    if is_seen { vec![mark] } else { Vec::new() }
}

/// Evaluated numbers have digits that nobody can see.
fn thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn rounded<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(thousandths(*number))
}

fn css<S: Serializer>(color: &Color, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(color)
}

fn optional_css<S: Serializer>(color: &Option<Color>, serializer: S) -> Result<S::Ok, S::Error> {
    match color {
        Some(color) => css(color, serializer),
        None => serializer.serialize_none(),
    }
}
