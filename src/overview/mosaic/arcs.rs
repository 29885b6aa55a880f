//! Arcs: the borders between patches, cut where three or more meet. Each stands once, for the
//! patches on both its sides.
//!
//! A border runs through the midpoints of the cell sides that it follows, so that a corner of cells
//! is cut at 45°; where it ends, in a node, it comes to the corner itself. All in whole grid units.

use super::corners::{Bridge, Corner, OUTSIDE, View};
use super::patches::Patches;
use super::{CELL_UNITS, CELLS};
use crate::geo::grid::GridPoint;

/// A side of cells, or several in a row along one lattice line, between two corners.
#[derive(Clone, Copy, Debug)]
struct Side {
    /// Its northern or western corner.
    x: u16,
    y: u16,
    /// Cells along it where it runs eastwards; 0 where it runs southwards, past one cell.
    length: u16,
    walked: bool,
    /// What follows at its northern or western end and at the other one.
    links: [Link; 2],
    /// The patches north or east, and south or west: left and right of the way to the second end.
    patches: [u32; 2],
}

/// What follows at an end of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// An end of another side.
    Side(End),
    /// A node, which is left in this direction to come back.
    Node(u32, usize),
}

/// An end of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    side: u32,
    second: bool,
}

/// Where arcs meet, and the arc in each direction: north, east, south, west.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node {
    /// The arcs that end here.
    pub arcs: [Option<ArcEnd>; 4],
    sides: [Option<End>; 4],
}

/// One of the two ends of an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArcEnd {
    /// Its place among the arcs.
    pub arc: u32,
    /// Whether the arc's last point lies there.
    pub last: bool,
}

/// A border.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    /// Where its points begin and end among all.
    pub from: usize,
    /// See [`Arc::from`].
    pub to: usize,
    /// The node at its last point and the direction in which the arc leaves it; the same at its
    /// first point. `None` for closed ones, whose first point is repeated at the end.
    pub nodes: Option<[(u32, usize); 2]>,
    /// The patches (as first runs) to the left and right of its way, or [`OUTSIDE`].
    pub patches: [u32; 2],
}

/// The arcs of a raster; keeps its memory between tiles.
#[derive(Debug, Default)]
pub struct Arcs {
    sides: Vec<Side>,
    /// The southward sides that end on the line at hand, and those that begin there.
    arriving: Vec<u32>,
    leaving: Vec<u32>,
    /// All nodes.
    pub nodes: Vec<Node>,
    /// All arcs.
    pub arcs: Vec<Arc>,
    /// The points of all arcs.
    pub points: Vec<GridPoint>,
}

const SOUTH: usize = 2;
const WEST: usize = 3;

impl Arcs {
    /// Finds the arcs of a raster whose first cell lies `margin` cells before the tile's first one,
    /// in both directions.
    pub fn find(&mut self, view: View<'_>, patches: &mut Patches, margin: u16) {
        self.sides.clear();
        self.arriving.clear();
        self.nodes.clear();
        self.arcs.clear();
        self.points.clear();
        for line in 0..=view.runs.height() {
            let (mut arrived, mut along) = (0, None);
            view.corners_of_line(line, |corner| {
                self.connect(view, patches, &corner, &mut arrived, &mut along);
            });
            self.arriving.clear();
            std::mem::swap(&mut self.arriving, &mut self.leaving);
        }
        let margin = i32::from(margin);
        for node in 0..self.nodes.len() {
            for direction in 0..4 {
                if let Some(start) = self.nodes[node].sides[direction]
                    && !self.sides[start.side as usize].walked
                {
                    self.walk(start, Some((node as u32, direction)), margin);
                }
            }
        }
        for side in 0..self.sides.len() as u32 {
            if !self.sides[side as usize].walked {
                self.walk(End { side, second: false }, None, margin);
            }
        }
    }

    /// Links the sides that meet in a corner. `along` is the eastward side that comes to it.
    fn connect(
        &mut self,
        view: View<'_>,
        patches: &mut Patches,
        corner: &Corner,
        arrived: &mut usize,
        along: &mut Option<u32>,
    ) {
        let classes = view.classes(corner);
        let [nw, ne, sw, se] = classes;
        let mut ends = [None; 4];
        let [_, in_ne, in_sw, in_se] = corner.around;
        if nw != ne {
            ends[0] = self.arriving.get(*arrived).map(|&side| End { side, second: true });
            *arrived += 1;
        }
        if let Some(side) = along.take() {
            let begun = &mut self.sides[side as usize];
            begun.length = corner.x - begun.x;
            ends[WEST] = Some(End { side, second: true });
        }
        let mut patch = |run: u32| if run == OUTSIDE { OUTSIDE } else { patches.root(run) };
        if ne != se {
            let side = self.begin(corner, [patch(in_ne), patch(in_se)]);
            *along = Some(side);
            ends[1] = Some(End { side, second: false });
        }
        if sw != se {
            let side = self.begin(corner, [patch(in_se), patch(in_sw)]);
            self.leaving.push(side);
            ends[SOUTH] = Some(End { side, second: false });
        }
        let [north, east, south, west] = ends;
        let frame = classes.iter().filter(|class| class.is_none()).count() == 3;
        let pairs = match view.bridge(corner, classes) {
            Some(Bridge::Falling) => [(north, east), (south, west)],
            Some(Bridge::Rising) => [(north, west), (south, east)],
            None if !frame && ends.iter().flatten().count() == 2 => {
                let mut two = ends.into_iter().flatten();
                [(two.next(), two.next()), (None, None)]
            }
            None => return self.add_node(ends),
        };
        for pair in pairs {
            if let (Some(one), Some(other)) = pair {
                self.link(one, Link::Side(other));
                self.link(other, Link::Side(one));
            }
        }
    }

    fn begin(&mut self, corner: &Corner, patches: [u32; 2]) -> u32 {
        let unset = Link::Node(u32::MAX, 0);
        let Corner { x, y, .. } = *corner;
        let side = Side { x, y, length: 0, walked: false, links: [unset; 2], patches };
        self.sides.push(side);
        self.sides.len() as u32 - 1
    }

    fn link(&mut self, end: End, link: Link) {
        self.sides[end.side as usize].links[usize::from(end.second)] = link;
    }

    fn add_node(&mut self, ends: [Option<End>; 4]) {
        if ends.iter().all(Option::is_none) {
            return;
        }
        let node = self.nodes.len() as u32;
        for (direction, end) in ends.into_iter().enumerate() {
            if let Some(end) = end {
                self.link(end, Link::Node(node, direction));
            }
        }
        self.nodes.push(Node { sides: ends, arcs: [None; 4] });
    }

    /// Walks from an end of a side, which is a node's or part of a closed border, and adds the arc.
    fn walk(&mut self, start: End, node: Option<(u32, usize)>, margin: i32) {
        let from = self.points.len();
        let arc = self.arcs.len() as u32;
        let [left, right] = self.sides[start.side as usize].patches;
        let patches = if start.second { [right, left] } else { [left, right] };
        let framed = patches.contains(&OUTSIDE);
        if node.is_some() {
            self.push_corner(from, start, margin);
        }
        let mut at = start;
        let last = loop {
            self.sides[at.side as usize].walked = true;
            self.push_side(from, at, margin);
            let end = End { side: at.side, second: !at.second };
            match self.sides[at.side as usize].links[usize::from(end.second)] {
                Link::Node(node, direction) => {
                    self.push_corner(from, end, margin);
                    break Some((node, direction));
                }
                Link::Side(next) => {
                    if !framed {
                        self.push_crossing(from, end, next, margin);
                    }
                    if next == start {
                        break None;
                    }
                    at = next;
                }
            }
        };
        if last.is_none() {
            self.points.push(self.points[from]);
        }
        let nodes = node.zip(last).map(|(first, last)| [first, last]);
        for (i, (node, direction)) in nodes.into_iter().flatten().enumerate() {
            if let Some(node) = self.nodes.get_mut(node as usize) {
                node.arcs[direction] = Some(ArcEnd { arc, last: i == 1 });
            }
        }
        self.arcs.push(Arc { from, to: self.points.len(), nodes, patches });
    }

    /// The midpoints of a side's first and last cell, on the way from an end of it, and where it
    /// crosses the tile's edge between them.
    fn push_side(&mut self, from: usize, start: End, margin: i32) {
        let side = self.sides[start.side as usize];
        let GridPoint { x, y } = point(side.x, side.y, margin);
        let half = CELL_UNITS / 2;
        if side.length == 0 {
            return self.push(from, GridPoint { x, y: y + half });
        }
        let near = GridPoint { x: x + half, y };
        let far = GridPoint { x: x + i32::from(side.length) * CELL_UNITS - half, y };
        let (first, last) = if start.second { (far, near) } else { (near, far) };
        self.push(from, first);
        if !side.patches.contains(&OUTSIDE) {
            let within = |edge: &i32| (near.x + 1..far.x).contains(edge);
            let crossed = EDGES.into_iter().filter(within).map(|x| GridPoint { x, y });
            if start.second {
                crossed.rev().for_each(|crossing| self.push(from, crossing));
            } else {
                crossed.for_each(|crossing| self.push(from, crossing));
            }
        }
        self.push(from, last);
    }

    fn push_corner(&mut self, from: usize, end: End, margin: i32) {
        let corner = self.corner(end, margin);
        self.push(from, corner);
    }

    fn corner(&self, end: End, margin: i32) -> GridPoint {
        let side = self.sides[end.side as usize];
        let (x, y) = match (end.second, side.length) {
            (false, _) => (side.x, side.y),
            (true, 0) => (side.x, side.y + 1),
            (true, length) => (side.x + length, side.y),
        };
        point(x, y, margin)
    }

    /// Adds the corner between two sides where the way crosses the tile's edge there, straight: both
    /// tiles have that vertex then.
    fn push_crossing(&mut self, from: usize, end: End, next: End, margin: i32) {
        let runs_south = |end: End| self.sides[end.side as usize].length == 0;
        let corner = self.corner(end, margin);
        let (one, other) = (runs_south(end), runs_south(next));
        if one == other && is_edge(if one { corner.y } else { corner.x }) {
            self.push(from, corner);
        }
    }

    /// Adds a point; one in the middle of a straight piece along an axis goes, except on the edge.
    fn push(&mut self, from: usize, point: GridPoint) {
        if let [.., before, last] = &mut self.points[from..] {
            let straight = (before.x == last.x && last.x == point.x && !is_edge(last.y))
                || (before.y == last.y && last.y == point.y && !is_edge(last.x));
            if straight {
                *last = point;
                return;
            }
        }
        if self.points[from..].last() != Some(&point) {
            self.points.push(point);
        }
    }
}

/// The coordinates of the tile's edges.
pub const EDGES: [i32; 2] = [0, CELLS as i32 * CELL_UNITS];

/// Whether a coordinate is that of an edge of the tile.
pub fn is_edge(coordinate: i32) -> bool {
    EDGES.contains(&coordinate)
}

fn point(x: u16, y: u16, margin: i32) -> GridPoint {
    let units = |cell: u16| (i32::from(cell) - margin) * CELL_UNITS;
    GridPoint { x: units(x), y: units(y) }
}
