//! Values that several threads ask for at once, each made by one of them while the others wait, within a budget
//! of bytes.

use std::hash::Hash;
use std::sync::Arc;

/// Values by their keys.
pub struct OnceCache<K, V>(moka::sync::Cache<K, Arc<V>>);

impl<K, V> OnceCache<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// A cache of so many bytes, of values that `weigh` says the bytes of.
    pub fn new(bytes: u64, weigh: impl Fn(&V) -> usize + Send + Sync + 'static) -> OnceCache<K, V> {
        let weigher = move |_: &K, value: &Arc<V>| {
            u32::try_from(size_of::<K>() + weigh(value)).unwrap_or(u32::MAX)
        };
        OnceCache(moka::sync::Cache::builder().max_capacity(bytes).weigher(weigher).build())
    }

    /// The value of a key, made where it is not there; none where making it is given up.
    pub fn get_or_make(&self, key: &K, make: &mut dyn FnMut() -> Option<V>) -> Option<Arc<V>> {
        loop {
            let mut is_ours = false;
            let found = self.0.optionally_get_with_by_ref(key, || {
                is_ours = true;
                make().map(Arc::new)
            });
            // Another thread gave up what this one still wants.
            if found.is_some() || is_ours {
                return found;
            }
        }
    }
}
