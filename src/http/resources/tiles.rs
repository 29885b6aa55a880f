//! Tiles: `/tiles/{layers}/{z}/{x}/{y}`, of layers and of archives.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::answer::explanation::explanation;
use crate::answer::stored_tile::StoredTile;
use crate::answer::tile::Tile;
use crate::cache::encoding::Encoding;
use crate::catalogue::snapshot::ReadyLayer;
use crate::catalogue::snapshot::tilesets::ReadyTileset;
use crate::geo::tile::TileId;
use crate::http::App;
use crate::http::address::{self, TileAddress};
use crate::http::error::{self, HttpError};
use crate::http::negotiation::{best_of, encoding, format};
use crate::http::respond;
use crate::source::archive::format::TileFormat;
use crate::tile::format::Format;

/// Answers with a tile: 200 with its bytes, 204 where nothing lies, 304 where the client has it.
///
/// # Errors
/// As [`HttpError`] says.
pub async fn answer(State(app): State<App>, request: Request) -> Result<Response<Body>, HttpError> {
    // As a whole: asked for one by one, address and headers would be copied.
    let (uri, headers) = (request.uri(), request.headers());
    let TileAddress { layers: ids, tile, named } = address::tile(uri.path())?;
    let seen = app.seen();
    if let Some(ready) = seen.only_tileset(&ids) {
        let question =
            StoredTile::of(&seen, ready, (tile, named), |stored| sent_as(stored, headers))?;
        return stored(&app, ready, question, headers).await;
    }
    let named = named.map(vectors).transpose()?;
    if uri.query() == Some("explain") {
        return explain(app, tile, seen.layers_of(&ids, Some(tile))?).await;
    }
    let format = named.unwrap_or_else(|| format(headers));
    let question = Tile::of(&seen, ids, tile, format, encoding(headers))?;
    let (entry, found) = app.answers().answer(question).await?;
    let mut response =
        respond::entry(&entry, format.media_type(), found, headers, app.cache_control());
    let vary = if named.is_some() { "accept-encoding" } else { "accept, accept-encoding" };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static(vary));
    Ok(response)
}

async fn stored(
    app: &App,
    ready: &ReadyTileset,
    question: StoredTile,
    headers: &HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let (entry, found) = app.answers().answer(question).await?;
    let format = TileFormat::of_image(&entry.body).unwrap_or(ready.tileset.archive.format());
    let mut response =
        respond::entry(&entry, format.media_type(), found, headers, app.cache_control());
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// How a tile of an archive is sent: as it lies where the client takes that.
fn sent_as(stored: Encoding, headers: &HeaderMap) -> Encoding {
    match best_of([stored], headers) {
        Encoding::Identity => encoding(headers),
        stored => stored,
    }
}

/// The format that an address names, which is one of vector tiles for all but archives.
fn vectors(named: TileFormat) -> Result<Format, HttpError> {
    let format = Format::of_name(named.extension());
    format.ok_or_else(|| HttpError::BadAddress("layers are tiles of .mvt, .pbf or .mlt".to_owned()))
}

/// Answers with an explanation of a tile.
async fn explain(
    app: App,
    tile: TileId,
    layers: Vec<Arc<ReadyLayer>>,
) -> Result<Response<Body>, HttpError> {
    let made = tokio::task::spawn_blocking(move || explanation(app.answers(), tile, &layers));
    let explained = made.await.map_err(|_panic| HttpError::Internal)?;
    let mut response = error::json(StatusCode::OK, &explained);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
