//! Maps on other sites, as the server has its part in them: outlines of territories, who may frame and read what,
//! the page without scripts, and the description of it all for programs. The widget itself is tested in a
//! browser (`viewer/tests`).

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::server::{Server, demo};

/// A square of some thousandths of a degree, with its properties.
fn square(west: f64, south: f64, properties: Value) -> Value {
    let (east, north) = (west + 0.01, south + 0.01);
    let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

/// A server of one layer of squares, by a configuration.
fn serve(features: &[Value], server_keys: &str, layer_keys: &str) -> (Server, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    fs::write(directory.path().join("epci.geojson"), collection.to_string()).unwrap();
    let text = format!(
        "[server]\n{server_keys}\n[sources.a]\nfile = \"epci.geojson\"\n[layers.epci]\n{layer_keys}\n"
    );
    let file = directory.path().join("t.toml");
    fs::write(&file, text).unwrap();
    (Server::ready(&["--config", file.to_str().unwrap()]), directory)
}

#[test]
fn a_territory_of_several_features_is_one_outline_by_its_code() {
    let features = [
        square(2.0, 43.0, json!({ "siren": 200_035_715, "libelle": "Carcassonne Agglo" })),
        square(2.01, 43.0, json!({ "siren": 200_035_715, "libelle": "Carcassonne Agglo" })),
        square(3.0, 43.0, json!({ "siren": 200_035_863, "libelle": "Autre" })),
    ];
    let keys = "territory = \"siren\"\nterritory_name = \"libelle\"";
    let (server, _directory) = serve(&features, "", keys);
    let listed = server.get("/territories").json();
    let carcassonne = json!({ "code": "200035715", "name": "Carcassonne Agglo", "layer": "epci" });
    assert_eq!(listed["territories"].as_array().unwrap().len(), 2, "each once");
    assert_eq!(listed["territories"][1], carcassonne, "by name");

    let answer = server.get("/territories/200035715");
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let outline = answer.json();
    assert_eq!(outline["properties"], carcassonne);
    let polygons = outline["geometry"]["coordinates"].as_array().unwrap();
    assert_eq!(polygons.len(), 1, "the squares touch");
    let ring = polygons[0][0].as_array().unwrap();
    assert_eq!(polygons[0].as_array().unwrap().len(), 1, "no hole");
    assert!((5..=7).contains(&ring.len()), "no border between them: {ring:?}");
    assert_eq!(ring.first(), ring.last(), "closed");
    let at = |point: &Value| [point[0].as_f64().unwrap(), point[1].as_f64().unwrap()];
    let area: f64 = ring
        .windows(2)
        .map(|pair| (at(&pair[0]), at(&pair[1])))
        .map(|([ax, ay], [bx, by])| (ax - 2.0) * (by - 43.0) - (bx - 2.0) * (ay - 43.0))
        .sum();
    assert!((area / 2.0 - 0.0002).abs() < 1e-7, "counterclockwise, and all of it: {area}");
    let bbox: Vec<f64> = serde_json::from_value(outline["bbox"].clone()).unwrap();
    for (found, expected) in bbox.iter().zip([2.0, 43.0, 2.02, 43.01]) {
        assert!((found - expected).abs() < 2e-6, "{bbox:?}");
    }
}

#[test]
fn a_code_that_no_territory_has_is_not_found() {
    let (server, _directory) = serve(&[square(2.0, 43.0, json!({ "siren": "1" }))], "", "");
    for code in ["1", "2", "%2e%2e%2f", "%00"] {
        let answer = server.get(&format!("/territories/{code}"));
        assert_eq!(answer.status, 404, "a layer that has none: {code}");
        assert_eq!(answer.json()["code"], "no_such_territory");
    }
    assert_eq!(server.get("/territories").json(), json!({ "territories": [] }));
}

#[test]
fn a_column_of_codes_that_a_layer_lacks_is_told() {
    let squares = [square(2.0, 43.0, json!({ "siren": "1" }))];
    let (server, _directory) = serve(&squares, "", "territory = \"sirene\"");
    assert_eq!(server.get("/health/ready").json()["layers"]["epci"]["state"], "refused");
    assert!(server.log().contains("it carries no column \"sirene\" for `territory`"));
}

#[test]
fn an_outline_has_few_vertices_and_lies_where_the_territory_does() {
    let demo = demo();
    let listed = demo.get("/territories").json();
    let [territory] = &listed["territories"].as_array().unwrap()[..] else {
        panic!("the made-up commune is one")
    };
    let path = format!("/territories/{}", territory["code"].as_str().unwrap());
    let answer = demo.get_with(&path, &[("Accept-Encoding", "gzip")]);
    assert!(answer.body.len() < 10_000, "{} bytes", answer.body.len());
    let etag = answer.header("etag");
    assert_eq!(demo.get_with(&path, &[("If-None-Match", etag)]).status, 304);
    let outline = demo.get(&path).json();
    let bounds = &demo.get("/tiles/communes").json()["bounds"];
    for side in 0..4 {
        let (found, layer) = (outline["bbox"][side].as_f64(), bounds[side].as_f64());
        assert!((found.unwrap() - layer.unwrap()).abs() < 1e-5, "{outline}");
    }
}

#[test]
fn pages_of_the_origins_that_are_named_may_frame_the_map_and_no_others() {
    let squares = [square(2.0, 43.0, json!({}))];
    let (server, _directory) =
        serve(&squares, "frame_ancestors = [\"https://mairie.example\"]", "");
    let framed_by = |server: &Server, path: &str| {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        policy.split_once("frame-ancestors ").expect("in the policy").1.to_owned()
    };
    assert_eq!(framed_by(&server, "/embed"), "'self' https://mairie.example");
    assert_eq!(framed_by(&server, "/"), "'self'", "the viewer is no part of other pages");
    assert_eq!(framed_by(&demo(), "/embed"), "*");
}

#[test]
fn pages_of_the_origins_that_are_named_may_read_all_that_a_map_takes() {
    let squares = [square(2.0, 43.0, json!({ "siren": "1" }))];
    let keys = "cors_origins = [\"https://mairie.example\"]";
    let (server, _directory) = serve(&squares, keys, "territory = \"siren\"");
    for path in [
        "/tiles/epci/9/258/187",
        "/tiles/epci",
        "/styles/couches",
        "/styles/couches/legend",
        "/styles/couches/9/258/187.png",
        "/sprites/tuilerie.json",
        "/fonts/Source%20Sans%203%20Regular/0-255.pbf",
        "/catalog",
        "/territories/1",
        "/widget.js",
        "/changes-of-nobody",
    ] {
        for (origin, allowed) in
            [("https://mairie.example", "https://mairie.example"), ("https://autre.example", "")]
        {
            let answer = server.get_with(path, &[("Origin", origin)]);
            assert_eq!(answer.header("access-control-allow-origin"), allowed, "{path}");
            let varies = answer.headers.get_all("vary").iter().any(|vary| vary == "origin");
            assert!(varies, "{path} is another for another origin");
        }
    }
}

#[test]
fn without_scripts_the_page_is_a_map_that_the_server_draws() {
    let demo = demo();
    for query in
        ["", "?map=ocs-couverture&theme=dark", "?territory=11999", "?centre=2.89,43.28&zoom=15"]
    {
        let page = String::from_utf8(demo.get(&format!("/embed{query}")).body).unwrap();
        let noscript =
            page.split_once("<noscript>").unwrap().1.split_once("</noscript>").unwrap().0;
        let src = noscript.split_once("src=\"").unwrap().1.split_once('"').unwrap().0;
        let image = demo.get(&format!("/{src}"));
        assert_eq!((image.status, image.header("content-type")), (200, "image/png"), "{src}");
    }
    let attack = "/embed?map=%22%3E%3Cscript%3E&territory=%22%3E%3Cscript%3E&centre=%22,1&zoom=1";
    let page = String::from_utf8(demo.get(attack).body).unwrap();
    assert!(!page.contains("\"><script>"), "{page}");
}

#[test]
fn every_address_is_described_for_programs_with_all_its_parts() {
    let document = demo().get("/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in ["/tiles/{layers}/{z}/{x}/{y}", "/styles/{id}", "/embed", "/{layers}"] {
        assert!(paths.contains_key(path), "{path}");
    }
    for (path, item) in paths {
        let operation = &item["get"];
        let named: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().unwrap();
        let parts = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let mut said: Vec<&str> = parts.map(|part| part["name"].as_str().unwrap()).collect();
        said.sort_by_key(|name| named.iter().position(|part| part == name));
        assert_eq!(said, named, "{path}");
        assert!(operation["responses"].as_object().unwrap().contains_key("200"), "{path}");
    }
}
