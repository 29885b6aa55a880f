//! What a tile may weigh, and who stays out when it would weigh more: the least important first, and
//! among equals evenly over the ground. Decided on the uncompressed tile, so that it is the same in
//! every encoding.

use crate::geo::shape::ShapeKind;
use crate::geo::world::WorldBox;
use crate::store::page::Order;

/// What a tile may hold at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Uncompressed bytes.
    pub bytes: usize,
    /// Features.
    pub features: u64,
}

impl Budget {
    /// A tile's worth of anything: for layers that must come whole.
    pub const UNLIMITED: Budget = Budget { bytes: usize::MAX, features: u64::MAX };

    /// The share of a layer whose features take `own` of the `all` bytes that a tile's layers have
    /// in the store.
    pub fn share(self, own: usize, all: usize) -> Budget {
        if own >= all {
            return self;
        }
        let part = own as f64 / all as f64;
        Budget {
            bytes: (self.bytes as f64 * part) as usize,
            features: (self.features as f64 * part).ceil() as u64,
        }
    }
}

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
fn drawn(key: u64) -> u64 {
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

    #[test]
    fn shares_add_up_to_no_more_than_the_whole() {
        let budget = Budget { bytes: 1000, features: 10 };
        let bytes: usize = [30, 50, 20].iter().map(|own| budget.share(*own, 100).bytes).sum();
        assert!(bytes <= 1000);
        assert_eq!(budget.share(100, 100), budget);
        assert_eq!(budget.share(0, 0), budget);
    }
}
