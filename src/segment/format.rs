//! The segment file: what stands where in it, written front to back and read from its end.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | … | pages ([`super::page`]) of detail in Hilbert order, then those of overviews tile by tile; between them blocks of values ([`super::dictionary`]) |
//! | 48 p | the directory of detail pages: box (16), features by kind (3 × 4), block (20) |
//! | 32 o | the directory of overview pages: zoom, x, y of the tile (4 each), block (20) |
//! | 20 v | the directory of value blocks |
//! | 4 c, 4 c k | the columns that make the classes of overviews, and their codes class by class |
//! | … | the description: JSON of [`super::kept`], which nothing here reads |
//! | 80 | the trailer: p, o, v, the description's length, the zoom from which detail is served, c, k, whether polygons are a coverage and whether classes were sampled (1, 2) (4 each); padding (4); where the directory starts, the xxh3 of directory and description, the file's length (8 each); [`VERSION`] (4); the xxh3 of the trailer so far (8); [`MAGIC`] |
//!
//! All numbers are little-endian. The trailer and the directory are checked when a file is opened,
//! before anything is allocated by their numbers; pages and values when they are first read.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use xxhash_rust::xxh3::xxh3_64;

use super::blocks::Block;
use super::mapping::Bytes;
use super::scheme::Scheme;
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};

/// How a segment starts and ends.
pub const MAGIC: [u8; 8] = *b"TUILERIE";

/// Grows with every change of the bytes, and of what is worked out at load (zooms of vertices,
/// validity, projections): a segment of another version is made again.
pub const VERSION: u32 = 5;

const PAGE_ENTRY: usize = 48;
const OVERVIEW_ENTRY: usize = 32;
const BLOCK_ENTRY: usize = 20;
const TRAILER: usize = 80;

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

/// What the directory knows of an overview's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverviewEntry {
    /// The tile that it is a part of.
    pub tile: TileId,
    /// Where it is.
    pub block: Block,
}

/// Where a segment is written.
pub trait Output: Write {
    /// What has been written so far.
    ///
    /// # Errors
    /// What writing or mapping meets.
    fn so_far(&mut self) -> io::Result<Bytes>;
}

impl Output for Vec<u8> {
    fn so_far(&mut self) -> io::Result<Bytes> {
        Ok(Bytes::Owned(self.clone()))
    }
}

impl Output for BufWriter<File> {
    fn so_far(&mut self) -> io::Result<Bytes> {
        self.flush()?;
        Bytes::map(self.get_ref())
    }
}

/// Writes a segment, page by page.
pub struct SegmentWriter<W> {
    out: W,
    at: u64,
    directory: Directory,
}

impl<W: Output> SegmentWriter<W> {
    /// Begins a segment.
    ///
    /// # Errors
    /// What writing meets; likewise below.
    pub fn new(out: W) -> io::Result<SegmentWriter<W>> {
        let mut writer = SegmentWriter { out, at: 0, directory: Directory::default() };
        writer.put(&MAGIC)?;
        Ok(writer)
    }

    /// Adds the next page of detail along the curve.
    ///
    /// # Errors
    /// As above.
    pub fn page(&mut self, bounds: WorldBox, features: [u32; 3], bytes: &[u8]) -> io::Result<()> {
        let block = self.put(bytes)?;
        self.directory.pages.push(PageEntry { bounds, features, block });
        Ok(())
    }

    /// Adds a page of an overview tile.
    ///
    /// # Errors
    /// As above.
    pub fn overview_page(&mut self, tile: TileId, bytes: &[u8]) -> io::Result<()> {
        let block = self.put(bytes)?;
        self.directory.overviews.push(OverviewEntry { tile, block });
        Ok(())
    }

    /// Adds the next block of values.
    ///
    /// # Errors
    /// As above.
    pub fn values(&mut self, block: &[u8]) -> io::Result<()> {
        let block = self.put(block)?;
        self.directory.values.push(block);
        Ok(())
    }

    /// What was written so far, to be read while more is written behind it.
    ///
    /// # Errors
    /// As above.
    pub fn so_far(&mut self) -> io::Result<(Bytes, Directory)> {
        Ok((self.out.so_far()?, self.directory.clone()))
    }

    /// Ends the segment with the scheme of its overviews and the description. Returns what was written
    /// to.
    ///
    /// # Errors
    /// As above.
    pub fn finish(mut self, scheme: &Scheme, description: &[u8]) -> io::Result<W> {
        let directory_start = self.at;
        let Directory { pages, overviews, values, .. } = &self.directory;
        let mut directory = Vec::with_capacity(
            pages.len() * PAGE_ENTRY + values.len() * BLOCK_ENTRY + description.len(),
        );
        for PageEntry { bounds: WorldBox { min, max }, features, block } in pages {
            for number in [min.x, min.y, max.x, max.y].iter().chain(features) {
                directory.extend_from_slice(&number.to_le_bytes());
            }
            put_block(*block, &mut directory);
        }
        for OverviewEntry { tile, block } in overviews {
            for number in [u32::from(tile.z()), tile.x(), tile.y()] {
                directory.extend_from_slice(&number.to_le_bytes());
            }
            put_block(*block, &mut directory);
        }
        values.iter().for_each(|block| put_block(*block, &mut directory));
        let classes = scheme.columns.iter().chain(scheme.classes.iter().flatten());
        classes.for_each(|number| directory.extend_from_slice(&number.to_le_bytes()));
        directory.extend_from_slice(description);

        let mut trailer = Vec::with_capacity(TRAILER);
        let counts = [pages.len(), overviews.len(), values.len(), description.len()];
        for count in counts {
            trailer.extend_from_slice(&(count as u32).to_le_bytes());
        }
        let classes = [scheme.columns.len() as u32, scheme.classes.len() as u32];
        let flags = u32::from(scheme.is_coverage) | u32::from(scheme.is_sampled) << 1;
        for number in [u32::from(scheme.detail_from), classes[0], classes[1], flags, 0] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        let length = directory_start + (directory.len() + TRAILER) as u64;
        for number in [directory_start, xxh3_64(&directory), length] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        trailer.extend_from_slice(&VERSION.to_le_bytes());
        let sum = xxh3_64(&trailer);
        trailer.extend_from_slice(&sum.to_le_bytes());
        trailer.extend_from_slice(&MAGIC);
        self.put(&directory)?;
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

/// What stands where in a segment.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Its pages of detail, in Hilbert order.
    pub pages: Vec<PageEntry>,
    /// Its pages of overviews.
    pub overviews: Vec<OverviewEntry>,
    /// Its blocks of values.
    pub values: Vec<Block>,
    /// By what its overviews were made.
    pub scheme: Scheme,
}

/// Reads the directory of a segment, and its description.
///
/// # Errors
/// When the bytes are no whole segment of this version.
pub fn open(segment: &[u8]) -> Result<(Directory, &[u8]), FormatError> {
    let (body, trailer) = segment.split_last_chunk::<TRAILER>().ok_or(FormatError::NotASegment)?;
    let (signed, signature) = trailer.split_at(TRAILER - 16);
    if !body.starts_with(&MAGIC) || signature[8..] != MAGIC {
        return Err(FormatError::NotASegment);
    }
    let mut numbers = Reader(signed);
    let [pages, overviews, values, description] = [(); 4].map(|()| numbers.u32());
    let detail_from = numbers.u32().min(u32::from(u8::MAX)) as u8;
    let [columns, classes, flags, _padding] = [(); 4].map(|()| numbers.u32());
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
    let expected = (u64::from(pages) * PAGE_ENTRY as u64
        + u64::from(overviews) * OVERVIEW_ENTRY as u64
        + u64::from(values) * BLOCK_ENTRY as u64
        + u64::from(description))
    .saturating_add(u64::from(columns).saturating_mul(4 * (1 + u64::from(classes))));
    let is_countable = columns > 0 || classes <= 1;
    if directory.len() as u64 != expected || !is_countable {
        return Err(FormatError::Damaged);
    }
    let mut entries = Reader(directory);
    let pages = (0..pages).map(|_| entries.page()).collect();
    let overviews = (0..overviews).map(|_| entries.overview()).collect::<Option<_>>();
    let overviews = overviews.ok_or(FormatError::Damaged)?;
    let values = (0..values).map(|_| entries.block()).collect();
    let mut numbers = |count: u32| -> Vec<u32> { (0..count).map(|_| entries.u32()).collect() };
    let scheme = Scheme {
        detail_from,
        is_coverage: flags & 1 != 0,
        is_sampled: flags & 2 != 0,
        columns: numbers(columns),
        classes: (0..classes).map(|_| numbers(columns)).collect(),
    };
    Ok((Directory { pages, overviews, values, scheme }, entries.0))
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

    fn overview(&mut self) -> Option<OverviewEntry> {
        let [z, x, y] = [(); 3].map(|()| self.u32());
        let tile = TileId::new(u8::try_from(z).ok()?, x, y)?;
        Some(OverviewEntry { tile, block: self.block() })
    }

    fn block(&mut self) -> Block {
        Block { start: self.u64(), length: self.u32(), sum: self.u64() }
    }
}
