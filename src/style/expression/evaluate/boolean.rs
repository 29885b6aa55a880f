//! Conditions: what filters are made of.

use super::{Result, chosen};
use crate::style::expression::checked::Comparison;
use crate::style::expression::context::{Attribute, Context, Failed};
use crate::style::expression::node::{Asked, Collated, Condition, Node, Ordered, Path, Set};
use crate::style::expression::place;
use crate::style::expression::value::Value;

impl Node {
    /// Evaluates what is a condition.
    ///
    /// # Errors
    /// As [`Node::value`].
    pub fn boolean(&self, context: &Context<'_>) -> Result<bool> {
        match self {
            Node::Constant(Value::Boolean(boolean)) => Ok(*boolean),
            Node::PropertyIs { key, value, is } => {
                let found = context.feature.property(*key).unwrap_or(Attribute::Null);
                Ok(found.is(value) == *is)
            }
            Node::Filter(asked, condition) => Ok(holds(asked, condition, context)),
            Node::HasProperty(key) => Ok(context.feature.property(*key).is_some()),
            Node::All(parts) => {
                for part in parts {
                    if !part.boolean(context)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Node::Any(parts) => {
                for part in parts {
                    if part.boolean(context)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::Not(part) => Ok(!part.boolean(context)?),
            Node::Ordered(ordered) => is_ordered(ordered, context),
            Node::Among(among) => {
                let (input, set, path) = &**among;
                if let Node::Property(key) = input {
                    match context.feature.property(*key) {
                        None => return Ok(set.contains(Attribute::Null)),
                        Some(Attribute::Value(_)) => {}
                        Some(found) => return Ok(set.contains(found)),
                    }
                }
                is_among(input, set, path, context)
            }
            _ => self.condition_of_values(context),
        }
    }

    /// What filters seldom are. Apart, since the room that values take on the stack would be made
    /// ready for each of the conditions above, which take none.
    #[inline(never)]
    fn condition_of_values(&self, context: &Context<'_>) -> Result<bool> {
        match self {
            Node::Identical(parts, is) => {
                let [left, right] = &**parts;
                let (left, right) = (left.value(context)?, right.value(context)?);
                Ok(left.is_identical(&right) == *is)
            }
            Node::Collated(collated) => is_collated(collated, context),
            Node::In(parts, path) => super::lists::is_in(parts, path, context),
            Node::Within(polygons) => Ok(place::is_within(polygons, context)),
            Node::Case(branches, otherwise) => {
                chosen(branches, otherwise, context)?.boolean(context)
            }
            Node::MatchText(_) | Node::MatchNumber(_) | Node::Step(_) => {
                self.result(context)?.boolean(context)
            }
            Node::Shared(node) => node.boolean(context),
            node => match node.value(context)? {
                Value::Boolean(boolean) => Ok(boolean),
                _ => Err(Failed),
            },
        }
    }
}

/// A filter of old. What is missing is nothing, not even null.
fn holds(asked: &Asked, condition: &Condition, context: &Context<'_>) -> bool {
    let found = match asked {
        Asked::Property(key) => context.feature.property(*key),
        Asked::Named(name) => context.feature.property_named(name),
        Asked::Id => context.feature.id(),
        Asked::GeometryType => {
            context.feature.geometry_type().map(|kind| Attribute::Text(kind.name()))
        }
    };
    let Some(found) = found else {
        // An id that is missing is null, to MapLibre.
        return matches!((asked, condition), (Asked::Id, Condition::Is(Value::Null)));
    };
    match condition {
        Condition::Is(value) => found.is(value),
        Condition::Given => true,
        Condition::Among(set) => set.contains(found),
        Condition::Order(comparison, value) => match (found, value) {
            (Attribute::Number(found), Value::Number(value)) => {
                compared(*comparison, &found, value)
            }
            _ => is_before_or_after(found, *comparison, value),
        },
    }
}

#[inline(never)]
fn is_before_or_after(found: Attribute<'_>, comparison: Comparison, value: &Value<'_>) -> bool {
    ordered(comparison, &found.into(), value).unwrap_or(false)
}

#[inline(never)]
fn is_among(input: &Node, set: &Set, path: &Path, context: &Context<'_>) -> Result<bool> {
    match input.value(context)? {
        value @ (Value::String(_) | Value::Number(_) | Value::Boolean(_) | Value::Null) => {
            Ok(set.contains(Attribute::of(&value)))
        }
        other => Err(super::lists::no_needle(&other, path, context)),
    }
}

fn is_ordered(ordered: &Ordered, context: &Context<'_>) -> Result<bool> {
    // A property that is a number, most of the time, beside one that is known.
    if let (Node::NumberProperty(key, _), Node::Constant(Value::Number(right))) =
        (&ordered.left, &ordered.right)
        && let Some(Attribute::Number(left)) = context.feature.property(*key)
    {
        return Ok(compared(ordered.comparison, &left, right));
    }
    are_values_ordered(ordered, context)
}

#[inline(never)]
fn are_values_ordered(ordered: &Ordered, context: &Context<'_>) -> Result<bool> {
    let Ordered { comparison, left, right, path } = ordered;
    let (left, right) = (left.value(context)?, right.value(context)?);
    self::ordered(*comparison, &left, &right)
        .filter(|_| !matches!(left, Value::Boolean(_)))
        .ok_or_else(|| {
            context.fail(path, || {
                format!(
                    "Expected arguments for \"{}\" to be (string, string) or (number, number), but \
                 found ({}, {}) instead.",
                    comparison.symbol(),
                    left.type_of().kind(),
                    right.type_of().kind()
                )
            })
        })
}

fn ordered(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(compared(comparison, left, right)),
        // As JavaScript: by units of UTF-16.
        (Value::String(left), Value::String(right)) => {
            let order = left.encode_utf16().cmp(right.encode_utf16());
            Some(compared(comparison, &order, &std::cmp::Ordering::Equal))
        }
        (Value::Boolean(left), Value::Boolean(right)) => Some(compared(comparison, left, right)),
        _ => None,
    }
}

fn compared<T: PartialOrd>(comparison: Comparison, left: &T, right: &T) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::Greater => left > right,
        Comparison::LessOrEqual => left <= right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

fn is_collated(collated: &Collated, context: &Context<'_>) -> Result<bool> {
    let Collated { comparison, left, right, collator, is_open, path } = collated;
    let (left, right) = (left.value(context)?, right.value(context)?);
    let (Value::String(a), Value::String(b)) = (&left, &right) else {
        return if comparison.is_of_order() {
            Err(context.fail(path, || {
                format!(
                    "Expected arguments for \"{}\" to be (string, string) or (number, number), \
                     but found ({}, {}) instead.",
                    comparison.symbol(),
                    left.type_of().kind(),
                    right.type_of().kind()
                )
            }))
        } else {
            debug_assert!(*is_open, "both are texts otherwise");
            Ok(left.is_identical(&right) == (*comparison == Comparison::Equal))
        };
    };
    match collator.value(context)? {
        Value::Collator(collator) => {
            let order = collator.compare(a, b);
            Ok(compared(*comparison, &order, &std::cmp::Ordering::Equal))
        }
        _ => Err(Failed),
    }
}
