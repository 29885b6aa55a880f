//! What a tile may weigh, and who stays out when it would weigh more: the least important first, and
//! among equals evenly over the ground. Decided on the uncompressed tile, so that it is the same in
//! every encoding.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_no_more_than_the_whole() {
        let budget = Budget { bytes: 1000, features: 10 };
        let bytes: usize = [30, 50, 20].iter().map(|own| budget.share(*own, 100).bytes).sum();
        assert!(bytes <= 1000);
        assert_eq!(budget.share(100, 100), budget);
        assert_eq!(budget.share(0, 0), budget);
    }
}
