//! Drawn maps: tiles at `/styles/{style}/{z}/{x}/{y}`, whole maps at `/styles/{style}/static/…`, under markers and
//! GeoJSON where a request has some.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, Uri, header};
use serde_json::Value;

use crate::answer::error::Unanswered;
use crate::answer::image::{Extras, Image, Laid};
use crate::http::error::HttpError;
use crate::http::map_address::{self, Wanted};
use crate::http::{App, address, query, respond};
use crate::map::furniture::Furniture;
use crate::map::overlay::Overlay;
use crate::style::layer::mistake::Mistake;

type Segments<T> = Result<Path<T>, PathRejection>;

/// Answers with a tile of 512 pixels along a side.
///
/// # Errors
/// For what is no such address, and as [`HttpError`] says.
pub async fn tile(
    State(app): State<App>,
    path: Segments<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, z, x, y)) = path.map_err(no_text)?;
    let wanted = map_address::tile("512", &z, &x, &y)?;
    answer(app, style, wanted, Extras::default(), headers).await
}

/// Answers with a tile of as many pixels along a side as the address says.
///
/// # Errors
/// As [`tile`].
pub async fn tile_of_side(
    State(app): State<App>,
    path: Segments<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, side, z, x, y)) = path.map_err(no_text)?;
    let wanted = map_address::tile(&side, &z, &x, &y)?;
    answer(app, style, wanted, Extras::default(), headers).await
}

/// What an address says beside the place.
fn extras(query: Option<&str>) -> Result<Extras, HttpError> {
    query::check(query, &["scale", "markers", "hide", "show"])?;
    let scale = query::is_true("scale", address::parameter(query, "scale")?.as_deref())?;
    let markers = map_address::markers(query)?;
    let overlay = markers.map(|(text, json)| markers_laid(text, &json)).transpose()?;
    let furniture = Furniture { attribution: true, scale };
    Ok(Extras { overlay, furniture, groups: address::groups(query)? })
}

/// Markers as GeoJSON; who wrote them knows nothing of its pointers.
fn markers_laid(text: String, json: &Value) -> Result<Laid, HttpError> {
    let wrong = |mistakes: Vec<Mistake>| {
        let first = mistakes.first().map_or("", |Mistake { message, .. }| message);
        HttpError::BadAddress(format!("markers: a colour or a symbol is none: {first}"))
    };
    Ok(Laid { overlay: Overlay::read(json).map_err(wrong)?, text: text.into() })
}

/// Answers with a map of a place or a box. It says whom its layers name; with `?scale=true` there is a scale
/// bar on it, with `?markers=` are markers; of groups of the style nothing that `?hide=` names is, and what
/// `?show=` names is, though the style hides it.
///
/// # Errors
/// As [`tile`], and for markers that are none.
pub async fn map(
    State(app): State<App>,
    path: Segments<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path((style, place, size)) = path.map_err(no_text)?;
    let wanted = map_address::map(&place, &size, app.map_pixels())?;
    let extras = extras(uri.query())?;
    answer(app, style, wanted, extras, headers).await
}

/// Answers with such a map under GeoJSON, which is the request's body.
///
/// # Errors
/// As [`map`], and for a body that is too large, comes too slowly, or is no GeoJSON.
pub async fn map_under_body(
    State(app): State<App>,
    path: Segments<(String, String, String)>,
    uri: Uri,
    body: Body,
) -> Result<Response<Body>, HttpError> {
    let Path((style, place, size)) = path.map_err(no_text)?;
    let wanted = map_address::map(&place, &size, app.map_pixels())?;
    let extras = extras(uri.query())?;
    if extras.overlay.is_some() {
        let message = "markers stand in the address or in the body: write them as points of it";
        return Err(HttpError::BadAddress(message.to_owned()));
    }
    let bytes = tokio::time::timeout(BODY_TIME, to_bytes(body, app.overlay_bytes())).await;
    let bytes = bytes.map_err(|_| HttpError::BodyTooSlow)?.map_err(|_| HttpError::BodyTooLarge)?;
    // Milliseconds, or a second or two of what somebody made for that.
    let place = app.answers().place().await.ok_or(Unanswered::Busy)?;
    let read = move || {
        let text = String::from_utf8(bytes.into()).map_err(|_| no_json("is not UTF-8"))?;
        let json = serde_json::from_str(&text).map_err(|error| no_json(&error.to_string()))?;
        let overlay = Overlay::read(&json).map_err(HttpError::BadBody);
        drop(place);
        overlay.map(|overlay| Laid { overlay, text: text.into() })
    };
    let overlay = tokio::task::spawn_blocking(read).await.map_err(|_| HttpError::Internal)??;
    let extras = Extras { overlay: Some(overlay), ..extras };
    // To what is no GET nobody has an answer already.
    let mut response = answer(app, style, wanted, extras, HeaderMap::new()).await?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::ETAG);
    Ok(response)
}

/// A body comes within this time.
const BODY_TIME: Duration = Duration::from_secs(10);

fn no_json(message: &str) -> HttpError {
    HttpError::BadBody(vec![Mistake { pointer: String::new(), message: message.to_owned() }])
}

fn no_text(_: PathRejection) -> HttpError {
    HttpError::BadAddress("the address is no text".to_owned())
}

async fn answer(
    app: App,
    style: String,
    Wanted { shot, format }: Wanted,
    extras: Extras,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let question = Image::of(app.answers(), &app.seen(), style, (shot, format), extras)?;
    let (entry, found) = app.answers().answer(question).await?;
    Ok(respond::entry(&entry, format.media_type(), found, &headers, app.cache_control()))
}
