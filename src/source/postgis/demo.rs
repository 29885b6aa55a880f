//! Writes the made-up commune into a database: schema `demo`, one table a layer, all of it or
//! nothing. The only thing here that writes; no server ever does.

use serde_json::json;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::session::{self, COPY_PATIENCE, Session};
use super::sql;
use crate::config::Connection;
use crate::geo::shape::ShapeKind;
use crate::source::demo::{self, SRID, Theme};
use crate::source::{ColumnKind, Layer, Origin, SourceError, Value};

/// The schema.
pub const SCHEMA: &str = "demo";

/// The comment by which a schema is known to be ours.
const MARK: &str = "Made by tuilerie demo --load; the next such call replaces its tables";

/// A table that was written, and how many rows it has.
pub type Loaded = (String, usize);

/// Writes all layers, in one transaction.
///
/// # Errors
/// [`SourceError::Rejected`] without PostGIS and where a schema of that name is someone else's;
/// others as for any connection. The database is then as it was.
pub fn load_demo(connection: &Connection) -> Result<Vec<Loaded>, SourceError> {
    session::block_on(async {
        let session = Session::open(connection).await?;
        let loaded = load(&session).await;
        session.close().await;
        loaded
    })
}

async fn load(session: &Session) -> Result<Vec<Loaded>, SourceError> {
    session.begin_write().await?;
    let postgis = postgis_schema(session).await?;
    take_schema(session).await?;
    let mut loaded = Vec::new();
    for layer in demo::layers() {
        if let Origin::Demo(theme) = layer.origin {
            let table = Table::of(theme)?;
            table.write(session, &layer, theme, &postgis).await?;
            loaded.push((layer.id, table.rows.len()));
        }
    }
    session.batch("COMMIT").await?;
    Ok(loaded)
}

async fn postgis_schema(session: &Session) -> Result<String, SourceError> {
    let rows = session
        .query(
            "SELECT n.nspname FROM pg_catalog.pg_extension e \
             JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace \
             WHERE e.extname = 'postgis'",
            &[],
        )
        .await?;
    let schema = rows.first().and_then(|row| row.try_get(0).ok());
    schema.ok_or_else(|| {
        SourceError::Rejected(format!(
            "{} has no PostGIS: let a superuser run CREATE EXTENSION postgis there",
            session.place
        ))
    })
}

/// Makes the schema, or empties it of our tables where it is ours.
async fn take_schema(session: &Session) -> Result<(), SourceError> {
    let rows = session
        .query(
            "SELECT pg_catalog.obj_description(oid, 'pg_namespace') \
             FROM pg_catalog.pg_namespace WHERE nspname = $1",
            &[&SCHEMA],
        )
        .await?;
    let Some(row) = rows.first() else {
        let schema = sql::identifier(SCHEMA);
        let mark = sql::text(MARK);
        return session
            .batch(&format!("CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS {mark}"))
            .await;
    };
    let comment: Option<String> = row.try_get(0).unwrap_or_default();
    if comment.as_deref() != Some(MARK) {
        return Err(SourceError::Rejected(format!(
            "{} has a schema \"{SCHEMA}\" that this command did not make, and leaves alone: rename \
             it (ALTER SCHEMA {SCHEMA} RENAME TO …) or load into another database",
            session.place
        )));
    }
    // Without CASCADE: what others built on the tables is not dropped unasked.
    let tables: Vec<String> =
        demo::layers().iter().map(|layer| sql::qualified(SCHEMA, &layer.id)).collect();
    session.batch(&format!("DROP TABLE IF EXISTS {}", tables.join(", "))).await
}

/// A value on its way into a row.
type Field = Box<dyn ToSql + Sync + Send>;

/// The rows of a layer, and what their columns hold.
struct Table {
    /// Whether a column has other than whole numbers.
    fractions: Vec<bool>,
    rows: Vec<(Vec<u8>, Vec<Owned>)>,
}

enum Owned {
    Null,
    Whole(i64),
    Fraction(f64),
    Text(String),
}

impl Table {
    fn of(theme: Theme) -> Result<Table, SourceError> {
        let mut table = Table { fractions: Vec::new(), rows: Vec::new() };
        theme.read_ewkb(&mut |geometry, values| {
            let row: Vec<Owned> = values.iter().map(Owned::of).collect();
            table.fractions.resize(row.len(), false);
            for (fraction, value) in table.fractions.iter_mut().zip(&row) {
                *fraction |= matches!(value, Owned::Fraction(_));
            }
            table.rows.push((geometry, row));
            Ok(())
        })?;
        Ok(table)
    }

    async fn write(
        &self,
        session: &Session,
        layer: &Layer,
        theme: Theme,
        postgis: &str,
    ) -> Result<(), SourceError> {
        let name = sql::qualified(SCHEMA, &layer.id);
        let types: Vec<Type> = layer
            .columns
            .iter()
            .zip(&self.fractions)
            .map(|(c, f)| column_type(c.kind, *f))
            .collect();
        let columns: Vec<String> = layer
            .columns
            .iter()
            .zip(&types)
            .map(|(column, kind)| format!("{} {kind}", sql::identifier(&column.name)))
            .collect();
        let shape = match theme.kind() {
            ShapeKind::Point => "Point",
            ShapeKind::Line => "LineString",
            ShapeKind::Polygon => "Polygon",
        };
        let geometry = sql::qualified(postgis, "geometry");
        session
            .batch(&format!(
                "CREATE TABLE {name} (fid int4 PRIMARY KEY, {}, geom {geometry}({shape}, {SRID}) NOT NULL)",
                columns.join(", ")
            ))
            .await?;
        self.copy(session, &name, types).await?;
        let about = &layer.about;
        let comment = json!({
            "title": about.title,
            "description": about.description,
            "attribution": about.attribution,
            "licence": about.licence,
            "role": about.role,
        });
        session
            .batch(&format!(
                "CREATE INDEX ON {name} USING gist (geom); COMMENT ON TABLE {name} IS {}; ANALYZE {name}",
                sql::text(&comment.to_string())
            ))
            .await
    }

    async fn copy(
        &self,
        session: &Session,
        name: &str,
        types: Vec<Type>,
    ) -> Result<(), SourceError> {
        let sink = session.copy_in(&format!("COPY {name} FROM STDIN (FORMAT binary)")).await?;
        // The geometry's binary form is EWKB: bytes to whoever does not know the type.
        let ends = [Type::INT4, Type::BYTEA];
        let types: Vec<Type> = ends[..1].iter().chain(&types).chain(&ends[1..]).cloned().collect();
        let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
        let mut fid = 0i32;
        for (geometry, values) in &self.rows {
            fid += 1;
            let fields = values.iter().zip(&types[1..]).map(|(value, kind)| value.field(kind));
            let row: Vec<Field> = std::iter::once(Box::new(fid) as Field)
                .chain(fields)
                .chain(std::iter::once(Box::new(geometry.clone()) as Field))
                .collect();
            let row: Vec<&(dyn ToSql + Sync)> =
                row.iter().map(|f| &**f as &(dyn ToSql + Sync)).collect();
            session.bounded(COPY_PATIENCE, writer.as_mut().write(&row)).await?;
        }
        session.bounded(COPY_PATIENCE, writer.as_mut().finish()).await?;
        Ok(())
    }
}

fn column_type(kind: ColumnKind, has_fractions: bool) -> Type {
    match kind {
        ColumnKind::Boolean => Type::BOOL,
        ColumnKind::Number if has_fractions => Type::FLOAT8,
        ColumnKind::Number => Type::INT4,
        ColumnKind::Text => Type::TEXT,
    }
}

impl Owned {
    fn of(value: &Value<'_>) -> Owned {
        match *value {
            Value::Null => Owned::Null,
            Value::Bool(value) => Owned::Whole(value.into()),
            Value::Int(value) => Owned::Whole(value),
            Value::UInt(value) => Owned::Fraction(value as f64),
            Value::Float(value) => Owned::Fraction(value.into()),
            Value::Double(value) => Owned::Fraction(value),
            Value::Text(value) => Owned::Text(value.to_owned()),
        }
    }

    fn field(&self, kind: &Type) -> Field {
        match self {
            Owned::Text(text) => Box::new(text.clone()),
            Owned::Whole(number) if *kind == Type::FLOAT8 => Box::new(*number as f64),
            Owned::Whole(number) => Box::new(i32::try_from(*number).ok()),
            Owned::Fraction(number) => Box::new(*number),
            Owned::Null if *kind == Type::FLOAT8 => Box::new(None::<f64>),
            Owned::Null if *kind == Type::INT4 => Box::new(None::<i32>),
            Owned::Null => Box::new(None::<String>),
        }
    }
}
