//! How far shapes are from one another: segment by segment, after a look at the boxes. MapLibre
//! divides large ones first; the distance is the same.

use super::ruler::Ruler;
use super::{Point, Shape, cross, is_inside};
use crate::style::expression::context::GeometryType;

/// From a feature's parts to the nearest shape.
pub(super) fn distance(shapes: &[Shape], kind: GeometryType, parts: &[Vec<Point>]) -> f64 {
    let Some(first) = parts.iter().flatten().next() else { return f64::NAN };
    let ruler = Ruler::at(first[1]);
    let own: Vec<Shape> = match kind {
        GeometryType::Point => parts.iter().flatten().map(|place| Shape::Point(*place)).collect(),
        // MapLibre joins the parts of a line; each alone is what is meant.
        GeometryType::LineString => parts.iter().map(|line| Shape::Line(line.clone())).collect(),
        GeometryType::Polygon => polygons(parts),
        GeometryType::Unknown => return f64::NAN,
    };
    let pairs = own.iter().flat_map(|own| shapes.iter().map(move |shape| (own, shape)));
    pairs.map(|(own, shape)| between(own, shape, &ruler)).fold(f64::INFINITY, f64::min)
}

/// Rings → polygons: a ring that turns as the first one does begins a new one.
fn polygons(rings: &[Vec<Point>]) -> Vec<Shape> {
    let mut polygons: Vec<Vec<Vec<Point>>> = Vec::new();
    let mut outer = None;
    for ring in rings {
        let area: f64 = ring
            .iter()
            .zip(ring.iter().cycle().skip(1))
            .map(|(p, q)| (q[0] - p[0]) * (p[1] + q[1]))
            .sum();
        if area == 0.0 && rings.len() > 1 {
            continue;
        }
        let turns = area < 0.0;
        match polygons.last_mut() {
            Some(last) if *outer.get_or_insert(turns) != turns => last.push(ring.clone()),
            _ => {
                outer.get_or_insert(turns);
                polygons.push(vec![ring.clone()]);
            }
        }
    }
    polygons.into_iter().map(Shape::Polygon).collect()
}

fn between(a: &Shape, b: &Shape, ruler: &Ruler) -> f64 {
    if has_vertex_in(a, b) || has_vertex_in(b, a) {
        return 0.0;
    }
    let mut least = f64::INFINITY;
    for [a1, a2] in segments(a) {
        for [b1, b2] in segments(b) {
            if cross(a1, a2, b1, b2) {
                return 0.0;
            }
            let distances = [
                ruler.to_segment(a1, b1, b2),
                ruler.to_segment(a2, b1, b2),
                ruler.to_segment(b1, a1, a2),
                ruler.to_segment(b2, a1, a2),
            ];
            least = distances.into_iter().fold(least, f64::min);
        }
    }
    least
}

/// Whether a vertex of one lies in the other.
fn has_vertex_in(shape: &Shape, polygon: &Shape) -> bool {
    match polygon {
        Shape::Polygon(rings) => segments(shape).any(|[place, _]| is_inside(place, rings, true)),
        _ => false,
    }
}

/// The segments of a shape; of a point, one without length.
fn segments(shape: &Shape) -> Box<dyn Iterator<Item = [Point; 2]> + '_> {
    let of_line = |line: &[Point]| -> Vec<[Point; 2]> {
        match line {
            [only] => vec![[*only, *only]],
            line => line.windows(2).map(|pair| [pair[0], pair[1]]).collect(),
        }
    };
    match shape {
        Shape::Point(place) => Box::new(std::iter::once([*place, *place])),
        Shape::Line(line) => Box::new(of_line(line).into_iter()),
        Shape::Polygon(rings) => {
            let close = |ring: &Vec<Point>| match (ring.last(), ring.first()) {
                (Some(last), Some(first)) if last != first => Some([*last, *first]),
                _ => None,
            };
            Box::new(rings.iter().flat_map(move |ring| {
                of_line(ring).into_iter().chain(close(ring)).collect::<Vec<_>>()
            }))
        }
    }
}
