//! PMTiles, version 3: a header, directories, tiles. What is read is looked for within the file and has a
//! bound; directories lead to others four times at most.
//!
//! The file is read, not mapped: one that is cut short while it is served is an error of a read, and would
//! be a signal that ends the process otherwise. (Rejected: the crate `pmtiles`, whose readers are async and
//! made for tokio, while tiles are read here by threads that draw.)
//!
//! Source: <https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::directory::{Directory, Entry, number};
use super::metadata::Metadata;
use super::packing::Packing;
use super::{Facts, MAX_TILE, Problem, TileFormat};
use crate::geo::tile::TileId;

/// What a file of any version starts with, and one of version 3.
pub(super) const MAGIC: &[u8] = b"PM";
const MAGIC_3: &[u8] = b"PMTiles";
const HEADER: usize = 127;

/// Unpacked, at most: writers make directories of some thousand entries, a few bytes each.
const MAX_DIRECTORY: usize = 4 << 20;
const MAX_METADATA: usize = 4 << 20;
/// Directories on the way to a tile.
const DEEPEST: usize = 4;
/// Entries of directories that are kept unpacked, together: twelve megabytes.
const KEPT_ENTRIES: usize = 500_000;

/// An open file.
#[derive(Debug)]
pub(super) struct PmTiles {
    file: File,
    leaves: u64,
    tiles: u64,
    directories_packed: Packing,
    tiles_packed: Option<Packing>,
    root: Directory,
    kept: Mutex<Vec<(Entry, Arc<Directory>)>>,
}

/// A part of the file.
#[derive(Clone, Copy)]
struct Section {
    what: &'static str,
    offset: u64,
    length: u64,
}

impl PmTiles {
    /// Opens a file, and says what it says of itself.
    pub(super) fn open(path: &Path) -> Result<(PmTiles, Facts), Problem> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, 0).map_err(|_| Problem::CutShort {
            what: "its header",
            end: HEADER as u64,
            length,
        })?;
        if !header.starts_with(MAGIC_3) || header[7] != 3 {
            return Err(Problem::Version);
        }
        let number = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&header[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let section = |what, at| Section { what, offset: number(at), length: number(at + 8) };
        let root = section("its root directory", 8).within(length)?;
        let metadata = section("its metadata", 24).within(length)?;
        let leaves = section("its directories", 40).within(length)?;
        let tiles = section("its tiles", 56).within(length)?;
        let directories_packed = match header[97] {
            1 => Packing::None,
            2 => Packing::Gzip,
            3 => Packing::Brotli,
            4 => Packing::Zstd,
            _ => return Err(Problem::Packing),
        };
        let tiles_packed = match header[98] {
            1 => Some(Packing::None),
            2 => Some(Packing::Gzip),
            3 => Some(Packing::Brotli),
            4 => Some(Packing::Zstd),
            _ => None,
        };
        let unpack = |section: Section, most: usize| {
            directories_packed.unpack(&read(&file, section, most)?, most)
        };
        let root = Directory::read(&unpack(root, MAX_DIRECTORY)?)?;
        let metadata = match metadata.length {
            0 => Metadata::default(),
            _ => Metadata::of_json(&unpack(metadata, MAX_METADATA)?),
        };
        let degrees = |at: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&header[at..at + 4]);
            f64::from(i32::from_le_bytes(bytes)) / 1e7
        };
        let facts = Facts {
            format: match header[99] {
                1 => Some(TileFormat::Mvt),
                2 => Some(TileFormat::Png),
                3 => Some(TileFormat::Jpeg),
                4 => Some(TileFormat::Webp),
                5 => Some(TileFormat::Avif),
                6 => Some(TileFormat::Mlt),
                _ => None,
            },
            stated: None,
            zooms: Some((header[100], header[101])),
            bounds: Some([102, 106, 110, 114].map(degrees)),
            metadata,
        };
        let pmtiles = PmTiles {
            file,
            leaves: leaves.offset,
            tiles: tiles.offset,
            directories_packed,
            tiles_packed,
            root,
            kept: Mutex::default(),
        };
        Ok((pmtiles, facts))
    }

    /// How its tiles are packed, where it says so.
    pub(super) fn tiles_packed(&self) -> Option<Packing> {
        self.tiles_packed
    }

    /// A tile as it lies; none where there is none.
    pub(super) fn tile(&self, tile: TileId) -> Result<Option<Vec<u8>>, Problem> {
        let number = number(tile);
        self.descend(|directory| directory.find(number))
    }

    /// The tile that comes first.
    pub(super) fn any_tile(&self) -> Result<Option<Vec<u8>>, Problem> {
        self.descend(Directory::first)
    }

    fn descend(
        &self,
        choose: impl Fn(&Directory) -> Option<Entry>,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let mut found = choose(&self.root);
        for _ in 0..DEEPEST {
            match found {
                None => return Ok(None),
                Some(entry) if entry.run > 0 => {
                    let section = Section::at(self.tiles, "a tile", entry)?;
                    return read(&self.file, section, MAX_TILE).map(Some);
                }
                Some(entry) => found = choose(&*self.leaf(entry)?),
            }
        }
        Err(Problem::Loop)
    }

    /// A directory, which is kept, the latest asked for first.
    fn leaf(&self, entry: Entry) -> Result<Arc<Directory>, Problem> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut kept = kept();
            if let Some(at) = kept.iter().position(|(known, _)| *known == entry) {
                kept[..=at].rotate_right(1);
                return Ok(kept[0].1.clone());
            }
        }
        let section = Section::at(self.leaves, "a directory", entry)?;
        let packed = read(&self.file, section, MAX_DIRECTORY)?;
        let unpacked = self.directories_packed.unpack(&packed, MAX_DIRECTORY)?;
        let directory = Arc::new(Directory::read(&unpacked)?);
        let mut kept = kept();
        kept.insert(0, (entry, directory.clone()));
        let mut entries = 0;
        kept.retain(|(_, directory)| {
            entries += directory.len();
            entries <= KEPT_ENTRIES
        });
        Ok(directory)
    }
}

impl Section {
    fn at(start: u64, what: &'static str, entry: Entry) -> Result<Section, Problem> {
        let offset = start.checked_add(entry.offset).ok_or(Problem::Directory)?;
        Ok(Section { what, offset, length: u64::from(entry.length) })
    }

    /// The same, if it ends within the file.
    fn within(self, length: u64) -> Result<Section, Problem> {
        let end = self.offset.saturating_add(self.length);
        match end <= length {
            true => Ok(self),
            false => Err(Problem::CutShort { what: self.what, end, length }),
        }
    }
}

/// Reads a section. Nothing is allocated for one that is too large, or that the file has not.
fn read(file: &File, section: Section, most: usize) -> Result<Vec<u8>, Problem> {
    let length = usize::try_from(section.length).ok().filter(|length| *length <= most);
    let length = length.ok_or(Problem::TooLarge { most })?;
    section.within(file.metadata()?.len())?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, section.offset)?;
    Ok(bytes)
}
