//! The labels that are decided for metatiles, kept between the tiles that show them. Who asks for labels that
//! another thread is at waits for it.

use std::sync::Arc;

use crate::cache::once::OnceCache;
use crate::map::labels::{Labels, Name};
use crate::render::Symbols;

/// Some hundred metatiles of a town. (No share of the budget for answers: without that, too, neighbouring
/// tiles are asked for together.)
const BYTES: u64 = 16 << 20;

/// Labels that are decided.
pub struct LabelCache(OnceCache<Name, Symbols>);

impl Default for LabelCache {
    fn default() -> LabelCache {
        LabelCache(OnceCache::new(BYTES, Symbols::memory))
    }
}

impl Labels for LabelCache {
    fn get_or_place(
        &self,
        name: Name,
        place: &mut dyn FnMut() -> Option<Symbols>,
    ) -> Option<Arc<Symbols>> {
        self.0.get_or_make(&name, place)
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
