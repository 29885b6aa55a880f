//! What the store on disk promises, on the real binary: a start without a source, files that are
//! damaged, odd or cannot be written. Rows D1, D3, D4, K1 and K2 of the table of faults.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::postgres::Cluster;
use crate::support::server::{PATIENCE, Server};

const TILE: &str = "/tiles/trees/12/2074/1409";

/// A file of trees in Lambert-93 (EPSG:2154), as many as asked for.
fn trees(path: &Path, count: usize) {
    let features: Vec<_> = (0..count)
        .map(|i| {
            let (x, y) = (652_000 + i % 100, 6_862_000 + i / 100);
            format!(
                r#"{{"type":"Feature","id":{i},"properties":{{"name":"tree {i}"}},
                    "geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#
            )
        })
        .collect();
    let crs = r#""crs":{"type":"name","properties":{"name":"EPSG:2154"}}"#;
    let text =
        format!(r#"{{"type":"FeatureCollection",{crs},"features":[{}]}}"#, features.join(","));
    fs::write(path, text).unwrap();
}

/// A directory with a file of trees and a store.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        trees(&place.file(), 500);
        place
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("trees.geojson")
    }

    fn store(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn serve(&self) -> Server {
        let (store, file) = (self.store(), self.file());
        Server::ready(&["--store", store.to_str().unwrap(), file.to_str().unwrap()])
    }

    /// The only segment in the store.
    fn segment(&self) -> PathBuf {
        let segments = segments(&self.store());
        assert_eq!(segments.len(), 1, "{segments:?}");
        segments[0].clone()
    }
}

fn segments(store: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(store).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == "segment")).collect()
}

fn wait_until(what: &str, server: &Server, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "{what}: {}", server.log());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_file_that_has_not_changed_is_not_read_again_and_one_that_has_is() {
    let place = Place::new();
    let first = place.serve().get(TILE);
    let server = place.serve();
    wait_until("compared", &server, || server.log().contains("unchanged, served from the store"));
    let again = server.get(TILE);
    assert_eq!((again.header("etag"), &again.body), (first.header("etag"), &first.body));
    drop(server);

    trees(&place.file(), 501);
    let server = place.serve();
    wait_until("read again", &server, || server.log().contains("loaded"));
    wait_until("the new tree", &server, || {
        server.get("/health/ready").json()["layers"]["trees"]["features"] == 501
    });
    assert!(!server.log().contains("unchanged"), "{}", server.log());
    assert_eq!(segments(&place.store()).len(), 1);
}

#[test]
fn what_is_no_longer_configured_is_removed_from_the_store() {
    let place = Place::new();
    drop(place.serve());
    let other = place.0.path().join("other.geojson");
    fs::copy(place.file(), &other).unwrap();
    let store = place.store();
    let server = Server::ready(&["--store", store.to_str().unwrap(), other.to_str().unwrap()]);
    assert_eq!(server.get(TILE).status, 404);
    let names: Vec<_> = segments(&store);
    assert!(names.len() == 1 && names[0].to_string_lossy().contains("other-"), "{names:?}");
}

#[test]
fn d1_with_the_database_down_tiles_come_from_disk_at_once_and_are_called_stale() {
    let cluster = Cluster::start_new();
    let db = cluster.database("d1");
    db.execute("CREATE TABLE trees (id int PRIMARY KEY, geom geometry(Point, 2154), name text)");
    let insert = "INSERT INTO trees SELECT i, ST_SetSRID(ST_MakePoint(652000 + i, 6862000), 2154),
                  'tree ' || i FROM generate_series";
    db.execute(&format!("{insert} (1, 100) i"));
    db.execute("CREATE TABLE doomed AS SELECT * FROM trees");
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().to_str().unwrap();
    let url = db.url();
    let serve = || Server::start(&["--store", store, &url]);
    let server = serve();
    server.wait_until_ready();
    let before = server.get(TILE);
    drop(server);
    cluster.stop();

    let server = serve();
    wait_until("served from disk", &server, || server.get(TILE).status == 200);
    let ready = server.get("/health/ready");
    assert_eq!(ready.status, 200);
    assert_eq!(ready.json()["layers"]["trees"]["state"], "stale");
    assert_eq!(server.get(TILE).body, before.body);

    cluster.start();
    db.execute(&format!("{insert} (101, 150) i"));
    db.execute("DROP TABLE doomed");
    wait_until("held against the database", &server, || {
        let layers = server.get("/health/ready").json()["layers"].clone();
        layers["trees"]["state"] == "ready" && layers["trees"]["features"] == 150
    });
    assert_eq!(server.tile(TILE)[0].features.len(), 150);
    assert_eq!(server.get("/tiles/doomed/12/2074/1409").status, 404);
    assert_eq!(segments(directory.path()).len(), 1, "the dropped table's segment is gone");
    drop(server);

    // Nothing changed: the rows are read and found to be what is kept.
    let server = serve();
    wait_until("compared", &server, || server.log().contains("unchanged, served from the store"));
    assert_eq!(server.get("/health/ready").json()["layers"]["trees"]["state"], "ready");
}

#[test]
fn k1_where_the_disk_is_full_what_is_kept_stays_served_and_the_log_says_so() {
    let place = Place::new();
    // A file system of its own, which only root may make: elsewhere there is nothing to try.
    let disk = place.store();
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.to_str().unwrap()])
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("not tried: a file system can be made by root only");
        return;
    }
    let _mount = Unmount(disk);
    let before = place.serve().get(TILE);
    assert_eq!(before.status, 200);
    trees(&place.file(), 20_000);
    let server = place.serve();
    wait_until("said", &server, || server.log().contains("the store cannot be written"));
    assert_eq!(server.get(TILE).body, before.body);
    assert_eq!(server.get("/health/ready").json()["layers"]["trees"]["state"], "stale");
    assert!(place.segment().exists());
}

struct Unmount(PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        // Lazily: the server that has files open there is stopped after this.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn k2_a_segment_that_is_not_what_was_written_is_refused_and_made_again() {
    let place = Place::new();
    let whole = place.serve().get(TILE);
    let bytes = fs::read(place.segment()).unwrap();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let version = bytes.len() - 20;
    let cases = [
        ("empty", Vec::new()),
        ("cut short", bytes[..bytes.len() / 2].to_vec()),
        ("a bit of a page", flipped(100)),
        ("a bit of the description", flipped(bytes.len() - 100)),
        ("a bit of the trailer", flipped(bytes.len() - 40)),
        ("of a later version", flipped(version)),
        ("no segment at all", vec![7; 5000]),
    ];
    for (case, damaged) in cases {
        fs::write(place.segment(), &damaged).unwrap();
        let server = place.serve();
        wait_until(case, &server, || {
            server.get("/health/ready").json()["layers"]["trees"]["state"] == "ready"
        });
        let answer = server.get(TILE);
        assert_eq!((answer.status, &answer.body), (200, &whole.body), "{case}");
        assert_eq!(fs::read(place.segment()).unwrap().len(), bytes.len(), "{case}");
    }
}

#[test]
fn k2_what_a_server_left_unfinished_is_cleared_away() {
    let place = Place::new();
    drop(place.serve());
    let unfinished = place.segment().with_extension("segment.new");
    fs::write(&unfinished, "half of it").unwrap();
    let server = place.serve();
    assert_eq!(server.get(TILE).status, 200);
    assert!(!unfinished.exists());
}

#[test]
fn d3_a_database_that_dies_during_a_load_leaves_what_is_served() {
    let cluster = Cluster::start_new();
    let db = cluster.database("d3");
    db.execute("CREATE TABLE planted (id int PRIMARY KEY, geom geometry(Point, 2154))");
    let plant = "INSERT INTO planted SELECT i, ST_SetSRID(ST_MakePoint(652000 + i, 6862000), 2154)
                 FROM generate_series";
    db.execute(&format!("{plant} (1, 100) i"));
    db.execute("CREATE VIEW trees AS SELECT id, geom FROM planted");
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("tuilerie.toml");
    let text = format!("[sources.db]\nconnection = \"{}\"\n[layers.trees]\n", db.url());
    fs::write(&config, text).unwrap();
    let store = directory.path().join("store");
    let serve = || {
        Server::start(&["--store", store.to_str().unwrap(), "--config", config.to_str().unwrap()])
    };
    let server = serve();
    server.wait_until_ready();
    let before = server.get(TILE);
    drop(server);

    // A row takes 20 ms from now on: the load is under way when the database dies.
    db.execute(&format!("{plant} (101, 400) i"));
    db.execute(
        "CREATE OR REPLACE VIEW trees AS
         SELECT id, geom FROM planted CROSS JOIN LATERAL (SELECT pg_sleep(0.02 + id * 0)) AS wait",
    );
    let server = serve();
    wait_until("the load is under way", &server, || {
        !db.query_text("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%'").is_empty()
    });
    cluster.stop();
    for _ in 0..50 {
        let answer = server.get(TILE);
        assert_eq!((answer.status, &answer.body), (200, &before.body));
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(server.get("/health/ready").json()["layers"]["trees"]["state"], "stale");
    cluster.start();
    db.execute("CREATE OR REPLACE VIEW trees AS SELECT id, geom FROM planted");
    wait_until("read again", &server, || {
        server.get("/health/ready").json()["layers"]["trees"]["state"] == "ready"
    });
    assert_eq!(server.tile(TILE)[0].features.len(), 400);
}

#[test]
fn d4_a_database_that_never_answers_does_not_hold_up_tiles_and_is_told_in_bounded_time() {
    let db = crate::support::postgres::cluster().database("d4");
    db.execute("CREATE TABLE trees (id int PRIMARY KEY, geom geometry(Point, 2154))");
    db.execute("INSERT INTO trees VALUES (1, ST_SetSRID(ST_MakePoint(652000, 6862000), 2154))");
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().to_str().unwrap();
    drop(Server::ready(&["--store", store, &db.url()]));

    // Accepts, and says nothing. The same database by its name: what was kept is its.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let held: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let (port, kept) = (mute.local_addr().unwrap().port(), held.clone());
    thread::spawn(move || mute.incoming().for_each(|c| kept.lock().unwrap().extend(c)));
    let url = format!("postgresql://postgres@127.0.0.1:{port}/{}", db.name());
    let server = Server::start(&["--store", store, &url]);
    wait_until("served from disk", &server, || server.get(TILE).status == 200);
    wait_until("told", &server, || server.log().contains("trying again until it answers"));
    assert!(!held.lock().unwrap().is_empty());
    assert_eq!(server.get(TILE).status, 200);
}
