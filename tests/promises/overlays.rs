//! Promise: markers and GeoJSON of a request's own are drawn over a map, and what is wrong with them is told
//! with its place.

use std::io::Write;
use std::time::Duration;

use image::{DynamicImage, GenericImageView};
use serde_json::{Value, json};

use crate::support::server::{Answer, Server, demo};

const MAP: &str = "/styles/plan/static/2.8894,43.2815,16/400x300.png";

fn drawn(answer: &Answer) -> DynamicImage {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    image::load_from_memory(&answer.body).unwrap()
}

fn pixel(image: &DynamicImage, x: u32, y: u32) -> [u8; 3] {
    let [r, g, b, _] = image.get_pixel(x, y).0;
    [r, g, b]
}

fn feature(kind: &str, coordinates: Value, properties: Value) -> Value {
    let geometry = json!({ "type": kind, "coordinates": coordinates });
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

/// Degrees to a pixel of CSS of that map, eastwards and northwards.
const STEP: [f64; 2] = [360.0 / (512.0 * 65536.0), 360.0 / (512.0 * 65536.0) * 0.728];

/// The place of a pixel of it.
fn place(x: f64, y: f64) -> Value {
    json!([2.8894 + (x - 200.0) * STEP[0], 43.2815 - (y - 150.0) * STEP[1]])
}

#[test]
fn geojson_in_a_body_is_drawn_over_the_map_by_its_own_properties() {
    let server = demo();
    let plain = drawn(&server.get(MAP));
    let square = json!([[
        place(20., 20.),
        place(120., 20.),
        place(120., 120.),
        place(20., 120.),
        place(20., 20.)
    ]]);
    let collection = json!({ "type": "FeatureCollection", "features": [
        feature("Polygon", square,
            json!({ "fill": "#00ff00", "fill-opacity": 1, "stroke": "000", "stroke-width": 6 })),
        feature("LineString", json!([place(20., 200.), place(380., 200.)]),
            json!({ "stroke": "rgb(255, 0, 0)", "stroke-width": 8 })),
        feature("Point", place(300., 120.),
            json!({ "marker-color": "#0000ff", "marker-size": "large", "marker-symbol": "a" })),
    ]});
    let answer = server.post(MAP, &collection.to_string());
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(answer.header("cache-control"), "no-store");
    let image = drawn(&answer);
    assert_eq!(pixel(&image, 70, 70), [0, 255, 0], "the area");
    assert_eq!(pixel(&image, 20, 70), [0, 0, 0], "its border");
    assert_eq!(pixel(&image, 100, 200), [255, 0, 0], "the line");
    assert_eq!(pixel(&image, 300, 112), [0, 0, 255], "the pin, which stands on its place");
    assert_eq!(pixel(&image, 300, 126), pixel(&plain, 300, 126), "and not below it");
    assert_eq!(pixel(&image, 200, 280), pixel(&plain, 200, 280), "the map is there as it was");
    // Half of a colour.
    let faint = json!({ "fill": "#ff0000", "fill-opacity": 0.5, "stroke-opacity": 0 });
    let square = collection["features"][0]["geometry"].clone();
    let faint = json!({ "type": "Feature", "properties": faint, "geometry": square });
    let half = pixel(&drawn(&server.post(MAP, &faint.to_string())), 70, 70);
    let under = pixel(&plain, 70, 70).map(|part| part / 2);
    let expected = [under[0] + 128, under[1], under[2]];
    let off = half.into_iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
    assert!(off <= Some(3), "{half:?} {expected:?}");
}

#[test]
fn markers_in_an_address_are_those_of_a_body() {
    let server = demo();
    let path = format!("{MAP}?markers=2.8894,43.2815,ff0000,7");
    let by_address = server.get(&path);
    let marker = json!({ "marker-color": "ff0000", "marker-symbol": 7 });
    let body = feature("Point", json!([2.8894, 43.2815]), marker);
    let by_body = drawn(&server.post(MAP, &body.to_string()));
    assert!(drawn(&by_address).pixels().eq(by_body.pixels()));
    assert_ne!(by_address.body, server.get(MAP).body);
    assert!(server.get(&path).header("cache-status").ends_with("hit"));
    let encoded = format!("{MAP}?scale=true&markers=2.8894%2C43.2815%2C%23ff0000");
    assert_eq!(server.get(&encoded).status, 200);
    for wrong in ["2.88", "a,b", "200,43", "2.88,43.28,nocolour"] {
        let answer = server.get(&format!("{MAP}?markers={wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[test]
fn what_is_wrong_with_a_body_is_told_with_its_json_pointer() {
    let server = demo();
    let wrong = feature("Point", json!([2.88, 430]), json!({ "marker-color": "<script>" }));
    let answer = server.post(MAP, &wrong.to_string());
    let json = answer.json();
    assert_eq!((answer.status, json["code"].as_str()), (400, Some("bad_body")));
    let pointers: Vec<_> =
        json["mistakes"].as_array().unwrap().iter().map(|mistake| &mistake["pointer"]).collect();
    assert_eq!(pointers, ["/geometry/coordinates/1", "/properties/marker-color"]);
    let deep = "[".repeat(100_000);
    for body in
        ["", "{", "[]", "null", "\u{0}", &deep, r#"{"type":"Point","coordinates":[1e999,0]}"#]
    {
        assert_eq!(server.post(MAP, body).status, 400, "{}", &body[..body.len().min(20)]);
    }
    assert_eq!(server.post("/styles/plan/static/2.88,43.28,14/99999x1.png", "{}").status, 400);
    let point = json!({ "type": "Point", "coordinates": [2.88, 43.28] }).to_string();
    assert_eq!(server.post("/styles/aucun/static/2.88,43.28,14/9x9.png", &point).status, 404);
    assert_eq!(server.post("/styles/plan/14/8300/5900.png", &point).status, 405);
    assert_eq!(server.post("/catalog", &point).status, 405);
}

#[test]
fn a_body_is_as_large_as_configured_and_comes_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let zone = r#"{"type":"Point","coordinates":[2.88,43.28]}"#;
    std::fs::write(directory.path().join("zone.geojson"), zone).unwrap();
    let config = directory.path().join("tuilerie.toml");
    let text = "[server]\noverlay_bytes = \"2kB\"\n[sources.zone]\nfile = \"zone.geojson\"";
    std::fs::write(&config, text).unwrap();
    let server = Server::ready(&["--config", config.to_str().unwrap()]);
    let map = "/styles/couches/static/2.88,43.28,14/64x64.png";
    assert_eq!(server.post(map, zone).status, 200);
    let padded = format!("{zone}{}", " ".repeat(2048));
    assert_eq!(server.post(map, &padded).status, 413);
    // Its length not announced.
    let chunks = "800\r\n".to_owned() + &" ".repeat(2048) + "\r\n";
    let request = format!(
        "POST {map} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         {chunks}{chunks}0\r\n\r\n"
    );
    assert!(server.raw(request.as_bytes()).starts_with("HTTP/1.1 413"));
    // One that stops halfway keeps nobody waiting.
    let head = format!("POST {map} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{{");
    let mut slow = server.stream(&head);
    slow.flush().unwrap();
    assert_eq!(server.post(map, zone).status, 200);
    let mut answer = [0; 12];
    slow.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    std::io::Read::read_exact(&mut slow, &mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}
