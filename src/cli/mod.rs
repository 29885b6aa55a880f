//! cli: arguments → command → exit code. One file a command.
//!
//! - [`serve`]: serves layers; also `tuilerie demo`
//! - [`check`]: validates a configuration and all its layers
//! - [`init`]: prints a configuration for what a database or file has
//! - [`load`]: writes the made-up commune into PostGIS
//! - [`watch`]: lets PostGIS log what changes
//! - [`render`]: draws one map into a file; [`paper`]: sheets, dots and scales; `png`: written row by row
//! - [`input`]: what was typed → what to serve
//! - `bound`: whether each style can be made, for `check`
//! - [`failure`]: why a command ends with 1
//! - [`folders`]: the files of configured folders
//! - [`output`]: what is said, to whoever still reads it
//! - [`reload`]: a configuration that changes while it is served
//! - [`progress`]: loading and drawing, on the terminal; `log`: what is logged there,
//!   `tame`: with no control over it

mod bound;
pub mod check;
pub mod failure;
pub mod folders;
pub mod init;
pub mod input;
pub mod load;
mod log;
pub mod output;
pub mod paper;
mod png;
mod progress;
pub mod reload;
pub mod render;
pub mod serve;
mod tame;
pub mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use failure::Failure;
use input::Input;
use output::Output;

const EXAMPLES: &str = "\
Examples:
  tuilerie demo                                   a made-up commune, with no database
  tuilerie demo --load postgresql://me@host/base  the same, written into PostGIS
  tuilerie serve postgresql://me@host/base        every spatial table of a database
  tuilerie serve cadastre.gpkg communes.geojson   every layer of some files
  tuilerie init postgresql://me@host/base > tuilerie.toml
  tuilerie check --config tuilerie.toml
  tuilerie watch install --config tuilerie.toml   edits are followed, not only read at the start
  tuilerie serve --config tuilerie.toml
  tuilerie render plan --center 2.889,43.281 --zoom 15 -o plan.png

Then open http://127.0.0.1:3000, or give a client
  http://127.0.0.1:3000/tiles/LAYER/{z}/{x}/{y}   vector tiles (MVT)
  http://127.0.0.1:3000/tiles/LAYER               TileJSON
  http://127.0.0.1:3000/styles/plan/{z}/{x}/{y}.png   a style drawn
  http://127.0.0.1:3000/catalog                   all layers

A database's address, with its password, may stand in DATABASE_URL instead.
TUILERIE_LOG=debug says more.";

/// Vector tiles from PostGIS and files, made from a store of its own: no SQL on the request path.
#[derive(Debug, Parser)]
#[command(name = "tuilerie", version, after_help = EXAMPLES, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the layers of a database, of files, or of a configuration
    #[command(after_help = serve::HELP)]
    Serve(serve::ServeArguments),
    /// Serve a made-up commune, with no database, or load it into one
    Demo(serve::DemoArguments),
    /// Print a commented configuration for every layer found
    Init {
        #[command(flatten)]
        input: Input,
    },
    /// Draw one map into a file
    #[command(after_help = render::HELP)]
    Render(render::RenderArguments),
    /// Log what changes in the tables of layers, so that a server follows it
    #[command(after_help = watch::HELP, subcommand)]
    Watch(watch::WatchCommand),
    /// Validate a configuration, its sources and its layers; exit 0 or 1
    Check {
        #[command(flatten)]
        input: Input,
    },
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::to_terminal();
    let mut out = Output::default();
    let result = match arguments.command {
        Command::Serve(arguments) => serve::serve(arguments),
        Command::Demo(arguments) => serve::demo(arguments, &mut out),
        Command::Render(arguments) => render::render(arguments),
        Command::Init { input } => init::init(&input, &mut out),
        Command::Watch(command) => watch::watch(command, &mut out),
        Command::Check { input } => check::check(&input, &mut out),
    };
    out.end(result)
}
