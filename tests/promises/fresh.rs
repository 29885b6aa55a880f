//! Promise: an edit in PostGIS is on the map at once, and only the tiles that it touched are made again;
//! whatever happened in between, tiles are those of a server that has just read the tables.

use std::io::{BufRead, BufReader};
use std::sync::mpsc;
use std::thread;

use crate::support::postgres::{Cluster, Database, cluster};
use crate::support::server::{PATIENCE, Server, run, tuilerie};

/// Where the made-up tables lie, in Lambert-93.
const ORIGIN: (f64, f64) = (652_000.0, 6_862_000.0);

/// Points a metre apart in rows of a hundred, and parcels that lie side by side.
fn tables(points: u32) -> String {
    let (x, y) = ORIGIN;
    format!(
        "CREATE TABLE bornes (id int PRIMARY KEY, nom text, geom geometry(Point, 2154));
         INSERT INTO bornes SELECT i, 'borne ' || i % 7,
             ST_SetSRID(ST_MakePoint({x} + i % 100 * 9, {y} + i / 100 * 9), 2154)
         FROM generate_series(0, {points} - 1) i;
         CREATE TABLE parcelles (id int PRIMARY KEY, classe text, geom geometry(Polygon, 2154));
         INSERT INTO parcelles SELECT i, 'classe ' || i % 3,
             ST_MakeEnvelope({x} + i % 60 * 15, {y} + i / 60 * 15,
                             {x} + i % 60 * 15 + 15, {y} + i / 60 * 15 + 15, 2154)
         FROM generate_series(0, 3599) i;"
    )
}

fn watched(cluster: &Cluster, points: u32) -> Database {
    let db = cluster.database("fresh");
    db.execute(&tables(points));
    install(&db);
    db
}

fn install(db: &Database) {
    let (code, _, error) = run(&mut tuilerie(&["watch", "install", &db.url()]));
    assert_eq!(code, 0, "{error}");
}

/// The tile around a place given in metres from the origin, and its address.
fn address(layers: &str, z: u32, east: f64, north: f64) -> String {
    // In degrees, as ST_Transform has it; on so few metres Lambert-93 is even, and turned by half a
    // degree.
    let (lon, lat) = (
        2.345_812 + east * 1.362_83e-5 - north * 1.129e-7,
        48.856_248 + north * 8.9929e-6 + east * 7.38e-8,
    );
    let tiles = f64::from(1u32 << z);
    let x = (lon + 180.0) / 360.0 * tiles;
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * tiles;
    format!("/tiles/{layers}/{z}/{}/{}", x as u32, y as u32)
}

fn body(server: &Server, path: &str) -> Vec<u8> {
    server.get(path).body
}

/// All tiles around the tables, at all zooms and of both layers, are those of a new server.
fn is_as_if_new(server: &Server, db: &Database) {
    let new = Server::ready(&[&db.url()]);
    for z in [6, 9, 11, 12, 13, 14, 15, 16, 17, 18] {
        for (east, north) in [(5.0, 5.0), (300.0, 200.0), (450.0, 450.0), (880.0, 880.0)] {
            for layers in ["bornes", "parcelles", "parcelles,bornes"] {
                let path = address(layers, z, east, north);
                server.until(&format!("{path} as a new server has it"), || {
                    body(server, &path) == body(&new, &path)
                });
            }
        }
    }
}

#[test]
fn an_edit_is_on_the_map_and_other_tiles_stay_in_the_cache() {
    let db = watched(cluster(), 3000);
    let server = Server::ready(&[&db.url()]);
    let here = address("bornes", 18, 5.0, 5.0);
    let composite = address("parcelles,bornes", 18, 5.0, 5.0);
    let there = address("bornes", 18, 600.0, 200.0);
    let paths = [&here, &composite, &there];
    let before = paths.map(|path| body(&server, path));
    let hits = |path: &str| server.get(path).header("cache-status").ends_with("hit");
    assert!(paths.iter().all(|path| hits(path)));

    db.execute("UPDATE bornes SET nom = 'déplacée' WHERE id = 0");
    server.until("the edited name", || body(&server, &here) != before[0]);
    assert_ne!(body(&server, &composite), before[1], "in the composite too");
    assert!(hits(&there), "what lies elsewhere stays");
    assert_eq!(body(&server, &there), before[2]);
    let mlt = format!("{here}.mlt");
    let old = server.get(&mlt).body;
    db.execute("DELETE FROM bornes WHERE id IN (0, 1)");
    server.until("the deleted points in MLT", || server.get(&mlt).body != old);
    db.execute(
        "INSERT INTO bornes SELECT 90000, 'nouvelle', ST_Translate(geom, 1, 1) FROM bornes WHERE id = 2",
    );
    let count = || server.get("/health/ready").json()["layers"]["bornes"]["features"].clone();
    server.until("2,999 points", || count() == 2999);
    let state = server.get("/health/ready").json()["layers"]["bornes"].clone();
    assert!(state["lag_seconds"].as_f64().is_some_and(|lag| lag < 60.0), "{state}");
    server.until("three edits", || server.metric("tuilerie_edits_total") == 3.0);
    server.until("all folded in", || server.metric("tuilerie_changed_features") == 0.0);
    assert!(server.metric("tuilerie_folds_total") >= 1.0);
    is_as_if_new(&server, &db);
}

/// Metres eastwards: no overview from z11 on shows what is there and what is at the origin.
const FAR_AWAY: f64 = 90_050.0;

fn add_parcels_far_away(db: &Database) {
    let (x, y) = ORIGIN;
    db.execute(&format!(
        "INSERT INTO parcelles SELECT 10000 + i, 'classe 1', ST_MakeEnvelope({x} + 90000 + i * 15, {y},
             {x} + 90015 + i * 15, {y} + 15, 2154) FROM generate_series(0, 9) i"
    ));
}

#[test]
fn overviews_show_an_edit_before_it_is_folded_in_and_those_elsewhere_stay() {
    let db = watched(cluster(), 3000);
    add_parcels_far_away(&db);
    let server = Server::ready(&[&db.url()]);
    for z in [11, 12, 13] {
        let there = address("parcelles", z, FAR_AWAY, 5.0);
        let here = address("parcelles", z, 450.0, 450.0);
        let before = body(&server, &here);
        body(&server, &there);
        let remade = || server.metric("tuilerie_overview_tiles_remade_total");
        let so_far = remade();
        db.execute(&format!("UPDATE parcelles SET classe = 'z{z}' WHERE id < 3600"));
        server.until("overviews made anew", || remade() > so_far);
        assert_ne!(body(&server, &here), before, "z{z}");
        let is_hit = server.get(&there).header("cache-status").ends_with("hit");
        assert!(is_hit, "what lies elsewhere stays: {there}");
    }
    is_as_if_new(&server, &db);
}

#[test]
fn an_edit_that_changes_what_overviews_carry_changes_all_of_them() {
    let db = watched(cluster(), 100);
    add_parcels_far_away(&db);
    let server = Server::ready(&[&db.url()]);
    let there = address("parcelles", 12, FAR_AWAY, 5.0);
    let carries = |what: &str| body(&server, &there).windows(6).any(|b| b == what.as_bytes());
    assert!(carries("classe"));
    db.execute("UPDATE parcelles SET classe = 'unique ' || id WHERE id < 100");
    server.until("no class column, far away too", || !carries("classe"));
    db.execute("UPDATE parcelles SET classe = 'classe 2' WHERE id < 100");
    server.until("a class column again", || carries("classe"));
    is_as_if_new(&server, &db);
}

#[test]
fn whatever_is_written_tiles_become_those_of_a_new_server() {
    let db = watched(cluster(), 2500);
    let server = Server::ready(&[&db.url()]);
    for (what, sql) in [
        ("many rows", "UPDATE parcelles SET classe = 'classe 9' WHERE id % 5 = 0"),
        ("a key", "UPDATE bornes SET id = id + 100000 WHERE id < 40"),
        (
            "moves",
            "UPDATE bornes SET geom = ST_Translate(geom, 40, 25) WHERE id BETWEEN 50 AND 400",
        ),
        ("NULL", "UPDATE bornes SET geom = NULL WHERE id BETWEEN 500 AND 510"),
        ("TRUNCATE", "TRUNCATE bornes"),
        (
            "a bulk",
            "INSERT INTO bornes SELECT i, 'x', ST_SetSRID(ST_MakePoint(652000 + i % 300 * 2,
             6862000 + i / 300 * 2), 2154) FROM generate_series(1, 20000) i",
        ),
        ("a shift", "UPDATE parcelles SET geom = ST_Translate(geom, 0, 15)"),
    ] {
        db.execute(sql);
        eprintln!("{what}");
        is_as_if_new(&server, &db);
    }
}

#[test]
fn a_table_that_is_dropped_is_gone_and_one_that_is_made_again_is_back() {
    let db = watched(cluster(), 300);
    let server = Server::ready(&[&db.url()]);
    let path = address("bornes", 16, 5.0, 5.0);
    assert_eq!(server.get(&path).status, 200);
    db.execute("DROP TABLE bornes");
    server.until("404", || server.get(&path).status == 404);
    assert_eq!(server.get(&address("parcelles", 16, 5.0, 5.0)).status, 200);
    db.execute("ALTER TABLE parcelles ADD COLUMN surface int; UPDATE parcelles SET surface = id");
    server.until("the new column", || {
        server.get("/tiles/parcelles").json()["vector_layers"][0]["fields"]["surface"] == "Number"
    });
    is_as_if_new_of(&server, &db, "parcelles");
    db.execute(
        "CREATE TABLE bornes AS SELECT id, 'x' AS nom, ST_Centroid(geom) AS geom FROM parcelles",
    );
    server.until("the new table", || server.get(&path).status == 200);
    is_as_if_new_of(&server, &db, "bornes");
    db.execute(
        "BEGIN; DROP TABLE parcelles; CREATE TABLE parcelles AS SELECT * FROM bornes; COMMIT",
    );
    server.until("points for parcels", || {
        server.get("/tiles/parcelles").json()["vector_layers"][0]["fields"]["nom"] == "String"
    });
    is_as_if_new_of(&server, &db, "parcelles");
}

fn is_as_if_new_of(server: &Server, db: &Database, layer: &str) {
    let new = Server::ready(&[&db.url()]);
    for z in [11, 14, 16, 18] {
        let path = address(layer, z, 300.0, 200.0);
        server.until(&path, || body(server, &path) == body(&new, &path));
    }
}

#[test]
fn edits_made_while_the_database_restarts_or_the_server_is_away_are_not_lost() {
    let cluster = Cluster::start_new();
    let db = watched(&cluster, 2500);
    let store = tempfile::tempdir().unwrap();
    let arguments = ["--store", store.path().to_str().unwrap(), &db.url()];
    let mut server = Server::ready(&arguments);
    let path = address("bornes", 18, 5.0, 5.0);
    let before = body(&server, &path);

    cluster.stop();
    assert_eq!(body(&server, &path), before, "served without the database");
    cluster.start();
    db.execute("UPDATE bornes SET nom = 'après le redémarrage' WHERE id = 0");
    server.until("the edit after the restart", || body(&server, &path) != before);
    is_as_if_new(&server, &db);

    server.signal("KILL");
    server.wait();
    db.execute(
        "DELETE FROM bornes WHERE id < 100; UPDATE parcelles SET classe = 'z' WHERE id < 50",
    );
    let server = Server::ready(&arguments);
    is_as_if_new(&server, &db);
    assert!(!server.log().contains("loaded"), "caught up, not read again: {}", server.log());
}

#[test]
fn a_changelog_that_is_installed_while_serving_is_used() {
    let db = cluster().database("later");
    db.execute(&tables(200));
    let server = Server::ready(&[&db.url()]);
    let path = address("bornes", 18, 5.0, 5.0);
    let before = body(&server, &path);
    install(&db);
    db.execute("UPDATE bornes SET nom = 'vue' WHERE id = 0");
    server.until("the edit", || body(&server, &path) != before);
}

#[test]
fn changes_are_told_where_they_are_and_what_was_missed_is_told_again() {
    let db = watched(cluster(), 2500);
    let server = Server::ready(&[&db.url()]);
    let listen = |after: &str| {
        let (sender, receiver) = mpsc::channel();
        let after =
            if after.is_empty() { String::new() } else { format!("Last-Event-ID: {after}\r\n") };
        let mut stream = server.stream(&format!("GET /changes HTTP/1.1\r\nHost: x\r\n{after}\r\n"));
        thread::spawn(move || {
            let lines = BufReader::new(&mut stream).lines().map_while(Result::ok);
            lines.take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
        });
        move |prefix: &str| loop {
            let line = receiver.recv_timeout(PATIENCE).expect("an event");
            if let Some(rest) = line.strip_prefix(prefix) {
                break rest.to_owned();
            }
        }
    };
    let next = listen("");
    let first = next("id: ");
    db.execute("UPDATE bornes SET nom = 'dite' WHERE id = 0");
    assert_eq!(next("event: "), "change");
    let told: serde_json::Value = serde_json::from_str(&next("data: ")).unwrap();
    assert_eq!(told["layer"], "bornes");
    assert!(told["minzoom"].as_u64().unwrap() > 0 && told["maxzoom"] == 20, "{told}");
    let bbox: Vec<f64> = serde_json::from_value(told["bbox"][0].clone()).unwrap();
    assert!((bbox[0] - 2.345_812).abs() < 1e-5 && (bbox[1] - 48.856_248).abs() < 1e-5, "{told}");
    assert_eq!(next("event: "), "change", "then its overviews");

    let next = listen(&first);
    assert_eq!(next("data: "), told.to_string(), "what was missed");
    let next = listen("1-1");
    assert_eq!(next("event: "), "reload", "an id that this server did not give");
}

#[test]
fn d10_bulk_changes_are_there_in_the_end_and_tiles_are_served_all_along() {
    let db = watched(cluster(), 2000);
    let server = Server::ready(&[&db.url()]);
    let count = |expected: u64| {
        server.until("all rows", || {
            assert_eq!(server.get(&address("parcelles", 13, 450.0, 450.0)).status, 200);
            let state = server.get("/health/ready");
            assert_eq!(state.status, 200, "ready all along");
            state.json()["layers"]["bornes"]["features"] == expected
        });
    };
    let (x, y) = ORIGIN;
    db.execute(&format!(
        "INSERT INTO bornes SELECT i, 'lot ' || i % 7,
             ST_SetSRID(ST_MakePoint({x} + i % 300 * 3, {y} + i / 300 * 3), 2154)
         FROM generate_series(100000, 159999) i"
    ));
    count(62_000);
    db.execute("UPDATE bornes SET nom = 'tous'");
    db.execute("TRUNCATE bornes");
    count(0);
    // Programs run in the cluster's own directory.
    db.execute(&format!(
        "COPY (SELECT i, 'copie', ST_SetSRID(ST_MakePoint({x} + i % 300 * 3, {y} + i / 300 * 3), 2154)
               FROM generate_series(1, 50000) i) TO PROGRAM 'cat > {name}.copy';
         COPY bornes FROM PROGRAM 'cat {name}.copy && rm {name}.copy'",
        name = db.name()
    ));
    count(50_000);
    is_as_if_new(&server, &db);
}
