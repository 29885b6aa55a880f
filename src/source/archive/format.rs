//! What the tiles of an archive are.

/// A format of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TileFormat {
    /// Mapbox Vector Tile.
    Mvt,
    /// MapLibre Tile.
    Mlt,
    /// Images without loss.
    Png,
    /// Images with loss.
    Jpeg,
    /// Either.
    Webp,
    /// Images that are served, and not drawn by the server: no decoder of them is written in Rust.
    Avif,
}

impl TileFormat {
    /// The format that images say of themselves.
    pub fn of_image(bytes: &[u8]) -> Option<TileFormat> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(TileFormat::Png),
            [0xff, 0xd8, 0xff, ..] => Some(TileFormat::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Some(TileFormat::Webp)
            }
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => {
                Some(TileFormat::Avif)
            }
            _ => None,
        }
    }

    /// The format of a name, or of an extension in an address.
    pub fn of_name(name: &str) -> Option<TileFormat> {
        match name.to_ascii_lowercase().as_str() {
            "pbf" | "mvt" => Some(TileFormat::Mvt),
            "mlt" => Some(TileFormat::Mlt),
            "png" => Some(TileFormat::Png),
            "jpg" | "jpeg" => Some(TileFormat::Jpeg),
            "webp" => Some(TileFormat::Webp),
            "avif" => Some(TileFormat::Avif),
            _ => None,
        }
    }

    /// The format that an archive states: a name, or a media type as HTTP calls it.
    pub fn of_statement(stated: &str) -> Option<TileFormat> {
        let name = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.trim_start_matches('.') {
            "application/vnd.mapbox-vector-tile"
            | "application/x-protobuf"
            | "application/pbf"
            | "application/protobuf"
            | "application/vnd.google.protobuf" => Some(TileFormat::Mvt),
            // The second is what Planetiler writes.
            "application/vnd.maplibre-tile" | "application/vnd.maplibre-vector-tile" => {
                Some(TileFormat::Mlt)
            }
            name => TileFormat::of_name(name.strip_prefix("image/").unwrap_or(name)),
        }
    }

    /// The format of unpacked vector tiles, which say it by their structure alone: MVT is layers end
    /// to end, each a field of the number 3; MLT is layers end to end, each with a tag of 1.
    pub fn of_vectors(bytes: &[u8]) -> Option<TileFormat> {
        match bytes {
            [] => None,
            _ if is_made_of(bytes, |rest| rest.split_off_first() == Some(&0x1a), 0) => {
                Some(TileFormat::Mvt)
            }
            _ if is_made_of(bytes, |_| true, 1) => Some(TileFormat::Mlt),
            _ => None,
        }
    }

    /// What addresses end with.
    pub fn extension(self) -> &'static str {
        match self {
            TileFormat::Mvt => "mvt",
            TileFormat::Mlt => "mlt",
            TileFormat::Png => "png",
            TileFormat::Jpeg => "jpg",
            TileFormat::Webp => "webp",
            TileFormat::Avif => "avif",
        }
    }

    /// As HTTP calls it.
    pub fn media_type(self) -> &'static str {
        match self {
            TileFormat::Mvt => "application/vnd.mapbox-vector-tile",
            TileFormat::Mlt => "application/vnd.maplibre-tile",
            TileFormat::Png => "image/png",
            TileFormat::Jpeg => "image/jpeg",
            TileFormat::Webp => "image/webp",
            TileFormat::Avif => "image/avif",
        }
    }

    /// Whether the server draws them.
    pub fn is_drawn(self) -> bool {
        !matches!(self, TileFormat::Mlt | TileFormat::Avif)
    }

    /// Whether they are images.
    pub fn is_raster(self) -> bool {
        !matches!(self, TileFormat::Mvt | TileFormat::Mlt)
    }
}

/// Whether bytes are messages end to end: what `begins` takes, a length, and as many bytes, of which the
/// first is the `tag`, unless that is 0.
fn is_made_of(mut bytes: &[u8], begins: impl Fn(&mut &[u8]) -> bool, tag: u8) -> bool {
    while !bytes.is_empty() {
        if !begins(&mut bytes) {
            return false;
        }
        let Some(message) = length(&mut bytes).and_then(|length| bytes.split_off(..length)) else {
            return false;
        };
        if tag != 0 && message.first() != Some(&tag) {
            return false;
        }
    }
    true
}

/// Takes a varint of 32 bits.
fn length(bytes: &mut &[u8]) -> Option<usize> {
    let mut length = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.split_off_first()?;
        length |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return usize::try_from(length).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_a_name_or_a_media_type() {
        for (stated, format) in [
            ("pbf", Some(TileFormat::Mvt)),
            ("application/vnd.mapbox-vector-tile", Some(TileFormat::Mvt)),
            ("application/x-protobuf; charset=binary", Some(TileFormat::Mvt)),
            ("application/vnd.maplibre-vector-tile", Some(TileFormat::Mlt)),
            ("application/vnd.maplibre-tile", Some(TileFormat::Mlt)),
            ("IMAGE/JPEG", Some(TileFormat::Jpeg)),
            ("image/webp", Some(TileFormat::Webp)),
            ("application/json", None),
        ] {
            assert_eq!(TileFormat::of_statement(stated), format, "{stated}");
        }
    }

    #[test]
    fn vectors_say_what_they_are_by_their_structure() {
        let of = |bytes: &[u8]| TileFormat::of_vectors(bytes);
        assert_eq!(of(&[0x1a, 2, 0x78, 2, 0x1a, 0]), Some(TileFormat::Mvt));
        assert_eq!(of(&[2, 1, 0, 1, 1]), Some(TileFormat::Mlt));
        for other in [&b""[..], b"une tuile", &[0x1a, 3, 0x78, 2], &[2, 1], &[0x80]] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }
}
