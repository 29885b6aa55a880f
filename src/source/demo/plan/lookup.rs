//! Which of many areas a point lies in, and whether it lies in a large one.

use crate::source::demo::geometry::areas::{Area, edges, is_within};
use crate::source::demo::geometry::vector::{Vector, at};

/// The width of its boxes, in metres.
const BOX: f64 = 60.0;
const COLUMNS: usize = 140;
const ROWS: usize = 110;

/// Areas in the order in which they lie over each other, the uppermost last.
#[derive(Debug)]
pub struct Lookup<'a> {
    areas: Vec<(&'a Area, u32, Vector, Vector)>,
    boxes: Vec<Vec<u32>>,
}

impl<'a> Lookup<'a> {
    pub fn of(areas: impl Iterator<Item = (&'a Area, u32)>) -> Lookup<'a> {
        let mut lookup = Lookup { areas: Vec::new(), boxes: vec![Vec::new(); COLUMNS * ROWS] };
        for (area, label) in areas {
            let (low, high) = area.bounds();
            let number = lookup.areas.len() as u32;
            let [(west, south), (east, north)] = [low, high].map(place);
            for row in south..=north {
                for column in west..=east {
                    lookup.boxes[row * COLUMNS + column].push(number);
                }
            }
            lookup.areas.push((area, label, low, high));
        }
        lookup
    }

    /// The label of the uppermost area that a point lies in.
    pub fn at(&self, point: Vector) -> Option<u32> {
        let (column, row) = place(point);
        self.boxes[row * COLUMNS + column].iter().rev().find_map(|&number| {
            let (area, label, low, high) = self.areas[number as usize];
            let near =
                low.x <= point.x && point.x <= high.x && low.y <= point.y && point.y <= high.y;
            (near && area.contains(point)).then_some(label)
        })
    }
}

/// The height of its rows, in metres.
const ROW: f64 = 20.0;

/// Areas apart from each other with long borders, which are asked for thousands of points: their
/// edges by the rows that they touch.
#[derive(Debug)]
pub struct Region {
    south: f64,
    rows: Vec<Vec<(Vector, Vector)>>,
}

impl Region {
    pub fn of(areas: &[Area]) -> Region {
        let all = || areas.iter().flat_map(|area| &area.rings).flat_map(|ring| edges(ring));
        let south = all().map(|(a, _)| a.y).fold(f64::MAX, f64::min);
        let mut rows: Vec<Vec<(Vector, Vector)>> = Vec::new();
        for (a, b) in all() {
            let [low, high] = [a.y.min(b.y), a.y.max(b.y)].map(|y| ((y - south) / ROW) as usize);
            if rows.len() <= high {
                rows.resize_with(high + 1, Vec::new);
            }
            rows[low..=high].iter_mut().for_each(|row| row.push((a, b)));
        }
        Region { south, rows }
    }

    pub fn contains(&self, point: Vector) -> bool {
        let row = (point.y - self.south) / ROW;
        // What is negative would be counted to the first row.
        let edges = if row < 0.0 { None } else { self.rows.get(row as usize) };
        edges.is_some_and(|edges| is_within(edges.iter().copied(), point))
    }
}

fn place(point: Vector) -> (usize, usize) {
    // Roads lead a little beyond the plan.
    let p = point + at(200.0, 200.0);
    let index = |metres: f64, count: usize| ((metres / BOX).max(0.0) as usize).min(count - 1);
    (index(p.x, COLUMNS), index(p.y, ROWS))
}
