//! Answers that are no tiles: bytes of some type, with an ETag, compressed where that gains.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use super::negotiation::{encoding, etag, has_already};
use crate::cache::encoding::Encoding;

/// What a resource's answers have in common.
pub struct Content {
    /// Its media type.
    pub media_type: &'static str,
    /// How long it may be kept.
    pub cache_control: &'static str,
    /// Whether it is packed already, as images are.
    pub packed: bool,
}

impl Content {
    /// The answer with these bytes: 200, or 304 where the client has them.
    pub fn respond(&self, app: &App, request: &HeaderMap, bytes: Vec<u8>) -> Response<Body> {
        let etag = etag(xxh3_64(&bytes));
        self.answer(request, etag, || {
            let wanted = if self.packed { Encoding::Identity } else { encoding(request) };
            let compress = |bench: &mut super::Workbench| bench.compressors.compress(bytes, wanted);
            let (bytes, encoding) = app.0.benches.with(compress);
            (Body::from(bytes), encoding)
        })
    }

    /// The answer that an ETag names, with a body and its encoding where the client lacks it.
    pub fn answer(
        &self,
        request: &HeaderMap,
        etag: HeaderValue,
        body: impl FnOnce() -> (Body, Encoding),
    ) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        if has_already(request, &etag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            let (body, encoding) = body();
            *response.body_mut() = body;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
            if let Some(name) = encoding.name() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
        }
        let headers = response.headers_mut();
        headers.insert(header::ETAG, etag);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control));
        if !self.packed {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}
