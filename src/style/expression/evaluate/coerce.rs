//! A value of another type where one is expected.

use std::sync::Arc;

use super::Result;
use super::calls::wrong_rgba;
use crate::style::expression::color::Color;
use crate::style::expression::context::{Context, Failed};
use crate::style::expression::node::Node;
use crate::style::expression::number;
use crate::style::expression::types::Type;
use crate::style::expression::value::{Anchor, Formatted, Image, Value};

pub(super) fn coerced<'a>(
    ty: &Type,
    parts: &'a [Node],
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let first = || parts.first().ok_or(Failed)?.value(context);
    match ty {
        Type::Boolean => Ok(Value::Boolean(first()?.is_truthy())),
        Type::String => match first()? {
            Value::String(text) => Ok(Value::String(text)),
            other => Ok(Value::String(other.written().to_string().into())),
        },
        Type::Formatted => {
            let text = first()?.written().to_string();
            Ok(Value::Formatted(Arc::new(Formatted::plain(text.into()))))
        }
        // An image without a name is none.
        Type::Image => match first()? {
            Value::String(name) if !name.is_empty() => {
                Ok(Value::Image(Image { name, available: false }))
            }
            Value::Image(image) => Ok(Value::Image(image)),
            other => match other.written().to_string() {
                name if name.is_empty() => Ok(Value::Null),
                name => Ok(Value::Image(Image { name: name.into(), available: false })),
            },
        },
        Type::Projection => {
            let value = first()?;
            if is_projection(&value) {
                return Ok(value);
            }
            Err(unreadable(ty, &value, path, context))
        }
        Type::Number => numbers(parts, path, context),
        Type::Color => colors(parts, path, context),
        _ => {
            let mut last = Value::Null;
            for part in parts {
                last = part.value(context)?;
                if let Some(read) = read(ty, &last) {
                    return Ok(read);
                }
            }
            Err(unreadable(ty, &last, path, context))
        }
    }
}

fn unreadable(ty: &Type, value: &Value<'_>, path: &str, context: &Context<'_>) -> Failed {
    context.fail(path, || format!("Could not parse {ty} from value '{}'", shown(value)))
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => other.json(),
    }
}

fn numbers<'a>(parts: &'a [Node], path: &str, context: &Context<'a>) -> Result<Value<'a>> {
    let mut last = Value::Null;
    for part in parts {
        last = part.value(context)?;
        let number = match &last {
            Value::Null => 0.0,
            Value::Number(number) => *number,
            Value::Boolean(boolean) => f64::from(u8::from(*boolean)),
            Value::String(text) => number::read(text),
            // As a text, without brackets.
            Value::Array(elements) if elements.len() <= 1 => {
                elements.first().map_or(0.0, |only| number::read(&only.written()))
            }
            _ => f64::NAN,
        };
        if !number.is_nan() {
            return Ok(Value::Number(number));
        }
    }
    Err(context.fail(path, || format!("Could not convert {} to number.", last.json())))
}

fn colors<'a>(parts: &'a [Node], path: &str, context: &Context<'a>) -> Result<Value<'a>> {
    let mut last = Value::Null;
    let mut wrong = None;
    for part in parts {
        last = part.value(context)?;
        wrong = None;
        match &last {
            Value::Color(color) => return Ok(Value::Color(*color)),
            Value::String(text) => {
                if let Some(color) = Color::parse(text) {
                    return Ok(Value::Color(color));
                }
            }
            Value::Array(parts) => match color_of(parts) {
                Ok(color) => return Ok(Value::Color(color)),
                Err(message) => wrong = Some(message),
            },
            _ => {}
        }
    }
    Err(context.fail(path, || {
        wrong.unwrap_or_else(|| format!("Could not parse color from value '{}'", shown(&last)))
    }))
}

fn color_of(parts: &Arc<[Value<'static>]>) -> std::result::Result<Color, String> {
    if !(3..=4).contains(&parts.len()) {
        return Err(format!(
            "Invalid rgba value {}: expected an array containing either three or four numeric \
             values.",
            Value::Array(parts.clone()).json()
        ));
    }
    if let Some(message) = wrong_rgba(parts) {
        return Err(message);
    }
    let number = |index: usize| match parts.get(index) {
        Some(Value::Number(number)) => *number,
        _ => 1.0,
    };
    let [red, green, blue] = [0, 1, 2].map(|index| number(index) / 255.0);
    // MapLibre takes them for multiplied by the opacity.
    Ok(Color::from_premultiplied([red, green, blue, number(3)]))
}

fn is_projection(value: &Value<'_>) -> bool {
    match value {
        Value::String(_) | Value::Projection(_) => true,
        Value::Array(parts) => {
            matches!(&**parts, [Value::String(_), Value::String(_), Value::Number(_)])
        }
        _ => false,
    }
}

/// A value written as style documents may write it: a number for all sides, a colour for a list.
pub fn read(ty: &Type, value: &Value<'_>) -> Option<Value<'static>> {
    let as_number = |value: &Value<'static>| match value {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    match (ty, value) {
        (Type::Padding, Value::Padding(_))
        | (Type::NumberArray, Value::NumberArray(_))
        | (Type::ColorArray, Value::ColorArray(_))
        | (Type::Anchors, Value::Anchors(_)) => Some(value.clone().into_shared()),
        (Type::Padding, Value::Number(all)) => Some(Value::Padding([*all; 4])),
        (Type::Padding, Value::Array(sides)) => {
            let sides: Vec<f64> = sides.iter().map(as_number).collect::<Option<_>>()?;
            match sides[..] {
                [all] => Some(Value::Padding([all; 4])),
                [y, x] => Some(Value::Padding([y, x, y, x])),
                [top, x, bottom] => Some(Value::Padding([top, x, bottom, x])),
                [top, right, bottom, left] => Some(Value::Padding([top, right, bottom, left])),
                _ => None,
            }
        }
        (Type::NumberArray, Value::Number(only)) => Some(Value::NumberArray([*only].into())),
        (Type::NumberArray, Value::Array(numbers)) => {
            Some(Value::NumberArray(numbers.iter().map(as_number).collect::<Option<_>>()?))
        }
        (Type::ColorArray, Value::String(only)) => {
            Some(Value::ColorArray([Color::parse(only)?].into()))
        }
        (Type::ColorArray, Value::Array(colors)) => {
            let color = |value: &Value<'static>| match value {
                Value::String(text) => Color::parse(text),
                _ => None,
            };
            Some(Value::ColorArray(colors.iter().map(color).collect::<Option<_>>()?))
        }
        (Type::Anchors, Value::Array(parts)) if !parts.is_empty() && parts.len() % 2 == 0 => {
            let pair = |pair: &[Value<'static>]| match pair {
                [Value::String(anchor), Value::Array(offset)] => match &**offset {
                    [Value::Number(x), Value::Number(y)] => {
                        Some((Anchor::named(anchor)?, [*x, *y]))
                    }
                    _ => None,
                },
                _ => None,
            };
            Some(Value::Anchors(parts.chunks(2).map(pair).collect::<Option<_>>()?))
        }
        _ => None,
    }
}
