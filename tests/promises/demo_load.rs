//! What `tuilerie demo --load` writes into PostGIS, and what it leaves alone.

use crate::support::features::{find, ids, read};
use crate::support::postgres::{Database, GUARDED_PASSWORD, GUARDED_ROLE, cluster};
use crate::support::server::{run, tuilerie};
use tuilerie::source::{demo, postgis};

fn load(database: &Database) -> (i32, String, String) {
    run(&mut tuilerie(&["demo", "--load", &database.url()]))
}

#[test]
fn the_loaded_tables_give_the_features_of_the_demo_itself() {
    let db = cluster().database("loaded");
    let (code, said, error) = load(&db);
    assert_eq!(code, 0, "{error}");
    assert!(said.contains("tuilerie serve"), "{said}");
    let found = crate::support::features::discover(&db);
    let own = demo::layers();
    assert_eq!(ids(&found).len(), own.len());
    assert_eq!(found.refused, []);
    for layer in &own {
        let loaded = find(&found, &layer.id);
        assert_eq!(loaded.about, layer.about);
        assert_eq!(loaded.columns[0].name, "fid");
        assert_eq!(loaded.columns[1..], layer.columns, "{}", layer.id);
        let (mut ours, (theirs, report)) = (read(layer).0, read(loaded));
        assert!(report.faults.is_empty(), "{}: {report:?}", layer.id);
        for feature in &mut ours {
            let id = feature.id.unwrap();
            feature.values.insert(0, id.to_string());
        }
        assert_eq!(ours.len(), theirs.len(), "{}", layer.id);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{}", layer.id);
        }
    }
}

#[test]
fn tables_have_keys_indexes_types_and_valid_geometry() {
    let db = cluster().database("proper");
    assert_eq!(load(&db).0, 0);
    let count = demo::layers().len().to_string();
    let asked = [
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         WHERE c.relnamespace = 'demo'::regnamespace AND indisprimary",
        "SELECT count(*) FROM pg_indexes WHERE schemaname = 'demo' AND indexdef LIKE '%gist (geom)%'",
        "SELECT count(*) FROM geometry_columns WHERE f_table_schema = 'demo' AND srid = 2154 \
         AND type <> 'GEOMETRY'",
    ];
    for sql in asked {
        assert_eq!(db.query_text(sql), [[count.as_str()]], "{sql}");
    }
    for table in ["ocs_2018", "ocs_2021", "parcelles", "batiments"] {
        let invalid = format!("SELECT count(*) FROM demo.{table} WHERE NOT ST_IsValid(geom)");
        assert_eq!(db.query_text(&invalid), [["0"]], "{table}");
    }
    let types = "SELECT string_agg(data_type, ' ' ORDER BY column_name) FROM information_schema.columns \
                 WHERE table_schema = 'demo' AND table_name = 'adresses' \
                 AND column_name IN ('id', 'lon', 'numero')";
    assert_eq!(db.query_text(types), [["text double precision integer"]]);
}

#[test]
fn loading_again_replaces_and_a_foreign_schema_is_left_alone() {
    let db = cluster().database("again");
    assert_eq!(load(&db).0, 0);
    db.execute("DELETE FROM demo.adresses");
    assert_eq!(load(&db).0, 0);
    assert_ne!(db.query_text("SELECT count(*) FROM demo.adresses"), [["0"]]);

    let foreign = cluster().database("foreign");
    foreign.execute("CREATE SCHEMA demo; CREATE TABLE demo.communes (theirs int)");
    let (code, _, error) = load(&foreign);
    assert_eq!(code, 1);
    assert!(error.contains("did not make") && error.contains("RENAME"), "{error}");
    assert_eq!(foreign.query_text("SELECT count(*) FROM demo.communes"), [["0"]]);
}

#[test]
fn what_cannot_be_loaded_is_one_clear_message_without_the_password() {
    let bare = cluster().database("bare");
    bare.execute("DROP EXTENSION postgis");
    let (code, _, error) = load(&bare);
    assert_eq!(code, 1);
    assert!(error.contains("CREATE EXTENSION postgis"), "{error}");

    let db = cluster().database("refused");
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let (code, said, error) = run(&mut tuilerie(&["demo", "--load", &url]));
    assert_eq!(code, 1, "the role may not create a schema");
    assert!(!said.contains(GUARDED_PASSWORD) && !error.contains(GUARDED_PASSWORD), "{said}{error}");

    db.execute(&format!("GRANT CREATE ON DATABASE {} TO {GUARDED_ROLE}", db.name()));
    let (code, said, error) = run(&mut tuilerie(&["demo", "--load", &url]));
    assert_eq!(code, 0, "{error}");
    assert!(said.contains("***") && !said.contains(GUARDED_PASSWORD), "{said}");
    assert!(
        postgis::discover(&crate::support::features::source(&url), &[]).unwrap().layers.len() > 10
    );
}
