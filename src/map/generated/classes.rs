//! By which column the features of a layer that nobody made a style for are coloured, and which values
//! get a colour of their own. Not the classes of overviews: those are all combinations of values.

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

/// The classes of a layer.
#[derive(Debug)]
pub struct Classes<'a> {
    column: &'a str,
    /// Those with a colour of their own, in the order of their names.
    values: Vec<Json>,
    has_others: bool,
}

impl<'a> Classes<'a> {
    /// Those of a layer, if a column tells any.
    pub fn of(ready: &'a ReadyLayer, names: &[&str]) -> Option<Classes<'a>> {
        let columns = &ready.layer.columns;
        let name = |tally: &Tally<'_>| columns.get(tally.column).map(|column| column.name.as_str());
        let tallies = ready.features.tallies();
        let telling = tallies.iter().filter(|tally| {
            tells_classes(tally) && name(tally).is_some_and(|name| !names.contains(&name))
        });
        // The first of the best.
        let tally = telling.min_by_key(|tally| {
            let name = name(tally).unwrap_or_default().to_lowercase();
            TELLING.iter().position(|part| name.contains(part)).unwrap_or(TELLING.len())
        })?;
        let (shown, others) = tally.values.split_at(tally.values.len().min(CLASSES.len()));
        let mut values: Vec<Json> = shown.iter().filter_map(|(value, _)| label(value)).collect();
        values.sort_by_key(Json::to_string);
        Some(Classes { column: name(tally)?, values, has_others: !others.is_empty() })
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
        let start = [json!("match"), json!(["get", self.column])];
        let classes = self.inks().flat_map(|(value, ink)| [value.clone(), json!(ink.0)]);
        start.into_iter().chain(classes).chain([json!(OTHERS.0)]).collect()
    }

    /// The lines of a legend.
    pub fn samples(&self) -> Vec<Json> {
        let title = |value: &Json| match value {
            Json::String(text) => text.clone(),
            other => format!("{} {other}", self.column),
        };
        let class = |(value, _): (&Json, _)| {
            let title = title(value);
            json!({ "title": { "fr": title, "en": title }, "properties": { self.column: value } })
        };
        let others = json!({ "title": { "fr": "Autres", "en": "Others" }, "properties": {} });
        self.inks().map(class).chain(self.has_others.then_some(others)).collect()
    }
}

fn tells_classes(tally: &Tally<'_>) -> bool {
    let features: u64 = tally.values.iter().map(|(_, count)| count).sum();
    let number = tally.values.len();
    number > 1
        && features >= OCCURRENCES * number as u64
        && tally.values.iter().all(|(value, _)| label(value).is_some())
}

/// A value as `match` takes it: texts and whole numbers. What is none of these tells no class.
fn label(value: &Value<'_>) -> Option<Json> {
    match *value {
        Value::Text(text) => Some(json!(text)),
        // What JavaScript holds exactly.
        Value::UInt(number) => (number < 1 << 53).then(|| json!(number)),
        Value::Int(number) => (number.unsigned_abs() < 1 << 53).then(|| json!(number)),
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Double(_) => None,
    }
}
