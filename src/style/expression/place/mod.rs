//! Where a feature is: `within` polygons of a style, and its `distance` to shapes of it.

mod distance;
mod ruler;
mod within;

use serde_json::Value as Json;

use super::context::{Context, EXTENT, GeometryType};

/// A place in degrees, or in units of a tile.
pub(super) type Point = [f64; 2];

/// A simple shape of a style, in degrees.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A place.
    Point(Point),
    /// A line.
    Line(Vec<Point>),
    /// Rings, the outer one first.
    Polygon(Vec<Vec<Point>>),
}

/// The simple shapes of GeoJSON; none where it is not what it should be.
pub(super) fn shapes(json: &Json) -> Option<Vec<Shape>> {
    let mut found = Vec::new();
    match json.get("type")?.as_str()? {
        "FeatureCollection" => {
            for feature in json.get("features")?.as_array()? {
                geometry(feature.get("geometry")?, &mut found)?;
            }
        }
        "Feature" => geometry(json.get("geometry")?, &mut found)?,
        _ => geometry(json, &mut found)?,
    }
    Some(found)
}

fn geometry(json: &Json, found: &mut Vec<Shape>) -> Option<()> {
    let coordinates = json.get("coordinates")?;
    let each = |read: fn(&Json) -> Option<Shape>| -> Option<Vec<Shape>> {
        coordinates.as_array()?.iter().map(read).collect()
    };
    match json.get("type")?.as_str()? {
        "Point" => found.push(Shape::Point(point(coordinates)?)),
        "LineString" => found.push(Shape::Line(line(coordinates)?)),
        "Polygon" => found.push(Shape::Polygon(polygon(coordinates)?)),
        "MultiPoint" => found.extend(each(|json| point(json).map(Shape::Point))?),
        "MultiLineString" => found.extend(each(|json| line(json).map(Shape::Line))?),
        "MultiPolygon" => found.extend(each(|json| polygon(json).map(Shape::Polygon))?),
        _ => return None,
    }
    Some(())
}

fn point(json: &Json) -> Option<Point> {
    let numbers = json.as_array()?;
    Some([numbers.first()?.as_f64()?, numbers.get(1)?.as_f64()?])
}

fn line(json: &Json) -> Option<Vec<Point>> {
    json.as_array()?.iter().map(point).collect::<Option<Vec<_>>>().filter(|line| !line.is_empty())
}

fn polygon(json: &Json) -> Option<Vec<Vec<Point>>> {
    json.as_array()?.iter().map(line).collect::<Option<Vec<_>>>().filter(|rings| !rings.is_empty())
}

/// Whether the feature lies within one of some polygons.
pub(super) fn is_within(polygons: &[Shape], context: &Context<'_>) -> bool {
    let (Some(tile), Some(kind)) = (context.tile, context.feature.geometry_type()) else {
        return false;
    };
    match kind {
        GeometryType::Point | GeometryType::LineString => match context.feature.geometry() {
            Some(parts) => within::is_within(polygons, kind, &parts, tile),
            None => false,
        },
        GeometryType::Polygon | GeometryType::Unknown => false,
    }
}

/// How far the feature is from the nearest of some shapes, in metres; NaN where nobody knows.
pub(super) fn distance(shapes: &[Shape], context: &Context<'_>) -> f64 {
    let (Some(tile), Some(kind)) = (context.tile, context.feature.geometry_type()) else {
        return f64::NAN;
    };
    match context.feature.geometry() {
        Some(parts) => {
            let to_degrees = |part: &Vec<Point>| {
                part.iter().map(|place| to_degrees(*place, tile)).collect::<Vec<_>>()
            };
            let parts: Vec<_> = parts.iter().map(to_degrees).collect();
            distance::distance(shapes, kind, &parts)
        }
        None => f64::NAN,
    }
}

fn to_degrees([x, y]: Point, (zoom, column, row): (u8, u32, u32)) -> Point {
    let tiles = f64::from(zoom).exp2();
    let (x, y) = ((x / EXTENT + f64::from(column)) / tiles, (y / EXTENT + f64::from(row)) / tiles);
    use std::f64::consts::PI;
    let latitude = 360.0 / PI * ((180.0 - y * 360.0) * PI / 180.0).exp().atan() - 90.0;
    [x * 360.0 - 180.0, latitude]
}

/// Whether a place lies on a segment.
fn is_on(place: Point, from: Point, to: Point) -> bool {
    let (x1, y1) = (place[0] - from[0], place[1] - from[1]);
    let (x2, y2) = (place[0] - to[0], place[1] - to[1]);
    x1 * y2 - x2 * y1 == 0.0 && x1 * x2 <= 0.0 && y1 * y2 <= 0.0
}

/// Whether a place lies in a polygon; its border counts as is said.
fn is_inside(place: Point, rings: &[Vec<Point>], on_border: bool) -> bool {
    let mut inside = false;
    for ring in rings {
        for edge in ring.windows(2) {
            let (from, to) = (edge[0], edge[1]);
            if is_on(place, from, to) {
                return on_border;
            }
            let crosses = (from[1] > place[1]) != (to[1] > place[1]);
            let at = (to[0] - from[0]) * (place[1] - from[1]) / (to[1] - from[1]) + from[0];
            inside ^= crosses && place[0] < at;
        }
    }
    inside
}

/// Whether two segments cross, at a point inside both.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let area = |p: Point, q: Point, r: Point| {
        (p[0] - r[0]) * (q[1] - r[1]) - (q[0] - r[0]) * (p[1] - r[1])
    };
    let apart = |p, q, r, s| {
        let (first, second) = (area(p, r, s), area(q, r, s));
        first > 0.0 && second < 0.0 || first < 0.0 && second > 0.0
    };
    apart(a, b, c, d) && apart(c, d, a, b)
}
