//! What was typed → what to serve: a configuration file, or a connection or files by themselves,
//! or the environment's DATABASE_URL.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::config::connection::redact;
use crate::config::{self, Config, Connection, Place, Source};

/// The part of the command line that says where layers come from.
#[derive(Clone, Debug, Default, Args)]
pub struct Input {
    /// Configuration file (TOML); config/tuilerie.toml explains every key
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A PostgreSQL connection (postgresql://… or "host=… dbname=…"), or files (GeoJSON,
    /// FlatGeobuf, GeoPackage, PMTiles, MBTiles): every layer found is published
    #[arg(value_name = "CONNECTION|FILE")]
    pub sources: Vec<String>,
}

impl Input {
    /// The configuration that was named or is meant.
    ///
    /// # Errors
    /// When there is nothing to read, both kinds are given, or the configuration has mistakes.
    pub fn into_config(&self) -> Result<Config, Failure> {
        let config = match (&self.config, self.sources.as_slice()) {
            (Some(_), [_, ..]) => {
                return Err(Failure(
                    "give either --config or a connection or files; with --config, sources are \
                     written in the file under [sources]"
                        .into(),
                ));
            }
            (Some(file), []) => config::file::load(file)?,
            (None, []) => {
                config::file::parse("DATABASE_URL", "", &|name| std::env::var(name).ok())?
            }
            (None, written) => {
                let sources = written.iter().map(|text| source(text)).collect::<Result<_, _>>()?;
                Config { sources, ..Config::default() }
            }
        };
        if config.sources.is_empty() {
            return Err(Failure(
                "nothing to serve: give a connection (postgresql://user@host/database), files, or \
                 --config FILE, or set DATABASE_URL; `tuilerie demo` needs none of them"
                    .into(),
            ));
        }
        Ok(config)
    }

    /// Whether layers are published because they were found, not because they were written out.
    pub fn publishes_what_it_finds(&self) -> bool {
        self.config.is_none()
    }
}

fn source(text: &str) -> Result<Source, Failure> {
    let path = Path::new(text);
    let (name, place) = if path.is_file() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        (stem.into_owned(), Place::File(path.to_owned()))
    } else if let Some(connection) = Connection::recognise(text) {
        ("database".to_owned(), Place::Postgres(connection))
    } else {
        return Err(Failure(format!(
            "{}: no such file, and no connection either: those start with postgresql:// or \
             read \"host=… dbname=…\"",
            redact(text)
        )));
    };
    Ok(Source { name, place, publish_all: true })
}
