//! Promise: whatever happens to the connection to the database, what is served stays served, and once it works
//! again nothing is missing. (Rows D4, D7, D8 of the table of faults, and poolers.)

use std::thread;

use crate::support::pooler::Pooler;
use crate::support::postgres::{Database, SUPERUSER, cluster};
use crate::support::proxy::Proxy;
use crate::support::server::{Server, run, tuilerie};

/// The tile that shows the trees.
const TILE: &str = "/tiles/arbres/14/8305/5988";

fn trees(name: &str) -> Database {
    let db = cluster().database(name);
    db.execute(
        "CREATE TABLE arbres (id int PRIMARY KEY, nom text, geom geometry(Point, 4326));
         INSERT INTO arbres SELECT i, 'arbre ' || i,
             ST_SetSRID(ST_MakePoint(2.495 + i % 10 * 0.0001, 43.505 + i / 10 * 0.0001), 4326)
         FROM generate_series(0, 99) i",
    );
    let (code, _, error) = run(&mut tuilerie(&["watch", "install", &db.url()]));
    assert_eq!(code, 0, "{error}");
    db
}

/// Renames a tree, and waits until the map says so.
fn rename(server: &Server, db: &Database, name: &str) {
    db.execute(&format!("UPDATE arbres SET nom = '{name}' WHERE id = 7"));
    shows(server, name);
}

fn shows(server: &Server, name: &str) {
    server.until(name, || {
        let tile = server.get(TILE);
        assert_eq!(tile.status, 200, "served all along");
        tile.body.windows(name.len()).any(|bytes| bytes == name.as_bytes())
    });
}

fn is_as_if_new(server: &Server, db: &Database) {
    let new = Server::ready(&[&db.url()]);
    server.until("as a new server has it", || server.get(TILE).body == new.get(TILE).body);
}

#[test]
fn d4_a_connection_that_falls_silent_is_given_up_and_what_it_missed_is_caught_up() {
    let db = trees("silent");
    let proxy = Proxy::to(cluster().port());
    let server = Server::ready(&[&db.url_through(proxy.port())]);
    rename(&server, &db, "avant");
    proxy.hang();
    db.execute(
        "UPDATE arbres SET nom = 'entre-temps' WHERE id = 7; DELETE FROM arbres WHERE id < 3",
    );
    server.until("it is told", || {
        assert_eq!(server.get(TILE).status, 200);
        server.log().contains("said nothing for")
    });
    assert!(server.get("/health/ready").status == 200, "ready all along");
    let lag = server.get("/health/ready").json()["layers"]["arbres"]["lag_seconds"].clone();
    assert!(lag.as_f64().is_some_and(|lag| lag > 1.0), "{lag}");
    proxy.recover();
    shows(&server, "entre-temps");
    rename(&server, &db, "ensuite");
    is_as_if_new(&server, &db);
    assert!(!server.log().contains("read anew"), "caught up from the changelog: {}", server.log());
}

#[test]
fn d8_a_connection_that_is_cut_again_and_again_loses_nothing() {
    let db = trees("cut");
    let proxy = Proxy::to(cluster().port());
    let server = Server::ready(&[&db.url_through(proxy.port())]);
    for round in 0..10 {
        proxy.cut();
        rename(&server, &db, &format!("coupure {round}"));
    }
    is_as_if_new(&server, &db);
    assert!(!server.log().contains("read anew"), "caught up from the changelog: {}", server.log());
}

#[test]
fn behind_a_pooler_in_transaction_mode_changes_are_asked_for_and_all_seen() {
    let db = trees("pooled");
    let pooler = Pooler::before(cluster().port(), 2);
    let url = db.url_through(pooler.port());
    // Two at once, on the same connections: neither leaves anything there that the other trips over.
    let servers = [Server::ready(&[&url]), Server::ready(&[&url])];
    for round in 0..5 {
        let name = format!("derrière {round}");
        servers.iter().for_each(|server| rename(server, &db, &name));
    }
    for server in &servers {
        server.until("it is told", || server.log().contains("asked for changes every"));
        is_as_if_new(server, &db);
    }
}

#[test]
fn d7_a_flood_of_notifications_holds_up_nothing() {
    let db = trees("flood");
    let server = Server::ready(&[&db.url()]);
    let writer = db.client(SUPERUSER);
    let flood = thread::spawn(move || {
        // Each of another text: equal ones in a transaction are one.
        for round in 0..40 {
            writer.execute(&format!(
                "SELECT pg_notify('tuilerie', '{round}-' || i) FROM generate_series(1, 2500) i"
            ));
        }
    });
    let mut round = 0;
    while !flood.is_finished() || round < 3 {
        rename(&server, &db, &format!("crue {round}"));
        round += 1;
    }
    flood.join().unwrap();
    rename(&server, &db, "décrue");
    is_as_if_new(&server, &db);
}
