//! A compiled expression and a context → a value. Numbers, conditions, colours and texts have ways of
//! their own, which never make a [`Value`] of what stays a number; all else goes through
//! [`Node::value`].

mod boolean;
mod calls;
mod coerce;
mod curves;
mod lists;
mod number;
mod texts;

use std::cell::RefCell;
use std::sync::Arc;

pub use coerce::read;
pub use curves::factor;

use super::collator::Collator;
use super::color::Color;
use super::context::{Attribute, Context, Failed, RuntimeError};
use super::node::Node;
use super::types::Type;
use super::value::{Text, Value};

type Result<T> = std::result::Result<T, Failed>;

impl Node {
    /// Evaluates.
    ///
    /// # Errors
    /// Where it has no result.
    pub fn value<'a>(&'a self, context: &Context<'a>) -> Result<Value<'a>> {
        match self {
            Node::Constant(value) => Ok(value.borrow()),
            Node::Property(key) => {
                Ok(context.feature.property(*key).map_or(Value::Null, Value::from))
            }
            Node::TextProperty(..) => Ok(Value::String(self.text(context)?)),
            Node::NumberProperty(..) | Node::Zoom | Node::Distance(_) => {
                Ok(Value::Number(self.number(context)?))
            }
            Node::HasProperty(_)
            | Node::PropertyIs { .. }
            | Node::Filter(..)
            | Node::All(_)
            | Node::Any(_)
            | Node::Not(_)
            | Node::Identical(..)
            | Node::Ordered(_)
            | Node::Collated(_)
            | Node::In(..)
            | Node::Among(..)
            | Node::Within(_) => Ok(Value::Boolean(self.boolean(context)?)),
            Node::Call(operator, arguments, path) => {
                calls::call(*operator, arguments, path, context)
            }
            Node::Assert(assert) => {
                let (ty, parts, path) = &**assert;
                asserted(ty, parts, path, context)
            }
            Node::Coerce(coerce) => {
                let (ty, parts, path) = &**coerce;
                coerce::coerced(ty, parts, path, context)
            }
            Node::Case(branches, otherwise) => chosen(branches, otherwise, context)?.value(context),
            Node::MatchText(_) | Node::MatchNumber(_) | Node::Step(_) => {
                self.result(context)?.value(context)
            }
            Node::Coalesce(parts) => coalesced(parts, context),
            Node::ColorByText(_) | Node::ColorByNumber(_) => Ok(Value::Color(self.color(context)?)),
            Node::Shared(node) => node.value(context),
            Node::Interpolate(curve, between) => curves::interpolated(curve, between, context),
            Node::Mix(mix) => curves::mixed(mix, context),
            Node::At(parts, path) => lists::at(parts, path, context),
            Node::IndexOf(parts, from, path) => {
                lists::index_of(parts, from.as_deref(), path, context)
            }
            Node::Slice(parts, end, path) => lists::slice(parts, end.as_deref(), path, context),
            Node::Length(input, path) => lists::length(input, path, context),
            Node::List(parts) => {
                let values = parts.iter().map(|part| Ok(part.value(context)?.into_shared()));
                Ok(Value::Array(values.collect::<Result<_>>()?))
            }
            Node::Collator(flags, locale) => {
                let [case, diacritic] = &**flags;
                let (case, diacritic) = (case.boolean(context)?, diacritic.boolean(context)?);
                let locale = locale.as_deref().map(|locale| locale.text(context)).transpose()?;
                let collator = Collator::new(case, diacritic, locale.as_deref());
                Ok(Value::Collator(Arc::new(collator)))
            }
            Node::NumberFormat(format) => texts::number_format(format, context),
            Node::Format(sections) => texts::format(sections, context),
            Node::Image(name) => Ok(texts::image(name.text(context)?, context)),
            Node::GlobalState(name) => {
                let state = &context.surroundings.state;
                Ok(state.get(name).map_or(Value::Null, Value::borrow))
            }
        }
    }

    /// Evaluates, and says why where it has no result. Slower.
    ///
    /// # Errors
    /// As [`Node::value`].
    pub fn explained(
        &self,
        context: &Context<'_>,
    ) -> std::result::Result<Value<'static>, RuntimeError> {
        let reason = RefCell::new(None);
        let result = {
            let context = Context { reason: Some(&reason), ..*context };
            self.value(&context).map(Value::into_shared)
        };
        result.map_err(|Failed| {
            let unknown = || RuntimeError { path: String::new(), message: "It fails.".into() };
            reason.into_inner().unwrap_or_else(unknown)
        })
    }

    /// Evaluates what is a colour.
    ///
    /// # Errors
    /// As [`Node::value`].
    pub fn color(&self, context: &Context<'_>) -> Result<Color> {
        match self {
            Node::Constant(Value::Color(color)) => Ok(*color),
            Node::ColorByText(by) => {
                let number = match context.feature.property(by.key) {
                    Some(Attribute::Text(text)) => by.table.get(text),
                    _ => None,
                };
                Ok(number.map_or(by.otherwise, |number| by.colors[number as usize]))
            }
            Node::ColorByNumber(by) => curves::color_by_number(by, context),
            Node::MatchText(_) | Node::MatchNumber(_) | Node::Step(_) => {
                match self.result(context)? {
                    Node::Constant(Value::Color(color)) => Ok(*color),
                    result => result.color(context),
                }
            }
            Node::Case(branches, otherwise) => chosen(branches, otherwise, context)?.color(context),
            Node::Interpolate(curve, between) if matches!(between.ty, Type::Color) => {
                curves::between_colors(curve, between, context)
            }
            Node::Mix(mix) if matches!(mix.ty, Type::Color) => {
                Ok(mix.from.color(context)?.mix(mix.to.color(context)?, mix.t, mix.space))
            }
            Node::Shared(node) => node.color(context),
            node => match node.value(context)? {
                Value::Color(color) => Ok(color),
                _ => Err(Failed),
            },
        }
    }

    /// Evaluates what is a text.
    ///
    /// # Errors
    /// As [`Node::value`].
    pub fn text<'a>(&'a self, context: &Context<'a>) -> Result<Text<'a>> {
        match self {
            Node::TextProperty(key, path) => match context.feature.property(*key) {
                Some(Attribute::Text(text)) => Ok(Text::Borrowed(text)),
                other => Err(mistyped_attribute(&Type::String, other, path, context)),
            },
            node => match node.value(context)? {
                Value::String(text) => Ok(text),
                _ => Err(Failed),
            },
        }
    }
}

fn chosen<'a>(
    branches: &'a [(Node, Node)],
    otherwise: &'a Node,
    context: &Context<'a>,
) -> Result<&'a Node> {
    for (condition, result) in branches {
        if condition.boolean(context)? {
            return Ok(result);
        }
    }
    Ok(otherwise)
}

fn asserted<'a>(
    ty: &Type,
    parts: &'a [Node],
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let mut last = Value::Null;
    for part in parts {
        let value = part.value(context)?;
        let fits = match (ty, &value) {
            (Type::Number, Value::Number(_))
            | (Type::String, Value::String(_))
            | (Type::Boolean, Value::Boolean(_))
            | (Type::Object, Value::Object(_)) => true,
            (Type::Array(..), Value::Array(_)) => ty.accepts(&value.type_of()),
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        last = value;
    }
    Err(mistyped(ty, &last, path, context))
}

fn mistyped(expected: &Type, found: &Value<'_>, path: &str, context: &Context<'_>) -> Failed {
    context.fail(path, || {
        let found = found.type_of();
        format!("Expected value to be of type {expected}, but found {found} instead.")
    })
}

#[cold]
fn mistyped_attribute(
    expected: &Type,
    found: Option<Attribute<'_>>,
    path: &str,
    context: &Context<'_>,
) -> Failed {
    mistyped(expected, &found.map_or(Value::Null, Value::from), path, context)
}

fn coalesced<'a>(parts: &'a [Node], context: &Context<'a>) -> Result<Value<'a>> {
    let mut first_missing = None;
    let mut last = Value::Null;
    for part in parts {
        last = match part.value(context)? {
            Value::Image(image) if !image.available => {
                first_missing.get_or_insert(image.name);
                Value::Null
            }
            Value::Null => Value::Null,
            value => return Ok(value),
        };
    }
    // No image that there is: the first asked for, so that its absence can be told.
    match (first_missing, parts.last()) {
        (Some(name), Some(_)) => Ok(Value::String(name)),
        _ => Ok(last),
    }
}
