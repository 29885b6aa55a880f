//! `tuilerie watch`: what it makes in a database, says of it, and takes away.

use std::io::Write;

use crate::support::postgres::{Database, GUARDED_PASSWORD, GUARDED_ROLE, cluster};
use crate::support::server::{run, tuilerie};

/// A database with a table, a partitioned table and a view.
fn database(name: &str) -> Database {
    let db = cluster().database(name);
    db.execute(
        "CREATE TABLE \"l'été\" (\"n°\" int PRIMARY KEY, geom geometry(Point, 2154));
         CREATE TABLE p (id int, year int, geom geometry(Point, 2154)) PARTITION BY LIST (year);
         CREATE TABLE p_24 PARTITION OF p FOR VALUES IN (2024);
         CREATE VIEW v AS SELECT * FROM p",
    );
    db
}

fn watch(arguments: &[&str]) -> (i32, String, String) {
    run(tuilerie(&["watch"]).args(arguments))
}

/// All that `watch` may make in a database, as the catalogue has it.
fn made(db: &Database) -> Vec<Vec<String>> {
    db.query_text(
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger
         UNION ALL
         SELECT '', proname, pg_get_functiondef(oid), proacl::text FROM pg_proc
             WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'tuilerie')
         UNION ALL
         SELECT '', relname, relkind::text, relacl::text FROM pg_class
             WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'tuilerie')
               AND relkind <> 't'
         UNION ALL
         SELECT '', nspname, obj_description(oid, 'pg_namespace'), nspacl::text FROM pg_namespace
             WHERE nspname = 'tuilerie'
         ORDER BY 1, 2",
    )
}

#[test]
fn installing_twice_is_installing_once_and_removing_leaves_nothing() {
    let db = database("twice");
    let before = made(&db);
    let (code, said, warned) = watch(&["install", &db.url()]);
    assert_eq!(code, 0, "{warned}");
    assert!(said.contains("triggers for l'été: done"), "{said}");
    assert!(warned.contains("not watched: v: it is a view"), "{warned}");
    let oids = "SELECT oid, tgname FROM pg_trigger ORDER BY oid";
    let (installed, triggers) = (made(&db), db.query_text(oids));
    assert_eq!(triggers.len() - 2, 3 * 4, "on each table and each partition, beside our own");
    let (code, said, _) = watch(&["install", &db.url()]);
    assert_eq!((code, said.as_str()), (0, "nothing to do in database\n"));
    assert_eq!((made(&db), db.query_text(oids)), (installed, triggers));
    let (code, _, warned) = watch(&["remove", &db.url()]);
    assert_eq!(code, 0, "{warned}");
    assert_eq!(made(&db), before);
    let (code, said, _) = watch(&["remove", &db.url()]);
    assert_eq!((code, said.as_str()), (0, "nothing to do in database\n"));
}

#[test]
fn a_dry_run_prints_what_would_run_and_does_nothing() {
    let (printed, ran) = (database("dry"), database("wet"));
    for command in ["install", "remove"] {
        let before = made(&printed);
        let (code, sql, _) = watch(&[command, &printed.url(), "--dry-run"]);
        assert_eq!((code, made(&printed)), (0, before));
        printed.execute(&sql);
        assert_eq!(watch(&[command, &ran.url()]).0, 0);
        assert_eq!(made(&printed), made(&ran), "{command}");
    }
}

#[test]
fn only_what_is_missing_is_made() {
    let db = database("missing");
    assert_eq!(watch(&["install", &db.url()]).0, 0);
    db.execute(
        "CREATE TABLE p_25 PARTITION OF p FOR VALUES IN (2025);
         ALTER TABLE \"l'été\" DISABLE TRIGGER tuilerie_update",
    );
    let (_, said, _) = watch(&["status", &db.url()]);
    assert!(said.contains("not watched  p: changes of 1 of its 2 partitions"), "{said}");
    assert!(said.contains("\"public\".\"p_25\""), "{said}");
    assert!(said.contains("not watched  l'été: its changes are not logged"), "{said}");
    let (_, said, _) = watch(&["install", &db.url()]);
    assert_eq!(said, "triggers for l'été: done\ntriggers for p: done\n");
    let (_, said, _) = watch(&["status", &db.url()]);
    assert!(said.contains("watched      p: without a key"), "{said}");
    assert!(said.contains("with 2 partitions"), "{said}");
    assert!(said.contains("watched      l'été: by its key \"n°\""), "{said}");
}

#[test]
fn layers_can_be_chosen_and_those_that_cannot_be_watched_fail_by_name() {
    let db = database("chosen");
    let url = db.url();
    assert_eq!(watch(&["install", &url, "--layers", "p"]).0, 0);
    let (_, said, _) = watch(&["status", &url]);
    assert!(said.contains("not watched  l'été") && said.contains("watched      p"), "{said}");
    let (code, _, warned) = watch(&["install", &url, "--layers", "p,v"]);
    assert_eq!(code, 1);
    assert!(warned.contains("not watched: v: it is a view"), "{warned}");
    let (code, _, warned) = watch(&["install", &url, "--layers", "nothing"]);
    assert_eq!(code, 1);
    assert!(warned.contains("there is no layer nothing"), "{warned}");
    assert_eq!(watch(&["remove", &url, "--layers", "p"]).0, 0);
    let (_, said, _) = watch(&["status", &url]);
    assert!(said.contains("not watched  p") && said.contains("changelog: "), "{said}");
}

#[test]
fn tables_of_one_family_are_taken_once() {
    let db = cluster().database("family");
    db.execute(
        "CREATE TABLE parent (id int PRIMARY KEY, geom geometry(Point, 2154));
         CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent)",
    );
    let triggers = || {
        db.query_text(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid <> 'tuilerie.changelog'::regclass",
        )
    };
    assert_eq!(watch(&["install", &db.url()]).0, 0);
    assert_eq!(triggers(), [["8"]]);
    assert_eq!(watch(&["remove", &db.url(), "--layers", "parent,child"]).0, 0);
    assert_eq!(triggers(), [["0"]]);
}

#[test]
fn rights_that_are_missing_are_told_with_the_remedy() {
    let db = database("rights");
    db.execute(&format!("GRANT SELECT ON p TO {GUARDED_ROLE}"));
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let (code, _, warned) = watch(&["install", &url]);
    assert_eq!(code, 1);
    assert!(warned.contains("CREATE SCHEMA tuilerie AUTHORIZATION \"guarded\""), "{warned}");
    assert!(!warned.contains(GUARDED_PASSWORD));
    db.execute(&format!("CREATE SCHEMA tuilerie AUTHORIZATION {GUARDED_ROLE}"));
    let (code, _, warned) = watch(&["install", &url, "--layers", "p"]);
    assert_eq!(code, 1);
    assert!(warned.contains("\"public\".\"p\" belongs to the role \"postgres\""), "{warned}");
    // Who has more rights makes it for the schema's owner: nothing in it runs with those rights.
    assert_eq!(watch(&["install", &db.url()]).0, 0);
    let owners = "SELECT DISTINCT pg_get_userbyid(proowner), prosecdef FROM pg_proc
                  WHERE pronamespace = 'tuilerie'::regnamespace";
    assert_eq!(db.query_text(owners), [[GUARDED_ROLE, "t"]]);
    db.execute("ALTER SCHEMA tuilerie OWNER TO postgres");
    for command in ["install", "remove"] {
        let (code, _, warned) = watch(&[command, &url]);
        assert_eq!(code, 1);
        assert!(warned.contains("belongs to the role \"postgres\": connect as"), "{warned}");
    }
}

#[test]
fn a_schema_of_that_name_that_is_someone_elses_is_left_alone() {
    let db = database("theirs");
    db.execute("CREATE SCHEMA tuilerie; CREATE TABLE tuilerie.own (id int)");
    for command in ["install", "remove"] {
        let (code, _, warned) = watch(&[command, &db.url()]);
        assert_eq!(code, 1);
        assert!(warned.contains("did not make"), "{warned}");
    }
    assert_eq!(db.query_text("SELECT count(*) FROM tuilerie.own"), [["0"]]);
}

#[test]
fn who_serves_may_be_another_role_than_who_installs() {
    let db = database("roles");
    db.execute(&format!("GRANT SELECT ON p TO {GUARDED_ROLE}"));
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let mut file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    write!(file, "[sources.sig]\nconnection = \"{url}\"\n[layers.p]\nsource = \"sig\"").unwrap();
    let config = ["--config", file.path().to_str().unwrap()];
    let (_, said, _) = watch(&[&["status"][..], &config].concat());
    assert!(said.contains("sig: the database has no changelog"), "{said}");
    let (code, said, warned) = watch(&[&["install", &db.url()][..], &config].concat());
    assert_eq!((code, warned.as_str()), (0, ""), "{said}");
    let (_, said, _) = watch(&[&["status"][..], &config].concat());
    assert!(said.contains("sig: changelog: ") && said.contains("watched      p"), "{said}");
    assert!(!said.contains("été"), "only the layers of the configuration: {said}");
    let other = cluster().database("other");
    let (code, _, warned) = watch(&[&["install", &other.url()][..], &config].concat());
    assert_eq!(code, 1);
    assert!(warned.contains("must name the same database"), "{warned}");
}
