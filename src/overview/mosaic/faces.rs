//! Faces: the patches as polygons, put together from simplified arcs. Both neighbours of an arc use
//! the same points, so that there is no gap and no overlap, whatever was simplified.

use super::arcs::{Arc, Arcs};
use super::conflicts::{Conflicts, Line};
use super::corners::{OUTSIDE, View};
use super::patches::Patches;
use super::simplify::{Detail, Simplifier};
use super::{Class, NOTHING};
use crate::geo::grid::{GridParts, GridPoint, doubled_area};

/// An arc as it is drawn.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    from: usize,
    to: usize,
    detail: Detail,
    changed: bool,
}

/// A ring of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ring {
    class: Class,
    patch: u32,
    interior: bool,
    from: usize,
    to: usize,
}

/// Makes faces of a raster; keeps its memory between tiles.
#[derive(Debug, Default)]
pub struct Tracer {
    patches: Patches,
    arcs: Arcs,
    simplifier: Simplifier,
    conflicts: Conflicts,
    drawn: Vec<Drawn>,
    points: Vec<GridPoint>,
    meeting: Vec<u32>,
    used: Vec<[bool; 2]>,
    rings: Vec<Ring>,
    outlines: Vec<GridPoint>,
    parts: GridParts,
}

impl Tracer {
    /// Visits the faces of each class, in the order of classes: polygon by polygon, in reading
    /// order, the exterior before its interiors, wound as [`crate::geo::shape::Shape`] asks. The
    /// raster's first cell lies `margin` cells before the tile's first one.
    pub fn trace(&mut self, view: View<'_>, margin: u16, mut visit: impl FnMut(Class, &GridParts)) {
        self.patches.find(view);
        self.arcs.find(view, &mut self.patches, margin);
        self.draw();
        self.assemble(view);
        for rings in self.rings.chunk_by(|a, b| a.class == b.class) {
            self.parts.clear();
            for ring in rings {
                self.outlines[ring.from..ring.to].iter().for_each(|p| self.parts.push(*p));
                self.parts.finish_ring();
            }
            visit(rings[0].class, &self.parts);
        }
    }

    /// Simplifies the arcs, and gives those that meet others more of themselves until none do.
    /// Exact arcs never meet, so that it ends.
    fn draw(&mut self) {
        self.points.clear();
        self.drawn.clear();
        for arc in 0..self.arcs.arcs.len() {
            let framed = self.arcs.arcs[arc].patches.contains(&OUTSIDE);
            let detail = if framed { Detail::Exact } else { Detail::Plain };
            let drawn = self.draw_arc(arc, detail);
            self.drawn.push(drawn);
        }
        loop {
            let lines = self.drawn.iter().map(|drawn| Line {
                points: &self.points[drawn.from..drawn.to],
                changed: drawn.changed,
            });
            self.meeting.clear();
            self.conflicts.find(lines, &mut self.meeting);
            self.meeting.sort_unstable();
            self.meeting.dedup();
            self.drawn.iter_mut().for_each(|drawn| drawn.changed = false);
            let mut mended = false;
            for i in 0..self.meeting.len() {
                let arc = self.meeting[i] as usize;
                let detail = self.drawn[arc].detail;
                if detail != Detail::Exact {
                    self.drawn[arc] = self.draw_arc(arc, detail.more());
                    mended = true;
                }
            }
            if !mended {
                return;
            }
        }
    }

    fn draw_arc(&mut self, arc: usize, detail: Detail) -> Drawn {
        let Arc { from, to, nodes, .. } = self.arcs.arcs[arc];
        let start = self.points.len();
        let points = &self.arcs.points[from..to];
        self.simplifier.simplify(points, nodes.is_none(), detail, &mut self.points);
        Drawn { from: start, to: self.points.len(), detail, changed: true }
    }

    /// Follows the arcs around each patch, with the patch on the right.
    fn assemble(&mut self, view: View<'_>) {
        self.rings.clear();
        self.outlines.clear();
        self.used.clear();
        self.used.resize(self.arcs.arcs.len(), [false; 2]);
        for arc in 0..self.arcs.arcs.len() {
            for side in 0..2 {
                let patch = self.arcs.arcs[arc].patches[side];
                let class = view.runs.class(patch).unwrap_or(NOTHING);
                if class != NOTHING && !self.used[arc][side] {
                    let from = self.outlines.len();
                    self.follow(arc, side == 1);
                    let to = self.outlines.len();
                    let interior = doubled_area(&self.outlines[from..to]) < 0;
                    self.rings.push(Ring { class, patch, interior, from, to });
                }
            }
        }
        self.rings.sort_unstable();
    }

    /// Adds the points of the ring that begins with an arc, in its direction or against it.
    fn follow(&mut self, mut arc: usize, mut forwards: bool) {
        while !std::mem::replace(&mut self.used[arc][usize::from(forwards)], true) {
            let points = &self.points[self.drawn[arc].from..self.drawn[arc].to];
            // The last one is the next arc's first.
            if forwards {
                self.outlines.extend(&points[..points.len() - 1]);
            } else {
                self.outlines.extend(points[1..].iter().rev());
            }
            let Some(nodes) = self.arcs.arcs[arc].nodes else { return };
            let (node, direction) = nodes[usize::from(forwards)];
            // Counterclockwise from the way back: the next arc borders on the same patch.
            let arcs = &self.arcs.nodes[node as usize].arcs;
            let next = (1..4).find_map(|turn| arcs[(direction + 4 - turn) % 4]);
            let Some(next) = next else { return };
            (arc, forwards) = (next.arc as usize, !next.last);
        }
    }
}
