//! Makes a valid polygon of rings that meet, on integers, with `i_overlay`. The last resort: it
//! costs some forty times the sweep that calls for it.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::IntOverlayOptions;
use i_overlay::core::simplify::Simplify;
use i_overlay::i_float::int::point::IntPoint;

use crate::geo::grid::{GridParts, GridPoint};

/// Replaces rings by those of the same area that are valid by OGC and wound as MVT 2.1 asks:
/// exteriors, each followed by its interiors.
///
/// The area is what the rings wind around at all (the non-zero rule): both lobes of a bow tie, the
/// union where parts overlap, and not the holes, which are wound against their exteriors. The
/// even-odd rule would punch holes into overlaps that rounding made.
pub fn repair(parts: &mut GridParts) {
    let rings: Vec<Vec<IntPoint<i32>>> =
        parts.parts().map(|ring| ring.iter().map(|p| IntPoint::new(p.x, p.y)).collect()).collect();
    // Its "counter-clockwise" is a positive area by the surveyor's formula, as MVT's exteriors.
    let shapes = rings.simplify(FillRule::NonZero, IntOverlayOptions::ogc());
    parts.clear();
    for ring in shapes.iter().flatten() {
        ring.iter().for_each(|p| parts.push(GridPoint { x: p.x, y: p.y }));
        parts.finish_ring();
    }
}
