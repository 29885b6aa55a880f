//! source: where features come from, as one interface. Each kind of source says what layers it
//! has ([`Layer`]) and reads one of them, feature by feature, into a [`FeatureSink`]: geometry
//! projected to the quantised world, attributes typed. Nothing here knows how features are kept.
//!
//! - [`geometry`]: WKB and the like → [`Shape`]s (curves linearised, collections split)
//! - [`postgis`]: tables of a PostgreSQL database
//! - [`file`]: GeoJSON, FlatGeobuf, GeoPackage
//! - [`archive`]: PMTiles, MBTiles: no features, but finished tiles
//! - [`attribution`]: who must be named on a map
//! - [`demo`]: a made-up commune
//! - `sqlite`: opens what GeoPackage and MBTiles are

pub mod archive;
pub mod attribution;
pub mod demo;
pub mod file;
pub mod geometry;
pub mod postgis;
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::config;
use crate::geo::shape::Shape;
use crate::geo::tile::ZoomRange;
use archive::tileset::{self, Tileset};
use attribution::Attribution;
use geometry::ShapeReader;
pub use postgis::changes::{Changes, Follower, Position, Round};

/// One layer that can be read: what it is called, what it carries, where it is.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The id in addresses and the name of the MVT layer.
    pub id: String,
    /// What is said of it.
    pub about: About,
    /// The attributes that its features carry, in the source's order.
    pub columns: Vec<Column>,
    /// The attributes that they do not carry, and why.
    pub left_out: Vec<LeftOut>,
    /// Where it is served.
    pub zooms: ZoomRange,
    /// How far beyond a tile's edge features are included, in tile units (of 4096).
    pub buffer: u16,
    /// What tiles show below its detail.
    pub overview: config::Overview,
    /// How it is kept as fresh as its source.
    pub freshness: config::Freshness,
    /// Where to read it.
    pub origin: Origin,
}

/// What is said of a layer: to people, in plain texts that may hold anything (whoever shows them escapes
/// them; whom to name may be a link, and is safe as it is), and to styles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// A short name.
    pub title: Option<String>,
    /// A sentence or more.
    pub description: Option<String>,
    /// Who must be named on the map.
    pub attribution: Option<Attribution>,
    /// Under which terms it may be used.
    pub licence: Option<String>,
    /// What it is to styles, one of [`config::role::ROLES`]; without it, what its id says.
    pub role: Option<String>,
    /// Where its features are outlines of territories: the column with their codes.
    pub territory: Option<String>,
    /// The column with their names.
    pub territory_name: Option<String>,
}

impl About {
    /// What the configuration says of a layer, else what its source does.
    fn configured(written: &config::Layer, found: About) -> About {
        let attribution = written.attribution.as_deref().map(Attribution::of_html);
        About {
            title: written.title.clone().or(found.title),
            description: written.description.clone().or(found.description),
            attribution: attribution.filter(|own| !own.is_empty()).or(found.attribution),
            licence: written.licence.clone().or(found.licence),
            role: written.role.clone().or(found.role),
            territory: written.territory.clone(),
            territory_name: written.territory_name.clone(),
        }
    }
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As the source names it.
    pub name: String,
    /// What its values are, as TileJSON's `fields` says it.
    pub kind: ColumnKind,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// True or false.
    Boolean,
    /// Whole and other numbers.
    Number,
    /// Text, and all that is written as text (dates, UUIDs, enums, JSON).
    Text,
}

/// A column that is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// As the source names it.
    pub name: String,
    /// In words: "bytea is not served".
    pub reason: String,
}

/// Where a layer is read.
#[derive(Clone, Debug)]
pub enum Origin {
    /// In a PostgreSQL database.
    Postgis(postgis::Relation),
    /// In a file.
    File(file::FileLayer),
    /// Made up.
    Demo(demo::Theme),
}

impl Origin {
    /// Whether features always come in the same order, which then means something: who is drawn
    /// over whom. Rows of a table have none.
    pub fn keeps_order(&self) -> bool {
        match self {
            Origin::Postgis(_) => false,
            Origin::File(_) | Origin::Demo(_) => true,
        }
    }
}

/// A layer that was found and cannot be served, and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The id that it would have.
    pub id: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// What a source has to offer.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// What can be read.
    pub layers: Vec<Layer>,
    /// What is served as it lies.
    pub tilesets: Vec<Tileset>,
    /// What was found and cannot.
    pub refused: Vec<Refused>,
    /// Whether it could not be read as a whole, so that what it had before may still be in it.
    pub is_damaged: bool,
}

/// One attribute value of one feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value: the attribute is absent from the tile.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond `i64`.
    UInt(u64),
    /// A finite number of single precision.
    Float(f32),
    /// A finite number.
    Double(f64),
    /// Text in UTF-8.
    Text(&'a str),
}

/// Takes features, one after the other.
pub trait FeatureSink {
    /// One feature: its id, its shape (never empty), and a value for each of the layer's columns,
    /// in their order. A geometry collection comes as several features of the same id, one a kind.
    ///
    /// # Errors
    /// [`Stopped`] when no more features are wanted; the reader then returns at once.
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped>;
}

/// The sink wants no more features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// How far a reading is: written by the reader, shown by the terminal and `/health/ready`.
#[derive(Debug, Default)]
pub struct Progress {
    /// Rows read so far, whether or not they gave a feature.
    pub rows: AtomicU64,
    /// Rows expected, 0 while unknown. An estimate.
    pub expected: AtomicU64,
}

impl Progress {
    /// Counts a row.
    pub fn row(&self) {
        self.rows.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a finished reading says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// Features given to the sink.
    pub features: u64,
    /// What was wrong with rows and their geometries, each fault with how often it was met.
    pub faults: BTreeMap<Fault, u64>,
    /// What was wrong with values, by the name of their column. Segments of before have none.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<Fault, u64>>,
    /// Rows whose geometry has heights. Tiles have none: they are left out, and no fault.
    pub with_z: u64,
    /// Rows whose geometry has measures, left out likewise.
    pub with_m: u64,
    /// Where it stands in the changes of its database; `None` where those of its table are not
    /// followed.
    pub position: Option<Position>,
}

impl Report {
    /// Counts a fault of a row or its geometry.
    pub fn fault(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    /// Counts a fault of a value in the column of that name.
    pub fn odd_value(&mut self, column: &str, fault: Fault) {
        // Looked up first: a column of odd values must not cost a name each.
        if !self.values.contains_key(column) {
            self.values.insert(column.to_owned(), BTreeMap::new());
        }
        if let Some(faults) = self.values.get_mut(column) {
            *faults.entry(fault).or_default() += 1;
        }
    }

    /// How often a fault was met, in whatever column.
    pub fn times(&self, fault: Fault) -> u64 {
        let all = std::iter::once(&self.faults).chain(self.values.values());
        all.filter_map(|faults| faults.get(&fault)).sum()
    }

    /// How many faults were met in all.
    pub fn total(&self) -> u64 {
        let all = std::iter::once(&self.faults).chain(self.values.values());
        all.flat_map(BTreeMap::values).sum()
    }

    /// Counts what was met in a geometry that was read.
    fn geometry(&mut self, reader: &ShapeReader) {
        reader.faults().iter().for_each(|fault| self.fault(*fault));
        self.with_z += u64::from(reader.has_z());
        self.with_m += u64::from(reader.has_m());
    }
}

/// What can be wrong with one feature, or with a value of it, without stopping its layer. A value
/// never costs its feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// NULL or EMPTY: the row is skipped.
    NoGeometry,
    /// NaN or infinite coordinates, or none that the projection can place: the row is skipped.
    NotOnEarth,
    /// Beyond 85.06° of latitude or 180° of longitude: moved to the edge of the map.
    Clamped,
    /// A line or a ring that jumps from one side of the map to the other: cut at 180°.
    Antimeridian,
    /// A ring around a pole, or around the whole world: what it encloses is not said, it is
    /// dropped, an exterior with its interiors.
    AroundPole,
    /// A ring without area or a polygon left without rings: that part is dropped.
    NoArea,
    /// The geometry could not be decoded: the row is skipped.
    Unreadable,
    /// The row's SRID is not the layer's: the row is skipped.
    OtherSrid,
    /// A value that the column's type does not explain: the attribute is absent.
    OddValue,
    /// NaN, infinite, or beyond what a double holds: the attribute is absent.
    NotFinite,
    /// A text that is no Unicode (another encoding, half a surrogate pair): the attribute is absent.
    NotUnicode,
    /// A value of another type than its column: it is kept as it is.
    OtherType,
    /// A text longer than [`MAX_TEXT`]: the attribute is absent.
    LongText,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoGeometry => "rows without geometry, skipped",
            Fault::NotOnEarth => "geometries with NaN or impossible coordinates, skipped",
            Fault::Clamped => "geometries beyond the edge of the map, moved to it",
            Fault::Antimeridian => "geometries that cross 180° of longitude, cut there",
            Fault::AroundPole => "rings around a pole, dropped; end them at 180° and the pole",
            Fault::NoArea => "rings without area, dropped",
            Fault::Unreadable => "geometries that cannot be decoded, skipped",
            Fault::OtherSrid => "geometries of another SRID than their layer's, skipped",
            Fault::OddValue => "values that their type does not explain, left out",
            Fault::NotFinite => "numbers that are NaN, infinite or too large, left out",
            Fault::NotUnicode => "texts that are not in UTF-8, left out; write them as UTF-8",
            Fault::OtherType => "values of another type than their column, kept as they are",
            Fault::LongText => "texts above 64 kB, left out",
        })
    }
}

/// The longest text that a tile carries, in bytes: one attribute must not outweigh the tile.
pub const MAX_TEXT: usize = 64 * 1024;

/// Why a source or one of its layers could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It will not work by trying again: wrong password, unknown role or database, no PostGIS.
    #[error("{0}")]
    Rejected(String),
    /// It may work later: nobody answers, or the connection broke.
    #[error("{0}")]
    Unreachable(String),
    /// This layer cannot be read; others can.
    #[error("{0}")]
    Layer(String),
    /// The sink asked to stop.
    #[error("stopped")]
    Stopped,
}

impl From<Stopped> for SourceError {
    fn from(_: Stopped) -> SourceError {
        SourceError::Stopped
    }
}

/// A number for a source as it is configured, that changes when something of it does, but not with
/// host or password: what was read from it before may be served before it answers.
pub fn key(source: &config::Source, layers: &[config::Layer]) -> u64 {
    let place = match &source.place {
        config::Place::Postgres(connection) => format!("{:?}", postgis::database(connection)),
        config::Place::File(path) => format!("{path:?}"),
        config::Place::Demo => "demo".to_owned(),
    };
    let layers: Vec<_> = layers.iter().filter(|layer| layer.source == source.name).collect();
    let text = format!("{:?}", (&source.name, place, source.publish_all, layers));
    xxh3_64(text.as_bytes())
}

/// What changes when a source's file is written; nothing for other sources, and where there is no file.
pub fn version(source: &config::Source) -> Option<String> {
    match &source.place {
        config::Place::File(path) => file::version(path),
        config::Place::Postgres(_) | config::Place::Demo => None,
    }
}

/// Why a layer is refused whose id another source has.
pub fn taken(id: &str) -> String {
    format!(
        "another source already has a layer \"{id}\": give this one an id of its own under [layers]"
    )
}

/// What is refused where a source as a whole is: its layers that are written out, and what else it would
/// publish, under its name.
pub fn refused_with(
    source: &config::Source,
    layers: &[config::Layer],
    reason: &str,
) -> Vec<Refused> {
    let written = layers.iter().filter(|layer| layer.source == source.name);
    let ids = written.map(|layer| &layer.id).chain(source.publish_all.then_some(&source.name));
    ids.map(|id| Refused { id: id.clone(), reason: reason.to_owned() }).collect()
}

/// Finds the layers of a source: those that are written out, and all others where the source
/// publishes all.
///
/// # Errors
/// When the source as a whole cannot be read. Layers that cannot are refused by name instead.
pub fn discover(
    source: &config::Source,
    layers: &[config::Layer],
) -> Result<Discovery, SourceError> {
    let mut discovery = match &source.place {
        config::Place::Postgres(_) => postgis::discover(source, layers)?,
        config::Place::File(path) => match tileset::discover(source, path, layers) {
            Some(discovery) => discovery,
            None => file::discover(source, layers)?,
        },
        config::Place::Demo => Discovery { layers: demo::layers(), ..Discovery::default() },
    };
    let Discovery { layers, refused, .. } = &mut discovery;
    layers.retain(|layer| match layer.unknown_column() {
        None => true,
        Some((key, column)) => {
            let names: Vec<_> = layer.columns.iter().map(|column| column.name.as_str()).collect();
            let reason = format!(
                "it carries no column {column:?} for `{key}`: it carries {}",
                names.join(", ")
            );
            refused.push(Refused { id: layer.id.clone(), reason });
            false
        }
    });
    Ok(discovery)
}

impl Layer {
    /// A column that the configuration names and that the layer does not carry, with the key that names
    /// it.
    fn unknown_column(&self) -> Option<(&'static str, &str)> {
        let config::Overview { class, rank, .. } = &self.overview;
        let classes = class.iter().flatten().map(|column| ("class", column.as_str()));
        let rank = rank.iter().map(|rank| ("rank", rank.column.as_str()));
        let About { territory, territory_name, .. } = &self.about;
        let territory = territory.iter().map(|column| ("territory", column.as_str()));
        let name = territory_name.iter().map(|column| ("territory_name", column.as_str()));
        let mut named = classes.chain(rank).chain(territory).chain(name);
        named.find(|(_, name)| !self.columns.iter().any(|c| c.name == *name))
    }

    /// A number for what the layer is and where it is read, that changes when something of it does,
    /// but not with host or password.
    pub fn definition(&self) -> u64 {
        let origin = match &self.origin {
            Origin::Postgis(relation) => relation.definition(),
            Origin::File(file) => format!("{file:?}"),
            Origin::Demo(theme) => format!("{theme:?}"),
        };
        let Layer {
            id,
            about,
            columns,
            left_out: _,
            zooms,
            buffer,
            overview,
            freshness: _,
            origin: _,
        } = self;
        let text = format!("{:?}", (id, about, columns, zooms, buffer, overview, origin));
        xxh3_64(text.as_bytes())
    }

    /// What changes whenever the layer's features do, where that is known without reading them.
    pub fn version(&self) -> Option<String> {
        match &self.origin {
            Origin::Postgis(_) => None,
            Origin::File(file) => file.version(),
            // Made by the program: the same as long as that is the same.
            Origin::Demo(_) => Some(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }

    /// Reads the whole layer on this thread, in the source's order.
    ///
    /// # Errors
    /// As [`SourceError`] says. What the sink has got by then is not the whole layer.
    pub fn read(
        &self,
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<Report, SourceError> {
        match &self.origin {
            Origin::Postgis(relation) => relation.read(sink, progress),
            Origin::File(file) => file.read(&self.columns, sink, progress),
            Origin::Demo(theme) => theme.read(sink, progress),
        }
    }
}
