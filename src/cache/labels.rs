//! The cache of labels: what is decided about those of a metatile, within a budget of bytes. Who asks for
//! labels that another thread is at waits for it.

use std::sync::Arc;

use crate::map::labels::{Labels, Name};
use crate::render::Symbols;

/// Some hundred metatiles of a town. (No share of the budget for answers: without that, too, neighbouring
/// tiles are asked for together.)
const BYTES: u64 = 16 << 20;

/// Labels that are decided.
pub struct LabelCache(moka::sync::Cache<Name, Arc<Symbols>>);

impl Default for LabelCache {
    fn default() -> LabelCache {
        let weigh = |_: &Name, symbols: &Arc<Symbols>| {
            u32::try_from(size_of::<Name>() + symbols.memory()).unwrap_or(u32::MAX)
        };
        LabelCache(moka::sync::Cache::builder().max_capacity(BYTES).weigher(weigh).build())
    }
}

impl Labels for LabelCache {
    fn get_or_place(
        &self,
        name: Name,
        place: &mut dyn FnMut() -> Option<Symbols>,
    ) -> Option<Arc<Symbols>> {
        loop {
            let mut is_ours = false;
            let found = self.0.optionally_get_with_by_ref(&name, || {
                is_ours = true;
                place().map(Arc::new)
            });
            // Nobody wants any more what the other thread was at; this one does.
            if found.is_some() || is_ours {
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::geo::tile::TileId;

    fn name(edition: u64) -> Name {
        let first = TileId::new(3, 2, 4).unwrap();
        Name { style: "plan".into(), casting: 1, edition, first }
    }

    #[test]
    fn labels_are_placed_once_an_edition() {
        let cache = LabelCache::default();
        let placed = AtomicUsize::new(0);
        let mut place = || {
            placed.fetch_add(1, Ordering::Relaxed);
            Some(Symbols::default())
        };
        for edition in [1, 1, 2, 1] {
            assert!(cache.get_or_place(name(edition), &mut place).is_some());
        }
        assert_eq!(placed.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn who_waits_for_labels_that_are_given_up_places_them() {
        let (cache, begun) = (LabelCache::default(), Barrier::new(2));
        std::thread::scope(|scope| {
            let gives_up = scope.spawn(|| {
                cache.get_or_place(name(1), &mut || {
                    begun.wait();
                    std::thread::sleep(std::time::Duration::from_millis(50));
                    None
                })
            });
            begun.wait();
            assert!(cache.get_or_place(name(1), &mut || Some(Symbols::default())).is_some());
            assert!(gives_up.join().unwrap().is_none());
        });
    }
}
