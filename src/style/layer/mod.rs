//! layer: the layers of a style, typed.
//!
//! - [`specification`]: what the style specification says of a property
//! - [`kinds`]: the kinds of layers and all their properties
//! - [`property`]: a value or an expression, for any zoom and folded for one
//! - [`values`], [`choice`]: what properties may be, in Rust
//! - `reader`, `validate`: what is written → what is typed
//! - [`layers`]: all layers of a style
//! - [`mistake`]: what is wrong, all at once, with JSON pointers

pub mod choice;
mod filter;
pub mod kinds;
pub mod layers;
pub mod mistake;
pub mod property;
mod reader;
pub mod specification;
mod validate;
pub mod values;

pub use filter::{Filter, FilterAtZoom};

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expression::{Expression, Keys};
use choice::Visibility;
use kinds::{
    Background, Circle, ColorRelief, Fill, FillExtrusion, Heatmap, Hillshade, Line, Raster, Symbol,
};
use property::{AtZoom, Property, Stage, Written};
use specification::{Depends, Specification, ValueKind};

/// A layer.
pub struct Layer {
    /// Its name in the style.
    pub id: Arc<str>,
    /// Its place among the layers as they are written.
    pub index: usize,
    /// The source that it draws; none for a background.
    pub source: Option<Arc<str>>,
    /// The layer of that source.
    pub source_layer: Option<Arc<str>>,
    /// The zoom from which on it is drawn.
    pub minzoom: f64,
    /// The zoom from which on it is drawn no more.
    pub maxzoom: f64,
    /// Which features it draws.
    pub filter: Filter,
    /// Whether it is drawn.
    pub visibility: Property<Visibility>,
    /// What it draws.
    pub kind: Kind,
}

/// What a layer draws.
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Kind<S: Stage = Written> {
    Background(Box<Background<S>>),
    Circle(Box<Circle<S>>),
    ColorRelief(Box<ColorRelief<S>>),
    Fill(Box<Fill<S>>),
    FillExtrusion(Box<FillExtrusion<S>>),
    Heatmap(Box<Heatmap<S>>),
    Hillshade(Box<Hillshade<S>>),
    Line(Box<Line<S>>),
    Raster(Box<Raster<S>>),
    Symbol(Box<Symbol<S>>),
}

/// Of every kind of layer.
pub const VISIBILITY: Specification = Specification::layout("visibility", "\"visible\"")
    .of(ValueKind::Choice(&["visible", "none"]))
    .depends(Depends::State);

/// The kinds by name, each with what the style specification says of its properties.
pub const KINDS: [(&str, &[Specification]); 10] = [
    ("background", Background::SPECIFICATIONS),
    ("circle", Circle::SPECIFICATIONS),
    ("color-relief", ColorRelief::SPECIFICATIONS),
    ("fill", Fill::SPECIFICATIONS),
    ("fill-extrusion", FillExtrusion::SPECIFICATIONS),
    ("heatmap", Heatmap::SPECIFICATIONS),
    ("hillshade", Hillshade::SPECIFICATIONS),
    ("line", Line::SPECIFICATIONS),
    ("raster", Raster::SPECIFICATIONS),
    ("symbol", Symbol::SPECIFICATIONS),
];

impl Layer {
    /// The properties of features that it names.
    pub fn properties(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut add = |expression: &Expression| {
            names.extend(expression.properties().iter().map(|name| name.to_string()));
        };
        self.filter.expression().into_iter().for_each(&mut add);
        self.kind.each_expression(&mut |_, expression| add(expression));
        names
    }

    /// Whether it is drawn at a zoom. What is drawn from zoom 0 on is drawn below it too, where the world
    /// is seen smaller than its tile.
    pub fn is_at(&self, zoom: f64) -> bool {
        (self.minzoom <= 0.0 || self.minzoom <= zoom) && zoom < self.maxzoom
    }
}

impl Kind {
    /// Calls for each expression, with the name of its property.
    pub fn each_expression(&self, visit: &mut dyn FnMut(&'static str, &Expression)) {
        match self {
            Kind::Background(kind) => kind.each_expression(visit),
            Kind::Circle(kind) => kind.each_expression(visit),
            Kind::ColorRelief(kind) => kind.each_expression(visit),
            Kind::Fill(kind) => kind.each_expression(visit),
            Kind::FillExtrusion(kind) => kind.each_expression(visit),
            Kind::Heatmap(kind) => kind.each_expression(visit),
            Kind::Hillshade(kind) => kind.each_expression(visit),
            Kind::Line(kind) => kind.each_expression(visit),
            Kind::Raster(kind) => kind.each_expression(visit),
            Kind::Symbol(kind) => kind.each_expression(visit),
        }
    }

    /// At a zoom.
    pub fn at(&self, zoom: f64, keys: &Keys) -> Kind<AtZoom> {
        match self {
            Kind::Background(kind) => Kind::Background(Box::new(kind.at(zoom, keys))),
            Kind::Circle(kind) => Kind::Circle(Box::new(kind.at(zoom, keys))),
            Kind::ColorRelief(kind) => Kind::ColorRelief(Box::new(kind.at(zoom, keys))),
            Kind::Fill(kind) => Kind::Fill(Box::new(kind.at(zoom, keys))),
            Kind::FillExtrusion(kind) => Kind::FillExtrusion(Box::new(kind.at(zoom, keys))),
            Kind::Heatmap(kind) => Kind::Heatmap(Box::new(kind.at(zoom, keys))),
            Kind::Hillshade(kind) => Kind::Hillshade(Box::new(kind.at(zoom, keys))),
            Kind::Line(kind) => Kind::Line(Box::new(kind.at(zoom, keys))),
            Kind::Raster(kind) => Kind::Raster(Box::new(kind.at(zoom, keys))),
            Kind::Symbol(kind) => Kind::Symbol(Box::new(kind.at(zoom, keys))),
        }
    }
}
