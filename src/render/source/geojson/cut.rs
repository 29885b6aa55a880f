//! What of a geometry lies in a tile and around it, as far as its zoom shows it.

use super::convert::{Path, Shape, Vertex};
use super::{Options, UNITS, Whole};
use crate::geo::tile::TileId;
use crate::render::source::features::{Geometry, doubled_area};
use crate::render::view::TILE_SIZE;

/// A tile's place on the world, what is kept around it, what is too small for it.
pub struct Frame {
    west: [f64; 2],
    north: [f64; 2],
    corner: [f64; 2],
    across: f64,
    tolerance: f64,
}

impl Frame {
    pub fn new(id: TileId, options: &Options) -> Frame {
        let across = f64::from(id.z()).exp2();
        let buffer = options.buffer / TILE_SIZE;
        let corner = [f64::from(id.x()), f64::from(id.y())];
        let range = |at: f64| [(at - buffer) / across, (at + 1.0 + buffer) / across];
        let is_last = id.z() >= options.maxzoom;
        let tolerance = if is_last { 0.0 } else { options.tolerance / TILE_SIZE / across };
        Frame { west: range(corner[0]), north: range(corner[1]), corner, across, tolerance }
    }

    fn place(&self, at: [f64; 2]) -> [f64; 2] {
        let place =
            |axis: usize| (UNITS * (at[axis] * self.across - self.corner[axis]) + 0.5).floor();
        [place(0), place(1)]
    }
}

/// Copies of what leaves the world, on the side where it comes in again, at world coordinates from a
/// little below 0 to a little above 1.
pub fn wrap(features: Vec<Whole>, buffer: f64) -> Vec<Whole> {
    let copy = |whole: &Whole, range: [f64; 2], shift: f64| {
        let shape = clip(&whole.shape, 0, range)?;
        Some(Whole { shape: shifted(shape, shift), data: whole.data.clone() })
    };
    let mut all = Vec::new();
    let left = features.iter().filter_map(|whole| copy(whole, [-1.0 - buffer, buffer], 1.0));
    all.extend(left);
    all.extend(features.iter().filter_map(|whole| copy(whole, [-buffer, 1.0 + buffer], 0.0)));
    all.extend(features.iter().filter_map(|whole| copy(whole, [1.0 - buffer, 2.0 + buffer], -1.0)));
    all
}

fn shifted(mut shape: Shape, by: f64) -> Shape {
    if by != 0.0 {
        let shift = |path: &mut Path| path.vertices.iter_mut().for_each(|v| v.at[0] += by);
        match &mut shape {
            Shape::Points(points) => points.iter_mut().for_each(|point| point[0] += by),
            Shape::Lines(lines) => lines.iter_mut().for_each(shift),
            Shape::Polygons(polygons) => polygons.iter_mut().flatten().for_each(shift),
        }
    }
    shape
}

/// The features that a geometry gives in a tile. With lines that are measured, each piece is one; all
/// pieces of others are one.
pub fn cut(shape: &Shape, frame: &Frame) -> Vec<(Geometry, Option<[f64; 2]>)> {
    let shape = clip(shape, 0, frame.west).and_then(|shape| clip(&shape, 1, frame.north));
    let mut geometry = Geometry::default();
    match shape {
        None => return Vec::new(),
        Some(Shape::Points(points)) => {
            for point in points {
                geometry.push(frame.place(point));
                geometry.finish_part();
            }
        }
        Some(Shape::Lines(lines)) => {
            let mut part = None;
            for line in &lines {
                if line.size > 0.0 && line.size >= frame.tolerance {
                    part = Some([line.from / line.size, line.to / line.size]);
                }
                if frame.tolerance > 0.0 && line.size < frame.tolerance {
                    continue;
                }
                simplified(line, frame).for_each(|point| geometry.push(point));
                geometry.finish_part();
            }
            return if geometry.is_empty() { Vec::new() } else { vec![(geometry, part)] };
        }
        Some(Shape::Polygons(polygons)) => {
            for polygon in polygons {
                for (index, ring) in polygon.iter().enumerate() {
                    if frame.tolerance > 0.0 && ring.size < frame.tolerance * frame.tolerance {
                        continue;
                    }
                    let mut points: Vec<_> = simplified(ring, frame).collect();
                    if (doubled_area(&points) > 0.0) != (index == 0) {
                        points.reverse();
                    }
                    points.into_iter().for_each(|point| geometry.push(point));
                    geometry.finish_ring();
                }
            }
        }
    }
    if geometry.is_empty() { Vec::new() } else { vec![(geometry, None)] }
}

fn simplified(path: &Path, frame: &Frame) -> impl Iterator<Item = [f64; 2]> {
    let least = frame.tolerance * frame.tolerance;
    let kept = path.vertices.iter().filter(move |v| least == 0.0 || v.importance > least);
    kept.map(|vertex| frame.place(vertex.at))
}

/// What lies in a range of an axis; none where nothing does.
fn clip(shape: &Shape, axis: usize, range: [f64; 2]) -> Option<Shape> {
    let is_in = |at: &[f64; 2]| (range[0]..=range[1]).contains(&at[axis]);
    match shape {
        Shape::Points(points) => {
            let kept: Vec<_> = points.iter().copied().filter(is_in).collect();
            (!kept.is_empty()).then_some(Shape::Points(kept))
        }
        Shape::Lines(lines) => {
            let mut kept = Vec::new();
            lines.iter().for_each(|line| clip_line(line, axis, range, &mut kept));
            (!kept.is_empty()).then_some(Shape::Lines(kept))
        }
        Shape::Polygons(polygons) => {
            let polygon = |rings: &Vec<Path>| {
                let rings = rings.iter().map(|ring| clip_ring(ring, axis, range));
                let rings: Vec<Path> = rings.filter(|ring| ring.vertices.len() > 2).collect();
                (!rings.is_empty()).then_some(rings)
            };
            let kept: Vec<_> = polygons.iter().filter_map(polygon).collect();
            (!kept.is_empty()).then_some(Shape::Polygons(kept))
        }
    }
}

/// Where an edge meets a border: a vertex that every zoom needs.
fn crossing(a: [f64; 2], b: [f64; 2], axis: usize, at: f64) -> (Vertex, f64) {
    let share = (at - a[axis]) / (b[axis] - a[axis]);
    let mut point = [0.0; 2];
    point[axis] = at;
    point[1 - axis] = a[1 - axis] + (b[1 - axis] - a[1 - axis]) * share;
    (Vertex { at: point, importance: 1.0 }, share)
}

fn clip_line(line: &Path, axis: usize, [least, most]: [f64; 2], out: &mut Vec<Path>) {
    let piece = |from: f64| Path { vertices: Vec::new(), size: line.size, from, to: from };
    let mut open = piece(line.from);
    let mut finish = |open: &mut Path, next: f64| {
        if open.vertices.len() > 1 {
            out.push(std::mem::replace(open, piece(next)));
        } else {
            *open = piece(next);
        }
    };
    let mut travelled = line.from;
    for pair in line.vertices.windows(2) {
        let (a, b) = (pair[0].at, pair[1].at);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let is_in = |at: f64| (least..=most).contains(&at);
        if is_in(a[axis]) {
            if open.vertices.is_empty() {
                open.from = travelled;
            }
            open.vertices.push(pair[0]);
        }
        // The borders that the edge crosses, in its direction.
        let mut borders = [least, most];
        if a[axis] > b[axis] {
            borders.reverse();
        }
        for border in borders {
            let crosses =
                (a[axis] < border) != (b[axis] < border) && a[axis] != border && b[axis] != border;
            if !crosses {
                continue;
            }
            let (vertex, share) = crossing(a, b, axis, border);
            let enters = (border == least) == (a[axis] < b[axis]);
            if enters {
                open.from = travelled + share * length;
                open.vertices.push(vertex);
            } else {
                open.vertices.push(vertex);
                open.to = travelled + share * length;
                finish(&mut open, travelled);
            }
        }
        travelled += length;
        if is_in(a[axis]) && !is_in(b[axis]) && !open.vertices.is_empty() {
            // It left over a vertex that lies on the border.
            open.to = travelled - length;
            finish(&mut open, travelled);
        }
    }
    if let Some(last) = line.vertices.last().filter(|last| (least..=most).contains(&last.at[axis]))
    {
        open.vertices.push(*last);
    }
    open.to = line.to;
    finish(&mut open, line.to);
}

fn clip_ring(ring: &Path, axis: usize, [least, most]: [f64; 2]) -> Path {
    let mut kept = Path { vertices: Vec::new(), ..*ring };
    let is_in = |at: f64| (least..=most).contains(&at);
    for pair in ring.vertices.windows(2) {
        let (a, b) = (pair[0].at, pair[1].at);
        if is_in(a[axis]) {
            kept.vertices.push(pair[0]);
        }
        let mut borders = [least, most];
        if a[axis] > b[axis] {
            borders.reverse();
        }
        for border in borders {
            if (a[axis] < border && b[axis] > border) || (a[axis] > border && b[axis] < border) {
                kept.vertices.push(crossing(a, b, axis, border).0);
            }
        }
    }
    if let Some(last) = ring.vertices.last().filter(|last| is_in(last.at[axis])) {
        kept.vertices.push(*last);
    }
    if let (Some(first), Some(last)) = (kept.vertices.first().copied(), kept.vertices.last())
        && first.at != last.at
    {
        kept.vertices.push(first);
    }
    kept
}
