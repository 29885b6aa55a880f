//! Makes a valid polygon of rings that meet, on integers, with `i_overlay`. The last resort: it
//! costs some forty times the sweep that calls for it.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::simplify::Simplify;
use i_overlay::i_float::int::point::IntPoint;

use super::grid::{GridParts, GridPoint};
use super::shape::RingRole;

/// Replaces rings, whose roles are given, by those of the same area that are valid by OGC and wound
/// as MVT 2.1 asks: exteriors, each followed by its interiors.
///
/// The area of a polygon is what its exterior goes around at all, less what its interiors go
/// around; that of several is their union. So both lobes of a bow tie are kept, holes that overlap
/// stay holes, and one outside its exterior is nothing. (One non-zero rule over all rings would
/// fill these last two; the even-odd rule punches holes into overlaps that rounding made.)
pub fn repair(parts: &mut GridParts, roles: &[RingRole]) {
    let rings: Vec<Vec<IntPoint<i32>>> =
        parts.parts().map(|ring| ring.iter().map(|p| IntPoint::new(p.x, p.y)).collect()).collect();
    let mut shapes = Vec::new();
    let (mut polygons, mut rest) = (0, rings.as_slice());
    for polygon in roles.chunk_by(|_, next| *next == RingRole::Interior) {
        let (rings, others) = rest.split_at(polygon.len());
        rest = others;
        polygons += 1;
        shapes.extend(area(rings));
    }
    if polygons > 1 {
        shapes = shapes.simplify(FillRule::NonZero, IntOverlayOptions::ogc());
    }
    parts.clear();
    for ring in shapes.iter().flatten() {
        ring.iter().for_each(|p| parts.push(GridPoint { x: p.x, y: p.y }));
        parts.finish_ring();
    }
}

/// What the first ring goes around, less what the others do. `i_overlay`'s "counter-clockwise",
/// the direction of `ogc`, is a positive area by the surveyor's formula, as MVT's exteriors.
fn area(rings: &[Vec<IntPoint<i32>>]) -> Vec<Vec<Vec<IntPoint<i32>>>> {
    let options = IntOverlayOptions::ogc();
    match rings {
        [] => Vec::new(),
        [exterior] => exterior.simplify(FillRule::NonZero, options),
        [exterior, interiors @ ..] => {
            Overlay::from_subj_and_clip_custom(exterior, interiors, options, Default::default())
                .overlay(OverlayRule::Difference, FillRule::NonZero)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::grid::doubled_area;
    use RingRole::{Exterior, Interior};

    /// The doubled areas of the rings that are left of squares: role, corner, side.
    fn repaired(squares: &[(RingRole, i32, i32)]) -> Vec<i64> {
        let mut parts = GridParts::default();
        for &(role, low, side) in squares {
            let high = low + side;
            let mut ring = [(low, low), (high, low), (high, high), (low, high)];
            if role == Interior {
                ring.reverse();
            }
            ring.iter().for_each(|&(x, y)| parts.push(GridPoint { x, y }));
            parts.finish_ring();
        }
        let roles: Vec<_> = squares.iter().map(|square| square.0).collect();
        repair(&mut parts, &roles);
        parts.parts().map(doubled_area).collect()
    }

    #[test]
    fn holes_that_overlap_are_one() {
        let holes = [(Exterior, 0, 100), (Interior, 10, 20), (Interior, 20, 20)];
        assert_eq!(repaired(&holes), [20_000, -1400]);
    }

    #[test]
    fn a_hole_outside_its_exterior_is_nothing_and_one_across_it_a_notch() {
        assert_eq!(repaired(&[(Exterior, 0, 10), (Interior, 20, 5)]), [200]);
        assert_eq!(repaired(&[(Exterior, 0, 10), (Interior, 6, 10)]), [168]);
    }

    #[test]
    fn a_hole_is_cut_from_its_own_exterior_alone() {
        let island = [(Exterior, 0, 30), (Interior, 10, 10), (Exterior, 10, 10)];
        assert_eq!(repaired(&island), [1800]);
    }

    #[test]
    fn exteriors_that_overlap_are_one() {
        assert_eq!(repaired(&[(Exterior, 0, 10), (Exterior, 5, 10)]), [350]);
    }
}
