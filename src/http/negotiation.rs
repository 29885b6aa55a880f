//! What a request accepts and what it has already: `Accept`, `Accept-Encoding` and `If-None-Match`
//! (RFC 9110, sections 12.5.1, 12.5.3 and 13.1.2).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::cache::encoding::Encoding;
use crate::tile::format::Format;

/// What we like best first: zstd is the fastest for both sides, brotli is slow to make.
const PREFERENCE: [Encoding; 3] = [Encoding::Zstd, Encoding::Gzip, Encoding::Brotli];

/// The encoding for an answer that is compressed for the request.
pub fn encoding(headers: &HeaderMap) -> Encoding {
    best_of(PREFERENCE, headers)
}

/// Of the encodings that there are, the one with the highest weight in the request, the first among
/// equals. Without the header nothing is compressed.
pub fn best_of(offered: impl IntoIterator<Item = Encoding>, headers: &HeaderMap) -> Encoding {
    let mut best = (Encoding::Identity, 0);
    for encoding in offered {
        let weight = weight(headers, encoding.name().unwrap_or_default());
        if weight > best.1 {
            best = (encoding, weight);
        }
    }
    best.0
}

/// The format for a tile whose address names none: MapLibre Tile where it is wanted more than Mapbox
/// Vector Tile, which is also what those get who want neither.
pub fn format(headers: &HeaderMap) -> Format {
    let mlt = media_weight(headers, &[Format::Mlt.media_type()]);
    let mvt = media_weight(headers, &[Format::Mvt.media_type(), "application/x-protobuf"]);
    if mlt > mvt { Format::Mlt } else { Format::Mvt }
}

/// The weight of what has these names, by the range that names it most exactly.
fn media_weight(headers: &HeaderMap, names: &[&str]) -> u32 {
    let exactness = |range: &str| match range {
        "*/*" => Some(0),
        "application/*" => Some(1),
        name => names.iter().any(|own| own.eq_ignore_ascii_case(name)).then_some(2),
    };
    weights(headers, header::ACCEPT)
        .filter_map(|(range, weight)| Some((exactness(range)?, weight)))
        .max()
        .map_or(0, |(_, weight)| weight)
}

/// The weight of a coding; that of `*` when it is not named.
fn weight(headers: &HeaderMap, coding: &str) -> u32 {
    let mut any = 0;
    for (name, weight) in weights(headers, header::ACCEPT_ENCODING) {
        if name.eq_ignore_ascii_case(coding) {
            return weight;
        }
        if name == "*" {
            any = weight;
        }
    }
    any
}

/// What a header lists, each with its weight in thousandths.
fn weights(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, u32)> {
    let values = headers.get_all(name).into_iter();
    values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(|item| {
        let mut parameters = item.split(';').map(str::trim);
        let name = parameters.next().unwrap_or_default();
        let weight = parameters
            .find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")))
            .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())
            .map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u32);
        (name, weight)
    })
}

/// The weak ETag of a hash: weak, because the compressed bytes may differ for one tile.
pub fn etag(hash: u64) -> HeaderValue {
    let text = format!("W/\"{hash:016x}\"");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the client has what the ETag names.
pub fn has_already(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let ours = opaque(etag.to_str().unwrap_or_default());
    headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == ours)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        encoding(&headers)
    }

    #[test]
    fn the_heaviest_encoding_wins_and_ours_among_equals() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Encoding::Zstd);
        assert_eq!(chosen("gzip, deflate, br"), Encoding::Gzip);
        assert_eq!(chosen("br"), Encoding::Brotli);
        assert_eq!(chosen("br;q=1.0, gzip;q=0.8"), Encoding::Brotli);
        assert_eq!(chosen("gzip;q=0, *"), Encoding::Zstd);
        assert_eq!(chosen("gzip;q=0"), Encoding::Identity);
        assert_eq!(chosen("identity"), Encoding::Identity);
        assert_eq!(encoding(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn mlt_is_for_those_who_want_it_more_than_mvt() {
        let chosen = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            format(&headers)
        };
        for accept in [
            "application/vnd.maplibre-tile",
            "application/vnd.maplibre-tile, */*;q=0.8",
            "Application/VND.MapLibre-Tile; v=1; q=0.9, application/vnd.mapbox-vector-tile;q=0.5",
            "application/x-protobuf;q=0.1, application/*",
            "*/*, application/vnd.mapbox-vector-tile;q=0",
        ] {
            assert_eq!(chosen(accept), Format::Mlt, "{accept}");
        }
        for accept in [
            "*/*",
            "application/*",
            "text/html, application/xml;q=0.9, */*;q=0.8",
            "application/json",
            "application/x-protobuf, application/vnd.maplibre-tile",
            "application/vnd.mapbox-vector-tile, application/vnd.maplibre-tile;q=0.9",
            "application/vnd.maplibre-tile;q=0",
            "application/vnd.maplibre-tile;q=0, */*",
            "application/vnd.maplibre-tile;q=high",
            ",;q=,",
            "",
        ] {
            assert_eq!(chosen(accept), Format::Mvt, "{accept}");
        }
        assert_eq!(format(&HeaderMap::new()), Format::Mvt);
    }

    #[test]
    fn etags_are_compared_weakly_in_lists_too() {
        let etag = etag(42);
        let has = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
            has_already(&headers, &etag)
        };
        let ours = etag.to_str().unwrap();
        assert!(has(ours) && has("*") && has(&format!("\"other\", {ours}")));
        assert!(has(ours.trim_start_matches("W/")));
        assert!(!has("\"other\""));
    }
}
