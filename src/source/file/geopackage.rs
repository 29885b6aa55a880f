//! GeoPackage (OGC 12-128r19): a SQLite file whose catalogue names its layers, tables or views,
//! each with one geometry column. Opened read-only; it may be in use by others.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::rows::{Rows, id_of};
use super::{Content, Found, Survey, file_name};
use crate::source::sqlite::open;
use crate::source::{
    About, Column, ColumnKind, Fault, LeftOut, Refused, Report, SourceError, Value,
};

/// A layer's table or view.
#[derive(Clone, Debug)]
pub(super) struct Table {
    name: String,
    geometry: String,
    /// The SRS that geometries must say, by its number in this file; none where it is undefined.
    srs: Option<u32>,
    /// A SQL condition on the rows.
    filter: Option<String>,
}

/// A row of the catalogue.
struct Entry {
    table: String,
    about: About,
    geometry: Option<String>,
    srs: Option<i64>,
    organisation: Option<String>,
    code: Option<i64>,
}

const CATALOGUE: &str = "
    SELECT c.table_name, c.identifier, c.description, g.column_name, g.srs_id,
           s.organization, s.organization_coordsys_id
    FROM gpkg_contents c
    LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    WHERE c.data_type = 'features'
    ORDER BY c.table_name";

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Reads the catalogue.
pub(super) fn survey(path: &Path) -> Result<Survey, String> {
    let file = file_name(path);
    let unreadable = |error| {
        format!(
            "{file} cannot be read as a GeoPackage ({error}): write it again, for example with \
             `ogr2ogr copy.gpkg FILE`"
        )
    };
    let connection = open(path).map_err(unreadable)?;
    let entries: Vec<Entry> = connection
        .prepare(CATALOGUE)
        .and_then(|mut query| query.query_map([], entry)?.collect())
        .map_err(unreadable)?;
    if entries.is_empty() {
        return Err(format!("{file} has no layer of features"));
    }
    let mut survey = Survey::default();
    for entry in entries {
        let name = entry.table.clone();
        match found(&connection, entry) {
            Ok(found) => survey.found.push(found),
            Err(reason) => survey
                .refused
                .push(Refused { reason: format!("{file}, layer {name}: {reason}"), id: name }),
        }
    }
    Ok(survey)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let table: String = row.get(0)?;
    // GDAL writes the table's name as identifier where it has no better one.
    let title = row.get::<_, Option<String>>(1)?.filter(|title| *title != table);
    Ok(Entry {
        about: About {
            title: title.filter(|title| !title.is_empty()),
            description: row.get::<_, Option<String>>(2)?.filter(|text| !text.is_empty()),
            ..About::default()
        },
        table,
        geometry: row.get(3)?,
        srs: row.get(4)?,
        organisation: row.get(5)?,
        code: row.get(6)?,
    })
}

fn found(connection: &Connection, entry: Entry) -> Result<Found, String> {
    let crs = entry.crs();
    let geometry = entry.geometry.ok_or("no row of gpkg_geometry_columns names it: repair it")?;
    let columns = columns(connection, &entry.table).map_err(|error| error.to_string())?;
    if !columns.iter().any(|column| column.name == geometry) {
        let table = entry.table;
        return Err(format!("there is no table {table} with a column {geometry}: repair it"));
    }
    let (mut served, mut left_out) = (Vec::new(), Vec::new());
    let primary: Vec<_> = columns.iter().filter(|column| column.primary).collect();
    let key = match primary.as_slice() {
        [only] if only.kind == Some(ColumnKind::Number) => Some(only.name.clone()),
        _ => None,
    };
    for column in columns.into_iter().filter(|column| column.name != geometry) {
        match column.kind {
            Some(kind) => served.push(Column { name: column.name, kind }),
            None => left_out.push(LeftOut {
                reason: format!("values of type {} are not served", column.declared),
                name: column.name,
            }),
        }
    }
    Ok(Found {
        name: entry.table.clone(),
        about: entry.about,
        columns: served,
        left_out,
        crs,
        key,
        content: Content::GeoPackage(Table {
            name: entry.table,
            geometry,
            srs: entry.srs.and_then(|srs| u32::try_from(srs).ok()).filter(|srs| *srs > 0),
            filter: None,
        }),
    })
}

impl Entry {
    fn crs(&self) -> Result<u32, String> {
        let organisation = self.organisation.as_deref().unwrap_or("nobody");
        let (table, code) = (&self.table, self.code.unwrap_or_default());
        match (self.srs, u32::try_from(code)) {
            // The numbers that the standard gives to what is undefined, cartesian or geographic.
            (Some(-1 | 0), _) => Err(format!("layer {table} has an undefined CRS")),
            (_, Ok(code)) if organisation.eq_ignore_ascii_case("EPSG") => Ok(code),
            _ => Err(format!("the CRS of layer {table} is {organisation}:{code}, not one of EPSG")),
        }
    }
}

/// A column of a table or view.
struct Declared {
    name: String,
    declared: String,
    primary: bool,
    /// Nothing for what is not served.
    kind: Option<ColumnKind>,
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Declared>> {
    let mut query = connection.prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1)")?;
    let rows = query.query_map([table], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    })?;
    rows.map(|row| {
        let (name, declared, primary) = row?;
        let kind = match declared.is_empty() {
            true => sampled_kind(connection, table, &name)?,
            false => declared_kind(&declared),
        };
        Ok(Declared { name, declared, primary: primary > 0, kind })
    })
    .collect()
}

/// What a declared type holds: the types of GeoPackage, and what other writers declare, by the
/// rules of SQLite's affinity (section 3.1 of its "Datatypes").
fn declared_kind(declared: &str) -> Option<ColumnKind> {
    let declared = declared.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| declared.contains(part));
    match declared.as_str() {
        "GEOMETRY" | "POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING"
        | "MULTIPOLYGON" | "GEOMETRYCOLLECTION" => None,
        _ if has(&["BLOB", "BINARY"]) => None,
        _ if has(&["BOOL"]) => Some(ColumnKind::Boolean),
        _ if has(&["INT", "REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"]) => {
            Some(ColumnKind::Number)
        }
        _ => Some(ColumnKind::Text),
    }
}

/// What a view's expression holds, which declares no type: what its first value is.
fn sampled_kind(
    connection: &Connection,
    table: &str,
    column: &str,
) -> rusqlite::Result<Option<ColumnKind>> {
    let (table, column) = (quoted(table), quoted(column));
    let sql = format!("SELECT typeof({column}) FROM {table} WHERE {column} IS NOT NULL LIMIT 1");
    let sample: Option<String> = connection.query_row(&sql, [], |row| row.get(0)).optional()?;
    Ok(match sample.as_deref() {
        Some("integer" | "real") => Some(ColumnKind::Number),
        Some("blob") => None,
        _ => Some(ColumnKind::Text),
    })
}

/// Sets a condition, when SQLite understands it.
pub(super) fn filter(path: &Path, table: &mut Table, condition: &str) -> Result<(), String> {
    table.filter = Some(condition.to_owned());
    let tried = open(path).and_then(|connection| {
        connection.prepare(&select(table, &[], None))?;
        Ok(())
    });
    tried.map_err(|error| format!("{}: `filter` is no SQL condition: {error}", file_name(path)))
}

/// Geometry, key, and columns of all rows.
fn select(table: &Table, columns: &[Column], key: Option<&str>) -> String {
    let mut sql = format!(
        "SELECT {}, {}",
        quoted(&table.geometry),
        match key {
            Some(key) => quoted(key),
            None => "NULL".to_owned(),
        }
    );
    for column in columns {
        sql.push_str(", ");
        sql.push_str(&quoted(&column.name));
    }
    sql.push_str(" FROM ");
    sql.push_str(&quoted(&table.name));
    if let Some(filter) = &table.filter {
        // On lines of its own: a comment at its end must not swallow the bracket.
        sql.push_str(&format!(" WHERE (\n{filter}\n)"));
    }
    sql
}

/// Reads the features.
pub(super) fn read(
    path: &Path,
    table: &Table,
    columns: &[Column],
    key: Option<&str>,
    mut rows: Rows<'_>,
) -> Result<Report, SourceError> {
    let (file, name) = (file_name(path), &table.name);
    let broken = |row: u64, error: rusqlite::Error| {
        SourceError::Layer(format!("{file}, layer {name}, after row {row}: {error}"))
    };
    let connection = open(path).map_err(|error| broken(0, error))?;
    rows.expect(expected(&connection, table));
    let mut query =
        connection.prepare(&select(table, columns, key)).map_err(|error| broken(0, error))?;
    let mut found = query.query([]).map_err(|error| broken(0, error))?;
    while let Some(row) = found.next().map_err(|error| broken(rows.count(), error))? {
        let cell = |at| row.get_ref(at).unwrap_or(ValueRef::Null);
        let id = match cell(1) {
            ValueRef::Integer(id) => id_of(Value::Int(id)),
            _ => None,
        };
        let values: Vec<Value<'_>> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| value(cell(at + 2), column.kind, &mut rows))
            .collect();
        let geometry = match cell(0) {
            ValueRef::Blob(bytes) => rows.shapes.read_gpkg(bytes, table.srs),
            ValueRef::Null => Err(Fault::NoGeometry),
            _ => Err(Fault::Unreadable),
        };
        rows.row(geometry, id, &values)?;
    }
    Ok(rows.finish())
}

/// How many rows GDAL counted when it wrote the file; 0 where another wrote it.
fn expected(connection: &Connection, table: &Table) -> u64 {
    let sql = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?1";
    let count = connection.query_row(sql, [&table.name], |row| row.get::<_, Option<i64>>(0));
    count.ok().flatten().and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
}

/// The value of a cell in a column of that kind. SQLite lets any value lie in any column.
fn value<'v>(cell: ValueRef<'v>, kind: ColumnKind, rows: &mut Rows<'_>) -> Value<'v> {
    match (kind, cell) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnKind::Boolean, ValueRef::Integer(value @ (0 | 1))) => Value::Bool(value == 1),
        (ColumnKind::Number, ValueRef::Integer(number)) => Value::Int(number),
        (ColumnKind::Number, ValueRef::Real(number)) => rows.number(number),
        (ColumnKind::Text, ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => rows.text(text),
            Err(_) => rows.no_value(Fault::OddValue),
        },
        _ => rows.no_value(Fault::OddValue),
    }
}
