//! What an expression depends on: nothing, the feature, the zoom. And where the zoom may stand: as
//! the input of one curve at the top, so that a map can be drawn between two zooms without asking
//! each feature again.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::checked::{Expr, Kind};
use super::operators::{Operator, Subject};
use super::parse::ParseError;
use super::value::Value;

pub(super) const ONLY_ON_TOP: &str = "\"zoom\" expression may only be used as input to a top-level \"step\" or \
                           \"interpolate\" expression.";
const ONLY_ONE: &str = "Only one zoom-based \"step\" or \"interpolate\" subexpression may be used in \
                        an expression.";

/// Whether it can be evaluated at once. Arguments were, if they could be.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Var(value, _) => return is_constant(value),
        Kind::Call(Operator::Error, _)
        | Kind::Collator { .. }
        | Kind::Within(_)
        | Kind::Distance(_)
        | Kind::GlobalState(_) => return false,
        _ => {}
    }
    let is_annotation = matches!(expr.kind, Kind::Assert(_) | Kind::Coerce(_));
    let mut constant = true;
    expr.each_part(&mut |part| {
        constant = constant && (part.is_literal() || is_annotation && is_constant(part));
    });
    let is_given_later = |operator| {
        matches!(
            operator,
            Operator::Zoom
                | Operator::HeatmapDensity
                | Operator::Elevation
                | Operator::LineProgress
                | Operator::Accumulated
                | Operator::IsSupportedScript
        )
    };
    constant
        && !asks_feature(expr)
        && !matches!(expr.kind, Kind::Call(operator, _) if is_given_later(operator))
}

/// Whether it is the same for all features.
pub(super) fn is_feature_constant(expr: &Expr) -> bool {
    !asks_feature(expr) && all_parts(expr, &is_feature_constant)
}

/// Whether it is the same at all zooms.
pub(super) fn is_zoom_constant(expr: &Expr) -> bool {
    !matches!(expr.kind, Kind::Call(Operator::Zoom, _)) && all_parts(expr, &is_zoom_constant)
}

/// Whether it needs a feature's geometry.
pub(super) fn needs_geometry(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Within(_) | Kind::Distance(_))
        || !all_parts(expr, &|part| !needs_geometry(part))
}

fn all_parts(expr: &Expr, holds: &dyn Fn(&Expr) -> bool) -> bool {
    let mut all = true;
    expr.each_part(&mut |part| all = all && holds(part));
    all
}

/// Whether it asks the feature itself; its parts aside.
fn asks_feature(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Call(Operator::Get | Operator::Has, arguments) => arguments.len() == 1,
        Kind::Call(
            Operator::FeatureState
            | Operator::Properties
            | Operator::GeometryType
            | Operator::Id
            | Operator::FilterEqual(_)
            | Operator::FilterOrder(..)
            | Operator::FilterHas(_)
            | Operator::FilterIn(_),
            _,
        )
        | Kind::Within(_)
        | Kind::Distance(_) => true,
        _ => false,
    }
}

/// The values that stand in the place of a result: which images or fonts an expression may ask for,
/// as far as that can be known.
pub(super) fn each_result(expr: &Expr, visit: &mut dyn FnMut(&Value<'static>)) {
    let mut each = |parts: &[Expr]| parts.iter().for_each(|part| each_result(part, visit));
    match &expr.kind {
        Kind::Literal(value) => visit(value),
        Kind::Let(_, result) => each_result(result, visit),
        Kind::Var(value, _) => each_result(value, visit),
        Kind::Case(branches, otherwise) => {
            branches.iter().for_each(|(_, result)| each_result(result, visit));
            each_result(otherwise, visit);
        }
        Kind::Match { outputs, otherwise, .. } => {
            each(outputs);
            each_result(otherwise, visit);
        }
        Kind::Step { outputs, .. } => each(outputs),
        Kind::Interpolate(curve) => each(&curve.outputs),
        Kind::Coalesce(parts) | Kind::Assert(parts) | Kind::Coerce(parts) => each(parts),
        Kind::Image(part) => each_result(part, visit),
        _ => {}
    }
}

/// The images and the fonts that texts of an expression ask for, as far as they are known.
pub(super) fn each_asked(expr: &Expr, visit: &mut dyn FnMut(Asked<'_>)) {
    match &expr.kind {
        Kind::Image(name) => each_result(name, &mut |value| visit(Asked::Image(value))),
        Kind::Format(sections) => {
            for fonts in sections.iter().filter_map(|section| section.fonts.as_ref()) {
                each_result(fonts, &mut |value| visit(Asked::Fonts(value)));
            }
        }
        _ => {}
    }
    expr.each_part(&mut |part| each_asked(part, visit));
}

/// What a text asks for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'e> {
    /// An image, by its name.
    Image(&'e Value<'static>),
    /// Fonts, by a list of names.
    Fonts(&'e Value<'static>),
}

/// The properties that an expression names.
pub(super) fn each_property(expr: &Expr, names: &mut BTreeSet<Arc<str>>) {
    let subject = match &expr.kind {
        Kind::Call(Operator::Get | Operator::Has, arguments) if arguments.len() == 1 => {
            arguments.first()
        }
        Kind::Call(
            Operator::FilterEqual(Subject::Property)
            | Operator::FilterOrder(Subject::Property, _)
            | Operator::FilterHas(Subject::Property)
            | Operator::FilterIn(Subject::Property),
            arguments,
        ) => arguments.first(),
        _ => None,
    };
    if let Some(Kind::Literal(Value::String(name))) = subject.map(|s| &s.kind) {
        names.insert(name.clone().into_shared());
    }
    expr.each_part(&mut |part| each_property(part, names));
}

/// A curve over the zoom.
#[derive(Clone, Copy, Debug)]
pub(super) enum ZoomCurve<'e> {
    /// That jumps.
    Step(&'e Expr),
    /// That is smooth.
    Interpolate(&'e Expr),
}

impl ZoomCurve<'_> {
    fn is(&self, other: &ZoomCurve<'_>) -> bool {
        let place = |curve: &ZoomCurve<'_>| match curve {
            ZoomCurve::Step(expr) | ZoomCurve::Interpolate(expr) => std::ptr::from_ref(*expr),
        };
        place(self) == place(other)
    }
}

/// The curve over the zoom that an expression is, if any.
///
/// # Errors
/// Where the zoom stands elsewhere.
pub(super) fn zoom_curve(expr: &Expr) -> Result<Option<ZoomCurve<'_>>, ParseError> {
    let wrong = |message: &str| ParseError { key: String::new(), message: message.to_owned() };
    let on_zoom = |input: &Expr| matches!(input.kind, Kind::Call(Operator::Zoom, _));
    // What of its parts may be the curve.
    let mut found = None;
    let mut may_be: Vec<&Expr> = Vec::new();
    match &expr.kind {
        Kind::Let(_, result) => may_be.push(result),
        Kind::Coalesce(parts) => may_be.extend(parts),
        Kind::Step { input, .. } if on_zoom(input) => found = Some(ZoomCurve::Step(expr)),
        Kind::Interpolate(curve) if on_zoom(&curve.input) => {
            found = Some(ZoomCurve::Interpolate(expr));
        }
        _ => {}
    }
    let mut parts = Vec::new();
    expr.each_part(&mut |part| parts.push(part));
    let mut inner = Vec::new();
    for part in parts {
        if let Some(curve) = zoom_curve(part)? {
            inner.push((part, curve));
        }
    }
    if found.is_none() {
        let is_candidate =
            |part: &Expr| may_be.iter().any(|candidate| std::ptr::eq(*candidate, part));
        found = inner.iter().find(|(part, _)| is_candidate(part)).map(|(_, curve)| *curve);
    }
    for (_, curve) in &inner {
        match &found {
            None => return Err(wrong(ONLY_ON_TOP)),
            Some(found) if !found.is(curve) => return Err(wrong(ONLY_ONE)),
            Some(_) => {}
        }
    }
    Ok(found)
}
