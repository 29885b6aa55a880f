//! What a source finds and reads, kept to be looked at.

use tuilerie::config::{self, Connection, Place};
use tuilerie::geo::shape::{Shape, ShapeKind};
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::{
    Discovery, Fault, FeatureSink, Layer, Progress, Report, SourceError, Stopped, Value, postgis,
};

use super::postgres::Database;

/// A feature as a sink gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    pub id: Option<u64>,
    pub shape: Shape,
    /// As they print, without the kind: `Null`, `true`, `12`, `1.5`, `text`.
    pub values: Vec<String>,
}

impl Feature {
    pub fn kind(&self) -> ShapeKind {
        self.shape.kind()
    }

    pub fn parts(&self) -> Vec<&[WorldPoint]> {
        self.shape.parts().collect()
    }
}

/// A sink that keeps everything.
#[derive(Default)]
pub struct Kept(pub Vec<Feature>);

impl FeatureSink for Kept {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        let values = values.iter().map(shown).collect();
        self.0.push(Feature { id, shape: shape.clone(), values });
        Ok(())
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Null => "Null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Text(value) => (*value).to_owned(),
    }
}

/// A source that publishes all that a connection finds.
pub fn source(url: &str) -> config::Source {
    config::Source {
        name: "db".to_owned(),
        place: Place::Postgres(Connection::new(url)),
        publish_all: true,
    }
}

/// A layer of that source, reading the table of its name.
pub fn layer(id: &str) -> config::Layer {
    config::Layer { id: id.to_owned(), source: "db".to_owned(), ..config::Layer::default() }
}

/// All that is found in a database.
pub fn discover(database: &Database) -> Discovery {
    postgis::discover(&source(&database.url()), &[]).unwrap()
}

/// Only the layers that are written out.
pub fn discover_only(database: &Database, layers: &[config::Layer]) -> Discovery {
    let source = config::Source { publish_all: false, ..source(&database.url()) };
    postgis::discover(&source, layers).unwrap()
}

/// The layer of that id.
pub fn find<'a>(discovery: &'a Discovery, id: &str) -> &'a Layer {
    let found = discovery.layers.iter().find(|layer| layer.id == id);
    found.unwrap_or_else(|| panic!("no layer {id} in {discovery:?}"))
}

/// Why the layer of that id is refused.
pub fn refusal<'a>(discovery: &'a Discovery, id: &str) -> &'a str {
    let found = discovery.refused.iter().find(|refused| refused.id == id);
    &found.unwrap_or_else(|| panic!("no refused layer {id} in {discovery:?}")).reason
}

/// The ids of what can be read.
pub fn ids(discovery: &Discovery) -> Vec<&str> {
    discovery.layers.iter().map(|layer| layer.id.as_str()).collect()
}

/// Reads a layer.
pub fn read(layer: &Layer) -> (Vec<Feature>, Report) {
    try_read(layer).unwrap_or_else(|error| panic!("{}: {error}", layer.id))
}

/// Reads a layer, or says why not.
pub fn try_read(layer: &Layer) -> Result<(Vec<Feature>, Report), SourceError> {
    let mut kept = Kept::default();
    let report = layer.read(&mut kept, &Progress::default())?;
    assert_eq!(report.features, kept.0.len() as u64);
    Ok((kept.0, report))
}

/// How often a fault was met.
pub fn count(report: &Report, fault: Fault) -> u64 {
    report.faults.get(&fault).copied().unwrap_or_default()
}
