//! GeoJSON, FlatGeobuf and GeoPackage files: what layers a file has, and their features. What a
//! file is, its first bytes say, whatever its extension. Files are only ever read.
//!
//! - [`geojson`], [`flatgeobuf`], [`geopackage`]: one format each: survey a file, read a layer
//! - [`layer`]: what was surveyed and what the configuration says of it become a [`Layer`]
//! - [`rows`]: what a row becomes on its way to the sink, counted
//! - [`mistaken`]: what a file is that is none of these

mod flatgeobuf;
mod geojson;
mod geopackage;
mod layer;
mod mistaken;
mod rows;

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use self::rows::Rows;
use super::{
    About, Column, Discovery, FeatureSink, LeftOut, Progress, Refused, Report, SourceError,
};
use crate::config;
use crate::geo::projection::Projection;

/// The most attributes of a layer: each is a column in the store and a key in every tile.
pub const MAX_COLUMNS: usize = 256;

/// The largest feature that is read, in bytes: a country's coastline takes some 50 MB. More than
/// this is a damaged length, or no feature.
const MAX_FEATURE: usize = 256 << 20;

/// What some programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One layer of a file.
#[derive(Clone, Debug)]
pub struct FileLayer {
    path: PathBuf,
    projection: Projection,
    /// The column that is the feature's id.
    key: Option<String>,
    content: Content,
}

/// How a layer lies in its file.
#[derive(Clone, Debug)]
enum Content {
    GeoJson { features: u64 },
    FlatGeobuf,
    GeoPackage(geopackage::Table),
}

/// What a file says of one of its layers.
#[derive(Clone, Debug)]
struct Found {
    /// A GeoPackage's layer name, else the file's stem.
    name: String,
    /// The table and its geometry column, in a GeoPackage.
    table: Option<(String, String)>,
    about: About,
    columns: Vec<Column>,
    left_out: Vec<LeftOut>,
    /// The EPSG code, or why there is none.
    crs: Result<u32, String>,
    /// The column that is the feature's id.
    key: Option<String>,
    content: Content,
}

/// What a file has.
#[derive(Default)]
struct Survey {
    found: Vec<Found>,
    refused: Vec<Refused>,
}

#[derive(Clone, Copy)]
enum Format {
    GeoJson,
    FlatGeobuf,
    GeoPackage,
}

/// Finds the layers of a file: those of `layers` that are of this source, and all others where
/// the source publishes all.
///
/// # Errors
/// [`SourceError::Rejected`] when the file cannot be opened or is of no known format. What is
/// wrong with its content refuses the layers concerned by name.
pub fn discover(
    source: &config::Source,
    layers: &[config::Layer],
) -> Result<Discovery, SourceError> {
    let config::Place::File(path) = &source.place else {
        return Ok(Discovery::default());
    };
    let format = recognise(path).map_err(SourceError::Rejected)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let survey = match format {
        Format::GeoJson => geojson::survey(path, &stem).map(Survey::one),
        Format::FlatGeobuf => flatgeobuf::survey(path, &stem).map(Survey::one),
        Format::GeoPackage => geopackage::survey(path),
    };
    Ok(layer::choose(source, path, &stem, survey, layers))
}

impl Survey {
    fn one(found: Found) -> Survey {
        Survey { found: vec![found], refused: Vec::new() }
    }
}

/// The id of a file's only layer, where its format has one: known without reading the file.
pub fn only_layer(path: &Path) -> Option<String> {
    match recognise(path).ok()? {
        Format::GeoJson | Format::FlatGeobuf => {
            Some(path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
        }
        Format::GeoPackage => None,
    }
}

/// What a file is, by its first bytes; otherwise what is wrong with it.
fn recognise(path: &Path) -> Result<Format, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name} is a directory: name the files in it"));
    }
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(1024).read_to_end(&mut start)).map_err(|error| {
        match error.kind() {
            ErrorKind::NotFound => {
                format!("{name}: no such file: put it there, or correct its path")
            }
            _ => format!("{name} cannot be read: {error}"),
        }
    })?;
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&start);
    // RFC 8142 puts a record separator before each text of a sequence.
    let first =
        text.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != geojson::RECORD_SEPARATOR);
    match first {
        _ if start.starts_with(b"SQLite format 3\0") => Ok(Format::GeoPackage),
        _ if start.starts_with(b"fgb") => Ok(Format::FlatGeobuf),
        Some(b'{') => Ok(Format::GeoJson),
        None if start.len() < 1024 => Err(format!("{name} is empty: write it again")),
        _ => Err(format!("{name} {}", mistaken::problem(&start))),
    }
}

/// The name of a file for messages, without its place.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A file's size and time of change, as the file system has them, and those of the log that SQLite writes
/// beside its files before it writes into them.
pub fn version(path: &Path) -> Option<String> {
    let of = |path: &Path| {
        let metadata = path.metadata().ok()?;
        Some(format!("{} {}", metadata.len(), nanoseconds(metadata.modified().ok()?)))
    };
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let version = of(path)?;
    // An empty one is left by whoever opened the file, to read it as well.
    Some(match of(Path::new(&log)).filter(|log| !log.starts_with("0 ")) {
        Some(log) => format!("{version}, {log}"),
        None => version,
    })
}

/// Since 1970, or before: archives are unpacked with times of any kind.
fn nanoseconds(time: SystemTime) -> i128 {
    let signed = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(before) => -signed(before.duration()),
    }
}

/// The EPSG code in a CRS's name: `EPSG:2154`, `urn:ogc:def:crs:EPSG::2154`, an OGC address, or
/// one of the forms of CRS84.
fn epsg_code(name: &str) -> Option<u32> {
    let name = name.to_ascii_uppercase();
    let last = name.rsplit([':', '/']).next()?;
    if last == "CRS84" || last == "CRS84H" {
        return Some(4326);
    }
    name.contains("EPSG").then(|| last.parse().ok()).flatten()
}

impl FileLayer {
    /// What changes when the file is written.
    pub fn version(&self) -> Option<String> {
        version(&self.path)
    }

    /// Reads the layer's features in the file's order, with a value for each of `columns`.
    ///
    /// # Errors
    /// [`SourceError::Layer`] where the file cannot be read on, with the place;
    /// [`SourceError::Stopped`] when the sink asks for it.
    pub fn read(
        &self,
        columns: &[Column],
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<Report, SourceError> {
        let rows = Rows::new(self.projection.clone(), sink, progress);
        let (path, key) = (self.path.as_path(), self.key.as_deref());
        match &self.content {
            Content::GeoJson { features } => {
                rows.expect(*features);
                geojson::read(path, columns, key, rows)
            }
            Content::FlatGeobuf => flatgeobuf::read(path, columns, key, rows),
            Content::GeoPackage(table) => geopackage::read(path, table, columns, key, rows),
        }
    }
}

#[cfg(test)]
mod tests;
