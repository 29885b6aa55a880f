//! Promise: a source that cannot be used costs itself alone: it is refused by name, what the store has of it
//! stays served, and it is taken up once it can be used. The program ends only where nothing is left.

use std::fs;
use std::path::PathBuf;

use crate::support::postgres::cluster;
use crate::support::server::{Server, run, tuilerie};

/// A folder of sources, and a configuration of them.
struct Folder(tempfile::TempDir);

/// What lies in the place of data, and what it is called.
const UNUSABLE: [(&str, &str, &str); 5] = [
    ("vide.geojson", "", "vide.geojson is empty"),
    (
        "lfs.pmtiles",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "lfs.pmtiles is a Git LFS pointer, not the file itself: fetch that with `git lfs pull`",
    ),
    (
        "erreur.mbtiles",
        "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
        "erreur.mbtiles is an HTML page",
    ),
    ("tableau.geojson", "[]\n", "tableau.geojson is a JSON list, and no GeoJSON"),
    ("archive.gpkg", "PK\u{3}\u{4}", "archive.gpkg is a ZIP archive"),
];

fn tree(name: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":1,
            "properties":{{"nom":"{name}"}},
            "geometry":{{"type":"Point","coordinates":[2.5,43.5]}}}}]}}"#
    )
}

/// The tile that shows it.
fn tile(layer: &str) -> String {
    format!("/tiles/{layer}/10/519/374")
}

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("bon.geojson", &tree("chêne"));
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_string_lossy().into_owned()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    /// In one step: a server that looks in between sees the one before or the one after.
    fn replace(&self, name: &str, text: &str) {
        self.write("neuf", text);
        fs::rename(self.at("neuf"), self.at(name)).unwrap();
    }

    fn config(&self, text: &str) -> String {
        self.replace("tuilerie.toml", text);
        self.path("tuilerie.toml")
    }
}

fn source(name: &str) -> String {
    let (stem, _) = name.split_once('.').unwrap();
    format!("[sources.{stem}]\nfile = \"{name}\"\n")
}

fn health(server: &Server) -> serde_json::Value {
    server.get("/health/ready").json()
}

fn state(server: &Server, layer: &str) -> String {
    health(server)["layers"][layer]["state"].as_str().unwrap_or_default().to_owned()
}

fn refused(server: &Server) -> Vec<String> {
    let refused = health(server)["refused_sources"].clone();
    let mut names: Vec<String> = serde_json::from_value(refused).unwrap();
    names.sort();
    names
}

fn times_said(server: &Server, what: &str) -> usize {
    server.log().matches(what).count()
}

#[test]
fn an_unusable_file_beside_others_is_refused_by_name_and_taken_up_once_it_is_mended() {
    let folder = Folder::new();
    UNUSABLE.iter().for_each(|(name, content, _)| folder.write(name, content));
    let names = UNUSABLE.map(|(name, ..)| name);
    let all = names.iter().chain(&["bon.geojson", "parti.geojson"]);
    let config = folder.config(
        &(all.map(|name| source(name)).collect::<String>()
            + "[layers.platanes]\nsource = \"parti\"\n"),
    );

    let (code, said, error) = run(&mut tuilerie(&["check", "--config", &config]));
    assert_eq!(code, 1);
    assert!(error.contains("6 things are wrong"), "{error}");
    assert!(said.contains("ok       bon:"), "{said}");

    let server = Server::ready(&["--config", &config]);
    assert_eq!(server.get(&tile("bon")).status, 200);
    assert_eq!(refused(&server), ["archive", "erreur", "lfs", "parti", "tableau", "vide"]);
    let gone = ("parti.geojson", "", "parti.geojson: no such file");
    for (name, _, told) in UNUSABLE.iter().chain(&[gone]) {
        assert!(said.contains(told), "{told} in {said}");
        assert_eq!(times_said(&server, told), 1, "{told} in {}", server.log());
        let layer =
            if *name == "parti.geojson" { "platanes" } else { &name[..name.find('.').unwrap()] };
        assert_eq!(state(&server, layer), "refused", "{layer}");
        assert_eq!(server.get(&tile(layer)).status, 404);
    }

    folder.replace("parti.geojson", &tree("platane"));
    server.until("the file that came", || server.get(&tile("platanes")).status == 200);
    for name in names {
        folder.replace(name, &tree("orme"));
    }
    server.until("all of them", || refused(&server).is_empty());
    let layers = names.map(|name| name.split_once('.').unwrap().0);
    server.until("their tiles", || layers.iter().all(|id| server.get(&tile(id)).status == 200));
}

#[test]
fn a_database_that_does_not_exist_or_has_no_postgis_costs_itself_and_is_taken_up_later() {
    let folder = Folder::new();
    let bare = cluster().database("unusable_bare");
    bare.execute("DROP EXTENSION postgis");
    let (base, _) = bare.url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let later = format!("unusable_later_{}", std::process::id());
    let config = folder.config(&format!(
        "{}[sources.nue]\nconnection = \"{}\"\n[sources.absente]\nconnection = \"{base}/{later}\"\n",
        source("bon.geojson"),
        bare.url()
    ));
    let (code, said, _) = run(&mut tuilerie(&["check", "--config", &config]));
    assert_eq!(code, 1);
    for told in ["ok       bon:", "refused  source nue:", "refused  source absente:"] {
        assert!(said.contains(told), "{told} in {said}");
    }
    let server = Server::ready(&["--config", &config]);
    assert_eq!(server.get(&tile("bon")).status, 200);
    assert_eq!(refused(&server), ["absente", "nue"]);
    for told in ["has no PostGIS extension: CREATE EXTENSION postgis", "check the database's name"]
    {
        assert_eq!(times_said(&server, told), 1, "{told} in {}", server.log());
    }

    let table =
        "CREATE TABLE arbres AS SELECT 1 AS id, ST_SetSRID(ST_MakePoint(2.5, 43.5), 4326) AS geom";
    bare.execute("CREATE EXTENSION postgis");
    bare.execute(table);
    server.until("the database with PostGIS", || server.get(&tile("arbres")).status == 200);
    cluster().database("unusable").execute(&format!("CREATE DATABASE {later} TEMPLATE template0"));
    server.until("the other reason", || times_said(&server, "has no PostGIS extension") == 2);
    assert_eq!(refused(&server), ["absente"]);
    assert_eq!(state(&server, "nue"), "", "it is no layer");
}

#[test]
fn what_the_store_has_of_a_file_that_is_gone_or_damaged_is_served_stale() {
    let folder = Folder::new();
    let (store, file) = (folder.path("store"), folder.path("bon.geojson"));
    let arguments = ["--store", &store, &file];
    let before = Server::ready(&arguments).get(&tile("bon")).body;
    let whole = tree("chêne");
    for content in [None, Some("<html>"), Some(&whole[..whole.len() - 9])] {
        fs::remove_file(&file).unwrap();
        if let Some(content) = content {
            fs::write(&file, content).unwrap();
        }
        let server = Server::ready(&arguments);
        server.until("it is looked at", || server.log().contains("refused: "));
        assert_eq!(
            (state(&server, "bon"), server.get(&tile("bon")).body),
            ("stale".into(), before.clone())
        );
        folder.replace("bon.geojson", &whole);
        server
            .until("as it was", || state(&server, "bon") == "ready" && refused(&server).is_empty());
        assert_eq!(server.get(&tile("bon")).body, before);
    }
}

#[test]
fn a_file_that_turns_unusable_while_it_is_served_stays_served_and_that_is_said_once() {
    let folder = Folder::new();
    let server = Server::ready(&[&folder.path("bon.geojson")]);
    let before = server.get(&tile("bon")).body;
    let whole = tree("frêne");
    let damages: [Option<&str>; 3] = [None, Some("<html>"), Some(&whole[..whole.len() - 9])];
    for (round, damage) in damages.into_iter().enumerate() {
        match damage {
            None => fs::remove_file(folder.at("bon.geojson")).unwrap(),
            Some(text) => folder.replace("bon.geojson", text),
        }
        server.until("stale", || state(&server, "bon") == "stale");
        assert_eq!(server.get(&tile("bon")).body, before);
        // Long enough that it is looked at again.
        std::thread::sleep(std::time::Duration::from_secs(4));
        assert_eq!(times_said(&server, "refused: "), round + 1, "{}", server.log());
        assert_eq!(times_said(&server, "cannot be"), 0, "{}", server.log());
        folder.replace("bon.geojson", &tree("chêne"));
        server.until("it is back", || state(&server, "bon") == "ready");
    }
    folder.replace("bon.geojson", &whole);
    server.until("the other tree", || server.get(&tile("bon")).body != before);
}

#[test]
fn it_ends_only_where_nothing_is_left_and_names_all_that_is_wrong() {
    let folder = Folder::new();
    folder.write("vide.geojson", "");
    let absent = format!("postgres://postgres@127.0.0.1:{}/nowhere", cluster().port());
    let files = [folder.path("vide.geojson"), folder.path("parti.geojson"), absent];
    for wrong in [&files[..], &files[1..], &files[2..]] {
        let mut serve = tuilerie(&["serve", "--listen", "127.0.0.1:0"]);
        let (code, _, error) = run(serve.args(wrong));
        assert_eq!(code, 1, "{error}");
        let end = error.rsplit_once("tuilerie: ").unwrap().1;
        assert_eq!(end.lines().count(), wrong.len(), "{error}");
    }
}

#[test]
fn a_changed_configuration_may_name_an_unusable_source_and_stays_ready() {
    let folder = Folder::new();
    folder.write("vide.geojson", "");
    let bon = source("bon.geojson");
    let config = folder.config(&bon);
    let server = Server::ready(&["--config", &config]);
    folder.config(&format!("{bon}{}", source("vide.geojson")));
    server.signal("HUP");
    server.until("it is refused", || refused(&server) == ["vide"]);
    let ready = server.get("/health/ready");
    assert_eq!((ready.status, server.get(&tile("bon")).status), (200, 200));
    folder.config(&format!("{bon}[sources.vide]\nfile = \"parti.geojson\"\n"));
    server.signal("HUP");
    server.until("the other path", || server.log().contains("parti.geojson: no such file"));
    folder.config(&bon);
    server.signal("HUP");
    server.until("it is gone", || refused(&server).is_empty());
    assert_eq!(state(&server, "vide"), "");
}
