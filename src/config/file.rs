//! The TOML file: which keys there are, and what each allows. `config/tuilerie.toml` documents
//! them for people; a test holds the two equal.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mistake::{Mistake, Mistakes};
use super::reader::{Reader, Section};
use super::role::ROLES;
use super::units::{self, BYTES, DURATION, ZOOMS};
use super::{
    Config, Connection, Folders, Freshness, Generalize, Layer, Overview, Place, Rank, Relation,
    Server, Source, Store,
};
use crate::geo::grid::FINEST_ZOOM;

/// The keys that a section of the file may have.
pub struct Keys {
    /// The section; `*` stands for a name of the user's choice.
    pub section: &'static str,
    /// Its keys.
    pub keys: &'static [&'static str],
}

/// Every key there is.
pub const KEYS: [&Keys; 7] = [&SERVER, &STORE, &STYLES, &FONTS, &SPRITES, &SOURCE, &LAYER];

const ROOT: [&str; 7] = ["server", "store", "styles", "fonts", "sprites", "sources", "layers"];
const SERVER: Keys = Keys {
    section: "server",
    keys: &[
        "listen",
        "public_url",
        "cache",
        "max_age",
        "tile_timeout",
        "tile_bytes",
        "tile_features",
        "map_pixels",
        "overlay_bytes",
        "cors_origins",
        "frame_ancestors",
    ],
};
const STORE: Keys = Keys { section: "store", keys: &["directory", "load_memory"] };
const STYLES: Keys = Keys { section: "styles", keys: &["folder"] };
const FONTS: Keys = Keys { section: "fonts", keys: &["folder"] };
const SPRITES: Keys = Keys { section: "sprites", keys: &["folder"] };
const SOURCE: Keys = Keys { section: "sources.*", keys: &["connection", "file", "publish_all"] };
const LAYER: Keys = Keys {
    section: "layers.*",
    keys: &[
        "source",
        "table",
        "sql",
        "geometry",
        "srid",
        "filter",
        "id",
        "properties",
        "zoom",
        "buffer",
        "detail",
        "class",
        "rank",
        "coverage",
        "generalize",
        "watch",
        "compare",
        "role",
        "territory",
        "territory_name",
        "title",
        "description",
        "attribution",
        "licence",
    ],
};

/// The name of the source that `DATABASE_URL` makes.
const DATABASE: &str = "database";

/// What proxies and browsers are told at most: a year, as RFC 9111's predecessors asked.
const MAX_AGE: Duration = Duration::from_secs(365 * 86_400);

/// Below, no tile is made in time on a busy machine; above, clients have left long ago.
/// From what a street needs to what no client draws.
const TILE_BYTES: std::ops::RangeInclusive<u64> = 10 << 10..=1 << 30;
const TILE_FEATURES: std::ops::RangeInclusive<u64> = 100..=10_000_000;
/// From a tile's half to what the renderer draws at most.
const MAP_PIXELS: std::ops::RangeInclusive<u32> = 256..=4096;

/// From a few markers to what takes some seconds to be drawn.
const OVERLAY_BYTES: std::ops::RangeInclusive<u64> = 1 << 10..=16 << 20;

const TILE_TIMEOUT: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(600);

/// With less, a layer of a département would be sorted in hundreds of runs.
const LOAD_MEMORY: u64 = 64 << 20;

/// PostGIS allows no greater SRID.
const MAX_SRID: u32 = 998_999;

/// Half a tile. With more, a tile would be mostly its neighbours.
const MAX_BUFFER: u16 = 2048;

/// Reads the configuration file at `path`, with the variables of the process.
///
/// # Errors
/// All mistakes in it, or that it cannot be read.
pub fn load(path: &Path) -> Result<Config, Mistakes> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&name, &text, &|variable| std::env::var(variable).ok()),
        Err(error) => Err(Mistakes(vec![Mistake {
            file: name,
            line: None,
            column: None,
            key: String::new(),
            value: None,
            problem: format!("cannot be read: {error}"),
        }])),
    }
}

/// Reads a configuration. `name` is the file's path: mistakes name it, and relative paths in it
/// start from its directory. An empty text is the configuration of a server without a file.
///
/// # Errors
/// All mistakes in it.
pub fn parse(
    name: &str,
    text: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Mistakes> {
    let (mut reader, document) = Reader::new(name, text, env)?;
    let root = reader.root(&document, &ROOT);
    let directory = Path::new(name).parent().unwrap_or(Path::new(""));

    let server = server(&mut reader, &root);
    let store = store(&mut reader, &root, directory);
    let mut folder = |keys: &Keys| folder(&mut reader, &root, keys, directory);
    let folders =
        Folders { styles: folder(&STYLES), fonts: folder(&FONTS), sprites: folder(&SPRITES) };
    let mut offers: Vec<_> = reader
        .sections(&root, "sources", SOURCE.keys)
        .iter()
        .map(|section| offer(&mut reader, section, directory))
        .collect();
    if offers.is_empty() {
        offers.extend(database(&mut reader, env));
    }
    let sections = reader.sections(&root, "layers", LAYER.keys);
    let layers: Vec<_> =
        sections.iter().filter_map(|section| layer(&mut reader, section, &offers)).collect();
    refuse_shared_roles(&mut reader, &sections, &layers);
    let sources = offers.into_iter().filter_map(|offer| offer.into_source(&layers)).collect();
    reader.finish(Config { server, store, folders, sources, layers })
}

fn server(reader: &mut Reader<'_>, root: &Section<'_>) -> Server {
    let default = Server::default();
    let Some(section) = &reader.section(root, "server", SERVER.keys) else {
        return default;
    };
    let listen = "ADDRESS:PORT, such as \"127.0.0.1:3000\", \"0.0.0.0:3000\" or \"[::]:3000\"";
    let url = "an http:// or https:// address with or without a path, and nothing after it";
    let timeout = "a duration from \"100ms\" to \"10min\"";
    Server {
        listen: reader
            .text(section, "listen", listen, |text| text.parse::<SocketAddr>().ok())
            .unwrap_or(default.listen),
        public_url: reader.text(section, "public_url", url, public_url),
        cache: reader.quantity(section, "cache", BYTES, units::bytes).unwrap_or(default.cache),
        max_age: reader
            .quantity(section, "max_age", &format!("{DURATION}; \"365d\" at most"), |text| {
                units::duration(text).filter(|age| *age <= MAX_AGE)
            })
            .unwrap_or(default.max_age),
        tile_timeout: reader
            .quantity(section, "tile_timeout", timeout, |text| {
                units::duration(text).filter(|timeout| TILE_TIMEOUT.contains(timeout))
            })
            .unwrap_or(default.tile_timeout),
        tile_bytes: reader
            .quantity(section, "tile_bytes", "a size from \"10kB\" to \"1GB\"", |text| {
                units::bytes(text).filter(|bytes| TILE_BYTES.contains(bytes))
            })
            .unwrap_or(default.tile_bytes),
        tile_features: reader
            .integer(section, "tile_features", *TILE_FEATURES.start(), *TILE_FEATURES.end())
            .unwrap_or(default.tile_features),
        map_pixels: reader
            .integer(section, "map_pixels", *MAP_PIXELS.start(), *MAP_PIXELS.end())
            .unwrap_or(default.map_pixels),
        overlay_bytes: reader
            .quantity(section, "overlay_bytes", "a size from \"1kB\" to \"16MB\"", |text| {
                units::bytes(text).filter(|bytes| OVERLAY_BYTES.contains(bytes))
            })
            .unwrap_or(default.overlay_bytes),
        cors_origins: origins(reader, section, "cors_origins").unwrap_or(default.cors_origins),
        frame_ancestors: origins(reader, section, "frame_ancestors")
            .unwrap_or(default.frame_ancestors),
    }
}

/// Origins, none of them for all.
fn origins(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> Option<Vec<String>> {
    const ALL: &str = "*";
    let allowed = "[\"*\"] for all, or origins such as [\"https://carte.example.org\"]";
    let origins = reader.texts(section, key, allowed, |text| {
        // Browsers send an origin in lower case and without a path.
        let is_origin = public_url(text).is_some_and(|url| url == text && !has_path(text));
        (text == ALL || is_origin).then(|| text.to_ascii_lowercase())
    })?;
    match origins.as_slice() {
        [only] if only == ALL => Some(Vec::new()),
        [_, ..] if !origins.iter().any(|origin| origin == ALL) => Some(origins),
        _ => {
            reader.mistake_at(section, key, &format!("allowed is {allowed}"));
            None
        }
    }
}

/// A web address as other addresses can start with: no slash at its end, no query, no user.
fn public_url(text: &str) -> Option<String> {
    let url = text.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    // An IPv6 host has colons of its own, and ends with a bracket.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_characters = |c: char| c.is_ascii_alphanumeric() || ".-[]:".contains(c);
    let path_characters = |c: char| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/".contains(c);
    let holds = !host.is_empty()
        && host.chars().all(host_characters)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && path.chars().all(path_characters);
    holds.then(|| url.to_owned())
}

fn has_path(url: &str) -> bool {
    url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'))
}

fn store(reader: &mut Reader<'_>, root: &Section<'_>, directory: &Path) -> Store {
    let default = Store::default();
    let Some(section) = &reader.section(root, "store", STORE.keys) else {
        return default;
    };
    let path = reader.text(section, "directory", "a path", filled);
    Store {
        directory: path.map(|path| directory.join(path)),
        load_memory: reader
            .quantity(section, "load_memory", "a size of \"64MB\" or more", |text| {
                units::bytes(text).filter(|bytes| *bytes >= LOAD_MEMORY)
            })
            .unwrap_or(default.load_memory),
    }
}

fn folder(
    reader: &mut Reader<'_>,
    root: &Section<'_>,
    keys: &Keys,
    directory: &Path,
) -> Option<PathBuf> {
    let section = reader.section(root, keys.section, keys.keys)?;
    reader.text(&section, "folder", "a path", filled).map(|path| directory.join(path))
}

/// What a layer shows below its detail.
fn overview(reader: &mut Reader<'_>, section: &Section<'_>) -> Overview {
    let rank = "a column, or \"COLUMN desc\" where the largest values come first";
    let generalize = "\"thin\" or \"cluster\"";
    Overview {
        detail: reader.integer(section, "detail", 0, FINEST_ZOOM),
        class: reader.texts(section, "class", "names of columns", filled),
        rank: reader.text(section, "rank", rank, |text| {
            let (column, descending) = match text.trim_end().strip_suffix(" desc") {
                Some(column) => (column, true),
                None => (text, false),
            };
            filled(column.trim()).map(|column| Rank { column, descending })
        }),
        coverage: reader.boolean(section, "coverage"),
        generalize: reader
            .text(section, "generalize", generalize, |text| match text {
                "thin" => Some(Generalize::Thin),
                "cluster" => Some(Generalize::Cluster),
                _ => None,
            })
            .unwrap_or_default(),
    }
}

/// How a layer is kept as fresh as its source.
fn freshness(reader: &mut Reader<'_>, section: &Section<'_>) -> Freshness {
    let default = Freshness::default();
    let allowed = "a duration of \"1s\" or more";
    Freshness {
        watch: reader.boolean(section, "watch").unwrap_or(default.watch),
        compare: reader
            .quantity(section, "compare", allowed, |text| {
                units::duration(text).filter(|period| *period >= Duration::from_secs(1))
            })
            .unwrap_or(default.compare),
    }
}

/// A source as far as it could be read: with its place unless that is a mistake, so that layers
/// that name it are not mistaken for it.
struct Offer {
    name: String,
    place: Option<Place>,
    publish_all: Option<bool>,
}

impl Offer {
    fn into_source(self, layers: &[Layer]) -> Option<Source> {
        let named = || layers.iter().any(|layer| layer.source == self.name);
        Some(Source {
            place: self.place?,
            publish_all: self.publish_all.unwrap_or_else(|| !named()),
            name: self.name,
        })
    }
}

fn offer(reader: &mut Reader<'_>, section: &Section<'_>, directory: &Path) -> Offer {
    let form = "\"postgresql://user@host/database\" or \"host=… dbname=…\"";
    let connection = reader.text(section, "connection", form, Connection::recognise);
    let file = reader.text(section, "file", "a path", filled).map(|file| directory.join(file));
    if section.has("connection") == section.has("file") {
        reader.mistake(section, "allowed is one of connection and file");
    }
    Offer {
        name: section.name.to_owned(),
        place: connection.map(Place::Postgres).or(file.map(Place::File)),
        publish_all: reader.boolean(section, "publish_all"),
    }
}

/// The source that stands in the environment alone.
fn database(reader: &mut Reader<'_>, env: &dyn Fn(&str) -> Option<String>) -> Option<Offer> {
    let text = env("DATABASE_URL").filter(|text| !text.is_empty())?;
    let place = Connection::recognise(&text).map(Place::Postgres);
    if place.is_none() {
        reader.environment_mistake("DATABASE_URL", "allowed is postgresql://user@host/database");
    }
    Some(Offer { name: DATABASE.to_owned(), place, publish_all: None })
}

fn layer(reader: &mut Reader<'_>, section: &Section<'_>, offers: &[Offer]) -> Option<Layer> {
    if !is_layer_id(section.name) {
        let allowed =
            "a layer's name has 1 to 200 bytes, no control characters, not \".\" or \"..\"";
        reader.mistake(section, allowed);
    }
    let offer = source_of_layer(reader, section, offers);
    let table = reader.text(section, "table", "the name of a table or layer", filled);
    let sql = reader.text(section, "sql", "a query", filled);
    if section.has("table") && section.has("sql") {
        reader.mistake(section, "allowed is one of table and sql");
    }
    if let Some(Offer { place: Some(Place::File(_)), name, .. }) = offer {
        reader.mistake_at(section, "sql", &format!("{name} is a file: sql needs a database"));
    }
    let column = "the name of a column";
    Some(Layer {
        id: section.name.to_owned(),
        relation: sql.map(Relation::Sql).or(table.map(Relation::Table)).unwrap_or_default(),
        geometry: reader.text(section, "geometry", column, filled),
        srid: reader.integer(section, "srid", 1, MAX_SRID),
        filter: reader.text(section, "filter", "a SQL condition", filled),
        key: reader.text(section, "id", column, filled),
        properties: reader.texts(section, "properties", "names of columns", filled),
        zooms: reader.text(section, "zoom", ZOOMS, units::zooms),
        buffer: reader.integer(section, "buffer", 0, MAX_BUFFER),
        overview: overview(reader, section),
        freshness: freshness(reader, section),
        role: reader.name(section, "role", &ROLES).map(str::to_owned),
        territory: reader.text(section, "territory", column, filled),
        territory_name: reader.text(section, "territory_name", column, filled),
        title: reader.text(section, "title", "a text", filled),
        description: reader.text(section, "description", "a text", filled),
        attribution: reader.text(section, "attribution", "a text", filled),
        licence: reader.text(section, "licence", "a text", filled),
        source: offer?.name.clone(),
    })
}

/// Styles draw one layer a role.
fn refuse_shared_roles(reader: &mut Reader<'_>, sections: &[Section<'_>], layers: &[Layer]) {
    for (index, layer) in layers.iter().enumerate() {
        let Some(role) = layer.role() else { continue };
        let first = layers[..index].iter().find(|other| other.role() == Some(role));
        let section = sections.iter().find(|section| section.name == layer.id);
        if let (Some(first), Some(section)) = (first, section) {
            let problem =
                format!("the layer {:?} has the role {role:?} too: allowed is one", first.id);
            reader.mistake(section, problem);
        }
    }
}

/// The source that a layer names, or the only one there is.
fn source_of_layer<'o>(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    offers: &'o [Offer],
) -> Option<&'o Offer> {
    let list = offers.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>().join(", ");
    if section.has("source") {
        return reader.text(section, "source", &format!("one of {list}"), |text| {
            offers.iter().find(|offer| offer.name == text)
        });
    }
    match offers {
        [only] => Some(only),
        [] => {
            reader.mistake(section, "no source: write [sources.NAME], or set DATABASE_URL");
            None
        }
        _ => {
            reader.mistake(section, format!("which source? allowed is source = one of {list}"));
            None
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Whether a text can stand in an address: clients resolve `.` and `..` even when they are
/// percent-encoded, and three names of PostgreSQL with dots between have 191 bytes.
pub fn is_layer_id(text: &str) -> bool {
    (1..=200).contains(&text.len())
        && !text.chars().any(char::is_control)
        && !matches!(text, "." | "..")
}
