//! How a connection is opened: the connection string with our defaults, and what it means when it fails.

use std::error::Error as _;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use crate::source::SourceError;

/// How long a host may take to answer a connection that says nothing about it.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a dead peer goes unnoticed.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// The connection string as tokio-postgres takes it, with our defaults. Its own messages quote
/// parts of the string, perhaps of a password with a space in it: they are not passed on.
pub(super) fn parse(text: &str) -> Result<(Config, MakeRustlsConnect), String> {
    let (text, verify) = known_ssl_modes(text);
    let mut config = Config::from_str(&text).map_err(|_| {
        "the connection string cannot be read: write postgres://user:password@host:port/database \
         with special characters percent-encoded, or key='value' pairs of host, port, dbname, \
         user, password, sslmode, connect_timeout"
            .to_owned()
    })?;
    if config.get_application_name().is_none() {
        config.application_name("tuilerie");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    config.keepalives_idle(KEEPALIVE).tcp_user_timeout(KEEPALIVE);
    let tls = if verify { tls::verified() } else { tls::unverified() };
    Ok((config, tls?))
}

/// Writes libpq's modes with the three that tokio-postgres knows, and says whether certificates
/// are checked.
fn known_ssl_modes(text: &str) -> (String, bool) {
    let verify = ["sslmode=verify-full", "sslmode=verify-ca"];
    let checked = verify.iter().any(|mode| text.contains(mode));
    let text = verify.iter().fold(text.replace("sslmode=allow", "sslmode=prefer"), |text, mode| {
        text.replace(mode, "sslmode=require")
    });
    (text, checked)
}

/// A database by its name and host, for messages.
pub(super) fn place(config: &Config) -> String {
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => format!("database \"{database}\" on {host}:{port}"),
        Some(Host::Unix(path)) => format!("database \"{database}\" in {}", path.display()),
        None => format!("database \"{database}\""),
    }
}

/// What a failed connection means: whether trying again can help.
pub(super) fn connect_error(error: &Error, place: &str) -> SourceError {
    let Some(answer) = error.as_db_error() else {
        let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
        // A certificate that is refused is InvalidData.
        let odd = [io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput];
        let later = error.is_closed() || cause.is_some_and(|io| !odd.contains(&io.kind()));
        let message = format!("{place}: {}", reason(error));
        return if later {
            SourceError::Unreachable(message)
        } else {
            SourceError::Rejected(message)
        };
    };
    let message = answer.message();
    let remedy = match *answer.code() {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "check the role and its password in the connection string, and pg_hba.conf"
        }
        SqlState::INVALID_CATALOG_NAME => "check the database's name in the connection string",
        SqlState::INSUFFICIENT_PRIVILEGE => "GRANT CONNECT ON DATABASE to the role",
        _ => return SourceError::Unreachable(format!("{place}: {message}")),
    };
    SourceError::Rejected(format!("{place}: {message}: {remedy}"))
}

/// An error with its cause.
pub(super) fn reason(error: &Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ssl_modes_of_libpq_are_understood() {
        for (mode, checked) in [
            ("disable", false),
            ("allow", false),
            ("prefer", false),
            ("require", false),
            ("verify-ca", true),
            ("verify-full", true),
        ] {
            let text = format!("postgres://u@h/d?sslmode={mode}");
            assert_eq!(known_ssl_modes(&text).1, checked, "{mode}");
            assert!(Config::from_str(&known_ssl_modes(&text).0).is_ok(), "{mode}");
        }
    }

    #[test]
    fn a_connection_string_that_cannot_be_read_is_not_repeated() {
        let text = "host=h user=u password=my secret word";
        let message = parse(text).err().unwrap();
        assert!(!message.contains("secret") && !message.contains("my"), "{message}");
    }

    #[test]
    fn what_a_string_says_of_itself_is_kept() {
        let (config, _) = parse("host=h connect_timeout=3 application_name=viewer").unwrap();
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(3)));
        assert_eq!(config.get_application_name(), Some("viewer"));
        let (config, _) = parse("postgres://h/d").unwrap();
        assert_eq!(config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(config.get_application_name(), Some("tuilerie"));
    }
}
