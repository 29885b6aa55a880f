//! From which zoom on a polygon is valid when its vertices are filtered and quantised for that
//! zoom. Recorded once at load, so that a tile checks only what lies below, or what clipping cut.

use crate::geo::grid::{FINEST_ZOOM, Grid, GridParts, GridPoint};
use crate::geo::rings::{MAX_COORDINATE, RingSweep};
use crate::geo::shape::Shape;
use crate::geo::world::WorldPoint;

/// Says "at no zoom".
pub const NEVER: u8 = u8::MAX;

/// Finds validity; keeps its memory between polygons.
#[derive(Debug, Default)]
pub struct ValidityCheck {
    sweep: RingSweep,
    rings: GridParts,
}

impl ValidityCheck {
    /// The lowest zoom from which on the polygon is valid on every grid, or [`NEVER`]. `zooms`
    /// holds the zoom at which each vertex appears.
    pub fn valid_from(&mut self, shape: &Shape, zooms: &[u8]) -> u8 {
        let Some(clear) = self.clear_from(shape, zooms) else { return NEVER };
        let is_valid = |zoom: &u8| self.is_valid_at(shape, zooms, *zoom);
        (0..clear).rev().take_while(is_valid).last().unwrap_or(clear)
    }

    /// A zoom from which on the polygon is valid on every grid: where all its vertices are there, and so
    /// far from one another and from other edges that rounding cannot bring them together. Two
    /// places come nearer by at most one unit on each axis.
    ///
    /// Most polygons are checked so by one sweep instead of one a zoom: loading the land cover of
    /// the made-up département takes a fifth less.
    fn clear_from(&mut self, shape: &Shape, zooms: &[u8]) -> Option<u8> {
        if !self.load(shape, zooms, FINEST_ZOOM) {
            return None;
        }
        let complete = zooms.iter().max().map_or(0, |zoom| (*zoom).min(FINEST_ZOOM));
        let nearest =
            |zoom: u8| f64::exp2(f64::from(FINEST_ZOOM - zoom)) * std::f64::consts::SQRT_2;
        let clearance = self.sweep.clearance(&self.rings, nearest(complete))?;
        self.rings_nest().then(|| {
            let is_clear = |zoom: &u8| clearance >= nearest(*zoom);
            (complete..FINEST_ZOOM).find(is_clear).unwrap_or(FINEST_ZOOM)
        })
    }

    fn is_valid_at(&mut self, shape: &Shape, zooms: &[u8], zoom: u8) -> bool {
        self.load(shape, zooms, zoom) && !self.sweep.rings_meet(&self.rings) && self.rings_nest()
    }

    /// Takes the rings as they are on the grid of a zoom. Says whether that can be, and whether each
    /// is still what its role says.
    fn load(&mut self, shape: &Shape, zooms: &[u8], zoom: u8) -> bool {
        let (grid, bounds) = (Grid::of_zoom(zoom), shape.bounds());
        let origin = (grid.quantise(bounds.min.x), grid.quantise(bounds.min.y));
        let far = (grid.quantise(bounds.max.x), grid.quantise(bounds.max.y));
        if (far.0 - origin.0).max(far.1 - origin.1) > i64::from(MAX_COORDINATE) {
            return false; // a continent at street scale: tiles check what they cut from it
        }
        let quantise = |point: WorldPoint| GridPoint {
            x: (grid.quantise(point.x) - origin.0) as i32,
            y: (grid.quantise(point.y) - origin.1) as i32,
        };
        self.rings.clear();
        let mut zooms = zooms;
        let mut exterior_kept = false;
        for ring in shape.parts() {
            let (ring_zooms, rest) = zooms.split_at(ring.len());
            zooms = rest;
            for (&point, _) in ring.iter().zip(ring_zooms).filter(|(_, appears)| **appears <= zoom)
            {
                self.rings.push(quantise(point));
            }
            let is_exterior = crate::geo::shape::doubled_area(ring) >= 0;
            match self.rings.finish_ring_with_area() {
                // A ring that turned inside out is no longer what its role says.
                Some(area) if (area > 0) != is_exterior => return false,
                Some(_) if !is_exterior && !exterior_kept => return false,
                Some(_) => exterior_kept = true,
                None if is_exterior => exterior_kept = false,
                None => {}
            }
        }
        true
    }

    /// Whether each interior lies in the exterior before it and no exterior in another: given that
    /// no rings meet, one vertex of each decides.
    fn rings_nest(&self) -> bool {
        if self.rings.len() == 1 {
            return true;
        }
        let rings: Vec<_> = self
            .rings
            .parts()
            .map(|ring| (ring, crate::geo::grid::doubled_area(ring) > 0))
            .collect();
        let mut exterior: Option<&[GridPoint]> = None;
        for (i, &(ring, is_exterior)) in rings.iter().enumerate() {
            let around: usize = rings
                .iter()
                .enumerate()
                .filter(|&(j, &(other, _))| i != j && contains(other, ring[0]))
                .count();
            if is_exterior {
                exterior = Some(ring);
                if !around.is_multiple_of(2) {
                    return false;
                }
            } else if around.is_multiple_of(2)
                || !exterior.is_some_and(|outer| contains(outer, ring[0]))
            {
                return false;
            }
        }
        true
    }
}

/// Whether a point that is on none of its edges lies inside a ring (crossing number).
fn contains(ring: &[GridPoint], point: GridPoint) -> bool {
    let mut inside = false;
    let mut from = ring[ring.len() - 1];
    for &to in ring {
        if (from.y > point.y) != (to.y > point.y) {
            let side = (i64::from(to.x) - i64::from(from.x))
                * (i64::from(point.y) - i64::from(from.y))
                - (i64::from(point.x) - i64::from(from.x)) * (i64::from(to.y) - i64::from(from.y));
            if (side > 0) == (to.y > from.y) {
                inside = !inside;
            }
        }
        from = to;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::shape::{RingRole, ShapeKind};
    use crate::segment::significance::push_vertex_zooms;

    fn valid_from(rings: &[(&[(u32, u32)], RingRole)]) -> u8 {
        let mut shape = Shape::new(ShapeKind::Polygon);
        for (ring, role) in rings {
            let ring: Vec<_> = ring.iter().map(|&(x, y)| WorldPoint { x, y }).collect();
            shape.push_ring(&ring, *role);
        }
        let mut zooms = Vec::new();
        shape.parts().for_each(|part| push_vertex_zooms(part, true, &mut zooms));
        ValidityCheck::default().valid_from(&shape, &zooms)
    }

    const OUTER: &[(u32, u32)] = &[(0, 0), (1 << 20, 0), (1 << 20, 1 << 20), (0, 1 << 20)];

    #[test]
    fn a_square_is_valid_at_every_zoom() {
        assert_eq!(valid_from(&[(OUTER, RingRole::Exterior)]), 0);
    }

    #[test]
    fn a_narrow_gap_closes_below_some_zoom() {
        let gap = 1 << 6; // world units between hole and border: a unit at z14
        let hole: &[_] = &[(gap, gap), (gap, 1 << 19), (1 << 19, 1 << 19), (1 << 19, gap)];
        let found = valid_from(&[(OUTER, RingRole::Exterior), (hole, RingRole::Interior)]);
        assert!((13..=15).contains(&found), "{found}");
    }

    #[test]
    fn where_a_polygon_is_clear_no_zoom_finds_anything() {
        let mut seed = 7u64;
        let mut drawn = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u32 % below
        };
        let (mut check, mut proven) = (ValidityCheck::default(), 0);
        for _ in 0..2000 {
            // A wiggly ring, with a hole that comes near to it in most.
            let size = 1 << (8 + drawn(10));
            let mut ring = |radius: u32| -> Vec<_> {
                let corners = 4 + drawn(20);
                let at = |k: u32, radius: u32| {
                    let angle = f64::from(k) / f64::from(corners) * std::f64::consts::TAU;
                    let (x, y) = (angle.cos() * f64::from(radius), angle.sin() * f64::from(radius));
                    WorldPoint { x: (1e6 + x) as u32, y: (1e6 + y) as u32 }
                };
                (0..corners).map(|k| at(k, radius - drawn(radius / 2))).collect()
            };
            let mut shape = Shape::new(ShapeKind::Polygon);
            shape.push_ring(&ring(size), RingRole::Exterior);
            shape.push_ring(&ring(size / 3), RingRole::Interior);
            let mut zooms = Vec::new();
            shape.parts().for_each(|part| push_vertex_zooms(part, true, &mut zooms));
            let of_zooms = (0..=FINEST_ZOOM)
                .rev()
                .take_while(|zoom| check.is_valid_at(&shape, &zooms, *zoom))
                .last()
                .unwrap_or(NEVER);
            assert_eq!(check.valid_from(&shape, &zooms), of_zooms);
            let clear = check.clear_from(&shape, &zooms);
            proven += usize::from(clear.is_some_and(|zoom| zoom < FINEST_ZOOM));
        }
        assert!(proven > 500, "only {proven} needed no check of each zoom");
    }

    #[test]
    fn a_bow_tie_is_valid_nowhere() {
        let tie: &[_] = &[(0, 0), (1 << 20, (1 << 20) - 99), (1 << 20, 0), (0, 1 << 20)];
        assert_eq!(valid_from(&[(tie, RingRole::Exterior)]), NEVER);
    }

    #[test]
    fn a_hole_outside_its_exterior_is_valid_nowhere() {
        let far: &[_] = &[(3 << 20, 0), (3 << 20, 999), (4 << 20, 999)];
        assert_eq!(valid_from(&[(OUTER, RingRole::Exterior), (far, RingRole::Interior)]), NEVER);
    }

    #[test]
    fn an_exterior_inside_another_is_valid_nowhere() {
        let within: &[_] = &[(999, 999), (9999, 999), (9999, 9999)];
        assert_eq!(valid_from(&[(OUTER, RingRole::Exterior), (within, RingRole::Exterior)]), NEVER);
    }
}
