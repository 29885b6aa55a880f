//! Segments on whole centimetres, split wherever they cross or touch each other.

use super::vector::{Vector, at};

/// A point on the grid of centimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    pub x: i32,
    pub y: i32,
}

/// From its western end to its eastern one.
pub type Segment = (Node, Node);

/// The width of the boxes in which crossings are looked for, in centimetres: some segments each.
const BOX: i32 = 2_500;

/// How often segments are split at most; some four times are usual.
const ROUNDS: usize = 10;

impl Node {
    pub fn of(point: Vector) -> Node {
        Node { x: (point.x * 100.0).round() as i32, y: (point.y * 100.0).round() as i32 }
    }

    pub fn metres(self) -> Vector {
        at(f64::from(self.x) / 100.0, f64::from(self.y) / 100.0)
    }

    pub fn minus(self, other: Node) -> (i64, i64) {
        (i64::from(self.x) - i64::from(other.x), i64::from(self.y) - i64::from(other.y))
    }
}

/// Splits segments where they cross or touch, until rounding brings no new crossing. Sorted, each
/// once.
pub fn crossed(segments: Vec<Segment>) -> Vec<Segment> {
    let mut crossing = Crossing::around(&segments);
    let mut fresh = segments;
    for _ in 0..ROUNDS {
        sort(&mut fresh);
        fresh.drain(..).for_each(|segment| crossing.add(segment));
        fresh = crossing.split();
        if fresh.is_empty() {
            break;
        }
    }
    fresh.extend(crossing.whole());
    sort(&mut fresh);
    fresh
}

fn sort(segments: &mut Vec<Segment>) {
    for segment in segments.iter_mut() {
        *segment = (segment.0.min(segment.1), segment.0.max(segment.1));
    }
    segments.retain(|segment| segment.0 != segment.1);
    segments.sort_unstable();
    segments.dedup();
}

/// Segments that were compared with each other, and where they are to be split.
struct Crossing {
    segments: Vec<Segment>,
    is_split: Vec<bool>,
    splits: Vec<(u32, Node)>,
    boxes: Boxes,
}

/// Numbers of segments by the boxes that they touch: in each a list that leads from entry to entry.
struct Boxes {
    low: Node,
    columns: usize,
    /// 0 ends a list.
    firsts: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

impl Crossing {
    fn around(segments: &[Segment]) -> Crossing {
        let capacity = segments.len() * 2;
        Crossing {
            segments: Vec::with_capacity(capacity),
            is_split: Vec::with_capacity(capacity),
            splits: Vec::new(),
            boxes: Boxes::around(segments),
        }
    }

    /// Compares a segment with those before it. One that is there already adds nothing.
    fn add(&mut self, segment: Segment) {
        let touched = self.boxes.touched(segment);
        let is_known = |number: u32| {
            self.segments[number as usize] == segment && !self.is_split[number as usize]
        };
        if touched.clone().next().is_some_and(|box_| self.boxes.list(box_).any(is_known)) {
            return;
        }
        let number = self.segments.len() as u32;
        for box_ in touched {
            for other in self.boxes.list(box_) {
                let known = self.segments[other as usize];
                if !self.is_split[other as usize] && !are_apart(segment, known) {
                    let (this, that) = ((segment, number), (known, other));
                    meet(this.min(that), this.max(that), &mut self.splits);
                }
            }
            self.boxes.put(box_, number);
        }
        self.segments.push(segment);
        self.is_split.push(false);
    }

    /// The pieces of all that is to be split.
    fn split(&mut self) -> Vec<Segment> {
        let mut splits = std::mem::take(&mut self.splits);
        splits.sort_unstable();
        let mut pieces = Vec::with_capacity(splits.len() * 2);
        for points in splits.chunk_by(|a, b| a.0 == b.0) {
            let number = points[0].0 as usize;
            self.is_split[number] = true;
            let segment = self.segments[number];
            let mut points: Vec<Node> = points.iter().map(|(_, node)| *node).collect();
            let (dx, dy) = segment.1.minus(segment.0);
            points.sort_by_key(|p| {
                let (px, py) = p.minus(segment.0);
                (px * dx + py * dy, *p)
            });
            points.dedup();
            // Its ends are its ends, also where rounding puts a crossing beside one.
            points.insert(0, segment.0);
            points.push(segment.1);
            pieces.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
        }
        pieces
    }

    fn whole(&self) -> impl Iterator<Item = Segment> + '_ {
        let pairs = self.segments.iter().zip(&self.is_split);
        pairs.filter(|(_, is_split)| !**is_split).map(|(segment, _)| *segment)
    }
}

impl Boxes {
    fn around(segments: &[Segment]) -> Boxes {
        let nodes = || segments.iter().flat_map(|segment| [segment.0, segment.1]);
        let (mut low, mut high) = (Node { x: 0, y: 0 }, Node { x: 0, y: 0 });
        for node in nodes() {
            low = Node { x: low.x.min(node.x), y: low.y.min(node.y) };
            high = Node { x: high.x.max(node.x), y: high.y.max(node.y) };
        }
        let [columns, rows] =
            [high.x - low.x, high.y - low.y].map(|extent| (extent / BOX) as usize + 2);
        // No segment is the 0th.
        Boxes { low, columns, firsts: vec![0; columns * rows], entries: vec![(0, 0)] }
    }

    /// The boxes that a segment touches, or comes as near to as rounding can move it.
    fn touched(&self, (a, b): Segment) -> impl Iterator<Item = usize> + Clone + use<> {
        let place = |low: i32, from: i32| ((low - from).max(0) / BOX) as usize;
        let west = place(a.x - 1, self.low.x);
        let east = place(b.x + 1, self.low.x);
        let south = place(a.y.min(b.y) - 1, self.low.y);
        let north = place(a.y.max(b.y) + 1, self.low.y);
        let columns = self.columns;
        (south..=north).flat_map(move |row| (west..=east).map(move |column| row * columns + column))
    }

    fn list(&self, box_: usize) -> impl Iterator<Item = u32> + '_ {
        let mut next = self.firsts[box_];
        std::iter::from_fn(move || {
            let (number, following) = self.entries[next as usize];
            let is_end = next == 0;
            next = following;
            (!is_end).then_some(number)
        })
    }

    fn put(&mut self, box_: usize, number: u32) {
        let entry = self.entries.len() as u32;
        self.entries.push((number, self.firsts[box_]));
        self.firsts[box_] = entry;
    }
}

fn are_apart(one: Segment, other: Segment) -> bool {
    one.1.x + 1 < other.0.x
        || other.1.x + 1 < one.0.x
        || one.0.y.max(one.1.y) + 1 < other.0.y.min(other.1.y)
        || other.0.y.max(other.1.y) + 1 < one.0.y.min(one.1.y)
}

/// Notes where two segments split each other.
fn meet((one, i): (Segment, u32), (other, j): (Segment, u32), splits: &mut Vec<(u32, Node)>) {
    for end in [other.0, other.1] {
        if end != one.0 && end != one.1 && is_on(end, one) {
            splits.push((i, end));
        }
    }
    for end in [one.0, one.1] {
        if end != other.0 && end != other.1 && is_on(end, other) {
            splits.push((j, end));
        }
    }
    let side = |s: Segment, p: Node| {
        let ((dx, dy), (px, py)) = (s.1.minus(s.0), p.minus(s.0));
        dx * py - dy * px
    };
    let (a, b) = (side(other, one.0), side(other, one.1));
    let (c, d) = (side(one, other.0), side(one, other.1));
    if a.signum() * b.signum() < 0 && c.signum() * d.signum() < 0 {
        let part = a as f64 / (a - b) as f64;
        let (dx, dy) = one.1.minus(one.0);
        let x = one.0.x + (dx as f64 * part).round() as i32;
        let y = one.0.y + (dy as f64 * part).round() as i32;
        // Two lines at a very small angle would cross anew at each next centimetre: near an end,
        // the end is where they cross.
        let ends = [one.0, one.1, other.0, other.1];
        let is_near = |end: &&Node| {
            (end.x - x).abs().max((end.y - y).abs()) <= 2
                && is_along(**end, one)
                && is_along(**end, other)
        };
        let crossing = ends.iter().find(is_near).copied().unwrap_or(Node { x, y });
        if crossing != one.0 && crossing != one.1 {
            splits.push((i, crossing));
        }
        if crossing != other.0 && crossing != other.1 {
            splits.push((j, crossing));
        }
    }
}

/// Whether a point lies beside a segment, not before or beyond it.
fn is_along(point: Node, segment: Segment) -> bool {
    let ((dx, dy), (px, py)) = (segment.1.minus(segment.0), point.minus(segment.0));
    (0..=dx * dx + dy * dy).contains(&(px * dx + py * dy))
}

/// Whether a point lies on a segment, to half a centimetre.
fn is_on(point: Node, segment: Segment) -> bool {
    let ((dx, dy), (px, py)) = (segment.1.minus(segment.0), point.minus(segment.0));
    let (along, length) = (px * dx + py * dy, dx * dx + dy * dy);
    let across = px * dy - py * dx;
    // across² / length ≤ ¼, in whole numbers that i128 holds.
    along > 0 && along < length && 4 * i128::from(across) * i128::from(across) <= i128::from(length)
}
