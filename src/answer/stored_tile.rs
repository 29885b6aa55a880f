//! A tile of an archive, as it lies in the file, packed as the client takes it.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::answers::{Answers, Question, Work};
use super::error::Unanswered;
use super::key::{Key, Scope, StoredKey};
use super::seen::Seen;
use super::telemetry::{Found, Telemetry};
use crate::cache::answers::Unmakeable;
use crate::cache::encoding::{Compressors, Encoding};
use crate::cache::entry::Entry;
use crate::cache::flight::IsWanted;
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::geo::tile::TileId;
use crate::source::archive::ArchiveError;
use crate::source::archive::format::TileFormat;
use crate::source::archive::packing::Packing;
use crate::source::archive::tileset::Tileset;

/// A tile of an archive.
pub struct StoredTile {
    ready: Arc<ReadyTileset>,
    tile: TileId,
    encoding: Encoding,
    scope: Scope,
}

impl StoredTile {
    /// A tile of an archive that was seen, in the format that is named, if one is; packed as `choose` says of
    /// how the archive packs its tiles.
    ///
    /// # Errors
    /// For another zoom or format than the archive has.
    pub fn of(
        seen: &Seen,
        ready: &Arc<ReadyTileset>,
        (tile, named): (TileId, Option<TileFormat>),
        choose: impl FnOnce(Encoding) -> Encoding,
    ) -> Result<StoredTile, Unanswered> {
        let tileset = &ready.tileset;
        let format = tileset.archive.format();
        if !tileset.zooms.contains(tile.z()) {
            return Err(Unanswered::NoSuchTile(tileset.zooms.to_string()));
        }
        if named.is_some_and(|named| named != format) {
            let (id, extension) = (tileset.id.clone(), format.extension());
            return Err(Unanswered::OtherFormat { id, extension });
        }
        let encoding = match format.is_raster() {
            true => Encoding::Identity,
            false => choose(coding(tileset.archive.packing())),
        };
        Ok(StoredTile { ready: ready.clone(), tile, encoding, scope: seen.scope() })
    }
}

impl Question for StoredTile {
    fn key(&self) -> Key {
        Key::Stored(StoredKey {
            tileset: self.ready.tileset.id.clone(),
            edition: self.ready.edition(),
            tile: self.tile,
            encoding: self.encoding,
            scope: self.scope,
        })
    }

    fn count(found: Found, telemetry: &Telemetry) {
        telemetry.tile_found(found);
    }

    fn place(&mut self) -> Work {
        // A file may lie on a slow disk, or behind a network.
        Work::Aside
    }

    fn make(self, answers: &Answers, _: IsWanted<'_>) -> Result<Entry, Unmakeable> {
        let StoredTile { ready, tile, encoding, .. } = self;
        answers.scratch.with(|scratch| {
            read(&ready.tileset, tile, encoding, &mut scratch.compressors).map_err(|error| {
                tracing::error!("tile {tile}: {error}");
                Unmakeable::Unreadable
            })
        })
    }
}

/// The encoding that is how an archive packs its tiles.
pub fn coding(packing: Packing) -> Encoding {
    match packing {
        Packing::None => Encoding::Identity,
        Packing::Gzip => Encoding::Gzip,
        Packing::Zlib => Encoding::Deflate,
        Packing::Brotli => Encoding::Brotli,
        Packing::Zstd => Encoding::Zstd,
    }
}

fn read(
    tileset: &Tileset,
    tile: TileId,
    wanted: Encoding,
    compressors: &mut Compressors,
) -> Result<Entry, ArchiveError> {
    let Some(stored) = tileset.archive.tile(tile)? else {
        return Ok(Entry::stored(0, Vec::new(), Encoding::Identity));
    };
    let hash = xxh3_64(&stored.bytes);
    if coding(stored.packing) == wanted {
        return Ok(Entry::stored(hash, stored.bytes, wanted));
    }
    let unpacked = tileset.archive.unpack(stored)?;
    let (body, encoding) = compressors.compress(unpacked, wanted);
    Ok(Entry::stored(hash, body, encoding))
}
