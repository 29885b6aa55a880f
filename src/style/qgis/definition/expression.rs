//! Filters, texts, and values over the zoom, as expressions of QGIS. What comes in is what the
//! profile writes: filters of old, constants, stops.

use std::fmt::Write;

use serde_json::Value as Json;

use super::super::TURNED_BY;
use super::xml::is_in_xml;
use crate::style::expression::color::Color;

/// The zoom, as QGIS calls it.
const ZOOM: &str = "@vector_tile_zoom";

/// A value over the zoom.
#[derive(Clone, Debug, PartialEq)]
pub enum OverZoom<T> {
    /// The same at all.
    Constant(T),
    /// Between stops by powers of a base.
    Stops(f64, Vec<(f64, T)>),
}

impl<T: Clone> OverZoom<T> {
    /// Of what a style has.
    pub fn read(json: &Json, value: impl Fn(&Json) -> Option<T>) -> Option<OverZoom<T>> {
        let Some(stops) = json["stops"].as_array() else {
            return value(json).map(OverZoom::Constant);
        };
        let stop = |stop: &Json| Some((stop[0].as_f64()?, value(&stop[1])?));
        let stops = stops.iter().map(stop).collect::<Option<Vec<_>>>()?;
        (!stops.is_empty()).then(|| OverZoom::Stops(json["base"].as_f64().unwrap_or(1.0), stops))
    }

    /// Its value at the last stop, for where QGIS wants one.
    pub fn some(&self) -> Option<&T> {
        match self {
            OverZoom::Constant(value) => Some(value),
            OverZoom::Stops(_, stops) => stops.last().map(|(_, value)| value),
        }
    }

    /// The expression that it is, unless it is constant: `between` gives that of two stops.
    fn expression(
        &self,
        constant: impl Fn(&T) -> String,
        between: impl Fn(f64, &(f64, T), &(f64, T)) -> String,
    ) -> Option<String> {
        let OverZoom::Stops(base, stops) = self else { return None };
        let (_, last) = stops.last()?;
        let mut expression = "CASE".to_owned();
        for pair in stops.windows(2) {
            let [from, to] = pair else { continue };
            let until = to.0;
            let value = between(*base, from, to);
            expression += &format!(" WHEN {ZOOM} < {until} THEN {value}");
        }
        Some(format!("{expression} ELSE {} END", constant(last)))
    }
}

impl OverZoom<f64> {
    /// Of a property of a style.
    pub fn number(json: &Json) -> Option<OverZoom<f64>> {
        OverZoom::read(json, Json::as_f64)
    }

    /// As an expression, times a factor.
    pub fn computed(&self, factor: f64) -> Option<String> {
        self.expression(
            |number| (number * factor).to_string(),
            |base, (from, a), (to, b)| scale(base, [*from, *to], [a * factor, b * factor]),
        )
    }
}

impl OverZoom<Color> {
    /// Of a property of a style.
    pub fn color(json: &Json) -> Option<OverZoom<Color>> {
        OverZoom::read(json, |json| json.as_str().and_then(Color::parse))
    }

    /// As an expression.
    pub fn computed(&self) -> Option<String> {
        self.expression(
            |color| format!("color_rgba({})", rgba(color)),
            |base, (from, a), (to, b)| {
                let parts = parts(a).into_iter().zip(parts(b));
                let parts = parts.map(|(a, b)| scale(base, [*from, *to], [a, b]));
                format!("color_rgba({})", parts.collect::<Vec<_>>().join(","))
            },
        )
    }
}

fn scale(base: f64, [from, to]: [f64; 2], [a, b]: [f64; 2]) -> String {
    match base {
        _ if a == b => a.to_string(),
        1.0 => format!("scale_linear({ZOOM},{from},{to},{a},{b})"),
        base => format!("scale_exp({ZOOM},{from},{to},{a},{b},{base})"),
    }
}

fn parts(color: &Color) -> [f64; 4] {
    [color.red, color.green, color.blue, color.alpha].map(|part| (part * 255.0).round())
}

/// A colour as QGIS writes it.
pub fn rgba(color: &Color) -> String {
    parts(color).map(|part| part.to_string()).join(",")
}

/// A filter; empty for all.
pub fn filter(json: &Json) -> String {
    let Some([operator, arguments @ ..]) = json.as_array().map(Vec::as_slice) else {
        return String::new();
    };
    let joined = |with: &str, nothing: &str| match arguments {
        [] => nothing.to_owned(),
        parts => {
            let parts = parts.iter().map(|part| format!("({})", filter(part)));
            parts.collect::<Vec<_>>().join(with)
        }
    };
    let name = || column(arguments.first().and_then(Json::as_str).unwrap_or_default());
    let listed = || {
        let values = arguments.iter().skip(1).map(literal);
        values.collect::<Vec<_>>().join(", ")
    };
    match operator.as_str().unwrap_or_default() {
        "all" => joined(" AND ", "TRUE"),
        "any" => joined(" OR ", "FALSE"),
        "none" => format!("NOT ({})", joined(" OR ", "FALSE")),
        "has" => format!("{} IS NOT NULL", name()),
        "!has" => format!("{} IS NULL", name()),
        "==" => format!("{} IS {}", name(), listed()),
        "!=" => format!("{} IS NOT {}", name(), listed()),
        "in" => format!("{} IN ({})", name(), listed()),
        "!in" => format!("coalesce({} NOT IN ({}), TRUE)", name(), listed()),
        comparison @ ("<" | "<=" | ">" | ">=") => format!("{} {comparison} {}", name(), listed()),
        // Nothing else is written; drawing nothing is better than drawing all.
        _ => "FALSE".to_owned(),
    }
}

/// A text of properties in braces.
pub fn template(text: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, inner)| Some((before, inner.split_once('}')?)))
    {
        parts.extend((!before.is_empty()).then(|| quoted(before)));
        parts.push(column(name));
        rest = after;
    }
    parts.extend((!rest.is_empty()).then(|| quoted(rest)));
    format!("concat({})", parts.join(", "))
}

/// By how much a feature of a layer is turned, where a column says it: degrees, clockwise.
pub fn turned_by(layer: &Json) -> Option<String> {
    let name = layer["metadata"][TURNED_BY].as_str()?;
    Some(format!("coalesce(to_real({}), 0)", column(name)))
}

fn column(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(json: &Json) -> String {
    match json {
        Json::String(text) if text.chars().all(is_in_xml) => quoted(text),
        Json::String(text) => format!("({})", quoted(text)),
        Json::Bool(true) => "TRUE".to_owned(),
        Json::Bool(false) => "FALSE".to_owned(),
        other => other.to_string(),
    }
}

/// A text as QGIS reads it. Characters that XML cannot hold are computed.
fn quoted(text: &str) -> String {
    let mut written = String::new();
    for c in text.chars() {
        match c {
            '\\' | '\'' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            c if is_in_xml(c) => written.push(c),
            c => _ = write!(written, "' || char({}) || '", u32::from(c)),
        }
    }
    format!("'{written}'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_is_an_expression() {
        let cases = [
            (json!(null), ""),
            (json!(["==", "a", "l'eau"]), "\"a\" IS 'l\\'eau'"),
            (json!(["in", "n", 1, 2]), "\"n\" IN (1, 2)"),
            (
                json!(["all", ["has", "a"], ["any", ["!has", "b"], ["<", "c", 3]]]),
                "(\"a\" IS NOT NULL) AND ((\"b\" IS NULL) OR (\"c\" < 3))",
            ),
            (json!(["none", ["has", "rep"]]), "NOT ((\"rep\" IS NOT NULL))"),
            (json!(["unknown", 1]), "FALSE"),
            (json!(["in", "a", "", "b\nc\t\\"]), "\"a\" IN ('', 'b\\nc\\t\\\\')"),
            (json!(["==", "a", "b\u{1}c"]), "\"a\" IS ('b' || char(1) || 'c')"),
        ];
        for (written, expected) in cases {
            assert_eq!(filter(&written), expected);
        }
        assert_eq!(template("n° {numero} {rep}"), "concat('n° ', \"numero\", ' ', \"rep\")");
    }

    #[test]
    fn a_curve_is_an_expression() {
        let width = OverZoom::number(&json!({ "base": 2, "stops": [[10, 1], [14, 3]] })).unwrap();
        assert_eq!(
            width.computed(1.0).unwrap(),
            "CASE WHEN @vector_tile_zoom < 14 THEN scale_exp(@vector_tile_zoom,10,14,1,3,2) ELSE 3 END"
        );
        let color = OverZoom::color(&json!("#ff0000")).unwrap();
        assert_eq!((color.computed(), rgba(color.some().unwrap())), (None, "255,0,0,255".into()));
    }
}
