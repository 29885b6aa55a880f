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
                Config { sources: with_names_of_their_own(sources), ..Config::default() }
            }
        };
        if let (true, Some(file)) = (config.sources.is_empty(), &self.config) {
            return Err(Failure(format!(
                "{} names no source: write [sources.NAME] with `connection` or `file`, or set \
                 DATABASE_URL",
                file.display()
            )));
        }
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

/// A file that is not there is one all the same: what the store has of it can be served, and it may come.
fn source(text: &str) -> Result<Source, Failure> {
    let path = Path::new(text);
    let connection = Connection::recognise(text).filter(|_| !path.exists());
    let (name, place) = if let Some(connection) = connection {
        ("database".to_owned(), Place::Postgres(connection))
    } else if path.exists() || names_a_file(text) {
        if path.extension().is_some_and(|extension| extension == "toml") {
            return Err(Failure(format!("{text} is a configuration: write --config {text}")));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        (stem.into_owned(), Place::File(path.to_owned()))
    } else {
        return Err(Failure(format!(
            "{}: no such file, and no connection either: those start with postgresql:// or \
             read \"host=… dbname=…\"",
            redact(text)
        )));
    };
    Ok(Source { name, place, publish_all: true })
}

/// Whether a text looks like a file's path, and not like a mistyped connection, which may hold a password.
fn names_a_file(text: &str) -> bool {
    let has_form = text.contains('/') || Path::new(text).extension().is_some();
    has_form && !text.contains("://") && !text.contains('=')
}

/// Sources of one name would be one to whoever asks for it: the second becomes `NAME-2`.
fn with_names_of_their_own(sources: Vec<Source>) -> Vec<Source> {
    let mut named: Vec<Source> = Vec::with_capacity(sources.len());
    for mut source in sources {
        let is_taken = |name: &str| named.iter().any(|other| other.name == name);
        let numbered = (2..).map(|number| format!("{}-{number}", source.name));
        let names = std::iter::once(source.name.clone()).chain(numbered);
        source.name = names.into_iter().find(|name| !is_taken(name)).unwrap_or_default();
        named.push(source);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_a_file_and_a_mistyped_connection_is_none() {
        for text in ["gone.gpkg", "data/gone", "/data/gone.geojson"] {
            assert!(matches!(source(text), Ok(Source { place: Place::File(_), .. })), "{text}");
        }
        for text in ["gone", "postgre://u:secret@h/d", "HOST=h PASSWORD=secret", "mysql://h/d"] {
            let Err(Failure(reason)) = source(text) else { panic!("{text}") };
            assert!(reason.contains("postgresql://") && !reason.contains("secret"), "{reason}");
        }
        assert!(source("tuilerie.toml").is_err_and(|error| error.0.contains("--config")));
    }

    #[test]
    fn two_files_of_one_name_are_two_sources() {
        let sources = ["a/x.gpkg", "b/x.gpkg", "c/x.fgb", "c/y.fgb"].map(|text| source(text).ok());
        let named = with_names_of_their_own(sources.into_iter().flatten().collect());
        let names: Vec<_> = named.iter().map(|source| source.name.as_str()).collect();
        assert_eq!(names, ["x", "x-2", "x-3", "y"]);
    }
}
