//! Labels of tiles, kept: decided for a metatile once, drawn in each of its tiles at every scale and in every
//! format. Where they are kept is [`cache::labels`](crate::cache::labels)'s.

use std::sync::Arc;

use crate::geo::tile::TileId;
use crate::render::Symbols;

/// What labels of a metatile are known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The style's id.
    pub style: String,
    /// Which layers stand for the style's roles ([`Subject::casting`](super::subject::Subject::casting)).
    pub casting: u64,
    /// Which edition of what has labels in the metatile and around it.
    pub edition: u64,
    /// The metatile's first tile.
    pub first: TileId,
}

/// Keeps labels.
pub trait Labels {
    /// Those of a name, made if they are not there; none, if making them gives none.
    fn get_or_place(
        &self,
        name: Name,
        place: &mut dyn FnMut() -> Option<Symbols>,
    ) -> Option<Arc<Symbols>>;
}

/// Keeps none.
#[derive(Clone, Copy, Debug)]
pub struct NotKept;

impl Labels for NotKept {
    fn get_or_place(
        &self,
        _: Name,
        place: &mut dyn FnMut() -> Option<Symbols>,
    ) -> Option<Arc<Symbols>> {
        place().map(Arc::new)
    }
}
