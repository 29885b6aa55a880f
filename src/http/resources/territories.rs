//! Territories: communes, intercommunalités and whatever else a layer has the outlines of, by their codes.
//! `/territories` lists them, `/territories/{code}` is one of them as GeoJSON (RFC 7946), simplified: what a
//! map is framed on, and dimmed around.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};

use crate::answer::territory;
use crate::http::App;
use crate::http::error::HttpError;
use crate::http::respond::Content;

/// Outlines follow the layers, and change once in a few years.
const GEOJSON: Content =
    Content { media_type: "application/geo+json", cache_control: "no-cache", packed: false };
const LIST: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// Answers with the codes and names of all territories.
///
/// # Errors
/// When listing them panics.
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response<Body>, HttpError> {
    let seen = app.seen();
    let listed = aside(move || territory::list(&seen)).await?;
    Ok(LIST.respond(app.answers(), &headers, listed.to_string().into_bytes()))
}

/// Answers with the outline of a territory.
///
/// # Errors
/// For a code that none has.
pub async fn answer(
    State(app): State<App>,
    code: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path(code) = code.map_err(|_| HttpError::BadAddress("the code is no text".into()))?;
    let seen = app.seen();
    let (layer, outline, code) = aside(move || territory::find(&seen, code)).await??;
    let feature = territory::feature(&layer, &outline, &code);
    Ok(GEOJSON.respond(app.answers(), &headers, feature.to_string().into_bytes()))
}

/// All features are looked at, for a country's communes some 35,000: other requests must not wait for this thread.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HttpError> {
    tokio::task::spawn_blocking(work).await.map_err(|_panic| HttpError::Internal)
}
