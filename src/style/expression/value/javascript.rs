//! Values as JavaScript sees them: what is the same, what passes for true, what is written for one.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Anchor, Text, Value};
use crate::style::expression::number;

impl Value<'_> {
    /// Whether two are the same as JavaScript's `===` has it: lists and objects only where they are
    /// one and the same.
    pub(in crate::style::expression) fn is_identical(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => Arc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether it passes for `true`.
    pub(in crate::style::expression) fn is_truthy(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Boolean(boolean) => *boolean,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::String(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// As `to-string` writes it.
    pub(in crate::style::expression) fn written(&self) -> Text<'_> {
        match self {
            Value::Null => Text::Borrowed(""),
            Value::String(text) => text.borrow(),
            Value::Boolean(true) => Text::Borrowed("true"),
            Value::Boolean(false) => Text::Borrowed("false"),
            Value::Number(number) => number::written(*number).into(),
            Value::Color(color) => color.to_string().into(),
            Value::Formatted(formatted) => formatted.text().into(),
            Value::Image(image) => image.name.borrow(),
            Value::Projection(p) if p.from == p.to && p.transition == 1.0 => {
                Text::Borrowed(&p.from)
            }
            other => other.json().into(),
        }
    }

    /// As JSON, as `JSON.stringify` writes it.
    pub(in crate::style::expression) fn json(&self) -> String {
        let list = |parts: Vec<String>| format!("[{}]", parts.join(","));
        let numbers = |numbers: &[f64]| list(numbers.iter().map(|n| number::json(*n)).collect());
        match self {
            Value::Null | Value::Collator(_) => "null".into(),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Number(number) => number::json(*number),
            Value::String(text) => quoted(text),
            Value::Array(elements) => list(elements.iter().map(Value::json).collect()),
            Value::Object(members) => {
                let member = |(key, value): (&Arc<str>, &Value<'_>)| {
                    format!("{}:{}", quoted(key), value.json())
                };
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
            Value::Padding(sides) => numbers(sides),
            Value::NumberArray(values) => numbers(values),
            Value::ColorArray(colors) => {
                list(colors.iter().map(|color| quoted(&color.to_string())).collect())
            }
            Value::Anchors(anchors) => {
                let pair = |(anchor, offset): &(Anchor, [f64; 2])| {
                    format!("{},{}", quoted(anchor.name()), numbers(offset))
                };
                list(anchors.iter().map(pair).collect())
            }
            Value::Projection(p) => {
                list(vec![quoted(&p.from), quoted(&p.to), number::json(p.transition)])
            }
            Value::Color(_) | Value::Formatted(_) | Value::Image(_) => quoted(&self.written()),
        }
    }
}

fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
