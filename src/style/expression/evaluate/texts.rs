//! Texts in sections, images, numbers as texts.

use std::sync::Arc;

use super::Result;
use crate::style::expression::context::{Context, Failed};
use crate::style::expression::node::{Node, NumberFormat, Section};
use crate::style::expression::number_format::{Digits, Style, formatted};
use crate::style::expression::value::{self, Formatted, Image, Text, Value};

pub(super) fn image<'a>(name: Text<'a>, context: &Context<'a>) -> Value<'a> {
    if name.is_empty() {
        return Value::Null;
    }
    let images = context.surroundings.images.as_ref();
    let available = images.is_some_and(|images| images.contains(&*name));
    Value::Image(Image { name, available })
}

pub(super) fn format<'a>(sections: &'a [Section], context: &Context<'a>) -> Result<Value<'a>> {
    let sections = sections.iter().map(|section| one(section, context)).collect::<Result<_>>()?;
    Ok(Value::Formatted(Arc::new(Formatted { sections })))
}

fn one(section: &Section, context: &Context<'_>) -> Result<value::Section> {
    let Section { content, scale, fonts, color, align } = section;
    let content = content.value(context)?;
    let align = align.as_ref().map(|align| align.text(context)).transpose()?;
    let align = align.map(Text::into_shared);
    if let Value::Image(image) = content {
        let Image { name, available } = image;
        let image = Image { name: Text::Shared(name.into_shared()), available };
        return Ok(value::Section { image: Some(image), align, ..value::Section::default() });
    }
    let fonts = match fonts.as_ref().map(|fonts| fonts.value(context)).transpose()? {
        None => None,
        Some(Value::Array(names)) => {
            let names: Vec<_> = names.iter().map(Value::written).collect();
            let names: Vec<&str> = names.iter().map(|name| &**name).collect();
            Some(names.join(",").into())
        }
        Some(_) => return Err(Failed),
    };
    Ok(value::Section {
        text: content.written().to_string().into(),
        image: None,
        scale: scale.as_ref().map(|scale| scale.number(context)).transpose()?,
        fonts,
        color: color.as_ref().map(|color| color.color(context)).transpose()?,
        align,
    })
}

pub(super) fn number_format<'a>(
    format: &'a NumberFormat,
    context: &Context<'a>,
) -> Result<Value<'a>> {
    let text = |part: &'a Option<Node>| part.as_ref().map(|part| part.text(context)).transpose();
    let number = |part: &Option<Node>| part.as_ref().map(|part| part.number(context)).transpose();
    let locale = text(&format.locale)?;
    let (currency, unit) = (text(&format.currency)?, text(&format.unit)?);
    let style = match (&currency, &unit) {
        (Some(currency), _) => Style::Currency(currency),
        (None, Some(unit)) => Style::Unit(unit),
        (None, None) => Style::Decimal,
    };
    let digits =
        Digits { least: number(&format.least_digits)?, most: number(&format.most_digits)? };
    let value = format.number.number(context)?;
    Ok(Value::String(formatted(value, locale.as_deref(), &style, &digits).into()))
}
