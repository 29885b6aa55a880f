//! `tuilerie demo --load`: writes the made-up commune into PostGIS and says how to serve it.

use super::failure::Failure;
use super::output::Output;
use crate::config::Connection;
use crate::config::connection::redact;
use crate::source::postgis::{self, DEMO_SCHEMA};

/// Writes it, and prints a line a table.
///
/// # Errors
/// When the connection is none, cannot be opened, has no PostGIS, or has a schema of that name
/// that is someone else's. The database is then as it was.
pub fn load(connection: &str, out: &mut Output) -> Result<(), Failure> {
    let Some(checked) = Connection::recognise(connection) else {
        return Err(Failure(format!(
            "{}: no connection: those start with postgresql:// or read \"host=… dbname=…\"",
            redact(connection)
        )));
    };
    for (table, rows) in postgis::load_demo(&checked)? {
        out.say(format_args!("{DEMO_SCHEMA}.{table}: {rows} rows"));
    }
    out.say(format_args!(
        "\nServe it, with the rest of that database, by:\n  tuilerie serve '{}'",
        redact(connection)
    ));
    Ok(())
}
