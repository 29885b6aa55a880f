//! Cross-origin resource sharing: which pages may read answers (Fetch standard, CORS protocol).
//! Tiles and styles are public data without cookies, so an origin is all that is asked.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};

/// The headers that a page may send beyond those always allowed.
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("accept, if-none-match, cache-control, content-type");

/// The headers that a page may read beyond those always allowed.
const RESPONSE_HEADERS: HeaderValue =
    HeaderValue::from_static("etag, cache-status, tuilerie-left-out");

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS, POST");

/// How long a browser may keep the answer to a preflight: a day, cut to two hours by some.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("86400");

/// The origins whose pages may read answers.
#[derive(Clone, Debug)]
pub enum Cors {
    /// All.
    Any,
    /// These.
    Only(Vec<HeaderValue>),
}

impl Cors {
    /// As configured: none, or `*` among them, for all.
    pub fn new(origins: &[String]) -> Cors {
        if origins.is_empty() || origins.iter().any(|origin| origin == "*") {
            return Cors::Any;
        }
        Cors::Only(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect())
    }

    /// What an answer to a request with these headers says of its origin; nothing where that may
    /// not read it.
    pub fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        match self {
            Cors::Any => Some(HeaderValue::from_static("*")),
            Cors::Only(origins) => {
                let origin = request.get(header::ORIGIN)?;
                origins.contains(origin).then(|| origin.clone())
            }
        }
    }

    /// Says in an answer who may read it.
    pub fn mark(&self, allowed: Option<HeaderValue>, headers: &mut HeaderMap) {
        if matches!(self, Cors::Only(_)) {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
    }

    /// The answer to a browser that asks what it may send, before it sends it.
    pub fn preflight() -> Response<Body> {
        let mut response = Response::new(Body::empty());
        let said: [(HeaderName, HeaderValue); 3] = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE),
        ];
        response.headers_mut().extend(said);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origins: &[&str], origin: &str) -> Option<HeaderValue> {
        let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
        let mut request = HeaderMap::new();
        request.insert(header::ORIGIN, origin.parse().unwrap());
        Cors::new(&origins).allowed(&request)
    }

    #[test]
    fn only_the_origins_named_may_read_answers() {
        let named = ["https://carte.example.org", "http://localhost:5173"];
        assert_eq!(allowed(&named, "http://localhost:5173").unwrap(), "http://localhost:5173");
        assert_eq!(allowed(&named, "https://elsewhere.example"), None);
        assert_eq!(allowed(&named, "https://carte.example.org.evil.example"), None);
        assert_eq!(allowed(&[], "https://elsewhere.example").unwrap(), "*");
    }

    #[test]
    fn what_depends_on_the_origin_says_so_to_caches() {
        let mut headers = HeaderMap::new();
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        Cors::new(&["https://a.example".to_owned()]).mark(None, &mut headers);
        let said: Vec<_> = headers.get_all(header::VARY).iter().collect();
        assert_eq!(said, ["accept-encoding", "origin"]);
        assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    }
}
