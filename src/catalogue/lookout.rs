//! How well the sources are watched: when each layer was last known to be what its source has, and how
//! much was done to keep it so. For `/health/ready` and `/metrics`; nothing is decided by it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is known of the watch over all layers.
#[derive(Debug, Default)]
pub struct Lookout {
    /// The layers whose changes are told, and when they were last asked for.
    seen: Mutex<HashMap<String, Instant>>,
    edits: AtomicU64,
    folds: AtomicU64,
    remade: AtomicU64,
}

impl Lookout {
    /// The changes of these layers have been taken in, as far as there are any.
    pub fn saw<'a>(&self, layers: impl Iterator<Item = &'a str>) {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(layers.map(|id| (id.to_owned(), now)));
    }

    /// Nobody tells of a layer's changes.
    pub fn lost(&self, layer: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(layer);
    }

    /// How long ago a layer was known to be what its source has; `None` where its changes are not told.
    pub fn lag(&self, layer: &str) -> Option<Duration> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(layer).map(Instant::elapsed)
    }

    /// The longest of these times.
    pub fn longest_lag(&self) -> Duration {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values().map(Instant::elapsed).max().unwrap_or_default()
    }

    /// Counts changes laid over a segment.
    pub fn edited(&self) {
        self.edits.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts changes folded into one.
    pub fn folded(&self) {
        self.folds.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts overview tiles made anew.
    pub fn remade(&self, tiles: usize) {
        self.remade.fetch_add(tiles as u64, Ordering::Relaxed);
    }

    /// How many of these there were: edits, folds, tiles.
    pub fn counts(&self) -> [u64; 3] {
        [&self.edits, &self.folds, &self.remade].map(|count| count.load(Ordering::Relaxed))
    }
}
