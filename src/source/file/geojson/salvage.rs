//! A feature whose text is no JSON as a whole, read member by member, so that what cannot be read
//! costs itself alone: a value its attribute, a geometry its row. What writers put there: NaN and
//! Infinity, numbers beyond a double, half a surrogate pair, bytes of another encoding, line breaks
//! in texts, members twice. Only what the strict reader refused comes here.

use std::borrow::Cow;

use super::Feature;
use super::property::{Cell, Properties, Text};
use super::records::Extent;
use crate::source::Fault;

/// A feature, or a bare geometry; nothing where the text is no object or says no `type`.
pub(super) fn feature(record: &[u8]) -> Option<Feature<'_>> {
    let mut kind = None;
    let (mut id, mut geometry, mut lost) = (Cell::Null, None, None);
    let mut properties = None;
    for (name, value) in members(record)? {
        match name {
            b"\"type\"" => kind = serde_json::from_slice(value).ok(),
            b"\"id\"" => id = serde_json::from_slice(value).unwrap_or_default(),
            b"\"geometry\"" => match serde_json::from_slice(value) {
                Ok(read) => (geometry, lost) = (read, None),
                Err(_) => (geometry, lost) = (None, Some(lost_geometry(value))),
            },
            b"\"properties\"" => properties = Some(read_properties(value)),
            _ => {}
        }
    }
    Some(Feature { kind: kind?, id, geometry, lost, properties })
}

/// Why the text of a geometry cannot be read: its numbers are none, or anything else.
pub(super) fn lost_geometry(text: &[u8]) -> Fault {
    let mut words = text.split(|byte| b"[]{},: \t\r\n".contains(byte));
    match words.any(is_not_finite) {
        true => Fault::NotOnEarth,
        false => Fault::Unreadable,
    }
}

fn read_properties(text: &[u8]) -> Properties<'_> {
    if let Ok(properties) = serde_json::from_slice::<Option<Properties<'_>>>(text) {
        return properties.unwrap_or_default();
    }
    match members(text) {
        None => Properties { members: Vec::new(), are_odd: true },
        Some(members) => Properties {
            members: members
                .into_iter()
                .map(|(name, value)| (text_of(name), cell(value)))
                .collect(),
            are_odd: false,
        },
    }
}

/// A name. One that cannot be read is still a name: what is no text in it is marked.
fn text_of(name: &[u8]) -> Text<'_> {
    serde_json::from_slice(name).unwrap_or_else(|_| {
        let inner = name.strip_prefix(b"\"").unwrap_or(name);
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
        Text(Cow::Owned(String::from_utf8_lossy(inner).into_owned()))
    })
}

fn cell(text: &[u8]) -> Cell<'_> {
    match serde_json::from_slice(text) {
        Ok(cell) => cell,
        Err(_) if text.starts_with(b"\"") => unescaped(text),
        Err(_) if is_not_finite(text) => Cell::Odd(Fault::NotFinite),
        Err(_) => Cell::Odd(Fault::OddValue),
    }
}

/// A text in which line breaks and the like stand as they are: JSON wants them escaped, and there is
/// no doubt of what they are.
fn unescaped(text: &[u8]) -> Cell<'_> {
    let mut escaped = Vec::with_capacity(text.len() + 8);
    for byte in text {
        match byte {
            0..0x20 => escaped.extend(format!("\\u{byte:04x}").bytes()),
            _ => escaped.push(*byte),
        }
    }
    match serde_json::from_slice(&escaped) {
        Ok(text) => Cell::Text(Cow::Owned(text)),
        Err(_) => Cell::Odd(Fault::NotUnicode),
    }
}

/// Whether a word is a number that no double holds: NaN, Infinity, 1e400.
fn is_not_finite(word: &[u8]) -> bool {
    let number = std::str::from_utf8(word).ok().and_then(|word| word.parse::<f64>().ok());
    number.is_some_and(|number| !number.is_finite())
}

/// The members of an object: each name, in its quotes, and its value, as they are written.
fn members(object: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut rest = object.strip_prefix(b"{")?;
    let mut members = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        match rest.first()? {
            b'}' => return Some(members),
            b',' => rest = &rest[1..],
            b'"' => {
                let (name, after) = rest.split_at(Extent::default().end(rest)?);
                let value = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
                let (value, after) = value.split_at(Extent::default().end(value)?);
                members.push((name, value));
                rest = after;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_costs_itself() {
        let text = b"{\"type\":\"Feature\",\"id\":1e999,\"type\":\"Feature\",\"properties\":{\"a\":NaN,\
            \"b\":[1,NaN],\"c\":\"\\ud83c\",\"d\":\"caf\xe9\",\"e\":\"x\ty\",\"f\":-1e400,\"g\":2,\"\xe9\":3},\
            \"geometry\":null}";
        let feature = feature(text).unwrap();
        assert!(matches!(feature.id, Cell::Null));
        let properties = feature.properties.unwrap().members;
        let said: Vec<String> = properties
            .iter()
            .map(|(name, cell)| match cell {
                Cell::Odd(fault) => format!("{} {fault:?}", name.0),
                Cell::Text(text) => format!("{} {text}", name.0),
                Cell::Int(number) => format!("{} {number}", name.0),
                _ => name.0.to_string(),
            })
            .collect();
        let expected = [
            "a NotFinite",
            "b OddValue",
            "c NotUnicode",
            "d NotUnicode",
            "e x\ty",
            "f NotFinite",
            "g 2",
            "\u{fffd} 3",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn what_is_no_object_is_no_feature() {
        for text in
            [&b"7"[..], b"{\"type\": \"Feature\" \"properties\"}", b"{}", b"{\"type\":", b""]
        {
            assert!(feature(text).is_none(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_geometry_says_whether_its_numbers_are_none() {
        let lost = |text: &str| lost_geometry(text.as_bytes());
        assert_eq!(lost(r#"{"type":"Point","coordinates":[NaN, 3]}"#), Fault::NotOnEarth);
        assert_eq!(lost(r#"{"type":"Point","coordinates":[1e400,3]}"#), Fault::NotOnEarth);
        assert_eq!(lost(r#"{"type":"Point","coordinates":["a",3]}"#), Fault::Unreadable);
    }
}
