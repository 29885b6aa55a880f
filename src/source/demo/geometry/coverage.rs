//! Faces with labels → polygons that share their borders, vertex by vertex. Faces of one label
//! that touch along an edge are one polygon; small ones join a neighbour.

use std::collections::BTreeMap;

use super::areas::{Area, Ring, doubled, widest_stretch};
use super::arrangement::Arrangement;
use super::vector::Vector;

/// The label of what is not covered.
pub const NOTHING: u32 = 0;

/// A label for each face of an arrangement.
#[derive(Debug)]
pub struct Coverage<'a> {
    arrangement: &'a Arrangement,
    labels: Vec<u32>,
}

impl<'a> Coverage<'a> {
    /// Asks for the label of each face, giving a point within it.
    pub fn of(arrangement: &'a Arrangement, label: impl Fn(Vector) -> u32) -> Coverage<'a> {
        let mut by_face: Vec<u32> = (0..arrangement.faces.len() as u32).collect();
        let face = |h: &u32| arrangement.faces[*h as usize];
        by_face.sort_by_key(face);
        let mut labels = vec![NOTHING; arrangement.face_count];
        for edges in by_face.chunk_by(|a, b| face(a) == face(b)) {
            // 0 is outside of all.
            if let number @ 1.. = face(&edges[0]) {
                labels[number as usize] = label(inside(arrangement, edges));
            }
        }
        Coverage { arrangement, labels }
    }

    /// The faces' labels, made into others.
    pub fn relabelled(&self, label: impl Fn(u32) -> u32) -> Coverage<'a> {
        let labels = self.labels.iter().map(|l| if *l == NOTHING { NOTHING } else { label(*l) });
        Coverage { arrangement: self.arrangement, labels: labels.collect() }
    }

    /// Gives polygons of less than `smallest` (square metres, by label) the label of the neighbour
    /// with which they share the longest border.
    pub fn merge_small(&mut self, smallest: impl Fn(u32) -> f64) {
        for _ in 0..4 {
            let pieces = self.pieces();
            let mut areas = vec![0.0; pieces.count];
            let mut labels = vec![NOTHING; pieces.count];
            let ends = |h| (self.arrangement.start(h).metres(), self.arrangement.end(h).metres());
            for h in 0..self.arrangement.faces.len() {
                let (a, b) = ends(h);
                let left = pieces.left(self, h) as usize;
                areas[left] += a.cross(b) / 2.0;
                labels[left] = self.labels[self.arrangement.faces[h] as usize];
            }
            let is_small = |piece: u32| {
                let label = labels[piece as usize];
                label != NOTHING && areas[piece as usize] < smallest(label)
            };
            let small: Vec<bool> = (0..pieces.count as u32).map(is_small).collect();
            let mut borders: BTreeMap<(u32, u32), f64> = BTreeMap::new();
            for h in 0..self.arrangement.faces.len() {
                let (left, right) = (pieces.left(self, h), pieces.left(self, h ^ 1));
                if left != right && small[left as usize] {
                    let (a, b) = ends(h);
                    *borders.entry((left, right)).or_default() += a.distance(b);
                }
            }
            let mut into: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
            for (&(piece, neighbour), &length) in &borders {
                let taken = labels[neighbour as usize];
                if taken != NOTHING && !small[neighbour as usize] {
                    let best = into.entry(piece).or_insert((0.0, taken));
                    if length > best.0 {
                        *best = (length, taken);
                    }
                }
            }
            if into.is_empty() {
                return;
            }
            for (face, piece) in pieces.of_face.iter().enumerate() {
                if let Some((_, label)) = into.get(piece) {
                    self.labels[face] = *label;
                }
            }
        }
    }

    /// The polygons with their labels, in the order of their first edge.
    pub fn polygons(&self) -> Vec<(u32, Area)> {
        let pieces = self.pieces();
        let arrangement = self.arrangement;
        let is_border = |h: usize| pieces.left(self, h) != pieces.left(self, h ^ 1);
        let mut seen = vec![false; arrangement.faces.len()];
        let mut rings: BTreeMap<u32, (u32, Vec<Ring>)> = BTreeMap::new();
        let mut places = vec![None; arrangement.nodes.len()];
        for first in 0..arrangement.faces.len() {
            let label = self.labels[arrangement.faces[first] as usize];
            if seen[first] || label == NOTHING || !is_border(first) {
                continue;
            }
            let mut nodes = Vec::new();
            let mut h = first;
            loop {
                seen[h] = true;
                nodes.push(arrangement.starts[h]);
                h = arrangement.nexts[h] as usize;
                // Edges within the polygon are stepped over.
                while !is_border(h) {
                    h = arrangement.nexts[h ^ 1] as usize;
                }
                if h == first {
                    break;
                }
            }
            let piece = pieces.left(self, first);
            let found = &mut rings.entry(piece).or_insert((label, Vec::new())).1;
            for loop_ in simple_loops(nodes, &mut places) {
                found.push(loop_.iter().map(|&n| arrangement.nodes[n as usize].metres()).collect());
            }
        }
        rings
            .into_values()
            .filter_map(|(label, mut rings)| {
                let exterior = rings.iter().position(|ring| doubled(ring) > 0.0)?;
                rings.swap(0, exterior);
                Some((label, Area { rings }))
            })
            .collect()
    }

    /// Faces of one label that share an edge are one piece.
    fn pieces(&self) -> Pieces {
        let mut parents: Vec<u32> = (0..self.labels.len() as u32).collect();
        for h in (0..self.arrangement.faces.len()).step_by(2) {
            let [a, b] = [h, h + 1].map(|h| self.arrangement.faces[h]);
            if self.labels[a as usize] == self.labels[b as usize] {
                let (a, b) = (root(&mut parents, a), root(&mut parents, b));
                parents[a.max(b) as usize] = a.min(b);
            }
        }
        let of_face: Vec<u32> =
            (0..parents.len() as u32).map(|face| root(&mut parents, face)).collect();
        Pieces { count: of_face.len(), of_face }
    }
}

/// The piece of each face, named by the first of its faces.
struct Pieces {
    count: usize,
    of_face: Vec<u32>,
}

impl Pieces {
    fn left(&self, coverage: &Coverage<'_>, half_edge: usize) -> u32 {
        self.of_face[coverage.arrangement.faces[half_edge] as usize]
    }
}

fn root(parents: &mut [u32], mut of: u32) -> u32 {
    while parents[of as usize] != of {
        parents[of as usize] = parents[parents[of as usize] as usize];
        of = parents[of as usize];
    }
    of
}

/// A ring that meets itself in a node is several. `places` says where in the ring a node is; empty
/// before and after.
fn simple_loops(nodes: Vec<u32>, places: &mut [Option<usize>]) -> Vec<Vec<u32>> {
    let mut loops = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for node in nodes {
        if let Some(place) = places[node as usize] {
            let closed = open.split_off(place);
            closed.iter().for_each(|&node| places[node as usize] = None);
            loops.push(closed);
        }
        places[node as usize] = Some(open.len());
        open.push(node);
    }
    open.iter().for_each(|&node| places[node as usize] = None);
    loops.push(open);
    loops.retain(|closed| closed.len() > 2);
    loops
}

/// A point within a face.
fn inside(arrangement: &Arrangement, half_edges: &[u32]) -> Vector {
    let ends = |&h: &u32| {
        let h = h as usize;
        (arrangement.start(h).metres(), arrangement.end(h).metres())
    };
    let (low, high) = half_edges
        .iter()
        .map(ends)
        .fold((f64::MAX, f64::MIN), |(low, high), (a, _)| (low.min(a.y), high.max(a.y)));
    // Off the centimetres, so that no node lies on a line.
    let height = |t: f64| ((low + (high - low) * t) * 100.0).floor() / 100.0 + 0.005;
    let heights = [0.5, 0.31, 0.73].map(height);
    widest_stretch(|| half_edges.iter().map(ends), &heights).unwrap_or_default()
}
