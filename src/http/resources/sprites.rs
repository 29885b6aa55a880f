//! The images of the styles: `/sprites/tuilerie.json`, `.png`, and both with `@2x`.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};

use crate::answer::public_url::SPRITE;
use crate::http::App;
use crate::http::error::HttpError;
use crate::http::respond::Content;
use crate::style::sprite::Scale;

/// An hour without asking: index and image must be of one binary.
const AGE: &str = "public, max-age=3600";
const INDEX: Content =
    Content { media_type: "application/json", cache_control: AGE, packed: false };
const IMAGE: Content = Content { media_type: "image/png", cache_control: AGE, packed: true };

/// Answers with a sheet of images or its index.
///
/// # Errors
/// For a name that no sprite has.
pub async fn answer(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path(file) = path.map_err(|_| HttpError::BadAddress("the name is no text".into()))?;
    let unknown = || HttpError::NoSuchSprite(file.clone());
    let (name, extension) = file.split_once('.').ok_or_else(unknown)?;
    let (id, scale) = match name.strip_suffix("@2x") {
        Some(id) => (id, Scale::Double),
        None => (name, Scale::Single),
    };
    let is_image = extension == "png";
    if id != SPRITE || !(is_image || extension == "json") {
        return Err(unknown());
    }
    // The first one to ask draws all images: not on an async thread.
    let work = move || {
        let sheet = app.answers().shipped().sprite.sheet(scale).ok_or(HttpError::Internal)?;
        Ok(if is_image {
            IMAGE.respond(app.answers(), &headers, sheet.image.clone())
        } else {
            INDEX.respond(app.answers(), &headers, sheet.index.to_string().into_bytes())
        })
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| HttpError::Internal)?
}
