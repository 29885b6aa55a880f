//! Writes the made-up département into PostGIS, or as FlatGeobuf into a folder.
//!
//! `cargo run --release --example departement -- postgresql://localhost/db --scale 0.1`

#[path = "mod.rs"]
mod departement;
mod files;
mod postgis;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::Path;

use clap::Parser;

type Failure = Box<dyn Error + Send + Sync>;

/// Writes a made-up département.
#[derive(Parser)]
struct Arguments {
    /// postgresql://user@host/database, or a folder.
    target: String,
    /// 1 is some 200,000 polygons, 1 M lines and 1.1 M points; 0.01 to 10.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
}

fn main() -> Result<(), Failure> {
    let Arguments { target, scale } = Arguments::parse();
    if !(0.001..=20.0).contains(&scale) {
        return Err(format!("--scale {scale} is not within 0.001 and 20").into());
    }
    match target.starts_with("postgres") {
        true => postgis::write(&target, scale),
        false => files::write(Path::new(&target), scale),
    }
}
