//! Lines cut to a box: labels of a line stand within its tile, so that its neighbours draw theirs.

/// A point, in units of a tile or in pixels.
pub type Point = [f64; 2];

/// The parts of a line within a box. New ends are rounded to whole units.
pub fn line(line: &[Point], least: Point, most: Point) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for edge in line.windows(2) {
        let Some([from, to]) = cut(edge[0], edge[1], least, most) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// An edge within a box: cut at its left, its top, its right and its bottom.
fn cut(mut from: Point, mut to: Point, least: Point, most: Point) -> Option<[Point; 2]> {
    for (limits, sign) in [(least, 1.0), (most, -1.0)] {
        for axis in 0..2 {
            let limit = limits[axis];
            // The lower limits are within, the upper ones are not.
            let is_out = |point: Point| match sign > 0.0 {
                true => point[axis] < limit,
                false => point[axis] >= limit,
            };
            match (is_out(from), is_out(to)) {
                (true, true) => return None,
                (true, false) => from = crossing(from, to, axis, limit),
                (false, true) => to = crossing(from, to, axis, limit),
                (false, false) => {}
            }
        }
    }
    Some([from, to])
}

fn crossing(from: Point, to: Point, axis: usize, limit: f64) -> Point {
    let other = 1 - axis;
    let share = (limit - from[axis]) / (to[axis] - from[axis]);
    let mut point = [0.0; 2];
    point[axis] = round(limit);
    point[other] = round(from[other] + (to[other] - from[other]) * share);
    point
}

/// To a whole number, halves upwards.
pub fn round(number: f64) -> f64 {
    (number + 0.5).floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two() {
        let bent = [[2.0, 5.0], [2.0, -5.0], [8.0, -5.0], [8.0, 5.0]];
        let parts = line(&bent, [0.0; 2], [10.0; 2]);
        assert_eq!(parts, [[[2.0, 5.0], [2.0, 0.0]], [[8.0, 0.0], [8.0, 5.0]]]);
    }

    #[test]
    fn what_lies_on_the_lower_limits_is_within_and_on_the_upper_ones_not() {
        let along = |at: f64| line(&[[at, 1.0], [at, 2.0]], [0.0; 2], [10.0; 2]).len();
        assert_eq!((along(0.0), along(10.0), along(-1.0)), (1, 0, 0));
    }
}
