//! Triangles with values that run from corner to corner: what lines and symbols are made of.

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

/// Calls for each pixel whose centre lies in a triangle, with the values there.
#[inline]
pub fn triangle<const N: usize>(
    corners: [&Corner<N>; 3],
    clip: &Clip,
    visit: &mut impl FnMut(i32, i32, [f32; N]),
) {
    let [a, b, c] = corners;
    let (ab, ac) = (minus(b.at, a.at), minus(c.at, a.at));
    let area = ab[0] * ac[1] - ab[1] * ac[0];
    if area == 0.0 || !area.is_finite() {
        return;
    }
    // How each value changes with a step to the right, and with one downwards.
    let gradient = |index: usize| {
        let (to_b, to_c) = (
            f64::from(b.values[index] - a.values[index]),
            f64::from(c.values[index] - a.values[index]),
        );
        [(to_b * ac[1] - to_c * ab[1]) / area, (to_c * ab[0] - to_b * ac[0]) / area]
    };
    let gradients: [[f64; 2]; N] = std::array::from_fn(gradient);
    let ys = [a.at[1], b.at[1], c.at[1]];
    let rows = clip.rows();
    let top = ys.iter().copied().fold(f64::INFINITY, f64::min);
    let bottom = ys.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let edges = [(a.at, b.at), (b.at, c.at), (c.at, a.at)].map(downwards);
    for y in first_pixel(top).max(rows.start)..first_pixel(bottom).min(rows.end) {
        let middle = f64::from(y) + 0.5;
        let mut from = f64::INFINITY;
        let mut to = f64::NEG_INFINITY;
        for (upper, lower) in edges {
            if first_pixel(upper[1]) <= y && y < first_pixel(lower[1]) {
                let slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
                let x = upper[0] + (middle - upper[1]) * slope;
                from = from.min(x);
                to = to.max(x);
            }
        }
        let columns = clip.within(y, first_pixel(from)..first_pixel(to));
        let down = middle - a.at[1];
        let start = f64::from(columns.start) + 0.5 - a.at[0];
        let mut values: [f32; N] = std::array::from_fn(|index| {
            let [right, below] = gradients[index];
            (f64::from(a.values[index]) + right * start + below * down) as f32
        });
        for x in columns {
            visit(x, y, values);
            for (value, [right, _]) in values.iter_mut().zip(&gradients) {
                *value += *right as f32;
            }
        }
    }
}

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

/// An edge from above, so that both triangles at it find the same crossings.
fn downwards((a, b): ([f64; 2], [f64; 2])) -> ([f64; 2], [f64; 2]) {
    if a[1] <= b[1] { (a, b) } else { (b, a) }
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
