//! By which column the features of a layer that nobody made a style for are coloured, and which values
//! get a colour of their own. Not the classes of overviews: those are all combinations of values.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::palette::{CLASSES, Ink, OTHERS};
use crate::catalogue::snapshot::ReadyLayer;
use crate::query::tally::Tally;
use crate::source::Value;

/// Names of columns that tell what a feature is, the best first. Others do when none is there.
const TELLING: [&str; 12] = [
    "nature",
    "type",
    "classe",
    "class",
    "categorie",
    "category",
    "usage",
    "famille",
    "statut",
    "etat",
    "code",
    "theme",
];

/// A column that does not come back this often on average tells features, not classes.
const OCCURRENCES: u64 = 3;

/// A longer text describes a feature and names no class; nor does it fit into a legend.
const LONGEST: usize = 120;

/// The classes of a layer.
#[derive(Debug)]
pub struct Classes<'a> {
    column: &'a str,
    /// Those with a colour of their own, in the order of their names.
    values: Vec<Json>,
    /// Whether they are texts and numbers: `match` takes one type only, so all are compared as texts.
    is_mixed: bool,
    has_others: bool,
}

impl<'a> Classes<'a> {
    /// Those of a layer, if a column tells any.
    pub fn of(ready: &'a ReadyLayer, names: &[&str]) -> Option<Classes<'a>> {
        let columns = &ready.layer.columns;
        let tallies = ready.features.tallies();
        let telling = tallies.iter().filter_map(|tally| {
            let name = columns.get(tally.column)?.name.as_str();
            (!names.contains(&name) && !is_reserved(name)).then_some(())?;
            Some((name, telling(tally)?))
        });
        // The first of the best.
        let (column, mut values) = telling.min_by_key(|(name, _)| {
            let name = name.to_lowercase();
            TELLING.iter().position(|part| name.contains(part)).unwrap_or(TELLING.len())
        })?;
        let is_mixed = values.iter().any(Json::is_string) && values.iter().any(Json::is_number);
        let number = values.len();
        // As a text, a feature without a value is an empty one.
        values.retain(|value| !(is_mixed && value == ""));
        let mut known = BTreeSet::new();
        values.retain(|value| known.insert(as_text(value)));
        values.truncate(CLASSES.len());
        let has_others = values.len() < number;
        values.sort_by_key(Json::to_string);
        Some(Classes { column, values, is_mixed, has_others })
    }

    /// Each with its colour, the rest last.
    fn inks(&self) -> impl Iterator<Item = (&Json, &'static Ink)> {
        self.values.iter().zip(&CLASSES)
    }

    /// The colours that are used.
    pub fn colours(&self) -> impl Iterator<Item = &'static Ink> {
        self.inks().map(|(_, ink)| ink).chain([&OTHERS])
    }

    /// The colour of a feature, as an expression.
    pub fn colour(&self) -> Json {
        let value = json!(["get", self.column]);
        let (value, label): (Json, fn(&Json) -> Json) = match self.is_mixed {
            true => (json!(["to-string", value]), |value| json!(as_text(value))),
            false => (value, Json::clone),
        };
        let classes = self.inks().flat_map(|(value, ink)| [label(value), json!(ink.0)]);
        [json!("match"), value].into_iter().chain(classes).chain([json!(OTHERS.0)]).collect()
    }

    /// The lines of a legend.
    pub fn samples(&self) -> Vec<Json> {
        let class = |(value, _): (&Json, _)| json!({ "title": self.title(value), "properties": { self.column: value } });
        let others = json!({ "title": { "fr": "Autres", "en": "Others" }, "properties": {} });
        self.inks().map(class).chain(self.has_others.then_some(others)).collect()
    }

    /// What a class is called in a legend: never nothing.
    fn title(&self, value: &Json) -> Json {
        let is_unseen = |c: char| c.is_whitespace() || c.escape_debug().len() > 1;
        let title = match value {
            Json::String(text) if text.is_empty() => {
                return json!({ "fr": "(vide)", "en": "(empty)" });
            }
            Json::String(text) if text.chars().all(is_unseen) => format!("{text:?}"),
            Json::String(text) => text.clone(),
            other => format!("{} {other}", self.column),
        };
        json!({ "fr": title, "en": title })
    }
}

/// Filters of old, which QGIS has, mean a feature's id or geometry by such names.
fn is_reserved(name: &str) -> bool {
    name.starts_with('$')
}

/// The values of a column that tells classes, the most frequent first.
fn telling(tally: &Tally<'_>) -> Option<Vec<Json>> {
    let features: u64 = tally.values.iter().map(|(_, count)| count).sum();
    let number = tally.values.len();
    let comes_back = number > 1 && features >= OCCURRENCES * number as u64;
    comes_back.then(|| tally.values.iter().map(|(value, _)| label(value)).collect())?
}

/// A value as `match` takes it: texts and whole numbers. What is none of these tells no class.
fn label(value: &Value<'_>) -> Option<Json> {
    match *value {
        Value::Text(text) => {
            (text.chars().take(LONGEST + 1).count() <= LONGEST).then(|| json!(text))
        }
        // What JavaScript holds exactly.
        Value::UInt(number) => (number < 1 << 53).then(|| json!(number)),
        Value::Int(number) => (number.unsigned_abs() < 1 << 53).then(|| json!(number)),
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Double(_) => None,
    }
}

fn as_text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
