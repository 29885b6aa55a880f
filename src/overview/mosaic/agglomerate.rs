//! Patches too small to see become patches that can be seen, so that each class keeps its area.
//!
//! Small cells are gathered into blobs, and each blob takes one class. What the truth has more of a
//! class than the picture so far is that class's deficit; it is carried from blob to blob, along
//! the Hilbert curve so that it is made good near where it arose. A class whose deficit is worth a
//! patch gets one, grown around the blob if need be; otherwise the blob goes to a neighbour. Not
//! "the largest neighbour eats the smaller one": that takes all houses out of a countryside. What
//! then still is too much or too little goes from patch to patch, corner by corner. All this within one
//! tile, from its own raw raster and a halo that says which patches are small.

use std::ops::Range;

use super::corners::View;
use super::patches::Patches;
use super::picture::{Picture, SIDE};
use super::raster::Raster;
use super::runs::Runs;
use super::sampling::SamplingError;
use super::{Class, HALO, MIN_PATCH};
use crate::geo::hilbert;
use crate::geo::tile::TileId;
use crate::geo::world::WorldPoint;
use crate::segment::importance::drawn;

/// Blobs begin in blocks of this side along the Hilbert curve, in reading order within a block.
const BLOCK: usize = 32;

/// How often what became too small by its neighbours' growth is looked for, at the most (two or
/// three times are usual), and how often that may make other patches grow.
const ROUNDS: usize = 12;
const GROWING_ROUNDS: usize = 2;

/// How often corners are looked for where some have been given away, at the most.
const EXCHANGES: usize = 8;

/// Makes the final raster of tiles; keeps its memory between them.
#[derive(Debug)]
pub struct Agglomerator {
    picture: Picture,
    /// The first cell of each block, along the Hilbert curve.
    blocks: Vec<usize>,
    runs: Runs,
    patches: Patches,
    sizes: Vec<u32>,
    /// Corners that may be given away, in an order that spreads them.
    corners: Vec<(u64, usize)>,
    /// Whose each cell is, as the first run of its patch.
    owners: Vec<u32>,
}

impl Default for Agglomerator {
    fn default() -> Agglomerator {
        let per_side = SIDE / BLOCK;
        let mut blocks: Vec<_> = (0..per_side * per_side)
            .map(|block| (block % per_side * BLOCK, block / per_side * BLOCK))
            .collect();
        // `index` is of the whole world's curve: blocks as its largest squares.
        let scale = (1u64 << 32) as usize / SIDE;
        blocks.sort_by_key(|&(x, y)| {
            hilbert::index(WorldPoint { x: (x * scale) as u32, y: (y * scale) as u32 })
        });
        Agglomerator {
            picture: Picture::default(),
            blocks: blocks.into_iter().map(|(x, y)| y * SIDE + x).collect(),
            runs: Runs::default(),
            patches: Patches::default(),
            sizes: Vec::new(),
            corners: Vec::new(),
            owners: Vec::new(),
        }
    }
}

impl Agglomerator {
    /// The final raster of a tile, from the raw one with [`HALO`] around it.
    pub fn finish(
        &mut self,
        tile: TileId,
        raw: &Raster,
        error: &SamplingError,
        seed: &dyn Fn(Class) -> u64,
    ) -> Runs {
        self.load(tile, raw, error, seed);
        let painted = self.picture.touched().clone();
        for first in &self.blocks {
            for row in (first / SIDE..first / SIDE + BLOCK).filter(|row| painted.contains(row)) {
                let start = row * SIDE + first % SIDE;
                self.picture.settle_small(start..start + BLOCK);
            }
        }
        self.picture.pay_the_rest();
        self.settle_remnants();
        self.picture.take_stock(&self.runs);
        if self.exchange() {
            self.settle_remnants();
        }
        std::mem::take(&mut self.runs)
    }

    /// Turns what is too small to see into something else until nothing is left of it.
    fn settle_remnants(&mut self) {
        for round in 0..=ROUNDS {
            self.runs.read_rows(SIDE as u16, self.picture.rows(), self.picture.touched());
            let remnants = self.remnants();
            if remnants.is_empty() || round == ROUNDS {
                break;
            }
            for remnant in remnants.chunk_by(|a, b| a.0 == b.0) {
                let cells = remnant.iter().flat_map(|(_, cells)| cells.clone());
                self.picture.settle(cells, round < GROWING_ROUNDS);
            }
        }
    }

    /// Lets patches give corners to neighbours for whose class they are worth more, and then those
    /// that this has made. Says whether any has.
    ///
    /// Only around what was given does anything change: looking through all cells after each round
    /// took half of the time of dense tiles.
    fn exchange(&mut self) -> bool {
        self.find_corners();
        let mut has_given = false;
        for _ in 0..EXCHANGES {
            if self.corners.is_empty() {
                break;
            }
            self.corners.sort_unstable();
            self.corners.dedup();
            for (_, cell) in std::mem::take(&mut self.corners) {
                let giver = self.owners[cell];
                if self.sizes[giver as usize] <= MIN_PATCH as u32 {
                    continue;
                }
                let Some(taker) = self.picture.give_corner(cell) else { continue };
                has_given = true;
                self.owners[cell] = self.owners[taker];
                self.sizes[giver as usize] -= 1;
                self.sizes[self.owners[taker] as usize] += 1;
                for row in [cell - SIDE, cell, cell + SIDE] {
                    let around = (row - 1..=row + 1).filter_map(|cell| corner(&self.picture, cell));
                    self.corners.extend(around);
                }
            }
        }
        has_given
    }

    /// Finds the corners that may be given, and whose the cells are.
    fn find_corners(&mut self) {
        self.corners.clear();
        self.owners.resize(SIDE * SIDE, 0);
        // Other rows are of one run.
        for row in self.picture.touched().clone() {
            for (run, (span, end)) in (self.runs.first(row) as u32..).zip(self.runs.spans(row)) {
                let owner = self.patches.root(run);
                let (first, end) =
                    (row * SIDE + usize::from(span.start), row * SIDE + usize::from(end));
                self.owners[first..end].fill(owner);
                // A corner is the first or the last cell of its run.
                self.corners.extend(corner(&self.picture, first));
                if end - first > 1 {
                    self.corners.extend(corner(&self.picture, end - 1));
                }
            }
        }
    }

    /// Takes the tile's cells and marks those of patches too small to see. The halo makes that
    /// exact: a patch that touches the tile and leaves the halo has more cells than the least.
    fn load(
        &mut self,
        tile: TileId,
        raw: &Raster,
        error: &SamplingError,
        seed: &dyn Fn(Class) -> u64,
    ) {
        let side = SIDE + 2 * HALO;
        self.runs.read_rows(side as u16, raw.rows(), &raw.painted());
        let rows = raw.rows().skip(HALO).take(SIDE);
        let rows = rows.map(|row| &row[HALO..HALO + SIDE]);
        let within = |row: usize| row.clamp(HALO, HALO + SIDE) - HALO;
        let painted = within(raw.painted().start)..within(raw.painted().end);
        self.picture.begin(tile, rows, painted, self.runs.classes(), error, seed);
        self.measure();
        for row in 0..SIDE {
            let first = self.runs.first(row + HALO) as u32;
            for (run, (span, end)) in (first..).zip(self.runs.spans(row + HALO)) {
                if self.sizes[self.patches.root(run) as usize] < MIN_PATCH as u32 {
                    let within = |x: u16| usize::from(x).clamp(HALO, HALO + SIDE) - HALO;
                    let start = row * SIDE;
                    self.picture.mark_small(start + within(span.start)..start + within(end));
                }
            }
        }
    }

    fn measure(&mut self) {
        let view = View { runs: &self.runs, ground: &self.runs, margin: 0 };
        self.patches.find(view);
        self.patches.sizes(view, &mut self.sizes);
    }

    /// What growing patches have left of others where that is too small to see: rows of cells, patch
    /// by patch. What touches the tile's edge may go on beyond it.
    fn remnants(&mut self) -> Vec<(u32, Range<usize>)> {
        self.measure();
        self.spare_the_edge();
        let mut remnants = Vec::new();
        for row in 0..SIDE {
            let (first, start) = (self.runs.first(row) as u32, row * SIDE);
            for (run, (span, end)) in (first..).zip(self.runs.spans(row)) {
                let patch = self.patches.root(run);
                if self.sizes[patch as usize] < MIN_PATCH as u32 {
                    remnants
                        .push((patch, start + usize::from(span.start)..start + usize::from(end)));
                }
            }
        }
        remnants.sort_by_key(|(patch, _)| *patch);
        remnants
    }

    /// Counts patches at the tile's edge as large enough.
    fn spare_the_edge(&mut self) {
        for row in 0..SIDE {
            let (first, after) = (self.runs.first(row), self.runs.first(row + 1));
            let at_edge = if row == 0 || row == SIDE - 1 { first..after } else { first..first + 1 };
            for run in at_edge.chain([after - 1]) {
                let patch = self.patches.root(run as u32);
                let size = &mut self.sizes[patch as usize];
                *size = (*size).max(MIN_PATCH as u32);
            }
        }
    }
}

/// A cell that may be given away, with its place in the order. None is at the tile's edge: what lies
/// beyond is not known.
fn corner(picture: &Picture, cell: usize) -> Option<(u64, usize)> {
    let inner = 1..SIDE - 1;
    let is_inner = inner.contains(&(cell % SIDE)) && inner.contains(&(cell / SIDE));
    (is_inner && picture.taker(cell).is_some()).then(|| (drawn(cell as u64), cell))
}
