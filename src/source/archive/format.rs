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
