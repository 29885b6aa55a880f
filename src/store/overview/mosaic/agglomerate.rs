//! Patches too small to see become patches that can be seen, so that each class keeps its area.
//!
//! Small cells are gathered into blobs, and each blob takes one class. What the truth has more of a
//! class than the picture so far is that class's deficit; it is carried from blob to blob, along
//! the Hilbert curve so that it is made good near where it arose. A class whose deficit is worth a
//! patch gets one, grown around the blob if need be; otherwise the blob goes to a neighbour. Not
//! "the largest neighbour eats the smaller one": that takes all houses out of a countryside. All
//! this within one tile, from its own raw raster and a halo that says which patches are small.

use std::cmp::Reverse;

use super::corners::View;
use super::patches::Patches;
use super::raster::Raster;
use super::runs::Runs;
use super::{CELLS, Class, HALO, MIN_PATCH};
use crate::geo::hilbert;
use crate::geo::tile::TileId;
use crate::geo::world::WorldPoint;

const SIDE: usize = CELLS as usize;

/// The largest blob. Twice the least that can be seen, so that cutting a cluster leaves few crumbs.
const MAX_BLOB: usize = 2 * MIN_PATCH;

/// Blobs begin in blocks of this side along the Hilbert curve, in reading order within a block.
const BLOCK: usize = 32;

/// How often what became too small by its neighbours' growth is looked for.
const ROUNDS: usize = 4;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// As the raw raster has it, or absorbed: a growing patch may take it.
    #[default]
    Open,
    /// In a patch too small to see, and in no blob yet.
    Small,
    /// In the blob at hand.
    Gathered,
    /// In a patch made of a blob: not to be eaten up by the next.
    Kept,
}

/// Makes the final raster of tiles; keeps its memory between them.
#[derive(Debug)]
pub struct Agglomerator {
    cells: Vec<Class>,
    states: Vec<State>,
    /// The first cell of each block, along the Hilbert curve.
    blocks: Vec<usize>,
    blob: Vec<usize>,
    rim: Vec<usize>,
    tally: Vec<(Class, u32)>,
    deficits: Vec<i32>,
    runs: Runs,
    patches: Patches,
    sizes: Vec<u32>,
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
            cells: Vec::new(),
            states: Vec::new(),
            blocks: blocks.into_iter().map(|(x, y)| y * SIDE + x).collect(),
            blob: Vec::new(),
            rim: Vec::new(),
            tally: Vec::new(),
            deficits: Vec::new(),
            runs: Runs::default(),
            patches: Patches::default(),
            sizes: Vec::new(),
        }
    }
}

impl Agglomerator {
    /// The final raster of a tile, from the raw one with [`HALO`] around it.
    pub fn finish(&mut self, tile: TileId, raw: &Raster) -> Runs {
        self.load(raw);
        self.dither(tile);
        for block in 0..self.blocks.len() {
            let first = self.blocks[block];
            for row in 0..BLOCK {
                for cell in first + row * SIDE..first + row * SIDE + BLOCK {
                    if self.states[cell] == State::Small {
                        self.gather(cell);
                        self.settle();
                    }
                }
            }
        }
        for _ in 0..ROUNDS {
            self.read_cells();
            if !self.absorb_remnants() {
                break;
            }
        }
        std::mem::take(&mut self.runs)
    }

    /// Takes the tile's cells and marks those of patches too small to see. The halo makes that
    /// exact: a patch that touches the tile and leaves the halo has more cells than the least.
    fn load(&mut self, raw: &Raster) {
        let side = SIDE + 2 * HALO;
        self.runs.read_rows(side as u16, raw.rows());
        self.cells.clear();
        let rows = raw.rows().skip(HALO).take(SIDE);
        rows.for_each(|row| self.cells.extend_from_slice(&row[HALO..HALO + SIDE]));
        self.states.clear();
        self.states.resize(SIDE * SIDE, State::Open);

        let view = View { runs: &self.runs, ground: &self.runs, margin: 0 };
        self.patches.find(view);
        self.patches.sizes(view, &mut self.sizes);
        for row in 0..SIDE {
            let first = self.runs.first(row + HALO) as u32;
            for (run, (span, end)) in (first..).zip(self.runs.spans(row + HALO)) {
                if self.sizes[self.patches.root(run) as usize] < MIN_PATCH as u32 {
                    let within = |x: u16| usize::from(x).clamp(HALO, HALO + SIDE) - HALO;
                    let cells = row * SIDE + within(span.start)..row * SIDE + within(end);
                    self.states[cells].fill(State::Small);
                }
            }
        }
    }

    /// Begins each class's deficit somewhere below one patch, drawn from tile and class: what never
    /// adds up to a patch in one tile does so in some of many, and the sum is right.
    fn dither(&mut self, tile: TileId) {
        let classes = self.cells.iter().max().map_or(0, |class| usize::from(*class) + 1);
        let place = u64::from(tile.z()) << 58 ^ u64::from(tile.x()) << 29 ^ u64::from(tile.y());
        self.deficits.clear();
        let drawn = |class: u64| (scramble(place ^ scramble(class)) % MIN_PATCH as u64) as i32;
        self.deficits.extend((0..classes as u64).map(drawn));
    }

    /// Gathers connected small cells, breadth first.
    fn gather(&mut self, first: usize) {
        self.blob.clear();
        self.blob.push(first);
        self.states[first] = State::Gathered;
        let mut next = 0;
        while let Some(&cell) = self.blob.get(next) {
            next += 1;
            for neighbour in neighbours(cell) {
                if self.blob.len() < MAX_BLOB && self.states[neighbour] == State::Small {
                    self.states[neighbour] = State::Gathered;
                    self.blob.push(neighbour);
                }
            }
        }
    }

    /// Decides what the blob becomes.
    fn settle(&mut self) {
        self.tally.clear();
        for &cell in &self.blob {
            count(&mut self.tally, self.cells[cell]);
        }
        for &(class, cells) in &self.tally {
            self.deficits[usize::from(class)] += cells as i32;
        }
        let deficit = |class: Class| self.deficits[usize::from(class)];
        let most_wanted = self
            .tally
            .iter()
            .max_by_key(|(class, cells)| (deficit(*class), *cells, Reverse(*class)))
            .map_or(0, |(class, _)| *class);
        let wanted = deficit(most_wanted);

        self.count_neighbours();
        let beside_its_like = self.tally.iter().any(|(class, _)| *class == most_wanted);
        let longest = self.tally.iter().max_by_key(|(class, cells)| (*cells, Reverse(*class)));
        match longest {
            _ if self.blob.len() >= MIN_PATCH => self.turn(most_wanted, State::Kept),
            _ if beside_its_like && wanted >= self.blob.len() as i32 => {
                self.turn(most_wanted, State::Open);
            }
            Some(&(class, _)) if wanted < MIN_PATCH as i32 => self.turn(class, State::Open),
            _ => {
                self.turn(most_wanted, State::Kept);
                self.grow(most_wanted);
            }
        }
    }

    /// Counts the borders of the blob with settled cells, by class.
    fn count_neighbours(&mut self) {
        self.tally.clear();
        for &cell in &self.blob {
            for neighbour in neighbours(cell) {
                if matches!(self.states[neighbour], State::Open | State::Kept) {
                    count(&mut self.tally, self.cells[neighbour]);
                }
            }
        }
    }

    fn turn(&mut self, class: Class, state: State) {
        self.deficits[usize::from(class)] -= self.blob.len() as i32;
        for &cell in &self.blob {
            self.cells[cell] = class;
            self.states[cell] = state;
        }
    }

    /// Grows the blob, which is kept as `class`, to the least that can be seen: round, into what is
    /// not kept itself.
    fn grow(&mut self, class: Class) {
        let cells = self.blob.len();
        let sum =
            |axis: fn(usize) -> usize| self.blob.iter().map(|&cell| axis(cell)).sum::<usize>();
        let (x, y) = (sum(|cell| cell % SIDE), sum(|cell| cell / SIDE));
        let distance = |cell: usize| {
            let (dx, dy) = ((cell % SIDE * cells).abs_diff(x), (cell / SIDE * cells).abs_diff(y));
            dx * dx + dy * dy
        };
        self.rim.clear();
        for at in 0..cells {
            self.extend_rim(self.blob[at]);
        }
        while self.blob.len() < MIN_PATCH {
            let nearest = (0..self.rim.len()).min_by_key(|&i| (distance(self.rim[i]), self.rim[i]));
            let Some(nearest) = nearest else { return };
            let cell = self.rim.swap_remove(nearest);
            self.deficits[usize::from(self.cells[cell])] += 1;
            self.deficits[usize::from(class)] -= 1;
            self.cells[cell] = class;
            self.states[cell] = State::Kept;
            self.blob.push(cell);
            self.extend_rim(cell);
        }
    }

    fn extend_rim(&mut self, cell: usize) {
        for neighbour in neighbours(cell) {
            if self.states[neighbour] != State::Kept && !self.rim.contains(&neighbour) {
                self.rim.push(neighbour);
            }
        }
    }

    fn read_cells(&mut self) {
        self.runs.read_rows(SIDE as u16, self.cells.chunks_exact(SIDE));
    }

    /// Gives what growing patches have left of others, where that is too small to see, to its
    /// neighbours; says whether there was any. What touches the tile's edge may go on beyond it.
    fn absorb_remnants(&mut self) -> bool {
        let view = View { runs: &self.runs, ground: &self.runs, margin: 0 };
        self.patches.find(view);
        self.patches.sizes(view, &mut self.sizes);
        self.spare_the_edge();
        let mut remnants = Vec::new();
        for row in 0..SIDE {
            let first = self.runs.first(row) as u32;
            for (run, (span, end)) in (first..).zip(self.runs.spans(row)) {
                let patch = self.patches.root(run);
                if self.sizes[patch as usize] < MIN_PATCH as u32 {
                    let row = row * SIDE;
                    remnants.push((patch, row + usize::from(span.start)..row + usize::from(end)));
                }
            }
        }
        remnants.sort_by_key(|(patch, _)| *patch);
        for remnant in remnants.chunk_by(|a, b| a.0 == b.0) {
            self.blob.clear();
            self.blob.extend(remnant.iter().flat_map(|(_, cells)| cells.clone()));
            self.blob.iter().for_each(|&cell| self.states[cell] = State::Gathered);
            self.count_neighbours();
            let longest = self.tally.iter().max_by_key(|(class, cells)| (*cells, Reverse(*class)));
            let class = longest.map_or(self.cells[self.blob[0]], |(class, _)| *class);
            self.turn(class, State::Open);
        }
        !remnants.is_empty()
    }

    /// Counts patches at the tile's edge as large.
    fn spare_the_edge(&mut self) {
        for row in 0..SIDE {
            let (first, after) = (self.runs.first(row), self.runs.first(row + 1));
            let at_edge = if row == 0 || row == SIDE - 1 { first..after } else { first..first + 1 };
            for run in at_edge.chain([after - 1]) {
                let patch = self.patches.root(run as u32);
                self.sizes[patch as usize] = MIN_PATCH as u32;
            }
        }
    }
}

/// The cells beside a cell, within the tile.
fn neighbours(cell: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (cell % SIDE, cell / SIDE);
    let beside = [
        (x > 0).then(|| cell - 1),
        (x + 1 < SIDE).then(|| cell + 1),
        (y > 0).then(|| cell - SIDE),
        (y + 1 < SIDE).then(|| cell + SIDE),
    ];
    beside.into_iter().flatten()
}

fn count(tally: &mut Vec<(Class, u32)>, class: Class) {
    match tally.iter_mut().find(|(counted, _)| *counted == class) {
        Some((_, cells)) => *cells += 1,
        None => tally.push((class, 1)),
    }
}

/// A number that shares no pattern with the one that it is made of.
///
/// Source: the finalizer of SplitMix64 (Steele, Lea & Flood, 2014).
fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
