//! The grid of a zoom: tile units, 4096 a tile, counted over the whole world. Because the grid is
//! global, neighbouring tiles round a shared vertex to the same place, and whether a polygon stays
//! valid on it is a matter of the polygon and the zoom, not of the tile.

use super::shape::is_collinear;
use super::tile::TileId;
use super::world::{WorldBox, WorldPoint};

/// Units along a tile's side.
pub const EXTENT: u32 = 1 << EXTENT_BITS;
/// Its logarithm to base 2.
pub const EXTENT_BITS: u8 = 12;

/// The zoom whose grid is the quantised world itself.
pub const FINEST_ZOOM: u8 = 32 - EXTENT_BITS;

/// The grid of one zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// World units a grid unit, as a power of two; 1 from [`FINEST_ZOOM`] on.
    down: u8,
    /// Grid units a world unit, as a power of two; 1 up to [`FINEST_ZOOM`].
    up: u8,
}

/// A vertex on a grid, relative to an origin that its holder knows: a tile's north-western corner,
/// a feature's. `y` grows southwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GridPoint {
    /// Eastwards.
    pub x: i32,
    /// Southwards.
    pub y: i32,
}

impl Grid {
    /// The grid of a zoom.
    pub fn of_zoom(zoom: u8) -> Grid {
        Grid { down: FINEST_ZOOM.saturating_sub(zoom), up: zoom.saturating_sub(FINEST_ZOOM) }
    }

    /// A world coordinate on the grid, rounded to the nearest line (halves up).
    #[inline]
    pub fn quantise(self, world: u32) -> i64 {
        ((i64::from(world) << self.up) + self.half()) >> self.down
    }

    /// Half a grid unit in world units; 0 where world units are no smaller.
    #[inline]
    fn half(self) -> i64 {
        (1 << self.down) >> 1
    }

    /// The world coordinate of a grid line; the last one for the world's far edge and beyond, which
    /// rounds to it at every zoom at or below [`FINEST_ZOOM`].
    pub fn to_world(self, line: i64) -> u32 {
        in_world((line << self.down) >> self.up)
    }

    /// The grid coordinates of a tile's north-western corner.
    pub fn origin(tile: TileId) -> (i64, i64) {
        (i64::from(tile.x()) << EXTENT_BITS, i64::from(tile.y()) << EXTENT_BITS)
    }

    /// The world box of everything that rounds into a tile or its buffer (in grid units). Cut at
    /// the edge of the world.
    pub fn world_box(tile: TileId, buffer: u16) -> WorldBox {
        let grid = Grid::of_zoom(tile.z());
        let (x, y) = Grid::origin(tile);
        let (before, after) = (i64::from(buffer), i64::from(EXTENT) + i64::from(buffer));
        WorldBox {
            min: WorldPoint { x: grid.first_world(x - before), y: grid.first_world(y - before) },
            max: WorldPoint { x: grid.last_world(x + after), y: grid.last_world(y + after) },
        }
    }

    /// The first world coordinate that rounds to a grid line.
    fn first_world(self, line: i64) -> u32 {
        in_world(((line << self.down) - self.half()) >> self.up)
    }

    /// The last world coordinate that rounds to a grid line.
    fn last_world(self, line: i64) -> u32 {
        let units = 1 << self.down;
        in_world(((line << self.down) - self.half() + units - 1) >> self.up)
    }
}

fn in_world(coordinate: i64) -> u32 {
    coordinate.clamp(0, i64::from(u32::MAX)) as u32
}

/// Parts on a grid, end to end: points, lines or rings, as in [`crate::geo::shape::Shape`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridParts {
    points: Vec<GridPoint>,
    ends: Vec<usize>,
}

impl GridParts {
    /// Forgets all parts and keeps the memory.
    pub fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    /// Whether there is no part.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = &[GridPoint]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.points[start..end])
    }

    /// All vertices of all parts.
    pub fn points(&self) -> &[GridPoint] {
        &self.points
    }

    /// Adds a vertex to the part that is not finished yet, unless it repeats the one before.
    #[inline]
    pub fn push(&mut self, point: GridPoint) {
        if self.points.last() != Some(&point) || self.points.len() == self.part_start() {
            self.points.push(point);
        }
    }

    /// Finishes the part as a point, whatever came before it.
    pub fn finish_point(&mut self) {
        self.ends.push(self.points.len());
    }

    /// Finishes the part as a line; one that has shrunk to a point is dropped.
    pub fn finish_line(&mut self) {
        if self.points.len() < self.part_start() + 2 {
            self.points.truncate(self.part_start());
        } else {
            self.ends.push(self.points.len());
        }
    }

    /// Finishes the part as an open ring. One whose vertices lie on a line is dropped, which `false` says.
    pub fn finish_ring(&mut self) -> bool {
        let start = self.part_start();
        while self.points.len() > start + 1 && self.points.last() == self.points.get(start) {
            self.points.pop();
        }
        let ring = &self.points[start..];
        let is_ring = !is_collinear(ring.iter().map(|p| (p.x.into(), p.y.into())));
        match is_ring {
            true => self.ends.push(self.points.len()),
            false => self.points.truncate(start),
        }
        is_ring
    }

    /// As [`GridParts::finish_ring`]; of a ring that is kept twice the area, positive where it is wound clockwise on the
    /// map. Where that is 0, as for a bow tie, the ring meets itself.
    pub fn finish_ring_with_area(&mut self) -> Option<i64> {
        let start = self.part_start();
        self.finish_ring().then(|| doubled_area(&self.points[start..]))
    }

    /// Drops the parts from the given one on.
    pub fn truncate(&mut self, parts: usize) {
        self.ends.truncate(parts);
        self.points.truncate(self.part_start());
    }

    /// How many parts are finished.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn part_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }
}

/// Twice the area of a ring by the surveyor's formula, as trapezoids; positive when wound clockwise on the map.
pub fn doubled_area(ring: &[GridPoint]) -> i64 {
    let (Some(first), Some(last)) = (ring.first(), ring.last()) else {
        return 0;
    };
    // From the first vertex's height, so that a small ring far from the origin has small terms.
    let above = 2 * i64::from(first.y);
    let trapezoid = |a: &GridPoint, b: &GridPoint| {
        (i64::from(a.x) - i64::from(b.x)) * (i64::from(a.y) + i64::from(b.y) - above)
    };
    ring.windows(2).map(|edge| trapezoid(&edge[0], &edge[1])).sum::<i64>() + trapezoid(last, first)
}
