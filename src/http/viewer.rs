//! The viewer: the files that `build.rs` found in `viewer/dist`, with the compressed copies that the
//! viewer's build made of them, looked up by name in a list made at build time. A request's text
//! never becomes a path.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::response::IntoResponse;
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use super::content::Content;
use super::error::HttpError;
use super::negotiation::{best_of, etag};
use crate::cache::encoding::Encoding;

include!(concat!(env!("OUT_DIR"), "/viewer_files.rs"));

/// Scripts, styles and data from this server only; MapLibre runs a worker.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const NOT_BUILT: &str = "Tuilerie is running. This build has no viewer: `make viewer` makes it, \
    then build again. What is served: /catalog\n";

/// What a browser asks about each time: the page names the files that belong to it.
const ASK: &str = "no-cache";
/// The names of these files hold a hash of their content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A file of the viewer.
struct File {
    path: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    /// Compressed, the smallest first; none where that gains nothing.
    copies: &'static [(Encoding, &'static [u8])],
}

/// The viewer's files by their paths, each with the ETag of its content.
pub struct Viewer(BTreeMap<&'static str, (&'static File, HeaderValue)>);

impl Viewer {
    /// What this build carries.
    pub fn built_in() -> Viewer {
        let known = |file: &'static File| (file.path, (file, etag(xxh3_64(file.plain))));
        Viewer(FILES.iter().map(known).collect())
    }

    fn answer(
        &self,
        path: &str,
        cache_control: &'static str,
        request: &HeaderMap,
    ) -> Option<Response<Body>> {
        let (file, etag) = self.0.get(path)?;
        let packed = file.copies.is_empty();
        let content = Content { media_type: file.media_type, cache_control, packed };
        let mut response = content.answer(request, etag.clone(), || {
            let (bytes, encoding) = file.body(request);
            (Body::from(bytes), encoding)
        });
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        Some(response)
    }
}

impl File {
    /// The copy that suits a request best.
    fn body(&self, request: &HeaderMap) -> (&'static [u8], Encoding) {
        let best = best_of(self.copies.iter().map(|(encoding, _)| *encoding), request);
        let copy = self.copies.iter().find(|(encoding, _)| *encoding == best);
        copy.map_or((self.plain, Encoding::Identity), |(_, bytes)| (bytes, best))
    }
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
    match app.0.viewer.answer(file, ASK, headers) {
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
    app.0.viewer.answer(&path, FOREVER, &headers).ok_or(HttpError::NotFound)
}
