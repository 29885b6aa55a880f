//! Where a renderer has glyphs from: ranges of 256 characters, as `/fonts` serves them.

use std::sync::Arc;

/// Glyphs by range.
pub trait Glyphs: Send + Sync {
    /// The glyphs from a character on (a multiple of 256), for a list of fonts joined by commas, as
    /// MapLibre's protobuf; none, where there are none.
    fn range(&self, fonts: &str, start: u32) -> Option<Arc<[u8]>>;
}

/// No glyphs: texts are not drawn.
#[derive(Clone, Copy, Debug)]
pub struct NoGlyphs;

impl Glyphs for NoGlyphs {
    fn range(&self, _: &str, _: u32) -> Option<Arc<[u8]>> {
        None
    }
}
