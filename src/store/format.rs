//! The segment file: what stands where in it, written front to back and read from its end.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | … | pages ([`super::page`]), end to end, in Hilbert order |
//! | … | blocks of values ([`super::dictionary`]), end to end |
//! | 48 p | the directory of pages: box (16), features by kind (3 × 4), block (20) |
//! | 20 v | the directory of value blocks |
//! | … | the description: JSON of [`super::kept`], which nothing here reads |
//! | 56 | the trailer: p, v, the description's length (4 each); where the directory starts, the xxh3 of directory and description, the file's length (8 each); [`VERSION`] (4); the xxh3 of the trailer so far (8); [`MAGIC`] |
//!
//! All numbers are little-endian. The trailer and the directory are checked when a file is opened,
//! before anything is allocated by their numbers; pages and values when they are first read.

use std::io::{self, Write};

use xxhash_rust::xxh3::xxh3_64;

use super::blocks::Block;
use super::dictionary::Interner;
use crate::geo::world::{WorldBox, WorldPoint};

/// How a segment starts and ends.
pub const MAGIC: [u8; 8] = *b"TUILERIE";

/// Grows with every change of the bytes, and of what is worked out at load (zooms of vertices,
/// validity, projections): a segment of another version is made again.
pub const VERSION: u32 = 1;

const PAGE_ENTRY: usize = 48;
const BLOCK_ENTRY: usize = 20;
const TRAILER: usize = 56;

/// Why bytes are not a segment that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// They do not start or end as one.
    #[error("it is no segment, or one cut short")]
    NotASegment,
    /// Another version of the program wrote them.
    #[error("it is of version {0} of the format, this program reads {VERSION}")]
    OtherVersion(u32),
    /// They are not as they were written.
    #[error("it is damaged")]
    Damaged,
}

/// What the directory knows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageEntry {
    /// The box around its features.
    pub bounds: WorldBox,
    /// How many features of points, of lines, of polygons it holds.
    pub features: [u32; 3],
    /// Where it is.
    pub block: Block,
}

/// Writes a segment, page by page.
pub struct SegmentWriter<W> {
    out: W,
    at: u64,
    pages: Vec<PageEntry>,
    values: Vec<Block>,
}

impl<W: Write> SegmentWriter<W> {
    /// Begins a segment.
    ///
    /// # Errors
    /// What writing meets; likewise below.
    pub fn new(out: W) -> io::Result<SegmentWriter<W>> {
        let mut writer = SegmentWriter { out, at: 0, pages: Vec::new(), values: Vec::new() };
        writer.put(&MAGIC)?;
        Ok(writer)
    }

    /// Adds the next page along the curve.
    ///
    /// # Errors
    /// As above.
    pub fn page(&mut self, bounds: WorldBox, features: [u32; 3], bytes: &[u8]) -> io::Result<()> {
        let block = self.put(bytes)?;
        self.pages.push(PageEntry { bounds, features, block });
        Ok(())
    }

    /// Ends the segment with the values that the pages use, in the order of `codes`, and the
    /// description. Returns what was written to.
    ///
    /// # Errors
    /// As above.
    pub fn finish(mut self, values: &Interner, codes: &[u32], description: &[u8]) -> io::Result<W> {
        for block in values.blocks(codes) {
            let block = self.put(&block)?;
            self.values.push(block);
        }
        let directory_start = self.at;
        let mut directory = Vec::with_capacity(
            self.pages.len() * PAGE_ENTRY + self.values.len() * BLOCK_ENTRY + description.len(),
        );
        for PageEntry { bounds: WorldBox { min, max }, features, block } in &self.pages {
            for number in [min.x, min.y, max.x, max.y].iter().chain(features) {
                directory.extend_from_slice(&number.to_le_bytes());
            }
            put_block(*block, &mut directory);
        }
        self.values.iter().for_each(|block| put_block(*block, &mut directory));
        directory.extend_from_slice(description);
        self.put(&directory)?;

        let mut trailer = Vec::with_capacity(TRAILER);
        let counts = [self.pages.len(), self.values.len(), description.len()];
        for count in counts {
            trailer.extend_from_slice(&(count as u32).to_le_bytes());
        }
        for number in [directory_start, xxh3_64(&directory), self.at + TRAILER as u64] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        trailer.extend_from_slice(&VERSION.to_le_bytes());
        let sum = xxh3_64(&trailer);
        trailer.extend_from_slice(&sum.to_le_bytes());
        trailer.extend_from_slice(&MAGIC);
        self.put(&trailer)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<Block> {
        let block = Block::of(bytes, self.at);
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(block)
    }
}

fn put_block(block: Block, out: &mut Vec<u8>) {
    out.extend_from_slice(&block.start.to_le_bytes());
    out.extend_from_slice(&block.length.to_le_bytes());
    out.extend_from_slice(&block.sum.to_le_bytes());
}

/// The parts of a segment.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Its pages, in Hilbert order.
    pub pages: Vec<PageEntry>,
    /// Its blocks of values.
    pub values: Vec<Block>,
    /// Its description.
    pub description: &'a [u8],
}

/// Reads the directory of a segment.
///
/// # Errors
/// When the bytes are no whole segment of this version.
pub fn open(segment: &[u8]) -> Result<Parts<'_>, FormatError> {
    let (body, trailer) = segment.split_last_chunk::<TRAILER>().ok_or(FormatError::NotASegment)?;
    let (signed, signature) = trailer.split_at(TRAILER - 16);
    if !body.starts_with(&MAGIC) || signature[8..] != MAGIC {
        return Err(FormatError::NotASegment);
    }
    let mut numbers = Reader(signed);
    let [pages, values, description] = [(); 3].map(|()| numbers.u32());
    let [start, sum, length] = [(); 3].map(|()| numbers.u64());
    // Before the checksum: its place from the end is the same in every version, the rest is not.
    let version = numbers.u32();
    if version != VERSION {
        return Err(FormatError::OtherVersion(version));
    }
    if xxh3_64(signed) != Reader(signature).u64() {
        return Err(FormatError::Damaged);
    }
    let directory = usize::try_from(start)
        .ok()
        .filter(|_| length == segment.len() as u64)
        .and_then(|start| body.get(start..))
        .filter(|directory| xxh3_64(directory) == sum)
        .ok_or(FormatError::Damaged)?;
    let expected = u64::from(pages) * PAGE_ENTRY as u64
        + u64::from(values) * BLOCK_ENTRY as u64
        + u64::from(description);
    if directory.len() as u64 != expected {
        return Err(FormatError::Damaged);
    }
    let mut entries = Reader(directory);
    let pages = (0..pages).map(|_| entries.page()).collect();
    let values = (0..values).map(|_| entries.block()).collect();
    Ok(Parts { pages, values, description: entries.0 })
}

/// Takes numbers off bytes whose length was checked; 0 behind their end.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((taken, rest)) = self.0.split_first_chunk::<N>() else {
            return [0; N];
        };
        self.0 = rest;
        *taken
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn page(&mut self) -> PageEntry {
        let mut corner = || WorldPoint { x: self.u32(), y: self.u32() };
        let bounds = WorldBox { min: corner(), max: corner() };
        let features = [(); 3].map(|()| self.u32());
        PageEntry { bounds, features, block: self.block() }
    }

    fn block(&mut self) -> Block {
        Block { start: self.u64(), length: self.u32(), sum: self.u64() }
    }
}
