//! Tiles: `/tiles/{layers}/{z}/{x}/{y}`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::App;
use super::address::{self, TileAddress};
use super::error::HttpError;
use super::explain;
use super::negotiation::{encoding, etag, format, has_already};
use super::telemetry::Found;
use super::tilesets;
use crate::cache::encoding::Encoding;
use crate::cache::entry::Entry;
use crate::cache::flight::Place;
use crate::cache::key::{Key, Scope, TileKey};
use crate::cache::tiles::{MakeError, Unmakeable};
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::catalogue::snapshot::{LayerState, ReadyLayer, Snapshot};
use crate::geo::tile::TileId;
use crate::source::archive::format::TileFormat;
use crate::tile::format::Format;
use crate::tile::select::Pages;
use crate::tile::{Tile, mlt};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const LEFT_OUT: HeaderName = HeaderName::from_static("tuilerie-left-out");

/// Answers with a tile: 200 with its bytes, 204 where nothing lies, 304 where the client has it.
///
/// # Errors
/// As [`HttpError`] says.
pub async fn answer(State(app): State<App>, request: Request) -> Result<Response<Body>, HttpError> {
    // As a whole: asked for one by one, address and headers would be copied.
    let (uri, headers) = (request.uri(), request.headers());
    let TileAddress { layers: ids, tile, named } = address::tile(uri.path())?;
    let snapshot = app.0.store.snapshot();
    if let Some(ready) = find_tileset(&snapshot, &ids) {
        return tilesets::answer(&app, ready.clone(), (tile, named), headers).await;
    }
    let layers = find_layers(&snapshot, &ids, Some(tile))?;
    let named = named.map(vectors).transpose()?;
    if uri.query() == Some("explain") {
        return explain::answer(app, tile, layers).await;
    }
    let encoding = encoding(headers);
    let format = named.unwrap_or_else(|| format(headers));
    // Change numbers only grow, over all layers: the last one says which state of the tile it is.
    let edition = layers.iter().map(|ready| ready.changed_last(tile)).max().unwrap_or(0);
    let (layer_ids, scope) = (ids.into(), Scope::Public);
    let key = TileKey { layers: layer_ids, edition, tile, format, encoding, scope };
    let key = Key::Tile(key);
    let (entry, found) = match app.0.cache.get(&key) {
        Some(entry) => (entry, Found::Hit),
        None => {
            let wanted = (tile, format, encoding);
            (make(&app, key, wanted, layers).await?, Found::Miss)
        }
    };
    app.0.telemetry.tile_found(found);
    let mut response = respond(&entry, format.media_type(), found, headers, &app.0.cache_control);
    let vary = if named.is_some() { "accept-encoding" } else { "accept, accept-encoding" };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static(vary));
    Ok(response)
}

/// Up to so many bytes of pages a tile is made at once: it takes half a millisecond at the most.
const LIGHT: usize = 512 * 1024;

async fn make(
    app: &App,
    key: Key,
    (tile, format, encoding): (TileId, Format, Encoding),
    layers: Vec<Arc<ReadyLayer>>,
) -> Result<Arc<Entry>, HttpError> {
    let pages: Vec<Pages> = layers.iter().map(|ready| Pages::of(ready, tile)).collect();
    // Writing MLT takes milliseconds.
    let is_light = pages.iter().map(Pages::weight).sum::<usize>() <= LIGHT && format == Format::Mvt;
    let shared = app.0.clone();
    let work = move || {
        shared.benches.with(|bench| {
            let started = Instant::now();
            let layers: Vec<_> = layers.iter().map(Arc::as_ref).collect();
            let with_pages: Vec<_> = layers.iter().copied().zip(&pages).collect();
            let made = bench.maker.make(&with_pages, tile, shared.budget);
            if layers.iter().any(|ready| ready.features.is_damaged()) {
                return Err(Unmakeable::Damaged);
            }
            let made = written_as(format, made, &layers)?;
            shared.telemetry.tile_made(&made, started.elapsed());
            Ok(Entry::new(made, encoding, &mut bench.compressors))
        })
    };
    match is_light {
        true => Ok(app.0.cache.make_here(key, work).map_err(MakeError::Unmakeable)?),
        false => Ok(app.0.cache.make(key, Place::Aside, move |_| work()).await?),
    }
}

/// The tile, made as MVT, in the format that is asked for.
fn written_as(format: Format, tile: Tile, layers: &[&ReadyLayer]) -> Result<Tile, Unmakeable> {
    match format {
        Format::Mvt => Ok(tile),
        Format::Mlt => {
            let bytes = mlt::from_mvt(&tile.bytes, layers).map_err(|error| {
                tracing::error!("{error}");
                Unmakeable::Unwritable
            })?;
            Ok(Tile { bytes, ..tile })
        }
    }
}

/// The archive that is asked for, if one is.
pub fn find_tileset<'s>(snapshot: &'s Snapshot, ids: &[String]) -> Option<&'s Arc<ReadyTileset>> {
    match ids {
        [only] => snapshot.tileset(only),
        _ => None,
    }
}

/// The format that an address names, which is one of vector tiles for all but archives.
fn vectors(named: TileFormat) -> Result<Format, HttpError> {
    let format = Format::of_name(named.extension());
    format.ok_or_else(|| HttpError::BadAddress("layers are tiles of .mvt, .pbf or .mlt".to_owned()))
}

/// The layers of some ids, all of them ready.
///
/// # Errors
/// For an id that is unknown, refused or still being read, and when none is served at the zoom of
/// the tile, if one is given.
pub fn find_layers(
    snapshot: &Snapshot,
    ids: &[String],
    tile: Option<TileId>,
) -> Result<Vec<Arc<ReadyLayer>>, HttpError> {
    let layers = ids
        .iter()
        .map(|id| match snapshot.get(id) {
            Some(LayerState::Ready(ready)) => Ok(ready.clone()),
            Some(LayerState::Loading(..)) => Err(HttpError::StillLoading(id.clone())),
            None if snapshot.is_incomplete() => Err(HttpError::StillLoading(id.clone())),
            Some(LayerState::Tileset(_)) => Err(HttpError::BadAddress(format!(
                "\"{id}\" is an archive: its tiles are served alone"
            ))),
            Some(LayerState::Refused(_)) | None => Err(HttpError::NoSuchLayer(id.clone())),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(tile) = tile
        && !layers.iter().any(|ready| ready.layer.zooms.contains(tile.z()))
    {
        let zooms = layers.iter().map(|ready| ready.layer.zooms).reduce(|a, b| a.union(b));
        return Err(HttpError::NoSuchTile(zooms.map_or_else(String::new, |z| z.to_string())));
    }
    Ok(layers)
}

/// As many headers as an answer may have.
const HEADERS: usize = 12;

/// The answer that holds an entry.
pub fn respond(
    entry: &Entry,
    media_type: &'static str,
    found: Found,
    request: &HeaderMap,
    age: &HeaderValue,
) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    // At once: to grow with each header costs more than to write them.
    response.headers_mut().reserve(HEADERS);
    let etag = etag(entry.hash);
    if has_already(request, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if entry.body.is_empty() {
        *response.status_mut() = StatusCode::NO_CONTENT;
    } else {
        *response.body_mut() = Body::from(entry.body.clone());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(name) = entry.encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::CACHE_CONTROL, age.clone());
    if entry.left_out > 0 {
        headers.insert(LEFT_OUT, entry.left_out.into());
    }
    headers.insert(
        CACHE_STATUS,
        HeaderValue::from_static(match found {
            Found::Hit => "tuilerie; hit",
            Found::Miss => "tuilerie; fwd=miss",
        }),
    );
    response
}

/// Whoever keeps an answer asks again after this time; the ETag makes that cheap.
pub fn cache_control(max_age: Duration) -> HeaderValue {
    let text = format!("public, max-age={}, must-revalidate", max_age.as_secs());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("no-cache"))
}
