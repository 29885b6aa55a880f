//! What browsers and crawlers ask of any site, and a slash too many at an address's end.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;

use crate::http::App;
use crate::http::error::HttpError;
use crate::http::respond::Content;

const DAY: &str = "public, max-age=86400";
const ICON: Content = Content { media_type: "image/svg+xml", cache_control: DAY, packed: false };
const ROBOTS: Content =
    Content { media_type: "text/plain; charset=utf-8", cache_control: DAY, packed: false };

/// Pages name their icon themselves; this is for an image or JSON that is opened alone.
const ICON_FILE: &[u8] = include_bytes!("../../../viewer/src/icon.svg");

/// The pages are for finding. Tiles and maps have no end, and each is work.
const RULES: &[u8] = b"User-agent: *\nDisallow: /tiles/\nDisallow: /styles/\nDisallow: /changes\n";

/// Answers with the icon.
pub async fn icon(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    ICON.respond(app.answers(), &headers, ICON_FILE.to_vec())
}

/// Answers with what crawlers may read.
pub async fn robots(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    ROBOTS.respond(app.answers(), &headers, RULES.to_vec())
}

/// The answer to an address that no route has: the way to the same without its last slash, or that there is none.
pub async fn elsewhere(method: Method, uri: Uri) -> Response<Body> {
    let reads = method == Method::GET || method == Method::HEAD;
    match without_slash(&uri).filter(|_| reads) {
        Some(address) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response()
        }
        None => HttpError::NotFound.into_response(),
    }
}

/// Relative, since a proxy may have taken away the beginning of the path; and so it leads to no other server.
fn without_slash(uri: &Uri) -> Option<HeaderValue> {
    let last = uri.path().strip_suffix('/')?.rsplit('/').next().filter(|last| !last.is_empty())?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    HeaderValue::from_str(&format!("../{last}{query}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_too_many_leads_to_the_same_server() {
        for (uri, address) in [
            ("/catalog/", Some("../catalog")),
            ("/tiles/a%2Fb/?encoding=mlt", Some("../a%2Fb?encoding=mlt")),
            ("//evil.example/", Some("../evil.example")),
            ("/https://evil.example/", Some("../evil.example")),
            ("/javascript:x/", Some("../javascript:x")),
            ("/", None),
            ("//", None),
            ("/a//", None),
            ("/catalog", None),
        ] {
            let found = without_slash(&uri.parse().unwrap());
            assert_eq!(found.as_ref().map(|found| found.to_str().unwrap()), address, "{uri}");
        }
    }
}
