//! Tables of a PostgreSQL database with PostGIS, its views, and queries on them. What there is is
//! read from the catalogue, rows by one binary COPY a layer, in the table's own CRS. Nothing here
//! is called when a tile is asked for, and only `demo` writes.
//!
//! In the order of the work:
//! - `session`: a connection, its time limits, what its errors mean; `tls` beside it
//! - `catalogue`: the spatial tables, their columns, keys and comments, by `queries`
//! - `choice`: which of them are layers, under which ids
//! - `describe`: one of them as a [`Layer`](super::Layer), or why it cannot be one
//! - `srid`: where its coordinates are
//! - `values`: types of columns, and what their bytes say
//! - `load`: the COPY
//! - `demo`: the made-up commune as tables, for `tuilerie demo --load`
//! - `sql`: identifiers and text, quoted

mod catalogue;
mod choice;
mod demo;
mod describe;
mod load;
mod queries;
mod session;
mod sql;
mod srid;
mod tls;
mod values;

pub use self::demo::{Loaded, SCHEMA as DEMO_SCHEMA, load_demo};

use self::catalogue::Catalogue;
use self::session::Session;
use self::values::Encoding;
use super::{Discovery, FeatureSink, Progress, Refused, Report, SourceError};
use crate::config::{self, Connection};
use crate::geo::projection::Projection;

/// A table, view or query with one geometry column: all that a reading needs to know.
#[derive(Clone, Debug)]
pub struct Relation {
    connection: Connection,
    /// The query whose rows are the features: the geometry, the key if there is one, the values.
    select: String,
    has_key: bool,
    values: Vec<Encoding>,
    srid: u32,
    projection: Projection,
    /// How many rows the planner thinks there are, 0 where it does not know.
    estimated_rows: u64,
}

/// Finds the layers of a database: those written out in `layers` for this source, and with
/// `publish_all` every other table, view and foreign table that the role may read.
///
/// Runs on the calling thread, which must not be one of an async runtime.
///
/// # Errors
/// [`SourceError::Rejected`] and [`SourceError::Unreachable`] for the database as a whole; what is
/// wrong with one layer is among [`Discovery::refused`].
pub fn discover(
    source: &config::Source,
    layers: &[config::Layer],
) -> Result<Discovery, SourceError> {
    let config::Place::Postgres(connection) = &source.place else {
        return Ok(Discovery::default());
    };
    session::block_on(async {
        let session = Session::open(connection).await?;
        let discovery = discover_in(&session, connection, source, layers).await;
        session.close().await;
        discovery
    })
}

async fn discover_in(
    session: &Session,
    connection: &Connection,
    source: &config::Source,
    layers: &[config::Layer],
) -> Result<Discovery, SourceError> {
    session.begin_catalogue_read().await?;
    let catalogue = Catalogue::read(session).await?;
    let mut discovery = Discovery::default();
    for choice in choice::choose(source, layers, &catalogue) {
        let id = choice.id.clone();
        match describe::describe(session, connection, &catalogue, choice).await {
            Ok(layer) => discovery.layers.push(layer),
            Err(SourceError::Layer(reason)) => discovery.refused.push(Refused { id, reason }),
            Err(error) => return Err(error),
        }
    }
    Ok(discovery)
}

impl Relation {
    /// Reads all rows on the calling thread, which must not be one of an async runtime.
    ///
    /// # Errors
    /// As [`SourceError`] says.
    pub fn read(
        &self,
        sink: &mut dyn FeatureSink,
        progress: &Progress,
    ) -> Result<Report, SourceError> {
        session::block_on(load::load(self, sink, progress))
    }
}
