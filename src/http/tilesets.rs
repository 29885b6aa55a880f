//! What is served of archives: their tiles, as they lie in the file, at the addresses of all tiles
//! ([`super::tiles`] knows which is whose), and what TileJSON, catalogue and styles say of them.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use super::base::PublicUrl;
use super::catalog::write;
use super::error::HttpError;
use super::negotiation::{best_of, encoding};
use super::telemetry::Found;
use super::tiles::respond;
use crate::cache::encoding::{Compressors, Encoding};
use crate::cache::entry::Entry;
use crate::cache::flight::Place;
use crate::cache::key::{Key, Scope, StoredKey};
use crate::cache::tiles::Unmakeable;
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::geo::tile::TileId;
use crate::source::archive::ArchiveError;
use crate::source::archive::format::TileFormat;
use crate::source::archive::packing::Packing;
use crate::source::archive::tileset::Tileset;

/// Answers with a tile, packed as it lies where the client takes that.
///
/// # Errors
/// For another zoom or format than the archive has, and for what of it cannot be read.
pub async fn answer(
    app: &App,
    ready: Arc<ReadyTileset>,
    (tile, named): (TileId, Option<TileFormat>),
    headers: &HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let tileset = &ready.tileset;
    let format = tileset.archive.format();
    if !tileset.zooms.contains(tile.z()) {
        return Err(HttpError::NoSuchTile(tileset.zooms.to_string()));
    }
    if named.is_some_and(|named| named != format) {
        let (id, extension) = (&tileset.id, format.extension());
        return Err(HttpError::BadAddress(format!("the tiles of \"{id}\" end with .{extension}")));
    }
    let encoding = sent_as(tileset, headers);
    let (id, edition, scope) = (tileset.id.clone(), ready.edition(), Scope::Public);
    let key = Key::Stored(StoredKey { tileset: id, edition, tile, encoding, scope });
    let (entry, found) = match app.0.cache.get(&key) {
        Some(entry) => (entry, Found::Hit),
        None => {
            let shared = app.0.clone();
            let work = move |_: &dyn Fn() -> bool| {
                shared.benches.with(|bench| {
                    read(&ready.tileset, tile, encoding, &mut bench.compressors).map_err(|error| {
                        tracing::error!("tile {tile}: {error}");
                        Unmakeable::Unreadable
                    })
                })
            };
            // A file may lie on a slow disk, or behind a network.
            (app.0.cache.make(key, Place::Aside, work).await?, Found::Miss)
        }
    };
    app.0.telemetry.tile_found(found);
    let media_type = TileFormat::of_image(&entry.body).unwrap_or(format).media_type();
    let mut response = respond(&entry, media_type, found, headers, &app.0.cache_control);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// How a tile is sent: as it lies where the client takes that; images as they are.
fn sent_as(tileset: &Tileset, headers: &HeaderMap) -> Encoding {
    let stored = coding(tileset.archive.packing());
    match best_of([stored], headers) {
        _ if tileset.archive.format().is_raster() => Encoding::Identity,
        Encoding::Identity => encoding(headers),
        stored => stored,
    }
}

fn coding(packing: Packing) -> Encoding {
    match packing {
        Packing::None => Encoding::Identity,
        Packing::Gzip => Encoding::Gzip,
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

/// What TileJSON and a style's source both say of one.
pub fn extent(tileset: &Tileset, base: &PublicUrl) -> Value {
    let archive = &tileset.archive;
    let format = archive.format();
    let mut extent = json!({
        "tiles": [base.tiles(std::slice::from_ref(&tileset.id), format.extension())],
        "minzoom": tileset.zooms.min(),
        "maxzoom": tileset.zooms.max(),
        "bounds": archive.bounds(),
        "attribution": tileset.about.attribution.as_deref().unwrap_or_default(),
    });
    if format.is_raster() {
        // MapLibre reads it in TileJSON too.
        extent["tileSize"] = json!(archive.tile_size());
    }
    if format == TileFormat::Mlt {
        extent["encoding"] = json!("mlt");
    }
    extent
}

/// The TileJSON of one.
pub fn tilejson(tileset: &Tileset, base: &PublicUrl) -> Value {
    let [west, south, east, north] = tileset.archive.bounds();
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    let mut described = extent(tileset, base);
    described["tilejson"] = json!("3.0.0");
    described["name"] = json!(name(tileset));
    described["center"] = json!([middle[0], middle[1], tileset.zooms.min()]);
    if !tileset.archive.format().is_raster() {
        described["vector_layers"] = json!(tileset.archive.vector_layers());
    }
    if let Some(description) = &tileset.about.description {
        described["description"] = json!(description);
    }
    described
}

/// What the catalogue says of one.
pub fn catalog(tileset: &Tileset) -> Value {
    let mut described = json!({
        "content_type": tileset.archive.format().media_type(),
        "title": name(tileset),
    });
    if let Some(encoding) = coding(tileset.archive.packing()).name() {
        described["content_encoding"] = json!(encoding);
    }
    write(&tileset.about, &mut described);
    described
}

fn name(tileset: &Tileset) -> &str {
    tileset.about.title.as_deref().unwrap_or(&tileset.id)
}
