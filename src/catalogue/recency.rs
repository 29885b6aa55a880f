//! When something under a box changed last: a quadtree of change numbers, bounded in size. What it
//! has forgotten it rounds up, to a larger square: an answer may be made again in vain, and never
//! stays although it changed. Not what changed, nor how.

use crate::geo::world::{WorldBox, WorldPoint};

/// Squares that are told apart: some hundred kilobytes, copied with each change.
const MOST: usize = 8192;

/// The finest squares have sides of 2¹⁰ world units, 7 m: a tile at z22.
const FINEST: u8 = 22;

/// Change numbers by place. They only grow.
#[derive(Clone, Debug, Default)]
pub struct Recency {
    nodes: Vec<Node>,
    /// How deep nodes may lie, once there were too many.
    coarser_by: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The places of its four children in the list, from north-west by rows; 0 for none.
    children: [u32; 4],
    /// The last change of the whole square.
    whole: u64,
    /// The last change of it or of anything in it.
    newest: u64,
}

/// A node's square.
#[derive(Clone, Copy)]
struct Square {
    corner: WorldPoint,
    depth: u8,
}

impl Square {
    const WORLD: Square = Square { corner: WorldPoint { x: 0, y: 0 }, depth: 0 };

    fn bounds(self) -> WorldBox {
        let last = u32::MAX.checked_shr(self.depth.into()).unwrap_or(0);
        let WorldPoint { x, y } = self.corner;
        WorldBox { min: self.corner, max: WorldPoint { x: x + last, y: y + last } }
    }

    fn child(self, place: usize) -> Square {
        let half = 1 << (31 - self.depth);
        let WorldPoint { x, y } = self.corner;
        let corner = WorldPoint {
            x: x + if place % 2 == 1 { half } else { 0 },
            y: y + if place / 2 == 1 { half } else { 0 },
        };
        Square { corner, depth: self.depth + 1 }
    }
}

impl Recency {
    /// Something changed in a box; `number` is above all before.
    pub fn mark(&mut self, bounds: WorldBox, number: u64) {
        if bounds.is_empty() {
            return;
        }
        let WorldBox { min, max } = bounds;
        let reach = (max.x - min.x).max(max.y - min.y);
        let depth = (reach.leading_zeros() as u8).min(FINEST - self.coarser_by);
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        self.mark_within(0, Square::WORLD, bounds, depth, number);
        while self.nodes.len() > MOST {
            self.coarsen();
        }
    }

    /// The number of the last change under a box; 0 where there was none.
    pub fn newest(&self, window: WorldBox) -> u64 {
        match self.nodes.first() {
            Some(root) if !window.is_empty() => self.newest_within(root, Square::WORLD, window),
            Some(_) | None => 0,
        }
    }

    fn mark_within(&mut self, at: usize, square: Square, bounds: WorldBox, depth: u8, number: u64) {
        self.nodes[at].newest = number;
        if square.depth == depth {
            self.nodes[at].whole = number;
            return;
        }
        for place in 0..4 {
            let child = square.child(place);
            if !child.bounds().intersects(bounds) {
                continue;
            }
            let known = self.nodes[at].children[place];
            let next = if known > 0 { known } else { self.nodes.len() as u32 };
            if known == 0 {
                self.nodes.push(Node::default());
                self.nodes[at].children[place] = next;
            }
            self.mark_within(next as usize, child, bounds, depth, number);
        }
    }

    fn newest_within(&self, node: &Node, square: Square, window: WorldBox) -> u64 {
        if window.contains(square.bounds()) {
            return node.newest;
        }
        let mut newest = node.whole;
        for (place, child) in node.children.iter().enumerate().filter(|(_, child)| **child > 0) {
            let square = square.child(place);
            if let Some(child) = self.nodes.get(*child as usize)
                && child.newest > newest
                && square.bounds().intersects(window)
            {
                newest = newest.max(self.newest_within(child, square, window));
            }
        }
        newest
    }

    /// Forgets the deepest level: what changed there changed in the whole square above it.
    fn coarsen(&mut self) {
        self.coarser_by += 1;
        let mut coarser = Recency { nodes: vec![Node::default()], coarser_by: self.coarser_by };
        coarser.copy_above(0, self, 0, 0);
        *self = coarser;
    }

    fn copy_above(&mut self, at: usize, from: &Recency, node: usize, depth: u8) {
        let old = from.nodes[node];
        let is_last = depth == FINEST - self.coarser_by;
        let whole = if is_last { old.newest } else { old.whole };
        self.nodes[at] = Node { whole, newest: old.newest, children: [0; 4] };
        if is_last {
            return;
        }
        for (place, child) in old.children.into_iter().enumerate().filter(|(_, child)| *child > 0) {
            let next = self.nodes.len();
            self.nodes.push(Node::default());
            self.nodes[at].children[place] = next as u32;
            self.copy_above(next, from, child as usize, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: u32, y: u32, side: u32) -> WorldBox {
        WorldBox { min: WorldPoint { x, y }, max: WorldPoint { x: x + side, y: y + side } }
    }

    #[test]
    fn what_changed_is_seen_by_every_box_that_it_meets_and_by_few_others() {
        let mut recency = Recency::default();
        assert_eq!(recency.newest(square(0, 0, u32::MAX)), 0);
        recency.mark(square(1 << 31, 1 << 30, 5000), 1);
        recency.mark(square(3 << 29, 1 << 30, 0), 2);
        assert_eq!(recency.newest(square((1 << 31) + 5000, 1 << 30, 9)), 1);
        assert_eq!(recency.newest(square((1 << 31) - 1, 1 << 30, 1)), 1);
        assert_eq!(recency.newest(square(3 << 29, 1 << 30, 1)), 2);
        assert_eq!(recency.newest(square(0, 0, u32::MAX)), 2);
        assert_eq!(recency.newest(square((1 << 31) + (1 << 20), 1 << 30, 9)), 0);
        assert_eq!(recency.newest(square(1 << 31, (1 << 30) + (1 << 20), 9)), 0);
    }

    #[test]
    fn a_million_changes_take_no_more_room_and_none_is_lost() {
        let mut recency = Recency::default();
        let place = |i: u64| {
            let at = crate::segment::importance::drawn(i);
            square((at >> 33) as u32 + (1 << 30), (at as u32 >> 1) + (1 << 30), 70)
        };
        for i in 1..=1_000_000 {
            recency.mark(place(i), i);
        }
        assert!(recency.nodes.len() <= MOST);
        for i in (1..=1_000_000).step_by(997) {
            assert!(recency.newest(place(i)) >= i);
        }
    }
}
