//! What of a geometry lies in a tile and around it, as far as its zoom shows it.

use super::{Options, UNITS, Whole};
use crate::geo::tile::TileId;
use crate::render::source::clip::{Path, Shape, clip};
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
