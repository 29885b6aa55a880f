//! The types of properties: each from what an expression evaluates to.

use std::sync::Arc;

use super::property::PropertyType;
use super::specification::ValueKind;
use crate::style::expression::color::Color;
use crate::style::expression::value::{Anchor, Formatted, Value};
use crate::style::expression::{Compiled, Context};

impl PropertyType for f64 {
    const KIND: ValueKind = ValueKind::Number;

    fn from_value(value: &Value<'_>) -> Option<f64> {
        match value {
            Value::Number(number) if !number.is_nan() => Some(*number),
            _ => None,
        }
    }

    fn evaluate(compiled: &Compiled, context: &Context<'_>) -> Option<f64> {
        compiled.number(context).ok().filter(|number| !number.is_nan())
    }
}

impl PropertyType for bool {
    const KIND: ValueKind = ValueKind::Boolean;

    fn from_value(value: &Value<'_>) -> Option<bool> {
        match value {
            Value::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    fn evaluate(compiled: &Compiled, context: &Context<'_>) -> Option<bool> {
        compiled.boolean(context).ok()
    }
}

impl PropertyType for Color {
    const KIND: ValueKind = ValueKind::Color;

    fn from_value(value: &Value<'_>) -> Option<Color> {
        match value {
            Value::Color(color) => Some(*color),
            Value::String(text) => Color::parse(text),
            _ => None,
        }
    }

    fn evaluate(compiled: &Compiled, context: &Context<'_>) -> Option<Color> {
        compiled.color(context).ok()
    }
}

impl<T: PropertyType> PropertyType for Option<T> {
    const KIND: ValueKind = T::KIND;

    fn from_value(value: &Value<'_>) -> Option<Option<T>> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl PropertyType for [f64; 2] {
    const KIND: ValueKind = ValueKind::Numbers(Some(2));

    fn from_value(value: &Value<'_>) -> Option<[f64; 2]> {
        Vec::<f64>::from_value(value)?.try_into().ok()
    }
}

impl PropertyType for [f64; 4] {
    const KIND: ValueKind = ValueKind::Numbers(Some(4));

    fn from_value(value: &Value<'_>) -> Option<[f64; 4]> {
        Vec::<f64>::from_value(value)?.try_into().ok()
    }
}

impl PropertyType for Vec<f64> {
    const KIND: ValueKind = ValueKind::Numbers(None);

    fn from_value(value: &Value<'_>) -> Option<Vec<f64>> {
        elements(value, f64::from_value)
    }
}

impl PropertyType for Vec<Arc<str>> {
    const KIND: ValueKind = ValueKind::Texts;

    fn from_value(value: &Value<'_>) -> Option<Vec<Arc<str>>> {
        elements(value, |element| match element {
            Value::String(text) => Some(text.clone().into_shared()),
            _ => None,
        })
    }
}

impl PropertyType for Arc<Formatted> {
    const KIND: ValueKind = ValueKind::Formatted;

    fn from_value(value: &Value<'_>) -> Option<Arc<Formatted>> {
        match value {
            Value::Formatted(formatted) => Some(formatted.clone()),
            Value::String(text) => Some(Arc::new(Formatted::plain(text.clone().into_shared()))),
            _ => None,
        }
    }
}

/// The name of an image in the sprite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageName(pub Arc<str>);

impl PropertyType for ImageName {
    const KIND: ValueKind = ValueKind::Image;

    fn from_value(value: &Value<'_>) -> Option<ImageName> {
        match value {
            Value::Image(image) => Some(ImageName(image.name.clone().into_shared())),
            Value::String(name) if !name.is_empty() => Some(ImageName(name.clone().into_shared())),
            _ => None,
        }
    }
}

/// Widths of the top, right, bottom and left side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Padding(pub [f64; 4]);

impl PropertyType for Padding {
    const KIND: ValueKind = ValueKind::Padding;

    fn from_value(value: &Value<'_>) -> Option<Padding> {
        match value {
            Value::Padding(sides) => Some(Padding(*sides)),
            _ => None,
        }
    }
}

/// Numbers, each for one of several lights.
impl PropertyType for Arc<[f64]> {
    const KIND: ValueKind = ValueKind::NumberArray;

    fn from_value(value: &Value<'_>) -> Option<Arc<[f64]>> {
        match value {
            Value::NumberArray(numbers) => Some(numbers.clone()),
            _ => None,
        }
    }
}

impl PropertyType for Arc<[Color]> {
    const KIND: ValueKind = ValueKind::ColorArray;

    fn from_value(value: &Value<'_>) -> Option<Arc<[Color]>> {
        match value {
            Value::ColorArray(colors) => Some(colors.clone()),
            _ => None,
        }
    }
}

impl PropertyType for Arc<[(Anchor, [f64; 2])]> {
    const KIND: ValueKind = ValueKind::Anchors;

    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Anchors(anchors) => Some(anchors.clone()),
            _ => None,
        }
    }
}

/// The elements of a list, if all are what they should be.
pub(super) fn elements<T>(
    value: &Value<'_>,
    read: impl Fn(&Value<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    match value {
        Value::Array(elements) => elements.iter().map(read).collect(),
        _ => None,
    }
}
