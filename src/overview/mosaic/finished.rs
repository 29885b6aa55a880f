//! The rasters of tiles that are finished, shared by those who make tiles side by side: that of a tile
//! is wanted by the eight around it too, and each is to be made once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::runs::Runs;
use crate::geo::tile::TileId;

/// Rasters that are kept. Along the Hilbert curve most neighbours are among the last of them; each
/// weighs some 8 kB where it is empty and 400 where it is dense.
const KEPT: usize = 128;

/// The rasters that were used last, the last one at the end.
#[derive(Debug, Default)]
pub struct Finished(Mutex<VecDeque<(TileId, Entry)>>);

type Entry = Arc<OnceLock<Arc<Runs>>>;

impl Finished {
    /// The rasters of some tiles, made where nobody has made them yet.
    pub fn rasters(
        &self,
        tiles: impl Iterator<Item = TileId>,
        mut make: impl FnMut(TileId) -> Arc<Runs>,
    ) -> Vec<Arc<Runs>> {
        // Those that another is making are waited for at the end: two who want the same tiles make
        // half of them each.
        let mut entry_of = |tile| {
            let (entry, is_new) = self.entry(tile);
            if is_new {
                entry.get_or_init(|| make(tile));
            }
            (tile, entry)
        };
        let entries: Vec<_> = tiles.map(&mut entry_of).collect();
        entries.iter().map(|(tile, entry)| entry.get_or_init(|| make(*tile)).clone()).collect()
    }

    /// The place for a tile's raster, and whether there was none before.
    fn entry(&self, tile: TileId) -> (Entry, bool) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().position(|(known, _)| *known == tile);
        let known = known.and_then(|place| entries.remove(place));
        let is_new = known.is_none();
        let (_, entry) = known.unwrap_or_else(|| (tile, Entry::default()));
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back((tile, entry.clone()));
        (entry, is_new)
    }
}
