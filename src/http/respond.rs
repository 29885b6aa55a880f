//! Answers as responses: entries of the cache, and documents, with an ETag, compressed where that gains.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use xxhash_rust::xxh3::xxh3_64;

use super::negotiation::{encoding, etag, has_already};
use crate::answer::Answers;
use crate::answer::scratch::Scratch;
use crate::answer::telemetry::Found;
use crate::cache::encoding::Encoding;
use crate::cache::entry::Entry;

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const LEFT_OUT: HeaderName = HeaderName::from_static("tuilerie-left-out");

/// What a resource's documents have in common.
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
    pub fn respond(
        &self,
        answers: &Answers,
        request: &HeaderMap,
        bytes: Vec<u8>,
    ) -> Response<Body> {
        let etag = etag(xxh3_64(&bytes));
        self.answer(request, etag, || {
            let wanted = if self.packed { Encoding::Identity } else { encoding(request) };
            let compress = |scratch: &mut Scratch| scratch.compressors.compress(bytes, wanted);
            let (bytes, encoding) = answers.scratch().with(compress);
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

/// As many headers as an answer may have.
const HEADERS: usize = 12;

/// The answer that holds an entry.
pub fn entry(
    entry: &Entry,
    media_type: &'static str,
    found: Found,
    request: &HeaderMap,
    age: &HeaderValue,
) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    // At once: to grow with each header costs more than to write them.
    response.headers_mut().reserve(HEADERS);
    let etag = etag(entry.hash);
    if has_already(request, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if entry.body.is_empty() {
        *response.status_mut() = StatusCode::NO_CONTENT;
    } else {
        *response.body_mut() = Body::from(entry.body.clone());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(name) = entry.encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::CACHE_CONTROL, age.clone());
    if entry.left_out > 0 {
        headers.insert(LEFT_OUT, entry.left_out.into());
    }
    headers.insert(
        CACHE_STATUS,
        HeaderValue::from_static(match found {
            Found::Hit => "tuilerie; hit",
            Found::Miss => "tuilerie; fwd=miss",
        }),
    );
    response
}

/// A document as JSON that follows what is served, and is never kept.
pub fn json(body: &serde_json::Value) -> Response<Body> {
    let mut response = super::error::json(StatusCode::OK, body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
