//! Faults of the database and of its data, on the real binary: what is in the tiles, in
//! `/health/ready`, in TileJSON, in the log, in the exit code. The rows are those of the table of
//! faults in the documentation; polygons (G2) are in `faults_polygons.rs`.

use std::collections::BTreeSet;

use crate::support::mvt::{Feature, Value, doubled_area};
use crate::support::postgres::{Cluster, Database, GUARDED_PASSWORD, GUARDED_ROLE, cluster};
use crate::support::server::{Server, run, tuilerie};
use serde_json::json;

/// A place in Lambert-93, and the tile of zoom 12 around it.
const PLACE: &str = "ST_SetSRID(ST_MakePoint(652000, 6862000), 2154)";
const TILE: &str = "12/2074/1409";

/// The features of a layer in a tile.
fn features(server: &Server, layer: &str, tile: &str) -> Vec<Feature> {
    let layers = server.tile(&format!("/tiles/{layer}/{tile}"));
    layers.into_iter().flat_map(|layer| layer.features).collect()
}

fn ids(features: &[Feature]) -> BTreeSet<u64> {
    features.iter().filter_map(|feature| feature.id).collect()
}

/// How often the log says something of a layer.
fn times_said(server: &Server, layer: &str, what: &str) -> usize {
    let layer = format!("layer=\"{layer}\"");
    server.log().lines().filter(|line| line.contains(&layer) && line.contains(what)).count()
}

fn assert_alive(server: &Server) {
    assert_eq!(server.get("/health/live").status, 200, "{}", server.log());
    assert!(!server.log().contains("a defect in Tuilerie"), "{}", server.log());
}

fn config(directory: &tempfile::TempDir, text: &str) -> String {
    let path = directory.path().join("tuilerie.toml");
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// Rows whose coordinates are odd, in degrees. `f` makes of a longitude or latitude what the
/// table's CRS has.
fn odd_places(db: &Database, table: &str, srid: u32, f: impl Fn(f64, f64) -> String) {
    let path =
        |points: &[(f64, f64)]| points.iter().map(|(x, y)| f(*x, *y)).collect::<Vec<_>>().join(",");
    let line = |points: &[(f64, f64)]| format!("ST_MakeLine(ARRAY[{}])", path(points));
    let ring = |points: &[(f64, f64)]| format!("ST_MakePolygon({})", line(points));
    let box_across = [(179.0, -20.0), (-179.0, -20.0), (-179.0, -10.0), (179.0, -10.0)];
    let mut rows: Vec<String> = ["'NaN'", "'Infinity'", "'-Infinity'", "1e308", "-1e308"]
        .iter()
        .flat_map(|odd| {
            let odd = format!("{odd}::float8");
            [
                format!("ST_MakePoint({odd}, 3)"),
                format!("ST_MakeLine(ST_MakePoint(1, 1), ST_MakePoint(3, {odd}))"),
            ]
        })
        .collect();
    assert_eq!(rows.len(), SKIPPED);
    rows.extend([
        f(10.0, 90.0),
        f(20.0, -90.0),
        f(200.0, 10.0),
        f(-200.0, 10.0),
        line(&[(170.0, 30.0), (200.0, 89.0)]),
        line(&[(178.0, 40.0), (-178.0, 50.0), (178.0, 60.0)]),
        line(&[(178.0, -40.0), (180.0, -41.0), (-180.0, -41.0), (-178.0, -40.0)]),
        ring(&[&box_across[..], &box_across[..1]].concat()),
        f(2.0, 48.0),
    ]);
    db.execute(&format!(
        "CREATE TABLE {table} (id serial PRIMARY KEY, geom geometry(Geometry, {srid}))"
    ));
    for row in rows {
        db.execute(&format!("INSERT INTO {table} (geom) VALUES (ST_SetSRID({row}, {srid}))"));
    }
}

/// The rows at the beginning that have no place on earth.
const SKIPPED: usize = 10;

#[test]
fn g1_impossible_coordinates_are_skipped_or_clamped_and_draw_no_band_across_the_world() {
    let db = cluster().database("g1");
    odd_places(&db, "degrees", 4326, |x, y| format!("ST_MakePoint({x}, {y})"));
    odd_places(&db, "metres", 3857, |x: f64, y: f64| {
        let radius = 6_378_137.0;
        let north = y.clamp(-89.9, 89.9).to_radians().tan().asinh() * radius;
        format!("ST_MakePoint({}, {north})", x.to_radians() * radius)
    });
    let server = Server::ready(&[&db.url()]);
    let ready = server.get("/health/ready").json();
    for table in ["degrees", "metres"] {
        let found = features(&server, table, "0/0/0");
        let first = SKIPPED as u64 + 1;
        assert_eq!(ids(&found), (first..first + 9).collect(), "{table}");
        for feature in &found {
            for part in &feature.parts {
                let (low, high) = span(part);
                assert!(high - low < 400, "{table}: a band across the world: {feature:?}");
            }
        }
        let of = |row: u64| found.iter().find(|f| f.id == Some(first + row)).unwrap();
        // Cut in pieces that end on both edges of the map, and nowhere else.
        for (row, pieces) in [(5, 3), (6, 2), (7, 2)] {
            let spans: Vec<_> = of(row).parts.iter().map(|part| span(part)).collect();
            assert_eq!(spans.len(), pieces, "{table} {row}: {spans:?}");
            assert!(spans.iter().all(|(low, high)| *low <= 0 || *high >= 4096), "{spans:?}");
        }
        for (what, times) in [
            ("geometries with NaN or impossible coordinates, skipped", SKIPPED),
            ("geometries that cross 180° of longitude, cut there", 3),
            ("geometries beyond the edge of the map, moved to it", 3),
        ] {
            assert_eq!(times_said(&server, table, what), 1, "{what}: {}", server.log());
            let counted = format!("{what} layer=\"{table}\" times={times}");
            assert!(server.log().contains(&counted), "{counted}: {}", server.log());
        }
        assert_eq!(ready["layers"][table]["faults"], SKIPPED + 3 + 3);
    }
    assert_alive(&server);
}

/// From west to east, in tile units.
fn span(part: &[(i64, i64)]) -> (i64, i64) {
    let xs = || part.iter().map(|point| point.0);
    (xs().min().unwrap(), xs().max().unwrap())
}

#[test]
fn g3_curves_surfaces_and_collections_are_drawn_and_z_and_m_are_left_out_by_name() {
    let db = cluster().database("g3");
    // In metres of Web Mercator, at the origin; a tile of zoom 14 is 2446 m wide.
    let rows = [
        "CURVEPOLYGON(CIRCULARSTRING(200 600, 1000 600, 200 600))",
        "CIRCULARSTRING(200 200, 600 600, 1000 200)",
        "TIN(((0 0, 900 0, 900 900, 0 0)), ((0 0, 900 900, 0 900, 0 0)))",
        "POLYHEDRALSURFACE Z (((100 100 9, 900 100 9, 900 900 9, 100 100 9)))",
        "GEOMETRYCOLLECTION(POINT(100 100), LINESTRING(0 0, 500 500),
            GEOMETRYCOLLECTION(POLYGON((10 10, 900 10, 900 900, 10 10))))",
        "POINT ZM (100 100 1e300 -1e300)",
        "MULTICURVE((0 100, 900 100), COMPOUNDCURVE((0 200, 90 200), CIRCULARSTRING(90 200, 180 290, 270 200)))",
    ];
    db.execute("CREATE TABLE t (id serial PRIMARY KEY, geom geometry)");
    for row in rows {
        db.execute(&format!("INSERT INTO t (geom) VALUES (ST_GeomFromEWKT('SRID=3857;{row}'))"));
    }
    let server = Server::ready(&[&db.url()]);
    let found = features(&server, "t", "14/8192/8191");
    let kinds: Vec<(u64, u64, usize)> =
        found.iter().map(|f| (f.id.unwrap(), f.kind, f.parts.len())).collect();
    let expected = [
        (1, 3, 1),
        (2, 2, 1),
        (3, 3, 1), // its two triangles share an edge
        (4, 3, 1),
        (5, 1, 1),
        (5, 2, 1),
        (5, 3, 1),
        (6, 1, 1),
        (7, 2, 2),
    ];
    let sorted: BTreeSet<_> = kinds.iter().copied().collect();
    assert_eq!(sorted, expected.into(), "{kinds:?}");
    assert_eq!(kinds.len(), expected.len());
    let unit = 40_075_016.685_578_49 / 16_384.0 / 4096.0;
    let circle = doubled_area(&found[0].parts[0]) as f64 / 2.0 * unit * unit;
    let exact = std::f64::consts::PI * 400.0 * 400.0;
    assert!((circle / exact - 1.0).abs() < 0.005, "{circle} m², not {exact}");
    let log = server.log();
    for told in [
        "left out: heights (Z), tiles are flat layer=\"t\" rows=2",
        "left out: measures (M), tiles are flat layer=\"t\" rows=1",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
    assert_alive(&server);
}

#[test]
fn g4_a_layer_without_one_known_srid_is_refused_with_the_remedy_and_the_others_load() {
    let db = cluster().database("g4");
    let point = |srid: u32| format!("ST_SetSRID(ST_MakePoint(652000, 6862000), {srid})");
    for (table, srids) in
        [("sound", &[2154][..]), ("none", &[0]), ("mixed", &[2154, 3857]), ("unknown", &[654_321])]
    {
        db.execute(&format!("CREATE TABLE {table} (geom geometry)"));
        for srid in srids {
            db.execute(&format!("INSERT INTO {table} VALUES ({})", point(*srid)));
        }
    }
    let server = Server::ready(&[&db.url()]);
    assert_eq!(features(&server, "sound", TILE).len(), 1);
    let ready = server.get("/health/ready").json();
    assert_eq!(ready["ready"], true);
    for (table, remedy) in
        [("none", "ALTER TABLE"), ("mixed", "ALTER TABLE"), ("unknown", "654321")]
    {
        assert_eq!(ready["layers"][table], json!({ "state": "refused" }));
        assert_eq!(server.get(&format!("/tiles/{table}/{TILE}")).status, 404);
        assert_eq!(times_said(&server, table, remedy), 1, "{}", server.log());
    }
    let (code, out, _) = run(&mut tuilerie(&["check", &db.url()]));
    assert_eq!(code, 1);
    assert!(out.contains("ok       sound") && out.contains("refused  none: "), "{out}");

    let directory = tempfile::tempdir().unwrap();
    let told = format!(
        "[sources.db]\nconnection = \"{}\"\n[layers.none]\nsource = \"db\"\ntable = \"none\"\n\
         srid = 2154\n[layers.mixed]\nsource = \"db\"\ntable = \"mixed\"\nsrid = 2154\n",
        db.url()
    );
    let server = Server::ready(&["--config", &config(&directory, &told)]);
    for table in ["none", "mixed"] {
        assert_eq!(features(&server, table, TILE).len(), 1, "{table} once its SRID is told");
    }
    assert_eq!(times_said(&server, "mixed", "of another SRID than their layer's"), 1);
}

#[test]
fn g5_sizes_are_limited_and_any_name_is_only_a_name() {
    let db = cluster().database("g5");
    let columns: Vec<String> = (0..1000).map(|i| format!("c{i} int DEFAULT {i}")).collect();
    db.execute(&format!(
        "CREATE TABLE long (id int PRIMARY KEY, text text, geom geometry(Point, 2154));
         INSERT INTO long VALUES (1, repeat('x', 10000000), {PLACE}), (2, 'short', {PLACE});
         CREATE TABLE wide (geom geometry(Point, 2154), {});
         INSERT INTO wide (geom) VALUES ({PLACE})",
        columns.join(", ")
    ));
    let names =
        ["\"; DROP TABLE long; --", "Été à 7 h", "'", "100%25", "a/b", "<b>&amp;", "\\", "𝕊"];
    for name in names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        db.execute(&format!(
            "CREATE TABLE {quoted} ({quoted} text, geom geometry(Point, 2154));
             INSERT INTO {quoted} VALUES ($$yes$$, {PLACE})"
        ));
    }
    let server = Server::ready(&[&db.url()]);
    for name in names {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = features(&server, &encoded, TILE);
        assert_eq!(found[0].properties[name], Value::Text("yes".to_owned()), "{name}");
        let tilejson = server.get(&format!("/tiles/{encoded}")).json();
        assert_eq!(tilejson["vector_layers"][0]["id"], name);
        let template = tilejson["tiles"][0].as_str().unwrap();
        let path = template.split_once(&server.address).unwrap().1;
        let [z, x, y] = TILE.split('/').collect::<Vec<_>>()[..] else { panic!() };
        let path = path.replace("{z}", z).replace("{x}", x).replace("{y}", y);
        assert_eq!(server.get(&path).status, 200, "{template}");
    }
    let long = features(&server, "long", TILE);
    assert_eq!(long[0].properties.get("text"), None);
    assert_eq!(long[1].properties["text"], Value::Text("short".to_owned()));
    assert_eq!(times_said(&server, "long", "texts above 64 kB, left out"), 1);

    assert_eq!(features(&server, "wide", TILE)[0].properties.len(), 256);
    let tilejson = server.get("/tiles/wide").json();
    assert_eq!(tilejson["vector_layers"][0]["fields"].as_object().unwrap().len(), 256);
    assert_eq!(times_said(&server, "wide", "at most 256 columns"), 744, "each by its name");
    assert_eq!(db.query_text("SELECT count(*) FROM long"), [["2"]]);
    assert_alive(&server);
}

#[test]
fn g6_values_are_converted_as_documented_or_left_out_by_name() {
    let db = cluster().database("g6");
    db.execute(&format!(
        "CREATE TYPE colour AS ENUM ('red', 'vert'); CREATE DOMAIN height AS numeric(6, 2);
         CREATE DOMAIN heights AS height;
         CREATE TYPE pair AS (a int, b int);
         CREATE TABLE t (id int PRIMARY KEY, n numeric, f float8, g real, d date, ts timestamptz,
             j jsonb, a int[], b bytea, e colour, u uuid, h heights, big int8, p pair, x xml,
             bits bit(3), m money, geom geometry(Point, 2154));
         INSERT INTO t VALUES
             (1, 'NaN', 'Infinity', 'NaN', 'infinity', '-infinity', 'null', '{{}}', '\\x00', 'vert',
              '11111111-2222-3333-4444-555555555555', 1.50, 9223372036854775807, '(1,2)', '<a/>',
              '101', 12.5, {PLACE}),
             (2, 1e300, '-Infinity', 'Infinity', '0044-03-15 BC', '2024-02-29 12:00+01', '{{\"a\":1}}',
              NULL, NULL, NULL, NULL, NULL, -1, NULL, NULL, NULL, NULL, {PLACE}),
             (3, 1e4000, 1e-320, 1e-40, '294276-12-31', 'epoch', '[1]', NULL, NULL, 'red', NULL, -7,
              0, NULL, NULL, NULL, NULL, {PLACE})"
    ));
    let server = Server::ready(&[&db.url()]);
    let found = features(&server, "t", TILE);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let number = |number: f64| Some(Value::Number(number));
    let expected = [
        ("n", [None, number(1e300), None]),
        ("f", [None, None, number(1e-320)]),
        ("g", [None, None, number(f64::from(1e-40_f32))]),
        ("d", [text("infinity"), text("0044-03-15 BC"), text("294276-12-31")]),
        ("ts", [text("-infinity"), text("2024-02-29 11:00:00+00"), text("1970-01-01 00:00:00+00")]),
        ("j", [text("null"), text("{\"a\": 1}"), text("[1]")]),
        ("e", [text("vert"), None, text("red")]),
        ("u", [text("11111111-2222-3333-4444-555555555555"), None, None]),
        ("h", [number(1.5), None, number(-7.0)]),
        ("big", [number(9_223_372_036_854_775_807.0), number(-1.0), number(0.0)]),
        ("bits", [text("101"), None, None]),
    ];
    let fields = server.get("/tiles/t").json()["vector_layers"][0]["fields"].clone();
    for (name, values) in expected {
        for (feature, value) in found.iter().zip(&values) {
            assert_eq!(feature.properties.get(name), value.as_ref(), "{name} of {:?}", feature.id);
        }
        let is_number = matches!(values.iter().flatten().next(), Some(Value::Number(_)));
        assert_eq!(fields[name], if is_number { "Number" } else { "String" }, "{name}");
    }
    for (name, reason) in [("a", "arrays"), ("b", "bytea"), ("p", "composite")] {
        assert!(fields[name].is_null() && found.iter().all(|f| !f.properties.contains_key(name)));
        let said = format!("column=\"{name}\"");
        let log = server.log();
        let line = log.lines().find(|line| line.contains(&said)).unwrap_or_else(|| panic!("{log}"));
        assert!(line.contains("left out") && line.contains(reason), "{line}");
    }
    assert_eq!(times_said(&server, "t", "values that their type does not explain, left out"), 1);
    assert_alive(&server);
}

/// A password that no other text contains by chance.
const SECRET: &str = "Tr0ub4dor";

fn assert_no_secret(text: &str) {
    assert!(!text.contains(SECRET) && !text.contains(GUARDED_PASSWORD), "a password: {text}");
}

#[test]
fn d5_a_connection_that_cannot_work_ends_with_the_remedy_and_shows_no_password() {
    let db = cluster().database("d5");
    let bare = cluster().database("d5_bare");
    bare.execute("DROP EXTENSION postgis");
    let port = cluster().port();
    let cases = [
        (db.url_of(GUARDED_ROLE, Some(SECRET)), "check the role and its password"),
        (db.url_of("nobody", Some(SECRET)), "nobody"),
        (format!("postgres://postgres:{SECRET}@127.0.0.1:{port}/nowhere"), "database's name"),
        (format!("host=127.0.0.1 password=a {SECRET} port={port}"), "cannot be read"),
        (bare.url_of("postgres", Some(SECRET)), "CREATE EXTENSION"),
        (format!("postgre://postgres:{SECRET}@127.0.0.1:{port}/x"), "postgresql://"),
        (format!("{}?sslmode=require", db.url_of("postgres", Some(SECRET))), "TLS"),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (url, remedy) in cases {
        let file = config(&directory, &format!("[sources.db]\nconnection = \"{url}\"\n"));
        let listen = ["--listen", "127.0.0.1:0"];
        for arguments in [
            &["serve", listen[0], listen[1], &url][..],
            &["check", &url],
            &["init", &url],
            &["serve", listen[0], listen[1], "--config", &file],
        ] {
            let (code, out, errors) = run(tuilerie(arguments).env("TUILERIE_LOG", "trace"));
            let said = format!("{out}{errors}");
            assert_eq!(code, 1, "{arguments:?}: {said}");
            assert_no_secret(&said);
            assert!(said.contains(remedy) || arguments.contains(&"--config"), "{url}: {said}");
        }
    }
    for arguments in [&["serve", "--help"][..], &["--help"], &["serve", "--no-such-option"]] {
        let url = db.url_of("postgres", Some(SECRET));
        let (_, out, errors) = run(tuilerie(arguments).env("DATABASE_URL", url));
        assert_no_secret(&format!("{out}{errors}"));
    }
}

#[test]
fn d5_a_password_that_works_is_in_no_answer_and_in_no_log() {
    let db = cluster().database("d5_right");
    db.execute(&format!(
        "CREATE TABLE t AS SELECT {PLACE}::geometry(Point, 2154) AS geom; GRANT SELECT ON t TO {GUARDED_ROLE}"
    ));
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let mut command = tuilerie(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("DATABASE_URL", &url).env("TUILERIE_LOG", "trace");
    let server = Server::spawn(command);
    server.wait_until_ready();
    assert_eq!(features(&server, "t", TILE).len(), 1);
    for path in ["/catalog", "/tiles/t", "/health/ready", "/metrics", "/tiles/none/0/0/0"] {
        assert_no_secret(&String::from_utf8(server.get(path).body).unwrap());
    }
    assert_no_secret(&server.log());
    let (code, out, errors) = run(&mut tuilerie(&["init", &url]));
    assert_eq!(code, 0, "{errors}");
    assert_no_secret(&format!("{out}{errors}"));
}

#[test]
fn d5_a_table_that_does_not_exist_leaves_its_layer_out_and_names_those_that_do() {
    let db = cluster().database("d5_table");
    db.execute(&format!("CREATE TABLE voie AS SELECT {PLACE}::geometry(Point, 2154) AS geom"));
    let directory = tempfile::tempdir().unwrap();
    let text = format!(
        "[sources.db]\nconnection = \"{}\"\n[layers.rues]\nsource = \"db\"\ntable = \"rue\"\n\
         [layers.voie]\nsource = \"db\"\ntable = \"voie\"\n",
        db.url_of("postgres", Some(SECRET))
    );
    let file = config(&directory, &text);
    let server = Server::ready(&["--config", &file]);
    assert_eq!(features(&server, "voie", TILE).len(), 1);
    assert_eq!(server.get(&format!("/tiles/rues/{TILE}")).status, 404);
    assert_eq!(times_said(&server, "rues", "there are public.voie"), 1, "{}", server.log());
    let (code, out, errors) = run(&mut tuilerie(&["check", "--config", &file]));
    assert_eq!(code, 1);
    assert!(out.contains("refused  rues: there is no table rue"), "{out}");
    assert_no_secret(&format!("{out}{errors}{}", server.log()));
}

#[test]
fn d2_a_database_that_is_down_at_start_is_waited_for() {
    let own = Cluster::start_new();
    let db = own.database("d2");
    db.execute(&format!("CREATE TABLE t AS SELECT {PLACE}::geometry(Point, 2154) AS geom"));
    own.stop();
    let server = Server::start(&[&db.url_of("postgres", Some(SECRET))]);
    let waiting = "trying again until it answers";
    while !server.log().contains(waiting) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(server.get("/health/live").status, 200);
    let ready = server.get("/health/ready");
    assert_eq!((ready.status, ready.json()["all_sources_reached"] == false), (503, true));
    for path in [format!("/tiles/t/{TILE}"), "/tiles/t".to_owned()] {
        let answer = server.get(&path);
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    own.start();
    server.wait_until_ready();
    assert_eq!(features(&server, "t", TILE).len(), 1);
    assert!(server.log().lines().filter(|line| line.contains(waiting)).count() <= 2, "said once");
    assert_no_secret(&server.log());

    own.stop();
    let other = server.get("/tiles/t/11/1037/704");
    assert_eq!(other.status, 200, "a tile that nobody had asked for yet");
}
