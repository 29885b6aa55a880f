//! Labels and stops: `match`, `step`, `interpolate`.

use std::sync::Arc;

use super::Result;
use crate::style::expression::checked::Easing;
use crate::style::expression::color::{Color, Space};
use crate::style::expression::context::{Attribute, Context, Failed};
use crate::style::expression::node::{Between, ColorByNumber, Curve, Mix, Node};
use crate::style::expression::types::Type;
use crate::style::expression::value::{Projection, Value};

impl Node {
    /// The result that a label or stop leads to.
    #[inline]
    pub(super) fn result<'a>(&'a self, context: &Context<'a>) -> Result<&'a Node> {
        match self {
            Node::MatchText(labels) => {
                let number = match &labels.input {
                    Node::Property(key) => match context.feature.property(*key) {
                        Some(Attribute::Text(text)) => labels.table.get(text),
                        _ => None,
                    },
                    input => match input.value(context)? {
                        Value::String(text) => labels.table.get(&text),
                        _ => None,
                    },
                };
                Ok(number.map_or(&labels.otherwise, |number| &labels.outputs[number as usize]))
            }
            Node::MatchNumber(labels) => {
                let number = match labels.input.value(context)? {
                    Value::Number(input) => labels
                        .table
                        .binary_search_by(|(label, _)| label.total_cmp(&(input + 0.0)))
                        .ok()
                        .map(|place| labels.table[place].1),
                    _ => None,
                };
                Ok(number.map_or(&labels.otherwise, |number| &labels.outputs[number as usize]))
            }
            Node::Step(curve) => {
                if let [only] = &*curve.outputs {
                    return Ok(only);
                }
                let at = reached(&curve.stops, curve.input.number(context)?, &curve.path, context)?;
                Ok(&curve.outputs[at])
            }
            node => Ok(node),
        }
    }
}

/// The last stop that an input has reached, or the first.
fn reached(stops: &[f64], input: f64, path: &str, context: &Context<'_>) -> Result<usize> {
    if input.is_nan() {
        return Err(context.fail(path, || "Input is not a number.".into()));
    }
    Ok(stops.partition_point(|stop| *stop <= input).max(1) - 1)
}

/// Where an input lies between the stops: at one, or between it and the next.
fn place(curve: &Curve, easing: Easing, context: &Context<'_>) -> Result<(usize, Option<f64>)> {
    if curve.stops.len() == 1 {
        return Ok((0, None));
    }
    let input = curve.input.number(context)?;
    let at = reached(&curve.stops, input, &curve.path, context)?;
    if input <= curve.stops[0] || at + 1 == curve.stops.len() {
        return Ok((at, None));
    }
    Ok((at, Some(factor(easing, input, curve.stops[at], curve.stops[at + 1]))))
}

pub(super) fn between_numbers(curve: &Curve, easing: Easing, context: &Context<'_>) -> Result<f64> {
    let (at, t) = place(curve, easing, context)?;
    let from = curve.outputs[at].number(context)?;
    match t {
        None => Ok(from),
        Some(t) => Ok(from + t * (curve.outputs[at + 1].number(context)? - from)),
    }
}

#[inline]
pub(super) fn color_by_number(by: &ColorByNumber, context: &Context<'_>) -> Result<Color> {
    let ColorByNumber { input, stops, colors, path } = by;
    let input = input.number(context)?;
    let at = reached(stops, input, path, context)?;
    if input <= stops[0] || at + 1 == stops.len() {
        return Ok(colors[at]);
    }
    let t = (input - stops[at]) / (stops[at + 1] - stops[at]);
    Ok(colors[at].mix(colors[at + 1], t, Space::Rgb))
}

pub(super) fn between_colors(
    curve: &Curve,
    between: &Between,
    context: &Context<'_>,
) -> Result<Color> {
    let (at, t) = place(curve, between.easing, context)?;
    let from = curve.outputs[at].color(context)?;
    match t {
        None => Ok(from),
        Some(t) => Ok(from.mix(curve.outputs[at + 1].color(context)?, t, between.space)),
    }
}

pub(super) fn interpolated<'a>(
    curve: &'a Curve,
    between: &Between,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let (at, t) = place(curve, between.easing, context)?;
    let from = curve.outputs[at].value(context)?;
    match t {
        None => Ok(from),
        Some(t) => {
            let to = curve.outputs[at + 1].value(context)?;
            mix(&from, &to, t, &between.ty, between.space, &curve.path, context)
        }
    }
}

pub(super) fn mixed<'a>(node: &'a Mix, context: &Context<'a>) -> Result<Value<'a>> {
    let (from, to) = (node.from.value(context)?, node.to.value(context)?);
    mix(&from, &to, node.t, &node.ty, node.space, &node.path, context)
}

fn mix<'a>(
    from: &Value<'_>,
    to: &Value<'_>,
    t: f64,
    ty: &Type,
    space: Space,
    path: &str,
    context: &Context<'_>,
) -> Result<Value<'a>> {
    let number = |from: f64, to: f64| from + t * (to - from);
    Ok(match (from, to) {
        (Value::Number(from), Value::Number(to)) => Value::Number(number(*from, *to)),
        (Value::Color(from), Value::Color(to)) => Value::Color(from.mix(*to, t, space)),
        (Value::Padding(from), Value::Padding(to)) => {
            Value::Padding(std::array::from_fn(|side| number(from[side], to[side])))
        }
        (Value::NumberArray(from), Value::NumberArray(to)) => {
            Value::NumberArray(from.iter().zip(&**to).map(|(a, b)| number(*a, *b)).collect())
        }
        (Value::Array(from), Value::Array(to)) => {
            let element = |(from, to): (&Value<'_>, &Value<'_>)| match (from, to) {
                (Value::Number(from), Value::Number(to)) => Ok(Value::Number(number(*from, *to))),
                _ => Err(Failed),
            };
            Value::Array(from.iter().zip(&**to).map(element).collect::<Result<_>>()?)
        }
        (Value::ColorArray(from), Value::ColorArray(to)) => {
            if from.len() != to.len() {
                return Err(context.fail(path, || {
                    format!(
                        "colorArray: Arrays have mismatched length ({} vs. {}), cannot \
                         interpolate.",
                        from.len(),
                        to.len()
                    )
                }));
            }
            let color = |(from, to): (&Color, &Color)| from.mix(*to, t, space);
            Value::ColorArray(from.iter().zip(&**to).map(color).collect())
        }
        (Value::Anchors(a), Value::Anchors(b)) => {
            if a.len() != b.len() {
                return Err(context.fail(path, || {
                    format!(
                        "Cannot interpolate values of different length. from: {}, to: {}",
                        from.json(),
                        to.json()
                    )
                }));
            }
            let mut mixed = Vec::new();
            for (index, ((anchor, from), (other, to))) in a.iter().zip(&**b).enumerate() {
                if anchor != other {
                    let index = 2 * index;
                    return Err(context.fail(path, || {
                        format!(
                            "Cannot interpolate values containing mismatched anchors. \
                             from[{index}]: {}, to[{index}]: {}",
                            anchor.name(),
                            other.name()
                        )
                    }));
                }
                mixed.push((*anchor, [number(from[0], to[0]), number(from[1], to[1])]));
            }
            Value::Anchors(mixed.into())
        }
        (Value::String(from), Value::String(to)) if *ty == Type::Projection => {
            let (from, to) = (from.clone().into_shared(), to.clone().into_shared());
            Value::Projection(Arc::new(Projection { from, to, transition: t }))
        }
        _ => return Err(Failed),
    })
}

/// How far an input is from one stop to the next.
pub fn factor(easing: Easing, input: f64, lower: f64, upper: f64) -> f64 {
    let (difference, progress) = (upper - lower, input - lower);
    match easing {
        _ if difference == 0.0 => 0.0,
        Easing::Exponential(1.0) => progress / difference,
        Easing::Exponential(base) => (base.powf(progress) - 1.0) / (base.powf(difference) - 1.0),
        Easing::CubicBezier([x1, y1, x2, y2]) => {
            let x = progress / difference;
            bezier(y1, y2, solve(x1, x2, x))
        }
    }
}

/// The curve from 0 to 1 through two control points.
fn bezier(first: f64, second: f64, t: f64) -> f64 {
    let c = 3.0 * first;
    let b = 3.0 * (second - first) - c;
    let a = 1.0 - c - b;
    ((a * t + b) * t + c) * t
}

/// Where the curve reaches `x`, as near as browsers find it: by tangents, else by halving.
fn solve(first: f64, second: f64, x: f64) -> f64 {
    const NEAR: f64 = 1e-6;
    let mut t = x;
    for _ in 0..8 {
        let off = bezier(first, second, t) - x;
        if off.abs() < NEAR {
            return t;
        }
        let slope = slope(first, second, t);
        if slope.abs() < NEAR {
            break;
        }
        t -= off / slope;
    }
    let (mut low, mut high) = (0.0, 1.0);
    t = x;
    for _ in 0..20 {
        let off = bezier(first, second, t) - x;
        if off.abs() < NEAR {
            break;
        }
        if off < 0.0 {
            low = t;
        } else {
            high = t;
        }
        t = f64::midpoint(low, high);
    }
    t
}

fn slope(first: f64, second: f64, t: f64) -> f64 {
    let c = 3.0 * first;
    let b = 3.0 * (second - first) - c;
    let a = 1.0 - c - b;
    (3.0 * a * t + 2.0 * b) * t + c
}
