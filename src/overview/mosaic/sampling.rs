//! The sampling error: what polygons cover more of the ground than the centres of cells say. Where
//! they are smaller than cells, chance decides which of them a cell shows, and a class that covers a
//! hundredth of a département would be off by a twentieth at z6. The picture pays it like any other deficit.
//!
//! Counted polygon by polygon against the centres that it holds itself, not against the cells that
//! it keeps: where polygons overlap, what the first one takes is no error. Where rings cross themselves or
//! each other, the area that they enclose is not that of the cells that they hold, and no error is known.

use super::raster::CellWindow;
use super::{CELLS, Class, NOTHING};
use crate::geo::shape::Shape;

/// The parts of a cell in which areas are added up: whole numbers, whose sum depends on no order. (A
/// tile has 2^20 cells.)
const PARTS: f64 = (1u64 << 32) as f64;

/// The sampling error of each class in a tile.
#[derive(Debug, Default)]
pub struct SamplingError {
    parts: Vec<i64>,
}

impl SamplingError {
    /// Begins anew, without errors.
    pub fn clear(&mut self) {
        self.parts.clear();
    }

    /// Adds a polygon that holds so many of the window's centres.
    pub fn add(&mut self, window: &CellWindow, class: Class, shape: &Shape, held: usize) {
        let class = usize::from(class);
        if self.parts.len() <= class {
            self.parts.resize(class + 1, 0);
        }
        let Within { area, border } = Within::of(window, shape);
        let error = area - held as f64;
        // Along a row each crossing is off by half a cell at most, and between rows each step aside.
        if error.abs() <= border / 2.0 {
            self.parts[class] += (error * PARTS).round() as i64;
        }
    }

    /// The error of each class in whole cells. What polygons cover more, nothing covers less.
    pub fn cells(&self) -> Vec<i32> {
        let whole = |parts: &i64| (*parts as f64 / PARTS).round() as i32;
        let mut cells: Vec<_> = self.parts.iter().map(whole).collect();
        let all: i32 = cells.iter().sum();
        if let Some(nothing) = cells.get_mut(usize::from(NOTHING)) {
            *nothing -= all;
        }
        cells
    }
}

/// What a window holds of a polygon.
struct Within {
    /// Its area, in cells. By Green's theorem it is the integral of x along the rings by y; with x held
    /// within the window and y cut to it, that of the polygon's part in the window.
    area: f64,
    /// The length of its rings, across and along, in cells, and a row that each may cross, however small.
    border: f64,
}

impl Within {
    fn of(window: &CellWindow, shape: &Shape) -> Within {
        let mut within = Within { area: 0.0, border: 0.0 };
        let held = |(x, y): (f64, f64)| (x.clamp(0.0, SIDE), y.clamp(0.0, SIDE));
        for ring in shape.parts() {
            let Some(last) = ring.last() else { continue };
            within.border += 2.0;
            let mut from = window.place(*last);
            for to in ring {
                let to = window.place(*to);
                within.area += swept(from, to);
                let ((west, north), (east, south)) = (held(from), held(to));
                within.border += (east - west).abs() + (south - north).abs();
                from = to;
            }
        }
        within
    }
}

/// Cells along a tile's side.
const SIDE: f64 = CELLS as f64;

/// What lies within a square of [`CELLS`] between an edge and the square's western side: negative
/// where the edge goes north.
fn swept(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (first, last) = (from.1.clamp(0.0, SIDE), to.1.clamp(0.0, SIDE));
    if first == last {
        return 0.0;
    }
    let slope = (to.0 - from.0) / (to.1 - from.1);
    let at = |y: f64| from.0 + (y - from.1) * slope;
    (last - first) * mean_within(at(first), at(last), SIDE)
}

/// The mean of what lies between two numbers, each held between 0 and `most`.
fn mean_within(a: f64, b: f64, most: f64) -> f64 {
    let held = |at: f64| at.clamp(0.0, most);
    let is_within = |at: f64| at == held(at);
    if is_within(a) && is_within(b) || held(a) == held(b) {
        return f64::midpoint(held(a), held(b));
    }
    // The integral of the held number from 0.
    let integral = |at: f64| held(at).powi(2) / 2.0 + most * (at - most).max(0.0);
    (integral(b) - integral(a)) / (b - a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::shape::{RingRole, ShapeKind};
    use crate::geo::tile::TileId;
    use crate::geo::world::WorldPoint;
    use crate::overview::mosaic::HALO;

    #[test]
    fn the_area_within_the_tile_counts_and_what_is_held_does_not() {
        let tile = TileId::new(6, 32, 23).unwrap();
        let window = CellWindow::of_tile(tile, HALO);
        // A cell has 2^16 world units along its side.
        let error = |ring: &[(f64, f64)], held: usize| {
            let at = |tile: u32, cells: f64| (tile << 26) + (cells * 65536.0) as u32;
            let ring: Vec<_> =
                ring.iter().map(|&(x, y)| WorldPoint { x: at(32, x), y: at(23, y) }).collect();
            let mut shape = Shape::new(ShapeKind::Polygon);
            shape.push_ring(&ring, RingRole::Exterior);
            let mut error = SamplingError::default();
            error.add(&window, 1, &shape, held);
            error.cells().last().copied()
        };
        let square = |from: f64, to: f64| [(from, from), (to, from), (to, to), (from, to)];
        assert_eq!(error(&square(10.0, 20.0), 97), Some(3));
        assert_eq!(error(&square(10.0, 20.0), 108), Some(-8));
        assert_eq!(error(&square(1004.0, 1044.0), 390), Some(10));
        assert_eq!(error(&square(1024.0, 1044.0), 0), Some(0));
        // A triangle whose corner is cut by the tile's eastern edge.
        assert_eq!(error(&[(984.0, 100.0), (1064.0, 140.0), (984.0, 180.0)], 2390), Some(10));
        // Two triangles of one ring, wound the other way each: they enclose nothing, and hold 50 centres.
        assert_eq!(error(&[(10.0, 10.0), (20.0, 20.0), (20.0, 10.0), (10.0, 20.0)], 50), Some(0));
    }
}
