//! Promise: an address that is mistyped is told so, with what was likely meant, and never answered with another map;
//! what browsers and crawlers ask of any site is answered. (Row H5 of the table of faults.)

use serde_json::json;

use crate::support::files::folder;
use crate::support::server::{Server, demo};

const MAP: &str = "/styles/plan/static/2.8894,43.2815,16/200x100.png";
const SHEET: &str = "/styles/plan/print.pdf?center=2.8894,43.2815&scale=2000";

/// What a refusal says.
fn refused(server: &Server, path: &str) -> String {
    let answer = server.get(path);
    let said = answer.json();
    assert_eq!((answer.status, said["code"].as_str()), (400, Some("bad_address")), "{path}");
    said["message"].as_str().unwrap().to_owned()
}

#[test]
fn what_a_drawn_map_does_not_understand_is_refused_and_the_nearest_name_is_told() {
    let server = demo();
    for (path, told) in [
        (format!("{MAP}?marker=2.8894,43.2815"), "did you mean \"markers\"?"),
        (format!("{MAP}?scale=yes"), "scale is true or false"),
        (format!("{MAP}?hide=noms&hide=bati"), "\"hide\" stands twice"),
        (format!("{MAP}?hide=nonsense"), "no group \"nonsense\""),
        (format!("{MAP}?show=batis"), "did you mean \"bati\"?"),
        (format!("{MAP}?markers=2.8894"), "a marker is {lon},{lat}"),
        (format!("{MAP}?markers=2.8894,102.9"), "lat is no number from -85.06 to 85.06"),
        (format!("{MAP}?markers=2.8894,43.2815,nocolour"), "markers: "),
        (format!("{SHEET}&titel=Plan"), "did you mean \"title\"?"),
        (format!("{SHEET}&hide=nonsense"), "no group \"nonsense\""),
        ("/styles/plan/legend?zom=14".to_owned(), "did you mean \"zoom\"?"),
    ] {
        let said = refused(&server, &path);
        assert!(said.contains(told), "{path}: {said}");
    }
    let unknown = refused(&server, &format!("{MAP}?hide=nonsense"));
    assert!(unknown.contains("bati"), "those that there are: {unknown}");
    let point = json!({ "type": "Point", "coordinates": [2.8894, 43.2815] }).to_string();
    for query in ["?markers=2.8894,43.2815", "?colour=red", "?hide=nonsense"] {
        let answer = server.post(&format!("{MAP}{query}"), &point);
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.json()["code"], "bad_address", "{query}");
    }
}

#[test]
fn what_is_added_to_any_address_changes_no_map_and_no_key() {
    let server = demo();
    let path = "/styles/plan/static/2.8801,43.2801,15/90x90.png";
    let plain = server.get(path);
    assert_eq!(plain.status, 200);
    for query in [
        "?_=1",
        "?v=2&t=3",
        "?20261201",
        "?key=a&access_token=b",
        "?utm_source=lettre",
        "?markers=",
    ] {
        let answer = server.get(&format!("{path}{query}"));
        assert_eq!((answer.status, &answer.body), (200, &plain.body), "{query}");
        assert!(answer.header("cache-status").ends_with("hit"), "{query}");
    }
    // Tiles let everything pass, as ever.
    for tile in ["/styles/plan/1/0/0.png", "/tiles/batiments/1/0/0"] {
        assert_ne!(server.get(&format!("{tile}?nonsense=1")).status, 400, "{tile}");
    }
}

#[test]
fn latitude_and_longitude_in_the_other_order_are_told_from_a_place_without_data() {
    let server = demo();
    for path in [
        "/styles/plan/static/43.2815,2.8894,16/200x100.png",
        "/styles/plan/static/43.28,2.88,43.29,2.89/200x100.png",
        "/styles/plan/print.pdf?center=43.2815,2.8894&scale=2000",
    ] {
        let said = refused(&server, path);
        assert!(said.contains("longitude first; did you mean 2.88"), "{path}: {said}");
    }
    let beyond = refused(&server, "/styles/plan/static/48.85,102.35,16/200x100.png");
    assert!(beyond.contains("did you mean 102.35,48.85?"), "{beyond}");
    // Nothing lies there, and nothing says that another place was meant.
    for elsewhere in ["2.8894,2.8894,16", "-60,10,9", "43.2815,2.8894,0"] {
        let map = server.get(&format!("/styles/plan/static/{elsewhere}/400x400.png"));
        assert_eq!(map.status, 200, "{elsewhere}");
    }
}

#[test]
fn every_parameter_that_is_described_is_understood() {
    let server = demo();
    let paths = server.get("/openapi.json").json()["paths"].clone();
    for (path, asked) in [
        ("/styles/{id}/static/{place}/{size}", MAP),
        ("/styles/{id}/print.pdf", "/styles/plan/print.pdf"),
        ("/styles/{id}/legend", "/styles/plan/legend"),
    ] {
        let parameters = paths[path]["get"]["parameters"].as_array().unwrap();
        let names: Vec<_> = parameters.iter().filter(|part| part["in"] == "query").collect();
        assert!(!names.is_empty(), "{path}");
        for name in names.iter().map(|part| part["name"].as_str().unwrap()) {
            let answer = server.get(&format!("{asked}?{name}=%21"));
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!said.contains("takes no"), "{path} {name}: {said}");
        }
    }
}

/// The head of an answer to a method.
fn head(server: &Server, method: &str, path: &str) -> String {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = server.raw(request.as_bytes()).to_lowercase();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(method != "HEAD" || body.is_empty(), "{method} {path}: {body}");
    format!("{head}\r\n")
}

#[test]
fn what_any_site_is_asked_for_is_answered_to_every_method_that_reads() {
    let server = demo();
    for (path, media_type) in [
        ("/favicon.ico", "image/svg+xml"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/health", "application/json"),
        ("/index.html", "text/html; charset=utf-8"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{path}");
        let said = head(&server, "HEAD", path);
        assert!(said.starts_with("http/1.1 200"), "{said}");
        assert!(said.contains(&format!("\r\ncontent-type: {media_type}\r\n")), "{said}");
        let bare = head(&server, "OPTIONS", path);
        assert!(bare.contains("\r\nallow: get,head\r\n"), "{bare}");
        assert!(head(&server, "POST", path).starts_with("http/1.1 405"), "{path}");
    }
    assert_eq!(server.get("/index.html").body, server.get("/").body);
    assert_eq!(server.get("/health").json()["live"], true);
    let rules = String::from_utf8(server.get("/robots.txt").body).unwrap();
    assert!(rules.contains("\nDisallow: /tiles/\n"), "{rules}");
}

#[test]
fn a_slash_too_many_leads_to_the_address_without_it() {
    let server = demo();
    for path in ["/catalog/", "/health/", "/tiles/batiments/?encoding=mvt", "/styles/plan/legend/"]
    {
        let said = head(&server, "GET", path);
        assert!(said.starts_with("http/1.1 308"), "{path}: {said}");
        assert!(head(&server, "HEAD", path).starts_with("http/1.1 308"), "{path}");
        // The client follows it.
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert!(head(&server, "POST", "/catalog/").starts_with("http/1.1 404"));
    let outside = head(&server, "GET", "//evil.example/");
    assert!(outside.contains("\r\nlocation: ../evil.example\r\n"), "{outside}");
    assert!(head(&server, "GET", "/a//").starts_with("http/1.1 404"));
}

#[test]
fn names_in_the_log_move_no_cursor_and_make_no_line_of_their_own() {
    let point = r#"{"type":"Point","coordinates":[2.88,43.28]}"#;
    let name = "a\u{1b}[2J\r\n2026-12-01T00:00:00Z ERROR forged\u{202e}.geojson";
    let files = folder(&[("good.geojson", point), (name, point)]);
    let paths = ["good.geojson", name].map(|name| files.path().join(name));
    let server = Server::ready(&paths.each_ref().map(|path| path.to_str().unwrap()));
    let log = server.log();
    assert!(log.contains("ERROR forged"), "the name is told: {log}");
    assert!(log.lines().all(|line| !line.starts_with("2026-12-01T00:00:00Z ERROR")), "{log}");
    assert!(!log.contains(['\u{1b}', '\r', '\u{202e}']), "{log:?}");
}
