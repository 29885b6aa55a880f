//! The archives of a snapshot, beside its layers: they are not read, and so neither loading nor stale.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{LayerState, Snapshot};
use crate::config;
use crate::geo::tile::ZoomRange;
use crate::source::Refused;
use crate::source::archive::tileset::Tileset;

/// What is served of an archive.
#[derive(Clone, Debug)]
pub struct ReadyTileset {
    /// What it is.
    pub tileset: Tileset,
    /// [`crate::source::key`] of its source.
    pub(super) source: u64,
    /// The number of the change that brought it.
    edition: u64,
}

impl ReadyTileset {
    /// A number that no other state of it has: its tiles are others when its file was written.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// Whether it is of a source.
    pub(crate) fn is_of(&self, source: u64) -> bool {
        self.source == source
    }
}

impl Snapshot {
    /// The archives that can be served, by id.
    pub fn tilesets(&self) -> impl Iterator<Item = (&str, &Arc<ReadyTileset>)> {
        self.layers().filter_map(|(id, state)| match state {
            LayerState::Tileset(ready) => Some((id, ready)),
            LayerState::Loading(..) | LayerState::Ready(_) | LayerState::Refused(_) => None,
        })
    }

    /// The archive of an id.
    pub fn tileset(&self, id: &str) -> Option<&Arc<ReadyTileset>> {
        match self.get(id)? {
            LayerState::Tileset(ready) => Some(ready),
            LayerState::Loading(..) | LayerState::Ready(_) | LayerState::Refused(_) => None,
        }
    }

    /// Takes out the archives that are served of a source.
    pub(super) fn take_tilesets(&mut self, key: u64) -> BTreeMap<String, Arc<ReadyTileset>> {
        let of_source = |_: &String, state: &mut LayerState| match state {
            LayerState::Tileset(ready) => ready.source == key,
            LayerState::Loading(..) | LayerState::Ready(_) | LayerState::Refused(_) => false,
        };
        let taken = self.layers.extract_if(.., of_source);
        let tileset = |(id, state)| match state {
            LayerState::Tileset(ready) => Some((id, ready)),
            LayerState::Loading(..) | LayerState::Ready(_) | LayerState::Refused(_) => None,
        };
        taken.filter_map(tileset).collect()
    }

    /// Serves the archives of a source: those that are what was served before as they were, and those that
    /// cannot be opened any more too, since what is open can still be read. Returns what changed.
    pub(super) fn place_tilesets(
        &mut self,
        source: &config::Source,
        key: u64,
        tilesets: Vec<Tileset>,
        refused: &[Refused],
        mut kept: BTreeMap<String, Arc<ReadyTileset>>,
    ) -> Vec<(String, ZoomRange)> {
        let mut changed = Vec::new();
        for Refused { id, .. } in refused {
            if let Some(kept) = kept.remove(id) {
                self.layers.insert(id.clone(), LayerState::Tileset(kept));
            }
        }
        for tileset in tilesets {
            let (id, zooms) = (tileset.id.clone(), tileset.zooms);
            if matches!(self.layers.get(&id), Some(LayerState::Refused(_))) {
                self.layers.remove(&id);
            }
            if self.refuses_again(source, key, &id) {
                continue;
            }
            let ready = match kept.remove(&id) {
                Some(kept) if kept.tileset.is_as(&tileset) => kept,
                _ => {
                    changed.push((id.clone(), zooms));
                    Arc::new(ReadyTileset { tileset, source: key, edition: self.number })
                }
            };
            self.layers.insert(id, LayerState::Tileset(ready));
        }
        changed.extend(kept.into_iter().map(|(id, kept)| (id, kept.tileset.zooms)));
        changed
    }
}
