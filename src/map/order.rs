//! What is drawn, and how; and why it is not.

use super::data::Needs;
use super::furniture::Furniture;
use super::image::Unwritable;
use super::overlay::Overlay;
use super::subject::Subject;
use super::view::Shot;
use crate::geo::tile::TileId;
use crate::source::archive::ArchiveError;

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// The style and its layers.
    pub subject: &'o Subject,
    /// What of the world.
    pub shot: &'o Shot,
    /// The tiles that this takes.
    pub needs: &'o Needs,
    /// What lies over the map.
    pub overlay: Option<&'o Overlay>,
    /// What stands on it.
    pub furniture: Furniture,
    /// How many features of a layer a tile shows at most.
    pub most_features: u64,
}

/// Why a map is not drawn.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// Nobody wants it any more.
    #[error("nobody waits for it")]
    Unwanted,
    /// What an archive has there cannot be read.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// An image cannot be written: a defect.
    #[error("{0}")]
    Unwritable(#[from] Unwritable),
    /// What an archive has there is no vector tile.
    #[error("{file} has no vector tile at {tile}, but something else: write it again")]
    NoTile {
        /// The archive.
        file: String,
        /// Where.
        tile: TileId,
    },
}
