//! Runs expression cases of the MapLibre style specification through the compiled engine:
//! `cargo run --release --example expression_suite -- CASES_DIR OUT.json`. Each `test.json` below the
//! folder is a case: an expression, the property it is for, inputs, and what is expected of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tuilerie::style::expression::legacy::{self, Target};
use tuilerie::style::expression::types::Type;
use tuilerie::style::expression::value::{Formatted, Object, Value};
use tuilerie::style::expression::{
    Allowed, Attribute, Context, Dependence, EXTENT, Expression, Feature, GeometryType, Key, Keys,
    ParseError, RuntimeError, Surroundings,
};

/// Where MapLibre's tests put the expression.
const ROOT: &str = "layers[0].paint.some-property";
/// Digits that are compared.
const DIGITS: i32 = 6;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [cases, out] = arguments.as_slice() else {
        eprintln!("expression_suite CASES_DIR OUT.json");
        return ExitCode::FAILURE;
    };
    match run(cases, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    find(folder, &mut files)?;
    files.sort();
    let mut misses = BTreeMap::new();
    for file in &files {
        let case: Json = serde_json::from_str(&fs::read_to_string(file)?)?;
        let found = evaluated(&case);
        let expected = &case["expected"];
        let name = file.parent().unwrap_or(file).strip_prefix(folder)?.display().to_string();
        if let Some(wrong) = ["compiled", "outputs"]
            .into_iter()
            .find(|part| !same(&found[part], expected.get(part).unwrap_or(&Json::Null)))
        {
            println!(
                "miss {name}: {wrong}\n  expected {}\n  found    {}",
                expected[wrong], found[wrong]
            );
            misses.insert(name, json!({ "expected": expected, "found": found }));
        }
    }
    let (cases, passed) = (files.len(), files.len() - misses.len());
    println!("{passed} of {cases} ({:.1} %)", 100.0 * passed as f64 / cases.max(1) as f64);
    let result = json!({ "cases": cases, "passed": passed, "misses": misses });
    fs::write(out, serde_json::to_string_pretty(&result)?)?;
    Ok(())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.file_name().is_some_and(|name| name == "test.json") {
            files.push(path);
        }
    }
    Ok(())
}

/// What the engine makes of a case, in the form of what is expected.
fn evaluated(case: &Json) -> Json {
    let expression = match parsed(case) {
        Ok(expression) => expression,
        Err(errors) => {
            let error = |error: &ParseError| json!({ "key": error.key, "error": error.message });
            let errors: Vec<Json> = errors.iter().map(error).collect();
            return json!({ "compiled": { "result": "error", "errors": errors } });
        }
    };
    let dependence = expression.dependence();
    let compiled = json!({
        "result": "success",
        "isFeatureConstant": matches!(dependence, Dependence::Constant | Dependence::Zoom),
        "isZoomConstant": matches!(dependence, Dependence::Constant | Dependence::Source),
        "type": expression.ty().to_string(),
    });
    if case.get("inputs").is_none() && case["expected"].get("outputs").is_none() {
        return json!({ "compiled": compiled });
    }
    let inputs = case["inputs"].as_array().map_or(&[][..], Vec::as_slice);
    let outputs: Vec<Json> =
        inputs.iter().map(|input| output(&expression, input, &case["globalState"])).collect();
    json!({ "compiled": compiled, "outputs": outputs })
}

fn parsed(case: &Json) -> Result<Expression, Vec<ParseError>> {
    let spec = &case["propertySpec"];
    let ty = type_of(spec);
    let parameters = &spec["expression"]["parameters"];
    let takes = |name: &str| parameters.as_array().is_none_or(|list| list.contains(&json!(name)));
    let interpolated = spec.get("expression").is_none_or(|e| e["interpolated"] == true);
    let allowed = Allowed { data: takes("feature"), zoom: takes("zoom"), interpolated };
    let texts: Option<Vec<&str>> =
        spec["values"].as_object().map(|values| values.keys().map(String::as_str).collect());
    let converted = case["expression"].as_object().map(|function| {
        let value = Type::Value;
        let target = Target {
            ty: ty.as_ref().unwrap_or(&value),
            texts: texts.as_deref(),
            default: spec.get("default"),
            interpolated,
            tokens: spec["tokens"] == true,
        };
        let wrong = |message| vec![ParseError { key: String::new(), message }];
        legacy::function(function, &target).map_err(wrong)
    });
    let expression = converted.transpose()?;
    let expression = expression.as_ref().unwrap_or(&case["expression"]);
    let coerce = spec["type"] == "string";
    Expression::parse(expression, ty, coerce, allowed)
}

fn type_of(spec: &Json) -> Option<Type> {
    let named = |name: &Json| match name.as_str()? {
        "color" => Some(Type::Color),
        "string" | "enum" => Some(Type::String),
        "number" => Some(Type::Number),
        "boolean" => Some(Type::Boolean),
        "formatted" => Some(Type::Formatted),
        "padding" => Some(Type::Padding),
        "numberArray" => Some(Type::NumberArray),
        "colorArray" => Some(Type::ColorArray),
        "projectionDefinition" => Some(Type::Projection),
        "resolvedImage" => Some(Type::Image),
        "variableAnchorOffsetCollection" => Some(Type::Anchors),
        _ => None,
    };
    if spec["type"] == "array" {
        let length = spec["length"].as_u64().map(|length| length as usize);
        return Some(Type::array(named(&spec["value"]).unwrap_or(Type::Value), length));
    }
    named(&spec["type"])
}

fn output(expression: &Expression, input: &Json, state: &Json) -> Json {
    let (globals, written) = (&input[0], &input[1]);
    let mut keys = Keys::default();
    let zoom = globals["zoom"].as_f64();
    // As the server does: for the zoom, where there is one.
    expression.intern(&mut keys);
    let compiled = expression.compile(&keys, zoom);
    let tile = tile(&globals["canonicalID"]);
    let feature = Made::new(written, tile, keys);
    let mut surroundings = Surroundings::default();
    if let Value::Object(state) = Value::from_json(state) {
        surroundings.state = Object::clone(&state);
    }
    let images = globals["availableImages"].as_array().map_or(&[][..], Vec::as_slice);
    let images = images.iter().filter_map(Json::as_str).map(str::to_owned).collect();
    surroundings.images = Some(images);
    let accumulated = globals.get("accumulated").map(Value::from_json);
    let progress = ["heatmapDensity", "lineProgress", "elevation"];
    let progress = progress.into_iter().find_map(|name| globals[name].as_f64());
    let mut context = Context::new(&feature, zoom.unwrap_or(f64::NAN), &surroundings);
    context.tile = tile;
    context.progress = progress.unwrap_or_default();
    context.accumulated = accumulated.as_ref();
    match compiled.explained(&context) {
        Ok(value) => shown(&value),
        Err(RuntimeError { path, message }) => {
            json!({ "error": format!("{ROOT}{path}: {message}") })
        }
    }
}

fn shown(value: &Value<'_>) -> Json {
    let list = |values: &[f64]| json!({ "values": values });
    match value {
        Value::Null | Value::Collator(_) => Json::Null,
        Value::Boolean(boolean) => json!(boolean),
        Value::Number(number) => json!(number),
        Value::String(text) => json!(&**text),
        Value::Color(color) => json!(color.premultiplied()),
        Value::Array(elements) => elements.iter().map(shown).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, member)| (key.to_string(), shown(member))).collect()
        }
        Value::Formatted(formatted) => sections(formatted),
        Value::Image(image) => json!({ "name": &*image.name, "available": image.available }),
        Value::Padding(sides) => list(sides),
        Value::NumberArray(numbers) => list(numbers),
        Value::ColorArray(colors) => {
            let part = |color: &tuilerie::style::expression::color::Color| {
                let [r, g, b, a] = color.premultiplied();
                json!({ "r": r, "g": g, "b": b, "a": a })
            };
            json!({ "values": colors.iter().map(part).collect::<Vec<_>>() })
        }
        Value::Anchors(anchors) => {
            let parts =
                anchors.iter().flat_map(|(anchor, offset)| [json!(anchor.name()), json!(offset)]);
            json!({ "values": parts.collect::<Vec<_>>() })
        }
        Value::Projection(p) => json!({ "from": *p.from, "to": *p.to, "transition": p.transition }),
    }
}

fn sections(formatted: &Formatted) -> Json {
    let section = |section: &tuilerie::style::expression::value::Section| {
        let color = section.color.map(|color| {
            let [r, g, b, a] = color.premultiplied();
            json!({ "r": r, "g": g, "b": b, "a": a })
        });
        let image = section.image.as_ref().map(|image| shown(&Value::Image(image.clone())));
        json!({
            "text": *section.text,
            "image": image,
            "scale": section.scale,
            "fontStack": section.fonts.as_deref(),
            "textColor": color,
            "verticalAlign": section.align.as_deref(),
        })
    };
    json!({ "sections": formatted.sections.iter().map(section).collect::<Vec<_>>() })
}

/// Whether two are the same, numbers to some digits.
fn same(found: &Json, expected: &Json) -> bool {
    match (found, expected) {
        (Json::Number(found), Json::Number(expected)) => {
            let (found, expected) =
                (found.as_f64().unwrap_or(f64::NAN), expected.as_f64().unwrap_or(f64::NAN));
            (found - expected).abs() <= expected.abs() * f64::EPSILON
                || stripped(found) == stripped(expected)
        }
        (Json::Array(found), Json::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| same(found, expected))
        }
        (Json::Object(found), Json::Object(expected)) => {
            found.len() == expected.len()
                && found.iter().all(|(key, found)| {
                    expected.get(key).is_some_and(|expected| same(found, expected))
                })
        }
        (found, expected) => found == expected,
    }
}

/// A number without the digits that are not compared. Twice, as MapLibre's tests do, by which their
/// expectations were written: the second time may take one more.
fn stripped(number: f64) -> f64 {
    if number == 0.0 {
        return number;
    }
    let unit = 10f64.powi((DIGITS - number.abs().log10().ceil() as i32).max(0));
    let once = (number * unit).floor() / unit;
    (once * unit).floor() / unit
}

fn tile(json: &Json) -> Option<(u8, u32, u32)> {
    let number = |key: &str| json[key].as_u64();
    Some((number("z")? as u8, number("x")? as u32, number("y")? as u32))
}

/// A feature of a case.
struct Made {
    keys: Keys,
    properties: Arc<Object>,
    state: Value<'static>,
    id: Option<Value<'static>>,
    kind: Option<GeometryType>,
    parts: Option<Vec<Vec<[f64; 2]>>>,
}

impl Made {
    fn new(written: &Json, tile: Option<(u8, u32, u32)>, keys: Keys) -> Made {
        let properties = match Value::from_json(&written["properties"]) {
            Value::Object(properties) => properties,
            _ => Arc::default(),
        };
        let geometry = &written["geometry"];
        let kind = geometry["type"].as_str().map(|kind| match kind.trim_start_matches("Multi") {
            "Point" => GeometryType::Point,
            "LineString" => GeometryType::LineString,
            "Polygon" => GeometryType::Polygon,
            _ => GeometryType::Unknown,
        });
        let parts = tile.filter(|_| kind.is_some()).map(|tile| {
            let mut parts = Vec::new();
            collect(&geometry["coordinates"], tile, &mut parts);
            parts
        });
        let id = written.get("id").map(Value::from_json);
        let state = Value::from_json(&written["featureState"]);
        Made { keys, properties, state, id, kind, parts }
    }
}

/// The parts of coordinates, however deep they lie.
fn collect(json: &Json, tile: (u8, u32, u32), parts: &mut Vec<Vec<[f64; 2]>>) {
    let Some(list) = json.as_array() else { return };
    if let Some(place) = place(json, tile) {
        parts.push(vec![place]);
    } else if list
        .first()
        .and_then(Json::as_array)
        .is_some_and(|first| first.iter().all(Json::is_number))
    {
        // A list of points is a line, and of MultiPoint parts of one point: `within` asks no more.
        parts.push(list.iter().filter_map(|json| place(json, tile)).collect());
    } else {
        list.iter().for_each(|json| collect(json, tile, parts));
    }
}

fn place(json: &Json, (zoom, column, row): (u8, u32, u32)) -> Option<[f64; 2]> {
    let (longitude, latitude) = (json.get(0)?.as_f64()?, json.get(1)?.as_f64()?);
    let tiles = f64::from(zoom).exp2();
    let angle = std::f64::consts::FRAC_PI_4 + latitude.to_radians() / 2.0;
    let x = (180.0 + longitude) / 360.0 * tiles - f64::from(column);
    let y = (180.0 - angle.tan().ln().to_degrees()) / 360.0 * tiles - f64::from(row);
    Some([x, y].map(|part| (part * EXTENT).round()))
}

impl Feature for Made {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(&self.keys.names()[key.index()])
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        self.properties.get(name).map(Attribute::of)
    }

    fn properties(&self) -> Arc<Object> {
        self.properties.clone()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        self.id.as_ref().map(Attribute::of)
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        self.kind
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        self.parts.clone()
    }

    fn state(&self, name: &str) -> Option<Attribute<'_>> {
        match &self.state {
            Value::Object(members) => members.get(name).map(Attribute::of),
            _ => None,
        }
    }
}
