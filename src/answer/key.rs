//! What makes two requests ask for the same answer. A request's query string is not part of it:
//! made-up ones must not fill the cache.

use std::sync::Arc;

use crate::cache::answers;
use crate::cache::encoding::Encoding;
use crate::geo::tile::TileId;
use crate::map::furniture::Furniture;
use crate::map::image;
use crate::tile::format::Format;

/// The name of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A vector tile.
    Tile(TileKey),
    /// A tile of an archive.
    Stored(StoredKey),
    /// An image of a map.
    Image(ImageKey),
    /// A printed sheet.
    Sheet(SheetKey),
}

/// The name of an image.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImageKey {
    /// The style's id.
    pub style: String,
    /// Which layers stand for the style's roles ([`Subject::casting`](crate::map::subject::Subject::casting)).
    pub casting: u64,
    /// Which edition of their data, by a number that changes with what is under the picture and around it.
    pub edition: u64,
    /// Centre, zoom and bearing, by their bits: what is asked for in the same words is the same.
    pub place: [u64; 4],
    /// Width and height in pixels of CSS.
    pub size: [u32; 2],
    /// Pixels of the picture to one of CSS, by its bits.
    pub ratio: u64,
    /// Whether it is a tile, whose labels agree with those of its neighbours.
    pub is_tile: bool,
    /// What the request lays over it, as it was written.
    pub overlay: Option<Arc<str>>,
    /// What stands on it.
    pub furniture: Furniture,
    /// Written how.
    pub format: image::Format,
    /// For whom.
    pub scope: Scope,
}

/// The name of a printed sheet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SheetKey {
    /// The style's id.
    pub style: String,
    /// Which layers stand for the style's roles, and what of it is hidden.
    pub casting: u64,
    /// Which edition of their data.
    pub edition: u64,
    /// All that was asked for.
    pub sheet: String,
    /// For whom.
    pub scope: Scope,
}

/// The name of a vector tile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// The layers' ids, in the order asked for, each once.
    pub layers: Box<[String]>,
    /// Which edition of their data, by a number that changes with it.
    pub edition: u64,
    /// Where.
    pub tile: TileId,
    /// Written how.
    pub format: Format,
    /// Compressed how.
    pub encoding: Encoding,
    /// For whom.
    pub scope: Scope,
}

/// The name of a tile of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoredKey {
    /// The archive's id.
    pub tileset: String,
    /// Which edition of it.
    pub edition: u64,
    /// Where.
    pub tile: TileId,
    /// Packed how.
    pub encoding: Encoding,
    /// For whom.
    pub scope: Scope,
}

/// Who may get an answer: whatever decides what a request may see is part of the key, so that a
/// cache can never show it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody.
    Public,
}

impl answers::Key for Key {
    fn memory(&self) -> usize {
        let held = match self {
            Key::Tile(key) => key.layers.iter().map(|id| size_of::<String>() + id.len()).sum(),
            Key::Stored(key) => key.tileset.len(),
            Key::Image(key) => key.style.len() + key.overlay.as_ref().map_or(0, |text| text.len()),
            Key::Sheet(key) => key.style.len() + key.sheet.len(),
        };
        size_of::<Key>() + held
    }
}
