//! The properties of a feature, borrowed from its text where JSON's escapes allow it.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::source::file::rows::Rows;
use crate::source::{Column, ColumnKind, Fault, Value};

/// A text.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// The value of a property.
#[derive(Clone, Default)]
pub(super) enum Cell<'a> {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Cow<'a, str>),
    /// An object or array, as JSON.
    Json(String),
    /// What is none.
    Odd(Fault),
}

/// All properties of a feature.
#[derive(Default)]
pub(super) struct Properties<'a> {
    /// In the file's order.
    pub(super) members: Vec<(Text<'a>, Cell<'a>)>,
    /// Whether something else stands where they should.
    pub(super) are_odd: bool,
}

impl Cell<'_> {
    /// What a column of such values is; nothing for null and what is no value.
    pub(super) fn kind(&self) -> Option<ColumnKind> {
        match self {
            Cell::Null | Cell::Odd(_) => None,
            Cell::Bool(_) => Some(ColumnKind::Boolean),
            Cell::Int(_) | Cell::UInt(_) | Cell::Double(_) => Some(ColumnKind::Number),
            Cell::Text(_) | Cell::Json(_) => Some(ColumnKind::Text),
        }
    }

    /// The feature id that it is, if it is one.
    pub(super) fn id(&self) -> Option<u64> {
        match *self {
            Cell::Int(id) => u64::try_from(id).ok(),
            Cell::UInt(id) => Some(id),
            _ => None,
        }
    }

    /// The same, to go into a column of that kind: numbers and truth values among texts become texts.
    pub(super) fn into_kind(self, column: ColumnKind) -> Self {
        let written = match (&self, column) {
            (Cell::Bool(value), ColumnKind::Text) => value.to_string(),
            (Cell::Int(value), ColumnKind::Text) => value.to_string(),
            (Cell::UInt(value), ColumnKind::Text) => value.to_string(),
            (Cell::Double(value), ColumnKind::Text) => value.to_string(),
            _ => return self,
        };
        Cell::Text(Cow::Owned(written))
    }

    /// The value for a column of that kind. What is of another was not there at the survey.
    pub(super) fn value(&self, column: &Column, rows: &mut Rows<'_>) -> Value<'_> {
        let Column { name, kind } = column;
        match self {
            Cell::Null => Value::Null,
            Cell::Odd(fault) => rows.no_value(name, *fault),
            _ if self.kind() != Some(*kind) => rows.no_value(name, Fault::OddValue),
            Cell::Bool(value) => Value::Bool(*value),
            Cell::Int(value) => Value::Int(*value),
            Cell::UInt(value) => Value::UInt(*value),
            Cell::Double(value) => rows.number(name, *value),
            Cell::Text(text) => rows.text(name, text),
            Cell::Json(text) => rows.text(name, text),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Cell::deserialize(deserializer)? {
            Cell::Text(text) => Ok(Text(text)),
            _ => Err(D::Error::custom("not a text")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Cell<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
                Ok(Cell::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Cell<'de>, E> {
                Ok(Cell::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Cell<'de>, E> {
                Ok(Cell::Int(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Cell<'de>, E> {
                Ok(i64::try_from(value).map_or(Cell::UInt(value), Cell::Int))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Cell<'de>, E> {
                Ok(Cell::Double(value))
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cell<'de>, E> {
                Ok(Cell::Text(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Cell<'de>, E> {
                Ok(Cell::Text(Cow::Owned(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, values: A) -> Result<Cell<'de>, A::Error> {
                serde_json::Value::deserialize(SeqAccessDeserializer::new(values))
                    .map(|json| Cell::Json(json.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Cell<'de>, A::Error> {
                serde_json::Value::deserialize(MapAccessDeserializer::new(members))
                    .map(|json| Cell::Json(json.to_string()))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Properties<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Properties<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Properties { members, are_odd: false })
            }

            /// PHP writes an object without members as an array without elements.
            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
                let mut are_odd = false;
                while array.next_element::<IgnoredAny>()?.is_some() {
                    are_odd = true;
                }
                Ok(Properties { members: Vec::new(), are_odd })
            }
        }

        deserializer.deserialize_any(Read)
    }
}
