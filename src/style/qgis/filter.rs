//! Filters as QGIS knows them: those of old, by property, operator, value.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::sampled;
use crate::style::expression::legacy;
use crate::style::expression::value::{Object, Value};

/// The parts of a filter that must all hold.
pub fn conditions(filter: &Json) -> Vec<&Json> {
    match filter.as_array().map(Vec::as_slice) {
        Some([operator, parts @ ..]) if operator == "all" => {
            parts.iter().flat_map(conditions).collect()
        }
        _ => vec![filter],
    }
}

/// A condition as QGIS knows it, if it does.
pub fn plain(condition: &Json) -> Option<Json> {
    if !legacy::is_expression_filter(condition) {
        return Some(condition.clone());
    }
    let list = condition.as_array()?;
    let (operator, arguments) = list.split_first()?;
    let operator = operator.as_str()?;
    match (operator, arguments) {
        ("all" | "any", parts) => {
            let parts = parts.iter().map(plain).collect::<Option<Vec<_>>>()?;
            Some([vec![json!(operator)], parts].concat().into())
        }
        ("has", [name]) => Some(json!(["has", column(name)?])),
        ("!", [inner]) => match inner.as_array()?.as_slice() {
            [has, name] if has == "has" => Some(json!(["!has", column(name)?])),
            _ => None,
        },
        ("==" | "!=", [of, value]) => {
            let is_plain = value.is_string() || value.is_number();
            is_plain.then_some(())?;
            Some(json!([operator, property(of)?, value]))
        }
        ("<" | "<=" | ">" | ">=", [of, value]) => {
            value.is_number().then_some(())?;
            Some(json!([operator, property(of)?, value]))
        }
        ("in", [of, values]) => match values.as_array()?.as_slice() {
            [literal, Json::Array(values)] if literal == "literal" => {
                Some([vec![json!("in"), property(of)?], values.clone()].concat().into())
            }
            _ => None,
        },
        _ => None,
    }
}

/// What `["get", name]` names.
fn property(json: &Json) -> Option<Json> {
    match json.as_array()?.as_slice() {
        [get, name] if get == "get" => column(name).map(Json::from),
        _ => None,
    }
}

/// The name of a column that is none of its own to a filter of old.
fn column(json: &Json) -> Option<&str> {
    json.as_str().filter(|name| !is_reserved(name))
}

/// Whether a filter of old means something else than a column by a name: the id, the geometry's type.
pub fn is_reserved(name: &str) -> bool {
    name.starts_with('$')
}

/// A filter for just these combinations of the values of some properties; `None` for all.
pub fn listing(columns: &[Arc<str>], combinations: &[&Object]) -> Option<Json> {
    let (first, rest) = columns.split_first()?;
    // Values of the first property by what may stand beside them.
    let mut by_rest: Vec<(Option<Json>, Vec<&Value<'static>>)> = Vec::new();
    let mut values: Vec<&Value<'static>> = Vec::new();
    for combination in combinations {
        let value = combination.get(first).unwrap_or(&Value::Null);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    for value in values {
        let has = |combination: &&&Object| combination.get(first).unwrap_or(&Value::Null) == value;
        let beside: Vec<&Object> = combinations.iter().filter(has).copied().collect();
        let beside = listing(rest, &beside);
        match by_rest.iter_mut().find(|(known, _)| *known == beside) {
            Some((_, values)) => values.push(value),
            None => by_rest.push((beside, vec![value])),
        }
    }
    let mut alternatives: Vec<Json> = Vec::new();
    for (beside, values) in by_rest {
        let condition = one_of(first, &values);
        alternatives.push(match beside {
            Some(beside) => json!(["all", condition, beside]),
            None => condition,
        });
    }
    match <[Json; 1]>::try_from(alternatives) {
        Ok([only]) => Some(only),
        Err(several) => Some([vec![json!("any")], several].concat().into()),
    }
}

fn one_of(name: &str, values: &[&Value<'static>]) -> Json {
    let given = values.iter().filter(|value| ***value != Value::Null);
    let given: Vec<Json> = given.map(|value| exact(value)).collect();
    let is_in = match given.as_slice() {
        [] => None,
        [only] => Some(json!(["==", name, only])),
        _ => Some([vec![json!("in"), json!(name)], given.clone()].concat().into()),
    };
    let is_absent = (given.len() < values.len()).then(|| json!(["!has", name]));
    match (is_in, is_absent) {
        (Some(is_in), Some(is_absent)) => json!(["any", is_absent, is_in]),
        (is_in, is_absent) => is_in.or(is_absent).unwrap_or_else(|| json!(["any"])),
    }
}

/// A value as it is compared: all of its digits.
fn exact(value: &Value<'_>) -> Json {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => {
            json!(*number as i64)
        }
        Value::Number(number) => json!(number),
        other => sampled::json(other),
    }
}

/// Below this, every whole number is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_qgis_knows_stays_and_is_written_as_of_old() {
        let cases = [
            (json!(["==", ["get", "a"], "b"]), Some(json!(["==", "a", "b"]))),
            (json!(["!", ["has", "a"]]), Some(json!(["!has", "a"]))),
            (
                json!(["in", ["get", "a"], ["literal", ["b", "c"]]]),
                Some(json!(["in", "a", "b", "c"])),
            ),
            (
                json!(["any", ["has", "a"], ["<", ["get", "b"], 2]]),
                Some(json!(["any", ["has", "a"], ["<", "b", 2]])),
            ),
            (json!(["in", "a", "b"]), Some(json!(["in", "a", "b"]))),
            (json!(["==", ["slice", ["get", "a"], 0, 2], "b"]), None),
            (json!(["==", ["get", "$type"], "b"]), None),
            (json!(["!", ["has", "$id"]]), None),
            (json!(["<", ["to-number", ["get", "a"], 5], 2]), None),
            (json!(["any", ["has", "a"], [">=", ["zoom"], 3]]), None),
        ];
        for (written, expected) in cases {
            assert_eq!(plain(&written), expected, "{written}");
        }
        let nested = json!(["all", ["all", ["has", "a"], ["has", "b"]], ["has", "c"]]);
        assert_eq!(conditions(&nested).len(), 3);
    }

    #[test]
    fn combinations_are_listed_briefly_and_no_others_pass() {
        let columns: [Arc<str>; 2] = ["cs".into(), "us".into()];
        let object = |cs: Json, us: Json| -> Object {
            let member = |name: &Arc<str>, json: &Json| (name.clone(), Value::from_json(json));
            [member(&columns[0], &cs), member(&columns[1], &us)].into()
        };
        let all = [
            object(json!("1"), json!("a")),
            object(json!("2"), json!("a")),
            object(json!("3"), json!(null)),
            object(json!("3"), json!(7)),
        ];
        let filter = listing(&columns, &all.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(
            filter,
            json!([
                "any",
                ["all", ["in", "cs", "1", "2"], ["==", "us", "a"]],
                ["all", ["==", "cs", "3"], ["any", ["!has", "us"], ["==", "us", 7]]],
            ])
        );
    }
}
