//! Styles and their legends: `/styles/{id}`, `/styles/{id}/legend`, for what is served at the moment of
//! the request.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};

use crate::answer::style::{self, Profile};
use crate::answer::tilejson;
use crate::http::error::HttpError;
use crate::http::respond::Content;
use crate::http::{App, address, query, respond};

/// A style follows the layers: cheap to make, and the ETag spares sending it.
const STYLE: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// What the address of the TileJSON of a style's drawn tiles ends with, for clients that show images and draw
/// nothing themselves.
const TILEJSON: &str = ".json";

/// What the address of a style as a layer definition of QGIS ends with.
const DEFINITION: &str = ".qlr";
/// QGIS has registered no media type for it.
const LAYER_DEFINITION: Content =
    Content { media_type: "application/xml", cache_control: "no-cache", packed: false };

/// Answers with a style, as MapLibre or (`?profile=qgis`, `.qlr`) as QGIS takes it; with the TileJSON of its drawn
/// tiles (`.json`).
///
/// # Errors
/// For an id that no style has, and while none of its layers can be served.
pub async fn answer(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let format = address::encoding(uri.query())?;
    let (answers, seen, base) = (app.answers(), app.seen(), app.public_url(&headers));
    if let Ok(Path(id)) = &id
        && let Some(id) = id.strip_suffix(TILEJSON)
    {
        return Ok(respond::json(&tilejson::drawn(answers, &seen, id, &base)?));
    }
    let is_definition = matches!(&id, Ok(Path(id)) if id.ends_with(DEFINITION));
    let for_qgis = is_definition || address::for_qgis(uri.query())?;
    let id = name(id)?;
    if is_definition {
        let id = id.trim_end_matches(DEFINITION);
        let definition = style::layer_definition(answers, &seen, id, &base, format)?;
        return Ok(LAYER_DEFINITION.respond(app.answers(), &headers, definition.into_bytes()));
    }
    let profile = if for_qgis { Profile::Qgis } else { Profile::MapLibre };
    let style = style::style(answers, &seen, &id, &base, (format, profile))?;
    Ok(STYLE.respond(app.answers(), &headers, style.to_string().into_bytes()))
}

/// Answers with a style's legend: of what it draws at a zoom, or else of all that it draws at some.
///
/// # Errors
/// As [`answer`], and for a zoom that is none.
pub async fn legend(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    query::check(uri.query(), &["zoom"])?;
    let zoom = address::zoom(uri.query())?;
    let (id, base) = (name(id)?, app.public_url(&headers));
    let legend = style::legend(app.answers(), &app.seen(), &id, &base, zoom)?;
    Ok(STYLE.respond(app.answers(), &headers, legend.to_string().into_bytes()))
}

fn name(id: Result<Path<String>, PathRejection>) -> Result<String, HttpError> {
    id.map(|Path(id)| id).map_err(|_| HttpError::BadAddress("the style's name is no text".into()))
}
