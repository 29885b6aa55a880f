//! A style by night: the same document in which a table, in its `metadata`, puts other colours and
//! images for those that its layers paint with. Not a second style: filters, widths, texts and the
//! legend stand once.
//!
//! It has an id of its own ([`DARK`] behind the style's) and not a parameter: tile addresses, WMTS
//! and QGIS know styles by their ids alone.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Style, StyleError};
use crate::style::layer::mistake::{Mistakes, below};

/// What the id of a style by night ends with.
pub const DARK: &str = "-sombre";

/// Where the table stands.
pub(super) const TABLE: &str = "tuilerie:dark";

impl Style {
    /// The style by night, if it has one.
    ///
    /// # Errors
    /// For a table that is none, or names what no layer paints with, or gives what cannot be drawn.
    pub fn dark(&self) -> Result<Option<Style>, StyleError> {
        let mut document = self.document.clone();
        let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
        let Some(table) = metadata.and_then(|metadata| metadata.remove(TABLE)) else {
            return Ok(None);
        };
        let id = format!("{}{DARK}", self.id);
        let pointer = below("/metadata", TABLE);
        let mut mistakes = Mistakes::default();
        let table = table.as_object().cloned().unwrap_or_else(|| {
            mistakes.note(pointer.clone(), "must be an object");
            Map::new()
        });
        let mut used = BTreeSet::new();
        let layers = document.get_mut("layers").and_then(Value::as_array_mut);
        for layer in layers.into_iter().flatten() {
            for part in ["paint", "layout"] {
                layer.get_mut(part).into_iter().for_each(|part| replace(part, &table, &mut used));
            }
        }
        for key in table.keys().filter(|key| !used.contains(key.as_str())) {
            mistakes.note(below(&pointer, key), "no layer paints with this");
        }
        match mistakes.or(()) {
            Ok(()) => Style::check(&id, Value::Object(document)).map(Some),
            Err(mistakes) => Err(StyleError { id, mistakes }),
        }
    }
}

/// Operators whose arguments are compared or name something: nothing paints with them.
const ASKING: [&str; 14] = [
    "get",
    "has",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "index-of",
    "!",
    "all",
    "any",
    "feature-state",
];

/// Puts what a table says for every text that it names and that something is painted with.
fn replace<'t>(value: &mut Value, table: &'t Map<String, Value>, used: &mut BTreeSet<&'t str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut().filter(|(name, _)| *name != "property") {
                match member {
                    // Of a function of old: each a value and what comes of it.
                    Value::Array(stops) if name == "stops" => {
                        let outcomes = stops.iter_mut().filter_map(|stop| stop.get_mut(1));
                        outcomes.for_each(|outcome| replace(outcome, table, used));
                    }
                    member => replace(member, table, used),
                }
            }
        }
        Value::Array(elements) => {
            let operator = elements.first().and_then(Value::as_str).unwrap_or_default().to_owned();
            let last = elements.len() - usize::from(!elements.is_empty());
            for (place, element) in elements.iter_mut().enumerate() {
                if is_outcome(&operator, place, last) {
                    replace(element, table, used);
                }
            }
        }
        Value::String(text) => {
            if let Some((key, other)) = table.get_key_value(text.as_str()) {
                used.insert(key);
                *value = other.clone();
            }
        }
        _ => {}
    }
}

/// Whether what stands at a place of an expression may come out of it.
fn is_outcome(operator: &str, place: usize, last: usize) -> bool {
    match operator {
        "match" => place == last || place >= 3 && place % 2 == 1,
        "case" => place == last || place >= 2 && place.is_multiple_of(2),
        asking => !ASKING.contains(&asking),
    }
}
