//! A raster of classes as runs: where in each row a class begins. Dense land cover has some hundred
//! runs in a row of a thousand cells, so that what follows costs a tenth of what cells would.

use std::ops::Range;

use super::{Class, NOTHING};

/// From `start` to the next run of its row all cells are of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first cell.
    pub start: u16,
    /// What the ground is made of there.
    pub class: Class,
}

/// A raster in runs. Neighbours in a row differ in class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    width: u16,
    runs: Vec<Run>,
    /// Where each row ends in `runs`.
    ends: Vec<u32>,
}

/// Cells that are compared at a time: a processor's widest registers, twice.
const STRETCH: usize = 32;

impl Runs {
    /// A raster of a single class.
    pub fn uniform(width: u16, height: usize, class: Class) -> Runs {
        let mut runs = Runs::default();
        runs.clear(width);
        for _ in 0..height {
            runs.push(0, class);
            runs.finish_row();
        }
        runs
    }

    /// Forgets all rows and keeps the memory.
    pub fn clear(&mut self, width: u16) {
        self.width = width;
        self.runs.clear();
        self.ends.clear();
    }

    /// Begins a run in the row that is not finished yet, unless its class goes on.
    pub fn push(&mut self, start: u16, class: Class) {
        let begun = &self.runs[self.first(self.ends.len())..];
        if begun.last().is_none_or(|run| run.class != class) {
            self.runs.push(Run { start, class });
        }
    }

    /// Finishes a row, which must have begun at 0.
    pub fn finish_row(&mut self) {
        self.ends.push(self.runs.len() as u32);
    }

    /// Becomes the raster of cells, row after row; beyond the `painted` rows, which are not looked at, there
    /// is [`NOTHING`].
    pub fn read_rows<'a>(
        &mut self,
        width: u16,
        rows: impl Iterator<Item = &'a [Class]>,
        painted: &Range<usize>,
    ) {
        self.clear(width);
        for (number, row) in rows.enumerate() {
            if !painted.contains(&number) {
                self.runs.push(Run { start: 0, class: NOTHING });
                self.finish_row();
                continue;
            }
            let mut class = row.first().copied().unwrap_or(NOTHING);
            self.runs.push(Run { start: 0, class });
            // Most stretches are of one class: many cells are compared at a time.
            let (stretches, rest) = row.as_chunks::<STRETCH>();
            let mut start = 0;
            for stretch in stretches {
                if stretch.iter().fold(0, |other, cell| other | (cell ^ class)) != 0 {
                    class = self.read_changes(class, start, stretch);
                }
                start += STRETCH as u16;
            }
            self.read_changes(class, start, rest);
            self.finish_row();
        }
    }

    /// Begins a run wherever cells from `start` on change their class; returns the last one.
    fn read_changes(&mut self, mut class: Class, start: u16, cells: &[Class]) -> Class {
        for (x, &cell) in (start..).zip(cells) {
            if class != cell {
                self.runs.push(Run { start: x, class: cell });
                class = cell;
            }
        }
        class
    }

    /// Adds the columns from `from` up to `to` of a row of another raster to the row that is not
    /// finished yet, at `at`.
    pub fn push_part(&mut self, row: &[Run], from: u16, to: u16, at: u16) {
        if from >= to {
            return;
        }
        let first = row.partition_point(|run| run.start <= from).saturating_sub(1);
        for run in row[first..].iter().take_while(|run| run.start < to) {
            self.push(run.start.max(from) - from + at, run.class);
        }
    }

    /// Cells in a row.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.ends.len()
    }

    /// How many runs all rows have.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// One more than the highest class.
    pub fn classes(&self) -> usize {
        self.runs.iter().map(|run| usize::from(run.class) + 1).max().unwrap_or(0)
    }

    /// The place of a row's first run among all.
    pub fn first(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    /// The runs of a row; nothing for rows that do not exist.
    pub fn row(&self, row: usize) -> &[Run] {
        self.ends.get(row).map_or(&[], |&end| &self.runs[self.first(row)..end as usize])
    }

    /// The runs of a row with where each ends.
    pub fn spans(&self, row: usize) -> impl Iterator<Item = (Run, u16)> {
        let runs = self.row(row);
        let ends = runs.iter().skip(1).map(|run| run.start).chain([self.width]);
        runs.iter().copied().zip(ends)
    }

    /// The class of a run by its place among all.
    pub fn class(&self, run: u32) -> Option<Class> {
        self.runs.get(run as usize).map(|run| run.class)
    }

    /// The class of a cell; beyond the raster that of the nearest cell.
    pub fn class_at(&self, x: i32, y: i32) -> Option<Class> {
        let last = self.height().checked_sub(1)?;
        let row = self.row(y.clamp(0, last as i32) as usize);
        let x = x.clamp(0, i32::from(self.width) - 1) as u16;
        let after = row.partition_point(|run| run.start <= x);
        row.get(after.checked_sub(1)?).map(|run| run.class)
    }
}
