//! GeoJSON (RFC 7946, and the `crs` member of its predecessor): a FeatureCollection, a Feature, a
//! geometry, or a sequence of them (newline-delimited, RFC 8142).
//!
//! A file is read twice, feature by feature, so that its size costs no memory: GeoJSON has no
//! schema, and the values of a column must be known before the first feature is handed on.
//! geozero's reader is not used: it parses a feature into nested lists first (measured: to parse
//! alone takes it 2.4 times as long as reading takes here), and knows no ids.

mod geometry;
mod metres;
mod property;
mod records;
mod salvage;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use hashbrown::HashMap;
use serde::Deserialize;

use self::geometry::Geometry;
use self::metres::Sample;
use self::property::{Cell, Properties, Text};
use self::records::Records;
use super::rows::Rows;
use super::{Content, Found, MAX_COLUMNS, epsg_code, file_name};
use crate::source::{
    About, Column, ColumnKind, Fault, LeftOut, Report, SourceError, Stopped, Value,
};

pub(super) use self::records::RECORD_SEPARATOR;

/// The most names that a survey keeps. Beyond it names are data, not columns.
const MAX_NAMES: usize = 16 * MAX_COLUMNS;

/// What the first reading wants of a feature.
#[derive(Deserialize)]
struct Surveyed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    properties: Option<Properties<'a>>,
}

/// What the second reading wants of a feature.
#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(default)]
    geometry: Option<Geometry>,
    /// Why a geometry that is there cannot be read.
    #[serde(skip)]
    lost: Option<Fault>,
    #[serde(borrow, default)]
    properties: Option<Properties<'a>>,
}

/// Reads a file to learn its columns. The layer is called `stem`.
pub(super) fn survey(path: &Path, stem: &str) -> Result<Found, String> {
    let file = file_name(path);
    let mut records = open(path).map_err(|error| format!("{file} cannot be read: {error}"))?;
    let (mut names, mut sample) = (Names::default(), Sample::default());
    let (mut features, mut is_geojson, mut other) = (0, false, None);
    let mut record = Vec::new();
    loop {
        match records.next(&mut record) {
            Ok(true) => features += 1,
            Ok(false) => break,
            Err(broken) => return Err(format!("{file}: {broken}")),
        }
        // What cannot be read is counted when features are handed on, not here.
        let surveyed = surveyed(&record);
        let kind = surveyed.as_ref().map(|surveyed| &*surveyed.kind.0);
        match kind.filter(|kind| *kind == "Feature" || geometry::TYPES.contains(kind)) {
            Some(_) => is_geojson = true,
            None => other = other.or_else(|| Some(kind.map(str::to_owned))),
        }
        for (name, cell) in
            surveyed.iter().flat_map(|surveyed| &surveyed.properties).flat_map(|all| &all.members)
        {
            names.add(&name.0, cell.kind());
        }
        if sample.is_wanted() {
            sample.add(&record);
        }
    }
    if !is_geojson && !records.saw_collection() {
        return Err(no_geojson(&file, other));
    }
    let (columns, left_out) = names.columns();
    Ok(Found {
        name: stem.to_owned(),
        table: None,
        about: About::default(),
        columns,
        left_out,
        crs: crs(records.crs()).and_then(|code| sample.agrees_with(code, records.crs())),
        key: None,
        content: Content::GeoJson { features },
    })
}

fn open(path: &Path) -> std::io::Result<Records<BufReader<File>>> {
    // 256 kB: large reads, and still within a processor's cache.
    Ok(Records::new(BufReader::with_capacity(256 << 10, File::open(path)?)))
}

/// The first reading of a record.
fn surveyed(record: &[u8]) -> Option<Surveyed<'_>> {
    serde_json::from_slice(record).ok().or_else(|| {
        let Feature { kind, properties, .. } = salvage::feature(record)?;
        Some(Surveyed { kind, properties })
    })
}

/// Why a file of other objects is refused: by the first one's `type`, where it says one.
fn no_geojson(file: &str, other: Option<Option<String>>) -> String {
    const EXPECTED: &str = "a FeatureCollection, a Feature or a geometry is expected";
    match other {
        None => format!("{file} holds no GeoJSON feature: {EXPECTED}"),
        Some(None) => format!("{file} is no GeoJSON: its object has no `type`: {EXPECTED}"),
        Some(Some(kind)) => format!(
            "{file} is no GeoJSON: its `type` is {kind:?}, and it has no `features`: {EXPECTED}"
        ),
    }
}

/// The EPSG code of a `crs` member of GeoJSON 2008. Without one it is CRS84.
fn crs(member: Option<&serde_json::Value>) -> Result<u32, String> {
    let Some(crs) = member.filter(|crs| !crs.is_null()) else {
        return Ok(4326);
    };
    let properties = &crs["properties"];
    let code = match &properties["code"] {
        serde_json::Value::Number(code) => code.as_u64().and_then(|code| u32::try_from(code).ok()),
        _ => properties["name"].as_str().and_then(epsg_code),
    };
    code.ok_or_else(|| format!("its `crs` says no EPSG code: {crs}: set `srid`"))
}

/// The names of properties and what their values are, in order of appearance.
#[derive(Default)]
struct Names {
    index: HashMap<String, usize>,
    kinds: Vec<(String, Option<ColumnKind>)>,
    overflow: bool,
}

impl Names {
    fn add(&mut self, name: &str, kind: Option<ColumnKind>) {
        match self.index.get(name) {
            Some(&at) => {
                let known = &mut self.kinds[at].1;
                *known = match (*known, kind) {
                    (Some(a), Some(b)) if a != b => Some(ColumnKind::Text),
                    (known, kind) => known.or(kind),
                };
            }
            None if self.kinds.len() < MAX_NAMES => {
                self.index.insert(name.to_owned(), self.kinds.len());
                self.kinds.push((name.to_owned(), kind));
            }
            None => self.overflow = true,
        }
    }

    fn columns(self) -> (Vec<Column>, Vec<LeftOut>) {
        let overflow = self.overflow.then(|| LeftOut {
            name: "…".to_owned(),
            reason: format!("more than {MAX_NAMES} different names of properties"),
        });
        let column = |(name, kind): (String, Option<ColumnKind>)| Column {
            name,
            // What is always null may be anything.
            kind: kind.unwrap_or(ColumnKind::Text),
        };
        let columns = self.kinds.into_iter().map(column).collect();
        (columns, overflow.into_iter().collect())
    }
}

/// Reads the features.
pub(super) fn read(
    path: &Path,
    columns: &[Column],
    key: Option<&str>,
    mut rows: Rows<'_>,
) -> Result<Report, SourceError> {
    let file = file_name(path);
    let layer = |reason: String| SourceError::Layer(format!("{file}: {reason}"));
    let mut records = open(path).map_err(|error| layer(error.to_string()))?;
    let index = columns.iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect();
    let reading = Reading { columns, index, key };
    let mut record = Vec::new();
    while records.next(&mut record).map_err(|broken| layer(broken.to_string()))? {
        reading.row(&record, &mut rows)?;
    }
    Ok(rows.finish())
}

struct Reading<'a> {
    columns: &'a [Column],
    index: HashMap<&'a str, usize>,
    key: Option<&'a str>,
}

impl Reading<'_> {
    fn row(&self, record: &[u8], rows: &mut Rows<'_>) -> Result<(), Stopped> {
        let Some(feature) = parse(record) else {
            return rows.row(Err(Fault::Unreadable), None, &[]);
        };
        let properties = feature.properties.unwrap_or_default();
        if properties.are_odd {
            rows.odd_value("properties", Fault::OddValue);
        }
        let mut id = match self.key {
            None => feature.id.id(),
            Some(_) => None,
        };
        let mut cells = vec![Cell::Null; self.columns.len()];
        for (name, cell) in properties.members {
            if self.key == Some(&*name.0) {
                id = cell.id();
            }
            if let Some(&at) = self.index.get(&*name.0) {
                cells[at] = cell.into_kind(self.columns[at].kind);
            }
        }
        let values: Vec<Value<'_>> =
            cells.iter().zip(self.columns).map(|(cell, column)| cell.value(column, rows)).collect();
        let geometry = match &feature.geometry {
            _ if let Some(fault) = feature.lost => Err(fault),
            Some(geometry) => rows.shapes.read(|reader| geometry.process(reader)),
            None => Err(Fault::NoGeometry),
        };
        rows.row(geometry, id, &values)
    }
}

/// A record as a feature; a bare geometry is a feature without properties.
fn parse(record: &[u8]) -> Option<Feature<'_>> {
    let feature = serde_json::from_slice(record).ok().or_else(|| salvage::feature(record))?;
    if feature.kind.0 == "Feature" {
        return Some(feature);
    }
    let (geometry, lost) = match serde_json::from_slice(record) {
        Ok(geometry) => (Some(geometry), None),
        Err(_) => (None, Some(salvage::lost_geometry(record))),
    };
    Some(Feature { geometry, lost, properties: None, ..feature })
}
