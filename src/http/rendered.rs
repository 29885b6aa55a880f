//! The drawn tiles of a style as TileJSON: `/styles/{id}.json`, for clients that show images and draw nothing
//! themselves.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::App;
use super::base::PublicUrl;
use super::error::{self, HttpError};
use super::tilejson::bounds;
use crate::map::subject::{Drawn, Subject};
use crate::map::view::TILE_SIDES;

/// What the address ends with.
pub const EXTENSION: &str = ".json";
/// Of the sides that tiles may have that one which clients take for granted.
const SIDE: u32 = TILE_SIDES[1];
/// Beyond the layers' last zoom they are drawn larger, until here: a pixel is a few centimetres.
const MAXZOOM: u8 = 22;

/// Answers with the TileJSON of a style's drawn tiles.
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub fn answer(app: &App, id: &str, headers: &HeaderMap) -> Result<Response<Body>, HttpError> {
    let snapshot = app.0.store.snapshot();
    let shown = app.0.styles.shown(&snapshot, id);
    let shown = shown.map_err(|error| HttpError::not_shown(error, id.to_owned()))?;
    let subject = Subject::new(&shown, &snapshot);
    let base = app.0.public_url.clone().unwrap_or_else(|| PublicUrl::of_request(headers));
    let mut response = error::json(StatusCode::OK, &describe(id, &subject, &base));
    // It follows the layers, as theirs does.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

fn describe(id: &str, subject: &Subject, base: &PublicUrl) -> Value {
    let layers = subject.layers.iter().map(|(_, ready)| ready);
    let archives = subject.tilesets.iter().map(|Drawn { ready, .. }| &ready.tileset);
    let bounds = bounds(layers, archives.clone());
    let zooms = subject.zooms().into_iter().chain(archives.map(|tileset| tileset.zooms));
    // A tile of 256 pixels shows what one of 512 does of the zoom before.
    let minzoom = match zooms.map(|zooms| zooms.min()).min() {
        None | Some(0) => 0,
        Some(least) => (least + 1).min(MAXZOOM),
    };
    let [west, south, east, north] = bounds;
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    json!({
        "tilejson": "3.0.0",
        "name": subject.style.title.fr,
        "description": subject.style.description.fr,
        "attribution": subject.attribution(),
        "tiles": [base.drawn_tiles(id, SIDE)],
        "tileSize": SIDE,
        "minzoom": minzoom,
        "maxzoom": MAXZOOM,
        "bounds": bounds,
        "center": [middle[0], middle[1], minzoom],
    })
}
