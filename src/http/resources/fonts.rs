//! Glyphs: `/fonts/{stack}/{start}-{end}.pbf`.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};

use crate::http::App;
use crate::http::error::HttpError;
use crate::http::respond::Content;
use crate::style::font::{NoSuchFont, Range};

/// Fonts change with the binary only: a day without asking, then the ETag.
const GLYPHS: Content = Content {
    media_type: "application/x-protobuf",
    cache_control: "public, max-age=86400",
    packed: false,
};

/// Answers with the glyphs of a range of characters.
///
/// # Errors
/// For fonts of which none is served, and for what is no range of 256 characters.
pub async fn answer(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response<Body>, HttpError> {
    let bad = |message: &str| HttpError::BadAddress(message.to_owned());
    let Path((stack, range)) = path.map_err(|_| bad("the font's name is no text"))?;
    let range = parse_range(&range)
        .ok_or_else(|| bad("a range is 0-255.pbf, 256-511.pbf and so on, up to 65535"))?;
    // A range that nobody asked for yet takes some ten milliseconds: not on an async thread.
    let work = move || {
        let glyphs = app.answers().shipped().fonts.glyphs(&stack, range);
        glyphs.map(|glyphs| GLYPHS.respond(app.answers(), &headers, glyphs))
    };
    let made = tokio::task::spawn_blocking(work).await.map_err(|_| HttpError::Internal)?;
    made.map_err(|NoSuchFont(name)| HttpError::NoSuchFont(name))
}

/// Martin's addresses have no extension.
fn parse_range(text: &str) -> Option<Range> {
    let (first, last) = text.strip_suffix(".pbf").unwrap_or(text).split_once('-')?;
    let number = |digits: &str| {
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    Range::new(number(first)?, number(last)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_range_of_256_characters_has_no_address() {
        assert_eq!(parse_range("256-511.pbf"), Range::new(256, 511));
        assert_eq!(parse_range("0-255"), Range::new(0, 255));
        for text in
            ["0-256.pbf", "1-256", "0-255.png", "0", "", "-", "-255", "+0-255", "0-99999999999"]
        {
            assert_eq!(parse_range(text), None, "{text}");
        }
    }
}
