//! Lines and rings that jump from one side of the map to the other are cut at the antimeridian,
//! where they would draw a band across the world. Not for longitudes beyond 180°: those are
//! clamped.
//!
//! An edge of more than 270° is a jump: its short way crosses the antimeridian. Shorter ones are straight,
//! as RFC 7946 and ST_AsMVTGeom have them. The exception is what has no width the short way, such as the parallel from 180° W to 180° E or
//! the frame of a mask: that spans the world, and is kept as it is.

use crate::geo::world::WorldPoint;

const WORLD: i64 = 1 << 32;

/// The middle of the world.
pub(super) const HALF: u32 = 1 << 31;

/// The longest way that is no jump: three quarters of the world.
const LONGEST: u32 = 3 << 30;

/// The width below which, and the distance from the map's edge within which, positions count as
/// on one meridian: two metres at the equator, for those who write 20037508 for 180°.
const GRACE: i64 = 2 * 108;

/// A position on a map that goes on beyond its edges.
type Unwrapped = (i64, i64);

/// A ring, cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CutRing {
    /// It does not jump.
    Whole,
    /// The piece that ends at 180° E, and the one that begins at 180° W.
    Halves([Vec<WorldPoint>; 2]),
    /// It goes around a pole or the whole world, and what it encloses cannot be told.
    AroundPole,
}

/// Cuts a line: its pieces, or nothing where it does not jump.
pub(super) fn cut_line(line: &[WorldPoint]) -> Option<Vec<Vec<WorldPoint>>> {
    if !jumps(line) || width(&unwrap(line)) <= GRACE {
        return None;
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<WorldPoint> = line[..1].to_vec();
    for edge in line.windows(2) {
        let (from, to) = (edge[0], edge[1]);
        if is_jump(from, to) {
            let eastwards = from.x >= HALF;
            let seam = if eastwards { WORLD } else { 0 };
            let beyond = i64::from(to.x) + if eastwards { WORLD } else { -WORLD };
            let y = crossing(wide(from), (beyond, i64::from(to.y)), seam);
            let (leave, enter) = if eastwards { (u32::MAX, 0) } else { (0, u32::MAX) };
            piece.push(WorldPoint { x: leave, y });
            pieces.push(std::mem::replace(&mut piece, vec![WorldPoint { x: enter, y }]));
        }
        piece.push(to);
    }
    pieces.push(piece);
    // A line that has a vertex on the antimeridian leaves points there.
    pieces.retain(|piece| piece.iter().any(|point| *point != piece[0]));
    Some(pieces)
}

/// Cuts a closed ring.
pub(super) fn cut_ring(ring: &[WorldPoint]) -> CutRing {
    if !jumps(ring) {
        return CutRing::Whole;
    }
    let unwrapped = unwrap(ring);
    let width = width(&unwrapped);
    if width <= GRACE {
        return CutRing::Whole;
    }
    if unwrapped.first() != unwrapped.last() || width >= WORLD {
        return if jumps_only_along_the_frame(ring) { CutRing::Whole } else { CutRing::AroundPole };
    }
    let east = unwrapped.iter().map(|(x, _)| x.div_euclid(WORLD)).max().unwrap_or(0);
    let seam = east * WORLD;
    let halves = [(1, seam - WORLD), (-1, seam)].map(|(side, origin)| {
        let kept = half_of(&unwrapped, seam, side).into_iter();
        kept.map(|(x, y)| world(x - origin, y)).collect()
    });
    CutRing::Halves(halves)
}

fn jumps(path: &[WorldPoint]) -> bool {
    path.windows(2).any(|edge| is_jump(edge[0], edge[1]))
}

fn is_jump(from: WorldPoint, to: WorldPoint) -> bool {
    from.x.abs_diff(to.x) > LONGEST
}

/// Whether every jump leads from one edge of the map to the other, as Antarctica's along 90° S.
fn jumps_only_along_the_frame(ring: &[WorldPoint]) -> bool {
    let on_edge = |point: WorldPoint| i64::from(point.x.min(u32::MAX - point.x)) <= GRACE;
    ring.windows(2)
        .filter(|edge| is_jump(edge[0], edge[1]))
        .all(|edge| edge.iter().all(|point| on_edge(*point)))
}

/// The path with every edge going its short way.
fn unwrap(path: &[WorldPoint]) -> Vec<Unwrapped> {
    let mut turns = 0;
    let mut before = path[0];
    path.iter()
        .map(|&point| {
            if is_jump(before, point) {
                turns += if point.x < before.x { WORLD } else { -WORLD };
            }
            before = point;
            (i64::from(point.x) + turns, i64::from(point.y))
        })
        .collect()
}

fn width(path: &[Unwrapped]) -> i64 {
    let xs = || path.iter().map(|(x, _)| *x);
    xs().max().unwrap_or(0) - xs().min().unwrap_or(0)
}

/// What of a closed ring lies west (`side` 1) or east (−1) of a meridian: Sutherland & Hodgman
/// (1974). Pieces stay joined along the meridian, where tiles mend them.
fn half_of(ring: &[Unwrapped], seam: i64, side: i64) -> Vec<Unwrapped> {
    let inside = |(x, _): Unwrapped| (seam - x) * side >= 0;
    let mut half = Vec::new();
    for edge in ring.windows(2) {
        let (from, to) = (edge[0], edge[1]);
        if inside(from) != inside(to) {
            half.push((seam, i64::from(crossing(from, to, seam))));
        }
        if inside(to) {
            half.push(to);
        }
    }
    half
}

/// Where an edge crosses a meridian; the same in both directions of the edge.
fn crossing(a: Unwrapped, b: Unwrapped, seam: i64) -> u32 {
    let ((west_x, west_y), (east_x, east_y)) = if a < b { (a, b) } else { (b, a) };
    if west_x == east_x {
        return world(seam, west_y).y;
    }
    let share = (seam - west_x) as f64 / (east_x - west_x) as f64;
    (west_y as f64 + (east_y - west_y) as f64 * share).round() as u32
}

fn wide(point: WorldPoint) -> Unwrapped {
    (i64::from(point.x), i64::from(point.y))
}

/// The eastern edge itself, 2³², is one unit beyond the last position.
fn world(x: i64, y: i64) -> WorldPoint {
    let clamp = |ordinate: i64| ordinate.clamp(0, i64::from(u32::MAX)) as u32;
    WorldPoint { x: clamp(x), y: clamp(y) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: u32 = u32::MAX;

    fn path(points: &[(u32, u32)]) -> Vec<WorldPoint> {
        points.iter().map(|&(x, y)| WorldPoint { x, y }).collect()
    }

    fn lines(points: &[(u32, u32)]) -> Option<Vec<Vec<WorldPoint>>> {
        cut_line(&path(points))
    }

    #[test]
    fn what_does_not_jump_is_left_alone() {
        assert_eq!(lines(&[(0, 5), (HALF, 5), (MAX, 5)]), None);
        assert_eq!(cut_ring(&path(&[(0, 5), (HALF, 5), (9, 9), (0, 5)])), CutRing::Whole);
        assert_eq!(lines(&[]), None);
        assert_eq!(cut_ring(&[]), CutRing::Whole);
    }

    #[test]
    fn an_edge_of_half_the_world_and_more_is_straight() {
        let (west, east) = (HALF - (HALF / 9 * 5), HALF + (HALF / 9 * 5));
        assert_eq!(lines(&[(west, 5), (east, 5)]), None);
        let frame = [(west, 0), (east, 0), (east, 99), (west, 99), (west, 0)];
        assert_eq!(cut_ring(&path(&frame)), CutRing::Whole);
    }

    #[test]
    fn a_line_is_cut_where_its_short_way_meets_the_antimeridian() {
        let expected =
            [path(&[(MAX - 1999, 100), (MAX, 200)]), path(&[(0, 200), (6000, 500), (9000, 500)])];
        let forth = [(MAX - 1999, 100), (6000, 500), (9000, 500)];
        assert_eq!(lines(&forth).unwrap(), expected);
        let mut back = forth;
        back.reverse();
        let mut pieces = lines(&back).unwrap();
        pieces.reverse();
        pieces.iter_mut().for_each(|piece| piece.reverse());
        assert_eq!(pieces, expected);
    }

    #[test]
    fn a_line_with_a_vertex_on_either_side_of_the_antimeridian_leaves_no_points_there() {
        let pieces = lines(&[(MAX - 5000, 7), (MAX, 7), (0, 7), (5000, 7)]).unwrap();
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| span(piece) <= 5000), "{pieces:?}");
    }

    fn span(piece: &[WorldPoint]) -> u32 {
        let xs = || piece.iter().map(|point| point.x);
        xs().max().unwrap() - xs().min().unwrap()
    }

    #[test]
    fn a_parallel_and_a_frame_span_the_world() {
        assert_eq!(lines(&[(0, 5), (MAX, 5)]), None);
        let frame = [(30, 0), (MAX - 40, 0), (MAX - 40, MAX), (30, MAX), (30, 0)];
        assert_eq!(cut_ring(&path(&frame)), CutRing::Whole);
        let antarctica = [(0, 9), (HALF, 7), (MAX, 9), (MAX, 99), (0, 99), (0, 9)];
        assert_eq!(cut_ring(&path(&antarctica)), CutRing::Whole);
    }

    #[test]
    fn a_ring_is_cut_into_halves_that_end_at_the_antimeridian() {
        let ring = [(MAX - 999, 0), (2000, 0), (2000, 900), (MAX - 999, 900), (MAX - 999, 0)];
        let CutRing::Halves([west, east]) = cut_ring(&path(&ring)) else { panic!() };
        let expected = |from, to| path(&[(from, 0), (to, 0), (to, 900), (from, 900)]);
        let corners = |mut half: Vec<WorldPoint>| {
            half.sort_unstable();
            half.dedup();
            half
        };
        assert_eq!(corners(west), corners(expected(MAX - 999, MAX)));
        assert_eq!(corners(east), corners(expected(0, 2000)));
    }

    #[test]
    fn a_ring_with_vertices_on_the_antimeridian_is_cut_too() {
        let ring = [(MAX - 999, 0), (MAX, 0), (0, 0), (2000, 0), (2000, 900), (0, 900)];
        let ring = [&ring[..], &[(MAX, 900), (MAX - 999, 900), (MAX - 999, 0)]].concat();
        let CutRing::Halves(halves) = cut_ring(&path(&ring)) else { panic!() };
        assert!(halves.iter().all(|half| span(half) <= 2000), "{halves:?}");
    }

    #[test]
    fn a_ring_around_a_pole_is_told() {
        let cap = [(9999, 5), (HALF / 2, 7), (HALF, 3), (MAX - 9999, 4), (9999, 5)];
        assert_eq!(cut_ring(&path(&cap)), CutRing::AroundPole);
    }

    #[test]
    fn a_ring_that_goes_round_and_round_costs_one_pass() {
        let turn = [(9999, 0), (HALF - 9, 1), (MAX - 9999, 2)];
        let mut ring: Vec<_> = turn.repeat(100_000);
        ring.extend(turn.iter().rev().copied().collect::<Vec<_>>().repeat(100_000));
        ring.push((9999, 0));
        assert_eq!(cut_ring(&path(&ring)), CutRing::AroundPole);
    }
}
