//! Lines one pixel wide, as GPUs draw them: the nearest pixel of each column, or of each row where a
//! line is steep, the weaker the farther its centre lies from the line. Along the border of an area
//! they make it smooth.

use super::clip::Clip;
use super::{first_pixel, pixel_at, smooth};

/// A line between two columns lies in the right one, a line between two rows in the upper one, since graphics cards
/// count rows from the bottom: so near to the border it is between, as places are computed.
const BETWEEN: f64 = 1e-6;

/// Calls for each pixel of a line, with how much of it is drawn, from 0 to 1.
pub fn line(a: [f64; 2], b: [f64; 2], clip: &Clip, mut visit: impl FnMut(i32, i32, f32)) {
    let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    // Not `hypot`, which takes care of what no picture has: sides of more than 1e154 pixels.
    let length = (dx * dx + dy * dy).sqrt();
    if length == 0.0 || !length.is_finite() {
        return;
    }
    let is_steep = dy.abs() > dx.abs();
    // Along and across: columns and rows, or rows and columns.
    let (along, across) = if is_steep { (1, 0) } else { (0, 1) };
    let (a, b) = if a[along] <= b[along] { (a, b) } else { (b, a) };
    let slope = (b[across] - a[across]) / (b[along] - a[along]);
    // What a step across is at right angles to the line.
    let lean = (b[along] - a[along]) / length;
    let rows = clip.rows();
    let range = if is_steep { rows } else { clip.breadth() };
    let first = first_pixel(a[along]).max(range.start);
    let end = first_pixel(b[along]).min(range.end);
    for step in first..end {
        let middle = a[across] + (f64::from(step) + 0.5 - a[along]) * slope;
        let nearest = pixel_at(if is_steep { middle + BETWEEN } else { middle - BETWEEN });
        let (x, y) = if is_steep { (nearest, step) } else { (step, nearest) };
        if clip.contains(x, y) {
            let distance = (middle - f64::from(nearest) - 0.5).abs() * lean;
            visit(x, y, 1.0 - smooth(distance as f32));
        }
    }
}
