//! Promise: a changed configuration holds at once, with no answer lost; a broken one changes nothing and
//! is told. (Row H8 of the table of faults, the half of it that is not SIGTERM.)

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::server::Server;

fn file(path: &Path, name: &str) {
    let feature = format!(
        r#"{{"type":"Feature","id":1,"properties":{{"nom":"{name}"}},
            "geometry":{{"type":"Point","coordinates":[2.5,43.5]}}}}"#
    );
    fs::write(path, format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)).unwrap();
}

#[test]
fn layers_come_change_and_go_with_the_configuration_and_no_request_is_dropped() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    file(&at("arbres.geojson"), "chêne");
    file(&at("bancs.geojson"), "banc");
    let config = at("tuilerie.toml");
    let write = |text: &str| fs::write(&config, text).unwrap();
    let arbres = "[sources.arbres]\nfile = \"arbres.geojson\"\n";
    let bancs = "[sources.bancs]\nfile = \"bancs.geojson\"\n";
    write(arbres);
    let server = Server::ready(&["--config", config.to_str().unwrap()]);
    let status = |path: &str| server.get(path).status;
    let (_, x, y) = (10, 519, 374);
    let arbre = format!("/tiles/arbres/10/{x}/{y}");
    let banc = format!("/tiles/bancs/10/{x}/{y}");
    assert_eq!((status(&arbre), status(&banc)), (200, 404));

    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut asked = 0;
            while !ended.load(Ordering::Relaxed) {
                assert_eq!(status(&arbre), 200);
                asked += 1;
            }
            asked
        });
        write(&format!("{arbres}{bancs}"));
        server.signal("HUP");
        server.until("the new source", || status(&banc) == 200);

        write(&format!("{arbres}{bancs}[layers.arbres]\nsource = \"arbres\"\ntitle = \"Chênes\""));
        server.until("the title, by the file alone", || {
            server.get("/catalog").json()["tiles"]["arbres"]["title"] == "Chênes"
        });

        write(&format!("{arbres}[layers.arbres]\nzooom = 3"));
        server.signal("HUP");
        server.until("the mistake", || server.log().contains("zooom"));
        assert_eq!((status(&arbre), status(&banc)), (200, 200), "the one before holds");

        write(arbres);
        server.until("the end of a source", || status(&banc) == 404);
        ended.store(true, Ordering::Relaxed);
        assert!(asking.join().unwrap() > 10);
    });
}

#[test]
fn a_file_that_is_written_again_is_read_again() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("arbres.geojson");
    file(&path, "chêne");
    let server = Server::ready(&[path.to_str().unwrap()]);
    let tile = "/tiles/arbres/10/519/374";
    let before = server.get(tile).body;
    file(&path, "châtaignier");
    server.until("the other tree", || server.get(tile).body != before);
}

#[test]
fn a_source_that_does_not_answer_keeps_no_other_from_being_followed() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("arbres.geojson");
    file(&path, "chêne");
    let config = place.path().join("tuilerie.toml");
    // A port that nobody listens on.
    let absent = "[sources.absente]\nconnection = \"postgresql://sig@127.0.0.1:1/sig\"\n";
    fs::write(&config, format!("[sources.arbres]\nfile = \"arbres.geojson\"\n{absent}")).unwrap();
    let server = Server::start(&["--config", config.to_str().unwrap()]);
    let tile = "/tiles/arbres/10/519/374";
    server.until("the tree", || server.get(tile).status == 200);
    let before = server.get(tile).body;
    file(&path, "châtaignier");
    server.until("the other tree", || server.get(tile).body != before);
}

#[test]
fn what_a_changed_configuration_leaves_as_it_is_is_not_read_again_by_the_next_start() {
    let place = tempfile::tempdir().unwrap();
    file(&place.path().join("arbres.geojson"), "chêne");
    let config = place.path().join("tuilerie.toml");
    let source = "[sources.arbres]\nfile = \"arbres.geojson\"\n";
    fs::write(&config, source).unwrap();
    let store = place.path().join("store");
    let arguments = ["--config", config.to_str().unwrap(), "--store", store.to_str().unwrap()];
    let server = Server::ready(&arguments);
    fs::write(&config, format!("{source}[layers.arbres]\nsource = \"arbres\"\ncompare = \"2h\""))
        .unwrap();
    server.signal("HUP");
    server.until("it is looked up again", || server.log().contains("looked up again"));
    drop(server);
    let server = Server::ready(&arguments);
    server.until("compared", || server.log().contains("unchanged, served from the store"));
    assert!(!server.log().contains("loaded"), "{}", server.log());
}
