//! expression: what a style computes from a feature and the zoom.
//!
//! - [`types`], [`value`], [`color`]: what expressions are made of and evaluate to
//! - `parse`: JSON → a checked expression (`checked`), in MapLibre's words where it is wrong
//! - `dependence`: whether it depends on the feature, on the zoom
//! - `compile`: a checked expression → nodes (`node`), for one zoom or any
//! - `evaluate`: nodes and a [`Context`] → a value
//! - `place`: `within` and `distance`
//! - [`legacy`]: functions, filters and tokens of old, as expressions
//! - [`Expression`], [`Compiled`]: the door to all of it
//!
//! Source: <https://maplibre.org/maplibre-style-spec/expressions/>

mod checked;
mod collator;
pub mod color;
mod compile;
mod compiled;
mod context;
mod dependence;
mod evaluate;
pub mod legacy;
mod node;
mod number;
mod number_format;
mod operators;
mod parse;
mod place;
mod table;
pub mod types;
pub mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;

use checked::Expr;
pub use compiled::Compiled;
pub use context::{
    Attribute, Context, EXTENT, Failed, Feature, GeometryType, Key, Keys, NoFeature, RuntimeError,
    Surroundings,
};
pub use dependence::Asked;
use dependence::ZoomCurve;
pub use evaluate::read;
pub use operators::is_expression;
pub use parse::ParseError;
use types::Type;
use value::Value;

/// What a property may depend on, as the style specification has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// On the feature.
    pub data: bool,
    /// On the zoom.
    pub zoom: bool,
    /// Smoothly.
    pub interpolated: bool,
}

impl Allowed {
    /// On everything, smoothly.
    pub const ALL: Allowed = Allowed { data: true, zoom: true, interpolated: true };
}

/// What an expression depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependence {
    /// Nothing.
    Constant,
    /// The zoom.
    Zoom,
    /// The feature.
    Source,
    /// Both.
    Composite,
}

impl Dependence {
    /// Whether the zoom is among it.
    pub fn is_on_zoom(self) -> bool {
        matches!(self, Dependence::Zoom | Dependence::Composite)
    }
}

/// How an expression changes with the zoom.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The base of its powers between two stops (a Bézier curve counts as a straight line, 1); `None`
    /// where it jumps.
    pub base: Option<f64>,
    /// The zooms where it bends or jumps, ascending.
    pub stops: Vec<f64>,
}

/// A checked expression.
#[derive(Clone, Debug)]
pub struct Expression {
    expr: Arc<Expr>,
    dependence: Dependence,
}

impl Expression {
    /// Reads the expression of a property: of a type (unless it may be any), made a text of anything
    /// where `coerce`, and depending on no more than is allowed.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(
        json: &Json,
        ty: Option<Type>,
        coerce: bool,
        allowed: Allowed,
    ) -> Result<Expression, Vec<ParseError>> {
        Expression::parse_within(json, ty, coerce, allowed, &mut { usize::MAX })
    }

    /// As [`Expression::parse`], reading no more than is `left`, which what it reads is taken off:
    /// what all expressions of a style may share.
    ///
    /// # Errors
    /// As [`Expression::parse`].
    pub fn parse_within(
        json: &Json,
        ty: Option<Type>,
        coerce: bool,
        allowed: Allowed,
        left: &mut usize,
    ) -> Result<Expression, Vec<ParseError>> {
        let expr = parse::parse(json, ty, coerce, left)?;
        let wrong =
            |message: &str| vec![ParseError { key: String::new(), message: message.to_owned() }];
        let same_for_features = dependence::is_feature_constant(&expr);
        if !same_for_features && !allowed.data {
            return Err(wrong("data expressions not supported"));
        }
        let same_at_zooms = dependence::is_zoom_constant(&expr);
        if !same_at_zooms && !allowed.zoom {
            return Err(wrong("zoom expressions not supported"));
        }
        let curve = dependence::zoom_curve(&expr).map_err(|error| vec![error])?;
        match curve {
            None if !same_at_zooms => return Err(wrong(dependence::ONLY_ON_TOP)),
            Some(ZoomCurve::Interpolate(_)) if !allowed.interpolated => {
                return Err(wrong("\"interpolate\" expressions cannot be used with this property"));
            }
            _ => {}
        }
        let dependence = match (curve.is_none(), same_for_features) {
            (true, true) => Dependence::Constant,
            (true, false) => Dependence::Source,
            (false, true) => Dependence::Zoom,
            (false, false) => Dependence::Composite,
        };
        Ok(Expression { expr: Arc::new(expr), dependence })
    }

    /// Reads a condition: what may use the zoom anywhere, since tiles are of one zoom.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn condition(json: &Json, left: &mut usize) -> Result<Expression, Vec<ParseError>> {
        let expr = parse::parse(json, Some(Type::Boolean), false, left)?;
        let same_for_features = dependence::is_feature_constant(&expr);
        let dependence = match (dependence::is_zoom_constant(&expr), same_for_features) {
            (true, true) => Dependence::Constant,
            (true, false) => Dependence::Source,
            (false, true) => Dependence::Zoom,
            (false, false) => Dependence::Composite,
        };
        Ok(Expression { expr: Arc::new(expr), dependence })
    }

    /// What it depends on.
    pub fn dependence(&self) -> Dependence {
        self.dependence
    }

    /// The type of what it evaluates to.
    pub fn ty(&self) -> &Type {
        &self.expr.ty
    }

    /// Numbers the properties that it names.
    pub fn intern(&self, keys: &mut Keys) {
        self.properties().iter().for_each(|name| {
            keys.intern(name);
        });
    }

    /// Compiles, for one zoom or for any. Its names should have numbers by then.
    pub fn compile(&self, keys: &Keys, zoom: Option<f64>) -> Compiled {
        Compiled::new(compile::compile(&self.expr, keys, zoom))
    }

    /// Whether evaluating needs a feature's geometry.
    pub fn needs_geometry(&self) -> bool {
        dependence::needs_geometry(&self.expr)
    }

    /// The properties of features that it names.
    pub fn properties(&self) -> BTreeSet<Arc<str>> {
        let mut names = BTreeSet::new();
        dependence::each_property(&self.expr, &mut names);
        names
    }

    /// Calls for each image and each list of fonts that its texts ask for.
    pub fn each_asked(&self, visit: &mut dyn FnMut(Asked<'_>)) {
        dependence::each_asked(&self.expr, visit);
    }

    /// The curve over the zoom that it is, if any.
    pub fn curve(&self) -> Option<Curve> {
        match dependence::zoom_curve(&self.expr).ok()?? {
            ZoomCurve::Step(expr) => match &expr.kind {
                // What stands before the first stop has none.
                checked::Kind::Step { stops, .. } => {
                    let stops = stops.iter().copied().filter(|stop| stop.is_finite()).collect();
                    Some(Curve { base: None, stops })
                }
                _ => None,
            },
            ZoomCurve::Interpolate(expr) => match &expr.kind {
                checked::Kind::Interpolate(curve) => {
                    let base = match curve.easing {
                        checked::Easing::Exponential(base) => base,
                        checked::Easing::CubicBezier(_) => 1.0,
                    };
                    Some(Curve { base: Some(base), stops: curve.stops.clone() })
                }
                _ => None,
            },
        }
    }

    /// The values that stand in it as results, as far as they are known.
    pub fn results(&self) -> Vec<Value<'static>> {
        let mut found = Vec::new();
        dependence::each_result(&self.expr, &mut |value| found.push(value.clone()));
        found
    }
}
