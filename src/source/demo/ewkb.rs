//! The town's geometry as EWKB in Lambert-93, for those who load it into a database.

use super::SRID;
use super::geometry::vector::Vector;
use super::output::Geometry;
use super::plan::land::CORNER;

const HAS_SRID: u32 = 0x2000_0000;

/// A geometry in little-endian EWKB.
pub fn ewkb(geometry: Geometry<'_>) -> Vec<u8> {
    let mut bytes = vec![1];
    let (kind, count): (u32, _) = match geometry {
        Geometry::Point(_) => (1, None),
        Geometry::Line(line) => (2, Some(line.len())),
        Geometry::Area(area) => (3, Some(area.rings.len())),
    };
    number(&mut bytes, kind | HAS_SRID);
    number(&mut bytes, SRID);
    count.into_iter().for_each(|count| number(&mut bytes, count as u32));
    match geometry {
        Geometry::Point(point) => position(&mut bytes, point),
        Geometry::Line(line) => line.iter().for_each(|p| position(&mut bytes, *p)),
        Geometry::Area(area) => {
            for ring in &area.rings {
                number(&mut bytes, ring.len() as u32 + 1);
                ring.iter().chain(ring.first()).for_each(|p| position(&mut bytes, *p));
            }
        }
    }
    bytes
}

fn number(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn position(bytes: &mut Vec<u8>, point: Vector) {
    let place = point + CORNER;
    bytes.extend_from_slice(&place.x.to_le_bytes());
    bytes.extend_from_slice(&place.y.to_le_bytes());
}
