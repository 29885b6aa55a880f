//! What an expression evaluates to. Texts are borrowed from the style or the feature, larger things
//! shared, so that evaluating allocates nothing but for what is really made anew.

mod javascript;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value as Json;

use super::collator::Collator;
use super::color::Color;
use super::types::Type;

/// A JSON object's members.
pub type Object = BTreeMap<Arc<str>, Value<'static>>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, `NaN` too.
    Number(f64),
    /// A text.
    String(Text<'a>),
    /// A colour.
    Color(Color),
    /// A list.
    Array(Arc<[Value<'static>]>),
    /// An object.
    Object(Arc<Object>),
    /// Text in sections.
    Formatted(Arc<Formatted>),
    /// An image of the sprite.
    Image(Image<'a>),
    /// Top, right, bottom, left.
    Padding([f64; 4]),
    /// Numbers.
    NumberArray(Arc<[f64]>),
    /// Colours.
    ColorArray(Arc<[Color]>),
    /// Anchors of a text with their offsets.
    Anchors(Arc<[(Anchor, [f64; 2])]>),
    /// Between two projections.
    Projection(Arc<Projection>),
    /// How texts are compared.
    Collator(Arc<Collator>),
}

/// A text, borrowed or shared.
#[derive(Clone, Debug)]
pub enum Text<'a> {
    /// Of the style or the feature.
    Borrowed(&'a str),
    /// Made while evaluating.
    Shared(Arc<str>),
}

/// An image that an expression asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Image<'a> {
    /// Its name in the sprite.
    pub name: Text<'a>,
    /// Whether the sprite has it; `false` where that was not asked.
    pub available: bool,
}

/// Text in sections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formatted {
    /// One after the other.
    pub sections: Vec<Section>,
}

/// A part of a text that looks alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The text; empty for an image.
    pub text: Arc<str>,
    /// An image instead.
    pub image: Option<Image<'static>>,
    /// The size, as a factor.
    pub scale: Option<f64>,
    /// Names of fonts, joined by commas.
    pub fonts: Option<Arc<str>>,
    /// Its own colour.
    pub color: Option<Color>,
    /// How it lies in the line.
    pub align: Option<Arc<str>>,
}

/// Which part of a text lies at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Anchor {
    #[default]
    Center,
    Left,
    Right,
    Top,
    Bottom,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// Between two projections.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// The one at 0.
    pub from: Arc<str>,
    /// The one at 1.
    pub to: Arc<str>,
    /// How far from the one to the other.
    pub transition: f64,
}

impl Anchor {
    const ALL: [(Anchor, &'static str); 9] = [
        (Anchor::Center, "center"),
        (Anchor::Left, "left"),
        (Anchor::Right, "right"),
        (Anchor::Top, "top"),
        (Anchor::Bottom, "bottom"),
        (Anchor::TopLeft, "top-left"),
        (Anchor::TopRight, "top-right"),
        (Anchor::BottomLeft, "bottom-left"),
        (Anchor::BottomRight, "bottom-right"),
    ];

    /// By the name that the style specification gives it.
    pub fn named(name: &str) -> Option<Anchor> {
        Anchor::ALL.into_iter().find(|(_, known)| *known == name).map(|(anchor, _)| anchor)
    }

    /// That name.
    pub fn name(self) -> &'static str {
        Anchor::ALL[self as usize].1
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Shared(text) => text,
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Text<'_>) -> bool {
        **self == **other
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text::Shared(text.into())
    }
}

impl Text<'_> {
    /// One that outlives what it was borrowed from.
    pub fn into_shared(self) -> Arc<str> {
        match self {
            Text::Borrowed(text) => text.into(),
            Text::Shared(text) => text,
        }
    }

    /// The same text, borrowed.
    pub fn borrow(&self) -> Text<'_> {
        Text::Borrowed(self)
    }
}

impl Formatted {
    /// A text that looks alike throughout.
    pub fn plain(text: Arc<str>) -> Formatted {
        Formatted { sections: vec![Section { text, ..Section::default() }] }
    }

    /// Its text alone.
    pub fn text(&self) -> String {
        self.sections.iter().map(|section| &*section.text).collect()
    }
}

impl<'a> Value<'a> {
    /// A borrowed text.
    pub fn text(text: &'a str) -> Value<'a> {
        Value::String(Text::Borrowed(text))
    }

    /// The same, with its texts borrowed.
    pub fn borrow(&self) -> Value<'_> {
        match self {
            Value::Number(number) => Value::Number(*number),
            Value::Color(color) => Value::Color(*color),
            Value::Boolean(boolean) => Value::Boolean(*boolean),
            Value::String(text) => Value::String(text.borrow()),
            Value::Image(image) => Value::Image(Image { name: image.name.borrow(), ..*image }),
            Value::Null => Value::Null,
            other => other.clone().into_shared(),
        }
    }

    /// One that outlives what it was borrowed from.
    pub fn into_shared(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Boolean(boolean) => Value::Boolean(boolean),
            Value::Number(number) => Value::Number(number),
            Value::String(text) => Value::String(Text::Shared(text.into_shared())),
            Value::Color(color) => Value::Color(color),
            Value::Array(elements) => Value::Array(elements),
            Value::Object(members) => Value::Object(members),
            Value::Formatted(formatted) => Value::Formatted(formatted),
            Value::Image(Image { name, available }) => {
                Value::Image(Image { name: Text::Shared(name.into_shared()), available })
            }
            Value::Padding(sides) => Value::Padding(sides),
            Value::NumberArray(numbers) => Value::NumberArray(numbers),
            Value::ColorArray(colors) => Value::ColorArray(colors),
            Value::Anchors(anchors) => Value::Anchors(anchors),
            Value::Projection(projection) => Value::Projection(projection),
            Value::Collator(collator) => Value::Collator(collator),
        }
    }

    /// The type.
    pub fn type_of(&self) -> Type {
        match self {
            Value::Null => Type::Null,
            Value::Boolean(_) => Type::Boolean,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::Color(_) => Type::Color,
            Value::Array(elements) => {
                let item = Type::of_elements(elements.iter().map(Value::type_of));
                Type::array(item, Some(elements.len()))
            }
            Value::Object(_) => Type::Object,
            Value::Formatted(_) => Type::Formatted,
            Value::Image(_) => Type::Image,
            Value::Padding(_) => Type::Padding,
            Value::NumberArray(_) => Type::NumberArray,
            Value::ColorArray(_) => Type::ColorArray,
            Value::Anchors(_) => Type::Anchors,
            Value::Projection(_) => Type::Projection,
            Value::Collator(_) => Type::Collator,
        }
    }
}

impl Value<'static> {
    /// As it stands in JSON, unless that is a list or an object.
    pub(super) fn from_json_plain(json: &Json) -> Option<Value<'static>> {
        (!json.is_array() && !json.is_object()).then(|| Value::from_json(json))
    }

    /// As it stands in JSON. The caller bounds how deep that is.
    pub fn from_json(json: &Json) -> Value<'static> {
        match json {
            Json::Null => Value::Null,
            Json::Bool(boolean) => Value::Boolean(*boolean),
            Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::String(Text::Shared(text.as_str().into())),
            Json::Array(elements) => Value::Array(elements.iter().map(Value::from_json).collect()),
            Json::Object(members) => {
                let member =
                    |(key, value): (&String, &Json)| (key.as_str().into(), Value::from_json(value));
                Value::Object(Arc::new(members.iter().map(member).collect()))
            }
        }
    }
}
