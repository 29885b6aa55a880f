//! The viewer: the files that `build.rs` found in `viewer/dist`, looked up by name in a list made
//! at build time. A request's text never becomes a path.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse;

use super::error::HttpError;

include!(concat!(env!("OUT_DIR"), "/viewer_files.rs"));

/// Scripts, styles and data from this server only; MapLibre runs a worker.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const NOT_BUILT: &str = "Tuilerie is running. This build has no viewer: `make viewer` makes it, \
    then build again. What is served: /catalog\n";

/// Answers with the page.
pub async fn page() -> Response<Body> {
    match file("index.html") {
        Some(response) => response,
        None => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

/// Answers with one of its scripts, styles or images. Their names hold a hash of their content.
///
/// # Errors
/// When there is no such file.
pub async fn asset(Path(path): Path<String>) -> Result<Response<Body>, HttpError> {
    let mut response = file(&format!("assets/{path}")).ok_or(HttpError::NotFound)?;
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(response)
}

fn file(name: &str) -> Option<Response<Body>> {
    let (_, content_type, bytes) = FILES.iter().find(|(path, ..)| *path == name)?;
    let mut response = Response::new(Body::from(*bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}
