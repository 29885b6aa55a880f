//! Functions of old: `{"stops": …}` over the zoom, over a property, or over both.

use serde_json::{Map, Value as Json, json};

use super::tokens;
use crate::style::expression::types::Type;

/// What a function is to give.
#[derive(Clone, Copy, Debug)]
pub struct Target<'t> {
    /// Its type.
    pub ty: &'t Type,
    /// The texts allowed, for one of a few.
    pub texts: Option<&'t [&'t str]>,
    /// The property's default, as JSON.
    pub default: Option<&'t Json>,
    /// Whether there is something between two values.
    pub interpolated: bool,
    /// Whether `{name}` in a text stands for a property.
    pub tokens: bool,
}

/// Whether JSON is a function of old.
pub fn is_function(json: &Json) -> bool {
    json.is_object()
}

/// The expression for a function of old.
///
/// # Errors
/// What is wrong with it.
pub fn convert(function: &Map<String, Json>, target: &Target<'_>) -> Result<Json, String> {
    let stops = match function.get("stops") {
        None => return identity(function, target),
        Some(Json::Array(stops)) if !stops.is_empty() => stops,
        Some(_) => return Err("array must have at least one stop".into()),
    };
    let stops: Vec<(&Json, &Json)> = stops
        .iter()
        .map(|stop| match stop.as_array().map(Vec::as_slice) {
            Some([input, output]) => Ok((input, output)),
            _ => Err("each stop must be a list of an input and an output".to_owned()),
        })
        .collect::<Result<_, _>>()?;
    let first = stops[0].0;
    if first.is_object() {
        return of_zoom_and_property(function, target, &stops);
    }
    let property = function.get("property");
    let output = |output: &Json| match output {
        Json::String(text) if property.is_none() && target.tokens => tokens::convert(text),
        output => literal(output),
    };
    let stops: Vec<(Json, Json)> =
        stops.into_iter().map(|(input, out)| (input.clone(), output(out))).collect();
    match property {
        Some(property) => of_property(function, property, target, &stops),
        None => of_zoom(function, target, &stops),
    }
}

fn identity(function: &Map<String, Json>, target: &Target<'_>) -> Result<Json, String> {
    let property = function.get("property").ok_or("missing required property \"property\"")?;
    let get = json!(["get", property]);
    let Some(default) = function.get("default") else {
        // Texts are coerced in expressions; a function of old asks for one.
        return Ok(match (target.ty, target.texts) {
            (Type::String, None) => json!(["string", get]),
            _ => get,
        });
    };
    if let Some(texts) = target.texts {
        return Ok(json!(["match", get, texts, get, default]));
    }
    Ok(match target.ty {
        Type::Color => json!(["to-color", get, literal(default)]),
        Type::Array(item, length) => {
            json!(["array", item.to_string(), length, get, literal(default)])
        }
        ty @ (Type::Number | Type::String | Type::Boolean) => {
            json!([ty.to_string(), get, literal(default)])
        }
        // Of these there is no operator that takes a second value: the default is for what is missing.
        ty => {
            let text = json!(["to-string", get]);
            let is_text = matches!(ty, Type::Formatted | Type::Image);
            let present = if is_text { text } else { get.clone() };
            json!(["case", ["==", get, null], literal(default), present])
        }
    })
}

fn of_zoom_and_property(
    function: &Map<String, Json>,
    target: &Target<'_>,
    stops: &[(&Json, &Json)],
) -> Result<Json, String> {
    let property = function.get("property").ok_or("missing required property \"property\"")?;
    let mut zooms: Vec<(f64, Vec<(Json, Json)>)> = Vec::new();
    for (input, output) in stops {
        let zoom = input.get("zoom").and_then(Json::as_f64);
        let zoom = zoom.ok_or("object stop key must have zoom")?;
        let value = input.get("value").ok_or("object stop key must have value")?;
        let stop = (value.clone(), literal(output));
        match zooms.iter_mut().find(|(known, _)| *known == zoom) {
            Some((_, stops)) => stops.push(stop),
            None => zooms.push((zoom, vec![stop])),
        }
    }
    let mut curve = if target.interpolated {
        vec![json!(operator(function)), easing(function), json!(["zoom"])]
    } else {
        vec![json!("step"), json!(["zoom"])]
    };
    // Base and colour space are those of the zoom: over the property it is linear.
    let mut of_value = function.clone();
    for name in ["base", "colorSpace"] {
        of_value.remove(name);
    }
    for (zoom, stops) in &zooms {
        let output = of_property(&of_value, property, target, stops)?;
        push(&mut curve, &json!(zoom), output, !target.interpolated);
    }
    complete(&mut curve);
    Ok(Json::Array(curve))
}

fn of_property(
    function: &Map<String, Json>,
    property: &Json,
    target: &Target<'_>,
    stops: &[(Json, Json)],
) -> Result<Json, String> {
    let get = json!(["get", property]);
    let default = function.get("default");
    let fallback = || match (default.or(target.default), target.ty) {
        (Some(default), _) => literal(default),
        (None, Type::Image) => json!(""),
        // Where there is no default, there is no value: the property is as if it were not written.
        (None, _) => json!(["error", "no stop of the function has this value"]),
    };
    let kind = kind(function, target)?;
    let mut curve = match kind {
        Kind::Categorical if stops[0].0.is_boolean() => {
            let mut case = vec![json!("case")];
            for (input, output) in stops {
                case.extend([json!(["==", get, input]), output.clone()]);
            }
            case.push(fallback());
            return Ok(Json::Array(case));
        }
        Kind::Categorical => {
            let mut labels = vec![json!("match"), get];
            for (input, output) in stops {
                push(&mut labels, input, output.clone(), false);
            }
            labels.push(fallback());
            return Ok(Json::Array(labels));
        }
        Kind::Interval => vec![json!("step"), json!(["number", get])],
        Kind::Exponential => {
            vec![json!(operator(function)), easing(function), json!(["number", get])]
        }
    };
    for (input, output) in stops {
        push(&mut curve, input, output.clone(), kind == Kind::Interval);
    }
    complete(&mut curve);
    Ok(match default {
        None => Json::Array(curve),
        Some(default) => {
            json!(["case", ["==", ["typeof", get], "number"], curve, literal(default)])
        }
    })
}

fn of_zoom(
    function: &Map<String, Json>,
    target: &Target<'_>,
    stops: &[(Json, Json)],
) -> Result<Json, String> {
    let kind = kind(function, target)?;
    let mut curve = match kind {
        Kind::Interval => vec![json!("step"), json!(["zoom"])],
        Kind::Exponential => vec![json!(operator(function)), easing(function), json!(["zoom"])],
        Kind::Categorical => return Err("missing required property \"property\"".into()),
    };
    for (input, output) in stops {
        push(&mut curve, input, output.clone(), kind == Kind::Interval);
    }
    complete(&mut curve);
    Ok(Json::Array(curve))
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Categorical,
    Interval,
    Exponential,
}

fn kind(function: &Map<String, Json>, target: &Target<'_>) -> Result<Kind, String> {
    match function.get("type").map(Json::as_str) {
        None if target.interpolated => Ok(Kind::Exponential),
        None => Ok(Kind::Interval),
        Some(Some("categorical")) => Ok(Kind::Categorical),
        Some(Some("interval")) => Ok(Kind::Interval),
        Some(Some("exponential")) => Ok(Kind::Exponential),
        Some(other) => Err(format!("Unknown function type {}", other.unwrap_or_default())),
    }
}

fn operator(function: &Map<String, Json>) -> &'static str {
    match function.get("colorSpace").and_then(Json::as_str) {
        Some("hcl") => "interpolate-hcl",
        Some("lab") => "interpolate-lab",
        _ => "interpolate",
    }
}

fn easing(function: &Map<String, Json>) -> Json {
    match function.get("base") {
        Some(base) if base.as_f64() != Some(1.0) => json!(["exponential", base]),
        _ => json!(["linear"]),
    }
}

/// Adds a stop. The same input twice was no mistake in a function.
fn push(curve: &mut Vec<Json>, input: &Json, output: Json, is_step: bool) {
    let is_same = |last: &Json| match (last.as_f64(), input.as_f64()) {
        (Some(last), Some(input)) => last == input,
        _ => last == input,
    };
    if curve.len() > 3 && is_same(&curve[curve.len() - 2]) {
        return;
    }
    // What lies before the first stop is the first output: its input says nothing.
    if !(is_step && curve.len() == 2) {
        curve.push(input.clone());
    }
    curve.push(output);
}

/// A step needs a stop: one that changes nothing.
fn complete(curve: &mut Vec<Json>) {
    if curve.len() == 3 && curve[0] == "step" {
        curve.extend([json!(0), curve[2].clone()]);
    }
}

fn literal(json: &Json) -> Json {
    match json {
        Json::Array(_) | Json::Object(_) => json!(["literal", json]),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(function: Json, ty: &Type, texts: Option<&[&str]>) -> Json {
        let interpolated = *ty == Type::Number;
        let target = Target { ty, texts, default: None, interpolated, tokens: false };
        convert(function.as_object().unwrap(), &target).unwrap()
    }

    #[test]
    fn the_base_of_a_function_of_zoom_and_property_is_that_of_the_zoom() {
        let stop =
            |zoom: u8, value: u8, output: u8| json!([{ "zoom": zoom, "value": value }, output]);
        let stops = [stop(1, 0, 2), stop(1, 9, 4), stop(5, 0, 6), stop(5, 9, 8)];
        let function = json!({ "property": "n", "base": 2, "stops": stops });
        let of_value = |low: u8, high: u8| {
            json!(["interpolate", ["linear"], ["number", ["get", "n"]], 0, low, 9, high])
        };
        let curve = converted(function, &Type::Number, None);
        assert_eq!(curve[1], json!(["exponential", 2]));
        assert_eq!((&curve[4], &curve[6]), (&of_value(2, 4), &of_value(6, 8)));
    }

    #[test]
    fn a_function_whose_property_has_no_default_gives_no_value_for_the_rest() {
        let function = json!({ "property": "n", "type": "categorical", "stops": [["a", 1]] });
        let choice = converted(function, &Type::Number, None);
        assert_eq!((&choice[2], &choice[4][0]), (&json!("a"), &json!("error")));
    }

    #[test]
    fn an_identity_has_a_default_whatever_its_type() {
        let function = || json!({ "type": "identity", "property": "p", "default": "a" });
        let choice = converted(function(), &Type::String, Some(&["a", "b"]));
        assert_eq!(choice, json!(["match", ["get", "p"], ["a", "b"], ["get", "p"], "a"]));
        let number = converted(function(), &Type::Number, None);
        assert_eq!(number, json!(["number", ["get", "p"], "a"]));
        for ty in [Type::Formatted, Type::Image] {
            let text = json!(["to-string", ["get", "p"]]);
            let expected = json!(["case", ["==", ["get", "p"], null], "a", text]);
            assert_eq!(converted(function(), &ty, None), expected);
        }
    }
}
