//! Numbers.

use super::{Result, chosen, mistyped_attribute};
use crate::style::expression::context::{Attribute, Context, Failed};
use crate::style::expression::node::Node;
use crate::style::expression::number;
use crate::style::expression::operators::Operator;
use crate::style::expression::place;
use crate::style::expression::types::Type;
use crate::style::expression::value::Value;

impl Node {
    /// Evaluates what is a number.
    ///
    /// # Errors
    /// As [`Node::value`].
    pub fn number(&self, context: &Context<'_>) -> Result<f64> {
        match self {
            Node::Constant(Value::Number(number)) => Ok(*number),
            Node::NumberProperty(key, path) => match context.feature.property(*key) {
                Some(Attribute::Number(number)) => Ok(number),
                other => Err(mistyped_attribute(&Type::Number, other, path, context)),
            },
            Node::Zoom => Ok(context.zoom),
            Node::Call(operator, arguments, _) => match arithmetic(*operator, arguments, context) {
                Some(number) => number,
                None => self.number_of_value(context),
            },
            Node::Interpolate(curve, between) if matches!(between.ty, Type::Number) => {
                super::curves::between_numbers(curve, between.easing, context)
            }
            Node::Mix(mix) if matches!(mix.ty, Type::Number) => {
                let (from, to) = (mix.from.number(context)?, mix.to.number(context)?);
                Ok(from + mix.t * (to - from))
            }
            Node::MatchText(_) | Node::MatchNumber(_) | Node::Step(_) => {
                self.result(context)?.number(context)
            }
            Node::Case(branches, otherwise) => {
                chosen(branches, otherwise, context)?.number(context)
            }
            Node::Shared(node) => node.number(context),
            Node::Distance(shapes) => Ok(place::distance(shapes, context)),
            _ => self.number_of_value(context),
        }
    }

    fn number_of_value(&self, context: &Context<'_>) -> Result<f64> {
        match self.value(context)? {
            Value::Number(number) => Ok(number),
            _ => Err(Failed),
        }
    }
}

/// The result of an operator on numbers; none where it is no such.
pub(super) fn arithmetic(
    operator: Operator,
    arguments: &[Node],
    context: &Context<'_>,
) -> Option<Result<f64>> {
    use std::f64::consts::{E, LN_2, LN_10, PI};
    let fold = |first, act: fn(f64, f64) -> f64| {
        arguments.iter().try_fold(first, |sum, part| Ok(act(sum, part.number(context)?)))
    };
    let one = |act: fn(f64) -> f64| match arguments {
        [part] => part.number(context).map(act),
        _ => Err(Failed),
    };
    let two = |act: fn(f64, f64) -> f64| match arguments {
        [left, right] => Ok(act(left.number(context)?, right.number(context)?)),
        _ => Err(Failed),
    };
    Some(match operator {
        Operator::Add => fold(0.0, |sum, number| sum + number),
        Operator::Multiply => fold(1.0, |product, number| product * number),
        Operator::Subtract if arguments.len() == 1 => one(|number| -number),
        Operator::Subtract => two(|left, right| left - right),
        Operator::Divide => two(|left, right| left / right),
        Operator::Remainder => two(|left, right| left % right),
        Operator::Power => two(f64::powf),
        Operator::Min => fold(f64::INFINITY, least),
        Operator::Max => fold(f64::NEG_INFINITY, |a, b| -least(-a, -b)),
        Operator::Ln2 => Ok(LN_2),
        Operator::Pi => Ok(PI),
        Operator::E => Ok(E),
        Operator::SquareRoot => one(f64::sqrt),
        Operator::Ln => one(f64::ln),
        Operator::Log2 => one(|number| number.ln() / LN_2),
        Operator::Log10 => one(|number| number.ln() / LN_10),
        Operator::Sin => one(f64::sin),
        Operator::Cos => one(f64::cos),
        Operator::Tan => one(f64::tan),
        Operator::Asin => one(f64::asin),
        Operator::Acos => one(f64::acos),
        Operator::Atan => one(f64::atan),
        Operator::Abs => one(f64::abs),
        Operator::Round => one(number::rounded),
        Operator::Floor => one(f64::floor),
        Operator::Ceil => one(f64::ceil),
        Operator::HeatmapDensity | Operator::LineProgress | Operator::Elevation => {
            Ok(context.progress)
        }
        _ => return None,
    })
}

/// `Math.min`: NaN wins.
fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}
