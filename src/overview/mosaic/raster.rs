//! Scan conversion: each cell takes the class of the polygon that holds its centre.

use std::ops::Range;

use super::{CELL_BITS, Class, NOTHING};
use crate::geo::shape::Shape;
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};

/// A square of cells of a zoom, counted over the whole world.
#[derive(Clone, Copy, Debug)]
pub struct CellWindow {
    /// World units a cell.
    cell: f64,
    x: i64,
    y: i64,
    /// Cells along a side.
    pub side: usize,
    /// Those before the tile's own and after them.
    halo: usize,
}

impl CellWindow {
    /// The cells of a tile and some more on each side.
    pub fn of_tile(tile: TileId, halo: usize) -> CellWindow {
        let first = |tile: u32| (i64::from(tile) << CELL_BITS) - halo as i64;
        CellWindow {
            cell: f64::exp2(f64::from(32 - CELL_BITS) - f64::from(tile.z())),
            x: first(tile.x()),
            y: first(tile.y()),
            side: (1 << CELL_BITS) + 2 * halo,
            halo,
        }
    }

    /// The part of the world that its cells cover.
    pub fn world_box(&self) -> WorldBox {
        // `as u32` saturates: what lies beyond the world's edge is cut.
        let at = |cell: i64| (cell as f64 * self.cell) as u32;
        let side = self.side as i64;
        WorldBox {
            min: WorldPoint { x: at(self.x), y: at(self.y) },
            max: WorldPoint { x: at(self.x + side), y: at(self.y + side) },
        }
    }

    /// Where a point lies in cells from the tile's north-western corner.
    pub fn place(&self, point: WorldPoint) -> (f64, f64) {
        let within = |origin: i64, world: u32| {
            f64::from(world) / self.cell - (origin + self.halo as i64) as f64
        };
        (within(self.x, point.x), within(self.y, point.y))
    }

    /// The first cell, from 0 to `side`, whose centre does not lie before a world coordinate.
    fn first_cell(&self, origin: i64, world: f64) -> usize {
        // Exact: the cell's size is a power of two. (`ceil` would be a call: the least processors that
        // we build for have no instruction for it.)
        let at = world / self.cell - 0.5;
        let cell = at as i64;
        let cell = cell + i64::from(at > cell as f64);
        (cell - origin).clamp(0, self.side as i64) as usize
    }
}

/// A square of cells and their classes; keeps its memory between tiles.
#[derive(Debug, Default)]
pub struct Raster {
    cells: Vec<Class>,
    side: usize,
    /// The rows beyond which there is nothing: a town at a low zoom has some fifty of a thousand.
    painted: Range<usize>,
    /// Where the rings of a polygon cross the centre lines of rows: row, then first cell beyond.
    crossings: Vec<u64>,
}

impl Raster {
    /// Begins anew, with nothing anywhere.
    pub fn clear(&mut self) {
        let painted = std::mem::take(&mut self.painted);
        self.cells[painted.start * self.side..painted.end * self.side].fill(NOTHING);
    }

    /// Whether nothing has been painted.
    pub fn is_empty(&self) -> bool {
        self.painted.is_empty()
    }

    /// The rows that something has been painted in, and those between them.
    pub fn painted(&self) -> Range<usize> {
        self.painted.clone()
    }

    /// The rows, from north to south.
    pub fn rows(&self) -> impl Iterator<Item = &[Class]> {
        self.cells.chunks_exact(self.side.max(1))
    }

    /// Gives a class to the cells whose centre a polygon holds, by the even–odd rule, and that have
    /// none yet: where polygons overlap, the first keeps the ground. Returns how many centres
    /// of the tile's own cells it holds, whoever keeps them.
    ///
    /// A crossing is worked out from its edge and its row alone, the edge read from north to south,
    /// so that it is the same in every window and for both polygons beside the edge. Centres on a
    /// border belong to the polygon east or south of it.
    pub fn paint(&mut self, window: &CellWindow, class: Class, shape: &Shape) -> usize {
        self.crossings.clear();
        for ring in shape.parts() {
            let Some(&last) = ring.last() else { continue };
            let mut from = last;
            let mut from_row = window.first_cell(window.y, f64::from(from.y));
            for &to in ring {
                let to_row = window.first_cell(window.y, f64::from(to.y));
                if from_row != to_row {
                    let edge = if from.y < to.y { (from, to) } else { (to, from) };
                    self.cross(window, edge, from_row.min(to_row)..from_row.max(to_row));
                }
                (from, from_row) = (to, to_row);
            }
        }
        if self.crossings.is_empty() {
            return 0;
        }
        if self.side != window.side {
            self.side = window.side;
            self.cells.clear();
            self.cells.resize(window.side * window.side, NOTHING);
        }
        self.crossings.sort_unstable();
        self.painted = cover(&self.painted, self.rows_crossed());
        let tile = window.halo..window.side - window.halo;
        let mut held = 0;
        for pair in self.crossings.chunks_exact(2) {
            let row = (pair[0] >> 32) as usize;
            let [from, to] = [pair[0], pair[1]].map(|crossing| crossing as u32 as usize);
            for cell in &mut self.cells[row * self.side..][from..to] {
                *cell = if *cell == NOTHING { class } else { *cell };
            }
            if tile.contains(&row) {
                held += to.clamp(tile.start, tile.end) - from.clamp(tile.start, tile.end);
            }
        }
        held
    }

    /// The rows of the crossings, which are in order.
    fn rows_crossed(&self) -> Range<usize> {
        let row = |crossing: Option<&u64>| crossing.map_or(0, |crossing| (crossing >> 32) as usize);
        row(self.crossings.first())..row(self.crossings.last()) + 1
    }

    fn cross(
        &mut self,
        window: &CellWindow,
        (north, south): (WorldPoint, WorldPoint),
        rows: Range<usize>,
    ) {
        let [x, y] = [north.x, north.y].map(f64::from);
        let slope = (f64::from(south.x) - x) / (f64::from(south.y) - y);
        for row in rows {
            let centre = ((window.y + row as i64) as f64 + 0.5) * window.cell;
            let column = window.first_cell(window.x, x + (centre - y) * slope);
            self.crossings.push((row as u64) << 32 | column as u64);
        }
    }
}

/// The least stretch of rows that holds two.
pub fn cover(one: &Range<usize>, other: Range<usize>) -> Range<usize> {
    if one.is_empty() {
        return other;
    }
    one.start.min(other.start)..one.end.max(other.end)
}
