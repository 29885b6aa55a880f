//! What the system catalogue says of the spatial tables: read in three queries, whatever their
//! number. Not through `geometry_columns`, a view that checks every column of the database.

use std::collections::HashMap;

use tokio_postgres::Row;

use super::queries::{COLUMNS, KEYS, POSTGIS_SCHEMA, TABLES, TYPES};
use super::session::Session;
use super::values::{Encoding, TypeFacts};
use super::{Followed, changes, sql};
use crate::source::SourceError;

/// The spatial tables of a database, in the order of their names.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// The schema that PostGIS is installed in.
    pub(super) postgis: String,
    pub(super) tables: Vec<Table>,
}

/// A table, partitioned table, view, materialised view or foreign table; or what a query returns.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) schema: String,
    pub(super) name: String,
    /// As a FROM item.
    pub(super) from: String,
    /// How many rows the planner thinks there are, 0 where it does not know.
    pub(super) estimated_rows: u64,
    pub(super) comment: Option<String>,
    /// Whether its changes can be followed.
    pub(super) followed: Followed,
    /// The column that is unique, never null and an integer.
    pub(super) key: Option<String>,
    pub(super) columns: Vec<TableColumn>,
}

#[derive(Debug)]
pub(super) struct TableColumn {
    pub(super) name: String,
    pub(super) facts: TypeFacts,
    /// Whether it is PostGIS's `geometry` or `geography`.
    pub(super) spatial: bool,
    /// The SRID that the type itself says: `geometry(Point, 2154)`.
    pub(super) srid: Option<u32>,
    /// Whether the role may read it.
    pub(super) readable: bool,
}

impl Table {
    /// The columns that are geometries or geographies.
    pub(super) fn geometries(&self) -> impl Iterator<Item = &TableColumn> {
        self.columns.iter().filter(|column| column.spatial)
    }

    pub(super) fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl TableColumn {
    pub(super) fn is_geography(&self) -> bool {
        self.spatial && self.facts.name == "geography"
    }

    pub(super) fn is_integer(&self) -> bool {
        Encoding::of(&self.facts) == Ok(Encoding::Int)
    }
}

impl Catalogue {
    pub(super) async fn read(session: &Session) -> Result<Catalogue, SourceError> {
        Catalogue::query(session).await.map_err(|error| match error {
            // Without the catalogue there is no layer that could be wrong.
            SourceError::Layer(reason) => {
                SourceError::Rejected(format!("{}: {reason}", session.place))
            }
            error => error,
        })
    }

    async fn query(session: &Session) -> Result<Catalogue, SourceError> {
        let postgis = postgis_schema(session).await?;
        let rows = session.query(TABLES, &[&postgis]).await?;
        let oids: Vec<u32> = rows.iter().map(|row| row.get("oid")).collect();
        let mut columns = columns(session, &postgis, &oids).await?;
        let keys = keys(session, &oids).await?;
        let followed = changes::tables::read(session, &oids).await?;
        let tables = rows
            .iter()
            .map(|row| {
                let oid: u32 = row.get("oid");
                let columns = columns.remove(&oid).unwrap_or_default();
                let structure = followed.get(&oid).map(|table| table.structure);
                table(row, columns, keys.get(&oid), structure)
            })
            .collect();
        Ok(Catalogue { postgis, tables })
    }
}

async fn postgis_schema(session: &Session) -> Result<String, SourceError> {
    let rows = session.query(POSTGIS_SCHEMA, &[]).await?;
    rows.first().map(|row| row.get(0)).ok_or_else(|| {
        SourceError::Rejected(format!(
            "{} has no PostGIS extension: CREATE EXTENSION postgis",
            session.place
        ))
    })
}

fn table(
    row: &Row,
    columns: Vec<TableColumn>,
    key: Option<&String>,
    structure: Option<u64>,
) -> Table {
    let (schema, name): (String, String) = (row.get("schema"), row.get("name"));
    let followed = match (letter(row, "kind"), structure) {
        ('r' | 'p', Some(structure)) => Followed::Table { oid: row.get("oid"), structure },
        ('v', _) => Followed::Not("a view"),
        ('m', _) => Followed::Not("a materialised view"),
        _ => Followed::Not("a foreign table"),
    };
    let rows: f64 = row.get("rows");
    Table {
        from: sql::qualified(&schema, &name),
        schema,
        name,
        // `as` saturates: -1 says that the table was never analysed.
        estimated_rows: rows as u64,
        comment: row.get("comment"),
        followed,
        key: key.cloned(),
        columns,
    }
}

/// The columns of some tables, by table, in their order.
async fn columns(
    session: &Session,
    postgis: &str,
    tables: &[u32],
) -> Result<HashMap<u32, Vec<TableColumn>>, SourceError> {
    let query = COLUMNS.replace("{typmod_srid}", &sql::qualified(postgis, "postgis_typmod_srid"));
    let mut columns: HashMap<u32, Vec<TableColumn>> = HashMap::new();
    for row in session.query(&query, &[&tables, &postgis]).await? {
        let column = column(row.get("name"), &row, row.get("readable"));
        columns.entry(row.get("table")).or_default().push(column);
    }
    Ok(columns)
}

/// The key columns of some tables, by table.
async fn keys(session: &Session, tables: &[u32]) -> Result<HashMap<u32, String>, SourceError> {
    let rows = session.query(KEYS, &[&tables]).await?;
    Ok(rows.iter().map(|row| (row.get("table"), row.get("name"))).collect())
}

/// What a configured query returns, as if it were a table.
pub(super) async fn describe_query(
    session: &Session,
    postgis: &str,
    query: &str,
) -> Result<Table, SourceError> {
    let from = sql::subquery(query);
    let statement = session.try_prepare(&format!("SELECT * FROM {from}")).await?;
    let oids: Vec<u32> = statement.columns().iter().map(|column| column.type_().oid()).collect();
    let typmods: Vec<i32> = statement.columns().iter().map(|c| c.type_modifier()).collect();
    let types = TYPES.replace("{typmod_srid}", &sql::qualified(postgis, "postgis_typmod_srid"));
    let rows = session.query(&types, &[&oids, &typmods, &postgis]).await?;
    let columns = statement.columns().iter().zip(&rows);
    Ok(Table {
        schema: String::new(),
        name: "the query".to_owned(),
        from,
        estimated_rows: 0,
        comment: None,
        followed: Followed::Not("a query"),
        key: None,
        columns: columns.map(|(c, row)| column(c.name().to_owned(), row, true)).collect(),
    })
}

fn column(name: String, row: &Row, readable: bool) -> TableColumn {
    // NULL for what is not spatial, 0 for what states none.
    let srid: Option<i32> = row.get("srid");
    TableColumn {
        name,
        facts: TypeFacts {
            schema: row.get("type_schema"),
            name: row.get("type"),
            kind: letter(row, "type_kind"),
            category: letter(row, "type_category"),
        },
        spatial: srid.is_some(),
        srid: srid.and_then(|srid| u32::try_from(srid).ok()).filter(|srid| *srid != 0),
        readable,
    }
}

/// A value of PostgreSQL's type `"char"`.
pub(super) fn letter(row: &Row, column: &str) -> char {
    u8::try_from(row.get::<_, i8>(column)).map_or('?', char::from)
}
