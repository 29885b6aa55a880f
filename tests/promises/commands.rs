//! What the commands promise: `init`, `check` and `serve --config` together, on a real database and on files;
//! and all of them to whoever reads what they say.

use std::fs;
use std::io::pipe;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::archive::{PmTiles, pmtiles};
use crate::support::postgres::{GUARDED_PASSWORD, GUARDED_ROLE, cluster};
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

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tuilerie.toml");
    std::fs::write(&path, &text).unwrap();
    let path = path.to_str().unwrap();
    let (code, said, error) = run(&mut tuilerie(&["check", "--config", path]));
    assert_eq!(code, 0, "{said}{error}");
    for layer in ["voie", "Été, \"7h\"", "deux.a", "deux.b"] {
        assert!(said.contains(&format!("ok       {layer}:")), "{layer} in {said}");
    }

    let server = Server::ready(&["--config", path]);
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

#[test]
fn a_password_stays_out_of_what_init_prints_and_what_it_prints_works() {
    let db = cluster().database("init_secret");
    db.execute("CREATE TABLE arbres (geom geometry(Point, 2154))");
    db.execute(&format!("GRANT SELECT ON arbres TO {GUARDED_ROLE}"));
    let url = db.url_of(GUARDED_ROLE, Some(GUARDED_PASSWORD));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tuilerie.toml");
    let checked = |text: &str| {
        fs::write(&path, text).unwrap();
        let mut check = tuilerie(&["check", "--config", path.to_str().unwrap()]);
        run(check.env("DATABASE_URL", &url))
    };
    let (code, typed, told) = run(&mut tuilerie(&["init", &url]));
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("export DATABASE_URL='postgres://guarded:***@"), "{told}");
    let (code, read, silence) = run(tuilerie(&["init"]).env("DATABASE_URL", &url));
    assert_eq!((code, silence.as_str()), (0, ""), "it is set");
    for text in [typed, read] {
        assert!(!format!("{text}{told}").contains(GUARDED_PASSWORD), "{text}{told}");
        let (code, said, error) = checked(&text);
        assert_eq!(code, 0, "{said}{error}");
        assert!(said.contains("ok       arbres:"), "{said}");
    }
}

const POINT: &str = r#"{"type":"Point","coordinates":[3,43.5]}"#;

#[test]
fn what_init_prints_of_files_works_wherever_it_is_kept_and_names_each_layer_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["a", "b", "configuration"] {
        fs::create_dir(at(name)).unwrap();
    }
    for name in ["a/bancs.geojson", "b/bancs.geojson", "l'été, \"7h\".geojson", "voies.geojson"] {
        fs::write(at(name), POINT).unwrap();
    }
    let picture = image(8);
    fs::write(at("ortho.pmtiles"), pmtiles(&[((0, 0, 0), picture)], &PmTiles::default())).unwrap();
    fs::write(at("vide.geojson"), "").unwrap();
    let here = |arguments: &[&str]| {
        let mut command = tuilerie(arguments);
        command.current_dir(folder.path());
        command
    };
    let files = [
        "a/bancs.geojson",
        "b/bancs.geojson",
        "l'été, \"7h\".geojson",
        "voies.geojson",
        "ortho.pmtiles",
    ];
    let (code, text, error) = run(here(&["init"]).args(files));
    assert_eq!(code, 0, "{error}");
    for path in ["tuilerie.toml", "configuration/tuilerie.toml"] {
        fs::write(at(path), &text).unwrap();
        let (code, said, error) = run(&mut here(&["check", "--config", path]));
        assert_eq!(code, 0, "{said}{error}{text}");
        for layer in ["bancs", "bancs-2.bancs", "l'été, \"7h\"", "voies", "ortho"] {
            assert!(said.contains(&format!("ok       {layer}: ")), "{layer} in {said}");
        }
    }
    // One that cannot be used is named, and the others are written.
    let (code, text, error) = run(here(&["init", "vide.geojson"]).args(files));
    assert_eq!(code, 1);
    assert!(error.contains("vide.geojson is empty"), "{error}");
    fs::write(at("tuilerie.toml"), &text).unwrap();
    let (code, said, _) = run(&mut here(&["check", "--config", "tuilerie.toml"]));
    assert_eq!(code, 0, "{said}");
    let (code, text, _) = run(&mut here(&["init", "vide.geojson"]));
    assert_eq!((code, text.as_str()), (1, ""));
}

fn image(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(side, side).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn check_refuses_the_layers_that_a_server_refuses_because_another_source_has_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = folder.path().join(name).join("bancs.geojson");
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, POINT).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (code, said, _) = run(&mut tuilerie(&["check", &file("a"), &file("b")]));
    assert_eq!(code, 1);
    assert!(said.contains("refused  bancs-2.bancs: another source already has"), "{said}");
}

/// What a command says whose standard output nobody reads.
fn unread(command: &mut Command) -> Output {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn a_reader_who_leaves_ends_a_command_quietly() {
    let db = cluster().database("unread");
    db.execute("CREATE TABLE arbres (id int PRIMARY KEY, geom geometry(Point, 2154))");
    db.execute("CREATE TABLE sans (geom geometry); INSERT INTO sans VALUES ('POINT(1 2)')");
    let url = db.url();
    for (arguments, code) in [
        (&["--help"][..], 0),
        (&["serve", "--help"], 0),
        (&["--version"], 0),
        (&["init", &url], 0),
        (&["check", &url], 1),
        (&["watch", "status", &url], 0),
        (&["watch", "install", &url, "--dry-run", "--layers", "arbres"], 0),
        (&["watch", "install", &url, "--layers", "arbres"], 0),
        (&["demo", "--load", &url], 0),
    ] {
        let output = unread(&mut tuilerie(arguments));
        let error = String::from_utf8_lossy(&output.stderr);
        let is_quiet = error.is_empty() || error.starts_with("a server that connects as another");
        assert!(
            is_quiet && output.status.code() == Some(code),
            "{arguments:?}: {output:?} {error}"
        );
    }
    let (_, said, _) = run(&mut tuilerie(&["watch", "status", &url]));
    assert!(said.contains("watched      arbres"), "what it did, it did to the end: {said}");

    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = tuilerie(&["check", "nowhere.gpkg"]);
    let status = command.stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(1), "no panic where nobody reads errors either");
}

#[test]
fn a_server_whose_log_nobody_reads_serves_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bancs.geojson");
    fs::write(&path, POINT).unwrap();
    let (reader, writer) = pipe().unwrap();
    let mut command = tuilerie(&["serve", "--listen", "127.0.0.1:0", path.to_str().unwrap()]);
    let mut process = command.stderr(writer).spawn().unwrap();
    drop(command);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(reader));
    let address = lines.find_map(|line| {
        line.unwrap().split_once("listening on http://").map(|(_, address)| address.to_owned())
    });
    drop(lines);
    // A file that is written again is told of.
    fs::write(&path, "{}").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(5));
    let live = ureq::get(format!("http://{}/health/live", address.unwrap())).call();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(live.unwrap().status(), 200);
}

#[test]
fn what_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bancs.geojson");
    fs::write(&path, POINT).unwrap();
    let full = fs::File::options().write(true).open(Path::new("/dev/full")).unwrap();
    let mut command = tuilerie(&["init", path.to_str().unwrap()]);
    let output = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("standard output cannot be written"), "{error}");
}

fn render(style: &str, sources: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("carte.png").to_str().unwrap().to_owned();
    let mut command = tuilerie(&["render", style, "--center=2.8894,43.2815", "--zoom=14"]);
    run(command.args(["--size=64x64", "-o", &file]).args(sources))
}

#[test]
fn an_unknown_style_is_named_before_anything_is_read() {
    // A port that nobody listens on.
    let (code, _, error) = render("plann", &["postgres://sig@127.0.0.1:1/sig"]);
    assert_eq!(code, 1);
    assert!(error.contains("there is no style \"plann\": there are plan, "), "{error}");
    assert!(error.contains("couches for any layers"), "{error}");
    let (code, _, error) = render("plan", &["postgres://sig@127.0.0.1:1/sig"]);
    assert!(code == 1 && error.contains("127.0.0.1:1"), "{error}");
}

#[test]
fn a_map_reads_only_the_layers_that_its_style_draws() {
    let (code, _, log) = render("ocs-couverture", &[]);
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("loaded layer=\"ocs_2021\""), "{log}");
    assert!(!log.contains("pcrs_") && !log.contains("parcelles"), "{log}");

    // Of a file that is not drawn only the first bytes are looked at; one that is none costs itself.
    let folder = tempfile::tempdir().unwrap();
    let files = ["voies.geojson", "autre.geojson", "vide.geojson"].map(|name| {
        let cut = r#"{"type":"FeatureCollection","features":[{"#;
        let content = match name {
            "voies.geojson" => POINT,
            "autre.geojson" => cut,
            _ => "",
        };
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let (code, _, log) = render("plan", &files.each_ref().map(String::as_str));
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("layer=\"voies\"") && !log.contains("autre"), "{log}");
    assert!(log.contains("vide.geojson is empty"), "{log}");
    let (code, _, log) =
        render("couches", &files[..2].iter().map(String::as_str).collect::<Vec<_>>());
    assert!(code == 0 && log.contains("refused") && log.contains("autre"), "{log}");
    let (code, _, error) = render("plan", &[&files[2]]);
    assert!(code == 1 && error.contains("vide.geojson is empty"), "{error}");
}
