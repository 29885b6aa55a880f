//! The formats that a tile is written in: what they are called in addresses, headers and TileJSON.

/// A format of vector tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Mapbox Vector Tile, what every client reads.
    #[default]
    Mvt,
    /// MapLibre Tile.
    Mlt,
}

impl Format {
    /// Its name: the extension in addresses, and `encoding` in TileJSON and in a style's source.
    pub fn name(self) -> &'static str {
        match self {
            Format::Mvt => "mvt",
            Format::Mlt => "mlt",
        }
    }

    /// The format of that name.
    pub fn of_name(name: &str) -> Option<Format> {
        [Format::Mvt, Format::Mlt].into_iter().find(|format| format.name() == name)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Mvt => "application/vnd.mapbox-vector-tile",
            Format::Mlt => "application/vnd.maplibre-tile",
        }
    }
}
