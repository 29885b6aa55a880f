//! The viewer and the widget: the files that `build.rs` found in `viewer/dist`, with the compressed copies that the
//! viewer's build made of them, looked up by name in a list made at build time. A request's text
//! never becomes a path.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use xxhash_rust::xxh3::xxh3_64;

use super::negotiation::{best_of, etag};
use super::respond::Content;
use crate::cache::encoding::Encoding;

include!(concat!(env!("OUT_DIR"), "/viewer_files.rs"));

/// Scripts, styles and data from this server only; MapLibre runs a worker, the builder of widgets shows
/// `/embed` in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; \
    frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";

/// A file of the viewer.
struct File {
    path: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    /// Compressed, the smallest first; none where that gains nothing.
    copies: &'static [(Encoding, &'static [u8])],
}

/// The viewer's files by their paths, each with the ETag of its content.
pub struct Pages {
    files: BTreeMap<&'static str, (&'static File, HeaderValue)>,
    /// The policy of the viewer, which no other page frames.
    policy: HeaderValue,
    /// The policy of what may be framed by some.
    embed_policy: HeaderValue,
}

impl Pages {
    /// What this build carries; origins whose pages may frame what is made for it, none for all.
    pub fn built_in(frame_ancestors: &[String]) -> Pages {
        let known = |file: &'static File| (file.path, (file, etag(xxh3_64(file.plain))));
        Pages {
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

    /// The answer with a file; none where this build has none of that path.
    pub fn answer(
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
