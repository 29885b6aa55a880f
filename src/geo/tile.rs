//! Tile addresses (XYZ, Web Mercator) and zoom ranges. An invalid one cannot be made.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The deepest zoom that the server knows. At z20 one tile unit is one world unit (0.7 cm at
/// 43.5° N); four more zooms let a client overzoom by itself for a while, not for ever.
pub const MAX_ZOOM: u8 = 24;

/// The address of one tile: zoom, column from the west, row from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

impl TileId {
    /// The tile at `z/x/y`, or `None` where no such tile exists.
    ///
    /// ```
    /// use tuilerie::geo::tile::TileId;
    /// assert!(TileId::new(1, 1, 1).is_some());
    /// assert!(TileId::new(1, 2, 1).is_none());
    /// assert!(TileId::new(31, 0, 0).is_none());
    /// ```
    pub fn new(z: u8, x: u32, y: u32) -> Option<TileId> {
        let exists = z <= MAX_ZOOM && x < (1 << z) && y < (1 << z);
        exists.then_some(TileId { z, x, y })
    }

    /// The four tiles of the next zoom that it consists of; none at [`MAX_ZOOM`].
    pub fn children(self) -> impl Iterator<Item = TileId> {
        let TileId { z, x, y } = self;
        [(0, 0), (1, 0), (0, 1), (1, 1)]
            .into_iter()
            .filter_map(move |(right, lower)| TileId::new(z + 1, 2 * x + right, 2 * y + lower))
    }

    /// The tile of a zoom that it is a part of; itself, at its own zoom and below.
    #[must_use]
    pub fn ancestor(self, z: u8) -> TileId {
        let up = self.z.saturating_sub(z);
        TileId { z: self.z - up, x: self.x >> up, y: self.y >> up }
    }

    /// The zoom, 0 to [`MAX_ZOOM`].
    pub fn z(self) -> u8 {
        self.z
    }

    /// The column, counted from 180° W.
    pub fn x(self) -> u32 {
        self.x
    }

    /// The row, counted from 85.05° N.
    pub fn y(self) -> u32 {
        self.y
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

/// The zooms at which a layer is served, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u8, u8)", into = "(u8, u8)")]
pub struct ZoomRange {
    min: u8,
    max: u8,
}

impl From<ZoomRange> for (u8, u8) {
    fn from(range: ZoomRange) -> (u8, u8) {
        (range.min, range.max)
    }
}

impl TryFrom<(u8, u8)> for ZoomRange {
    type Error = &'static str;

    fn try_from((min, max): (u8, u8)) -> Result<ZoomRange, &'static str> {
        ZoomRange::new(min, max).ok_or("no range of zooms")
    }
}

impl ZoomRange {
    /// What a layer gets that says nothing: centimetres are still distinct at z20.
    pub const DEFAULT: ZoomRange = ZoomRange { min: 0, max: 20 };

    /// The range `min..=max`, or `None` when it is empty or ends beyond [`MAX_ZOOM`].
    pub fn new(min: u8, max: u8) -> Option<ZoomRange> {
        (min <= max && max <= MAX_ZOOM).then_some(ZoomRange { min, max })
    }

    /// The first zoom served.
    pub fn min(self) -> u8 {
        self.min
    }

    /// The last zoom served.
    pub fn max(self) -> u8 {
        self.max
    }

    /// Whether `z` is served.
    pub fn contains(self, z: u8) -> bool {
        (self.min..=self.max).contains(&z)
    }

    /// The smallest range that holds both.
    pub fn union(self, other: ZoomRange) -> ZoomRange {
        ZoomRange { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

impl fmt::Display for ZoomRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min, self.max)
    }
}
