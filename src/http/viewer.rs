//! The viewer and the widget: the files that `build.rs` found in `viewer/dist`, with the compressed copies that the
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

/// Scripts, styles and data from this server only; MapLibre runs a worker, the builder of widgets shows
/// `/embed` in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; \
    frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

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
pub struct Viewer {
    files: BTreeMap<&'static str, (&'static File, HeaderValue)>,
    /// The policy of the viewer, which no other page frames.
    policy: HeaderValue,
    /// The policy of what may be framed by some.
    embed_policy: HeaderValue,
}

impl Viewer {
    /// What this build carries; origins whose pages may frame what is made for it, none for all.
    pub fn built_in(frame_ancestors: &[String]) -> Viewer {
        let known = |file: &'static File| (file.path, (file, etag(xxh3_64(file.plain))));
        Viewer {
            files: FILES.iter().map(known).collect(),
            policy: policy("'self'"),
            embed_policy: match frame_ancestors {
                [] => policy("*"),
                some => policy(&format!("'self' {}", some.join(" "))),
            },
        }
    }

    /// The text of a page, to be filled in.
    pub fn text(&self, path: &str) -> Option<&'static str> {
        std::str::from_utf8(self.files.get(path)?.0.plain).ok()
    }

    /// Says what a page that may be framed may do.
    pub fn mark_embed(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_SECURITY_POLICY, self.embed_policy.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }

    fn answer(
        &self,
        path: &str,
        cache_control: &'static str,
        request: &HeaderMap,
    ) -> Option<Response<Body>> {
        let (file, etag) = self.files.get(path)?;
        let packed = file.copies.is_empty();
        let content = Content { media_type: file.media_type, cache_control, packed };
        let mut response = content.answer(request, etag.clone(), || {
            let (bytes, encoding) = file.body(request);
            (Body::from(bytes), encoding)
        });
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
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

fn policy(frame_ancestors: &str) -> HeaderValue {
    // Origins were checked when the configuration was read; what is no header frames nothing.
    HeaderValue::from_str(&format!("{POLICY}{frame_ancestors}"))
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Answers with the script of the widget, by one name for ever.
///
/// # Errors
/// When this build has none.
pub async fn widget(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    app.0.viewer.answer("widget.js", ASK, &headers).ok_or(HttpError::NotFound)
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
