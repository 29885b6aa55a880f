//! What is found in a PostGIS database, what is served of it, and what is said of the rest.

use std::time::Duration;

use crate::support::features::{
    count, discover, discover_only, find, ids, layer, read, refusal, source, try_read,
};
use crate::support::postgres::{Cluster, ENCRYPTED_ROLE, GUARDED_PASSWORD, GUARDED_ROLE, cluster};
use tuilerie::config::{self, Relation};
use tuilerie::geo::shape::Shape;
use tuilerie::source::attribution::Attribution;
use tuilerie::source::{
    ColumnKind, Fault, FeatureSink, Progress, SourceError, Stopped, Value, postgis,
};

#[test]
fn every_kind_of_table_is_a_layer() {
    let db = cluster().database("kinds");
    db.execute(
        "CREATE TABLE tables (id int PRIMARY KEY, geom geometry(Point, 2154));
         INSERT INTO tables VALUES (1, ST_SetSRID(ST_MakePoint(700000, 6600000), 2154));
         CREATE VIEW views AS SELECT * FROM tables;
         CREATE MATERIALIZED VIEW matviews AS SELECT id, ST_Transform(geom, 3857) AS g FROM tables;
         CREATE TABLE parts (id int, year int, geom geometry(Point, 2154)) PARTITION BY LIST (year);
         CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES IN (2024);
         INSERT INTO parts SELECT 7, 2024, geom FROM tables;
         CREATE EXTENSION postgres_fdw;
         CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw;
         CREATE FOREIGN TABLE far (id int, geom geometry(Point, 2154)) SERVER itself;
         CREATE TABLE no_geometry (id int);
         CREATE TEMPORARY TABLE passing (geom geometry(Point, 2154));
         CREATE SCHEMA tuilerie; CREATE TABLE tuilerie.own (geom geometry(Point, 2154))",
    );
    let found = discover(&db);
    assert_eq!(ids(&found), ["far", "matviews", "parts", "tables", "views"]);
    assert_eq!(found.refused, []);
    for id in ["matviews", "parts", "tables", "views"] {
        assert_eq!(read(find(&found, id)).0.len(), 1, "{id}");
    }
    assert_eq!(read(find(&found, "tables")).0[0].id, Some(1));
    assert_eq!(read(find(&found, "views")).0[0].id, None, "a view has a key when it is told one");
}

#[test]
fn ids_are_short_and_distinct() {
    let db = cluster().database("ids");
    db.execute(
        "CREATE SCHEMA a; CREATE SCHEMA b;
         CREATE TABLE a.voie (geom geometry(Point, 2154));
         CREATE TABLE b.voie (geom geometry(Point, 2154));
         CREATE TABLE b.mur (axe geometry(LineString, 2154), emprise geography(Polygon))",
    );
    assert_eq!(ids(&discover(&db)), ["a.voie", "mur.axe", "mur.emprise", "b.voie"]);
}

#[test]
fn any_name_is_only_a_name() {
    let db = cluster().database("names");
    let names = ["Été à 7h", "\"; DROP TABLE witness; --", "a.b", "select", "'", "100%", "Ünï"];
    db.execute("CREATE TABLE witness (geom geometry(Point, 2154))");
    for name in names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        db.execute(&format!(
            "CREATE SCHEMA {quoted};
             CREATE TABLE {quoted}.{quoted} ({quoted} int PRIMARY KEY, \"g\"\"eom\" geometry(Point, 2154));
             INSERT INTO {quoted}.{quoted} VALUES (5, ST_SetSRID(ST_MakePoint(700000, 6600000), 2154))"
        ));
    }
    let found = discover(&db);
    assert_eq!(found.layers.len(), names.len() + 1);
    for name in names {
        let layer = find(&found, name);
        assert_eq!(layer.columns[0].name, name);
        let (features, _) = read(layer);
        assert_eq!((features[0].id, features[0].values[0].as_str()), (Some(5), "5"), "{name}");
    }
    let configured = discover_only(&db, &names.map(layer));
    assert_eq!(ids(&configured), names);
}

#[test]
fn what_the_role_may_not_read_is_not_found_and_a_request_for_it_says_why() {
    let db = cluster().database("grants");
    db.execute(&format!(
        "CREATE TABLE shown (id int PRIMARY KEY, open text, secret text, geom geometry(Point, 2154));
         INSERT INTO shown VALUES (1, 'a', 'b', ST_SetSRID(ST_MakePoint(700000, 6600000), 2154));
         CREATE TABLE hidden (geom geometry(Point, 2154));
         CREATE SCHEMA closed; CREATE TABLE closed.hidden_too (geom geometry(Point, 2154));
         GRANT SELECT ON closed.hidden_too TO {GUARDED_ROLE};
         GRANT SELECT (id, open, geom) ON shown TO {GUARDED_ROLE}"
    ));
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let found = postgis::discover(&source(&url), &[layer("hidden")]).unwrap();
    assert_eq!(ids(&found), ["shown"]);
    assert!(refusal(&found, "hidden").contains("GRANT SELECT ON \"public\".\"hidden\""));
    let shown = find(&found, "shown");
    assert_eq!(read(shown).0[0].values, ["1", "a"]);
    assert_eq!(shown.left_out[0].name, "secret");
}

#[test]
fn values_are_converted_as_documented_or_left_out_by_name() {
    let db = cluster().database("types");
    db.execute(
        "CREATE EXTENSION citext; CREATE EXTENSION hstore;
         CREATE TYPE colour AS ENUM ('red', 'green'); CREATE TYPE pair AS (a int, b int);
         CREATE DOMAIN height AS numeric(6, 2) CHECK (value > 0);
         CREATE DOMAIN place AS geometry(Point, 2154);
         CREATE TABLE t (
             b bool, i2 int2, i4 int4, i8 int8, o oid, f4 float4, f8 float8, n numeric, h height,
             c citext, v varchar(9), x char(4), u uuid, d date, ts timestamp, tz timestamptz,
             tm time, iv interval, e colour, j json, jb jsonb, ip inet, r int4range, hs hstore,
             by bytea, ar text[], ts2 tsvector, pr pair, other geometry(Point, 2154), geom place);
         INSERT INTO t SELECT true, -2, 70000, 9007199254740993, 4294967295, 1.5, 0.1, 12.50, 3.25,
             'Été', 'va', 'ch', '11111111-2222-3333-4444-555555555555', 'infinity',
             '2024-02-29 12:00', '2024-02-29 12:00+01', '08:30', '1 day 02:00', 'green',
             '{\"a\": 1}', '{\"a\":1}', '10.0.0.1/8', '[1,5)', 'a=>1',
             '\\x00', '{a}', 'mot', '(1,2)', NULL, ST_SetSRID(ST_MakePoint(700000, 6600000), 2154);
         INSERT INTO t (geom) SELECT geom FROM t",
    );
    let layers = [config::Layer { geometry: Some("geom".to_owned()), ..layer("t") }];
    let found = discover_only(&db, &layers);
    let t = find(&found, "t");
    let (features, _) = read(t);
    let values: Vec<(&str, &str)> = t
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .zip(features[0].values.iter().map(|v| &**v))
        .collect();
    let expected = [
        ("b", "true"),
        ("i2", "-2"),
        ("i4", "70000"),
        ("i8", "9007199254740993"),
        ("o", "4294967295"),
        ("f4", "1.5"),
        ("f8", "0.1"),
        ("n", "12.5"),
        ("h", "3.25"),
        ("c", "Été"),
        ("v", "va"),
        ("x", "ch"),
        ("u", "11111111-2222-3333-4444-555555555555"),
        ("d", "infinity"),
        ("ts", "2024-02-29 12:00:00"),
        ("tz", "2024-02-29 11:00:00+00"),
        ("tm", "08:30:00"),
        ("iv", "1 day 02:00:00"),
        ("e", "green"),
        ("j", "{\"a\": 1}"),
        ("jb", "{\"a\": 1}"),
        ("ip", "10.0.0.1/8"),
        ("r", "[1,5)"),
        ("hs", "\"a\"=>\"1\""),
    ];
    assert_eq!(values, expected);
    assert!(features[1].values.iter().all(|value| value == "Null"));
    let kinds: Vec<ColumnKind> = t.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds[0], ColumnKind::Boolean);
    assert!(kinds[1..9].iter().all(|kind| *kind == ColumnKind::Number));
    assert!(kinds[9..].iter().all(|kind| *kind == ColumnKind::Text));
    let left_out: Vec<&str> = t.left_out.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(left_out, ["by", "ar", "ts2", "pr"]);
}

#[test]
fn odd_numbers_and_long_texts_are_absent_and_counted() {
    let db = cluster().database("odd");
    db.execute(
        "CREATE TABLE t (n numeric, f float8, g float4, x text, geom geometry(Point, 2154));
         INSERT INTO t SELECT n, f, f, x, ST_SetSRID(ST_MakePoint(700000, 6600000), 2154)
         FROM (VALUES ('NaN'::numeric, 'NaN'::float8, repeat('x', 10000000)),
                      (1e400, 'Infinity', repeat('x', 65536)),
                      (1, 1, repeat('é', 40000))) AS v (n, f, x)",
    );
    let (features, report) = read(find(&discover(&db), "t"));
    assert_eq!(features.len(), 3);
    assert_eq!(count(&report, Fault::OddValue), 6);
    assert_eq!(count(&report, Fault::LongText), 2);
    assert_eq!(features[0].values, ["Null", "Null", "Null", "Null"]);
    assert_eq!(features[1].values[3].len(), 65536);
    assert_eq!(features[2].values, ["1", "1", "1", "Null"]);
}

#[test]
fn of_a_thousand_columns_the_first_are_served_and_the_rest_named() {
    let db = cluster().database("wide");
    let columns: Vec<String> = (0..1000).map(|i| format!("c{i} int DEFAULT {i}")).collect();
    db.execute(&format!(
        "CREATE TABLE wide (geom geometry(Point, 2154), {});
         INSERT INTO wide (geom) VALUES (ST_SetSRID(ST_MakePoint(700000, 6600000), 2154))",
        columns.join(", ")
    ));
    let found = discover(&db);
    let wide = find(&found, "wide");
    assert_eq!((wide.columns.len(), wide.left_out.len()), (256, 744));
    assert_eq!(wide.left_out[0].name, "c256");
    assert!(wide.left_out[0].reason.contains("256"));
    assert_eq!(read(wide).0[0].values[255], "255");

    let properties = Some(vec!["c999".to_owned()]);
    let chosen = discover_only(&db, &[config::Layer { properties, ..layer("wide") }]);
    assert_eq!(read(find(&chosen, "wide")).0[0].values, ["999"]);
}

#[test]
fn a_features_id_is_an_integer_key_and_never_negative() {
    let db = cluster().database("keys");
    let point = "ST_SetSRID(ST_MakePoint(700000, 6600000), 2154)";
    db.execute(&format!(
        "CREATE TABLE pk (a int UNIQUE NOT NULL, id bigint PRIMARY KEY, geom geometry(Point, 2154));
         INSERT INTO pk VALUES (1, 10, {point}), (2, -3, {point});
         CREATE TABLE uq (maybe int UNIQUE, id smallint UNIQUE NOT NULL, geom geometry(Point, 2154));
         INSERT INTO uq VALUES (1, 20, {point});
         CREATE TABLE named (id text PRIMARY KEY, n int, geom geometry(Point, 2154));
         INSERT INTO named VALUES ('x', 30, {point})"
    ));
    let id_of = |found: &tuilerie::source::Discovery, id| read(find(found, id)).0[0].id;
    let found = discover(&db);
    let pk = read(find(&found, "pk")).0;
    assert_eq!((pk[0].id, pk[1].id), (Some(10), None));
    assert_eq!(pk[1].values, ["2", "-3"], "the key is among the properties too");
    assert_eq!(id_of(&found, "uq"), Some(20));
    assert_eq!(id_of(&found, "named"), None);

    let key = |key: &str| config::Layer { key: Some(key.to_owned()), ..layer("named") };
    assert_eq!(id_of(&discover_only(&db, &[key("n")]), "named"), Some(30));
    assert!(refusal(&discover_only(&db, &[key("id")]), "named").contains("must be an integer"));
}

#[test]
fn a_comment_describes_its_table() {
    let db = cluster().database("comments");
    db.execute(
        "CREATE TABLE plain (geom geometry(Point, 2154)); COMMENT ON TABLE plain IS 'Les voies';
         CREATE VIEW json AS SELECT * FROM plain;
         COMMENT ON VIEW json IS '{\"title\": \"Voies\", \"attribution\":
             \"<b><a href=https://moi.example onclick=x>moi</a></b>\"}'",
    );
    let found = discover(&db);
    assert_eq!(find(&found, "plain").about.description.as_deref(), Some("Les voies"));
    let about = &find(&found, "json").about;
    assert_eq!(about.title.as_deref(), Some("Voies"));
    let named = about.attribution.as_ref().map(Attribution::html);
    assert_eq!(named, Some("<a href=\"https://moi.example\">moi</a>"), "links and text");
}

#[test]
fn a_layer_written_out_reads_what_it_says() {
    let db = cluster().database("written");
    db.execute(
        "CREATE TABLE t (id int PRIMARY KEY, kind text, geom geometry);
         INSERT INTO t SELECT i, CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END, ST_MakePoint(i, i)
         FROM generate_series(1, 10) i",
    );
    let sql = Relation::Sql("SELECT id * 2 AS twice, geom FROM t WHERE id > 7 -- some".to_owned());
    let layers = [
        config::Layer {
            filter: Some("kind = 'odd' -- only".to_owned()),
            srid: Some(3857),
            relation: Relation::Table("public.t".to_owned()),
            ..layer("odd")
        },
        config::Layer {
            relation: sql,
            srid: Some(3857),
            key: Some("twice".to_owned()),
            ..layer("query")
        },
    ];
    let found = discover_only(&db, &layers);
    assert_eq!(ids(&found), ["odd", "query"], "{found:?}");
    assert_eq!(read(find(&found, "odd")).0.len(), 5);
    let ids: Vec<_> = read(find(&found, "query")).0.iter().map(|feature| feature.id).collect();
    assert_eq!(ids, [Some(16), Some(18), Some(20)]);
}

#[test]
fn a_mistake_refuses_its_layer_alone() {
    let db = cluster().database("mistakes");
    db.execute(
        "CREATE TABLE good (id int PRIMARY KEY, name text, geom geometry(Point, 2154));
         CREATE TABLE two (a geometry(Point, 2154), b geometry(Point, 2154))",
    );
    let good =
        |id: &str| config::Layer { relation: Relation::Table("good".to_owned()), ..layer(id) };
    let query = |id: &str, sql: &str| config::Layer {
        relation: Relation::Sql(sql.to_owned()),
        ..layer(id)
    };
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (layer("missing"), "there are public.good, public.two"),
        (layer("two"), "one of a, b"),
        (config::Layer { geometry: text("shape"), ..good("g") }, "it has geom"),
        (config::Layer { key: text("nothing"), ..good("k") }, "it has id, name, geom"),
        (config::Layer { properties: Some(vec!["nom".to_owned()]), ..good("p") }, "no column nom"),
        (config::Layer { filter: text("nom = 1"), ..good("f") }, "nom"),
        (config::Layer { srid: Some(3857), ..good("s") }, "declared in 2154"),
        (query("syntax", "SELEC 1"), "syntax error"),
        (query("no_geometry", "SELECT 1 AS a"), "no geometry column"),
        (query("twice", "SELECT name AS id, id, geom FROM good"), "two columns are called id"),
        (query("two_statements", "SELECT geom FROM good; DROP TABLE good"), "syntax error"),
    ];
    let mut layers: Vec<_> = cases.iter().map(|(layer, _)| layer.clone()).collect();
    layers.push(layer("good"));
    let found = discover_only(&db, &layers);
    assert_eq!(ids(&found), ["good"]);
    for (layer, reason) in cases {
        let told = refusal(&found, &layer.id);
        assert!(told.contains(reason), "{}: {told}", layer.id);
    }
}

#[test]
fn nothing_that_is_configured_can_write() {
    let db = cluster().database("writes");
    db.execute(
        "CREATE TABLE t (geom geometry(Point, 2154));
         CREATE FUNCTION sneaky() RETURNS SETOF t LANGUAGE sql AS
             'INSERT INTO t VALUES (NULL) RETURNING *'",
    );
    let relation = Relation::Sql("SELECT geom FROM sneaky()".to_owned());
    let sneaky = config::Layer { relation, srid: Some(2154), ..layer("sneaky") };
    let found = discover_only(&db, &[sneaky]);
    let told = try_read(find(&found, "sneaky")).unwrap_err();
    assert!(matches!(&told, SourceError::Layer(reason) if reason.contains("read-only")), "{told}");
    assert_eq!(db.query_text("SELECT count(*) FROM t"), [["0"]]);
}

#[test]
fn a_table_dropped_since_is_a_fault_of_its_layer() {
    let db = cluster().database("dropped");
    db.execute("CREATE TABLE t (geom geometry(Point, 2154))");
    let found = discover(&db);
    db.execute("DROP TABLE t");
    let told = try_read(find(&found, "t")).unwrap_err();
    assert!(matches!(told, SourceError::Layer(_)), "{told:?}");
}

#[test]
fn a_reading_stops_when_its_sink_has_enough() {
    struct Enough(u32);
    impl FeatureSink for Enough {
        fn feature(&mut self, _: Option<u64>, _: &Shape, _: &[Value<'_>]) -> Result<(), Stopped> {
            self.0 += 1;
            if self.0 == 10 { Err(Stopped) } else { Ok(()) }
        }
    }
    let db = cluster().database("stops");
    db.execute(
        "CREATE TABLE t AS SELECT ST_SetSRID(ST_MakePoint(i, i), 3857)::geometry(Point, 3857) AS geom
         FROM generate_series(1, 50000) i; ANALYZE t",
    );
    let found = discover(&db);
    let (mut sink, progress) = (Enough(0), Progress::default());
    let told = find(&found, "t").read(&mut sink, &progress).unwrap_err();
    assert!(matches!(told, SourceError::Stopped), "{told:?}");
    assert_eq!(sink.0, 10);
    assert_eq!(progress.rows.into_inner(), 10);
    assert_eq!(progress.expected.into_inner(), 50_000);
}

#[test]
fn a_connection_that_cannot_work_is_rejected_with_the_remedy_and_no_password() {
    let db = cluster().database("auth");
    let port = cluster().port();
    let cases = [
        (db.url_of(GUARDED_ROLE, Some("hush-hush")), "password in the connection string"),
        (db.url_of(GUARDED_ROLE, None), "password"),
        (db.url_of("nobody", Some("hush-hush")), "nobody"),
        (format!("postgres://postgres:hush-hush@127.0.0.1:{port}/nowhere"), "database's name"),
        (format!("host=127.0.0.1 password=hush hush-hush port={port}"), "cannot be read"),
        (format!("{}?sslmode=require", db.url_of("postgres", Some("hush-hush"))), "TLS"),
    ];
    for (url, remedy) in cases {
        let told = postgis::discover(&source(&url), &[]).unwrap_err();
        assert!(matches!(told, SourceError::Rejected(_)), "{told:?}");
        let text = told.to_string();
        assert!(text.contains(remedy) && !text.contains("hush"), "{text}");
    }
    db.execute("DROP EXTENSION postgis");
    let told = postgis::discover(&source(&db.url()), &[]).unwrap_err();
    assert!(matches!(&told, SourceError::Rejected(text) if text.contains("CREATE EXTENSION")));
}

#[test]
fn a_server_that_is_away_or_silent_is_unreachable_after_a_bounded_wait() {
    let own = Cluster::start_new();
    let db = own.database("away");
    db.execute("CREATE TABLE t (geom geometry(Point, 2154))");
    let found = discover(&db);
    own.stop();
    let told = postgis::discover(&source(&db.url()), &[]).unwrap_err();
    assert!(matches!(told, SourceError::Unreachable(_)), "{told:?}");
    let told = try_read(find(&found, "t")).unwrap_err();
    assert!(matches!(told, SourceError::Unreachable(_)), "{told:?}");
    own.start();
    assert_eq!(ids(&discover(&db)), ["t"]);

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("postgres://u:hush@127.0.0.1:{port}/d?connect_timeout=1");
    let (done, waited) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(postgis::discover(&source(&url), &[])));
    // Only that it ends at all: how fast a busy machine is, is not asked.
    let told = waited.recv_timeout(Duration::from_secs(60)).unwrap().unwrap_err();
    assert!(matches!(told, SourceError::Unreachable(_)), "{told:?}");
}

#[test]
fn encryption_and_the_check_of_certificates_are_as_sslmode_says() {
    let own = Cluster::start_new();
    own.enable_tls();
    let url = own.database("tls").url_of(ENCRYPTED_ROLE, None);
    let discover =
        |mode: &str| postgis::discover(&source(&format!("{url}?sslmode={mode}")), &[]).map(|_| ());
    for mode in ["allow", "prefer", "require"] {
        discover(mode).unwrap_or_else(|error| panic!("{mode}: {error}"));
    }
    for mode in ["disable", "verify-ca", "verify-full"] {
        let told = discover(mode).unwrap_err();
        assert!(matches!(told, SourceError::Rejected(_)), "{mode}: {told:?}");
    }
}
