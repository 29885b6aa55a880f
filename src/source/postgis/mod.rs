//! Tables of a PostgreSQL database with PostGIS, its views, and queries on them. What there is is
//! read from the catalogue, rows by one binary COPY a layer, in the table's own CRS. Nothing here
//! is called when a tile is asked for, and only `tuilerie demo --load` and `tuilerie watch` write.
//!
//! In the order of the work:
//! - `connect`: how a connection is opened, `tls` beside it; `session`: an open one, its time limits, what its
//!   errors mean
//! - `catalogue`: the spatial tables, their columns, keys and comments, by `queries`
//! - `choice`: which of them are layers, under which ids
//! - `describe`: one of them as a [`Layer`](super::Layer), or why it cannot be one
//! - `srid`: where its coordinates are
//! - `values`: types of columns, and what their bytes say
//! - `load`: the COPY
//! - [`changes`]: what changed since
//! - `demo`: the made-up commune as tables, for `tuilerie demo --load`
//! - `sql`: identifiers and text, quoted

mod catalogue;
pub mod changes;
mod choice;
mod connect;
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
    /// Its condition.
    filter: Option<String>,
    /// The column that is the features' id.
    key: Option<String>,
    /// Whether its changes can be.
    followed: Followed,
    values: Vec<Encoding>,
    srid: u32,
    projection: Projection,
    /// How many rows the planner thinks there are, 0 where it does not know.
    estimated_rows: u64,
}

/// Whether the changes of a relation can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    /// As those of a table, which was so when it was discovered.
    Table { oid: u32, structure: u64 },
    /// Not, because this is what it is.
    Not(&'static str),
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

/// The database that a connection string names, whatever its host: its name, or, where it has none,
/// the role, as libpq takes it. Nothing where the string cannot be read.
pub fn database(connection: &Connection) -> Option<String> {
    let config: tokio_postgres::Config = connection.secret().parse().ok()?;
    config.get_dbname().or(config.get_user()).map(str::to_owned)
}

/// The role that a connection string names.
pub fn role(connection: &Connection) -> Option<String> {
    let config: tokio_postgres::Config = connection.secret().parse().ok()?;
    config.get_user().map(str::to_owned)
}

impl Relation {
    /// What is read and how it is understood, in words; not from which host.
    pub fn definition(&self) -> String {
        let Relation {
            connection: _, select, filter, key, followed, values, srid, projection, ..
        } = self;
        format!("{:?}", (select, filter, key, followed, values, srid, projection))
    }

    /// The query that reads all rows, or those of some ids.
    fn query(&self, ids: Option<&[u64]>) -> String {
        let filter = self.filter.as_ref().map(|filter| format!("(\n{filter}\n)"));
        let ids = ids.map(|ids| match &self.key {
            // The bare column, so that its index serves.
            Some(key) => format!("{} = ANY ({}::int8[])", sql::identifier(key), sql::numbers(ids)),
            None => "false".to_owned(),
        });
        let conditions: Vec<String> = filter.into_iter().chain(ids).collect();
        match conditions[..] {
            [] => self.select.clone(),
            _ => format!("{} WHERE {}", self.select, conditions.join(" AND ")),
        }
    }

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
