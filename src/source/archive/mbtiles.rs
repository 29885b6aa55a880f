//! MBTiles: a table of tiles in an SQLite file, rows counted from the south.
//!
//! Source: <https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::metadata::Metadata;
use super::packing::Packing;
use super::{Facts, MAX_TILE, Problem, TileFormat};
use crate::geo::tile::TileId;
use crate::source::sqlite;

/// What an SQLite file starts with, whatever it holds.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";

/// A file, with a connection for each thread that reads it at one time.
#[derive(Debug)]
pub(super) struct MbTiles {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

const IS_ONE: &str = "
    SELECT count(*) = 2 FROM sqlite_schema WHERE lower(name) IN ('tiles', 'metadata')
    AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE lower(name) = 'gpkg_contents')";

const HAS_METADATA: &str =
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE lower(name) = 'metadata')";

const TILE: &str = "
    SELECT length(tile_data), CASE WHEN length(tile_data) <= ?4 THEN tile_data END
    FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3";

/// Tiles of more than some bytes.
const TILES: &str = "
    SELECT length(tile_data), CASE WHEN length(tile_data) <= ?1 THEN tile_data END
    FROM tiles WHERE length(tile_data) > ?2";

/// More than nothing takes, however it is packed.
const MORE_THAN_NOTHING: usize = 64;

/// Whether an SQLite file is one: a GeoPackage is not.
pub(super) fn is_one(path: &Path) -> bool {
    let asked = sqlite::open(path).and_then(|file| file.query_row(IS_ONE, [], |row| row.get(0)));
    asked.unwrap_or(false)
}

impl MbTiles {
    /// Opens a file, and says what it says of itself.
    pub(super) fn open(path: &Path) -> Result<(MbTiles, Facts), Problem> {
        let connection = sqlite::open(path)?;
        let written = metadata(&connection)?;
        let text = |name: &str| written.get(name)?.as_deref();
        let zoom =
            |name: &str, sql: &str| match text(name).and_then(|zoom| zoom.trim().parse().ok()) {
                Some(zoom) => Ok(Some(zoom)),
                None => connection.query_row(sql, [], |row| row.get::<_, Option<u8>>(0)),
            };
        let least = zoom("minzoom", "SELECT min(zoom_level) FROM tiles")?;
        let most = zoom("maxzoom", "SELECT max(zoom_level) FROM tiles")?;
        let facts = Facts {
            format: text("format").and_then(TileFormat::of_statement),
            stated: text("format").filter(|format| !format.is_empty()).map(str::to_owned),
            zooms: least.zip(most),
            bounds: text("bounds").and_then(bounds),
            metadata: Metadata::of_texts(&written),
        };
        let idle = Mutex::new(vec![connection]);
        Ok((MbTiles { path: path.to_owned(), idle }, facts))
    }

    /// A tile as it lies; none where there is none.
    pub(super) fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, Problem> {
        let row = (1u32 << tile.z()) - 1 - tile.y();
        self.with(|connection| {
            let mut query = connection.prepare_cached(TILE)?;
            query.query_row((tile.z(), tile.x(), row, MAX_TILE as i64), read).optional()
        })?
        .transpose()
    }

    /// Any of its tiles that is not empty: a sea of empty ones may come first. Tiles of a few bytes are
    /// looked at only where there are no others.
    pub(super) fn any_tile(&self) -> Result<Option<Vec<u8>>, Problem> {
        let first = |more_than: usize| {
            self.with(|connection| {
                let mut query = connection.prepare(TILES)?;
                let tiles = query.query_map([MAX_TILE as i64, more_than as i64], read)?;
                tiles.filter_map(filled).next().transpose()
            })
        };
        match first(MORE_THAN_NOTHING)? {
            Some(tile) => Ok(Some(tile)),
            None => first(0),
        }
    }

    /// Lends a connection. One that failed is not used again.
    fn with<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Problem> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let connection = match taken {
            Some(connection) => connection,
            None => sqlite::open(&self.path)?,
        };
        let answer = ask(&connection)?;
        idle().push(connection);
        Ok(answer)
    }
}

/// A row's tile, unless it is too large; none where it holds nothing.
fn read(row: &Row<'_>) -> rusqlite::Result<Result<Vec<u8>, Problem>> {
    let length: Option<i64> = row.get(0)?;
    let bytes: Option<Vec<u8>> = row.get(1)?;
    Ok(match (length, bytes) {
        (Some(_), None) => Err(Problem::TooLarge { most: MAX_TILE }),
        (_, bytes) => Ok(bytes.unwrap_or_default()),
    })
}

/// A tile that holds something, and not too much.
fn filled(tile: rusqlite::Result<Result<Vec<u8>, Problem>>) -> Option<rusqlite::Result<Vec<u8>>> {
    let is_filled = |tile: &Vec<u8>| {
        let unpacked = Packing::of(tile).unpack(tile, MAX_TILE);
        !unpacked.is_ok_and(|unpacked| unpacked.is_empty())
    };
    tile.map(|tile| tile.ok().filter(is_filled)).transpose()
}

/// The table of texts, if there is one. What is not in UTF-8 is marked.
fn metadata(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
    if !connection.query_row(HAS_METADATA, [], |row| row.get::<_, bool>(0))? {
        return Ok(BTreeMap::new());
    }
    let text = |row: &Row<'_>, at: usize| match row.get_ref(at) {
        Ok(ValueRef::Text(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    };
    connection
        .prepare("SELECT CAST(name AS text), CAST(value AS text) FROM metadata LIMIT 1000")?
        .query_map([], |row| Ok((text(row, 0).unwrap_or_default(), text(row, 1))))?
        .collect()
}

fn bounds(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    numbers.try_into().ok()
}
