//! Lists and texts as lists of characters.

use super::Result;
use crate::style::expression::context::{Context, Failed};
use crate::style::expression::node::Node;
use crate::style::expression::number;
use crate::style::expression::value::{Text, Value};

pub(super) fn at<'a>(
    [index, list]: &'a [Node; 2],
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let index = index.number(context)?;
    let Value::Array(elements) = list.value(context)? else { return Err(Failed) };
    let written = || number::written(index);
    if index < 0.0 {
        return Err(context.fail(path, || format!("Array index out of bounds: {} < 0.", written())));
    }
    if index >= elements.len() as f64 {
        return Err(context.fail(path, || {
            let last = elements.len() as i64 - 1;
            format!("Array index out of bounds: {} > {last}.", written())
        }));
    }
    if index.fract() != 0.0 {
        return Err(context.fail(path, || {
            format!("Array index must be an integer, but found {} instead.", written())
        }));
    }
    elements.get(index as usize).cloned().map(Value::into_shared).ok_or(Failed)
}

pub(super) fn is_in([needle, list]: &[Node; 2], path: &str, context: &Context<'_>) -> Result<bool> {
    let (needle, haystack) = (needle.value(context)?, list.value(context)?);
    if !haystack.is_truthy() {
        return Ok(false);
    }
    if !is_needle(&needle) {
        return Err(no_needle(&needle, path, context));
    }
    match &haystack {
        Value::String(text) => Ok(text.contains(&*sought(&needle))),
        Value::Array(elements) => Ok(elements.iter().any(|element| element.is_identical(&needle))),
        other => Err(no_haystack(other, path, context)),
    }
}

pub(super) fn index_of<'a>(
    [needle, list]: &'a [Node; 2],
    from: Option<&'a Node>,
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let (needle, haystack) = (needle.value(context)?, list.value(context)?);
    if !is_needle(&needle) {
        return Err(no_needle(&needle, path, context));
    }
    let from = from.map(|from| from.number(context)).transpose()?.unwrap_or(0.0);
    let index = match &haystack {
        // Counted in characters, but begun at a unit of UTF-16, as MapLibre does.
        Value::String(text) => {
            let mut units = 0.0;
            let begin = text.char_indices().find(|(_, c)| {
                let found = units >= from;
                units += c.len_utf16() as f64;
                found
            });
            let begin = begin.map_or(text.len(), |(at, _)| at);
            let found = text[begin..].find(&*sought(&needle));
            found.map(|at| text[..begin + at].chars().count())
        }
        Value::Array(elements) => {
            let begin = clamped(from, elements.len());
            elements[begin..]
                .iter()
                .position(|element| element.is_identical(&needle))
                .map(|at| begin + at)
        }
        other => return Err(no_haystack(other, path, context)),
    };
    Ok(Value::Number(index.map_or(-1.0, |index| index as f64)))
}

pub(super) fn slice<'a>(
    [input, begin]: &'a [Node; 2],
    end: Option<&'a Node>,
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let input = input.value(context)?;
    let begin = begin.number(context)?;
    let end = end.map(|end| end.number(context)).transpose()?;
    let range = |length: usize| {
        let end = end.map_or(length, |end| clamped(end, length));
        (clamped(begin, length).min(end), end)
    };
    match input {
        Value::String(text) => {
            let is_ascii = text.is_ascii();
            let (begin, end) = range(if is_ascii { text.len() } else { text.chars().count() });
            let at = |index: usize| match is_ascii {
                true => index,
                false => text.char_indices().nth(index).map_or(text.len(), |(at, _)| at),
            };
            let bytes = at(begin)..at(end);
            Ok(Value::String(match text {
                Text::Borrowed(text) => Text::Borrowed(&text[bytes]),
                Text::Shared(text) => Text::Shared(text[bytes].into()),
            }))
        }
        Value::Array(elements) => {
            let (begin, end) = range(elements.len());
            Ok(Value::Array(elements[begin..end].into()))
        }
        other => Err(context.fail(path, || {
            format!(
                "Expected first argument to be of type array or string, but found {} instead.",
                other.type_of()
            )
        })),
    }
}

pub(super) fn length<'a>(input: &'a Node, path: &str, context: &Context<'a>) -> Result<Value<'a>> {
    let length = match input.value(context)? {
        Value::String(text) => text.chars().count(),
        Value::Array(elements) => elements.len(),
        other => {
            return Err(context.fail(path, || {
                format!(
                    "Expected value to be of type string or array, but found {} instead.",
                    other.type_of()
                )
            }));
        }
    };
    Ok(Value::Number(length as f64))
}

/// An index as JavaScript takes it: from the end where it is negative, within the list.
fn clamped(index: f64, length: usize) -> usize {
    let length = length as f64;
    let index = if index.is_nan() { 0.0 } else { index.trunc() };
    let index = if index < 0.0 { length + index } else { index };
    index.clamp(0.0, length) as usize
}

/// What is sought in a text: JavaScript makes a text of anything.
fn sought<'v>(needle: &'v Value<'_>) -> Text<'v> {
    match needle {
        Value::Null => Text::Borrowed("null"),
        other => other.written(),
    }
}

fn is_needle(value: &Value<'_>) -> bool {
    matches!(value, Value::Boolean(_) | Value::String(_) | Value::Number(_) | Value::Null)
}

pub(super) fn no_needle(value: &Value<'_>, path: &str, context: &Context<'_>) -> Failed {
    context.fail(path, || {
        format!(
            "Expected first argument to be of type boolean, string, number or null, but found {} \
             instead.",
            value.type_of()
        )
    })
}

fn no_haystack(value: &Value<'_>, path: &str, context: &Context<'_>) -> Failed {
    context.fail(path, || {
        format!(
            "Expected second argument to be of type array or string, but found {} instead.",
            value.type_of()
        )
    })
}
