//! The query of an address that draws a map. What it does not understand would be another map than was asked for,
//! so that is refused; tiles ignore it, whose addresses are made by programs and never mistyped.

use super::error::HttpError;
use crate::config::did_you_mean;

/// What clients, proxies and newsletters add to any address: keys for servers that ask for one, numbers against
/// caches, where a reader came from. It means nothing here, and is no part of a cache's key.
const ADDED: [&str; 13] = [
    "_",
    "v",
    "t",
    "ts",
    "cb",
    "key",
    "api_key",
    "token",
    "access_token",
    "fbclid",
    "gclid",
    "mc_cid",
    "mc_eid",
];
const CAMPAIGN: &str = "utm_";
/// Nobody reads more of a name that is none.
const LONGEST: usize = 40;

/// Whether a query has no other parameters than some, and each of them once.
///
/// # Errors
/// For the first that is not so.
pub fn check(query: Option<&str>, known: &[&str]) -> Result<(), HttpError> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let names = pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let mut found: Vec<&str> = Vec::new();
    for name in names.filter(|name| !is_added(name)) {
        if !known.contains(&name) {
            return Err(unknown(name, known));
        }
        if found.contains(&name) {
            return Err(HttpError::BadAddress(format!("\"{name}\" stands twice in the address")));
        }
        found.push(name);
    }
    Ok(())
}

/// `style.css?20261201` is an address against caches too.
fn is_added(name: &str) -> bool {
    ADDED.contains(&name)
        || name.starts_with(CAMPAIGN)
        || name.bytes().all(|byte| byte.is_ascii_digit())
}

fn unknown(name: &str, known: &[&str]) -> HttpError {
    let shown: String = name.chars().take(LONGEST).collect();
    let hint = did_you_mean(name, known).map(|hint| format!("; {hint}")).unwrap_or_default();
    let known = known.join(", ");
    HttpError::BadAddress(format!("this address takes no \"{shown}\", but {known}{hint}"))
}

/// What an address says with `true` or `false`; nothing means the latter.
///
/// # Errors
/// For any other word.
pub fn is_true(name: &str, said: Option<&str>) -> Result<bool, HttpError> {
    match said {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(_) => Err(HttpError::BadAddress(format!("{name} is true or false"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_and_what_is_added_everywhere_passes() {
        let known = ["scale", "markers", "hide"];
        let said = |query: &str| check(Some(query), &known).map_err(|error| error.to_string());
        for query in [
            "",
            "&&",
            "scale=true&hide=a&markers=",
            "_=17&v=2&t&key=k&access_token=a&utm_source=lettre&fbclid=1",
            "20261201",
            "=",
        ] {
            assert_eq!(said(query), Ok(()), "{query}");
        }
        assert_eq!(
            said("scale=true&marker=2,43").unwrap_err(),
            "this address takes no \"marker\", but scale, markers, hide; did you mean \"markers\"?"
        );
        assert!(said("Scale=true").is_err() && said("nonsense").is_err() && said("%00").is_err());
        assert!(said("markers=1,1&_=1&markers=2,2").unwrap_err().contains("twice"));
        assert!(said(&"x".repeat(8000)).unwrap_err().len() < 200);
        assert_eq!(check(None, &known), Ok(()));
        assert_eq!(is_true("scale", Some("true")), Ok(true));
        assert!(is_true("scale", Some("yes")).is_err() && is_true("scale", Some("")).is_err());
    }
}
