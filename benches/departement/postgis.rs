//! Into PostGIS: four tables, each with its primary key, a GiST index and fresh statistics. Existing
//! tables of those names are replaced.

use std::fmt::Write as _;
use std::pin::pin;
use std::time::Instant;

use bytes::Bytes;
use futures_util::SinkExt as _;
use tokio_postgres::{Client, NoTls};
use tuilerie::source::Value;

use super::Failure;
use super::departement::{Departement, Feature, SRID, Theme};

/// Writes all tables side by side.
#[tokio::main]
pub async fn write(connection: &str, scale: f64) -> Result<(), Failure> {
    let client = connect(connection).await?;
    client.batch_execute("CREATE EXTENSION IF NOT EXISTS postgis").await?;
    let loads = Theme::ALL.map(|theme| {
        let connection = connection.to_owned();
        tokio::spawn(async move { load(&connection, theme, &Departement::new(scale)).await })
    });
    for load in loads {
        load.await??;
    }
    Ok(())
}

async fn connect(connection: &str) -> Result<Client, Failure> {
    let (client, driver) = tokio_postgres::connect(connection, NoTls).await?;
    // A broken connection shows itself in the next statement on it.
    tokio::spawn(driver);
    Ok(client)
}

async fn load(connection: &str, theme: Theme, departement: &Departement) -> Result<(), Failure> {
    let start = Instant::now();
    let client = connect(connection).await?;
    let table = theme.table();
    let columns: Vec<String> =
        theme.columns().iter().map(|(name, sql)| format!("\"{name}\" {sql}")).collect();
    // One transaction, so that COPY into a table made in it writes no WAL where none is needed.
    let create = format!(
        "BEGIN; DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({}, geom geometry({}, {SRID}))",
        columns.join(", "),
        theme.geometry(),
    );
    client.batch_execute(&create).await?;
    let rows = copy(&client, theme, departement).await?;
    let finish = format!("COMMIT; CREATE INDEX ON {table} USING gist (geom)");
    client.batch_execute(&finish).await?;
    client.batch_execute(&format!("VACUUM (ANALYZE) {table}")).await?;
    println!("{table}: {rows} rows in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

async fn copy(client: &Client, theme: Theme, departement: &Departement) -> Result<u64, Failure> {
    let statement = format!("COPY {} FROM STDIN", theme.table());
    let mut sink = pin!(client.copy_in::<_, Bytes>(&statement).await?);
    for commune in departement.communes() {
        let mut text = String::new();
        commune.read(theme, &mut |feature| write_row(&mut text, theme, &feature));
        sink.send(Bytes::from(text)).await?;
    }
    Ok(sink.finish().await?)
}

/// COPY's text format; no made-up value holds a tab, a line end or a backslash.
fn write_row(out: &mut String, theme: Theme, feature: &Feature<'_>) {
    for value in feature.values {
        // Writing to a String cannot fail.
        let _ = match value {
            Value::Null => write!(out, "\\N\t"),
            Value::Bool(value) => write!(out, "{value}\t"),
            Value::Int(value) => write!(out, "{value}\t"),
            Value::UInt(value) => write!(out, "{value}\t"),
            Value::Float(value) => write!(out, "{value}\t"),
            Value::Double(value) => write!(out, "{value}\t"),
            Value::Text(value) => write!(out, "{value}\t"),
        };
    }
    write_hex(out, &feature.ewkb(theme));
    out.push('\n');
}

fn write_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.extend(
        bytes
            .iter()
            .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]),
    );
}
