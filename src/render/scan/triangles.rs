//! Triangles with values that run from corner to corner: what lines and symbols are made of.

use std::ops::Range;

use super::clip::Clip;
use super::first_pixel;

/// A corner: where it is, in pixels, and the values there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner<const N: usize> {
    /// In pixels.
    pub at: [f64; 2],
    /// What runs from corner to corner.
    pub values: [f32; N],
}

/// Pixels of a row that lie in a triangle.
#[derive(Clone, Debug)]
pub struct Span<const N: usize> {
    /// The row.
    pub y: i32,
    /// Its pixels.
    pub columns: Range<i32>,
    /// The values at the first one's centre.
    pub values: [f32; N],
    /// What a step to the right adds.
    pub step: [f32; N],
}

/// An edge from above, so that both triangles at it find the same crossings.
struct Edge {
    rows: Range<i32>,
    upper: [f64; 2],
    slope: f64,
}

impl Edge {
    /// From a corner to one that is not above it.
    fn new(upper: [f64; 2], lower: [f64; 2]) -> Edge {
        let rows = first_pixel(upper[1])..first_pixel(lower[1]);
        Edge { rows, upper, slope: (lower[0] - upper[0]) / (lower[1] - upper[1]) }
    }

    /// Where it crosses a row whose middle is at `y`.
    #[inline]
    fn at(&self, y: f64) -> f64 {
        self.upper[0] + (y - self.upper[1]) * self.slope
    }
}

/// Calls for each row of pixels whose centres lie in a triangle.
#[inline]
pub fn spans<const N: usize>(
    corners: [&Corner<N>; 3],
    clip: &Clip,
    visit: &mut impl FnMut(Span<N>),
) {
    let [a, b, c] = corners;
    let (ab, ac) = (minus(b.at, a.at), minus(c.at, a.at));
    let area = ab[0] * ac[1] - ab[1] * ac[0];
    if area == 0.0 || !area.is_finite() {
        return;
    }
    let breadth = clip.breadth();
    let is_left_of = |x: i32| corners.iter().all(|corner| corner.at[0] <= f64::from(x));
    let is_right_of = |x: i32| corners.iter().all(|corner| corner.at[0] >= f64::from(x));
    if is_left_of(breadth.start) || is_right_of(breadth.end) {
        return;
    }
    let mut by_height = corners;
    by_height.sort_unstable_by(|a, b| a.at[1].total_cmp(&b.at[1]));
    let [upper, middle, lower] = by_height.map(|corner| corner.at);
    // Beside each row there is the long one, and one of the others.
    let long = Edge::new(upper, lower);
    let first = long.rows.start.max(clip.rows().start);
    let end = long.rows.end.min(clip.rows().end);
    if first >= end {
        return;
    }
    let (above, below) = (Edge::new(upper, middle), Edge::new(middle, lower));
    // How each value changes with a step to the right, and with one downwards.
    let by_area = area.recip();
    let gradient = |index: usize| {
        let (to_b, to_c) = (
            f64::from(b.values[index] - a.values[index]),
            f64::from(c.values[index] - a.values[index]),
        );
        [(to_b * ac[1] - to_c * ab[1]) * by_area, (to_c * ab[0] - to_b * ac[0]) * by_area]
    };
    let gradients: [[f64; 2]; N] = std::array::from_fn(gradient);
    for y in first..end {
        let middle = f64::from(y) + 0.5;
        let short = if y < below.rows.start { &above } else { &below };
        let (from, to) = (long.at(middle), short.at(middle));
        let columns = clip.within(y, first_pixel(from.min(to))..first_pixel(from.max(to)));
        if columns.is_empty() {
            continue;
        }
        let down = middle - a.at[1];
        let start = f64::from(columns.start) + 0.5 - a.at[0];
        let values = std::array::from_fn(|index| {
            let [right, below] = gradients[index];
            (f64::from(a.values[index]) + right * start + below * down) as f32
        });
        visit(Span { y, columns, values, step: gradients.map(|[right, _]| right as f32) });
    }
}

/// Calls for each pixel whose centre lies in a triangle, with the values there.
#[inline]
pub fn triangle<const N: usize>(
    corners: [&Corner<N>; 3],
    clip: &Clip,
    visit: &mut impl FnMut(i32, i32, [f32; N]),
) {
    spans(corners, clip, &mut |span: Span<N>| {
        let mut values = span.values;
        for x in span.columns {
            visit(x, span.y, values);
            for (value, step) in values.iter_mut().zip(span.step) {
                *value += step;
            }
        }
    });
}

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::{Size, View};

    #[test]
    fn the_halves_of_a_square_share_no_pixel_and_values_run_across() {
        let view = View::new([0.0; 2], 0.0, 0.0, Size::new(8, 8, 1.0).unwrap());
        let clip = Clip::whole(&view);
        let corner = |x: f64, y: f64| Corner { at: [x, y], values: [x as f32] };
        let corners = [corner(0.0, 0.0), corner(8.0, 0.0), corner(8.0, 8.0), corner(0.0, 8.0)];
        let mut seen = Vec::new();
        for [i, j, k] in [[0, 1, 2], [0, 2, 3]] {
            triangle([&corners[i], &corners[j], &corners[k]], &clip, &mut |x, y, [value]| {
                assert!((value - x as f32 - 0.5).abs() < 1e-4);
                seen.push((x, y));
            });
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((count, seen.len()), (64, 64));
    }
}
