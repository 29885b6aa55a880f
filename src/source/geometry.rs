//! WKB and the like → shapes in the quantised world.

use super::Fault;
use crate::geo::projection::Projection;
use crate::geo::shape::Shape;

/// Reads geometries, one at a time, and keeps its memory between them.
pub struct ShapeReader(#[allow(dead_code)] Projection);

impl ShapeReader {
    /// A reader of geometries in the CRS that `projection` starts from.
    pub fn new(projection: Projection) -> ShapeReader {
        ShapeReader(projection)
    }

    /// Reads a PostGIS EWKB geometry.
    ///
    /// # Errors
    /// The fault for which the row is skipped.
    pub fn read_ewkb(&mut self, _bytes: &[u8], _srid: Option<u32>) -> Result<(), Fault> {
        Err(Fault::Unreadable)
    }

    /// The shapes of the geometry read last: at most one a kind, none of them empty.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        std::iter::empty()
    }

    /// What was wrong with parts of the geometry read last.
    pub fn faults(&self) -> &[Fault] {
        &[]
    }
}
