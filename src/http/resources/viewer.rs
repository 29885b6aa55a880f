//! The viewer, the guide and the widget: `/`, `/aide`, `/widget.js`, `/assets/…`.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, header};
use axum::response::IntoResponse;

use crate::http::App;
use crate::http::error::HttpError;

const NOT_BUILT: &str = "Tuilerie is running. This build has no viewer: `make viewer` makes it, \
    then build again. What is served: /catalog\n";

/// What a browser asks about each time: the page names the files that belong to it.
const ASK: &str = "no-cache";
/// The names of these files hold a hash of their content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Answers with the script of the widget, by one name for ever.
///
/// # Errors
/// When this build has none.
pub async fn widget(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    app.pages().answer("widget.js", ASK, &headers).ok_or(HttpError::NotFound)
}

/// Answers with the page.
pub async fn page(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    named(&app, "index.html", &headers)
}

/// Answers with the guide for members.
pub async fn guide(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    named(&app, "aide.html", &headers)
}

fn named(app: &App, file: &str, headers: &HeaderMap) -> Response<Body> {
    match app.pages().answer(file, ASK, headers) {
        Some(response) => response,
        None => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

/// Answers with one of its scripts, styles or images.
///
/// # Errors
/// When there is no such file.
pub async fn asset(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let Path(path) = path.map_err(|_| HttpError::BadAddress("the name is no text".into()))?;
    let path = format!("assets/{path}");
    app.pages().answer(&path, FOREVER, &headers).ok_or(HttpError::NotFound)
}
