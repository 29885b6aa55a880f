//! Lines crossed with each other on whole centimetres, and the faces between them. Every vertex
//! of a border is then a vertex of both faces beside it, which subtracting polygons from each
//! other does not give: it rounds each result by itself.

use std::collections::BTreeMap;

use super::vector::{Vector, at};

/// A point on the grid of centimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    pub x: i64,
    pub y: i64,
}

/// The width of the boxes in which crossings are looked for, in centimetres: some segments each.
const BOX: i64 = 2_500;

/// How often segments are split at most.
const ROUNDS: usize = 10;

/// Lines, crossed.
#[derive(Debug)]
pub struct Arrangement {
    pub nodes: Vec<Node>,
    /// Half-edges in pairs: `i` runs from `starts[i]`, its twin is `i ^ 1`.
    pub starts: Vec<u32>,
    /// The half-edge that follows around the face on the left.
    pub nexts: Vec<u32>,
    /// The face on the left; 0 is outside of all.
    pub faces: Vec<u32>,
    pub face_count: usize,
}

impl Node {
    pub fn of(point: Vector) -> Node {
        Node { x: (point.x * 100.0).round() as i64, y: (point.y * 100.0).round() as i64 }
    }

    pub fn metres(self) -> Vector {
        at(self.x as f64 / 100.0, self.y as f64 / 100.0)
    }

    fn minus(self, other: Node) -> (i64, i64) {
        (self.x - other.x, self.y - other.y)
    }
}

type Segment = (Node, Node);

impl Arrangement {
    /// Crosses rings and lines with each other.
    pub fn of<'a>(
        rings: impl Iterator<Item = &'a [Vector]>,
        lines: impl Iterator<Item = &'a [Vector]>,
    ) -> Arrangement {
        let mut segments = Vec::new();
        for ring in rings {
            let nodes: Vec<Node> = ring.iter().map(|p| Node::of(*p)).collect();
            segments.extend(nodes.iter().copied().zip(nodes.iter().copied().cycle().skip(1)));
        }
        for line in lines {
            segments.extend(line.windows(2).map(|edge| (Node::of(edge[0]), Node::of(edge[1]))));
        }
        Arrangement::of_segments(crossed(segments))
    }

    fn of_segments(segments: Vec<Segment>) -> Arrangement {
        let mut nodes: Vec<Node> = segments.iter().flat_map(|s| [s.0, s.1]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let index = |node: &Node| nodes.binary_search(node).unwrap_or_default() as u32;
        let starts: Vec<u32> = segments.iter().flat_map(|s| [index(&s.0), index(&s.1)]).collect();
        let nexts = nexts(&nodes, &starts);
        let mut arrangement =
            Arrangement { faces: vec![0; starts.len()], nodes, starts, nexts, face_count: 1 };
        arrangement.number_faces();
        arrangement
    }

    pub fn start(&self, half_edge: usize) -> Node {
        self.nodes[self.starts[half_edge] as usize]
    }

    pub fn end(&self, half_edge: usize) -> Node {
        self.start(half_edge ^ 1)
    }

    /// The half-edges around a face, from one of them.
    fn cycle(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let current = next?;
            let following = self.nexts[current] as usize;
            next = (following != from).then_some(following);
            Some(current)
        })
    }

    /// Cycles that run counter-clockwise are faces; the others are borders of islands, whose face
    /// is that of the edge next to the west.
    fn number_faces(&mut self) {
        let mut seen = vec![false; self.starts.len()];
        let mut islands = Vec::new();
        for first in 0..self.starts.len() {
            if seen[first] {
                continue;
            }
            let cycle: Vec<usize> = self.cycle(first).collect();
            cycle.iter().for_each(|&half_edge| seen[half_edge] = true);
            let doubled: i128 = cycle
                .iter()
                .map(|&h| {
                    let (a, b) = (self.start(h), self.end(h));
                    i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y)
                })
                .sum();
            if doubled > 0 {
                let face = self.face_count as u32;
                self.face_count += 1;
                cycle.iter().for_each(|&half_edge| self.faces[half_edge] = face);
            } else if let Some(&west) = cycle.iter().min_by_key(|&&h| self.start(h)) {
                islands.push((self.start(west), cycle));
            }
        }
        // From west to east: what lies to the west of an island has its face already.
        islands.sort_by_key(|island| island.0);
        let rows = self.rows();
        for (west, cycle) in islands {
            let face = self.face_west_of(west, &rows);
            cycle.iter().for_each(|&half_edge| self.faces[half_edge] = face);
        }
    }

    /// The half-edges that run southwards, by the rows that they touch.
    fn rows(&self) -> BTreeMap<i64, Vec<u32>> {
        let mut rows: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for h in 0..self.starts.len() {
            let (a, b) = (self.start(h), self.end(h));
            if a.y > b.y {
                for row in b.y.div_euclid(BOX)..=a.y.div_euclid(BOX) {
                    rows.entry(row).or_default().push(h as u32);
                }
            }
        }
        rows
    }

    fn face_west_of(&self, node: Node, rows: &BTreeMap<i64, Vec<u32>>) -> u32 {
        let mut best: Option<(f64, u32)> = None;
        for &h in rows.get(&node.y.div_euclid(BOX)).into_iter().flatten() {
            let (a, b) = (self.start(h as usize), self.end(h as usize));
            if a.y <= node.y || b.y > node.y {
                continue;
            }
            let part = (a.y - node.y) as f64 / (a.y - b.y) as f64;
            let x = a.x as f64 + (b.x - a.x) as f64 * part;
            if x < node.x as f64 && best.is_none_or(|(east, _)| x > east) {
                best = Some((x, h));
            }
        }
        best.map_or(0, |(_, h)| self.faces[h as usize])
    }
}

/// For each half-edge the one that follows around the face on its left.
fn nexts(nodes: &[Node], starts: &[u32]) -> Vec<u32> {
    let mut around: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for (h, &start) in starts.iter().enumerate() {
        around[start as usize].push(h as u32);
    }
    let direction = |h: u32| {
        let from = nodes[starts[h as usize] as usize];
        nodes[starts[h as usize ^ 1] as usize].minus(from)
    };
    let mut nexts = vec![0; starts.len()];
    for leaving in &mut around {
        leaving.sort_by(|&a, &b| by_angle(direction(a), direction(b)));
        for (i, &h) in leaving.iter().enumerate() {
            // Who arrives by the twin of `h` goes on by the one clockwise of it.
            let clockwise = leaving[(i + leaving.len() - 1) % leaving.len()];
            nexts[h as usize ^ 1] = clockwise;
        }
    }
    nexts
}

/// Counter-clockwise from east.
fn by_angle(a: (i64, i64), b: (i64, i64)) -> std::cmp::Ordering {
    let lower = |d: (i64, i64)| d.1 < 0 || (d.1 == 0 && d.0 < 0);
    lower(a).cmp(&lower(b)).then_with(|| 0.cmp(&(a.0 * b.1 - a.1 * b.0)))
}

/// Splits segments where they cross or touch, until rounding brings no new crossing.
fn crossed(segments: Vec<Segment>) -> Vec<Segment> {
    // The second of each pair: whether it is new, and not yet compared with the others.
    let mut segments: Vec<(Segment, bool)> = segments.into_iter().map(|s| (s, true)).collect();
    // Some four rounds are usual.
    for _ in 0..ROUNDS {
        for (segment, _) in &mut segments {
            *segment = (segment.0.min(segment.1), segment.0.max(segment.1));
        }
        segments.retain(|(s, _)| s.0 != s.1);
        segments.sort_unstable();
        segments.dedup_by_key(|(segment, _)| *segment);
        let splits = splits(&segments);
        if splits.iter().all(Vec::is_empty) {
            break;
        }
        let mut pieces = Vec::with_capacity(segments.len() * 2);
        for ((segment, _), mut points) in segments.iter().zip(splits) {
            let is_new = !points.is_empty();
            points.extend([segment.0, segment.1]);
            let (dx, dy) = segment.1.minus(segment.0);
            points.sort_by_key(|p| {
                let (px, py) = p.minus(segment.0);
                (px * dx + py * dy, *p)
            });
            points.dedup();
            pieces.extend(points.windows(2).map(|pair| ((pair[0], pair[1]), is_new)));
        }
        segments = pieces;
    }
    segments.into_iter().map(|(segment, _)| segment).collect()
}

/// The points at which each segment is to be split.
fn splits(segments: &[(Segment, bool)]) -> Vec<Vec<Node>> {
    let mut boxes: Vec<(i64, i64, u32)> = Vec::new();
    for (i, ((a, b), _)) in segments.iter().enumerate() {
        let (low, high) = (a.y.min(b.y) - 1, a.y.max(b.y) + 1);
        for column in (a.x - 1).div_euclid(BOX)..=(b.x + 1).div_euclid(BOX) {
            for row in low.div_euclid(BOX)..=high.div_euclid(BOX) {
                boxes.push((column, row, i as u32));
            }
        }
    }
    boxes.sort_unstable();
    let mut splits = vec![Vec::new(); segments.len()];
    for together in boxes.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        if !together.iter().any(|&(.., i)| segments[i as usize].1) {
            continue;
        }
        for (k, &(.., i)) in together.iter().enumerate() {
            for &(.., j) in &together[k + 1..] {
                let ((one, one_is_new), (other, other_is_new)) =
                    (segments[i as usize], segments[j as usize]);
                // Sorted by their western ends: all that follow begin farther east.
                if one.1.x + 1 < other.0.x {
                    break;
                }
                if (one_is_new || other_is_new) && !apart_in_y(one, other) {
                    meet(one, other, &mut splits, i as usize, j as usize);
                }
            }
        }
    }
    splits
}

fn apart_in_y(one: Segment, other: Segment) -> bool {
    one.0.y.max(one.1.y) + 1 < other.0.y.min(other.1.y)
        || other.0.y.max(other.1.y) + 1 < one.0.y.min(one.1.y)
}

fn meet(one: Segment, other: Segment, splits: &mut [Vec<Node>], i: usize, j: usize) {
    for end in [other.0, other.1] {
        if end != one.0 && end != one.1 && is_on(end, one) {
            splits[i].push(end);
        }
    }
    for end in [one.0, one.1] {
        if end != other.0 && end != other.1 && is_on(end, other) {
            splits[j].push(end);
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
        let x = one.0.x + (dx as f64 * part).round() as i64;
        let y = one.0.y + (dy as f64 * part).round() as i64;
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
            splits[i].push(crossing);
        }
        if crossing != other.0 && crossing != other.1 {
            splits[j].push(crossing);
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
