//! What all layers are at one moment. A request takes a [`Snapshot`] at its start and reads
//! nothing else; a load that ends in the meantime swaps in the next one. Nothing else is shared
//! and mutable.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::kept::{Description, Kept, Reading};
use super::segment::Segment;
use crate::config;
use crate::source::{Layer, Progress, Refused};

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
#[derive(Clone, Debug)]
pub struct ReadyLayer {
    /// What it is called and carries.
    pub layer: Description,
    /// Its features.
    pub segment: Arc<Segment>,
    /// How it was read.
    pub reading: Reading,
    /// It was found on disk and has not been held against its source yet.
    pub is_stale: bool,
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

    /// Takes out the layers that were kept of a source.
    fn take_kept(&mut self, key: u64) -> BTreeMap<String, Arc<ReadyLayer>> {
        let mut kept = BTreeMap::new();
        self.layers.retain(|id, state| match state {
            LayerState::Ready(ready) if ready.is_stale && ready.reading.source == key => {
                kept.insert(id.clone(), ready.clone());
                false
            }
            _ => true,
        });
        kept
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

/// A layer that its source has, to be read.
#[derive(Debug)]
pub struct Announced {
    /// What it is and where.
    pub layer: Arc<Layer>,
    /// How far it is read.
    pub progress: Arc<Progress>,
    /// What is served of it meanwhile.
    pub kept: Option<Arc<ReadyLayer>>,
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

    /// Serves what was found on disk of a source that has not answered yet.
    pub fn serve_kept(&self, found: Vec<(Segment, Kept)>) {
        if found.is_empty() {
            return;
        }
        self.change(|snapshot| {
            snapshot.awaited = snapshot.awaited.saturating_sub(1);
            for (segment, Kept { layer, reading }) in found {
                let id = layer.id.clone();
                let segment = Arc::new(segment);
                let ready = ReadyLayer { layer, segment, reading, is_stale: true };
                snapshot.layers.entry(id).or_insert(LayerState::Ready(Arc::new(ready)));
            }
        });
    }

    /// A source has said what it has: its layers are loading from now on, or refused, unless they
    /// are served as they were kept. What was kept of it and is no more is served no longer. A
    /// layer whose id is taken is refused under its source's name. Returns those to be read, and
    /// those that are no more.
    pub fn announce(
        &self,
        source: &config::Source,
        key: u64,
        layers: Vec<Layer>,
        refused: Vec<Refused>,
    ) -> (Vec<Announced>, Vec<Arc<ReadyLayer>>) {
        let (mut announced, mut gone) = (Vec::new(), Vec::new());
        self.change(|snapshot| {
            let mut kept = snapshot.take_kept(key);
            if kept.is_empty() {
                snapshot.awaited = snapshot.awaited.saturating_sub(1);
            }
            for layer in layers {
                if snapshot.layers.contains_key(&layer.id) {
                    let reason = format!(
                        "another source already has a layer \"{}\": give this one an id of its \
                         own under [layers]",
                        layer.id
                    );
                    let id = format!("{}.{}", source.name, layer.id);
                    snapshot.layers.insert(id, LayerState::Refused(reason));
                    continue;
                }
                let (layer, progress) = (Arc::new(layer), Arc::new(Progress::default()));
                let kept = kept.remove(&layer.id);
                let state = match &kept {
                    Some(kept) => LayerState::Ready(kept.clone()),
                    None => LayerState::Loading(layer.clone(), progress.clone()),
                };
                snapshot.layers.insert(layer.id.clone(), state);
                announced.push(Announced { layer, progress, kept });
            }
            for Refused { id, reason } in refused {
                snapshot.layers.entry(id).or_insert(LayerState::Refused(reason));
            }
            gone.extend(kept.into_values());
        });
        (announced, gone)
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
