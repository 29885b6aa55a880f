//! A feature's geometry in the quantised world: flat lists, no nesting. Not the source's
//! geometry (that is read and projected in [`crate::source`]), not a tile's.

use super::world::{WorldBox, WorldPoint};

/// What a shape is made of. A tile knows no more than these three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShapeKind {
    /// Points: one part per point, of one vertex.
    Point,
    /// Lines: one part per line, of two vertices or more.
    Line,
    /// Areas: one part per ring, an exterior before its interiors, the closing vertex left out.
    Polygon,
}

/// A feature's geometry: the parts of one kind, end to end.
///
/// The rings of a polygon are wound as MVT 2.1 asks of tiles, in coordinates whose y grows
/// downwards: exteriors have a positive area by the surveyor's formula, interiors a negative one.
/// So the winding alone says which ring is which. A ring whose lobes cancel out, such as a bow tie,
/// can be an exterior only: it is never valid, and the repair on a tile's grid shows all lobes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    kind: ShapeKind,
    points: Vec<WorldPoint>,
    /// Where each part ends in `points`.
    ends: Vec<usize>,
}

/// The role of a ring, said by who hands it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingRole {
    /// The outer border of an area.
    Exterior,
    /// The border of a hole in the exterior before it.
    Interior,
}

impl Shape {
    /// A shape without parts.
    pub fn new(kind: ShapeKind) -> Shape {
        Shape { kind, points: Vec::new(), ends: Vec::new() }
    }

    /// Forgets all parts and keeps the memory.
    pub fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    /// Becomes a shape of another kind without parts, and keeps the memory.
    pub fn reset(&mut self, kind: ShapeKind) {
        self.kind = kind;
        self.clear();
    }

    /// Adds a part as it stood in another shape of the same kind.
    pub fn push_part(&mut self, part: impl IntoIterator<Item = WorldPoint>) {
        self.points.extend(part);
        self.ends.push(self.points.len());
    }

    /// What the shape is made of.
    pub fn kind(&self) -> ShapeKind {
        self.kind
    }

    /// Whether it has no part.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All vertices of all parts.
    pub fn points(&self) -> &[WorldPoint] {
        &self.points
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = &[WorldPoint]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.points[start..end])
    }

    /// The smallest box around it.
    pub fn bounds(&self) -> WorldBox {
        WorldBox::around(&self.points)
    }

    /// Adds a point. Only for shapes of that kind.
    pub fn push_point(&mut self, point: WorldPoint) {
        debug_assert_eq!(self.kind, ShapeKind::Point);
        self.points.push(point);
        self.ends.push(self.points.len());
    }

    /// Adds a line. Vertices that repeat the one before are left out; a line of less than two
    /// distinct vertices is kept as two equal ones, so that it is not lost where it is the only
    /// trace of a feature. Empty input adds nothing. Only for shapes of that kind.
    pub fn push_line(&mut self, line: &[WorldPoint]) {
        debug_assert_eq!(self.kind, ShapeKind::Line);
        let Some(&first) = line.first() else { return };
        let start = self.points.len();
        self.push_distinct(line);
        if self.points.len() == start + 1 {
            self.points.push(first);
        }
        self.ends.push(self.points.len());
    }

    /// Adds a ring, closed or not, in either winding: it is stored open, wound as its role asks.
    /// A ring without area adds nothing, and says so with `false`; so does an interior whose lobes
    /// cancel out. Only for shapes of that kind.
    pub fn push_ring(&mut self, ring: &[WorldPoint], role: RingRole) -> bool {
        debug_assert_eq!(self.kind, ShapeKind::Polygon);
        let start = self.points.len();
        self.push_distinct(ring);
        while self.points.len() > start + 1 && self.points.last() == self.points.get(start) {
            self.points.pop();
        }
        let area = doubled_area(&self.points[start..]);
        let ring = &self.points[start..];
        let is_line = || is_collinear(ring.iter().map(|p| (p.x.into(), p.y.into())));
        if area == 0 && (role == RingRole::Interior || is_line()) {
            self.points.truncate(start);
            return false;
        }
        if (area > 0) != (role == RingRole::Exterior) {
            self.points[start..].reverse();
        }
        self.ends.push(self.points.len());
        true
    }

    /// Moves all parts of another shape of the same kind here.
    pub fn append(&mut self, other: &mut Shape) {
        debug_assert_eq!(self.kind, other.kind);
        let start = self.points.len();
        self.points.append(&mut other.points);
        self.ends.extend(other.ends.drain(..).map(|end| start + end));
    }

    fn push_distinct(&mut self, part: &[WorldPoint]) {
        let mut last = None;
        for &point in part {
            if last != Some(point) {
                self.points.push(point);
                last = Some(point);
            }
        }
    }
}

/// Whether all positions lie on one straight line: then, and only then, a ring has no area to show
/// whatever the winding of its lobes. Ordinates must lie within 33 bits.
pub fn is_collinear(positions: impl Iterator<Item = (i64, i64)> + Clone) -> bool {
    let Some((x, y)) = positions.clone().next() else {
        return true;
    };
    let mut directions = positions.map(|(px, py)| (px - x, py - y)).filter(|d| *d != (0, 0));
    let Some((ax, ay)) = directions.next() else {
        return true;
    };
    directions.all(|(bx, by)| i128::from(ax) * i128::from(by) == i128::from(bx) * i128::from(ay))
}

/// Twice the area of a ring by the surveyor's formula, in square world units; positive when it is
/// wound clockwise as seen on a map (y grows downwards here).
pub fn doubled_area(ring: &[WorldPoint]) -> i128 {
    let Some(&origin) = ring.first() else {
        return 0;
    };
    let relative = |p: WorldPoint| {
        (i64::from(p.x) - i64::from(origin.x), i64::from(p.y) - i64::from(origin.y))
    };
    ring.windows(2)
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (relative(edge[0]), relative(edge[1]));
            i128::from(ax) * i128::from(by) - i128::from(bx) * i128::from(ay)
        })
        .sum()
}
