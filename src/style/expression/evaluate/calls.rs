//! The plain operators.

use super::{Result, number};
use crate::style::expression::context::{Context, Failed};
use crate::style::expression::node::Node;
use crate::style::expression::operators::Operator;
use crate::style::expression::value::{Text, Value};
use crate::style::expression::{color::Color, number as numbers};

pub(super) fn call<'a>(
    operator: Operator,
    arguments: &'a [Node],
    path: &str,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    if let Some(number) = number::arithmetic(operator, arguments, context) {
        return number.map(Value::Number);
    }
    let feature = context.feature;
    let text = |text: String| Ok(Value::String(text.into()));
    match (operator, arguments) {
        (Operator::Get, [name]) => {
            Ok(feature.property_named(&name.text(context)?).map_or(Value::Null, Value::from))
        }
        (Operator::Get, [name, object]) => {
            let name = name.text(context)?;
            Ok(member(&name, object, context)?.unwrap_or(Value::Null))
        }
        (Operator::Has, [name]) => {
            Ok(Value::Boolean(feature.property_named(&name.text(context)?).is_some()))
        }
        (Operator::Has, [name, object]) => {
            let name = name.text(context)?;
            Ok(Value::Boolean(member(&name, object, context)?.is_some()))
        }
        (Operator::Properties, _) => Ok(Value::Object(feature.properties())),
        (Operator::FeatureState, [name]) => {
            Ok(feature.state(&name.text(context)?).map_or(Value::Null, Value::from))
        }
        (Operator::GeometryType, _) => {
            Ok(feature.geometry_type().map_or(Value::Null, |kind| Value::text(kind.name())))
        }
        (Operator::Id, _) => Ok(feature.id().map_or(Value::Null, Value::from)),
        (Operator::Accumulated, _) => Ok(context.accumulated.map_or(Value::Null, Value::borrow)),
        (Operator::TypeOf, [part]) => text(part.value(context)?.type_of().to_string()),
        (Operator::Rgba, parts) => rgba(parts, path, context),
        (Operator::ToRgba, [part]) => {
            let color = part.color(context)?;
            let parts = [color.red * 255.0, color.green * 255.0, color.blue * 255.0, color.alpha];
            Ok(Value::Array(parts.into_iter().map(Value::Number).collect()))
        }
        (Operator::IsSupportedScript, [part]) => {
            let part = part.text(context)?;
            let is_unsupported = context.surroundings.unsupported_script;
            Ok(Value::Boolean(!is_unsupported.is_some_and(|is_unsupported| is_unsupported(&part))))
        }
        (Operator::Not, [part]) => Ok(Value::Boolean(!part.boolean(context)?)),
        (Operator::Upcase, [part]) => text(part.text(context)?.to_uppercase()),
        (Operator::Downcase, [part]) => text(part.text(context)?.to_lowercase()),
        (Operator::Concat, parts) => {
            let mut whole = String::new();
            for part in parts {
                whole.push_str(&part.value(context)?.written());
            }
            text(whole)
        }
        (Operator::Split, [whole, between]) => {
            let (whole, between) = (whole.text(context)?, between.text(context)?);
            let shared = |part: &str| Value::String(Text::Shared(part.into()));
            Ok(Value::Array(match &*between {
                "" => whole.chars().map(|c| shared(c.encode_utf8(&mut [0; 4]))).collect(),
                between => whole.split(between).map(shared).collect(),
            }))
        }
        (Operator::Join, [list, between]) => {
            let (list, between) = (list.value(context)?, between.text(context)?);
            let Value::Array(elements) = list else { return Err(Failed) };
            let parts: Vec<_> = elements.iter().map(Value::written).collect();
            let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
            text(parts.join(&between))
        }
        (Operator::ResolvedLocale, [collator]) => match collator.value(context)? {
            Value::Collator(collator) => text(collator.locale().to_owned()),
            _ => Err(Failed),
        },
        (Operator::Error, [message]) => {
            let message = message.text(context)?;
            Err(context.fail(path, || message.to_string()))
        }
        _ => Err(Failed),
    }
}

fn member<'a>(name: &str, object: &'a Node, context: &Context<'a>) -> Result<Option<Value<'a>>> {
    match object.value(context)? {
        Value::Object(members) => Ok(members.get(name).map(|member| member.clone().into_shared())),
        _ => Err(Failed),
    }
}

fn rgba<'a>(parts: &'a [Node], path: &str, context: &Context<'a>) -> Result<Value<'a>> {
    let mut numbers = [0.0, 0.0, 0.0, 1.0];
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.number(context)?;
    }
    let [red, green, blue, alpha] = numbers;
    match wrong_rgba(&numbers.map(Value::Number)) {
        Some(message) => Err(context.fail(path, || message)),
        None => Ok(Value::Color(Color::new(red / 255.0, green / 255.0, blue / 255.0, alpha))),
    }
}

/// What is wrong with the parts of a colour, the last of which may be left out.
pub(super) fn wrong_rgba(parts: &[Value<'_>]) -> Option<String> {
    let number = |index: usize| match parts.get(index) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let listed = |parts: &[Value<'_>]| {
        let written: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Value::Number(number) => numbers::written(*number),
                other => other.written().to_string(),
            })
            .collect();
        written.join(", ")
    };
    let in_range = |index| number(index).is_some_and(|part| (0.0..=255.0).contains(&part));
    if !(0..3).all(in_range) {
        let shown = if number(3).is_some() { 4 } else { 3 };
        return Some(format!(
            "Invalid rgba value [{}]: 'r', 'g', and 'b' must be between 0 and 255.",
            listed(&parts[..shown.min(parts.len())])
        ));
    }
    let is_opacity = |alpha: f64| (0.0..=1.0).contains(&alpha);
    if parts.len() > 3 && !number(3).is_some_and(is_opacity) {
        return Some(format!(
            "Invalid rgba value [{}]: 'a' must be between 0 and 1.",
            listed(parts)
        ));
    }
    None
}
