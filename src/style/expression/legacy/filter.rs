//! Filters of old, which name properties without `get`, and how they are told from expressions.

use serde_json::{Value as Json, json};

/// Whether a filter is an expression: both ways have an `==`, and an `in`.
pub fn is_expression(filter: &Json) -> bool {
    sort(filter) != Sort::Legacy
}

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Expression,
    Legacy,
    /// Means the same in both.
    Neutral,
}

fn sort(filter: &Json) -> Sort {
    let list = match filter {
        Json::Bool(_) => return Sort::Neutral,
        Json::Array(list) if !list.is_empty() => list,
        _ => return Sort::Legacy,
    };
    let expression_if = |condition| if condition { Sort::Expression } else { Sort::Legacy };
    let is_list = |index: usize| list.get(index).is_some_and(Json::is_array);
    match list[0].as_str() {
        Some("has") => match list.get(1) {
            None => Sort::Legacy,
            Some(name) if *name == "$id" || *name == "$type" => Sort::Legacy,
            Some(_) if list.len() == 2 => Sort::Neutral,
            Some(_) => Sort::Expression,
        },
        Some("in") => expression_if(list.len() >= 3 && (!list[1].is_string() || is_list(2))),
        Some("!in" | "!has" | "none") => Sort::Legacy,
        Some("==" | "!=" | ">" | ">=" | "<" | "<=") => {
            expression_if(list.len() != 3 || is_list(1) || is_list(2))
        }
        Some("any" | "all") => {
            let mut whole = Sort::Neutral;
            for part in &list[1..] {
                match sort(part) {
                    Sort::Expression => return Sort::Expression,
                    Sort::Legacy => whole = Sort::Legacy,
                    Sort::Neutral => {}
                }
            }
            whole
        }
        _ => Sort::Expression,
    }
}

/// The expression for a filter of old: of operators that are false where the types differ, and for
/// which what is missing is not null.
///
/// # Errors
/// What is wrong with it, and where, by index.
pub fn convert(filter: &Json) -> Result<Json, (Vec<usize>, String)> {
    let list = match filter {
        Json::Null => return Ok(json!(true)),
        Json::Bool(_) => return Ok(filter.clone()),
        Json::Array(list) if !list.is_empty() => list,
        other => return Err((Vec::new(), format!("array expected, {} found", kind(other)))),
    };
    let operator = list[0].as_str().unwrap_or_default();
    let arguments = &list[1..];
    if arguments.is_empty() {
        return Ok(json!(operator != "any"));
    }
    let subject = || match &arguments[0] {
        Json::String(name) => Ok(name.as_str()),
        other => Err((vec![1], format!("string expected, {} found", kind(other)))),
    };
    let children = |negate: bool| {
        let mut parts = vec![json!(if operator == "any" { "any" } else { "all" })];
        for (index, part) in arguments.iter().enumerate() {
            let part = convert(part).map_err(|(mut path, message)| {
                path.insert(0, index + 1);
                (path, message)
            })?;
            parts.push(if negate { json!(["!", part]) } else { part });
        }
        Ok(Json::Array(parts))
    };
    match operator {
        "==" | "!=" | "<" | ">" | "<=" | ">=" => {
            let [_, value] = arguments else {
                let message =
                    format!("filter array for operator \"{operator}\" must have 3 elements");
                return Err((Vec::new(), message));
            };
            let name = subject()?;
            if value.is_array() || value.is_object() {
                let message = format!("string, number, or boolean expected, {} found", kind(value));
                return Err((vec![2], message));
            }
            if name == "$type" && !matches!(operator, "==" | "!=") {
                let message = format!("\"$type\" cannot be use with operator \"{operator}\"");
                return Err((Vec::new(), message));
            }
            let equal = if operator == "!=" { "==" } else { operator };
            let compared = match name {
                "$type" => json!([format!("filter-type-{equal}"), value]),
                "$id" => json!([format!("filter-id-{equal}"), value]),
                name => json!([format!("filter-{equal}"), name, value]),
            };
            Ok(if operator == "!=" { json!(["!", compared]) } else { compared })
        }
        "any" | "all" => children(false),
        "none" => children(true),
        "in" | "!in" => {
            let name = subject()?;
            let values = &arguments[1..];
            let contained = match name {
                _ if values.is_empty() => json!(false),
                "$type" => json!(["filter-type-in", ["literal", values]]),
                "$id" => json!(["filter-id-in", ["literal", values]]),
                name => json!(["filter-in-small", name, ["literal", values]]),
            };
            Ok(if operator == "!in" { json!(["!", contained]) } else { contained })
        }
        "has" | "!has" => {
            let has = match subject()? {
                "$type" => json!(true),
                "$id" => json!(["filter-has-id"]),
                name => json!(["filter-has", name]),
            };
            Ok(if operator == "!has" { json!(["!", has]) } else { has })
        }
        other => Err((
            vec![0],
            format!(
                "expected one of [==, !=, >, >=, <, <=, in, !in, all, any, none, has, !has], \"{other}\" found"
            ),
        )),
    }
}

/// What JSON is, as MapLibre names it.
pub fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_old_are_told_from_expressions() {
        for filter in [
            json!(["==", "class", "road"]),
            json!(["all", ["==", "$type", "Point"], ["has", "name"]]),
            json!(["in", "class", "a", "b"]),
            json!(["!has", "name"]),
            json!(["in", "name", ""]),
        ] {
            assert!(!is_expression(&filter), "{filter}");
        }
        for filter in [
            json!(["==", ["get", "class"], "road"]),
            json!(["all", ["==", ["get", "a"], 1], ["has", "name"]]),
            json!(["in", ["get", "class"], ["literal", ["a"]]]),
            json!(["has", "name"]),
            json!(["match", ["get", "a"], 1, true, false]),
            json!(true),
        ] {
            assert!(is_expression(&filter), "{filter}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_filter_of_old_says_where() {
        let wrong = |filter: &Json| convert(filter).unwrap_err();
        assert_eq!(wrong(&json!(["all", ["==", "a"]])).0, [1]);
        assert_eq!(wrong(&json!(["any", ["none", ["<", "$type", 1]]])).0, [1, 1]);
        assert_eq!(wrong(&json!(["none", ["in", 3, 4]])).0, [1, 1]);
    }
}
