//! archive: PMTiles and MBTiles: finished tiles in one file, vectors or images, which are served and drawn as
//! they lie. Nothing of them gets into the store, and no feature of theirs is read here.
//!
//! - [`pmtiles`], [`mbtiles`]: one format of files each; `directory`: where PMTiles has its tiles
//! - [`metadata`]: what they say of themselves
//! - [`packing`]: gzip, zlib, brotli, zstd, unpacked within bounds
//! - [`format`]: what their tiles are; `picture`: images, decoded within bounds
//! - [`tileset`]: what is served of one, as the configuration says

mod directory;
pub mod format;
mod mbtiles;
mod metadata;
pub mod packing;
mod picture;
mod pmtiles;
pub mod tileset;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::mbtiles::MbTiles;
use self::metadata::Metadata;
use self::pmtiles::PmTiles;
use super::About;
use super::file::{file_name, version};
use crate::geo::tile::{MAX_ZOOM, TileId, ZoomRange};
use format::TileFormat;
use packing::Packing;
use picture::MAX_SIDE;

/// The largest tile, packed and unpacked: what browsers draw has some megabytes at most.
pub const MAX_TILE: usize = 16 << 20;

/// A file of tiles.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    version: Option<String>,
    reader: Reader,
    format: TileFormat,
    packing: Packing,
    zooms: ZoomRange,
    bounds: [f64; 4],
    tile_size: u32,
    metadata: Metadata,
}

#[derive(Debug)]
enum Reader {
    PmTiles(PmTiles),
    MbTiles(MbTiles),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    PmTiles,
    MbTiles,
}

/// What a file says of itself.
#[derive(Debug)]
struct Facts {
    /// The format that it states, if that is one of ours.
    format: Option<TileFormat>,
    /// In its own words.
    stated: Option<String>,
    zooms: Option<(u8, u8)>,
    bounds: Option<[f64; 4]>,
    metadata: Metadata,
}

/// A tile as it lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How they are packed.
    pub packing: Packing,
    /// What they are: images of an archive may be of several formats.
    pub format: TileFormat,
}

/// What is wrong with an archive: which file, and what.
#[derive(Debug, thiserror::Error)]
#[error("{file} {problem}")]
pub struct ArchiveError {
    file: String,
    problem: Problem,
}

/// What can be wrong with one.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("cannot be read as MBTiles: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("is PMTiles of another version than 3: write it again with `pmtiles convert`")]
    Version,
    #[error("is cut short: {what} would end at byte {end}, and it has {length}; copy it again")]
    CutShort { what: &'static str, end: u64, length: u64 },
    #[error("has directories packed in an unknown way")]
    Packing,
    #[error("has a damaged directory: write or copy it again")]
    Directory,
    #[error("has directories that lead to no tile: write it again")]
    Loop,
    #[error("has bytes that are not packed as it says: write or copy it again")]
    Unpackable,
    #[error("has a part that is larger than {} MB", most >> 20)]
    TooLarge { most: usize },
    #[error("has a tile that is no image: write it again")]
    NoImage,
    #[error("has no tiles")]
    Empty,
    #[error("has tiles that are neither vector tiles nor images")]
    NoTiles,
    #[error("states the format {0:?} for its tiles: vector tiles and images are served")]
    Format(String),
    #[error(
        "has images of {width} × {height} pixels: square ones of at most {MAX_SIDE} are served"
    )]
    Side { width: u32, height: u32 },
    #[error("has no zooms from 0 to {MAX_ZOOM}")]
    Zooms,
}

/// West, south, east and north of the world that is square on maps.
pub const WORLD: [f64; 4] = [-180.0, -85.051_129, 180.0, 85.051_129];

impl Archive {
    /// Opens a file that is one; none where it is something else.
    ///
    /// # Errors
    /// Where it is one, but damaged.
    pub fn open(path: &Path) -> Option<Result<Archive, ArchiveError>> {
        let kind = recognise(path)?;
        let archive = Archive::open_as(kind, path);
        Some(archive.map_err(|problem| ArchiveError { file: file_name(path), problem }))
    }

    fn open_as(kind: Kind, path: &Path) -> Result<Archive, Problem> {
        // Before anything is read: what is written meanwhile makes it another.
        let version = version(path);
        let (reader, facts) = match kind {
            Kind::PmTiles => {
                PmTiles::open(path).map(|(file, facts)| (Reader::PmTiles(file), facts))?
            }
            Kind::MbTiles => {
                MbTiles::open(path).map(|(file, facts)| (Reader::MbTiles(file), facts))?
            }
        };
        let Facts { format, stated, zooms, bounds, metadata } = facts;
        let any = reader.any_tile()?.filter(|bytes| !bytes.is_empty()).ok_or(Problem::Empty)?;
        let packing = reader.packing(&any);
        // One that cannot be unpacked costs itself, when it is asked for.
        let unpacked = packing.unpack(&any, MAX_TILE).unwrap_or_default();
        let seen = || TileFormat::of_vectors(&unpacked);
        // Nothing else is packed by gzip: MBTiles without a word of it are of vectors.
        let packed = || (packing == Packing::Gzip && stated.is_none()).then_some(TileFormat::Mvt);
        let format = TileFormat::of_image(&unpacked).or(format).or_else(seen).or_else(packed);
        let format = match (format, stated) {
            (Some(format), _) => format,
            (None, Some(stated)) => return Err(Problem::Format(stated)),
            (None, None) => return Err(Problem::NoTiles),
        };
        let (least, most) = zooms.ok_or(Problem::Empty)?;
        let zooms = ZoomRange::new(least, most.min(MAX_ZOOM)).ok_or(Problem::Zooms)?;
        Ok(Archive {
            path: path.to_owned(),
            version,
            packing,
            reader,
            format,
            zooms,
            bounds: bounds.filter(is_box).unwrap_or(WORLD),
            tile_size: tile_size(format, &unpacked)?,
            metadata,
        })
    }

    /// Its tile, if it has one there.
    ///
    /// # Errors
    /// Where that cannot be read.
    pub fn tile(&self, tile: TileId) -> Result<Option<StoredTile>, ArchiveError> {
        let read = match &self.reader {
            Reader::PmTiles(file) => file.tile(tile),
            Reader::MbTiles(file) => file.tile(tile),
        };
        let bytes = read.map_err(|problem| self.error(problem))?;
        Ok(bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| StoredTile {
            packing: self.reader.packing(&bytes),
            format: TileFormat::of_image(&bytes).unwrap_or(self.format),
            bytes,
        }))
    }

    /// A tile's bytes, unpacked.
    ///
    /// # Errors
    /// Where they are not packed as it says, or become too many.
    pub fn unpack(&self, tile: StoredTile) -> Result<Vec<u8>, ArchiveError> {
        match tile.packing {
            Packing::None => Ok(tile.bytes),
            packing => packing.unpack(&tile.bytes, MAX_TILE).map_err(|problem| self.error(problem)),
        }
    }

    /// The pixels of a tile that is an image: width, height, and red, green, blue and opacity of each.
    ///
    /// # Errors
    /// Where it is no image that can be read.
    pub fn pixels(&self, tile: StoredTile) -> Result<(u32, u32, Vec<u8>), ArchiveError> {
        let bytes = self.unpack(tile)?;
        picture::pixels(&bytes).map_err(|problem| self.error(problem))
    }

    fn error(&self, problem: Problem) -> ArchiveError {
        ArchiveError { file: self.file_name(), problem }
    }

    /// The file's name, without its place.
    pub fn file_name(&self) -> String {
        file_name(&self.path)
    }

    /// What changes when the file is written again, as it was when this one was opened.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// What its tiles are.
    pub fn format(&self) -> TileFormat {
        self.format
    }

    /// How its tiles are packed, or most of them.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// The zooms that it has tiles of.
    pub fn zooms(&self) -> ZoomRange {
        self.zooms
    }

    /// West, south, east and north of what it covers, in degrees.
    pub fn bounds(&self) -> [f64; 4] {
        self.bounds
    }

    /// Pixels along a side of its tiles, which are shown with as many of CSS; 512 for vectors.
    pub fn tile_size(&self) -> u32 {
        self.tile_size
    }

    /// What it says of itself to people.
    pub fn about(&self) -> &About {
        &self.metadata.about
    }

    /// What of its metadata cannot be read and is missed, if anything.
    pub fn unread(&self) -> Option<&'static str> {
        self.metadata.unread.filter(|_| !self.format.is_raster())
    }

    /// The layers of its vector tiles, as TileJSON has them.
    pub fn vector_layers(&self) -> &[Value] {
        &self.metadata.vector_layers
    }
}

impl Reader {
    fn any_tile(&self) -> Result<Option<Vec<u8>>, Problem> {
        match self {
            Reader::PmTiles(file) => file.any_tile(),
            Reader::MbTiles(file) => file.any_tile(),
        }
    }

    /// How a tile is packed: as the file says, or else, or where it says not at all, as the tile does.
    fn packing(&self, tile: &[u8]) -> Packing {
        let said = match self {
            Reader::PmTiles(file) => file.tiles_packed().filter(|said| *said != Packing::None),
            Reader::MbTiles(_) => None,
        };
        said.unwrap_or_else(|| Packing::of(tile))
    }
}

/// What a file is by its first bytes, if it is an archive.
fn recognise(path: &Path) -> Option<Kind> {
    let mut start = [0; 16];
    let mut file = File::open(path).ok()?;
    let length = file.read(&mut start).ok()?;
    let start = start.get(..length)?;
    if start.starts_with(mbtiles::MAGIC) {
        // One that is damaged cannot say what it is.
        let is_called_so = path.extension().is_some_and(|extension| extension == "mbtiles");
        return (is_called_so || mbtiles::is_one(path)).then_some(Kind::MbTiles);
    }
    start.starts_with(pmtiles::MAGIC).then_some(Kind::PmTiles)
}

fn is_box([west, south, east, north]: &[f64; 4]) -> bool {
    let is_place = |lon: f64, lat: f64| lon.abs() <= 180.0 && lat.abs() <= 90.0;
    is_place(*west, *south) && is_place(*east, *north) && west < east && south < north
}

fn tile_size(format: TileFormat, tile: &[u8]) -> Result<u32, Problem> {
    /// Of those that MapLibre draws at a zoom; what an AVIF has, nobody here reads.
    const USUAL: u32 = 512;
    if !format.is_raster() || format == TileFormat::Avif {
        return Ok(USUAL);
    }
    match picture::size(tile)? {
        (width, height) if width == height && (1..=MAX_SIDE).contains(&width) => Ok(width),
        (width, height) => Err(Problem::Side { width, height }),
    }
}
