//! What all layers are at one moment. A request takes a [`Snapshot`] at its start and reads
//! nothing else; a load that ends in the meantime swaps in the next one. Nothing else is shared
//! and mutable.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use super::segment::Segment;
use crate::source::{Layer, Progress, Refused, Report};

/// All layers at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    layers: BTreeMap<String, LayerState>,
    /// Sources whose layers are not known yet.
    awaited: usize,
}

/// A layer at one moment.
#[derive(Clone, Debug)]
pub enum LayerState {
    /// It is being read for the first time.
    Loading(Arc<Layer>, Arc<Progress>),
    /// It can be served.
    Ready(Arc<ReadyLayer>),
    /// It cannot be served; in words, why and what to do.
    Refused(String),
}

/// A layer that can be served.
#[derive(Debug)]
pub struct ReadyLayer {
    /// What it is called and carries.
    pub layer: Arc<Layer>,
    /// Its features.
    pub segment: Segment,
    /// What its reading said.
    pub report: Report,
    /// When it was read.
    pub loaded: Instant,
}

impl Snapshot {
    /// The layer of an id.
    pub fn get(&self, id: &str) -> Option<&LayerState> {
        self.layers.get(id)
    }

    /// All layers by id.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &LayerState)> {
        self.layers.iter().map(|(id, state)| (id.as_str(), state))
    }

    /// The layers that can be served, by id.
    pub fn ready(&self) -> impl Iterator<Item = (&str, &Arc<ReadyLayer>)> {
        self.layers().filter_map(|(id, state)| match state {
            LayerState::Ready(ready) => Some((id, ready)),
            LayerState::Loading(..) | LayerState::Refused(_) => None,
        })
    }

    /// Whether the layers of some source are not known yet.
    pub fn is_incomplete(&self) -> bool {
        self.awaited > 0
    }

    /// Whether every layer of every source is ready or refused.
    pub fn is_settled(&self) -> bool {
        !self.is_incomplete()
            && !self.layers.values().any(|state| matches!(state, LayerState::Loading(..)))
    }
}

/// Where the current snapshot is.
#[derive(Debug)]
pub struct Store {
    current: RwLock<Arc<Snapshot>>,
}

impl Store {
    /// A store without layers that waits for so many sources to say what they have.
    pub fn awaiting(sources: usize) -> Store {
        let snapshot = Snapshot { awaited: sources, ..Snapshot::default() };
        Store { current: RwLock::new(Arc::new(snapshot)) }
    }

    /// What holds now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        // A panic elsewhere cannot leave the Arc half written: the poison says nothing here.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A source has said what it has: its layers are loading from now on, or refused. A layer
    /// whose id is taken is refused under its source's name. Returns those to be read.
    pub fn announce(
        &self,
        source: &str,
        layers: Vec<Layer>,
        refused: Vec<Refused>,
    ) -> Vec<(Arc<Layer>, Arc<Progress>)> {
        let mut announced = Vec::new();
        self.change(|snapshot| {
            snapshot.awaited = snapshot.awaited.saturating_sub(1);
            for layer in layers {
                if snapshot.layers.contains_key(&layer.id) {
                    let reason = format!(
                        "another source already has a layer \"{}\": give this one an id of its \
                         own under [layers]",
                        layer.id
                    );
                    let id = format!("{source}.{}", layer.id);
                    snapshot.layers.insert(id, LayerState::Refused(reason));
                    continue;
                }
                let (layer, progress) = (Arc::new(layer), Arc::new(Progress::default()));
                let state = LayerState::Loading(layer.clone(), progress.clone());
                snapshot.layers.insert(layer.id.clone(), state);
                announced.push((layer, progress));
            }
            for Refused { id, reason } in refused {
                snapshot.layers.entry(id).or_insert(LayerState::Refused(reason));
            }
        });
        announced
    }

    /// A layer is what it is from now on.
    pub fn set(&self, id: &str, state: LayerState) {
        self.change(|snapshot| {
            snapshot.layers.insert(id.to_owned(), state);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = Snapshot::clone(&current);
        change(&mut next);
        *current = Arc::new(next);
    }
}
