//! Which of many areas a point lies in.

use crate::source::demo::geometry::areas::Area;
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

fn place(point: Vector) -> (usize, usize) {
    // Roads lead a little beyond the plan.
    let p = point + at(200.0, 200.0);
    let index = |metres: f64, count: usize| ((metres / BOX).max(0.0) as usize).min(count - 1);
    (index(p.x, COLUMNS), index(p.y, ROWS))
}
