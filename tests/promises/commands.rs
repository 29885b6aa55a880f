//! What `init`, `check` and `serve --config` promise together, on a real database.

use crate::support::postgres::cluster;
use crate::support::server::{Server, run, tuilerie};

#[test]
fn what_init_prints_is_checked_and_served() {
    let db = cluster().database("init");
    db.execute(
        r#"CREATE TABLE voie (gid serial PRIMARY KEY, nom text, largeur numeric, photo bytea,
               geom geometry(LineString, 3945));
           INSERT INTO voie (nom, largeur, geom)
               VALUES ('Rue Haute', 3.5, 'SRID=3945;LINESTRING(1700000 4190000, 1700100 4190000)');
           COMMENT ON TABLE voie IS '{"title": "Voies", "attribution": "© \"Commune\""}';
           CREATE TABLE "Été, ""7h""" (geom geometry(Point, 2154));
           CREATE TABLE deux (a geometry(Point, 2154), b geometry(Polygon, 2154));
           CREATE TABLE sans_srid (geom geometry);
           INSERT INTO sans_srid VALUES ('POINT(1 2)')"#,
    );
    let (code, text, error) = run(&mut tuilerie(&["init", &db.url()]));
    assert_eq!(code, 0, "{error}");
    assert!(text.contains("left out: photo") && text.contains("Refused: sans_srid"), "{text}");
    assert!(!text.contains(&db.url()), "the connection stays in the environment: {text}");

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tuilerie.toml");
    std::fs::write(&path, &text).unwrap();
    let path = path.to_str().unwrap();
    let (code, said, error) =
        run(tuilerie(&["check", "--config", path]).env("DATABASE_URL", db.url()));
    assert_eq!(code, 0, "{said}{error}");
    for layer in ["voie", "Été, \"7h\"", "deux.a", "deux.b"] {
        assert!(said.contains(&format!("ok       {layer}:")), "{layer} in {said}");
    }

    let mut serve = tuilerie(&["serve", "--listen", "127.0.0.1:0", "--config", path]);
    serve.env("DATABASE_URL", db.url());
    let server = Server::spawn(serve);
    server.wait_until_ready();
    let tilejson = server.get("/tiles/voie").json();
    assert_eq!(tilejson["name"], "Voies");
    assert_eq!(tilejson["attribution"], "© \"Commune\"");
    let fields = serde_json::json!({ "gid": "Number", "nom": "String", "largeur": "Number" });
    assert_eq!(tilejson["vector_layers"][0]["fields"], fields);
    assert_eq!(server.get("/tiles/%C3%89t%C3%A9%2C%20%227h%22").status, 200);
}

#[test]
fn check_names_all_that_is_wrong_and_ends_with_1() {
    let db = cluster().database("check");
    db.execute("CREATE TABLE bon (geom geometry(Point, 2154)); CREATE TABLE sans (geom geometry)");
    db.execute("INSERT INTO sans VALUES ('POINT(1 2)')");
    let (code, said, error) = run(&mut tuilerie(&["check", &db.url()]));
    assert_eq!(code, 1);
    assert!(said.contains("ok       bon:") && said.contains("refused  sans:"), "{said}");
    assert!(error.contains("one thing is wrong"), "{error}");
}

#[test]
fn help_teaches() {
    let (code, help, _) = run(&mut tuilerie(&["--help"]));
    assert_eq!(code, 0);
    for word in ["serve", "demo", "init", "check", "Examples:", "/catalog", "DATABASE_URL"] {
        assert!(help.contains(word), "{word} in {help}");
    }
    let (code, help, _) = run(&mut tuilerie(&["serve", "--help"]));
    assert_eq!(code, 0);
    assert!(help.contains("--publish-all") && help.contains("/health/ready"), "{help}");
}
