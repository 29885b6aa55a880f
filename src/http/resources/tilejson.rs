//! `/tiles/{layers}`: TileJSON.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};

use crate::answer::tilejson;
use crate::http::error::HttpError;
use crate::http::{App, address, respond};

/// Answers with the TileJSON of one layer, of several together, or of an archive.
///
/// # Errors
/// For layers that are not served, or not yet.
pub async fn answer(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let ids = address::layers(uri.path())?;
    let format = address::encoding(uri.query())?;
    let described = tilejson::tilejson(&app.seen(), &ids, &app.public_url(&headers), format)?;
    Ok(respond::json(&described))
}
