//! The picture of one tile: cells that are settled blob by blob, and each class's deficit.

use std::cmp::Reverse;
use std::ops::Range;

use super::raster::cover;
use super::runs::Runs;
use super::sampling::SamplingError;
use super::{CELLS, Class, MIN_PATCH, NOTHING};
use crate::geo::tile::TileId;
use crate::segment::importance::drawn;

/// Cells along the tile's side.
pub const SIDE: usize = CELLS as usize;

/// The largest blob. Twice the least that can be seen, so that cutting a cluster leaves few crumbs.
const MAX_BLOB: usize = 2 * MIN_PATCH;

/// What a cell of the blob's own weighs beside one of the deficit when the blob's class is chosen:
/// more makes the picture truer here, less makes it truer on the whole.
const TRUTH: i32 = 2;

/// Cells on each side in which a class is counted that might get a patch, and how many patches its
/// deficit must be worth where they hold less than one.
const REACH: usize = 6;
const SPARSE: usize = 3;

/// What part of itself a class may lack, or have too much, beside another before cells change.
const FAIR: i64 = 256;

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

/// A tile's cells; keeps its memory between tiles.
#[derive(Debug, Default)]
pub struct Picture {
    /// The truth, and the picture that is made of it.
    raw: Vec<Class>,
    cells: Vec<Class>,
    states: Vec<State>,
    /// The rows beyond which the truth and the picture are [`NOTHING`], all of it open.
    touched: Range<usize>,
    blob: Vec<usize>,
    rim: Vec<usize>,
    tally: Vec<(Class, u32)>,
    /// What the truth has more of each class than the picture has so far.
    deficits: Vec<i32>,
    /// What each class's deficit began with, and its last patch made of a blob.
    begun: Vec<i32>,
    last: Vec<Vec<usize>>,
    /// The cells of each class in the picture, when stock was last taken and since.
    shown: Vec<i64>,
}

impl Picture {
    /// Begins with the truth, row by row, all of it open, of classes below `classes`; beyond the `painted`
    /// rows it is [`NOTHING`].
    pub fn begin<'a>(
        &mut self,
        tile: TileId,
        rows: impl Iterator<Item = &'a [Class]>,
        painted: Range<usize>,
        classes: usize,
        error: &SamplingError,
        seed: &dyn Fn(Class) -> u64,
    ) {
        self.raw.resize(SIDE * SIDE, NOTHING);
        self.cells.resize(SIDE * SIDE, NOTHING);
        self.states.resize(SIDE * SIDE, State::Open);
        let before = cells_of(&std::mem::take(&mut self.touched));
        self.raw[before.clone()].fill(NOTHING);
        self.cells[before.clone()].fill(NOTHING);
        self.states[before].fill(State::Open);
        let cells = cells_of(&painted);
        let truth = self.raw[cells.clone()].chunks_exact_mut(SIDE);
        truth.zip(rows.skip(painted.start)).for_each(|(truth, row)| truth.copy_from_slice(row));
        self.cells[cells.clone()].copy_from_slice(&self.raw[cells]);
        self.touched = painted;
        self.dither(tile, classes, seed);
        for (deficit, cells) in self.deficits.iter_mut().zip(error.cells()) {
            *deficit += cells;
        }
    }

    /// The picture so far, row by row.
    pub fn rows(&self) -> impl Iterator<Item = &[Class]> {
        self.cells.chunks_exact(SIDE)
    }

    /// The rows beyond which there is [`NOTHING`].
    pub fn touched(&self) -> &Range<usize> {
        &self.touched
    }

    /// Says of cells that their patch is too small to see.
    pub fn mark_small(&mut self, cells: Range<usize>) {
        self.states[cells].fill(State::Small);
    }

    /// Settles the small cells among these, each with its blob.
    pub fn settle_small(&mut self, cells: Range<usize>) {
        // Without branches: most stretches have none, and are looked through at once.
        let any = |any, state: &State| any | (*state == State::Small);
        if !self.states[cells.clone()].iter().fold(false, any) {
            return;
        }
        for cell in cells {
            if self.states[cell] == State::Small {
                self.gather(cell);
                self.decide(true);
            }
        }
    }

    /// Settles cells that are one blob. Whether a patch may grow around it, or it must go to a
    /// neighbour.
    pub fn settle(&mut self, cells: impl Iterator<Item = usize>, may_grow: bool) {
        self.blob.clear();
        self.blob.extend(cells);
        self.blob.iter().for_each(|&cell| self.states[cell] = State::Gathered);
        self.decide(may_grow);
    }

    /// Begins each class's deficit somewhere below one patch, drawn from tile and class: what never
    /// adds up to a patch in one tile does so in some of many, and the sum is right.
    fn dither(&mut self, tile: TileId, classes: usize, seed: &dyn Fn(Class) -> u64) {
        let place = u64::from(tile.z()) << 58 ^ u64::from(tile.x()) << 29 ^ u64::from(tile.y());
        self.deficits.clear();
        let first = |class| (drawn(place ^ seed(class)) % MIN_PATCH as u64) as i32;
        self.deficits.extend((0..classes as Class).map(first));
        self.begun.clone_from(&self.deficits);
        self.last.iter_mut().for_each(Vec::clear);
        self.last.resize(classes, Vec::new());
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
    fn decide(&mut self, may_grow: bool) {
        self.tally.clear();
        for &cell in &self.blob {
            count(&mut self.tally, self.cells[cell]);
        }
        for &(class, cells) in &self.tally {
            self.deficits[usize::from(class)] += cells as i32;
        }
        let deficit = |class: Class| self.deficits[usize::from(class)];
        let worth = |cells: u32, class| deficit(class) + TRUTH * cells as i32;
        let wanted = self
            .tally
            .iter()
            .max_by_key(|(class, cells)| (worth(*cells, *class), *cells, Reverse(*class)))
            .map_or(NOTHING, |(class, _)| *class);
        let deficit = deficit(wanted);

        self.count_neighbours();
        let beside_its_like = self.tally.iter().any(|(class, _)| *class == wanted);
        match self.longest_border() {
            _ if self.blob.len() >= MIN_PATCH => self.turn(wanted, State::Kept),
            _ if beside_its_like && deficit >= self.blob.len() as i32 => {
                self.turn(wanted, State::Open);
            }
            Some(host) if !may_grow || deficit < self.price(wanted) => {
                self.turn(host, State::Open);
            }
            host => {
                self.turn(wanted, State::Kept);
                self.grow(wanted, host, MIN_PATCH);
            }
        }
    }

    /// The deficit at which a class gets a patch here: less where much of it lies around, so that
    /// patches gather where the class does, and towns stay towns.
    fn price(&self, class: Class) -> i32 {
        let is_dense = self.count_around(self.blob[0], class) >= MIN_PATCH;
        (MIN_PATCH * if is_dense { 1 } else { SPARSE }) as i32
    }

    /// The cells around one that are truly of a class.
    fn count_around(&self, cell: usize, class: Class) -> usize {
        let (x, y) = (cell % SIDE, cell / SIDE);
        let span = |at: usize| at.saturating_sub(REACH)..(at + REACH + 1).min(SIDE);
        let row = |y: usize| &self.raw[y * SIDE..][span(x)];
        span(y).flat_map(row).filter(|cell| **cell == class).count()
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

    /// The class that the counted cells have most of.
    fn longest_border(&self) -> Option<Class> {
        let longest = self.tally.iter().max_by_key(|(class, cells)| (*cells, Reverse(*class)));
        longest.map(|(class, _)| *class)
    }

    /// Gives what is left of a class's deficit to its last patch, and one to a class that has none
    /// and is worth one. Others keep what is left: there the dither is right over many tiles.
    pub fn pay_the_rest(&mut self) {
        for class in 0..self.last.len() as Class {
            std::mem::swap(&mut self.blob, &mut self.last[usize::from(class)]);
            if self.blob.is_empty()
                && self.owed(class) >= MIN_PATCH as i32
                && !self.is_shown(class)
                && let Some(cell) = self.densest(class)
            {
                self.blob.push(cell);
                self.deficits[usize::from(self.cells[cell])] += 1;
                self.turn(class, State::Kept);
            }
            let rest = self.owed(class);
            if rest > 0 && !self.blob.is_empty() {
                self.count_neighbours();
                self.tally.retain(|(beside, _)| *beside != class);
                let host = self.longest_border();
                self.grow(class, host, self.blob.len() + rest as usize);
            }
        }
    }

    fn is_shown(&self, class: Class) -> bool {
        let is_beyond = class == NOTHING && self.touched.len() < SIDE;
        is_beyond || self.cells[cells_of(&self.touched)].contains(&class)
    }

    /// Where a class has most around, of its cells that belong to no patch made of a blob.
    fn densest(&self, class: Class) -> Option<usize> {
        cells_of(&self.touched)
            .filter(|cell| self.raw[*cell] == class && self.states[*cell] != State::Kept)
            .max_by_key(|cell| (self.count_around(*cell, class), Reverse(*cell)))
    }

    /// Counts the cells of each class, and divides what is owed to classes that are not shown among
    /// those that are, but [`NOTHING`]: by the cells that they have.
    pub fn take_stock(&mut self, runs: &Runs) {
        self.shown.clear();
        self.shown.resize(self.deficits.len(), 0);
        for (run, end) in (0..SIDE).flat_map(|row| runs.spans(row)) {
            self.shown[usize::from(run.class)] += i64::from(end - run.start);
        }
        let something = &self.shown[usize::from(NOTHING) + 1..];
        let all: i64 = something.iter().sum();
        let (mut missing, mut left) = (0, all);
        for class in 0..self.shown.len() {
            if self.shown[class] == 0 {
                missing += i64::from(self.owed(class as Class));
                self.deficits[class] = self.begun[class];
            }
        }
        // Each class takes its share of what is left, so that nothing is left after the last.
        for class in usize::from(NOTHING) + 1..self.shown.len() {
            if self.shown[class] > 0 {
                let share = missing * self.shown[class] / left;
                self.deficits[class] += share as i32;
                missing -= share;
                left -= self.shown[class];
            }
        }
    }

    /// What the truth has more of a class than the picture.
    fn owed(&self, class: Class) -> i32 {
        self.deficits[usize::from(class)] - self.begun[usize::from(class)]
    }

    /// Whether a cell of one class is worth more as another: what is owed to that one is more than
    /// what is owed to this, in proportion to what each has, by a [`FAIR`]th and after the cell has
    /// changed. So cells go from class to class to where they are missing. The ground's outline
    /// moves only where nothing itself has too little or too much.
    pub fn is_worth_more(&self, one: Class, other: Class) -> bool {
        let [a, b] = [one, other].map(|class| i64::from(self.owed(class)));
        if one == NOTHING || other == NOTHING {
            return a < 0 && b > 0;
        }
        let [has_a, has_b] = [one, other].map(|class| self.shown[usize::from(class)]);
        ((b - 1) * has_a - (a + 1) * has_b) * FAIR > has_a * has_b
    }

    /// Gives a cell within the tile to a neighbour of a class for which it is worth more, if it is a
    /// corner: and of a patch at least two cells wide there, so that what gives and what takes stay
    /// in one piece, and borders only become rounder. Returns a cell of the one that takes it.
    pub fn give_corner(&mut self, cell: usize) -> Option<usize> {
        let taker = self.taker(cell)?;
        let class = self.cells[taker];
        let own = std::mem::replace(&mut self.cells[cell], class);
        for (class, cells) in [(own, 1), (class, -1)] {
            self.deficits[usize::from(class)] += cells;
            self.shown[usize::from(class)] -= i64::from(cells);
        }
        Some(taker)
    }

    /// The cell beside a cell that would take it by [`Picture::give_corner`].
    pub fn taker(&self, cell: usize) -> Option<usize> {
        let at = |x: isize, y: isize| cell.wrapping_add_signed(x + y * SIDE as isize);
        let class = |x: isize, y: isize| self.cells[at(x, y)];
        let own = class(0, 0);
        [(-1, -1), (1, -1), (-1, 1), (1, 1)].into_iter().find_map(|(x, y)| {
            let other = class(x, y);
            let is_corner = other != own
                && [class(x, 0), class(0, y)] == [other; 2]
                && [class(-x, 0), class(0, -y), class(-x, -y)] == [own; 3];
            (is_corner && self.is_worth_more(own, other)).then(|| at(x, 0))
        })
    }

    fn turn(&mut self, class: Class, state: State) {
        self.deficits[usize::from(class)] -= self.blob.len() as i32;
        for &cell in &self.blob {
            self.cells[cell] = class;
            self.states[cell] = state;
        }
        if state == State::Kept {
            self.last[usize::from(class)].clone_from(&self.blob);
        }
    }

    /// Grows the blob, which is kept as `class`, to the least number of cells: round, but along
    /// what is truly of that class (a road that sampling has broken becomes a dash of road, no
    /// bead), and rather into its `host`, on whose ground it lies, than across a border.
    fn grow(&mut self, class: Class, host: Option<Class>, least: usize) {
        let cells = self.blob.len();
        let sum =
            |axis: fn(usize) -> usize| self.blob.iter().map(|&cell| axis(cell)).sum::<usize>();
        let (x, y) = (sum(|cell| cell % SIDE), sum(|cell| cell / SIDE));
        self.rim.clear();
        for at in 0..cells {
            self.extend_rim(self.blob[at]);
        }
        while self.blob.len() < least {
            let cost = |cell: usize| {
                let (dx, dy) =
                    ((cell % SIDE * cells).abs_diff(x), (cell / SIDE * cells).abs_diff(y));
                let distance = dx * dx + dy * dy;
                match () {
                    () if self.raw[cell] == class => distance / 8,
                    () if Some(self.cells[cell]) == host => distance,
                    () => distance * 8,
                }
            };
            let cheapest = (0..self.rim.len()).min_by_key(|&i| (cost(self.rim[i]), self.rim[i]));
            let Some(cheapest) = cheapest else { break };
            let cell = self.rim.swap_remove(cheapest);
            self.deficits[usize::from(self.cells[cell])] += 1;
            self.deficits[usize::from(class)] -= 1;
            self.cells[cell] = class;
            self.states[cell] = State::Kept;
            self.touched = cover(&self.touched, row_of(cell));
            self.blob.push(cell);
            self.extend_rim(cell);
        }
        self.last[usize::from(class)].clone_from(&self.blob);
    }

    fn extend_rim(&mut self, cell: usize) {
        for neighbour in neighbours(cell) {
            if self.states[neighbour] != State::Kept && !self.rim.contains(&neighbour) {
                self.rim.push(neighbour);
            }
        }
    }
}

fn cells_of(rows: &Range<usize>) -> Range<usize> {
    rows.start * SIDE..rows.end * SIDE
}

fn row_of(cell: usize) -> Range<usize> {
    cell / SIDE..cell / SIDE + 1
}

/// The cells beside a cell; at the tile's edge the cell itself stands for those beyond.
fn neighbours(cell: usize) -> [usize; 4] {
    let (x, y) = (cell % SIDE, cell / SIDE);
    [
        cell - usize::from(x > 0),
        cell + usize::from(x + 1 < SIDE),
        if y > 0 { cell - SIDE } else { cell },
        if y + 1 < SIDE { cell + SIDE } else { cell },
    ]
}

fn count(tally: &mut Vec<(Class, u32)>, class: Class) {
    match tally.iter_mut().find(|(counted, _)| *counted == class) {
        Some((_, cells)) => *cells += 1,
        None => tally.push((class, 1)),
    }
}
