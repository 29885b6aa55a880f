//! What the HTTP interface promises, on the real binary with a file of the test's own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::support::mvt::Value;
use crate::support::server::{PATIENCE, Server, run, tuilerie};
use serde_json::json;

/// A file in a directory that lives as long as the test.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    }
}

/// Squares of 0.01° around 2° E 43° N, with enough of them for a tile worth compressing.
fn squares() -> String {
    let features: Vec<_> = (0..400)
        .map(|i| {
            let (x, y) = (2.0 + f64::from(i % 20) * 0.01, 43.0 + f64::from(i / 20) * 0.01);
            let ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]];
            json!({
                "type": "Feature",
                "id": i,
                "properties": { "name": format!("carré {i}"), "rank": i % 7, "even": i % 2 == 0 },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            })
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn served() -> (Files, Server) {
    let files = Files::new();
    let squares = files.write("squares.geojson", &squares());
    let points = files.write(
        "points.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"t":"a"},
            "geometry":{"type":"Point","coordinates":[2.05,43.15]}}]}"#,
    );
    let server = Server::ready(&[&squares, &points]);
    (files, server)
}

/// A tile within the squares.
const TILE: &str = "10/517/375";

#[test]
fn a_file_is_served_by_one_command() {
    let (_files, server) = served();
    let layers = server.tile(&format!("/tiles/squares/{TILE}"));
    assert_eq!(layers.len(), 1);
    assert_eq!(
        (layers[0].name.as_str(), layers[0].extent, layers[0].version),
        ("squares", 4096, 2)
    );
    let first = &layers[0].features[0];
    assert_eq!(first.kind, 3);
    let id = first.id.unwrap();
    assert_eq!(first.properties["name"], Value::Text(format!("carré {id}")));
    assert_eq!(first.properties["rank"], Value::Number((id % 7) as f64));
    assert_eq!(first.properties["even"], Value::Bool(id % 2 == 0));
    let ids: Vec<_> = layers[0].features.iter().map(|feature| feature.id.unwrap()).collect();
    assert!(ids.is_sorted(), "canonical order is by id: {ids:?}");
}

#[test]
fn all_addresses_of_a_tile_give_the_same_bytes() {
    let (_files, server) = served();
    let expected = server.get(&format!("/tiles/squares/{TILE}")).body;
    for path in ["/squares", "/tiles/squares"] {
        for extension in ["", ".mvt", ".pbf", ".mvt?cachebuster=1"] {
            let answer = server.get(&format!("{path}/{TILE}{extension}"));
            assert_eq!((answer.status, answer.body == expected), (200, true), "{path} {extension}");
        }
    }
}

#[test]
fn a_composite_holds_its_layers_in_order_each_once() {
    let (_files, server) = served();
    let names = |path: &str| -> Vec<String> {
        server.tile(path).into_iter().map(|layer| layer.name).collect()
    };
    assert_eq!(names(&format!("/tiles/points,squares/{TILE}")), ["points", "squares"]);
    assert_eq!(names(&format!("/tiles/squares,points,squares/{TILE}")), ["squares", "points"]);
    let parts = [
        server.get(&format!("/tiles/points/{TILE}")).body,
        server.get(&format!("/tiles/squares/{TILE}")).body,
    ];
    assert_eq!(server.get(&format!("/tiles/points,squares/{TILE}")).body, parts.concat());
}

#[test]
fn features_without_ids_are_drawn_in_the_order_of_their_file() {
    let feature = |name: &str, east: f64| {
        json!({
            "type": "Feature",
            "id": name,
            "properties": { "name": name },
            "geometry": { "type": "Point", "coordinates": [2.05 + east, 43.15] },
        })
    };
    let names = ["below", "above", "far", "top", "last"];
    let features: Vec<_> =
        names.iter().zip([0.0, 0.0, 0.04, 0.0, 0.02]).map(|(name, x)| feature(name, x)).collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let files = Files::new();
    let path = files.write("ordered.geojson", &collection.to_string());
    let server = Server::ready(&[&path]);
    let found: Vec<_> = server.tile(&format!("/tiles/ordered/{TILE}"))[0]
        .features
        .iter()
        .map(|feature| feature.properties["name"].clone())
        .collect();
    assert_eq!(found, names.map(|name| Value::Text(name.to_owned())));
}

#[test]
fn tilejson_says_all_that_a_client_needs() {
    let (_files, server) = served();
    let tilejson = server.get("/tiles/squares").json();
    assert_eq!(tilejson["tilejson"], "3.0.0");
    let template = format!("http://{}/tiles/squares/{{z}}/{{x}}/{{y}}.mvt", server.address);
    assert_eq!(tilejson["tiles"], json!([template]));
    assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&json!(0), &json!(20)));
    let layer = &tilejson["vector_layers"][0];
    assert_eq!(layer["id"], "squares");
    assert_eq!(layer["geometry_type"], "polygon");
    let fields = json!({ "name": "String", "rank": "Number", "even": "Boolean" });
    assert_eq!(layer["fields"], fields);
    let expected = [2.0, 43.0, 2.2, 43.2];
    for (found, expected) in tilejson["bounds"].as_array().unwrap().iter().zip(expected) {
        assert!((found.as_f64().unwrap() - expected).abs() < 2e-6, "{tilejson}");
    }
    assert!(tilejson["attribution"].is_string());
    let both = server.get("/points,squares").json();
    assert_eq!(both["vector_layers"].as_array().unwrap().len(), 2);
}

#[test]
fn the_catalogue_lists_what_is_served() {
    let (_files, server) = served();
    let catalog = server.get("/catalog").json();
    assert_eq!(catalog["tiles"]["squares"]["features"], 400);
    assert_eq!(catalog["tiles"]["squares"]["content_type"], "application/vnd.mapbox-vector-tile");
    for kind in ["styles", "sprites", "fonts"] {
        assert!(catalog[kind].is_object());
    }
}

#[test]
fn public_url_stands_in_addresses_when_configured() {
    let files = Files::new();
    files.write("squares.geojson", &squares());
    let config = files.write(
        "tuilerie.toml",
        "[server]\npublic_url = \"https://tuiles.example.org/carte\"\n\
         [sources.s]\nfile = \"squares.geojson\"\n",
    );
    let server = Server::ready(&["--config", &config]);
    let answer = server.get_with("/tiles/squares", &[("X-Forwarded-Host", "evil.example")]);
    assert_eq!(
        answer.json()["tiles"][0],
        "https://tuiles.example.org/carte/tiles/squares/{z}/{x}/{y}.mvt"
    );
}

#[test]
fn an_empty_tile_is_204_and_what_does_not_exist_is_404() {
    let (_files, server) = served();
    let status = |path: &str| server.get(path).status;
    assert_eq!(status("/tiles/squares/10/0/0"), 204);
    assert_eq!(status("/tiles/nothing/10/0/0"), 404);
    assert_eq!(status("/tiles/nothing"), 404);
    assert_eq!(status("/tiles/squares,nothing/10/0/0"), 404);
    assert_eq!(status("/tiles/squares/21/0/0"), 404, "beyond the layer's zooms");
    assert_eq!(status("/no/such"), 404);
    let error = server.get("/tiles/nothing/10/0/0").json();
    assert_eq!(error["code"], "no_such_layer");
}

#[test]
fn impossible_tiles_are_refused_at_once() {
    let (_files, server) = served();
    for tile in ["-1/0/0", "0/-1/0", "a/0/0", "1.5/0/0", "0/0/0.png", "%00/0/0"] {
        assert_eq!(server.get(&format!("/tiles/squares/{tile}")).status, 400, "{tile}");
    }
    for tile in ["31/0/0", "255/0/0", "256/0/0", "3/8/0", "3/0/8", "99999999999999999999/0/0"] {
        assert_eq!(server.get(&format!("/tiles/squares/{tile}")).status, 404, "{tile}");
    }
}

#[test]
fn oversized_requests_are_refused() {
    let (_files, server) = served();
    let status = |request: String| {
        let answer = server.raw(request.as_bytes());
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let headers =
        format!("GET /catalog HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(64 << 10));
    assert_eq!(status(headers), "431");
    let long = "x".repeat(16 << 10);
    assert_eq!(
        status(format!("GET /{long} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
        "414"
    );
    let body =
        "GET /catalog HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10000000\r\n\r\n";
    assert_eq!(status(body.to_owned()), "413");
    assert_eq!(server.get("/catalog").status, 200, "others are served");
}

#[test]
fn every_encoding_carries_the_same_tile_under_the_same_etag() {
    let (_files, server) = served();
    let path = format!("/tiles/squares/{TILE}");
    let plain = server.get(&path);
    assert_eq!(plain.header("content-encoding"), "");
    for (accept, encoding) in
        [("gzip", "gzip"), ("zstd", "zstd"), ("br", "br"), ("gzip, deflate, br, zstd", "zstd")]
    {
        for cache in ["tuilerie; fwd=miss", "tuilerie; hit"] {
            let answer = server.get_with(&path, &[("Accept-Encoding", accept)]);
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(answer.header("etag"), plain.header("etag"));
            assert_eq!(answer.header("vary"), "accept, accept-encoding");
            assert!(answer.body.len() < plain.body.len());
            assert_eq!(decompress(encoding, &answer.body), plain.body);
            if accept == encoding {
                assert_eq!(answer.header("cache-status"), cache, "{accept}");
            }
        }
    }
}

fn decompress(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 1 << 22];
    let length = match encoding {
        "gzip" => libdeflater::Decompressor::new().gzip_decompress(bytes, &mut out).unwrap(),
        "zstd" => zstd::bulk::decompress_to_buffer(bytes, &mut out).unwrap(),
        "br" => {
            out.clear();
            brotli::BrotliDecompress(&mut &bytes[..], &mut out).unwrap();
            out.len()
        }
        other => panic!("{other}"),
    };
    out.truncate(length);
    out
}

#[test]
fn a_tile_that_the_client_has_is_304() {
    let (_files, server) = served();
    let path = format!("/tiles/squares/{TILE}");
    let etag = server.get(&path).header("etag").to_owned();
    assert!(etag.starts_with("W/\""));
    let again = server.get_with(&path, &[("If-None-Match", &etag), ("Accept-Encoding", "gzip")]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), etag);
    assert_eq!(again.header("cache-control"), "public, max-age=60, must-revalidate");
    let other = server.get_with(&path, &[("If-None-Match", "W/\"other\"")]);
    assert_eq!(other.status, 200);
}

#[test]
fn without_a_cache_every_answer_is_made() {
    let files = Files::new();
    let squares = files.write("squares.geojson", &squares());
    let server = Server::ready(&["--cache", "0", &squares]);
    for _ in 0..2 {
        let answer = server.get(&format!("/tiles/squares/{TILE}"));
        assert_eq!(answer.header("cache-status"), "tuilerie; fwd=miss");
    }
}

#[test]
fn a_hundred_requests_for_one_cold_tile_make_it_once() {
    let (_files, server) = served();
    let path = format!("/tiles/squares/{TILE}");
    // The first one asks and leaves without reading.
    let mut leaver = TcpStream::connect(&server.address).unwrap();
    write!(leaver, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    drop(leaver);
    let bodies: Vec<_> = thread::scope(|scope| {
        let requests: Vec<_> = (0..100).map(|_| scope.spawn(|| server.get(&path))).collect();
        requests.into_iter().map(|request| request.join().unwrap()).collect()
    });
    assert!(bodies.iter().all(|answer| answer.status == 200 && answer.body == bodies[0].body));
    assert_eq!(server.metric("tuilerie_tiles_made_total"), 1.0);
}

#[test]
fn made_up_query_strings_are_not_part_of_the_key() {
    let (_files, server) = served();
    let metrics = || String::from_utf8(server.get("/metrics").body).unwrap();
    server.get(&format!("/tiles/squares/{TILE}"));
    let before = metrics().lines().count();
    for i in 0..500 {
        server.get(&format!("/tiles/squares/{TILE}?x={i}"));
    }
    assert_eq!(server.metric("tuilerie_tiles_made_total"), 1.0);
    let after = metrics();
    assert_eq!(after.lines().count(), before, "metrics stay flat:\n{after}");
}

#[test]
fn other_sites_may_read_and_other_methods_are_refused() {
    let (_files, server) = served();
    let answer = server.get_with("/catalog", &[("Origin", "https://commune.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let preflight = server.raw(
        b"OPTIONS /catalog HTTP/1.1\r\nHost: a\r\nOrigin: https://commune.example\r\n\
          Access-Control-Request-Method: GET\r\nConnection: close\r\n\r\n",
    );
    assert!(preflight.starts_with("HTTP/1.1 200"), "{preflight}");
    let post = server.raw(b"POST /catalog HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(post.starts_with("HTTP/1.1 405"), "{post}");
    assert!(post.contains("\r\nallow: GET,HEAD\r\n"), "{post}");
    let bare = server.raw(
        b"OPTIONS /styles/couches/static/2,43,9/9x9.png HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    assert!(bare.contains("\r\nallow: GET,HEAD,POST\r\n"), "those of that address: {bare}");
    let head = server.raw(b"HEAD /catalog HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn it_is_alive_at_once_and_ready_with_each_layers_state() {
    let (_files, server) = served();
    assert_eq!(server.get("/health/live").status, 200);
    let ready = server.get("/health/ready").json();
    assert_eq!(ready["layers"]["squares"]["state"], "ready");
    assert_eq!(ready["layers"]["squares"]["features"], 400);
}

#[test]
fn sigterm_under_load_cuts_no_body_and_ends_with_0() {
    let (_files, mut server) = served();
    let path = format!("/tiles/squares/{TILE}");
    let expected = server.get(&path).body;
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let (address, path, expected) =
                (server.address.clone(), path.clone(), expected.clone());
            thread::spawn(move || read_until_closed(&address, &path, &expected))
        })
        .collect();
    thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
    for reader in readers {
        assert!(reader.join().unwrap() > 0, "each reader got answers before the end");
    }
}

/// Reads a tile again and again over connections kept open, until none can be had. Whatever began
/// to arrive must arrive whole.
fn read_until_closed(address: &str, path: &str, expected: &[u8]) -> usize {
    let mut answers = 0;
    'connections: loop {
        let Ok(mut stream) = TcpStream::connect(address) else { return answers };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        loop {
            if write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").is_err() {
                continue 'connections;
            }
            let mut answer = Vec::new();
            let mut buffer = [0; 64 << 10];
            loop {
                let read = stream.read(&mut buffer).unwrap_or(0);
                answer.extend_from_slice(&buffer[..read]);
                let head = answer.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4);
                if read == 0 {
                    assert!(answer.is_empty(), "an answer was cut after {} bytes", answer.len());
                    continue 'connections;
                }
                if let Some(head) = head
                    && answer.len() - head >= expected.len()
                {
                    assert!(&answer[head..] == expected, "the body is the tile's");
                    answers += 1;
                    break;
                }
            }
        }
    }
}

#[test]
fn a_port_in_use_is_one_clear_message() {
    let (_files, server) = served();
    let (code, _, error) = run(&mut tuilerie(&["demo", "--listen", &server.address]));
    assert_eq!(code, 1);
    assert!(error.contains(&format!("cannot listen on {}", server.address)), "{error}");
    assert!(error.contains("--listen"), "{error}");
}

#[test]
fn finding_layers_does_not_publish_them_to_the_world() {
    let files = Files::new();
    let squares = files.write("squares.geojson", &squares());
    let (code, _, error) = run(&mut tuilerie(&["serve", "--listen", "0.0.0.0:0", &squares]));
    assert_eq!(code, 1);
    assert!(error.contains("--publish-all"), "{error}");
    let mut command = tuilerie(&["serve", "--listen", "0.0.0.0:0", "--publish-all", &squares]);
    command.env("TUILERIE_LOG", "info");
    let server = Server::spawn(command);
    assert!(server.address.starts_with("0.0.0.0:"));
}

#[test]
fn a_second_server_on_one_store_says_so() {
    let files = Files::new();
    let squares = files.write("squares.geojson", &squares());
    let store = files.0.path().join("store").to_string_lossy().into_owned();
    let _first = Server::ready(&["--store", &store, &squares]);
    let again = ["serve", "--listen", "127.0.0.1:0", "--store", &store, &squares];
    let (code, _, error) = run(&mut tuilerie(&again));
    assert_eq!(code, 1);
    assert!(error.contains("in use by another Tuilerie"), "{error}");
}

#[test]
fn nothing_to_serve_and_what_does_not_exist_are_clear_messages() {
    let message = |arguments: &[&str]| {
        let (code, _, error) = run(&mut tuilerie(arguments));
        assert_eq!(code, 1, "{error}");
        assert!(!error.contains("panicked"), "{error}");
        error
    };
    assert!(message(&["serve"]).contains("DATABASE_URL"));
    assert!(message(&["serve", "nowhere.gpkg"]).contains("nowhere.gpkg: no such file"));
    assert!(message(&["serve", "--config", "nowhere.toml"]).contains("nowhere.toml"));
    assert!(message(&["check", "--config", "nowhere.toml", "x"]).contains("either"));
}

#[test]
fn one_bad_file_layer_does_not_stop_the_others() {
    let files = Files::new();
    let squares = files.write("squares.geojson", &squares());
    let broken = files.write("broken.geojson", r#"{"type":"FeatureCollection","features":[{"#);
    let server = Server::ready(&[&squares, &broken]);
    let ready = server.get("/health/ready").json();
    assert_eq!(ready["layers"]["squares"]["state"], "ready");
    assert_eq!(ready["layers"]["broken"]["state"], "refused");
    assert!(server.log().contains("broken"), "{}", server.log());
    assert_eq!(server.get("/tiles/broken").status, 404);
}
