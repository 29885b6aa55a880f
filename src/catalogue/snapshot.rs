//! What all layers are at one moment. A request takes a [`Snapshot`] at its start and reads
//! nothing else; a load that ends in the meantime swaps in the next one. Nothing else is shared
//! and mutable.

mod refusals;
pub mod tilesets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use tilesets::ReadyTileset;

use super::features::{Features, Tiles};
use super::lookout::Lookout;
use super::news::Newspaper;
use crate::config;
use crate::geo::tile::{TileId, ZoomRange};
use crate::geo::world::WorldBox;
use crate::segment::cut::Frame;
use crate::segment::kept::{Description, Kept, Reading};
use crate::segment::reader::Segment;
use crate::source::{self, Discovery, Layer, Progress};

pub use refusals::Refusal;

/// All layers at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    layers: BTreeMap<String, LayerState>,
    /// Sources whose layers are not known yet, by [`crate::source::key`].
    awaited: BTreeSet<u64>,
    /// Sources that cannot be used, by key: the name of each, and why.
    refused_sources: BTreeMap<u64, (String, String)>,
    /// Grows with every change of anything.
    number: u64,
}

/// A layer at one moment.
#[derive(Clone, Debug)]
pub enum LayerState {
    /// It is being read for the first time.
    Loading(Arc<Layer>, Arc<Progress>),
    /// It can be served.
    Ready(Arc<ReadyLayer>),
    /// It is an archive's, and is served as it lies there.
    Tileset(Arc<ReadyTileset>),
    /// It cannot be served.
    Refused(Refusal),
}

/// A layer that can be served.
#[derive(Clone, Debug)]
pub struct ReadyLayer {
    /// What it is called and carries.
    pub layer: Description,
    /// Its features.
    pub features: Features,
    /// How it was read.
    pub reading: Reading,
    /// It was found on disk and has not been held against its source yet.
    pub is_stale: bool,
}

impl ReadyLayer {
    /// The number of the last change of what it shows in a tile.
    pub fn changed_last(&self, tile: TileId) -> u64 {
        self.changed_last_within(tile, self.layer.buffer)
    }

    /// The same of a tile with another buffer, in tile units.
    pub fn changed_last_within(&self, tile: TileId, buffer: u16) -> u64 {
        if !self.layer.zooms.contains(tile.z()) {
            return 0;
        }
        self.features.changed_last(tile, Frame::new(tile, buffer).window())
    }

    /// The zooms of some of its tiles, if there are any.
    pub fn zooms_of(&self, tiles: Tiles) -> Option<ZoomRange> {
        let (min, max) = self.layer.zooms.into();
        let detail_from = self.features.loaded().detail_from();
        match tiles {
            Tiles::Detail => ZoomRange::new(min.max(detail_from), max),
            Tiles::Overviews => ZoomRange::new(min, detail_from.checked_sub(1)?),
        }
    }
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
            LayerState::Loading(..) | LayerState::Tileset(_) | LayerState::Refused(_) => None,
        })
    }

    /// Takes out the layers that are served of a source.
    fn take_served(&mut self, key: u64) -> BTreeMap<String, Arc<ReadyLayer>> {
        let mut kept = BTreeMap::new();
        self.layers.retain(|id, state| match state {
            LayerState::Ready(ready) if ready.reading.source == key => {
                kept.insert(id.clone(), ready.clone());
                false
            }
            _ => true,
        });
        kept
    }

    /// Whether an id is another source's already: then that of a source is refused under the source's name.
    fn refuses_again(&mut self, source: &config::Source, key: u64, id: &str) -> bool {
        let is_taken = self.layers.contains_key(id);
        if is_taken {
            let reason = source::taken(id);
            let id = format!("{}.{id}", source.name);
            self.layers.insert(id, LayerState::Refused(Refusal { source: key, reason }));
        }
        is_taken
    }

    /// Whether the layers of some source are not known yet.
    pub fn is_incomplete(&self) -> bool {
        !self.awaited.is_empty()
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
    news: Newspaper,
    lookout: Lookout,
}

impl Store {
    /// A store without layers that waits for sources to say what they have.
    pub fn awaiting(sources: &[config::Source], layers: &[config::Layer]) -> Store {
        let awaited = sources.iter().map(|source| source::key(source, layers)).collect();
        let snapshot = Snapshot { awaited, ..Snapshot::default() };
        Store {
            current: RwLock::new(Arc::new(snapshot)),
            news: Newspaper::default(),
            lookout: Lookout::default(),
        }
    }

    /// What holds now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        // A panic elsewhere cannot leave the Arc half written: the poison says nothing here.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves what was found on disk of a source that has not answered yet.
    pub fn serve_kept(&self, key: u64, found: Vec<(Segment, Kept)>) {
        if found.is_empty() {
            return;
        }
        self.change(|snapshot| {
            snapshot.awaited.remove(&key);
            for (segment, Kept { layer, reading }) in found {
                let id = layer.id.clone();
                let features = Features::new(segment);
                let ready = ReadyLayer { layer, features, reading, is_stale: true };
                snapshot.layers.entry(id).or_insert(LayerState::Ready(Arc::new(ready)));
            }
        });
    }

    /// A source has said what it has: its layers are loading from now on, or refused, unless they
    /// are served already. What was served of it and is no more is served no longer, unless the
    /// source is damaged: then that stays, stale. A layer whose id is taken is refused under its
    /// source's name. Returns those to be read, and those that are no more.
    pub fn announce(
        &self,
        source: &config::Source,
        key: u64,
        Discovery { layers, tilesets, refused, is_damaged }: Discovery,
    ) -> (Vec<Announced>, Vec<Arc<ReadyLayer>>) {
        let (mut announced, mut gone) = (Vec::new(), Vec::new());
        let mut changed = Vec::new();
        self.change(|snapshot| {
            snapshot.has_answered(key, &layers);
            if is_damaged {
                snapshot.call_stale(key);
            }
            let mut kept = match is_damaged {
                true => BTreeMap::new(),
                false => snapshot.take_served(key),
            };
            let kept_tilesets = snapshot.take_tilesets(key);
            changed = snapshot.place_tilesets(source, key, tilesets, &refused, kept_tilesets);
            for layer in layers {
                if snapshot.refuses_again(source, key, &layer.id) {
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
            snapshot.refuse_layers(key, refused);
            gone.extend(kept.into_values());
        });
        self.tell_gone(&gone);
        changed.into_iter().for_each(|(id, zooms)| self.news.publish(id, zooms, None));
        (announced, gone)
    }

    /// A layer is what it is from now on.
    pub fn set(&self, id: &str, state: LayerState) {
        self.change(|snapshot| {
            snapshot.layers.insert(id.to_owned(), state);
        });
    }

    /// A layer was read: what it shows is new everywhere.
    pub fn serve(&self, mut ready: ReadyLayer) {
        let (id, zooms) = (ready.layer.id.clone(), ready.layer.zooms);
        self.change(|snapshot| {
            ready.features.bear(snapshot.number);
            snapshot.layers.insert(id.clone(), LayerState::Ready(Arc::new(ready)));
        });
        self.news.publish(id, zooms, None);
    }

    /// Part of a layer is another from now on: what some tiles show in these boxes.
    pub fn update(&self, mut ready: ReadyLayer, tiles: Tiles, boxes: Vec<WorldBox>) {
        let (id, zooms) = (ready.layer.id.clone(), ready.zooms_of(tiles));
        self.change(|snapshot| {
            ready.features.stamp(tiles, &boxes, snapshot.number);
            snapshot.layers.insert(id.clone(), LayerState::Ready(Arc::new(ready)));
        });
        if let Some(zooms) = zooms.filter(|_| !boxes.is_empty()) {
            self.news.publish(id, zooms, Some(boxes));
        }
    }

    /// One more source is to say what it has.
    pub fn await_one_more(&self, key: u64) {
        self.change(|snapshot| _ = snapshot.awaited.insert(key));
    }

    /// What was read from one source is of another from now on: the same one, configured otherwise. Returns it.
    pub fn adopt(&self, from: u64, to: u64) -> Vec<Arc<ReadyLayer>> {
        let mut adopted = Vec::new();
        self.change(|snapshot| {
            for state in snapshot.layers.values_mut() {
                if let LayerState::Ready(ready) = state
                    && ready.reading.source == from
                {
                    Arc::make_mut(ready).reading.source = to;
                    adopted.push(ready.clone());
                }
                if let LayerState::Tileset(ready) = state
                    && ready.source == from
                {
                    Arc::make_mut(ready).source = to;
                }
            }
            snapshot.adopt_refusals(from, to);
        });
        adopted
    }

    /// Serves the layers of a source no longer; returns them.
    pub fn give_up(&self, key: u64) -> Vec<Arc<ReadyLayer>> {
        let (mut gone, mut tilesets) = (BTreeMap::new(), BTreeMap::new());
        self.change(|snapshot| {
            gone = snapshot.take_served(key);
            tilesets = snapshot.take_tilesets(key);
            snapshot.has_answered(key, &[]);
        });
        self.tell_gone(gone.values());
        for (id, ready) in tilesets {
            self.news.publish(id, ready.tileset.zooms, None);
        }
        gone.into_values().collect()
    }

    fn tell_gone<'a>(&self, gone: impl IntoIterator<Item = &'a Arc<ReadyLayer>>) {
        for ready in gone {
            self.lookout.lost(&ready.layer.id);
            self.news.publish(ready.layer.id.clone(), ready.layer.zooms, None);
        }
    }

    /// How well the sources are watched.
    pub fn lookout(&self) -> &Lookout {
        &self.lookout
    }

    /// What changed lately.
    pub fn news(&self) -> &Newspaper {
        &self.news
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = Snapshot::clone(&current);
        next.number += 1;
        change(&mut next);
        *current = Arc::new(next);
    }
}
