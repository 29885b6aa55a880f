//! Circular arcs as chains of straight segments. Not their projection: arcs are circles in the
//! CRS they are given in, and are cut there.

/// A position in the source's CRS.
pub(super) type Position = (f64, f64);

/// No segment turns by more than a quarter, however small the circle: a manhole of a centimetre
/// stays an area.
const WIDEST_STEP: f64 = std::f64::consts::FRAC_PI_2;

/// The most segments of one arc: at half a centimetre, a full circle of 67 km radius.
pub(super) const MAX_SEGMENTS: usize = 8192;

/// Appends the arc from `start` through `middle` to `end`: all of it but its start.
///
/// No segment is further than `tolerance` (in the units of the CRS) from the arc, unless that
/// took more than [`MAX_SEGMENTS`]. An arc whose start is its end is a full circle, and `middle`
/// lies opposite (SQL/MM). Points on one line make a line.
///
/// The arc is computed from its lesser end to its greater one, whichever way it runs: two
/// features that share it, one in each direction, share every vertex.
pub(super) fn push_arc(
    start: Position,
    middle: Position,
    end: Position,
    tolerance: f64,
    out: &mut Vec<Position>,
) {
    let forwards = start <= end;
    let (from, to) = if forwards { (start, end) } else { (end, start) };
    let first = out.len();
    match Circle::through(from, middle, to) {
        Some(circle) => circle.push_inner_vertices(tolerance, out),
        None => out.push(middle),
    }
    if !forwards {
        out[first..].reverse();
    }
    out.push(end);
}

/// A circle and the part of it that is the arc.
struct Circle {
    centre: Position,
    radius: f64,
    /// The direction of the arc's start, in radians.
    start: f64,
    /// How far it turns, counter-clockwise when positive.
    sweep: f64,
}

impl Circle {
    /// The arc between two ends through a third point; `None` where the three lie on a line.
    fn through(from: Position, middle: Position, to: Position) -> Option<Circle> {
        if from == to {
            let centre = (from.0.midpoint(middle.0), from.1.midpoint(middle.1));
            return Circle::around(centre, from, std::f64::consts::TAU);
        }
        // Relative to one end: the coordinates of Lambert-93 have seven digits before the point.
        let (mx, my) = (middle.0 - from.0, middle.1 - from.1);
        let (tx, ty) = (to.0 - from.0, to.1 - from.1);
        let cross = mx * ty - my * tx;
        let (m2, t2) = (mx * mx + my * my, tx * tx + ty * ty);
        let centre = (
            from.0 + (ty * m2 - my * t2) / (2.0 * cross),
            from.1 + (mx * t2 - tx * m2) / (2.0 * cross),
        );
        let direction = |p: Position| (p.1 - centre.1).atan2(p.0 - centre.0);
        let turn = (direction(to) - direction(from)).rem_euclid(std::f64::consts::TAU);
        // The middle lies right of the chord where the arc turns counter-clockwise.
        let sweep = if cross > 0.0 { turn } else { turn - std::f64::consts::TAU };
        Circle::around(centre, from, sweep)
    }

    fn around(centre: Position, from: Position, sweep: f64) -> Option<Circle> {
        let (dx, dy) = (from.0 - centre.0, from.1 - centre.1);
        let radius = dx.hypot(dy);
        (radius.is_finite() && radius > 0.0 && sweep.is_finite()).then(|| Circle {
            centre,
            radius,
            start: dy.atan2(dx),
            sweep,
        })
    }

    /// All vertices between the two ends.
    fn push_inner_vertices(&self, tolerance: f64, out: &mut Vec<Position>) {
        let segments = self.segments(tolerance);
        let step = self.sweep / segments as f64;
        out.extend((1..segments).map(|i| {
            let direction = self.start + step * i as f64;
            (
                self.centre.0 + self.radius * direction.cos(),
                self.centre.1 + self.radius * direction.sin(),
            )
        }));
    }

    /// How many segments keep the sagitta, r·(1 − cos(step / 2)), within the tolerance.
    fn segments(&self, tolerance: f64) -> usize {
        let widest = 2.0 * (1.0 - tolerance / self.radius).clamp(-1.0, 1.0).acos();
        // `as usize` saturates, and makes 0 of what is no number.
        let segments = (self.sweep.abs() / widest.min(WIDEST_STEP)).ceil() as usize;
        segments.clamp(1, MAX_SEGMENTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(start: Position, middle: Position, end: Position, tolerance: f64) -> Vec<Position> {
        let mut out = vec![start];
        push_arc(start, middle, end, tolerance, &mut out);
        out
    }

    #[test]
    fn no_segment_is_further_from_the_arc_than_the_tolerance() {
        for radius in [0.3, 12.0, 4_000.0] {
            let (x, y) = (700_000.0, 6_250_000.0);
            let points = arc((x - radius, y), (x, y + radius), (x + radius, y), 0.005);
            assert!(points.len() > 4);
            for pair in points.windows(2) {
                let chord = (pair[0].0.midpoint(pair[1].0), pair[0].1.midpoint(pair[1].1));
                let sagitta = radius - (chord.0 - x).hypot(chord.1 - y);
                assert!((-1e-6..0.005 + 1e-6).contains(&sagitta), "{sagitta} at radius {radius}");
                assert!(chord.1 > y, "the arc runs through its middle");
            }
        }
    }

    #[test]
    fn an_arc_has_the_same_vertices_in_both_directions() {
        let ends = ((1_700_003.27, 2_250_001.91), (1_700_011.03, 2_250_007.43));
        for middle in [(1_700_008.0, 2_250_001.0), (1_700_004.0, 2_250_009.0)] {
            let there = arc(ends.0, middle, ends.1, 0.005);
            let mut back = arc(ends.1, middle, ends.0, 0.005);
            back.reverse();
            assert!(there.len() > 5);
            assert_eq!(there, back);
        }
    }

    #[test]
    fn an_arc_that_ends_where_it_starts_is_a_full_circle() {
        let points = arc((2.0, 0.0), (0.0, 0.0), (2.0, 0.0), 0.005);
        assert!(points.iter().all(|p| ((p.0 - 1.0).hypot(p.1) - 1.0).abs() < 1e-12));
        for side in [(1.0, 1.0), (1.0, -1.0), (0.0, 0.0)] {
            let nearest = points.iter().map(|p| (p.0 - side.0).hypot(p.1 - side.1));
            assert!(nearest.fold(f64::MAX, f64::min) < 0.2, "{side:?}");
        }
    }

    #[test]
    fn points_on_a_line_make_a_line() {
        assert_eq!(
            arc((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), 0.005),
            [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]
        );
        let point = (5.0, 5.0);
        assert!(arc(point, point, point, 0.005).iter().all(|p| *p == point));
    }

    #[test]
    fn odd_numbers_give_few_vertices_and_no_panic() {
        for odd in [f64::NAN, f64::INFINITY, 1e308, -1e308, 5e-324] {
            for tolerance in [0.005, 0.0, f64::NAN, f64::INFINITY] {
                assert!(arc((0.0, 0.0), (odd, 1.0), (3.0, odd), tolerance).len() <= 8193);
                assert!(arc((odd, 0.0), (1.0, 1.0), (odd, 0.0), tolerance).len() <= 8193);
            }
        }
    }
}
