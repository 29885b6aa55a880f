//! What is logged, on standard error. Names and values of data stand in it, and no data moves the cursor, colours what
//! follows, or looks like a line of its own.

use std::fmt::{self, Write};
use std::io::IsTerminal;

use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use super::progress;
use super::tame::Tame;

/// Logs to standard error, where standard output may be a configuration.
pub fn to_terminal() {
    let filter = EnvFilter::try_from_env("TUILERIE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(progress::Terminal)
        .with_ansi(std::io::stderr().is_terminal())
        .fmt_fields(debug_fn(write_field))
        .init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("a defect in Tuilerie: {panic}")));
}

fn write_field(out: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(Tame(out), "{value:?}"),
        name => write!(Tame(out), " {name}={value:?}"),
    }
}
