//! GeoJSON (RFC 7946) as somebody sent it → features that can be drawn, or all that is wrong with it.

use serde_json::{Value, json};

use super::simplestyle;
use crate::style::layer::mistake::Mistakes;

/// Positions of a line or a ring at most: which of them each zoom needs takes, at worst, their square.
const MOST_POSITIONS: usize = 10_000;
/// Collections in collections at most.
const DEEPEST: usize = 8;

/// The features, each with the properties that it is drawn by.
pub(super) fn features(json: &Value, mistakes: &mut Mistakes) -> Vec<Value> {
    let kind = json["type"].as_str();
    match kind {
        _ if !json.is_object() => {
            mistakes.note("", "must be an object of GeoJSON");
            Vec::new()
        }
        Some("FeatureCollection") => match json["features"].as_array() {
            Some(features) => {
                let feature = |(at, json)| feature(json, &format!("/features/{at}"), mistakes);
                features.iter().enumerate().filter_map(feature).collect()
            }
            None => {
                mistakes.note("/features", "must be a list of features");
                Vec::new()
            }
        },
        Some("Feature") => feature(json, "", mistakes).into_iter().collect(),
        _ => {
            geometry(json, "", 0, mistakes);
            vec![drawn(json, &Value::Null, "", mistakes)]
        }
    }
}

fn feature(json: &Value, pointer: &str, mistakes: &mut Mistakes) -> Option<Value> {
    if json["type"] != "Feature" {
        mistakes.note(format!("{pointer}/type"), "must be \"Feature\"");
        return None;
    }
    match json.get("geometry") {
        None => {
            mistakes.note(format!("{pointer}/geometry"), "must be a geometry, or null");
            return None;
        }
        Some(Value::Null) => return None,
        Some(json) => geometry(json, &format!("{pointer}/geometry"), 0, mistakes),
    }
    Some(drawn(&json["geometry"], &json["properties"], pointer, mistakes))
}

fn drawn(geometry: &Value, properties: &Value, pointer: &str, mistakes: &mut Mistakes) -> Value {
    let pointer = format!("{pointer}/properties");
    let properties = simplestyle::drawn_by(properties, &pointer, mistakes);
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn geometry(json: &Value, pointer: &str, depth: usize, mistakes: &mut Mistakes) {
    // How deep lists of positions lie in one another, and how many positions the innermost has.
    let (lists, least) = match json["type"].as_str() {
        Some("Point") => (0, 1),
        Some("MultiPoint") => (1, 1),
        Some("LineString") => (1, 2),
        Some("MultiLineString") => (2, 2),
        Some("Polygon") => (2, 4),
        Some("MultiPolygon") => (3, 4),
        Some("GeometryCollection") if depth < DEEPEST => {
            match json["geometries"].as_array() {
                Some(geometries) => {
                    for (at, json) in geometries.iter().enumerate() {
                        geometry(json, &format!("{pointer}/geometries/{at}"), depth + 1, mistakes);
                    }
                }
                None => mistakes.note(format!("{pointer}/geometries"), "must be a list"),
            }
            return;
        }
        _ => return mistakes.note(format!("{pointer}/type"), "must be a type of GeoJSON"),
    };
    let coordinates = format!("{pointer}/coordinates");
    positions(&json["coordinates"], &coordinates, (lists, least), mistakes);
}

fn positions(json: &Value, pointer: &str, (lists, least): (u8, usize), mistakes: &mut Mistakes) {
    let Some(list) = json.as_array() else {
        let is = if lists == 0 { "a position: longitude, latitude" } else { "a list" };
        return mistakes.note(pointer, format!("must be {is}"));
    };
    if lists == 0 {
        return position(list, pointer, mistakes);
    }
    if lists == 1 && list.len() < least {
        return mistakes.note(pointer, format!("must have {least} positions or more"));
    }
    if lists == 1 && list.len() > MOST_POSITIONS {
        return mistakes.note(pointer, format!("has more than {MOST_POSITIONS} positions"));
    }
    for (at, json) in list.iter().enumerate() {
        positions(json, &format!("{pointer}/{at}"), (lists - 1, least), mistakes);
    }
}

fn position(list: &[Value], pointer: &str, mistakes: &mut Mistakes) {
    if list.len() < 2 {
        return mistakes.note(pointer, "must be a position: longitude, latitude");
    }
    for (at, most) in [(0, 180.0), (1, 90.0)] {
        let degrees = list[at].as_f64();
        if !degrees.is_some_and(|degrees| (-most..=most).contains(&degrees)) {
            let message = format!("must be degrees from -{most} to {most}");
            mistakes.note(format!("{pointer}/{at}"), message);
        }
    }
}
