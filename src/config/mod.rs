//! config: what was written becomes what holds. Everything is checked here, once, and all
//! mistakes are told at once; what the rest of the program sees cannot be wrong.
//!
//! - [`file`]: the TOML file → [`Config`], or all its mistakes
//! - [`connection`]: connection strings, which never show their password
//! - [`role`]: what a layer is to the shipped styles
//! - [`units`]: sizes, durations and zoom ranges as people write them
//! - [`mistake`]: what is wrong, with file, line, key, value and what is allowed
//! - `reader`: values out of a TOML document, mistakes kept
//! - `environment`: `${NAME}` and `${NAME:-default}`

pub mod connection;
mod environment;
pub mod file;
pub mod mistake;
mod reader;
pub mod role;
pub mod units;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use connection::Connection;
pub use mistake::{Mistake, Mistakes};
pub use reader::did_you_mean;

use crate::geo::tile::ZoomRange;

/// A checked configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// How the server listens and answers.
    pub server: Server,
    /// Where what was read is kept.
    pub store: Store,
    /// Where styles of the user's own are, and what they are made of.
    pub folders: Folders,
    /// Where layers come from.
    pub sources: Vec<Source>,
    /// The layers that are written out, in the file's order.
    pub layers: Vec<Layer>,
}

/// How the server listens and answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address that clients use, with its path prefix and no slash at its end. Without it,
    /// addresses come from the request's Host.
    pub public_url: Option<String>,
    /// How much memory finished tiles may take, in bytes; 0 keeps none.
    pub cache: u64,
    /// How long browsers and proxies may keep a tile before they ask again.
    pub max_age: Duration,
    /// How long one answer may take to make.
    pub tile_timeout: Duration,
    /// How many bytes a tile may have before it is compressed.
    pub tile_bytes: u64,
    /// How many features a tile may hold.
    pub tile_features: u64,
    /// How many pixels a drawn map may have along a side.
    pub map_pixels: u32,
    /// How large GeoJSON may be that a request lays over one, in bytes.
    pub overlay_bytes: u64,
    /// The origins whose pages may read answers; empty for all.
    pub cors_origins: Vec<String>,
    /// The origins whose pages may hold the map in a frame, beside the server's own; empty for all.
    pub frame_ancestors: Vec<String>,
}

/// Where what was read is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    /// The directory of segments; only memory holds them when absent.
    pub directory: Option<PathBuf>,
    /// How much memory features may take while they are put into order, in bytes.
    pub load_memory: u64,
}

/// Folders that are read at start, beside what the binary carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Of MapLibre styles.
    pub styles: Option<PathBuf>,
    /// Of TrueType and OpenType fonts.
    pub fonts: Option<PathBuf>,
    /// Of SVG images.
    pub sprites: Option<PathBuf>,
}

/// A place that layers come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What layers call it.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Whether all that it has is published, or only the layers written out.
    pub publish_all: bool,
}

/// Where a source is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A PostgreSQL database.
    Postgres(Connection),
    /// A GeoJSON, FlatGeobuf, GeoPackage, PMTiles or MBTiles file.
    File(PathBuf),
    /// The built-in made-up commune.
    Demo,
}

/// A layer that is written out. What is absent comes from the source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// The id in addresses.
    pub id: String,
    /// The name of its source.
    pub source: String,
    /// What to read there.
    pub relation: Relation,
    /// The geometry column, where there are several.
    pub geometry: Option<String>,
    /// The SRID, where the source does not say it.
    pub srid: Option<u32>,
    /// A SQL condition on the rows.
    pub filter: Option<String>,
    /// The column that is the feature's id, instead of the primary key.
    pub key: Option<String>,
    /// The columns to serve, instead of all.
    pub properties: Option<Vec<String>>,
    /// The zooms at which it is served.
    pub zooms: Option<ZoomRange>,
    /// How far beyond a tile's edge features are included, in tile units.
    pub buffer: Option<u16>,
    /// What tiles show below its detail.
    pub overview: Overview,
    /// How it is kept as fresh as its source.
    pub freshness: Freshness,
    /// What it is to the shipped styles, one of [`role::ROLES`]; without it, what its id says.
    pub role: Option<String>,
    /// The column with the codes of territories, whose outlines its features are.
    pub territory: Option<String>,
    /// The column with their names.
    pub territory_name: Option<String>,
    /// A short name.
    pub title: Option<String>,
    /// A sentence or more.
    pub description: Option<String>,
    /// Who must be named on the map.
    pub attribution: Option<String>,
    /// Under which terms it may be used.
    pub licence: Option<String>,
}

impl Layer {
    /// What it is to the shipped styles: as written, or else as its id says.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref().or(role::named(&self.id))
    }
}

/// What tiles show below the zoom from which they show a layer's features as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// That zoom; the lowest at which all tiles are light, 14 at the most, when absent.
    pub detail: Option<u8>,
    /// The columns that overviews carry; those of few values when absent.
    pub class: Option<Vec<String>>,
    /// Which points stay where not all can be shown; drawn by lot when absent.
    pub rank: Option<Rank>,
    /// Whether its polygons lie side by side; found out when absent.
    pub coverage: Option<bool>,
    /// What becomes of points.
    pub generalize: Generalize,
}

/// How a layer is kept as fresh as its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// Whether its changes are followed, where the database tells of them.
    pub watch: bool,
    /// How often it is compared with its source all the same.
    pub compare: Duration,
}

impl Default for Freshness {
    fn default() -> Freshness {
        Freshness { watch: true, compare: Duration::from_secs(3600) }
    }
}

/// A column whose values say who comes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    /// Its name.
    pub column: String,
    /// Whether the largest come first.
    pub descending: bool,
}

/// What becomes of points that are too many to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generalize {
    /// Some stay.
    #[default]
    Thin,
    /// Those near each other become one that says how many it stands for.
    Cluster,
}

/// What a configured layer reads in its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Relation {
    /// The table or file layer named like the layer's id.
    #[default]
    SameName,
    /// A table, view or file layer; for PostgreSQL `name` or `schema.name`.
    Table(String),
    /// A SQL query.
    Sql(String),
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: None,
            // Some 30,000 gzipped tiles of a town: a working day of a département's visitors.
            cache: 512 << 20,
            max_age: Duration::from_secs(60),
            tile_timeout: Duration::from_secs(20),
            // What a telephone takes in a second, and draws without stuttering.
            tile_bytes: 750 << 10,
            tile_features: 50_000,
            // A poster of A3 at 250 dots an inch; 64 MB while it is drawn.
            map_pixels: 4096,
            // A commune's streets, or ten thousand markers.
            overlay_bytes: 1 << 20,
            cors_origins: Vec::new(),
            frame_ancestors: Vec::new(),
        }
    }
}

impl Default for Store {
    fn default() -> Store {
        // Some eight million kerbs at a time.
        Store { directory: None, load_memory: 1 << 30 }
    }
}

/// The buffer of a layer that says nothing, in tile units of 4096: 8 of a tile's 512 pixels, so
/// that lines and circles up to 16 pixels wide are whole at a tile's edge.
pub const DEFAULT_BUFFER: u16 = 64;
