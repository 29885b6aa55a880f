//! Lines of an overview: vertices nearer than a pixel become one, so that lines that can no longer be
//! told apart are one line; what is then joined end to end becomes one chain, is simplified, and left
//! out where it is too short to see. Where many such lie together and nothing else is shown, as along
//! a street that was surveyed in pieces, the longest stays for all ([`super::crowds`]).
//!
//! Source of the first step: Rossignac & Borrel, Multi-resolution 3D approximations for rendering
//! complex scenes (1993). What becomes of a line is known from what lies within a few pixels.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::classes::Class;
use super::crowds::{BLOCK, Crowds};
use super::ground::Ground;
use super::recipe::Recipe;
use super::sketch::Sketch;
use crate::geo::clip::{ClipBox, WidePoint, clip_line};
use crate::geo::grid::{EXTENT, Grid, GridParts};
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;
use crate::geo::world::WorldPoint;

/// The side of the squares whose vertices become one, in grid units: one of a tile's 512 pixels.
pub(super) const SQUARE: i64 = 8;

/// Chains that stand alone and reach no farther than this are left out: two pixels.
pub(super) const TOO_SHORT: i64 = 2 * SQUARE;

/// How far a simplified chain may leave its course, in grid units: a quarter of a pixel.
const TOLERANCE: f64 = 2.0;

/// So many vertices a tile shows of lines: the longest chains first. Some 300 kB.
const MOST_VERTICES: usize = 80_000;

/// A square of the tile's grid.
type Square = (i64, i64);

/// Two squares that a line joins, the lesser first.
type Edge = (Square, Square);

/// How far around a tile what it shows of lines depends on others, in grid units: a block at the edge of
/// the buffer, chains beside it, and whether they are too short.
pub fn halo(recipe: &Recipe) -> i64 {
    i64::from(recipe.buffer) + BLOCK + SQUARE + TOO_SHORT + SQUARE
}

/// Adds the lines of a tile.
pub fn sketch(ground: &Ground<'_>, tile: TileId, sketch: &mut Sketch) {
    let buffer = i64::from(ground.recipe.buffer);
    let clip = ClipBox { min: -buffer, max: i64::from(EXTENT) + buffer };
    let Read { networks, vertices, mut crowds } = read(ground, tile, halo(ground.recipe));
    let mut chains: Vec<(Class, Vec<WidePoint>)> = Vec::new();
    for (class, mut edges) in networks {
        edges.sort_unstable();
        edges.dedup();
        for chain in Network::new(&edges).chains() {
            let chain: Vec<WidePoint> = chain.iter().map(|square| vertices[square]).collect();
            crowds.disperse(&chain);
            chains.push((class, simplify(&chain)));
        }
    }
    chains.extend(crowds.longest(ground, tile, clip));
    let mut left = MOST_VERTICES;
    chains.sort_by_cached_key(|(class, chain)| (-reach(chain), *class, chain[0], chain.len()));
    chains.retain(|(_, chain)| {
        left = left.saturating_sub(chain.len());
        left > 0
    });
    let mut by_class: BTreeMap<Class, Vec<Vec<WidePoint>>> = BTreeMap::new();
    chains.into_iter().for_each(|(class, chain)| by_class.entry(class).or_default().push(chain));
    let mut parts = GridParts::default();
    for (class, mut chains) in by_class {
        // Neighbours side by side compress better.
        chains.sort_unstable_by_key(|chain| (chain[0].1 >> 9, chain[0]));
        parts.clear();
        chains.iter().for_each(|chain| clip_line(chain, clip, &mut parts));
        sketch.push(ShapeKind::Line, class, None, &parts);
    }
}

/// What lies around a tile.
#[derive(Default)]
struct Read<'a> {
    /// The edges of each class between squares.
    networks: BTreeMap<Class, Vec<Edge>>,
    /// The vertex that stands for each square: the one nearest to its middle.
    vertices: HashMap<Square, WidePoint>,
    crowds: Crowds<'a>,
}

/// Where a point lies on a tile's grid.
pub(super) fn place(tile: TileId) -> impl Fn(WorldPoint) -> WidePoint {
    let grid = Grid::of_zoom(tile.z());
    let (west, north) = Grid::origin(tile);
    move |point| (grid.quantise(point.x) - west, grid.quantise(point.y) - north)
}

fn read<'a>(ground: &Ground<'a>, tile: TileId, around: i64) -> Read<'a> {
    let window = Grid::world_box(tile, around as u16);
    let mut read = Read::default();
    let (mut shape, mut scratch) = (Shape::new(ShapeKind::Line), Vec::new());
    let outside = |a: i64, b: i64| a.max(b) < -around || a.min(b) > i64::from(EXTENT) + around;
    let square = |(x, y): WidePoint| (x.div_euclid(SQUARE), y.div_euclid(SQUARE));
    let place = place(tile);
    ground.visit(window, ShapeKind::Line, |feature| {
        let bounds = feature.bounds();
        let (min, max, middle) = (place(bounds.min), place(bounds.max), place(bounds.centre()));
        read.crowds.add(feature, middle, reach(&[min, max]));
        if square(min) == square(max) {
            // As most at low zooms: it joins nothing, and its middle will do for its vertices.
            stand_for(&mut read.vertices, square(min), middle);
            return;
        }
        let edges = read.networks.entry(ground.class(&feature, &mut scratch)).or_default();
        feature.read(tile.z(), window, &mut shape);
        for line in shape.parts() {
            let mut before: Option<(Square, WidePoint)> = None;
            for point in line {
                let vertex = place(*point);
                let square = square(vertex);
                stand_for(&mut read.vertices, square, vertex);
                if let Some((square_before, vertex_before)) = before
                    && square_before != square
                    && !outside(vertex.0, vertex_before.0)
                    && !outside(vertex.1, vertex_before.1)
                {
                    edges.push((square_before.min(square), square_before.max(square)));
                }
                before = Some((square, vertex));
            }
        }
    });
    read
}

/// Lets a vertex stand for its square if it is nearer to the middle than the one that does.
fn stand_for(vertices: &mut HashMap<Square, WidePoint>, square: Square, vertex: WidePoint) {
    let middle = (square.0 * SQUARE + SQUARE / 2, square.1 * SQUARE + SQUARE / 2);
    let key = |vertex: WidePoint| (squared(vertex, middle), vertex);
    let found = vertices.entry(square).or_insert(vertex);
    if key(vertex) < key(*found) {
        *found = vertex;
    }
}

/// The edges of one class, as a graph of squares.
struct Network<'a> {
    edges: &'a [Edge],
    /// The numbers of the edges at each square.
    at: HashMap<Square, Vec<u32>>,
}

impl<'a> Network<'a> {
    fn new(edges: &'a [Edge]) -> Network<'a> {
        let mut at: HashMap<Square, Vec<u32>> = HashMap::new();
        for (edge, number) in edges.iter().zip(0..) {
            at.entry(edge.0).or_default().push(number);
            at.entry(edge.1).or_default().push(number);
        }
        Network { edges, at }
    }

    fn degree(&self, square: Square) -> usize {
        self.at.get(&square).map_or(0, Vec::len)
    }

    /// The chains between the squares where other than two edges meet, then the rings; without
    /// those that stand alone and are too short to see.
    fn chains(&self) -> Vec<Vec<Square>> {
        let mut used = vec![false; self.edges.len()];
        let mut chains = Vec::new();
        let is_end = |square: Square| self.degree(square) != 2;
        for rings in [false, true] {
            for number in 0..self.edges.len() {
                let (from, to) = self.edges[number];
                let starts = [(from, to), (to, from)];
                let start = starts.into_iter().find(|(start, _)| rings || is_end(*start));
                if used[number] {
                    continue;
                }
                if let Some((start, next)) = start {
                    used[number] = true;
                    chains.push(self.follow(start, next, &mut used));
                }
            }
        }
        chains.retain(|chain| !self.is_too_short(chain));
        chains
    }

    /// The chain that begins with an edge.
    fn follow(&self, start: Square, next: Square, used: &mut [bool]) -> Vec<Square> {
        let mut chain = vec![start, next];
        let mut square = next;
        while self.degree(square) == 2
            && let Some(number) = self.at[&square].iter().copied().find(|n| !used[*n as usize])
        {
            used[number as usize] = true;
            let (a, b) = self.edges[number as usize];
            square = if a == square { b } else { a };
            chain.push(square);
        }
        chain
    }

    fn is_too_short(&self, chain: &[Square]) -> bool {
        let ends = [chain[0], chain[chain.len() - 1]];
        let stands_alone = ends[0] == ends[1] || ends.iter().all(|end| self.degree(*end) == 1);
        let in_units = |square: &Square| (square.0 * SQUARE, square.1 * SQUARE);
        let places: Vec<WidePoint> = chain.iter().map(in_units).collect();
        stands_alone && reach(&places) <= TOO_SHORT
    }
}

/// The longer side of the box around a chain.
pub(super) fn reach(chain: &[WidePoint]) -> i64 {
    let span = |of: fn(&WidePoint) -> i64| {
        let (min, max) = chain
            .iter()
            .map(of)
            .fold((i64::MAX, i64::MIN), |(min, max), at| (min.min(at), max.max(at)));
        max - min
    };
    span(|point| point.0).max(span(|point| point.1))
}

/// Leaves out the vertices without which a chain stays within [`TOLERANCE`] of its course.
/// Source: Douglas & Peucker (1973).
pub(super) fn simplify(chain: &[WidePoint]) -> Vec<WidePoint> {
    let mut kept = vec![false; chain.len()];
    let last = chain.len() - 1;
    (kept[0], kept[last]) = (true, true);
    let mut spans = vec![(0, last)];
    if chain[0] == chain[last] {
        // A ring has no chord: split it where it is farthest from its start.
        let far = (0..last).max_by_key(|i| squared(chain[0], chain[*i])).unwrap_or(0);
        kept[far] = true;
        spans = vec![(0, far), (far, last)];
    }
    while let Some((from, to)) = spans.pop() {
        let far = (from + 1..to)
            .map(|i| (distance(chain[i], chain[from], chain[to]), i))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((distance, i)) = far
            && distance > TOLERANCE
        {
            kept[i] = true;
            spans.extend([(from, i), (i, to)]);
        }
    }
    chain.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

fn squared(a: WidePoint, b: WidePoint) -> i64 {
    (a.0 - b.0).pow(2) + (a.1 - b.1).pow(2)
}

/// From a point to the segment between two others.
fn distance(point: WidePoint, from: WidePoint, to: WidePoint) -> f64 {
    let minus = |a: WidePoint, b: WidePoint| ((a.0 - b.0) as f64, (a.1 - b.1) as f64);
    let ((px, py), (dx, dy)) = (minus(point, from), minus(to, from));
    let along = (px * dx + py * dy) / (dx * dx + dy * dy).max(1.0);
    let along = along.clamp(0.0, 1.0);
    (px - along * dx).hypot(py - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chains(edges: &[(Square, Square)]) -> Vec<Vec<Square>> {
        let mut edges: Vec<_> = edges.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
        edges.sort_unstable();
        edges.dedup();
        Network::new(&edges).chains()
    }

    #[test]
    fn what_meets_end_to_end_is_one_chain_up_to_where_others_meet() {
        let street: Vec<_> = (0..20).map(|i| ((i, 0), (i + 1, 0))).collect();
        assert_eq!(chains(&street).len(), 1);
        let with_branch: Vec<_> = street.into_iter().chain([((10, 0), (10, 9))]).collect();
        let found = chains(&with_branch);
        assert_eq!(found.len(), 3);
        assert_eq!(found.iter().map(|chain| chain.len() - 1).sum::<usize>(), 21);
    }

    #[test]
    fn specks_go_and_short_links_stay() {
        assert!(chains(&[((5, 5), (6, 5)), ((5, 5), (5, 6)), ((6, 5), (5, 6))]).is_empty());
        let link = [((0, 0), (10, 0)), ((10, 0), (11, 0)), ((11, 0), (20, 0))];
        let arms = [((10, 0), (10, 9)), ((11, 0), (11, 9))];
        assert_eq!(chains(&[link.as_slice(), &arms].concat()).len(), 5);
    }

    #[test]
    fn rings_are_chains_too() {
        let ring = [((0, 0), (9, 0)), ((9, 0), (9, 9)), ((9, 9), (0, 9)), ((0, 9), (0, 0))];
        let found = chains(&ring);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].len(), found[0][0]), (5, found[0][4]));
    }

    #[test]
    fn a_chain_keeps_what_bends_it() {
        let straight: Vec<WidePoint> = (0..100).map(|i| (i * 10, i % 3)).collect();
        assert_eq!(simplify(&straight).len(), 2);
        let bent = [(0, 0), (50, 1), (100, 0), (100, 100), (0, 100), (0, 0)];
        assert_eq!(simplify(&bent), [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]);
    }
}
