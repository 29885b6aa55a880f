//! Who matters more where not all can be shown: the larger, and among equals who is drawn. A function
//! of the feature alone, so that what stays is the same in every tile.

use super::page::Order;
use crate::geo::shape::ShapeKind;
use crate::geo::world::WorldBox;

/// How much a feature matters among those of its layer: the larger it is the more, by doublings,
/// and within one size by a number drawn from what it is. So what stays is spread as all are, is the
/// same in every tile that shows it, and depends on nothing else.
pub fn importance(kind: ShapeKind, bounds: WorldBox, order: Order) -> u64 {
    let WorldBox { min, max } = bounds;
    let reach = match kind {
        ShapeKind::Point => 0,
        ShapeKind::Line | ShapeKind::Polygon => (max.x - min.x).max(max.y - min.y),
    };
    let doublings = u64::from(u32::BITS - reach.leading_zeros());
    let (Order::Id(key) | Order::Other(key)) = order;
    doublings << 58 | drawn(key) >> 6
}

/// A number that looks drawn at random: the finaliser of splitmix64.
/// Source: Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators (2014).
pub fn drawn(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::world::WorldPoint;

    fn square(side: u32) -> WorldBox {
        WorldBox { min: WorldPoint { x: 7, y: 7 }, max: WorldPoint { x: 7 + side, y: 7 + side } }
    }

    #[test]
    fn the_larger_matters_more_and_equals_are_drawn() {
        let polygon = |side, id| importance(ShapeKind::Polygon, square(side), Order::Id(id));
        assert!((0..100).all(|id| polygon(4096, id) > polygon(2047, id + 1)));
        let ids: Vec<u64> = (0..1000).collect();
        let first_half = |id: &&u64| polygon(100, **id) > polygon(100, 0);
        let above = ids.iter().filter(first_half).count();
        assert!(above > 0 && above < 999);
        let mut drawn = ids.clone();
        drawn.sort_by_key(|id| polygon(100, *id));
        assert_ne!(drawn, ids);
    }
}
