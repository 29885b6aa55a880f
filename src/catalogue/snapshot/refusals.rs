//! What of a snapshot cannot be served: layers, and sources as a whole. What was read of a source before it
//! could not be used any more stays served, and is called stale.

use std::sync::Arc;

use super::{LayerState, Snapshot, Store};
use crate::config;
use crate::source::{Layer, Refused};

/// Why a layer cannot be served.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// [`crate::source::key`] of its source.
    pub source: u64,
    /// In words, with what to do.
    pub reason: String,
}

impl Snapshot {
    /// The names of the sources that cannot be used.
    pub fn refused_sources(&self) -> impl Iterator<Item = &str> {
        self.refused_sources.values().map(|(name, _)| name.as_str())
    }

    /// Whether the source of a key cannot be used.
    pub fn refuses(&self, key: u64) -> bool {
        self.refused_sources.contains_key(&key)
    }

    /// Whether nothing is served, and nothing is being read.
    pub fn is_bare(&self) -> bool {
        self.layers.values().all(|state| matches!(state, LayerState::Refused(_)))
    }

    /// Forgets why a source or layers of it were refused: it has said what it has, `layers`.
    pub(super) fn has_answered(&mut self, key: u64, layers: &[Layer]) {
        self.awaited.remove(&key);
        self.refused_sources.remove(&key);
        let is_named = |id: &str| layers.iter().any(|layer| layer.id == id);
        self.layers.retain(|id, state| match state {
            LayerState::Refused(refusal) => refusal.source != key && !is_named(id),
            LayerState::Loading(..) | LayerState::Ready(_) | LayerState::Tileset(_) => true,
        });
    }

    /// Refuses layers of a source, but for those that are served.
    pub(super) fn refuse_layers(&mut self, source: u64, refused: Vec<Refused>) {
        for Refused { id, reason } in refused {
            let refusal = LayerState::Refused(Refusal { source, reason });
            self.layers.entry(id).or_insert(refusal);
        }
    }

    /// What is served of a source may not be what it has; whether there is anything.
    pub(super) fn call_stale(&mut self, key: u64) -> bool {
        let mut is_served = false;
        for state in self.layers.values_mut() {
            match state {
                LayerState::Ready(ready) if ready.reading.source == key => {
                    Arc::make_mut(ready).is_stale = true;
                    is_served = true;
                }
                LayerState::Tileset(ready) => is_served |= ready.is_of(key),
                LayerState::Ready(_) | LayerState::Loading(..) | LayerState::Refused(_) => {}
            }
        }
        is_served
    }

    /// What was refused of one source is of another from now on.
    pub(super) fn adopt_refusals(&mut self, from: u64, to: u64) {
        if self.awaited.remove(&from) {
            self.awaited.insert(to);
        }
        if let Some(refused) = self.refused_sources.remove(&from) {
            self.refused_sources.insert(to, refused);
        }
        for state in self.layers.values_mut() {
            if let LayerState::Refused(refusal) = state
                && refusal.source == from
            {
                refusal.source = to;
            }
        }
    }
}

/// What becomes of a source that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusing {
    /// Whether it was not refused before, or for another reason.
    pub is_news: bool,
    /// Whether something of it stays served.
    pub is_served: bool,
}

impl Store {
    /// A source cannot be used: `layers` of it are refused, but for those that are served, which stay.
    pub fn refuse(
        &self,
        source: &config::Source,
        key: u64,
        layers: Vec<Refused>,
        reason: String,
    ) -> Refusing {
        let mut refusing = Refusing { is_news: true, is_served: false };
        self.change(|snapshot| {
            let before = snapshot.refused_sources.get(&key);
            refusing.is_news = before.is_none_or(|(_, before)| *before != reason);
            snapshot.has_answered(key, &[]);
            refusing.is_served = snapshot.call_stale(key);
            snapshot.refuse_layers(key, layers);
            snapshot.refused_sources.insert(key, (source.name.clone(), reason));
        });
        refusing
    }
}
