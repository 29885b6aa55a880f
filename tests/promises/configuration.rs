//! What the configuration promises: its defaults are documented, its mistakes told all at once,
//! its secrets never shown.

use std::time::Duration;

use tuilerie::config::file::{KEYS, load, parse};
use tuilerie::config::{
    Config, Connection, Folders, Freshness, Generalize, Overview, Place, Rank, Relation, Server,
    Store,
};
use tuilerie::geo::tile::ZoomRange;

const DOCUMENTED: &str = include_str!("../../config/tuilerie.toml");

fn environment(name: &str) -> Option<String> {
    (name == "DATABASE_URL").then(|| "postgresql://carte:geheim@db/sig".to_owned())
}

fn nothing(_: &str) -> Option<String> {
    None
}

/// The mistakes in a text, one a line.
fn mistakes(text: &str) -> String {
    parse("conf/t.toml", text, &environment).expect_err(text).to_string()
}

/// The documented file with its examples switched on.
fn activated() -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    DOCUMENTED.lines().map(on).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_documented_defaults_are_those_of_the_code() {
    let documented = parse("config/tuilerie.toml", DOCUMENTED, &nothing).expect("as shipped");
    assert_eq!(documented, Config::default());
    for key in KEYS[0].keys.iter().filter(|key| **key != "public_url") {
        let written = DOCUMENTED.lines().filter(|line| line.starts_with(&format!("{key} = ")));
        assert_eq!(written.count(), 1, "{key} has a default, and the file must state it");
    }
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_known() {
    let text = activated();
    // Unknown keys are refused: so all that are written are known.
    parse("t.toml", &text, &environment).expect("activated");
    let written: toml::Table = text.parse().expect("TOML");
    for section in KEYS {
        let (name, has_names) = match section.section.strip_suffix(".*") {
            Some(name) => (name, true),
            None => (section.section, false),
        };
        let table = written[name].as_table().expect("a table");
        for key in section.keys {
            let found = match has_names {
                true => table.values().any(|entry| entry.get(key).is_some()),
                false => table.contains_key(*key),
            };
            assert!(found, "{}.{key} is not in config/tuilerie.toml", section.section);
        }
    }
}

#[test]
fn every_key_reaches_the_configuration() {
    let config = parse("conf/t.toml", &activated(), &environment).expect("activated");
    let server = Server {
        public_url: Some("https://tuiles.example.org/carte".to_owned()),
        ..Server::default()
    };
    assert_eq!(config.server, server);
    let directory = Some("/var/lib/tuilerie".into());
    assert_eq!(config.store, Store { directory, ..Store::default() });

    let folder = |name: &str| Some(format!("conf/{name}").into());
    let folders =
        Folders { styles: folder("styles"), fonts: folder("fonts"), sprites: folder("sprites") };
    assert_eq!(config.folders, folders);

    let [openig, cadastre] = config.sources.as_slice() else { panic!("two sources") };
    assert_eq!((openig.name.as_str(), openig.publish_all), ("openig", false));
    let url = environment("DATABASE_URL").expect("set");
    assert_eq!(openig.place, Place::Postgres(Connection::new(url)));
    assert_eq!((cadastre.name.as_str(), cadastre.publish_all), ("cadastre", true));
    assert_eq!(cadastre.place, Place::File("conf/data/cadastre.gpkg".into()));

    let [parcelles, arbres] = config.layers.as_slice() else { panic!("two layers") };
    let some = |text: &str| Some(text.to_owned());
    let expected = tuilerie::config::Layer {
        id: "parcelles".to_owned(),
        source: "openig".to_owned(),
        relation: Relation::Table("public.parcelles".to_owned()),
        geometry: some("geom"),
        srid: Some(2154),
        filter: some("supprime IS NOT TRUE"),
        key: some("gid"),
        properties: Some(["idu", "section", "numero", "contenance"].map(str::to_owned).to_vec()),
        zooms: Some(ZoomRange::DEFAULT),
        buffer: Some(tuilerie::config::DEFAULT_BUFFER),
        overview: Overview {
            detail: Some(14),
            class: Some(vec!["section".to_owned()]),
            rank: Some(Rank { column: "contenance".to_owned(), descending: true }),
            coverage: Some(true),
            generalize: Generalize::Cluster,
        },
        freshness: Freshness::default(),
        role: some("parcelles"),
        territory: some("code_insee"),
        territory_name: some("nom"),
        title: some("Parcelles"),
        description: some("Les parcelles du plan cadastral"),
        attribution: some("Source DGFiP – cadastre, juillet 2026"),
        licence: some("Licence Ouverte 2.0"),
    };
    assert_eq!(*parcelles, expected);
    assert!(matches!(&arbres.relation, Relation::Sql(sql) if sql.starts_with("SELECT")));
}

#[test]
fn other_values_than_the_defaults_reach_the_configuration() {
    let text = r#"
        [server]
        listen = "[::1]:${PORT:-8080}"
        public_url = "https://tuiles.example.org/carte/"
        cache = 0
        max_age = "5min"
        tile_timeout = "1500ms"
        tile_bytes = "2MB"
        tile_features = 1000
        cors_origins = ["https://Carte.example.org", "http://localhost:5173"]
        frame_ancestors = ["https://mairie.example"]
        [store]
        load_memory = "64MB"
        [sources.a]
        file = "a.gpkg"
        [layers.lieux]
        rank = " population "
        generalize = "thin"
        watch = false
        compare = "10min"
    "#;
    let config = parse("t.toml", text, &nothing).expect("right");
    let (server, lieux) = (config.server, &config.layers[0]);
    assert_eq!(config.store.load_memory, 64 << 20);
    let rank = Rank { column: "population".to_owned(), descending: false };
    assert_eq!(lieux.overview, Overview { rank: Some(rank), ..Overview::default() });
    let compare = Duration::from_secs(600);
    assert_eq!(lieux.freshness, Freshness { watch: false, compare });
    assert_eq!(server.listen, "[::1]:8080".parse().expect("an address"));
    assert_eq!(server.public_url.as_deref(), Some("https://tuiles.example.org/carte"));
    assert_eq!(server.cache, 0);
    assert_eq!(server.max_age, Duration::from_secs(300));
    assert_eq!(server.tile_timeout, Duration::from_millis(1500));
    assert_eq!((server.tile_bytes, server.tile_features), (2 << 20, 1000));
    assert_eq!(server.cors_origins, ["https://carte.example.org", "http://localhost:5173"]);
    assert_eq!(server.frame_ancestors, ["https://mairie.example"]);
}

#[test]
fn all_mistakes_are_told_at_once_with_line_key_value_and_what_is_allowed() {
    let text = r#"
[server]
listen = "localhost"
cache = "512"
max_age = true
tile_timeout = "1h"
cors_origins = ["*", "https://a.example"]
public_url = "tuiles.example.org"
lisen = "127.0.0.1:3000"

[sources.a]
connection = "postgresql://carte:geheim@db/sig"
file = "a.gpkg"
[sources.b]
file = "b.gpkg"
[sources.c]

[layers.parcelles]
source = "d"
zoom = "20..12"
buffer = -1
srid = 0
properties = ["a", 1]
detail = 21
rank = " desc"
generalize = "merge"
[layers."rue 1"]
zooms = "1..2"
[layers.routes]
source = "b"
table = "routes"
sql = "SELECT 1"
title = "${TITRE}"

[legend]
"#;
    let expected = r#"
conf/t.toml:3: server.listen = "localhost": allowed is ADDRESS:PORT, such as "127.0.0.1:3000", "0.0.0.0:3000" or "[::]:3000"
conf/t.toml:4: server.cache = "512": allowed is a size with its unit (B, kB, MB, GB, TB), such as "512MB", or 0
conf/t.toml:5: server.max_age = true: allowed is a duration with its unit (ms, s, min, h, d), such as "60s", or 0; "365d" at most
conf/t.toml:6: server.tile_timeout = "1h": allowed is a duration from "100ms" to "10min"
conf/t.toml:7: server.cors_origins = […]: allowed is ["*"] for all, or origins such as ["https://carte.example.org"]
conf/t.toml:8: server.public_url = "tuiles.example.org": allowed is an http:// or https:// address with or without a path, and nothing after it
conf/t.toml:9: server.lisen: unknown key; did you mean "listen"?
conf/t.toml:11: sources.a: allowed is one of connection and file
conf/t.toml:16: sources.c: allowed is one of connection and file
conf/t.toml:19: layers.parcelles.source = "d": allowed is one of a, b, c
conf/t.toml:20: layers.parcelles.zoom = "20..12": allowed is "MIN..MAX" with 0 ≤ MIN ≤ MAX ≤ 24
conf/t.toml:21: layers.parcelles.buffer = -1: allowed is a whole number from 0 to 2048
conf/t.toml:22: layers.parcelles.srid = 0: allowed is a whole number from 1 to 998999
conf/t.toml:23: layers.parcelles.properties = 1: allowed is a list: names of columns
conf/t.toml:24: layers.parcelles.detail = 21: allowed is a whole number from 0 to 20
conf/t.toml:25: layers.parcelles.rank = " desc": allowed is a column, or "COLUMN desc" where the largest values come first
conf/t.toml:26: layers.parcelles.generalize = "merge": allowed is "thin" or "cluster"
conf/t.toml:27: layers."rue 1": which source? allowed is source = one of a, b, c
conf/t.toml:28: layers."rue 1".zooms: unknown key; did you mean "zoom"?
conf/t.toml:29: layers.routes: allowed is one of table and sql
conf/t.toml:32: layers.routes.sql = "SELECT 1": b is a file: sql needs a database
conf/t.toml:33: layers.routes.title = "${TITRE}": the environment has no TITRE; set it, or write ${TITRE:-default}
conf/t.toml:35: legend: unknown key; allowed here are server, store, styles, fonts, sprites, sources, layers"#;
    let told = mistakes(text);
    for (told, expected) in told.lines().zip(expected.trim_start().lines()) {
        assert_eq!(told, expected);
    }
    assert_eq!(told, expected.trim_start());
}

#[test]
fn wrong_syntax_is_told_with_line_and_column() {
    let told = mistakes("[server]\nlisten = 127.0.0.1:3000\ncache = \"1MB\n");
    let lines: Vec<_> = told.lines().collect();
    assert!(lines[0].starts_with("conf/t.toml:2:15: not TOML: "), "{told}");
    assert!(lines[1].starts_with("conf/t.toml:3:13: not TOML: "), "{told}");
}

#[test]
fn a_file_that_is_missing_is_a_mistake() {
    let told = load("no/such/file.toml".as_ref()).expect_err("no file").to_string();
    assert!(told.starts_with("no/such/file.toml: cannot be read: "), "{told}");
}

#[test]
fn no_mistake_shows_a_password() {
    for text in [
        "[sources.a]\nconnection = \"mysql://carte:geheim@db/sig\"",
        "[sources.a]\nconnection = \"geheim\"",
        "[sources.a]\nconnection = \"postgresql://carte:geheim@${HOST}/sig\"",
        "[sources.a]\nconnection = [\"geheim\"]",
        "[sources.a]\nfile = \"\"\npublish_all = \"host=db password='geheim'\"",
        "[server]\nlisten = \"postgresql://carte:geheim@db/sig\"",
        "[server]\nlisten = \"${DATABASE_URL}\"",
        "[sources.a]\nconnection = postgresql://carte:geheim@db/sig",
        "[sources.a]\nconnection = \"postgresql://carte:geheim@db/sig",
    ] {
        let told = mistakes(text);
        assert!(!told.contains("geheim"), "{told}");
    }
    let wrong = |_: &str| Some("geheim".to_owned());
    let told = parse("", "", &wrong).expect_err("no connection").to_string();
    assert_eq!(told, "environment: DATABASE_URL: allowed is postgresql://user@host/database");
    let config = parse("t.toml", "", &environment).expect("right");
    assert!(!format!("{config:?}").contains("geheim"));
}

#[test]
fn the_environment_alone_makes_a_source() {
    let config = parse("", "", &environment).expect("DATABASE_URL");
    let [database] = config.sources.as_slice() else { panic!("one source") };
    assert_eq!((database.name.as_str(), database.publish_all), ("database", true));

    let config = parse("", "[layers.arbres]", &environment).expect("DATABASE_URL");
    assert_eq!(config.layers[0].source, "database");
    assert!(!config.sources[0].publish_all);

    let config = parse("", "[sources.a]\nfile = \"a.gpkg\"", &environment).expect("a file");
    assert_eq!(config.sources.len(), 1);

    let told = parse("t", "[layers.arbres]", &nothing).expect_err("no source").to_string();
    assert_eq!(told, "t:1: layers.arbres: no source: write [sources.NAME], or set DATABASE_URL");
}

#[test]
fn layers_keep_the_order_of_the_file() {
    let text =
        "[sources.a]\nfile = \"a.gpkg\"\n[layers.z]\n[layers.b]\n[layers.\"ü.x\"]\n[layers.a]";
    let config = parse("t.toml", text, &nothing).expect("right");
    let ids: Vec<_> = config.layers.iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(ids, ["z", "b", "ü.x", "a"]);
}

#[test]
fn a_role_that_no_style_knows_and_one_that_two_layers_have_are_mistakes() {
    let text = r#"
[sources.a]
file = "a.gpkg"
[layers.sol]
role = "ocs_avnt"
[layers.voies]
[layers.rues]
role = "voies"
[layers.parcelles]
role = "sections"
[layers.cadastre]
role = "parcelles"
"#;
    let told = mistakes(text);
    let (first, second) = told.split_once('\n').expect("two mistakes");
    assert!(
        first.starts_with(
            "conf/t.toml:5: layers.sol.role = \"ocs_avnt\": allowed is one of adresses, batiments, "
        ),
        "{told}"
    );
    assert!(first.ends_with("; did you mean \"ocs_avant\"?"), "{told}");
    assert_eq!(
        second,
        "conf/t.toml:7: layers.rues: the layer \"voies\" has the role \"voies\" too: allowed is one"
    );
}

#[test]
fn a_layer_that_no_address_can_name_is_refused() {
    for id in ["", ".", "..", "a\\nb", &"x".repeat(201)] {
        let told = mistakes(&format!("[sources.a]\nfile = \"a.gpkg\"\n[layers.\"{id}\"]"));
        assert!(told.starts_with("conf/t.toml:3: layers."), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn an_address_that_others_cannot_start_with_is_refused() {
    for url in [
        "ftp://a.example",
        "https://",
        "https://u:p@a.example",
        "https://a.example?x",
        "https://a.example/#x",
        "https://a.example:99999",
        "https://a b.example",
        "https://a.example/<script>",
    ] {
        let told = mistakes(&format!("[server]\npublic_url = \"{url}\""));
        assert!(told.starts_with("conf/t.toml:2: server.public_url = "), "{told}");
    }
    for url in ["http://[::1]", "http://[::1]:3000/a/b", "https://a.example:443/c%20d"] {
        let text = format!("[server]\npublic_url = \"{url}\"");
        let config = parse("t.toml", &text, &nothing).expect(url);
        assert_eq!(config.server.public_url.as_deref(), Some(url));
    }
}
