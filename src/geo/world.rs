//! The quantised world: Web Mercator (EPSG:3857) as unsigned integers, 2³² units across.
//!
//! One unit is 0.93 cm at the equator and 0.7 cm on the ground at 43.5° N, so that quantising
//! costs at most 5 mm. `x` grows eastwards from 180° W, `y` southwards from 85.05° N, as tiles
//! count. Integers, because their sums are exact: two features that share a vertex share it for
//! ever, and the same data gives the same bytes on every machine.

/// The radius of the sphere of EPSG:3857, in metres.
pub const EARTH_RADIUS: f64 = 6_378_137.0;

/// Half the width of the Web Mercator square, in metres.
pub const HALF_WIDTH: f64 = EARTH_RADIUS * std::f64::consts::PI;

/// The width of the world in units.
pub const WORLD_SIZE: f64 = 4_294_967_296.0;

/// A position in the quantised world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorldPoint {
    /// Eastwards from 180° W.
    pub x: u32,
    /// Southwards from 85.05° N.
    pub y: u32,
}

impl WorldPoint {
    /// Quantises a position given in Web Mercator metres. What lies outside the square is
    /// clamped to its edge; `None` for what is not finite.
    pub fn from_mercator(x: f64, y: f64) -> Option<WorldPoint> {
        if !(x.is_finite() && y.is_finite()) {
            return None;
        }
        const UNITS_PER_METRE: f64 = WORLD_SIZE / (2.0 * HALF_WIDTH);
        // `as u32` saturates: that is the clamp.
        Some(WorldPoint {
            x: ((x + HALF_WIDTH) * UNITS_PER_METRE).round() as u32,
            y: ((HALF_WIDTH - y) * UNITS_PER_METRE).round() as u32,
        })
    }

    /// The position in Web Mercator metres.
    pub fn to_mercator(self) -> (f64, f64) {
        const METRES_PER_UNIT: f64 = 2.0 * HALF_WIDTH / WORLD_SIZE;
        (
            f64::from(self.x) * METRES_PER_UNIT - HALF_WIDTH,
            HALF_WIDTH - f64::from(self.y) * METRES_PER_UNIT,
        )
    }

    /// Longitude and latitude in degrees (EPSG:4326).
    pub fn to_lonlat(self) -> (f64, f64) {
        let (x, y) = self.to_mercator();
        ((x / EARTH_RADIUS).to_degrees(), (y / EARTH_RADIUS).sinh().atan().to_degrees())
    }
}

/// A box in the quantised world, edges included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorldBox {
    /// The north-western corner.
    pub min: WorldPoint,
    /// The south-eastern corner.
    pub max: WorldPoint,
}

/// The whole world.
pub const EVERYWHERE: WorldBox =
    WorldBox { min: WorldPoint { x: 0, y: 0 }, max: WorldPoint { x: u32::MAX, y: u32::MAX } };

impl WorldBox {
    /// The box of nothing: including a point makes it that point's box.
    pub const EMPTY: WorldBox =
        WorldBox { min: WorldPoint { x: u32::MAX, y: u32::MAX }, max: WorldPoint { x: 0, y: 0 } };

    /// The smallest box around some points.
    pub fn around(points: &[WorldPoint]) -> WorldBox {
        points.iter().fold(WorldBox::EMPTY, |around, point| around.including(*point))
    }

    /// This box, grown to hold a point.
    pub fn including(self, point: WorldPoint) -> WorldBox {
        WorldBox {
            min: WorldPoint { x: self.min.x.min(point.x), y: self.min.y.min(point.y) },
            max: WorldPoint { x: self.max.x.max(point.x), y: self.max.y.max(point.y) },
        }
    }

    /// The smallest box that holds both.
    pub fn union(self, other: WorldBox) -> WorldBox {
        self.including(other.min).including(other.max)
    }

    /// The box of what lies in both; empty where nothing does.
    #[must_use]
    pub fn intersection(self, other: WorldBox) -> WorldBox {
        WorldBox {
            min: WorldPoint { x: self.min.x.max(other.min.x), y: self.min.y.max(other.min.y) },
            max: WorldPoint { x: self.max.x.min(other.max.x), y: self.max.y.min(other.max.y) },
        }
    }

    /// Whether no point lies inside.
    pub fn is_empty(self) -> bool {
        self.min.x > self.max.x || self.min.y > self.max.y
    }

    /// Whether the two share a point, edges included.
    pub fn intersects(self, other: WorldBox) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether the other box lies wholly within this one.
    pub fn contains(self, other: WorldBox) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && other.max.x <= self.max.x
            && other.max.y <= self.max.y
    }

    /// The point in the middle.
    pub fn centre(self) -> WorldPoint {
        WorldPoint { x: self.min.x.midpoint(self.max.x), y: self.min.y.midpoint(self.max.y) }
    }
}
