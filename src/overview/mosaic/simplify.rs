//! An arc with fewer vertices: the steps of cells along a slanted border become a straight line.
//!
//! First each step becomes one point, its middle, which lies on the true border within a third of a
//! cell (with both ends of every step, a slanted square of 2,000 units a side had 435 vertices; so
//! it has 27).
//! Douglas–Peucker chooses the vertices. Its chords lie inside of what bulges, so that a small round
//! patch would lose a tenth of its area and more; therefore each chord is then moved in parallel
//! until as much of the arc lies on one side of it as on the other, and the vertices are where the
//! moved chords meet. What is lost and won along an arc balances, for both patches.

use super::CELL_UNITS;
use super::arcs::{EDGES, is_edge};
use crate::geo::grid::GridPoint;

/// How far a border may lie from the chord that stands for it: below half a cell, so that what is a
/// step of cells vanishes and what is wider stays.
const TOLERANCE: f64 = 0.45 * CELL_UNITS as f64;

/// The area, in square units, that an arc without a vertex of its own may give to one side: a
/// quarter of a cell.
const FLAT: f64 = (CELL_UNITS * CELL_UNITS) as f64 / 4.0;

/// How much of an arc may go. Arcs that meet others when simplified are given more of themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What cannot be seen goes.
    #[default]
    Plain,
    /// Half of that, and vertices stay where they are.
    Careful,
    /// Nothing.
    Exact,
}

impl Detail {
    /// The next one, which keeps more.
    pub fn more(self) -> Detail {
        match self {
            Detail::Plain => Detail::Careful,
            Detail::Careful | Detail::Exact => Detail::Exact,
        }
    }
}

/// Simplifies arcs; keeps its memory between them.
#[derive(Debug, Default)]
pub struct Simplifier {
    turned: Vec<GridPoint>,
    centred: Vec<GridPoint>,
    kept: Vec<usize>,
    chains: Vec<(usize, usize)>,
}

impl Simplifier {
    /// Appends the arc with fewer vertices. A closed one has its first point at its end again, and
    /// may begin elsewhere afterwards.
    pub fn simplify(
        &mut self,
        points: &[GridPoint],
        closed: bool,
        detail: Detail,
        out: &mut Vec<GridPoint>,
    ) {
        if detail == Detail::Exact {
            return out.extend_from_slice(points);
        }
        let mut turned = std::mem::take(&mut self.turned);
        let mut points = points;
        if closed {
            turn(points, &mut turned);
            points = &turned;
        }
        let mut centred = std::mem::take(&mut self.centred);
        if detail == Detail::Plain {
            centre(points, &mut centred);
            points = &centred;
        }
        let anchors = anchors(points, closed);
        let start = out.len();
        out.extend(points.first());
        let mut from = 0;
        for to in anchors {
            self.piece(&points[from..=to], detail, start, out);
            from = to;
        }
        self.turned = turned;
        self.centred = centred;
    }

    /// Appends a piece without its first point.
    fn piece(
        &mut self,
        points: &[GridPoint],
        detail: Detail,
        start: usize,
        out: &mut Vec<GridPoint>,
    ) {
        let tolerance = if detail == Detail::Plain { TOLERANCE } else { TOLERANCE / 2.0 };
        self.choose(points, tolerance);
        let mut push = |point: GridPoint| {
            if out[start..].last() != Some(&point) {
                out.push(point);
            }
        };
        let last = points.len() - 1;
        match (detail, self.kept.as_slice()) {
            (Detail::Plain, [0, _]) => {
                let chord = Chord::new(points);
                let lost = chord.offset * chord.length;
                if lost.abs() > FLAT {
                    push(ridge(points, &chord));
                }
            }
            (Detail::Plain, kept) => {
                let chords: Vec<_> =
                    kept.windows(2).map(|pair| Chord::new(&points[pair[0]..=pair[1]])).collect();
                for (i, pair) in chords.windows(2).enumerate() {
                    // A chord with a fixed end turns about it: that takes twice the way.
                    let before = pair[0].offset * if i == 0 { 2.0 } else { 1.0 };
                    let after = pair[1].offset * if i + 2 == chords.len() { 2.0 } else { 1.0 };
                    let place = points[kept[i + 1]];
                    let (dx, dy) = meeting(&pair[0], before, &pair[1], after);
                    push(moved(place, dx, dy));
                }
            }
            (_, [_, inner @ .., _]) => inner.iter().for_each(|&i| push(points[i])),
            _ => {}
        }
        // The end stays, whatever has come to lie on it.
        if out.len() > start + 1 && out.last() == Some(&points[last]) {
            out.pop();
        }
        out.push(points[last]);
    }

    /// Chooses vertices by Douglas & Peucker (1973). Where both ends lie on one edge of the tile, at
    /// least one more: a border along the edge must not come of a border beside it.
    fn choose(&mut self, points: &[GridPoint], tolerance: f64) {
        let last = points.len() - 1;
        let (a, b) = (points[0], points[last]);
        let along_edge = a.x == b.x && is_edge(a.x) || a.y == b.y && is_edge(a.y);
        let mut limit = if along_edge { 0.0 } else { tolerance * tolerance };
        self.kept.clear();
        self.kept.push(0);
        self.chains.clear();
        self.chains.push((0, last));
        while let Some((from, to)) = self.chains.pop() {
            match farthest(&points[from..=to]) {
                Some((distance, at)) if distance > limit => {
                    self.chains.push((from + at, to));
                    self.chains.push((from, from + at));
                }
                _ => self.kept.push(to),
            }
            limit = tolerance * tolerance;
        }
    }
}

/// A closed arc, begun at its first vertex in the order of x and y that lies on the tile's edge, or
/// else at its first of all: neither depends on where its walk began.
fn turn(points: &[GridPoint], turned: &mut Vec<GridPoint>) {
    let open = &points[..points.len() - 1];
    let on_edge = |point: GridPoint| is_edge(point.x) || is_edge(point.y);
    let first = (0..open.len()).min_by_key(|&i| (!on_edge(open[i]), open[i])).unwrap_or(0);
    turned.clear();
    turned.extend_from_slice(&open[first..]);
    turned.extend_from_slice(&open[..first]);
    turned.extend(open.get(first));
}

/// An arc in which the steps of a slanted border are one point each: the middle of a run of cells
/// between two steps of one cell in the same direction. That is where the border truly is, while
/// the ends of runs lie up to half a cell on either side; the area is the same.
fn centre(points: &[GridPoint], centred: &mut Vec<GridPoint>) {
    centred.clear();
    let mut i = 0;
    while let Some(&point) = points.get(i) {
        i += 1;
        if i >= 3
            && let Some(&[before, one, other, after, last]) = points.get(i - 2..i + 3)
            && is_step([points[i - 3], before, one, other, after, last])
        {
            let middle = |a: i32, b: i32| a.midpoint(b);
            centred.push(GridPoint { x: middle(one.x, other.x), y: middle(one.y, other.y) });
            i += 1;
        } else {
            centred.push(point);
        }
    }
}

/// Whether the third and the fourth of six points are the ends of a run between two single steps.
fn is_step([first, before, one, other, after, last]: [GridPoint; 6]) -> bool {
    let along = |x: fn(GridPoint) -> i32, y: fn(GridPoint) -> i32| {
        y(one) == y(other)
            && y(one) - y(before) == y(after) - y(other)
            && (x(one) - x(before)).signum() == (x(after) - x(other)).signum()
            && [(first, before), (before, one), (other, after), (after, last)]
                .iter()
                .all(|(a, b)| x(*a) != x(*b) && y(*a) != y(*b))
            && !is_edge(y(one))
            && ![before, one, other, after].into_iter().any(|point| is_edge(x(point)))
    };
    along(|point| point.x, |point| point.y) || along(|point| point.y, |point| point.x)
}

/// The vertices that stay, without the first one: where the arc comes to the tile's edge or leaves
/// it, its end, and for closed ones the vertex that is farthest from their first.
fn anchors(points: &[GridPoint], closed: bool) -> impl Iterator<Item = usize> {
    let last = points.len() - 1;
    let far = closed.then(|| {
        let distance = |point: GridPoint| squared(point, points[0]);
        (0..last).max_by_key(|&i| (distance(points[i]), points[i])).unwrap_or(0)
    });
    let is_anchor = move |i: usize| {
        let [before, at, after] = [points[i - 1], points[i], points[i + 1]];
        Some(i) == far
            || is_edge(at.x) && (before.x != at.x || after.x != at.x)
            || is_edge(at.y) && (before.y != at.y || after.y != at.y)
    };
    (1..last).filter(move |&i| is_anchor(i)).chain([last])
}

fn squared(a: GridPoint, b: GridPoint) -> i64 {
    let (dx, dy) = (i64::from(a.x - b.x), i64::from(a.y - b.y));
    dx * dx + dy * dy
}

/// The point farthest from the chord between the ends: its distance, squared, and its place.
fn farthest(points: &[GridPoint]) -> Option<(f64, usize)> {
    let (&start, &end) = points.first().zip(points.last())?;
    let (dx, dy) = (i64::from(end.x - start.x), i64::from(end.y - start.y));
    let length = dx * dx + dy * dy;
    let distance = |point: GridPoint| {
        let (px, py) = (i64::from(point.x - start.x), i64::from(point.y - start.y));
        let along = px * dx + py * dy;
        if along <= 0 {
            (px * px + py * py) as f64
        } else if along >= length {
            squared(point, end) as f64
        } else {
            let across = px * dy - py * dx;
            (across * across) as f64 / length as f64
        }
    };
    let mut found = None;
    for (i, &point) in points.iter().enumerate().take(points.len() - 1).skip(1) {
        let distance = distance(point);
        if found.is_none_or(|(farthest, _)| distance > farthest) {
            found = Some((distance, i));
        }
    }
    found
}

/// The straight line that stands for a chain of points.
struct Chord {
    length: f64,
    /// Its direction.
    x: f64,
    y: f64,
    /// How far it must move to its right for the chain to lie as much on one side as on the other.
    offset: f64,
}

impl Chord {
    fn new(chain: &[GridPoint]) -> Chord {
        let (start, end) = (chain[0], chain[chain.len() - 1]);
        let relative =
            |point: GridPoint| (i64::from(point.x - start.x), i64::from(point.y - start.y));
        let doubled: i64 = chain
            .windows(2)
            .map(|pair| {
                let ((ax, ay), (bx, by)) = (relative(pair[0]), relative(pair[1]));
                ax * by - bx * ay
            })
            .sum();
        let (dx, dy) = relative(end);
        let length = f64::hypot(dx as f64, dy as f64).max(1.0);
        let offset = -(doubled as f64) / (2.0 * length);
        Chord { length, x: dx as f64 / length, y: dy as f64 / length, offset }
    }
}

/// How far the vertex between two chords moves when they move by these offsets to their right. Where
/// they hardly turn, across both.
fn meeting(one: &Chord, first: f64, other: &Chord, second: f64) -> (f64, f64) {
    let turn = one.x * other.y - one.y * other.x;
    if turn.abs() < 0.3 {
        let (x, y) = (one.x + other.x, one.y + other.y);
        let norm = f64::hypot(x, y).max(0.1);
        let share = (first * one.length + second * other.length) / (one.length + other.length);
        return (-y / norm * share, x / norm * share);
    }
    // The right of a direction (x, y) is (-y, x): two equations for the way.
    ((first * other.x - second * one.x) / turn, (first * other.y - second * one.y) / turn)
}

/// The vertex that gives a chord the area of its chain, above or below the chain's farthest point.
fn ridge(points: &[GridPoint], chord: &Chord) -> GridPoint {
    let at = farthest(points).map_or(points[0], |(_, at)| points[at]);
    let (px, py) = (f64::from(at.x - points[0].x), f64::from(at.y - points[0].y));
    let across = px * -chord.y + py * chord.x;
    let rise = 2.0 * chord.offset - across;
    moved(at, -chord.y * rise, chord.x * rise)
}

/// A vertex moved by less than half a cell, to a grid point that lies on the same side of the tile's
/// edges.
fn moved(point: GridPoint, dx: f64, dy: f64) -> GridPoint {
    const FARTHEST: f64 = CELL_UNITS as f64 / 2.0;
    let scale = (FARTHEST / f64::hypot(dx, dy).max(FARTHEST)).min(1.0);
    let along = |from: i32, by: f64| {
        let to = (f64::from(from) + by * scale).round() as i32;
        EDGES.into_iter().fold(to, |to, edge| match from.cmp(&edge) {
            std::cmp::Ordering::Less => to.min(edge - 1),
            std::cmp::Ordering::Equal => edge,
            std::cmp::Ordering::Greater => to.max(edge + 1),
        })
    };
    GridPoint { x: along(point.x, dx), y: along(point.y, dy) }
}
