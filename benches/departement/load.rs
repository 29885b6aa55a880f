//! Writes the made-up département into PostGIS: four tables, each with its primary key, a GiST
//! index and fresh statistics. Existing tables of those names are replaced.
//!
//! `cargo run --release --example departement -- postgresql://localhost/db --scale 0.1`

#[path = "mod.rs"]
mod departement;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt::Write as _;
use std::pin::pin;
use std::time::Instant;

use bytes::Bytes;
use clap::Parser;
use departement::{Departement, Feature, SRID, Theme};
use futures_util::SinkExt as _;
use tokio_postgres::{Client, NoTls};
use tuilerie::source::Value;

type Failure = Box<dyn Error + Send + Sync>;

/// Writes a made-up département into PostGIS.
#[derive(Parser)]
struct Arguments {
    /// postgresql://user@host/database
    connection: String,
    /// 1 is some 200,000 polygons, 1 M lines and 1.1 M points; 0.01 to 10.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let Arguments { connection, scale } = Arguments::parse();
    if !(0.001..=20.0).contains(&scale) {
        return Err(format!("--scale {scale} is not within 0.001 and 20").into());
    }
    let client = connect(&connection).await?;
    client.batch_execute("CREATE EXTENSION IF NOT EXISTS postgis").await?;
    let loads = Theme::ALL.map(|theme| {
        let connection = connection.clone();
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
    write_hex(out, &ewkb(theme, feature.paths));
    out.push('\n');
}

/// Little-endian EWKB: the type with PostGIS's SRID flag, the SRID, the counts, the positions.
fn ewkb(theme: Theme, paths: &[Vec<[f64; 2]>]) -> Vec<u8> {
    let kind: u32 = match theme {
        Theme::PcrsPoints | Theme::Adresses => 1,
        Theme::PcrsLignes => 2,
        Theme::Ocs => 3,
    };
    let mut out = vec![1];
    out.extend((0x2000_0000 | kind).to_le_bytes());
    out.extend(SRID.to_le_bytes());
    if kind == 3 {
        out.extend((paths.len() as u32).to_le_bytes());
    }
    for path in paths {
        if kind >= 2 {
            out.extend((path.len() as u32).to_le_bytes());
        }
        out.extend(path.iter().flatten().flat_map(|metres| metres.to_le_bytes()));
    }
    out
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
