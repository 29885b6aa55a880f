//! Lines crossed with each other on whole centimetres, and the faces between them. Every vertex
//! of a border is then a vertex of both faces beside it, which subtracting polygons from each
//! other does not give: it rounds each result by itself.

use std::collections::BTreeMap;

use super::crossing::{Node, Segment, crossed};
use super::vector::Vector;

/// The height of the rows in which the edge to the west of a node is looked for, in centimetres.
const ROW: i32 = 2_500;

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
        let ends = segments.iter().flat_map(|segment| [segment.0, segment.1]);
        let mut ends: Vec<(Node, u32)> = ends.zip(0..).collect();
        ends.sort_unstable();
        let mut nodes: Vec<Node> = Vec::with_capacity(segments.len());
        let mut starts = vec![0; ends.len()];
        for (node, half_edge) in ends {
            if nodes.last() != Some(&node) {
                nodes.push(node);
            }
            starts[half_edge as usize] = nodes.len() as u32 - 1;
        }
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
    fn rows(&self) -> BTreeMap<i32, Vec<u32>> {
        let mut rows: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        for h in 0..self.starts.len() {
            let (a, b) = (self.start(h), self.end(h));
            if a.y > b.y {
                for row in b.y.div_euclid(ROW)..=a.y.div_euclid(ROW) {
                    rows.entry(row).or_default().push(h as u32);
                }
            }
        }
        rows
    }

    fn face_west_of(&self, node: Node, rows: &BTreeMap<i32, Vec<u32>>) -> u32 {
        let mut best: Option<(f64, u32)> = None;
        for &h in rows.get(&node.y.div_euclid(ROW)).into_iter().flatten() {
            let (a, b) = (self.start(h as usize), self.end(h as usize));
            if a.y <= node.y || b.y > node.y {
                continue;
            }
            let part = f64::from(a.y - node.y) / f64::from(a.y - b.y);
            let x = f64::from(a.x) + f64::from(b.x - a.x) * part;
            if x < f64::from(node.x) && best.is_none_or(|(east, _)| x > east) {
                best = Some((x, h));
            }
        }
        best.map_or(0, |(_, h)| self.faces[h as usize])
    }
}

/// For each half-edge the one that follows around the face on its left.
fn nexts(nodes: &[Node], starts: &[u32]) -> Vec<u32> {
    // The half-edges that leave each node, node after node.
    let mut firsts = vec![0; nodes.len() + 1];
    starts.iter().for_each(|&start| firsts[start as usize + 1] += 1);
    for node in 0..nodes.len() {
        firsts[node + 1] += firsts[node];
    }
    let mut ends = firsts.clone();
    let mut leaving = vec![0; starts.len()];
    for (h, &start) in starts.iter().enumerate() {
        leaving[ends[start as usize]] = h as u32;
        ends[start as usize] += 1;
    }
    let direction = |h: u32| {
        let from = nodes[starts[h as usize] as usize];
        nodes[starts[h as usize ^ 1] as usize].minus(from)
    };
    let mut nexts = vec![0; starts.len()];
    for bounds in firsts.windows(2) {
        let leaving = &mut leaving[bounds[0]..bounds[1]];
        // Two follow each other either way.
        if leaving.len() > 2 {
            leaving.sort_by(|&a, &b| by_angle(direction(a), direction(b)));
        }
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
