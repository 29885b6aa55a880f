//! JSON → geometry on the world, from 0 to 1 across; each vertex of a line with its importance.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Data, NoGeoJson, Options, Whole};
use crate::render::source::clip::{Path, Shape, Vertex};
use crate::render::view::{TILE_SIZE, world};
use crate::style::expression::Keys;
use crate::style::expression::value::{Object, Value};

/// Collections in collections at most.
const DEEPEST: usize = 16;

/// Reads a collection, a feature or a geometry alone.
pub fn collection(
    json: &Json,
    keys: &Keys,
    options: &Options,
    out: &mut Vec<Whole>,
) -> Result<(), NoGeoJson> {
    match json.get("type").and_then(Json::as_str) {
        Some("FeatureCollection") => {
            let features = json.get("features").and_then(Json::as_array).ok_or(NoGeoJson)?;
            for (number, feature) in features.iter().enumerate() {
                one(feature, number, keys, options, out)?;
            }
            Ok(())
        }
        Some("Feature") => one(json, 0, keys, options, out),
        Some(_) => geometry(json, &Arc::default(), options, 0, out),
        None => Err(NoGeoJson),
    }
}

fn one(
    feature: &Json,
    number: usize,
    keys: &Keys,
    options: &Options,
    out: &mut Vec<Whole>,
) -> Result<(), NoGeoJson> {
    let properties: Arc<Object> = match feature.get("properties").map(Value::from_json) {
        Some(Value::Object(properties)) => properties,
        _ => Arc::default(),
    };
    let id = match feature.get("id") {
        _ if options.generate_id => Some(Value::Number(number as f64)),
        Some(Json::Null) | None => None,
        Some(id) => Some(Value::from_json(id)),
    };
    match feature.get("geometry") {
        None | Some(Json::Null) => Ok(()),
        Some(json) => geometry(json, &Arc::new(Data::new(id, properties, keys)), options, 0, out),
    }
}

fn geometry(
    json: &Json,
    data: &Arc<Data>,
    options: &Options,
    depth: usize,
    out: &mut Vec<Whole>,
) -> Result<(), NoGeoJson> {
    let coordinates = json.get("coordinates");
    let list = || coordinates.and_then(Json::as_array).ok_or(NoGeoJson);
    let tolerance = options.tolerance / TILE_SIZE / f64::from(options.maxzoom).exp2();
    let line = |json: &Json| line(json, tolerance, false);
    let ring = |json: &Json| line_or_ring(json, tolerance);
    let mut add = |shape: Shape| out.push(Whole { shape, data: data.clone() });
    match json.get("type").and_then(Json::as_str).ok_or(NoGeoJson)? {
        "Point" => add(Shape::Points(vec![position(coordinates.ok_or(NoGeoJson)?)?])),
        "MultiPoint" => {
            add(Shape::Points(list()?.iter().map(position).collect::<Result<_, _>>()?));
        }
        "LineString" => add(Shape::Lines(vec![line(coordinates.ok_or(NoGeoJson)?)?])),
        // Of a line that is measured, each is one of its own.
        "MultiLineString" if options.line_metrics => {
            for json in list()? {
                add(Shape::Lines(vec![line(json)?]));
            }
        }
        "MultiLineString" => {
            add(Shape::Lines(list()?.iter().map(line).collect::<Result<_, _>>()?));
        }
        "Polygon" => {
            add(Shape::Polygons(vec![list()?.iter().map(ring).collect::<Result<_, _>>()?]));
        }
        "MultiPolygon" => {
            let polygon = |json: &Json| -> Result<Vec<Path>, NoGeoJson> {
                json.as_array().ok_or(NoGeoJson)?.iter().map(ring).collect()
            };
            add(Shape::Polygons(list()?.iter().map(polygon).collect::<Result<_, _>>()?));
        }
        "GeometryCollection" if depth < DEEPEST => {
            let geometries = json.get("geometries").and_then(Json::as_array).ok_or(NoGeoJson)?;
            for json in geometries {
                geometry(json, data, options, depth + 1, out)?;
            }
        }
        _ => return Err(NoGeoJson),
    }
    Ok(())
}

fn position(json: &Json) -> Result<[f64; 2], NoGeoJson> {
    let ordinate = |axis: usize| json.get(axis).and_then(Json::as_f64).ok_or(NoGeoJson);
    // Latitudes beyond a pole come back on its other side, as browsers have it.
    let given = ordinate(1)?;
    let beyond = given.to_radians().sin().asin().to_degrees();
    let latitude = if given.abs() > 90.0 { beyond } else { given };
    let [x, y] = world([ordinate(0)?, latitude]);
    Ok([x, y.clamp(0.0, 1.0)])
}

fn line_or_ring(json: &Json, tolerance: f64) -> Result<Path, NoGeoJson> {
    line(json, tolerance, true)
}

fn line(json: &Json, tolerance: f64, is_ring: bool) -> Result<Path, NoGeoJson> {
    let positions = json.as_array().ok_or(NoGeoJson)?.iter();
    let vertex = |json: &Json| Ok(Vertex { at: position(json)?, importance: 0.0 });
    let mut vertices: Vec<Vertex> = positions.map(vertex).collect::<Result<_, _>>()?;
    let steps = || vertices.windows(2).map(|pair| (pair[0].at, pair[1].at));
    let size = if is_ring {
        steps().map(|(a, b)| (a[0] * b[1] - b[0] * a[1]) / 2.0).sum::<f64>().abs()
    } else {
        steps().map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
    };
    weigh(&mut vertices, tolerance * tolerance);
    if let Some(first) = vertices.first_mut() {
        first.importance = 1.0;
    }
    if let Some(last) = vertices.last_mut() {
        last.importance = 1.0;
    }
    Ok(Path { vertices, size, from: 0.0, to: size })
}

/// Douglas & Peucker (1973): each vertex gets the distance, squared, of which it was the farthest.
/// The middle one of several that are as far, so that a closed ring is halved.
fn weigh(vertices: &mut [Vertex], tolerance: f64) {
    let mut open = vec![(0, vertices.len().saturating_sub(1))];
    while let Some((first, last)) = open.pop() {
        if last - first < 2 {
            continue;
        }
        let middle = first + (last - first) / 2;
        let (a, b) = (vertices[first].at, vertices[last].at);
        let (mut farthest, mut most, mut off_middle) = (None, tolerance, last - first);
        for (index, vertex) in vertices.iter().enumerate().take(last).skip(first + 1) {
            let distance = squared_distance(vertex.at, a, b);
            if distance > most {
                (farthest, most) = (Some(index), distance);
            } else if distance == most && index.abs_diff(middle) < off_middle {
                (farthest, off_middle) = (Some(index), index.abs_diff(middle));
            }
        }
        if let Some(farthest) = farthest.filter(|_| most > tolerance) {
            vertices[farthest].importance = most;
            open.push((first, farthest));
            open.push((farthest, last));
        }
    }
}

fn squared_distance(point: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    let length = dx * dx + dy * dy;
    let along = if length == 0.0 {
        0.0
    } else {
        (((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length).clamp(0.0, 1.0)
    };
    let [x, y] = [a[0] + along * dx - point[0], a[1] + along * dy - point[1]];
    x * x + y * y
}
