//! `tuilerie watch`: makes PostGIS log what changes in the tables of layers, tells of it, takes it
//! away. `serve` uses a changelog that it finds, unasked.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::input::Input;
use super::output::{Output, tell};
use crate::config::{Connection, Place, Source};
use crate::source::postgis::changes::watch::{self, Plan};
use crate::source::{self, Discovery, Layer, Refused, postgis};

/// What `tuilerie watch --help` says at its end.
pub const HELP: &str = "\
Examples:
  tuilerie watch install postgresql://owner@host/base --dry-run   prints the SQL
  tuilerie watch install postgresql://owner@host/base             every table that is a layer
  tuilerie watch install --config tuilerie.toml                   the layers of a configuration
  tuilerie watch install postgresql://owner@host/base --config tuilerie.toml
                 the same, made by another role than the one that serves, which is then let read
  tuilerie watch status --config tuilerie.toml

The role must own the tables, and may make a schema. What it makes: the schema tuilerie with a
changelog of 7 days, and four triggers a table. Partitions that are added later need another
`tuilerie watch install`, which does only what is missing.";

/// What `tuilerie watch` takes.
#[derive(Debug, Subcommand)]
pub enum WatchCommand {
    /// Make the changelog and the triggers that are missing
    Install(Change),
    /// Say of each layer whether it is watched, or why not
    Status(Which),
    /// Take away the triggers of some layers, or everything
    Remove(Change),
}

/// Which layers of which database.
#[derive(Debug, Args)]
pub struct Which {
    /// A PostgreSQL connection; with --config, as whom to connect to the database of its layers
    connection: Option<String>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only these layers
    #[arg(long, value_name = "LAYER,…", value_delimiter = ',')]
    layers: Option<Vec<String>>,
}

/// What is to be made or taken away.
#[derive(Debug, Args)]
pub struct Change {
    #[command(flatten)]
    which: Which,
    /// Print the SQL, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// A database, and the layers of it that are meant.
struct Target {
    /// Its name in the configuration.
    name: String,
    connection: Connection,
    layers: Vec<Layer>,
    refused: Vec<Refused>,
    /// The role that serves, where it is another one.
    readers: Vec<String>,
}

/// Does it.
///
/// # Errors
/// When a database cannot be reached or does not allow it, when a layer that was asked for by name
/// cannot be watched, and when the arguments have mistakes.
pub fn watch(command: WatchCommand, out: &mut Output) -> Result<(), Failure> {
    match command {
        WatchCommand::Install(Change { which, dry_run }) => {
            let is_named = which.layers.is_some();
            let mut all_watched = true;
            for target in which.targets()? {
                let plan = watch::install(&target.connection, &target.layers, &target.readers)?;
                let refused: Vec<_> = plan.refused.iter().chain(&target.refused).collect();
                all_watched &= refused.is_empty();
                carry_out(&target, &plan, dry_run, out)?;
                for Refused { id, reason } in refused {
                    tell(format_args!("not watched: {id}: {reason}"));
                }
                say_who_may_follow(&target);
            }
            all_watched_where(is_named, all_watched)
        }
        WatchCommand::Remove(Change { which, dry_run }) => {
            let is_named = which.layers.is_some();
            let mut all_removed = true;
            for target in which.targets()? {
                let layers = is_named.then_some(target.layers.as_slice());
                let plan = watch::remove(&target.connection, layers)?;
                carry_out(&target, &plan, dry_run, out)?;
                for Refused { id, reason } in &plan.refused {
                    all_removed = false;
                    tell(format_args!("not removed: {id}: {reason}"));
                }
            }
            if all_removed { Ok(()) } else { Err(Failure("not all was removed; see above".into())) }
        }
        WatchCommand::Status(which) => {
            which.targets()?.iter().try_for_each(|target| Ok(print_status(target, out)?))
        }
    }
}

fn all_watched_where(is_named: bool, all_watched: bool) -> Result<(), Failure> {
    if is_named && !all_watched {
        return Err(Failure("not all of these layers can be watched; see above".into()));
    }
    Ok(())
}

/// Runs a plan, or prints it.
fn carry_out(target: &Target, plan: &Plan, dry_run: bool, out: &mut Output) -> Result<(), Failure> {
    if dry_run {
        for step in &plan.steps {
            out.say(format_args!("-- {}: {}\n{}", target.name, step.title, step.sql));
        }
        return Ok(());
    }
    watch::run(&target.connection, plan, &mut |step| {
        out.say(format_args!("{}: done", step.title));
    })?;
    if plan.steps.is_empty() {
        out.say(format_args!("nothing to do in {}", target.name));
    }
    Ok(())
}

fn say_who_may_follow(target: &Target) {
    if target.readers.is_empty() {
        tell(format_args!(
            "a server that connects as another role must be let read: \
             GRANT USAGE ON SCHEMA tuilerie TO role; \
             GRANT SELECT ON tuilerie.changelog, tuilerie.state TO role"
        ));
    }
}

fn print_status(target: &Target, out: &mut Output) -> Result<(), source::SourceError> {
    let status = watch::status(&target.connection, &target.layers)?;
    match &status.changelog {
        Ok(kept) => out.say(format_args!("{}: changelog: {kept}", target.name)),
        Err(reason) => out.say(format_args!("{}: {reason}", target.name)),
    }
    for (id, state) in &status.layers {
        match state {
            Ok(how) => out.say(format_args!("watched      {id}: {how}")),
            Err(reason) => out.say(format_args!("not watched  {id}: {reason}")),
        }
    }
    for Refused { id, reason } in &target.refused {
        out.say(format_args!("refused      {id}: {reason}"));
    }
    Ok(())
}

impl Which {
    /// The databases that are meant, with the layers in them.
    fn targets(&self) -> Result<Vec<Target>, Failure> {
        let alone = || self.connection.iter().cloned().collect();
        let sources = if self.config.is_some() { Vec::new() } else { alone() };
        let config = Input { config: self.config.clone(), sources }.into_config()?;
        let other = self.connection.as_deref().filter(|_| self.config.is_some());
        let other = other.map(connection).transpose()?;
        let mut targets = Vec::new();
        for source in &config.sources {
            let Place::Postgres(configured) = &source.place else { continue };
            let is_meant = |other| postgis::database(other) == postgis::database(configured);
            let (connection, readers) = match &other {
                Some(other) if !is_meant(other) => continue,
                Some(other) => (other.clone(), postgis::role(configured).into_iter().collect()),
                None => (configured.clone(), Vec::new()),
            };
            let place = Place::Postgres(connection.clone());
            let source = Source { place, ..source.clone() };
            let Discovery { layers, refused, .. } = source::discover(&source, &config.layers)?;
            targets.push(Target { name: source.name, connection, layers, refused, readers });
        }
        if targets.is_empty() {
            return Err(Failure(
                "no PostgreSQL database is meant: files cannot be watched, and a connection beside \
                 --config must name the same database as one of its sources"
                    .into(),
            ));
        }
        if let Some(wanted) = &self.layers {
            choose(&mut targets, wanted)?;
        }
        Ok(targets)
    }
}

fn connection(text: &str) -> Result<Connection, Failure> {
    Connection::recognise(text).ok_or_else(|| {
        Failure("no connection: those start with postgresql:// or read \"host=… dbname=…\"".into())
    })
}

/// Leaves only the layers that are wanted.
fn choose(targets: &mut [Target], wanted: &[String]) -> Result<(), Failure> {
    for target in targets.iter_mut() {
        target.layers.retain(|layer| wanted.contains(&layer.id));
        target.refused.retain(|refused| wanted.contains(&refused.id));
    }
    let is_there = |id: &&String| {
        targets.iter().any(|target| {
            target.layers.iter().any(|layer| layer.id == **id)
                || target.refused.iter().any(|refused| refused.id == **id)
        })
    };
    match wanted.iter().find(|id| !is_there(id)) {
        Some(id) => {
            Err(Failure(format!("there is no layer {id}: tuilerie watch status lists them")))
        }
        None => Ok(()),
    }
}
