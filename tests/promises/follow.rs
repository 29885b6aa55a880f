//! What changes in a database is told: nothing is missed, whatever way it was written.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::features::{
    Feature, Kept, discover, discover_only, find, layer, source, try_read,
};
use crate::support::postgres::{Cluster, Database, GUARDED_ROLE, SUPERUSER, cluster};
use crate::support::server::PATIENCE;
use tuilerie::config::{self, Connection, Relation};
use tuilerie::source::postgis::changes::watch;
use tuilerie::source::{Changes, Follower, Layer, Position, SourceError};

/// The layer of a table, as it was read, and who follows it.
struct Reader {
    layer: Layer,
    position: Position,
    follower: Follower,
}

impl Reader {
    /// Reads a layer of a database that is watched, and follows it.
    fn of(db: &Database, id: &str) -> Reader {
        Reader::with(db, find(&discover(db), id).clone())
    }

    fn with(db: &Database, layer: Layer) -> Reader {
        let position = read(&layer).expect("a position: the layer is watched");
        Reader { layer, position, follower: Follower::connect(&source(&db.url())).unwrap() }
    }

    /// What changed since it last asked.
    fn changes(&mut self) -> Changes {
        let mut round = self.follower.begin().unwrap();
        let changes = round.changes(&self.layer, &self.position).unwrap();
        self.position = round.end().unwrap();
        changes
    }

    /// The same, and the rows as they are.
    fn rows(&mut self) -> (Vec<u64>, Vec<Feature>) {
        let mut round = self.follower.begin().unwrap();
        let Changes::Rows(ids) = round.changes(&self.layer, &self.position).unwrap() else {
            panic!("no rows: {:?}", round.changes(&self.layer, &self.position));
        };
        let mut kept = Kept::default();
        let report = round.read(&self.layer, &ids, &mut kept).unwrap();
        assert_eq!(report.features, kept.0.len() as u64);
        self.position = round.end().unwrap();
        (ids, kept.0)
    }
}

/// Where a reading of a layer stands.
fn read(layer: &Layer) -> Option<Position> {
    try_read(layer).unwrap().1.position
}

fn install(db: &Database) {
    let connection = Connection::new(db.url());
    let plan = watch::install(&connection, &discover(db).layers, &[]).unwrap();
    watch::run(&connection, &plan, &mut |_| {}).unwrap();
}

const POINT: &str = "ST_SetSRID(ST_MakePoint(700000, 6600000), 2154)";

/// A database with a table `t` of points with the ids 1 to 9, watched.
fn watched(name: &str) -> Database {
    watched_in(cluster(), name)
}

fn watched_in(cluster: &Cluster, name: &str) -> Database {
    let db = cluster.database(name);
    db.execute(&format!(
        "CREATE TABLE t (id int PRIMARY KEY, name text, geom geometry(Point, 2154));
         INSERT INTO t SELECT i, 'old', {POINT} FROM generate_series(1, 9) AS i"
    ));
    install(&db);
    db
}

fn is_everything(changes: &Changes, reason: &str) -> bool {
    matches!(changes, Changes::Everything(said) if said.contains(reason))
}

fn is_redefined(changes: &Changes) -> bool {
    matches!(changes, Changes::Redefined(_))
}

#[test]
fn an_edit_is_told_by_its_ids_and_read_as_it_is_now() {
    let db = watched("edits");
    let mut reader = Reader::of(&db, "t");
    assert_eq!(reader.changes(), Changes::None);
    db.execute("UPDATE t SET name = 'new' WHERE id IN (7, 3)");
    db.execute("DELETE FROM t WHERE id = 5; UPDATE t SET name = 'none' WHERE id > 100");
    db.execute(&format!(
        "INSERT INTO t VALUES (12, 'made', {POINT}); UPDATE t SET id = 20 WHERE id = 9"
    ));
    let (ids, features) = reader.rows();
    assert_eq!(ids, [3, 5, 7, 9, 12, 20], "what is no more and what it was called before, too");
    let mut found: Vec<(u64, &str)> =
        features.iter().map(|f| (f.id.unwrap(), f.values[1].as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [(3, "new"), (7, "new"), (12, "made"), (20, "old")]);
    assert_eq!(reader.changes(), Changes::None);
}

#[test]
fn what_is_committed_after_a_reading_began_comes_after_it() {
    let db = watched("load");
    let early = db.client(SUPERUSER);
    early.execute("BEGIN; UPDATE t SET name = 'early' WHERE id = 1");
    let mut reader = Reader::of(&db, "t");
    db.execute("UPDATE t SET name = 'late' WHERE id = 2");
    early.execute("COMMIT");
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 2]));
}

#[test]
fn transactions_that_commit_out_of_order_are_all_seen() {
    let db = watched("order");
    let mut reader = Reader::of(&db, "t");
    let (first, second, third) = (db.client(SUPERUSER), db.client(SUPERUSER), db.client(SUPERUSER));
    first.execute("BEGIN; UPDATE t SET name = 'a' WHERE id = 1");
    second.execute("BEGIN; UPDATE t SET name = 'b' WHERE id = 2");
    third.execute("BEGIN; UPDATE t SET name = 'c' WHERE id = 3");
    second.execute("COMMIT");
    assert_eq!(reader.changes(), Changes::Rows(vec![2]));
    third.execute("UPDATE t SET name = 'c' WHERE id = 4; COMMIT");
    assert_eq!(reader.changes(), Changes::Rows(vec![3, 4]));
    first.execute("COMMIT");
    assert_eq!(reader.changes(), Changes::Rows(vec![1]));
    assert_eq!(reader.changes(), Changes::None);
}

#[test]
fn a_position_that_was_kept_tells_all_since_then() {
    let db = watched("kept");
    let mut reader = Reader::of(&db, "t");
    let kept = serde_json::to_string(&reader.position).unwrap();
    for id in 1..4 {
        db.execute(&format!("UPDATE t SET name = 'x' WHERE id = {id}"));
        assert_eq!(reader.changes(), Changes::Rows(vec![id]));
    }
    reader.position = serde_json::from_str(&kept).unwrap();
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 2, 3]));
}

#[test]
fn what_is_rolled_back_is_not_told() {
    let db = watched("rollback");
    let mut reader = Reader::of(&db, "t");
    db.execute("BEGIN; UPDATE t SET name = 'x'; ROLLBACK");
    assert_eq!(reader.changes(), Changes::None);
    db.execute(
        "BEGIN; UPDATE t SET name = 'x' WHERE id = 1; SAVEPOINT s; DELETE FROM t; ROLLBACK TO s;
         SAVEPOINT s; UPDATE t SET name = 'x' WHERE id = 3; RELEASE s; COMMIT",
    );
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 3]));
}

#[test]
fn every_way_of_writing_is_told() {
    let db = watched("ways");
    let mut reader = Reader::of(&db, "t");
    db.execute(&format!(
        "INSERT INTO t VALUES (1, 'x', {POINT}), (30, 'x', {POINT})
         ON CONFLICT (id) DO UPDATE SET name = 'x'"
    ));
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 30]));
    db.execute("COPY t FROM PROGRAM 'seq -f \"%g\tcopied\t\\N\" 40 60'");
    assert_eq!(reader.changes(), Changes::Rows((40..=60).collect()));
    db.execute("SET session_replication_role = replica; DELETE FROM t WHERE id >= 40");
    assert_eq!(reader.changes(), Changes::Rows((40..=60).collect()));
    db.execute("MERGE INTO t USING (VALUES (2)) AS s (id) ON t.id = s.id WHEN MATCHED THEN DELETE");
    assert_eq!(reader.changes(), Changes::Rows(vec![2]));
    db.execute("TRUNCATE t");
    assert!(is_everything(&reader.changes(), "TRUNCATE"));
    assert_eq!(reader.changes(), Changes::None);
}

#[test]
fn bulk_changes_are_told_as_one() {
    let db = watched("bulk");
    let mut reader = Reader::of(&db, "t");
    db.execute("INSERT INTO t (id) SELECT i FROM generate_series(1000, 100999) AS i");
    assert_eq!(reader.changes(), Changes::Rows((1_000..101_000).collect()));
    let rows = db.query_text("SELECT max(cardinality(ids)), count(*) FROM tuilerie.changelog");
    assert_eq!(rows, [["10000", "10"]], "a row of the changelog is bounded");
    db.execute("UPDATE t SET name = 'x'");
    assert!(is_everything(&reader.changes(), "many"));
    // Each within the bound, all together beyond it.
    db.execute("UPDATE t SET name = 'x' WHERE id < 60000");
    db.execute("UPDATE t SET name = 'x' WHERE id >= 50000");
    assert!(is_everything(&reader.changes(), "many"));
    assert_eq!(reader.changes(), Changes::None);
}

#[test]
fn rows_without_a_usable_key_are_told_as_a_change_of_anything() {
    let db = cluster().database("keyless");
    db.execute(
        "CREATE TABLE u (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), geom geometry(Point, 2154));
         CREATE TABLE n (id int PRIMARY KEY, geom geometry(Point, 2154))",
    );
    install(&db);
    let (mut u, mut n) = (Reader::of(&db, "u"), Reader::of(&db, "n"));
    db.execute("INSERT INTO u DEFAULT VALUES; INSERT INTO n VALUES (1), (-1)");
    assert!(is_everything(&u.changes(), "key"));
    assert!(is_everything(&n.changes(), "key"));
    db.execute("UPDATE n SET id = 2 WHERE id = 1; DELETE FROM u WHERE false");
    assert_eq!((u.changes(), n.changes()), (Changes::None, Changes::Rows(vec![1, 2])));
}

#[test]
fn filter_and_properties_are_those_of_the_load() {
    let db = watched("filter");
    let configured = config::Layer {
        relation: Relation::Table("t".to_owned()),
        filter: Some("name <> 'hidden' -- no more".to_owned()),
        properties: Some(vec!["name".to_owned()]),
        ..layer("shown")
    };
    let found = discover_only(&db, &[configured]);
    let mut reader = Reader::with(&db, find(&found, "shown").clone());
    db.execute("UPDATE t SET name = CASE id WHEN 1 THEN 'hidden' ELSE 'new' END WHERE id < 3");
    let (ids, features) = reader.rows();
    assert_eq!(ids, [1, 2]);
    assert_eq!(features.len(), 1);
    assert_eq!((features[0].id, features[0].values.as_slice()), (Some(2), &["new".to_owned()][..]));
}

#[test]
fn partitions_are_followed_whichever_table_a_statement_names() {
    let db = cluster().database("partitions");
    db.execute(
        "CREATE TABLE p (id int NOT NULL, year int NOT NULL, geom geometry(Point, 2154), PRIMARY KEY (id, year))
             PARTITION BY LIST (year);
         CREATE TABLE p_24 PARTITION OF p FOR VALUES IN (2024);
         CREATE TABLE p_25 PARTITION OF p FOR VALUES IN (2025) PARTITION BY RANGE (id);
         CREATE TABLE p_25_low PARTITION OF p_25 FOR VALUES FROM (0) TO (100)",
    );
    let configured = config::Layer { key: Some("id".to_owned()), ..layer("p") };
    let discovered = || find(&discover_only(&db, std::slice::from_ref(&configured)), "p").clone();
    let install = || {
        let connection = Connection::new(db.url());
        let plan = watch::install(&connection, &[discovered()], &[]).unwrap();
        watch::run(&connection, &plan, &mut |_| {}).unwrap();
    };
    install();
    let mut reader = Reader::with(&db, discovered());
    db.execute("INSERT INTO p VALUES (1, 2024), (2, 2025)");
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 2]));
    db.execute("INSERT INTO p_24 VALUES (3, 2024); INSERT INTO p_25_low VALUES (4, 2025)");
    assert_eq!(reader.changes(), Changes::Rows(vec![3, 4]));
    db.execute("UPDATE p SET year = 2025 WHERE id = 1");
    assert_eq!(reader.changes(), Changes::Rows(vec![1]), "a row moved");
    db.execute("TRUNCATE p_25_low");
    assert!(is_everything(&reader.changes(), "TRUNCATE"));

    db.execute("CREATE TABLE p_26 (LIKE p); INSERT INTO p_26 VALUES (9, 2026)");
    assert_eq!(reader.changes(), Changes::None);
    db.execute("ALTER TABLE p ATTACH PARTITION p_26 FOR VALUES IN (2026)");
    assert!(is_redefined(&reader.changes()));
    reader.layer = discovered();
    assert_eq!(read(&reader.layer), None, "changes of the new partition are not logged");
    let Changes::Unwatched(reason) = reader.changes() else { panic!() };
    assert!(reason.contains("\"public\".\"p_26\"") && reason.contains("install"), "{reason}");
    install();
    reader.position = read(&reader.layer).unwrap();
    db.execute("INSERT INTO p_26 VALUES (10, 2026)");
    assert_eq!(reader.changes(), Changes::Rows(vec![10]));
    db.execute("ALTER TABLE p DETACH PARTITION p_26");
    assert!(is_redefined(&reader.changes()));
}

#[test]
fn tables_that_inherit_are_followed_through_one_another() {
    let db = cluster().database("inherit");
    db.execute(
        "CREATE TABLE parent (id int PRIMARY KEY, geom geometry(Point, 2154));
         CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
         INSERT INTO child VALUES (1)",
    );
    install(&db);
    let (mut parent, mut child) = (Reader::of(&db, "parent"), Reader::of(&db, "child"));
    db.execute("UPDATE parent SET geom = NULL");
    assert_eq!(
        (parent.changes(), child.changes()),
        (Changes::Rows(vec![1]), Changes::Rows(vec![1]))
    );
    db.execute("INSERT INTO child VALUES (2)");
    assert_eq!(
        (parent.changes(), child.changes()),
        (Changes::Rows(vec![2]), Changes::Rows(vec![2]))
    );
}

#[test]
fn a_table_that_is_no_longer_what_was_discovered_is_told() {
    for (alteration, number) in [
        "ALTER TABLE t ADD COLUMN more int",
        "ALTER TABLE t DROP COLUMN name",
        "ALTER TABLE t ALTER COLUMN name TYPE varchar(30)",
        "ALTER TABLE t ALTER COLUMN name TYPE text USING name || '!'",
        "ALTER TABLE t RENAME TO other",
        "DROP TABLE t",
        "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, name text, geom geometry(Point, 2154))",
    ]
    .iter()
    .zip(0..)
    {
        let db = watched(&format!("altered_{number}"));
        let mut reader = Reader::of(&db, "t");
        db.execute(alteration);
        assert!(is_redefined(&reader.changes()), "{alteration}");
        let again = discover(&db).layers.into_iter().find(|layer| layer.id == "t");
        if let Some(layer) = again.filter(|_| !alteration.contains("USING")) {
            assert_ne!(layer.definition(), reader.layer.definition(), "{alteration}");
        }
    }
    let db = watched("renamed_key");
    db.execute("ALTER TABLE t RENAME COLUMN id TO gid; UPDATE t SET name = 'x'");
    assert_eq!(db.query_text("SELECT count(*) FROM t WHERE name = 'x'"), [["9"]], "writers go on");
}

#[test]
fn where_the_changelog_cannot_tell_everything_is_compared_once() {
    // Of its own: what is pruned while another transaction of the cluster runs may be that one's.
    let cluster = Cluster::start_new();
    for (name, reason, statements) in [
        ("truncated", "anew", "TRUNCATE tuilerie.changelog"),
        (
            "pruned",
            "no longer kept",
            "UPDATE t SET name = 'x' WHERE id = 1; DELETE FROM tuilerie.changelog",
        ),
        (
            "aged",
            "no longer kept",
            "UPDATE t SET name = 'x' WHERE id = 1;
             UPDATE tuilerie.state SET pruned_at = '-infinity', keep = '0';
             SELECT pg_sleep(0.01); UPDATE t SET name = 'x' WHERE id = 2",
        ),
        (
            "switched_off",
            "switched off",
            "ALTER TABLE t DISABLE TRIGGER ALL; UPDATE t SET name = 'missed';
             ALTER TABLE t ENABLE TRIGGER ALL",
        ),
        ("remade", "anew", ""),
    ] {
        let db = watched_in(&cluster, name);
        let mut reader = Reader::of(&db, "t");
        db.execute(statements);
        if statements.is_empty() {
            let connection = Connection::new(db.url());
            let plan = watch::remove(&connection, None).unwrap();
            watch::run(&connection, &plan, &mut |_| {}).unwrap();
            db.execute("UPDATE t SET name = 'missed'");
            install(&db);
        }
        let changes = reader.changes();
        assert!(is_everything(&changes, reason), "{name}: {changes:?}");
        db.execute("UPDATE t SET name = 'after' WHERE id = 3");
        assert_eq!(reader.changes(), Changes::Rows(vec![3]), "{name}");
    }
}

#[test]
fn what_is_old_is_removed_and_nothing_else() {
    let db = watched("prune");
    db.execute("UPDATE t SET name = 'x' WHERE id < 4");
    db.execute("UPDATE tuilerie.changelog SET at = now() - interval '8 days'");
    db.execute("UPDATE t SET name = 'y' WHERE id < 3");
    let kept = || db.query_text("SELECT cardinality(ids) FROM tuilerie.changelog ORDER BY xid");
    assert_eq!(kept(), [["3"], ["2"]], "not at each statement");
    db.execute("UPDATE tuilerie.state SET pruned_at = '-infinity'");
    db.execute("BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE t SET name = 'z' WHERE id = 1; COMMIT");
    assert_eq!(kept(), [["3"], ["2"], ["1"]], "not by a transaction that could fail by it");
    db.execute("UPDATE t SET name = 'z' WHERE id = 1");
    assert_eq!(kept(), [["2"], ["1"], ["1"]]);
}

#[test]
fn any_name_is_only_a_name() {
    let names = ["Été à 7h", "\"; DROP TABLE witness; --", "a.b", "select", "'", "100%", "%1$I"];
    let db = cluster().database("names");
    db.execute("CREATE TABLE witness (geom geometry(Point, 2154))");
    let quoted = names.map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    for name in &quoted {
        db.execute(&format!(
            "CREATE SCHEMA {name};
             CREATE TABLE {name}.{name} ({name} int PRIMARY KEY, geom geometry(Point, 2154))"
        ));
    }
    install(&db);
    for (name, quoted) in names.iter().zip(&quoted) {
        let mut reader = Reader::of(&db, name);
        db.execute(&format!("INSERT INTO {quoted}.{quoted} VALUES (5, {POINT})"));
        let (ids, features) = reader.rows();
        assert_eq!((ids.as_slice(), features.len()), (&[5][..], 1), "{name}");
    }
    discover(&db).layers.iter().find(|layer| layer.id == "witness").expect("it is still there");
}

#[test]
fn whoever_may_write_the_table_needs_no_right_on_the_changelog() {
    let db = watched("rights");
    let mut reader = Reader::of(&db, "t");
    db.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON t TO {GUARDED_ROLE}"));
    let writer = db.client(GUARDED_ROLE);
    writer.execute("CREATE TEMPORARY TABLE pg_attribute (attrelid oid, attname text)");
    writer.execute("INSERT INTO t VALUES (40); UPDATE t SET name = 'x' WHERE id = 1; DELETE FROM t WHERE id = 2");
    assert_eq!(reader.changes(), Changes::Rows(vec![1, 2, 40]));
    writer.execute("TRUNCATE t");
    assert!(is_everything(&reader.changes(), "TRUNCATE"));
}

#[test]
fn a_role_that_may_not_read_the_changelog_is_told_what_to_do() {
    let db = watched("reader");
    db.execute(&format!("GRANT SELECT ON t TO {GUARDED_ROLE}"));
    let url = db.url_of(GUARDED_ROLE, Some(crate::support::postgres::GUARDED_PASSWORD));
    let source = source(&url);
    let found = tuilerie::source::discover(&source, &[]).unwrap();
    let layer = find(&found, "t");
    assert_eq!(read(layer), None);
    let mut follower = Follower::connect(&source).unwrap();
    let position = follower.begin().unwrap().end().unwrap();
    let mut round = follower.begin().unwrap();
    let Changes::Unwatched(reason) = round.changes(layer, &position).unwrap() else { panic!() };
    assert!(reason.contains("GRANT USAGE ON SCHEMA tuilerie TO \"guarded\""), "{reason}");
    drop(round);
    let grants = reason.split_once(": ").unwrap().1;
    db.execute(grants);
    let mut round = follower.begin().unwrap();
    let changes = round.changes(layer, &position).unwrap();
    assert!(is_everything(&changes, "anew"), "{changes:?}");
}

#[test]
fn what_cannot_be_watched_is_told_by_name() {
    let db = watched("views");
    db.execute("CREATE VIEW v AS SELECT * FROM t; CREATE MATERIALIZED VIEW m AS SELECT * FROM t");
    let query =
        config::Layer { relation: Relation::Sql("SELECT * FROM t".to_owned()), ..layer("q") };
    let found = discover_only(&db, &[layer("v"), layer("m"), query]);
    let mut follower = Follower::connect(&source(&db.url())).unwrap();
    let position = follower.begin().unwrap().end().unwrap();
    for (id, what) in [("v", "a view"), ("m", "a materialised view"), ("q", "a query")] {
        let mut round = follower.begin().unwrap();
        let Changes::Unwatched(reason) = round.changes(find(&found, id), &position).unwrap() else {
            panic!("{id}")
        };
        assert!(reason.contains(what), "{reason}");
    }
}

#[test]
fn a_flood_of_notifications_is_one_wake_and_loses_nothing() {
    let db = watched("flood");
    let mut reader = Reader::of(&db, "t");
    let writer = db.client(SUPERUSER);
    writer.execute(
        "CREATE PROCEDURE storm() LANGUAGE plpgsql AS $$ BEGIN
             FOR i IN 1 .. 3000 LOOP
                 INSERT INTO t (id) VALUES (100 + i); COMMIT;
             END LOOP;
         END $$; SET synchronous_commit = off",
    );
    let storm = thread::spawn(move || writer.execute("CALL storm()"));
    let mut seen = Vec::new();
    let mut rounds = 0;
    let started = Instant::now();
    while seen.len() < 3000 {
        assert!(started.elapsed() < PATIENCE, "only {} seen", seen.len());
        reader.follower.wait(Duration::from_secs(1)).unwrap();
        rounds += 1;
        match reader.changes() {
            Changes::Rows(ids) => seen.extend(ids),
            changes => assert_eq!(changes, Changes::None),
        }
    }
    storm.join().unwrap();
    assert_eq!(seen, (101..=3100).collect::<Vec<_>>(), "each once, in the order of their commits");
    assert!(rounds < 3000, "{rounds}");
}

#[test]
fn a_wait_ends_with_a_change_or_with_its_time() {
    let db = watched("wait");
    let mut reader = Reader::of(&db, "t");
    reader.follower.wait(Duration::ZERO).unwrap();
    let writer = db.client(SUPERUSER);
    let later = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        writer.execute("UPDATE t SET name = 'x' WHERE id = 1");
    });
    while reader.changes() != Changes::Rows(vec![1]) {
        reader.follower.wait(Duration::from_secs(3600)).unwrap();
    }
    later.join().unwrap();
}

#[test]
fn a_connection_that_is_cut_says_so_and_the_next_one_catches_up() {
    let db = watched("cut");
    let mut reader = Reader::of(&db, "t");
    db.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid();
         UPDATE t SET name = 'x' WHERE id = 6",
    );
    let error = loop {
        if let Err(error) = reader.follower.wait(Duration::from_millis(50)) {
            break error;
        }
    };
    assert!(matches!(error, SourceError::Unreachable(_)), "{error:?}");
    assert!(matches!(reader.follower.begin(), Err(SourceError::Unreachable(_))));
    reader.follower = Follower::connect(&source(&db.url())).unwrap();
    assert_eq!(reader.changes(), Changes::Rows(vec![6]));
}

#[test]
fn a_layer_that_fails_does_not_end_the_round() {
    let db = watched("failing");
    let configured = config::Layer { filter: Some("10 / (id - 1) > 0".to_owned()), ..layer("t") };
    db.execute("DELETE FROM t WHERE id = 1");
    let found = discover_only(&db, &[configured]);
    let mut reader = Reader::with(&db, find(&found, "t").clone());
    db.execute(&format!("INSERT INTO t VALUES (1, 'x', {POINT})"));
    let mut round = reader.follower.begin().unwrap();
    let error = round.read(&reader.layer, &[1], &mut Kept::default()).unwrap_err();
    assert!(matches!(error, SourceError::Layer(_)), "{error:?}");
    assert_eq!(round.changes(&reader.layer, &reader.position).unwrap(), Changes::Rows(vec![1]));
    round.end().unwrap();
}

#[test]
fn a_standby_is_followed_by_asking_and_its_promotion_is_noticed() {
    let primary = Cluster::start_new();
    let db = primary.database("primary");
    db.execute("CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 2154)); INSERT INTO t VALUES (1), (2)");
    install(&db);
    let standby = primary.standby();
    let copy = standby.copy_of(&db);
    let mut reader = Reader::of(&copy, "t");
    let mut wait_for = |expected: &[u64]| {
        let started = Instant::now();
        let mut seen = Vec::new();
        while seen != expected {
            assert!(started.elapsed() < PATIENCE, "{seen:?}, not {expected:?}");
            reader.follower.wait(Duration::from_secs(1)).unwrap();
            match reader.changes() {
                Changes::Rows(ids) => seen.extend(ids),
                changes => assert_eq!(changes, Changes::None),
            }
        }
        assert_eq!(reader.changes(), Changes::None, "what is running elsewhere changes nothing");
    };
    let early = db.client(SUPERUSER);
    early.execute("BEGIN; UPDATE t SET geom = NULL WHERE id = 1");
    db.execute("UPDATE t SET geom = NULL WHERE id = 2");
    wait_for(&[2]);
    early.execute("COMMIT");
    wait_for(&[1]);
    copy.execute("SELECT pg_promote()");
    assert!(is_everything(&reader.changes(), "promoted"));
}
