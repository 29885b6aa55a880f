//! Clipping on the grid: lines and rings to a square box. Coordinates in are 64 bits wide (at z20
//! a feature may reach across the whole world), coordinates out lie within the box.
//!
//! Rings are cut by Sutherland & Hodgman (1974): it never opens a ring, and costs one pass a side.
//! What it leaves along the border of the box where a ring leaves it more than once (edges on top
//! of each other) is found by the sweep and repaired; Greiner–Hormann and Weiler–Atherton avoid
//! that, and pay for it with every ring. What lies beyond one side is told by outcodes (Cohen & Sutherland).

use super::grid::{GridParts, GridPoint};

/// A vertex before clipping.
pub type WidePoint = (i64, i64);

/// The square that is kept, edges included, in grid units relative to the tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipBox {
    /// The north-western corner's coordinates.
    pub min: i64,
    /// The south-eastern corner's coordinates.
    pub max: i64,
}

#[derive(Clone, Copy)]
enum Side {
    West = 0b0001,
    North = 0b0010,
    East = 0b0100,
    South = 0b1000,
}

const SIDES: [Side; 4] = [Side::West, Side::North, Side::East, Side::South];

/// A set of sides: those that a vertex lies beyond.
type Outcode = u8;

impl ClipBox {
    /// Whether a point lies in the box.
    pub fn contains(self, (x, y): WidePoint) -> bool {
        (self.min..=self.max).contains(&x) && (self.min..=self.max).contains(&y)
    }

    /// Whether a point of what was clipped lies on its edge.
    pub fn is_border(self, GridPoint { x, y }: GridPoint) -> bool {
        let is_end = |at: i32| i64::from(at) == self.min || i64::from(at) == self.max;
        is_end(x) || is_end(y)
    }

    fn outcode(self, point: WidePoint) -> Outcode {
        let beyond = |side| if self.is_inside(side, point) { 0 } else { side as Outcode };
        beyond(Side::West) | beyond(Side::North) | beyond(Side::East) | beyond(Side::South)
    }

    fn is_inside(self, side: Side, (x, y): WidePoint) -> bool {
        match side {
            Side::West => x >= self.min,
            Side::North => y >= self.min,
            Side::East => x <= self.max,
            Side::South => y <= self.max,
        }
    }

    /// Where an edge meets a side, on the grid. The same for both directions of the edge, so that
    /// neighbours that share it are cut at the same place.
    fn crossing(self, side: Side, a: WidePoint, b: WidePoint) -> WidePoint {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let at_x = |x: i64| (x, interpolate((a.0, a.1), (b.0, b.1), x));
        let at_y = |y: i64| (interpolate((a.1, a.0), (b.1, b.0), y), y);
        match side {
            Side::West => at_x(self.min),
            Side::North => at_y(self.min),
            Side::East => at_x(self.max),
            Side::South => at_y(self.max),
        }
    }
}

/// The second coordinate where the first one is `at`, on the way from `a` to `b`. In f64: the
/// products of two 33-bit differences would leave i64.
fn interpolate(a: (i64, i64), b: (i64, i64), at: i64) -> i64 {
    let share = (at - a.0) as f64 / (b.0 - a.0) as f64;
    a.1 + ((b.1 - a.1) as f64 * share).round() as i64
}

/// Collects a part and clips it; keeps its memory between parts.
#[derive(Debug, Default)]
pub struct PartClipper {
    part: Vec<WidePoint>,
    /// The outcodes of its last vertex and of the one before.
    last: Outcode,
    before: Outcode,
    /// The sides that any of its vertices lies beyond.
    any: Outcode,
    spare: Vec<WidePoint>,
}

impl PartClipper {
    /// Adds a vertex, unless it repeats the one before. Of vertices beyond one same side only the first and the last are
    /// kept: a chain within a half-plane clips to nothing whatever its course.
    #[inline]
    pub fn push(&mut self, point: WidePoint, clip: ClipBox) {
        if self.part.last() == Some(&point) {
            return;
        }
        let outcode = clip.outcode(point);
        self.any |= outcode;
        let is_amid = self.before & self.last & outcode != 0;
        match self.part.last_mut() {
            Some(last) if is_amid => *last = point,
            _ => {
                self.part.push(point);
                self.before = self.last;
            }
        }
        self.last = outcode;
    }

    /// Pushes the vertices as a part each, those that lie in the box.
    pub fn end_points(&mut self, clip: ClipBox, out: &mut GridParts) {
        for &point in self.part.iter().filter(|point| clip.contains(**point)) {
            push(point, out);
            out.finish_point();
        }
        self.clear();
    }

    /// Pushes the pieces of the line that lie in the box, a part each.
    pub fn end_line(&mut self, clip: ClipBox, out: &mut GridParts) {
        clip_line(&self.part, clip, out);
        self.clear();
    }

    /// Pushes what lies in the box of the open ring; the caller finishes the part.
    pub fn end_ring(&mut self, clip: ClipBox, out: &mut GridParts) {
        // Most rings lie across one side.
        let any = self.any;
        for side in SIDES.into_iter().filter(|side| any & *side as Outcode != 0) {
            self.cut_side(clip, side);
        }
        self.part.iter().for_each(|&point| push(point, out));
        self.clear();
    }

    /// Forgets the part.
    pub fn clear(&mut self) {
        self.part.clear();
        (self.last, self.before, self.any) = (0, 0, 0);
    }

    fn cut_side(&mut self, clip: ClipBox, side: Side) {
        self.spare.clear();
        let Some(&last) = self.part.last() else {
            return;
        };
        let mut before = (last, clip.is_inside(side, last));
        for &point in &self.part {
            let inside = clip.is_inside(side, point);
            if inside != before.1 {
                self.spare.push(clip.crossing(side, before.0, point));
            }
            if inside {
                self.spare.push(point);
            }
            before = (point, inside);
        }
        std::mem::swap(&mut self.part, &mut self.spare);
    }
}

fn push((x, y): WidePoint, out: &mut GridParts) {
    out.push(GridPoint { x: x as i32, y: y as i32 });
}

/// Adds the pieces of a line that lie in the box as parts.
pub fn clip_line(line: &[WidePoint], clip: ClipBox, out: &mut GridParts) {
    for pair in line.windows(2) {
        let Some((start, end)) = clip_segment(pair[0], pair[1], clip) else {
            out.finish_line();
            continue;
        };
        if start != pair[0] {
            out.finish_line();
        }
        push(start, out);
        push(end, out);
        if end != pair[1] {
            out.finish_line();
        }
    }
    out.finish_line();
}

/// The piece of a segment that lies in the box, side by side as the rings are cut.
fn clip_segment(
    mut from: WidePoint,
    mut to: WidePoint,
    clip: ClipBox,
) -> Option<(WidePoint, WidePoint)> {
    for side in SIDES {
        match (clip.is_inside(side, from), clip.is_inside(side, to)) {
            (true, true) => {}
            (true, false) => to = clip.crossing(side, from, to),
            (false, true) => from = clip.crossing(side, from, to),
            (false, false) => return None,
        }
    }
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: ClipBox = ClipBox { min: 0, max: 100 };

    fn lines(line: &[WidePoint]) -> Vec<Vec<(i32, i32)>> {
        let mut out = GridParts::default();
        clip_line(line, BOX, &mut out);
        out.parts().map(|part| part.iter().map(|p| (p.x, p.y)).collect()).collect()
    }

    fn ring(ring: &[WidePoint]) -> Vec<(i32, i32)> {
        let (mut clipper, mut out) = (PartClipper::default(), GridParts::default());
        ring.iter().for_each(|&point| clipper.push(point, BOX));
        clipper.end_ring(BOX, &mut out);
        out.finish_ring();
        out.points().iter().map(|p| (p.x, p.y)).collect()
    }

    #[test]
    fn a_line_that_leaves_and_returns_becomes_two() {
        let found = lines(&[(10, 10), (150, 10), (150, 20), (10, 20)]);
        assert_eq!(found, [vec![(10, 10), (100, 10)], vec![(100, 20), (10, 20)]]);
    }

    #[test]
    fn a_line_across_a_corner_and_one_beside_it() {
        assert_eq!(lines(&[(-50, 40), (40, -50)]), [] as [Vec<_>; 0]);
        assert_eq!(lines(&[(-10, 40), (40, -10)]), [vec![(0, 30), (30, 0)]]);
    }

    #[test]
    fn a_line_along_the_border_is_kept() {
        assert_eq!(lines(&[(100, -50), (100, 150)]), [vec![(100, 0), (100, 100)]]);
    }

    #[test]
    fn a_ring_around_the_box_becomes_the_box() {
        let far = 1 << 33;
        let found = ring(&[(-far, -far), (far, -far), (far, far), (-far, far)]);
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|&(x, y)| [0, 100].contains(&x) && [0, 100].contains(&y)));
    }

    #[test]
    fn a_shared_edge_is_cut_at_one_place() {
        let (a, b) = ((37, 41), (1017, 333));
        let [there, back] = [ring(&[a, b, (37, 400)]), ring(&[b, a, (400, 0)])];
        let expected = (100, 41 + (63.0 * 292.0 / 980.0_f64).round() as i32);
        assert!(there.contains(&expected) && back.contains(&expected), "{there:?} {back:?}");
    }

    #[test]
    fn the_course_of_a_ring_beyond_one_side_is_forgotten_and_changes_nothing() {
        let wander: Vec<_> = (0..50).map(|i| (150 + i * 7 % 20, i * 2 - 10)).collect();
        let through = [&[(20, 20), (120, 10)][..], &wander, &[(120, 90), (20, 80)]].concat();
        assert_eq!(ring(&through), ring(&[(20, 20), (120, 10), (120, 90), (20, 80)]));
        let mut clipper = PartClipper::default();
        through.iter().for_each(|&point| clipper.push(point, BOX));
        assert_eq!(clipper.part.len(), 4);
    }

    #[test]
    fn a_ring_that_goes_around_a_corner_of_the_box_keeps_it() {
        let around = [(-10, 50), (-20, 20), (-30, -5), (-20, -20), (10, -30), (50, -10), (60, 60)];
        let mut found = ring(&around);
        found.sort_unstable();
        assert_eq!(found, [(0, 0), (0, 51), (51, 0), (60, 60)]);
    }
}
