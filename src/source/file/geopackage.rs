//! GeoPackage (OGC 12-128r19): a SQLite file whose catalogue names its layers, tables or views. The
//! standard allows one geometry column each; each of several is a layer of its own. Names have no
//! case, as in SQLite. Opened read-only; it may be in use by others.

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

/// A row of the catalogue: a geometry column of a table.
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
    LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name COLLATE NOCASE
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    WHERE c.data_type = 'features' COLLATE NOCASE
    ORDER BY c.table_name, g.column_name";

/// What columns of geometries are declared as.
const GEOMETRIES: [&str; 18] = [
    "GEOMETRY",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "CURVE",
    "SURFACE",
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "POLYHEDRALSURFACE",
    "TIN",
    "TRIANGLE",
];

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
    for of_table in entries.chunk_by(|a, b| a.table == b.table) {
        let geometries = geometries(of_table);
        for entry in of_table {
            let name = match (geometries.len(), &entry.geometry) {
                (2.., Some(geometry)) => format!("{}.{geometry}", entry.table),
                _ => entry.table.clone(),
            };
            match found(&connection, entry, &name, &geometries) {
                // The same column, written twice.
                Ok(found) if survey.found.iter().any(|known| known.reads_as(&found)) => {}
                Ok(found) => survey.found.push(found),
                Err(reason) => survey
                    .refused
                    .push(Refused { reason: format!("{file}, layer {name}: {reason}"), id: name }),
            }
        }
    }
    Ok(survey)
}

/// The geometry columns of a table, as the catalogue says, each once.
fn geometries(entries: &[Entry]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in entries.iter().filter_map(|entry| entry.geometry.as_ref()) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    names
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let table = text(row, 0)?.unwrap_or_default();
    // GDAL writes the table's name as identifier where it has no better one.
    let title = text(row, 1)?.filter(|title| *title != table);
    Ok(Entry {
        about: About {
            title: title.filter(|title| !title.is_empty()),
            description: text(row, 2)?.filter(|text| !text.is_empty()),
            ..About::default()
        },
        table,
        geometry: text(row, 3)?,
        srs: row.get(4).unwrap_or_default(),
        organisation: text(row, 5)?,
        code: row.get(6).unwrap_or_default(),
    })
}

/// A text; where it is not in UTF-8, with marks in the place of what is none.
fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    })
}

fn found(
    connection: &Connection,
    entry: &Entry,
    name: &str,
    geometries: &[String],
) -> Result<Found, String> {
    let crs = entry.crs();
    let table = &entry.table;
    let wanted = entry.geometry.as_ref();
    let wanted = wanted.ok_or("no row of gpkg_geometry_columns names it: repair it")?;
    let columns = columns(connection, table).map_err(|error| error.to_string())?;
    let geometry = columns.iter().find(|column| column.name.eq_ignore_ascii_case(wanted));
    let geometry = geometry
        .map(|column| column.name.clone())
        .ok_or_else(|| format!("there is no table {table} with a column {wanted}: repair it"))?;
    let (mut served, mut left_out) = (Vec::new(), Vec::new());
    let primary: Vec<_> = columns.iter().filter(|column| column.primary).collect();
    let key = match primary.as_slice() {
        [only] if only.kind == Ok(ColumnKind::Number) => Some(only.name.clone()),
        _ => None,
    };
    let is_geometry =
        |column: &Declared| geometries.iter().any(|name| column.name.eq_ignore_ascii_case(name));
    for column in columns.into_iter().filter(|column| !is_geometry(column)) {
        match column.kind {
            Ok(kind) => served.push(Column { name: column.name, kind }),
            Err(reason) => left_out.push(LeftOut { name: column.name, reason }),
        }
    }
    Ok(Found {
        name: name.to_owned(),
        table: Some((table.clone(), geometry.clone())),
        about: entry.about.clone(),
        columns: served,
        left_out,
        crs,
        key,
        content: Content::GeoPackage(Table {
            name: table.clone(),
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
            (Some(-1 | 0), _) => Err(format!("layer {table} has an undefined CRS: set `srid`")),
            (_, Ok(code)) if organisation.eq_ignore_ascii_case("EPSG") => Ok(code),
            _ => Err(format!(
                "the CRS of layer {table} is {organisation}:{code}, not one of EPSG: set `srid`"
            )),
        }
    }
}

/// A column of a table or view.
struct Declared {
    name: String,
    primary: bool,
    /// What it holds, or why it is not served.
    kind: Result<ColumnKind, String>,
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Declared>> {
    let mut query = connection.prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1)")?;
    let rows = query.query_map([table], |row| {
        let is_utf8 = row.get_ref(0)?.as_str().is_ok();
        let [name, declared] = [text(row, 0)?, text(row, 1)?].map(Option::unwrap_or_default);
        Ok((name, is_utf8, declared, row.get::<_, i64>(2)?))
    })?;
    rows.map(|row| {
        let (name, is_utf8, declared, primary) = row?;
        let kind = match declared.as_str() {
            // SQLite takes a name that it does not know for a text.
            _ if !is_utf8 => Err("its name is not in UTF-8: rename it".to_owned()),
            "" => sampled_kind(connection, table, &name)?,
            declared => declared_kind(declared),
        };
        Ok(Declared { name, primary: primary > 0, kind })
    })
    .collect()
}

/// What a declared type holds: the types of GeoPackage, and what other writers declare, by the
/// rules of SQLite's affinity (section 3.1 of its "Datatypes").
fn declared_kind(declared: &str) -> Result<ColumnKind, String> {
    let upper = declared.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| upper.contains(part));
    if GEOMETRIES.contains(&upper.as_str()) || has(&["BLOB", "BINARY"]) {
        return Err(format!("values of type {declared} are not served"));
    }
    Ok(match upper {
        _ if has(&["BOOL"]) => ColumnKind::Boolean,
        _ if has(&["INT", "REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL"]) => ColumnKind::Number,
        _ => ColumnKind::Text,
    })
}

/// What a view's expression holds, which declares no type: what its first value is.
fn sampled_kind(
    connection: &Connection,
    table: &str,
    column: &str,
) -> rusqlite::Result<Result<ColumnKind, String>> {
    let (table, column) = (quoted(table), quoted(column));
    let sql = format!("SELECT typeof({column}) FROM {table} WHERE {column} IS NOT NULL LIMIT 1");
    let sample: Option<String> = connection.query_row(&sql, [], |row| row.get(0)).optional()?;
    Ok(match sample.as_deref() {
        Some("integer" | "real") => Ok(ColumnKind::Number),
        Some("blob") => Err("values of type BLOB are not served".to_owned()),
        _ => Ok(ColumnKind::Text),
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
            .map(|(at, column)| value(cell(at + 2), column, &mut rows))
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
    let sql = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?1 \
               COLLATE NOCASE";
    let count = connection.query_row(sql, [&table.name], |row| row.get::<_, Option<i64>>(0));
    count.ok().flatten().and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
}

/// The value of a cell. In SQLite each value has a type of its own, whatever its column's: one of
/// another type is kept as it is.
fn value<'v>(cell: ValueRef<'v>, column: &Column, rows: &mut Rows<'_>) -> Value<'v> {
    let Column { name, kind } = column;
    match (kind, cell) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnKind::Boolean, ValueRef::Integer(value @ (0 | 1))) => Value::Bool(value == 1),
        (ColumnKind::Number, ValueRef::Integer(number)) => Value::Int(number),
        (ColumnKind::Number, ValueRef::Real(number)) => rows.number(name, number),
        (ColumnKind::Text, ValueRef::Text(bytes)) => rows.bytes(name, bytes),
        (_, ValueRef::Blob(_)) => rows.no_value(name, Fault::OddValue),
        (_, ValueRef::Integer(number)) => {
            rows.odd_value(name, Fault::OtherType);
            Value::Int(number)
        }
        (_, ValueRef::Real(number)) => {
            rows.odd_value(name, Fault::OtherType);
            rows.number(name, number)
        }
        (_, ValueRef::Text(bytes)) => {
            rows.odd_value(name, Fault::OtherType);
            rows.bytes(name, bytes)
        }
    }
}
