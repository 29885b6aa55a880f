//! What a request sees from its start to its end: the layers of one moment, as far as its scope goes. The only
//! door to data: nothing above takes a snapshot another way.

use std::sync::Arc;

use super::error::Unanswered;
use super::key::Scope;
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::catalogue::snapshot::{LayerState, ReadyLayer, Snapshot};
use crate::geo::tile::TileId;

/// A snapshot, and for whom.
#[derive(Clone, Debug)]
pub struct Seen {
    snapshot: Arc<Snapshot>,
    scope: Scope,
}

impl Seen {
    pub(super) fn new(snapshot: Arc<Snapshot>, scope: Scope) -> Seen {
        Seen { snapshot, scope }
    }

    /// For whom.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// For what binds styles to all layers of a moment.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The layer of an id.
    pub fn get(&self, id: &str) -> Option<&LayerState> {
        self.snapshot.get(id)
    }

    /// All layers by id.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &LayerState)> {
        self.snapshot.layers()
    }

    /// The layers that can be served, by id.
    pub fn ready(&self) -> impl Iterator<Item = (&str, &Arc<ReadyLayer>)> {
        self.snapshot.ready()
    }

    /// The archives, by id.
    pub fn tilesets(&self) -> impl Iterator<Item = (&str, &Arc<ReadyTileset>)> {
        self.snapshot.tilesets()
    }

    /// The archive of an id.
    pub fn tileset(&self, id: &str) -> Option<&Arc<ReadyTileset>> {
        self.snapshot.tileset(id)
    }

    /// The archive that some ids name, if they name one: an archive is asked for alone.
    pub fn only_tileset(&self, ids: &[String]) -> Option<&Arc<ReadyTileset>> {
        match ids {
            [only] => self.tileset(only),
            _ => None,
        }
    }

    /// Whether the layers of some source are not known yet.
    pub fn is_incomplete(&self) -> bool {
        self.snapshot.is_incomplete()
    }

    /// Whether every layer of every source is ready or refused.
    pub fn is_settled(&self) -> bool {
        self.snapshot.is_settled()
    }

    /// The names of the sources that cannot be used.
    pub fn refused_sources(&self) -> impl Iterator<Item = &str> {
        self.snapshot.refused_sources()
    }

    /// The layers of some ids, all of them ready.
    ///
    /// # Errors
    /// For an id that is unknown, refused or still being read, and when none is served at the zoom of
    /// the tile, if one is given.
    pub fn layers_of(
        &self,
        ids: &[String],
        tile: Option<TileId>,
    ) -> Result<Vec<Arc<ReadyLayer>>, Unanswered> {
        let layers = ids
            .iter()
            .map(|id| match self.get(id) {
                Some(LayerState::Ready(ready)) => Ok(ready.clone()),
                Some(LayerState::Loading(..)) => Err(Unanswered::StillLoading(id.clone())),
                None if self.is_incomplete() => Err(Unanswered::StillLoading(id.clone())),
                Some(LayerState::Tileset(_)) => Err(Unanswered::NotAlone(id.clone())),
                Some(LayerState::Refused(_)) | None => Err(Unanswered::NoSuchLayer(id.clone())),
            })
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(tile) = tile
            && !layers.iter().any(|ready| ready.layer.zooms.contains(tile.z()))
        {
            let zooms = layers.iter().map(|ready| ready.layer.zooms).reduce(|a, b| a.union(b));
            return Err(Unanswered::NoSuchTile(zooms.map_or_else(String::new, |z| z.to_string())));
        }
        Ok(layers)
    }
}
