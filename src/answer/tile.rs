//! A vector tile of some layers.

use std::sync::Arc;
use std::time::Instant;

use super::answers::{Answers, Question, Work};
use super::error::Unanswered;
use super::key::{Key, Scope, TileKey};
use super::seen::Seen;
use super::telemetry::{Found, Telemetry};
use crate::cache::answers::Unmakeable;
use crate::cache::encoding::Encoding;
use crate::cache::entry::Entry;
use crate::cache::flight::IsWanted;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::tile::format::Format;
use crate::tile::select::Pages;
use crate::tile::{self, mlt};

/// Up to so many bytes of pages a tile is made at once: it takes half a millisecond at the most.
const LIGHT: usize = 512 * 1024;

/// A tile of layers.
pub struct Tile {
    ids: Box<[String]>,
    layers: Vec<Arc<ReadyLayer>>,
    pages: Vec<Pages>,
    tile: TileId,
    format: Format,
    encoding: Encoding,
    scope: Scope,
}

impl Tile {
    /// The tile of the layers of some ids, each once.
    ///
    /// # Errors
    /// As [`Seen::layers_of`].
    pub fn of(
        seen: &Seen,
        ids: Vec<String>,
        tile: TileId,
        format: Format,
        encoding: Encoding,
    ) -> Result<Tile, Unanswered> {
        let layers = seen.layers_of(&ids, Some(tile))?;
        let (ids, pages, scope) = (ids.into(), Vec::new(), seen.scope());
        Ok(Tile { ids, layers, pages, tile, format, encoding, scope })
    }
}

impl Question for Tile {
    fn key(&self) -> Key {
        // Change numbers only grow, over all layers: the last one says which state of the tile it is.
        let changed = self.layers.iter().map(|ready| ready.changed_last(self.tile));
        Key::Tile(TileKey {
            layers: self.ids.clone(),
            edition: changed.max().unwrap_or(0),
            tile: self.tile,
            format: self.format,
            encoding: self.encoding,
            scope: self.scope,
        })
    }

    fn count(found: Found, telemetry: &Telemetry) {
        telemetry.tile_found(found);
    }

    fn place(&mut self) -> Work {
        self.pages = self.layers.iter().map(|ready| Pages::of(ready, self.tile)).collect();
        let weight: usize = self.pages.iter().map(Pages::weight).sum();
        // Writing MLT takes milliseconds.
        match weight <= LIGHT && self.format == Format::Mvt {
            true => Work::Here,
            false => Work::Aside,
        }
    }

    fn make(self, answers: &Answers, _: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        answers.scratch.with(|scratch| {
            let started = Instant::now();
            let layers: Vec<_> = self.layers.iter().map(Arc::as_ref).collect();
            let with_pages: Vec<_> = layers.iter().copied().zip(&self.pages).collect();
            let made = scratch.maker.make(&with_pages, self.tile, answers.budget);
            if layers.iter().any(|ready| ready.features.is_damaged()) {
                return Err(Unmakeable::Damaged);
            }
            let made = written_as(self.format, made, &layers)?;
            answers.telemetry.tile_made(&made, started.elapsed());
            let left_out = made.left_out.iter().sum();
            let compressors = &mut scratch.compressors;
            Ok(Entry::compressed(made.bytes, left_out, self.encoding, compressors))
        })
    }
}

/// The tile, made as MVT, in the format that is asked for.
fn written_as(
    format: Format,
    tile: tile::Tile,
    layers: &[&ReadyLayer],
) -> Result<tile::Tile, Unmakeable> {
    match format {
        Format::Mvt => Ok(tile),
        Format::Mlt => {
            let bytes = mlt::from_mvt(&tile.bytes, layers).map_err(|error| {
                tracing::error!("{error}");
                Unmakeable::Unwritable
            })?;
            Ok(tile::Tile { bytes, ..tile })
        }
    }
}
