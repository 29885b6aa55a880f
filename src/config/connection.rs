//! PostgreSQL connection strings, which never show their password. What is in one beyond its form
//! is the driver's matter.

use std::fmt;
use std::ops::Range;

/// A PostgreSQL connection string. Shows itself without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection(String);

impl Connection {
    /// A connection string as PostgreSQL takes it: a URL or `key=value` pairs.
    pub fn new(text: impl Into<String>) -> Connection {
        Connection(text.into())
    }

    /// A text that has the form of a connection string, or `None`.
    ///
    /// ```
    /// use tuilerie::config::Connection;
    /// assert!(Connection::recognise("postgresql://db/sig").is_some());
    /// assert!(Connection::recognise("host=/run/postgresql dbname=sig").is_some());
    /// assert!(Connection::recognise("data/cadastre.gpkg").is_none());
    /// ```
    pub fn recognise(text: &str) -> Option<Connection> {
        let text = text.trim();
        let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        let is_pairs = text.split_once('=').is_some_and(|(key, _)| {
            let key = key.trim_end();
            !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        (is_url || is_pairs).then(|| Connection::new(text))
    }

    /// The string with its password, for connecting only.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.0))
    }
}

/// A text with `***` for every password, where it is a connection string, a URL or pairs.
///
/// Drivers disagree on odd strings (where a password with an unescaped `@`, `/` or `?` ends), so
/// where two readings are possible, this hides what either would take for the password, even if
/// that hides a host as well.
pub fn redact(text: &str) -> String {
    let mut hidden = match url_start(text) {
        Some(start) => url_secrets(text, start),
        None => pair_secrets(text),
    };
    hidden.sort_by_key(|range| range.start);
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for range in hidden {
        if range.start > end {
            shown.push_str(&text[end..range.start]);
            shown.push_str("***");
        }
        end = end.max(range.end);
    }
    shown.push_str(&text[end..]);
    shown
}

/// Where the part after `scheme://` begins, unless the text is one of pairs.
fn url_start(text: &str) -> Option<usize> {
    let (scheme, _) = text.split_once("://")?;
    (!scheme.contains('=')).then_some(scheme.len() + "://".len())
}

/// The passwords of a URL: from the first `:` to the last `@`, and the values of parameters.
fn url_secrets(url: &str, start: usize) -> Vec<Range<usize>> {
    let rest = &url[start..];
    let mut secrets = Vec::new();
    if let (Some(colon), Some(at)) = (rest.find(':'), rest.rfind('@'))
        && colon < at
    {
        secrets.push(start + colon + 1..start + at);
    }
    let mut piece_start = start;
    for piece in rest.split('&') {
        // Not the first `=` alone: a password in the user part may hold one before the query.
        let value = piece.match_indices('=').find(|(at, _)| names_a_secret(&piece[..*at]));
        if let Some((at, _)) = value {
            secrets.push(piece_start + at + 1..piece_start + piece.len());
        }
        piece_start += piece.len() + 1;
    }
    secrets
}

/// The passwords of `key = value` pairs, as libpq reads them: values in single quotes or up to a
/// space, a backslash before what is meant literally.
fn pair_secrets(pairs: &str) -> Vec<Range<usize>> {
    let mut secrets = Vec::new();
    let mut at = 0;
    while let Some(equals) = pairs[at..].find('=') {
        let key = &pairs[at..at + equals];
        let after = at + equals + 1;
        let start = after + (pairs[after..].len() - pairs[after..].trim_start().len());
        let end = start + value_length(&pairs[start..]);
        if names_a_secret(key) {
            secrets.push(start..end);
        } else if let Some(url) = url_start(&pairs[start..end]) {
            secrets.extend(url_secrets(&pairs[..end], start + url));
        }
        at = end;
    }
    secrets
}

fn value_length(text: &str) -> usize {
    let quoted = text.starts_with('\'');
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(usize::from(quoted)) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' if quoted => return at + 1,
            c if c.is_whitespace() && !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether a key, or a text that ends with one, is that of a secret: `password`, `sslpassword`,
/// `oauth_client_secret`, percent-encoded or not.
fn names_a_secret(key: &str) -> bool {
    let decoded = percent_decode(key.trim_end()).to_ascii_lowercase();
    [&b"password"[..], b"secret", b"pwd"].iter().any(|name| decoded.ends_with(name))
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut digit = || ahead.next().and_then(|d| char::from(d).to_digit(16));
        match (byte, digit(), digit()) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                bytes = ahead;
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_connection_string_shows_its_password() {
        let strings = [
            "postgres://carte:Hidden@db/sig",
            "postgresql://carte:Hidden@db:5432,db2:5433/sig?sslmode=require",
            "postgres://carte:Hi@Hidden@db/sig",
            "postgres://carte:Hi/Hidden@db/sig",
            "postgres://carte:Hi?Hidden@db/sig",
            "postgres://carte:Hi=Hidden@db/sig?password=Hidden",
            "postgres://carte:Hi&password=Hidden@db/sig",
            "postgres://carte:%48idden@db/sig?sslpassword=Hidden&sslmode=require",
            "postgres://carte@db:5432/sig?password=Hi@Hidden",
            "postgres://db/sig?password=Hidden&password=Hidden",
            "postgres://db/sig?%70assword=Hidden",
            "postgres://db/sig?pass%77ord=Hi?Hidden",
            "POSTGRES://carte:Hidden@db/sig",
            "host=db password=Hidden dbname=sig",
            "host=db password=Hi&Hidden dbname=sig",
            "host=db password = Hidden",
            "host=db password='Hi Hidden' dbname=sig",
            r"host=db password='Hi\' Hidden' dbname=sig",
            r"host=db password='Hi\\\' Hidden' dbname=sig",
            r"host=db password=Hi\ Hidden dbname=sig",
            "password='Hi Hidden",
            "password=Hidden sslpassword=Hidden host=db",
            "host=db PASSWORD=Hidden",
            "oauth_client_secret=Hidden host=db",
            "password=Hi://Hidden host=db",
            "dbname=postgres://carte:Hidden@db/sig",
            "${X:-postgres://carte:Hidden@db/sig}",
        ];
        for string in strings {
            let shown = Connection::new(string).to_string();
            assert!(!shown.contains("idden"), "{shown}");
            assert!(!shown.contains("Hi") && shown.contains("***"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_secret_stays_readable() {
        for (string, shown) in [
            ("postgres://carte:x@db:5432/sig?a=b", "postgres://carte:***@db:5432/sig?a=b"),
            ("postgres://carte@[::1]:5432/sig", "postgres://carte@[::1]:5432/sig"),
            ("postgres://db/sig?password=x&a=b", "postgres://db/sig?password=***&a=b"),
            (r"host=db password='a\'b' user=u", "host=db password=*** user=u"),
            ("password=x password='y z' host=db", "password=*** password=*** host=db"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("", ""),
        ] {
            assert_eq!(redact(string), shown);
        }
    }

    #[test]
    fn only_the_forms_of_postgresql_are_taken_for_connections() {
        for text in ["mysql://db/sig", "cadastre.gpkg", "", "=x", "a/b=c.geojson"] {
            assert!(Connection::recognise(text).is_none(), "{text}");
        }
    }
}
