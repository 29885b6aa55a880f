//! The pixels whose centres lie in an area, by the even-odd rule.

use std::ops::Range;

use super::clip::Clip;
use super::first_pixel;

/// Rings; keeps its memory between areas.
#[derive(Debug, Default)]
pub struct Area {
    /// Where borders cross the middles of rows.
    crossings: Vec<(i32, f64)>,
    /// The same row by row, and where each row's end.
    sorted: Vec<f64>,
    ends: Vec<usize>,
}

impl Area {
    /// Forgets all rings.
    pub fn clear(&mut self) {
        self.crossings.clear();
    }

    /// Adds a ring, closed or not, as far as it meets some rows.
    pub fn add_ring(&mut self, ring: impl Iterator<Item = [f64; 2]> + Clone, rows: Range<i32>) {
        let Some(mut before) = ring.clone().last() else { return };
        for point in ring {
            self.add_edge(before, point, &rows);
            before = point;
        }
    }

    fn add_edge(&mut self, a: [f64; 2], b: [f64; 2], rows: &Range<i32>) {
        // From above, so that both neighbours of a border find the same crossings.
        let (a, b) = if a[1] <= b[1] { (a, b) } else { (b, a) };
        let first = first_pixel(a[1]).max(rows.start);
        let end = first_pixel(b[1]).min(rows.end);
        if first >= end {
            return;
        }
        let slope = (b[0] - a[0]) / (b[1] - a[1]);
        self.crossings
            .extend((first..end).map(|row| (row, a[0] + (f64::from(row) + 0.5 - a[1]) * slope)));
    }

    /// Calls for each run of pixels, row by row.
    pub fn spans(&mut self, clip: &Clip, mut visit: impl FnMut(i32, Range<i32>)) {
        let Some(first) = self.sort_by_row() else { return };
        let mut start = 0;
        for (row, &end) in (first..).zip(&self.ends) {
            let crossings = &mut self.sorted[start..end];
            start = end;
            match &mut *crossings {
                // Nearly all, and which of both comes first cannot be foreseen, by processors neither.
                [a, b] => (*a, *b) = (a.min(*b), a.max(*b)),
                more => more.sort_unstable_by(f64::total_cmp),
            }
            let (pairs, _) = crossings.as_chunks::<2>();
            for [from, to] in pairs {
                let columns = clip.within(row, first_pixel(*from)..first_pixel(*to));
                if !columns.is_empty() {
                    visit(row, columns);
                }
            }
        }
    }

    /// Counts how many there are in each row, and puts them there: rows are few, and a row's crossings two or
    /// four. The first row, if there is any.
    fn sort_by_row(&mut self) -> Option<i32> {
        let rows = self.crossings.iter().map(|(row, _)| *row);
        let (first, last) = (rows.clone().min()?, rows.clone().max()?);
        let number = |row: i32| (row - first) as usize;
        self.ends.clear();
        self.ends.resize(number(last) + 1, 0);
        rows.for_each(|row| self.ends[number(row)] += 1);
        let mut total = 0;
        for count in &mut self.ends {
            (*count, total) = (total, total + *count);
        }
        // Where a row begins, until all of its are put: then where it ends.
        self.sorted.resize(total, 0.0);
        for (row, at) in &self.crossings {
            let place = &mut self.ends[number(*row)];
            self.sorted[*place] = *at;
            *place += 1;
        }
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::{Size, View};

    fn pixels(rings: &[&[[f64; 2]]]) -> Vec<(i32, i32)> {
        let view = View::new([0.0; 2], 0.0, 0.0, Size::new(8, 8, 1.0).unwrap());
        let clip = Clip::whole(&view);
        let mut area = Area::default();
        rings.iter().for_each(|ring| area.add_ring(ring.iter().copied(), clip.rows()));
        let mut found = Vec::new();
        area.spans(&clip, |y, columns| found.extend(columns.map(|x| (x, y))));
        found
    }

    #[test]
    fn a_square_covers_the_centres_in_it_and_none_in_its_hole() {
        let outer = [[0.4, 0.4], [3.6, 0.4], [3.6, 3.6], [0.4, 3.6]];
        let hole = [[1.0, 1.0], [1.0, 3.0], [3.0, 3.0], [3.0, 1.0]];
        assert_eq!(pixels(&[&outer]).len(), 16);
        assert_eq!(pixels(&[&outer, &hole]).len(), 12);
    }

    #[test]
    fn neighbours_share_no_pixel_and_leave_none_out() {
        let border = [[3.5, 0.0], [4.7, 3.3], [2.2, 5.5], [3.5, 8.0]];
        let left: Vec<_> = [[0.0, 8.0], [0.0, 0.0]].into_iter().chain(border).collect();
        let right: Vec<_> =
            [[8.0, 0.0], [8.0, 8.0]].into_iter().chain(border.into_iter().rev()).collect();
        let mut all = [pixels(&[&left]), pixels(&[&right])].concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), pixels(&[&left]).len() + pixels(&[&right]).len()), (64, 64));
    }

    #[test]
    fn what_lies_far_outside_costs_nothing() {
        let far = [[-1e12, -1e12], [1e12, -1e12], [1e12, 1e12], [-1e12, 1e12]];
        assert_eq!(pixels(&[&far]).len(), 64);
    }
}
