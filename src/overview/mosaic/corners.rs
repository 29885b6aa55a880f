//! Lattice corners of a raster in runs at which cells differ, and what is connected there.

use super::Class;
use super::runs::Runs;

/// The run of cells beyond the raster.
pub const OUTSIDE: u32 = u32::MAX;

/// A corner of the lattice and the runs of the four cells around it.
#[derive(Clone, Copy, Debug)]
pub struct Corner {
    /// Its column: the cell east of it has the same number.
    pub x: u16,
    /// Its row: the cell south of it has the same number.
    pub y: u16,
    /// The runs of the cells north-west, north-east, south-west and south-east of it.
    pub around: [u32; 4],
}

/// Two cells that touch in a corner only and belong together all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bridge {
    /// From north-west to south-east.
    Falling,
    /// From south-west to north-east.
    Rising,
}

/// A raster seen in runs: what is looked at, and the same with a margin around it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What is looked at.
    pub runs: &'a Runs,
    /// The same and more, so that what lies at the border is judged as in any other view.
    pub ground: &'a Runs,
    /// How many cells of `ground` lie before the first of `runs`.
    pub margin: u16,
}

impl View<'_> {
    /// Visits the corners of one lattice line, 0 to the raster's height, from west to east: both
    /// ends of the line, and all where the class changes along the row above or below.
    pub fn corners_of_line(self, line: usize, mut visit: impl FnMut(Corner)) {
        let runs = self.runs;
        let north = line.checked_sub(1).map_or(&[] as &[_], |row| runs.row(row));
        let (first_north, south) = (runs.first(line.saturating_sub(1)) as u32, runs.row(line));
        let first_south = if south.is_empty() { 0 } else { runs.first(line) as u32 };
        let width = runs.width();
        let (mut i, mut j) = (0, 0);
        let (mut nw, mut sw) = (OUTSIDE, OUTSIDE);
        loop {
            let next_north = north.get(i).map_or(width, |run| run.start);
            let next_south = south.get(j).map_or(width, |run| run.start);
            let x = next_north.min(next_south);
            let (mut ne, mut se) = (nw, sw);
            if x == width {
                (ne, se) = (OUTSIDE, OUTSIDE);
            } else {
                if x == next_north {
                    ne = first_north + i as u32;
                    i += 1;
                }
                if x == next_south {
                    se = first_south + j as u32;
                    j += 1;
                }
            }
            visit(Corner { x, y: line as u16, around: [nw, ne, sw, se] });
            if x == width {
                return;
            }
            (nw, sw) = (ne, se);
        }
    }

    /// The classes around a corner; `None` is outside.
    pub fn classes(self, corner: &Corner) -> [Option<Class>; 4] {
        corner.around.map(|run| self.runs.class(run))
    }

    /// Which cells across a corner belong together, where all four borders meet there. Two of one
    /// class do. Where both pairs could, the class that is rarer in the sixteen cells around: it is
    /// the road or the stream that sampling has made a chain of, and the other is the ground on
    /// both its sides.
    pub fn bridge(self, corner: &Corner, classes: [Option<Class>; 4]) -> Option<Bridge> {
        let [nw, ne, sw, se] = classes;
        if nw == ne || sw == se || nw == sw || ne == se {
            return None;
        }
        match (nw == se, ne == sw) {
            (false, false) => None,
            (true, false) => Some(Bridge::Falling),
            (false, true) => Some(Bridge::Rising),
            (true, true) => {
                let falling = self.balance(corner, nw, ne);
                Some(if (falling, nw) < (0, ne) { Bridge::Falling } else { Bridge::Rising })
            }
        }
    }

    /// How many more of the sixteen cells around a corner are of one class than of another.
    fn balance(self, corner: &Corner, one: Option<Class>, other: Option<Class>) -> i32 {
        let x = i32::from(corner.x) + i32::from(self.margin);
        let y = i32::from(corner.y) + i32::from(self.margin);
        let cells = (y - 2..y + 2).flat_map(|y| (x - 2..x + 2).map(move |x| (x, y)));
        cells
            .map(|(x, y)| self.ground.class_at(x, y))
            .map(|class| i32::from(class == one) - i32::from(class == other))
            .sum()
    }
}
