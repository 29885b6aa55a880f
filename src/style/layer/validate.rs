//! Values as they are written, held against what a property may be, in MapLibre's words.

use serde_json::Value as Json;

use super::specification::{Specification, ValueKind};
use crate::style::expression::color::Color;
use crate::style::expression::value::Value;
use crate::style::expression::{legacy, read};

type Checked<T> = Result<T, (String, String)>;

/// A value that is no expression.
///
/// # Errors
/// What is wrong with it: where below it, and what.
pub fn constant(specification: &Specification, json: &Json) -> Checked<Value<'static>> {
    let value = Value::from_json(json);
    if json.is_null() && specification.default == "null" {
        return Ok(value);
    }
    match specification.kind {
        ValueKind::Number => number(specification, json)?,
        ValueKind::Boolean => expect(json, "boolean", json.is_boolean())?,
        ValueKind::Color => {
            return color(json).map(Value::Color);
        }
        ValueKind::Choice(texts) => choice(texts, json)?,
        ValueKind::Choices(texts) => each(json, None, |element| choice(texts, element))?,
        ValueKind::Numbers(length) => {
            each(json, length, |element| number(specification, element))?;
        }
        ValueKind::Texts => {
            each(json, None, |element| expect(element, "string", element.is_string()))?;
        }
        ValueKind::Formatted | ValueKind::Image => expect(json, "string", json.is_string())?,
        ValueKind::Padding => {
            if json.is_array() {
                each(json, None, |element| number(specification, element))?;
            } else {
                number(specification, json)?;
            }
            let wrong = || wrong("padding requires 1 to 4 values");
            return read(&specification.ty(), &value).ok_or_else(wrong);
        }
        ValueKind::NumberArray => {
            if json.is_array() {
                each(json, None, |element| number(specification, element))?;
            } else {
                number(specification, json)?;
            }
            return read(&specification.ty(), &value).ok_or_else(|| wrong("array expected"));
        }
        ValueKind::ColorArray => {
            if json.is_array() {
                each(json, None, |element| color(element).map(|_| ()))?;
            } else {
                color(json)?;
            }
            return read(&specification.ty(), &value).ok_or_else(|| wrong("color expected"));
        }
        ValueKind::Anchors => {
            let wrong = || wrong("array of anchors and offsets expected");
            return read(&specification.ty(), &value).ok_or_else(wrong);
        }
    }
    Ok(value)
}

fn wrong(message: impl Into<String>) -> (String, String) {
    (String::new(), message.into())
}

fn expect(json: &Json, what: &str, is: bool) -> Checked<()> {
    if is { Ok(()) } else { Err(wrong(format!("{what} expected, {} found", legacy::kind(json)))) }
}

fn number(specification: &Specification, json: &Json) -> Checked<()> {
    let Some(number) = json.as_f64() else { return expect(json, "number", false) };
    let (least, most) = specification.range;
    if let Some(least) = least.filter(|least| number < *least) {
        return Err(wrong(format!("{number} is less than the minimum value {least}")));
    }
    if let Some(most) = most.filter(|most| number > *most) {
        return Err(wrong(format!("{number} is greater than the maximum value {most}")));
    }
    Ok(())
}

fn color(json: &Json) -> Checked<Color> {
    match json {
        Json::String(text) => {
            Color::parse(text).ok_or_else(|| wrong(format!("color expected, \"{text}\" found")))
        }
        other => Err(wrong(format!("color expected, {} found", legacy::kind(other)))),
    }
}

fn choice(texts: &[&str], json: &Json) -> Checked<()> {
    match json.as_str() {
        Some(text) if texts.contains(&text) => Ok(()),
        _ => Err(wrong(format!("expected one of [{}], {json} found", texts.join(", ")))),
    }
}

fn each(json: &Json, length: Option<usize>, check: impl Fn(&Json) -> Checked<()>) -> Checked<()> {
    let Json::Array(elements) = json else { return expect(json, "array", false) };
    if let Some(length) = length.filter(|length| *length != elements.len()) {
        let found = elements.len();
        return Err(wrong(format!("array length {length} expected, length {found} found")));
    }
    for (index, element) in elements.iter().enumerate() {
        check(element).map_err(|(path, message)| (format!("/{index}{path}"), message))?;
    }
    Ok(())
}
