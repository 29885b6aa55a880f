//! A whole segment: the pages of detail that a builder writes, then the overviews of them.

use std::io;
use std::time::Instant;

use super::Recipe;
use crate::segment::builder::SegmentBuilder;
use crate::segment::format::{Output, SegmentWriter};
use crate::segment::mapping::Bytes;
use crate::segment::reader::Segment;

impl SegmentBuilder {
    /// Writes the segment of all features taken so far, with overviews by the recipe and what is
    /// said of it, and returns what was written to.
    ///
    /// # Errors
    /// What writing meets, and reading what was spilled.
    pub fn finish<W: Output>(self, out: W, recipe: &Recipe, description: &[u8]) -> io::Result<W> {
        let started = Instant::now();
        let mut writer = SegmentWriter::new(out)?;
        let (census, mut coder) = self.write_detail(&mut writer)?;
        let detail = started.elapsed();
        let scheme = super::write(recipe, &census, &mut coder, &mut writer)?;
        tracing::debug!(?detail, overviews = ?(started.elapsed() - detail), "pages are made");
        writer.finish(&scheme, description)
    }

    /// The segment of all features taken so far, in memory.
    ///
    /// # Errors
    /// Never by what was taken: only if what was written cannot be read.
    pub fn finish_in_memory(self, recipe: &Recipe) -> io::Result<Segment> {
        let bytes = self.finish(Vec::new(), recipe, &[])?;
        let (segment, _description) =
            Segment::open(Bytes::Owned(bytes)).map_err(io::Error::other)?;
        Ok(segment)
    }
}
