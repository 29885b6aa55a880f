//! Which properties of a layer QGIS draws, and each of them as it depends on what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::sampled::{self, Sampled, Stops};
use crate::style::expression::color::Color;
use crate::style::expression::types::Type;
use crate::style::expression::value::Value;
use crate::style::expression::{Expression, Keys};
use crate::style::layer::Layer;

/// What QGIS 3.22 reads of each type of layer.
const READ: &[(&str, &[&str])] = &[
    ("background", &["background-color", "background-opacity", "background-pattern"]),
    (
        "circle",
        &[
            "circle-color",
            "circle-opacity",
            "circle-radius",
            "circle-stroke-color",
            "circle-stroke-opacity",
            "circle-stroke-width",
            "circle-translate",
        ],
    ),
    (
        "fill",
        &["fill-color", "fill-opacity", "fill-outline-color", "fill-pattern", "fill-translate"],
    ),
    (
        "line",
        &[
            "line-cap",
            "line-color",
            "line-dasharray",
            "line-join",
            "line-offset",
            "line-opacity",
            "line-width",
        ],
    ),
    ("raster", &["raster-opacity"]),
    (
        "symbol",
        &[
            "icon-anchor",
            "icon-image",
            "icon-offset",
            "icon-opacity",
            "icon-rotate",
            "icon-size",
            "symbol-placement",
            "symbol-spacing",
            "text-anchor",
            "text-color",
            "text-field",
            "text-font",
            "text-halo-blur",
            "text-halo-color",
            "text-halo-width",
            "text-justify",
            "text-letter-spacing",
            "text-line-height",
            "text-max-width",
            "text-offset",
            "text-opacity",
            "text-rotate",
            "text-size",
            "text-transform",
        ],
    ),
];

/// What it does not read and few will miss: how labels make way for each other is QGIS's own matter,
/// and the order of features is that of the layers that they became.
const MISSED_BY_NOBODY: &[&str] = &[
    "circle-pitch-alignment",
    "circle-pitch-scale",
    "circle-sort-key",
    "fill-antialias",
    "fill-sort-key",
    "icon-allow-overlap",
    "icon-ignore-placement",
    "icon-keep-upright",
    "icon-optional",
    "icon-overlap",
    "icon-padding",
    "icon-pitch-alignment",
    "icon-rotation-alignment",
    "line-miter-limit",
    "line-round-limit",
    "line-sort-key",
    "symbol-avoid-edges",
    "symbol-sort-key",
    "symbol-z-order",
    "text-allow-overlap",
    "text-ignore-placement",
    "text-keep-upright",
    "text-max-angle",
    "text-optional",
    "text-overlap",
    "text-padding",
    "text-pitch-alignment",
    "text-rotation-alignment",
    "text-variable-anchor",
    "text-radial-offset",
    "text-writing-mode",
    "visibility",
];

/// Colours that an opacity goes into: QGIS knows one of both that depends on the zoom, and no opacity
/// of texts.
const FADED: &[(&str, &str)] = &[
    ("circle-color", "circle-opacity"),
    ("fill-color", "fill-opacity"),
    ("line-color", "line-opacity"),
    ("text-color", "text-opacity"),
    ("text-halo-color", "text-opacity"),
];

/// What QGIS needs said, since its own defaults are others.
const DEFAULTS: &[(&str, &str, f64)] =
    &[("line", "line-width", 1.0), ("symbol", "text-size", 16.0)];

/// The properties of a layer, by their names.
pub type Properties = BTreeMap<&'static str, Property>;

/// A property, by what it depends on.
#[derive(Debug)]
pub enum Property {
    /// The zoom at most.
    Same(Stops),
    /// A number or a colour that is in between, between two stops.
    Smooth(Sampled, BTreeSet<Arc<str>>),
    /// Anything else: the same at all zooms of a layer.
    Discrete(Expression),
}

/// The names of what QGIS reads of a type of layer.
pub fn read_by_qgis(kind: &str) -> Option<&'static [&'static str]> {
    READ.iter().find(|(name, _)| *name == kind).map(|(_, names)| *names)
}

/// The properties of a layer that QGIS reads, and the names of those that it does not and that
/// matter.
pub fn properties(
    layer: &Layer,
    written: &Map<String, Json>,
    names: &'static [&'static str],
    keys: &Keys,
) -> (Properties, Vec<String>) {
    let mut expressions = BTreeMap::new();
    layer.kind.each_expression(&mut |name, expression| {
        expressions.insert(name, expression.clone());
    });
    let groups = ["layout", "paint"].into_iter().filter_map(|group| written.get(group));
    let members: BTreeMap<&str, &Json> = groups
        .filter_map(Json::as_object)
        .flatten()
        .map(|(name, json)| (name.as_str(), json))
        .collect();
    let mut properties = Properties::new();
    for name in names {
        let Some(json) = members.get(name) else { continue };
        let property = match expressions.get(name) {
            None => Property::Same(Stops::constant(constant(name, json))),
            Some(expression) => match expression.ty() {
                Type::Number | Type::Color => {
                    let zooms = together(name, &expressions);
                    let sampled = Sampled::new(expression, keys, zooms.as_deref());
                    Property::Smooth(sampled, expression.properties())
                }
                _ => Property::Discrete(expression.clone()),
            },
        };
        properties.insert(name, property);
    }
    for (kind, name, number) in DEFAULTS {
        if written.get("type").is_some_and(|of| of == kind) {
            properties
                .entry(name)
                .or_insert(Property::Same(Stops::constant(Value::Number(*number))));
        }
    }
    let is_lost = |name: &&&str| {
        let is_read = names.contains(name) || MISSED_BY_NOBODY.contains(name);
        !is_read && !name.ends_with("-transition") && !name.ends_with("-translate-anchor")
    };
    let lost = members.keys().filter(is_lost).map(|name| (*name).to_owned()).collect();
    (properties, lost)
}

/// What is written, a colour as one.
fn constant(name: &str, json: &Json) -> Value<'static> {
    let is_color = FADED.iter().any(|(color, _)| *color == name);
    let color = json.as_str().filter(|_| is_color).and_then(Color::parse);
    color.map_or_else(|| Value::from_json(json), Value::Color)
}

/// The zooms of colours and their opacity, where more than one of them changes with it.
fn together(name: &str, expressions: &BTreeMap<&str, Expression>) -> Option<Vec<f64>> {
    let (_, of) = FADED.iter().find(|pair| pair.0 == name || pair.1 == name)?;
    let colors = FADED.iter().filter(|(_, opacity)| opacity == of).map(|(color, _)| color);
    let bends = colors.chain([of]).filter_map(|name| expressions.get(name)).map(sampled::bends);
    let bends: Vec<Vec<f64>> = bends.filter(|bends| !bends.is_empty()).collect();
    let mut zooms = bends.concat();
    zooms.sort_by(f64::total_cmp);
    zooms.dedup();
    (bends.len() > 1).then_some(zooms)
}

/// Puts opacities into colours, where QGIS would not put them there itself.
pub fn fade(stops: &mut BTreeMap<&'static str, Stops>) {
    let mut done = Vec::new();
    for (color, opacity) in FADED {
        let (Some(of), Some(by)) = (stops.get(color), stops.get(opacity)) else { continue };
        let knows_both = of.is_constant() && !opacity.starts_with("text");
        if knows_both {
            continue;
        }
        let of = match of.is_constant() {
            true => by.with(of),
            false => of.clone(),
        };
        stops.insert(color, of.faded(by));
        done.push(*opacity);
    }
    for opacity in done {
        stops.remove(opacity);
    }
}

impl Property {
    /// The properties of features that it asks for.
    pub fn columns(&self) -> BTreeSet<Arc<str>> {
        match self {
            Property::Same(_) => BTreeSet::new(),
            Property::Smooth(_, columns) => columns.clone(),
            Property::Discrete(expression) => expression.properties(),
        }
    }

    /// The zooms between which it is one thing.
    pub fn jumps(&self) -> bool {
        matches!(self, Property::Discrete(expression) if expression.dependence().is_on_zoom())
    }
}
