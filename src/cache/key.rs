//! What makes two requests ask for the same answer. A request's query string is not part of it:
//! made-up ones must not fill the cache.

use super::encoding::Encoding;
use crate::geo::tile::TileId;
use crate::tile::format::Format;

/// The name of one answer.
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

/// Who may get an answer: whatever decides what a request may see is part of the key, so that a
/// cache can never show it to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody.
    Public,
}

impl TileKey {
    /// The bytes that the key itself takes in memory.
    pub fn memory(&self) -> usize {
        size_of::<TileKey>()
            + self.layers.iter().map(|id| size_of::<String>() + id.len()).sum::<usize>()
    }
}
