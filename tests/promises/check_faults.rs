//! All inputs of a folder of faults in one run (`make check-faults FAULTS=FOLDER`): each on the real binary, its
//! right value asserted. The promises themselves are held by tests that make their data; this is the round
//! through the files that others made.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::mvt::{self, Feature, Value};
use crate::support::server::{Server, run, tuilerie};

/// A folder's name, and what must be seen of its files.
type Row = (&'static str, fn(&Inputs));

const ROWS: [Row; 11] = [
    ("01-gpkg-case", names_have_no_case),
    ("02-gpkg-two-geometries", each_geometry_is_a_layer),
    ("04-gpkg-odd-types", values_keep_their_types),
    ("05-geojson-beyond-180", the_world_is_round),
    ("06-geojson-nan", a_value_costs_itself),
    ("07-mbtiles-json", odd_metadata_costs_itself),
    ("08-mbtiles-empty-first", any_tile_tells_the_format),
    ("12-ntf-grads", grads_are_placed),
    ("15-one-bad-file", a_bad_file_costs_itself),
    ("31-mbtiles-media-type", tiles_go_out_as_what_they_are),
    ("40-empty-class", every_style_answers),
];

/// The files of a folder.
struct Inputs {
    folder: PathBuf,
}

impl Inputs {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    fn serve(&self, name: &str) -> Server {
        Server::ready(&[&self.path(name)])
    }

    fn beside(&self, row: &str) -> Inputs {
        Inputs { folder: self.folder.parent().expect("a folder of folders").join(row) }
    }
}

#[test]
#[ignore = "reads a folder of inputs: make check-faults FAULTS=FOLDER"]
fn every_input_is_right() {
    let faults = PathBuf::from(std::env::var_os("FAULTS").expect("FAULTS names a folder"));
    let mut wrong = Vec::new();
    for folder in folders(&faults) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let row = ROWS.iter().find(|(row, _)| *row == name);
        let inputs = AssertUnwindSafe(Inputs { folder });
        match row.map(|(_, check)| catch_unwind(|| check(&inputs))) {
            Some(Ok(())) => println!("right    {name}"),
            Some(Err(_)) => wrong.push(name),
            None => wrong.push(format!("{name} (nothing is known of it)")),
        }
    }
    assert!(wrong.is_empty(), "wrong: {}", wrong.join(", "));
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap_or_else(|error| panic!("{of:?}: {error}"));
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "{of:?} has no folders of inputs");
    folders
}

/// Ids and what the catalogue says of them.
fn ids(server: &Server) -> Vec<String> {
    server.get("/catalog").json()["tiles"].as_object().unwrap().keys().cloned().collect()
}

fn features(server: &Server, id: &str) -> u64 {
    server.get("/health/ready").json()["layers"][id]["features"].as_u64().unwrap_or_default()
}

/// The address of the tile of zoom 14 that has a place.
fn tile_of(lon: f64, lat: f64) -> String {
    let side = f64::from(1 << 14);
    let y = lat.to_radians().tan().asinh() / std::f64::consts::PI;
    let (x, y) = ((lon + 180.0) / 360.0 * side, (1.0 - y) / 2.0 * side);
    format!("14/{}/{}", x as u32, y as u32)
}

/// The features of a layer around a place.
fn around(server: &Server, id: &str, lon: f64, lat: f64) -> Vec<Feature> {
    let layers = server.tile(&format!("/tiles/{id}/{}", tile_of(lon, lat)));
    layers.into_iter().flat_map(|layer| layer.features).collect()
}

/// A property of the features around a place, as text, in order.
fn values(server: &Server, id: &str, property: &str, (lon, lat): (f64, f64)) -> Vec<String> {
    let found = around(server, id, lon, lat);
    let mut values: Vec<_> =
        found.iter().filter_map(|feature| Some(shown(feature.properties.get(property)?))).collect();
    values.sort();
    values
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
    }
}

fn warnings<'l>(log: &'l str, about: &str) -> Vec<&'l str> {
    log.lines().filter(|line| line.contains("WARN") && line.contains(about)).collect()
}

const CARCASSONNE: [(f64, f64); 4] =
    [(2.352, 43.202), (2.358, 43.208), (2.362, 43.202), (2.368, 43.208)];

fn names_have_no_case(inputs: &Inputs) {
    for name in ["contents", "table", "column"] {
        let server = inputs.serve(&format!("{name}.gpkg"));
        let ids = ids(&server);
        assert!(ids.len() == 1 && ids[0].eq_ignore_ascii_case("parcelles"), "{name}: {ids:?}");
        assert_eq!(features(&server, &ids[0]), 2, "{name}: {}", server.log());
        let seen =
            CARCASSONNE.iter().any(|(lon, lat)| !around(&server, &ids[0], *lon, *lat).is_empty());
        assert!(seen, "{name}: no feature where they lie");
    }
}

fn each_geometry_is_a_layer(inputs: &Inputs) {
    let server = inputs.serve("in.gpkg");
    assert_eq!(ids(&server), ["objets.centre", "objets.emprise"]);
    for (geometry, kind) in [("emprise", 3), ("centre", 1)] {
        let id = format!("objets.{geometry}");
        assert_eq!(features(&server, &id), 2, "{}", server.log());
        let path = inputs.path("in.gpkg");
        let text = format!(
            "[sources.s]\nfile = {path:?}\n[layers.objets]\nsource = \"s\"\ngeometry = \"{geometry}\"\n"
        );
        let config = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
        std::fs::write(config.path(), text).unwrap();
        let chosen = Server::ready(&["--config", config.path().to_str().unwrap()]);
        for (server, id) in [(&server, id.as_str()), (&chosen, "objets")] {
            let mut found =
                CARCASSONNE.iter().flat_map(|(lon, lat)| around(server, id, *lon, *lat)).peekable();
            assert!(found.peek().is_some(), "{id}: nothing");
            assert!(found.all(|feature| feature.kind == kind), "{id} holds {geometry}");
        }
    }
}

fn values_keep_their_types(inputs: &Inputs) {
    let server = inputs.serve("in.gpkg");
    let found = CARCASSONNE.iter().flat_map(|(lon, lat)| around(&server, "t", *lon, *lat));
    let found: BTreeMap<u64, Feature> =
        found.map(|feature| (feature.id.unwrap(), feature)).collect();
    for (id, expected) in [
        (
            1,
            "insee=11069 maj=2020 horodatage=1717200000 ouvert=true valide=2 surface=12,5 compte=n.c. \
             libelle=12 uid=42 j={\"a\":1} n=1",
        ),
        (
            2,
            "insee=1004 maj=2020-05-01 horodatage=2024-06-01T00:00:00.000Z ouvert=true valide=false \
             surface=12.5 compte=7 libelle=x uid=a-b j=[] n=2",
        ),
    ] {
        for pair in expected.split(' ') {
            let (column, value) = pair.split_once('=').unwrap();
            let kept = found[&id].properties.get(column).map(shown);
            assert_eq!(kept.as_deref(), Some(value), "{column} of {id}");
        }
    }
    let view =
        CARCASSONNE.iter().flat_map(|(lon, lat)| values(&server, "v", "mixte", (*lon, *lat)));
    let view: std::collections::BTreeSet<_> = view.collect();
    assert_eq!(view.into_iter().collect::<Vec<_>>(), ["5", "six"]);
    let log = server.log();
    for column in ["insee", "surface", "compte", "uid", "ouvert", "valide"] {
        assert!(!warnings(&log, &format!("column=\"{column}\"")).is_empty(), "{column}: {log}");
    }
}

fn the_world_is_round(inputs: &Inputs) {
    let server = inputs.serve("in.geojson");
    let at = |lon, lat| values(&server, "in", "k", (lon, lat));
    for (lon, lat, said) in [
        (179.5, 0.0, "polygon 178..182"),
        (-179.5, 0.0, "polygon 178..182"),
        (-165.0, 0.0, "polygon 190..200"),
        (-179.0, 5.0, "point 181"),
        (-160.0, 5.0, "point 200"),
        (170.0, 5.0, "point -190"),
        (172.5, 10.0, "line 170..190"),
        (-172.5, 12.0, "line 170..190"),
        (11.0, 0.0, "control"),
        (179.0, 52.0, "polygon -182..-178"),
        (-179.0, 52.0, "polygon -182..-178"),
    ] {
        assert_eq!(at(lon, lat), [said], "{lon} {lat}");
    }
    for (lon, lat) in
        [(0.0, 0.0), (0.0, 5.0), (-100.0, 10.5), (0.0, 12.0), (0.0, 52.0), (150.0, 0.0)]
    {
        assert!(
            at(lon, lat).is_empty(),
            "no band across the world: {lon} {lat}: {:?}",
            at(lon, lat)
        );
    }
    let server = inputs.serve("box.geojson");
    let at = |lon, lat| values(&server, "box", "k", (lon, lat));
    for (lon, lat, said) in [
        (75.0, 0.0, "box -20..170"),
        (0.0, 20.0, "line -100..100"),
        (0.0, 35.0, "box -100..100"),
        (0.0, 55.0, "box -90..89"),
    ] {
        assert_eq!(at(lon, lat), [said], "{lon} {lat}");
    }
    for (lon, lat) in
        [(-90.0, 0.0), (178.0, 0.0), (150.0, 20.0), (150.0, 35.0), (-150.0, 35.0), (120.0, 55.0)]
    {
        assert!(at(lon, lat).is_empty(), "{lon} {lat}: {:?}", at(lon, lat));
    }
    let server = inputs.serve("world.geojson");
    let at = |lon, lat| values(&server, "world", "k", (lon, lat));
    let both = ["emprise mondiale", "grille ERA5"];
    for (lon, lat) in [(0.0, 0.0), (-179.5, 0.0), (179.5, 0.0), (90.0, 70.0), (-90.0, -55.0)] {
        assert_eq!(at(lon, lat), both, "{lon} {lat}");
    }
    assert_eq!(at(10.0, 78.0), ["grille ERA5"]);
    assert!(at(10.0, 82.0).is_empty());
}

fn a_value_costs_itself(inputs: &Inputs) {
    let server = inputs.serve("in.geojson");
    assert_eq!(features(&server, "in"), 6);
    let found = (0..6).flat_map(|at| around(&server, "in", 2.35 + 0.01 * f64::from(at), 43.2));
    let found: BTreeMap<u64, Feature> =
        found.map(|feature| (feature.id.unwrap(), feature)).collect();
    let said = |id: u64, column: &str| found[&id].properties.get(column).map(shown);
    let heights = [1, 2, 3, 4, 5, 6].map(|id| said(id, "hauteur"));
    let one = || Some("1".to_owned());
    assert_eq!(heights, [Some("12.5".to_owned()), None, None, None, one(), one()]);
    assert_eq!((said(5, "nom"), said(6, "nom")), (None, Some("entier 😀 😀".to_owned())));
    let log = server.log();
    for (column, times) in [("hauteur", 3), ("nom", 1)] {
        let lines = warnings(&log, &format!("column=\"{column}\""));
        assert!(lines.len() == 1 && lines[0].contains(&format!("times={times}")), "{log}");
        assert!(!lines[0].contains("geometr"), "{log}");
    }
    assert!(!log.contains("geometries"), "{log}");
    for (name, count) in [("php_mixed", 2), ("php_props", 1)] {
        let server = inputs.serve(&format!("{name}.geojson"));
        assert_eq!(features(&server, name), count, "{}", server.log());
    }
}

fn odd_metadata_costs_itself(inputs: &Inputs) {
    for name in ["array", "broken", "empty", "null", "ok"] {
        let server = inputs.serve(&format!("{name}.mbtiles"));
        let layers = server.get(&format!("/tiles/{name}")).json()["vector_layers"].clone();
        let log = server.log();
        let said = warnings(&log, "json");
        if name == "ok" {
            assert_eq!(layers[0]["id"], "lieux");
            assert!(said.is_empty(), "{log}");
        } else {
            assert_eq!(layers, json!([]), "{name}");
            assert!(said.len() == 1 && said[0].contains("`json`"), "{name}: {log}");
        }
        assert_eq!(server.tile(&format!("/tiles/{name}/0/0/0"))[0].name, "lieux");
    }
}

fn any_tile_tells_the_format(inputs: &Inputs) {
    for name in ["empty", "gzempty", "null"] {
        let server = inputs.serve(&format!("{name}.mbtiles"));
        let answer = server.get(&format!("/tiles/{name}/1/0/1"));
        assert_eq!(answer.status, 200, "{name}: {}", server.log());
        assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
        assert_eq!(mvt::decode(&answer.body)[0].name, "lieux");
        assert!(server.tile(&format!("/tiles/{name}/0/0/0")).is_empty(), "{name}: empty, no error");
    }
}

fn grads_are_placed(inputs: &Inputs) {
    // Where Notre-Dame is, by the reference beside them; a tile of zoom 14 is 1,600 m wide there.
    for name in ["paris.geojson", "l2e.gpkg", "ntfdeg.gpkg", "ntf.gpkg", "ntf.fgb"] {
        let server = inputs.serve(name);
        let id = &ids(&server)[0];
        let found = around(&server, id, 2.3499, 48.8530);
        assert_eq!(found.len(), 1, "{name}: {}", server.log());
        let (x, y) = found[0].parts[0][0];
        let reference = inputs.serve("paris.geojson");
        let (right_x, right_y) = around(&reference, "paris", 2.3499, 48.8530)[0].parts[0][0];
        // 100 m are 250 units of the tile there.
        assert!((x - right_x).abs() < 250 && (y - right_y).abs() < 250, "{name}: {x} {y}");
    }
}

fn a_bad_file_costs_itself(inputs: &Inputs) {
    let good = inputs.beside("07-mbtiles-json").path("ok.mbtiles");
    let bad = [
        "vide.pmtiles",
        "lfs.pmtiles",
        "vide.geojson",
        "court.pmtiles",
        "coupe.mbtiles",
        "erreur.mbtiles",
        "tableau.geojson",
    ];
    for name in bad {
        let path = inputs.path(name);
        let server = Server::ready(&[&good, &path]);
        assert_eq!(server.tile("/tiles/ok/0/0/0")[0].name, "lieux", "{name}");
        assert!(server.log().contains(name), "{name} is named: {}", server.log());
        let (code, said, _) = run(&mut tuilerie(&["check", &good, &path]));
        assert!(code == 1 && said.contains(name), "{name}: {code} {said}");
        assert!(said.contains("ok       ok:"), "{said}");
        let (code, ..) = run(&mut tuilerie(&["check", &path]));
        assert_eq!(code, 1, "{name}");
    }
    let all: Vec<String> = bad.iter().map(|name| inputs.path(name)).collect();
    let arguments: Vec<&str> = ["serve", "--listen", "127.0.0.1:0"]
        .into_iter()
        .chain(all.iter().filter(|path| !path.contains("vide.pm")).map(String::as_str))
        .collect();
    let (code, _, said) = run(&mut tuilerie(&arguments));
    assert!(code != 0, "nothing is left to serve: {said}");
}

fn tiles_go_out_as_what_they_are(inputs: &Inputs) {
    for name in ["mlt", "mlt2", "mltgz"] {
        let server = inputs.serve(&format!("{name}.mbtiles"));
        for address in [format!("/tiles/{name}/0/0/0"), format!("/tiles/{name}/0/0/0.mlt")] {
            let answer = server.get(&address);
            assert_eq!((answer.status, &answer.body[..]), (200, &[2, 1, 0][..]), "{address}");
            assert_eq!(answer.header("content-type"), "application/vnd.maplibre-tile");
        }
    }
    for name in ["mvtmedia", "xproto", "noformat", "nometa", "zlib"] {
        let server = inputs.serve(&format!("{name}.mbtiles"));
        let path = format!("/tiles/{name}/0/0/0");
        let answer = server.get(&path);
        assert_eq!((answer.status, answer.header("content-encoding")), (200, ""), "{name}");
        assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile", "{name}");
        assert_eq!(mvt::decode(&answer.body)[0].name, "lieux");
        if name == "zlib" {
            let packed = server.get_with(&path, &[("accept-encoding", "gzip;q=0.5, deflate")]);
            assert_eq!(packed.header("content-encoding"), "deflate");
            assert_eq!(packed.body[0], 0x78, "as it lies");
        }
    }
}

fn every_style_answers(inputs: &Inputs) {
    let server = inputs.serve("in.geojson");
    let styles = server.get("/catalog").json()["styles"].clone();
    let styles: Vec<_> = styles.as_object().unwrap().keys().collect();
    assert!(styles.iter().any(|style| *style == "couches"), "{styles:?}");
    for style in styles {
        for path in [
            "",
            "/legend",
            "?profile=qgis",
            "/14/8299/6000.png",
            "/static/2.37,43.21,12/200x100.png",
        ] {
            let path = format!("/styles/{style}{path}");
            assert_eq!(server.get(&path).status, 200, "{path}: {}", server.log());
        }
    }
}
