//! What one layer draws of one sample, evaluated: the parts of a swatch.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::style::expression::color::Color;
use crate::style::expression::value::Object;
use crate::style::expression::{Context, GeometryType, Keys, Surroundings};
use crate::style::layer::Kind;
use crate::style::layer::choice::Cap;
use crate::style::layer::kinds::{Circle, Fill, FillExtrusion, Line, Symbol};
use crate::style::layer::property::AtZoom;
use crate::style::layer::values::ImageName;
use crate::style::sample::SampleFeature;

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

/// What draws samples of a kind of layer at a zoom, from bottom to top; nothing of what cannot be
/// seen.
pub fn draw(kind: &Kind, zoom: f64, keys: &Keys) -> impl Fn(&Arc<Object>) -> Vec<Mark> {
    let kind = kind.at(zoom, keys);
    let surroundings = Surroundings::default();
    move |properties| {
        let marks = |geometry, mark: &dyn Fn(&Context<'_>) -> Vec<Mark>| {
            let sample = SampleFeature { properties, keys, geometry };
            mark(&Context::new(&sample, zoom, &surroundings))
        };
        match &kind {
            Kind::Fill(layer) => marks(GeometryType::Polygon, &|at| fill(layer, at)),
            Kind::FillExtrusion(layer) => marks(GeometryType::Polygon, &|at| raised(layer, at)),
            Kind::Line(layer) => marks(GeometryType::LineString, &|at| line(layer, at)),
            Kind::Circle(layer) => marks(GeometryType::Point, &|at| circle(layer, at)),
            Kind::Symbol(layer) => marks(GeometryType::Point, &|at| symbol(layer, at)),
            // The ground is no thing on it, a heatmap has no things, and the others are not served.
            _ => Vec::new(),
        }
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
