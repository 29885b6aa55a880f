//! GeoPackage files.

use geozero::geojson::GeoJson;
use geozero::{CoordDimensions, ToWkb};
use rusqlite::Connection;
use tuilerie::geo::shape::ShapeKind;
use tuilerie::source::Fault;

use super::*;

const CATALOGUE: &str = "
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
        organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
        description TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
        geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
    -- Numbers of SRS are the file's own: 2154 is called 7 here.
    INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Lambert-93', 7, 'EPSG', 2154, '', ''), ('WGS 84', 4326, 'epsg', 4326, '', ''),
        ('cartesian', -1, 'NONE', -1, '', ''), ('local', 8, 'ACME', 12, '', '');
    CREATE TABLE parcelles (fid INTEGER PRIMARY KEY, geom POLYGON, \"nom \"\"é\" TEXT(20),
        surface REAL, bati BOOLEAN, releve DATE, photo BLOB, n MEDIUMINT);
    INSERT INTO gpkg_contents VALUES
        ('parcelles', 'features', 'Parcelles', 'Le cadastre', 7), ('notes', 'attributes', '', '', 0);
    INSERT INTO gpkg_geometry_columns VALUES ('parcelles', 'geom', 'POINT', 7, 0, 0);";

/// A geometry in GeoPackage's form, in the SRS of that number.
fn blob(srs: i32, geojson: &str) -> Vec<u8> {
    GeoJson(geojson).to_gpkg_wkb(CoordDimensions::xy(), Some(srs), vec![]).unwrap()
}

fn centre(srs: i32) -> Vec<u8> {
    blob(srs, r#"{"type": "Point", "coordinates": [700000, 6600000]}"#)
}

/// A GeoPackage with two parcels, and what `more` adds.
fn file(more: &str) -> File {
    let file = File::new("cadastre.gpkg", "");
    let connection = Connection::open(&file.path).unwrap();
    connection.execute_batch(CATALOGUE).unwrap();
    let insert = "INSERT INTO parcelles VALUES (?1, ?2, 'Agde', ?3, ?4, '2024-05-01', x'00', 4)";
    connection.execute(insert, (12, centre(7), 1.5, 1)).unwrap();
    connection.execute(insert, (13, centre(7), "beaucoup", 2)).unwrap();
    connection.execute_batch(more).unwrap();
    file
}

fn add_layer(name: &str, srs: i32) -> String {
    format!(
        "INSERT INTO gpkg_contents VALUES ('{name}', 'features', '', '', {srs});
         INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', 'POINT', {srs}, 0, 0);"
    )
}

#[test]
fn a_table_gives_its_columns_key_and_texts() {
    let file = file("");
    let layer = only(&file);
    assert_eq!(layer.id, "parcelles");
    assert_eq!(layer.about.title.as_deref(), Some("Parcelles"));
    assert_eq!(layer.about.description.as_deref(), Some("Le cadastre"));
    let expected =
        ["fid Number", "nom \"é Text", "surface Number", "bati Boolean", "releve Text", "n Number"];
    assert_eq!(columns(&layer), expected);
    assert_eq!(left_out(&layer), ["photo"]);
    let (features, report) = read(&layer);
    assert_eq!(features[0].id, Some(12));
    assert_eq!(features[0].parts, [[(300_000, 4_650_000)]]);
    let date = r#"Text("2024-05-01")"#;
    let first = ["Int(12)", r#"Text("Agde")"#, "Double(1.5)", "Bool(true)", date, "Int(4)"];
    assert_eq!(features[0].values, first);
    // A text among numbers, and a 2 for a truth value.
    assert!(features[1].values[2].starts_with("Text("), "{:?}", features[1].values);
    assert_eq!(features[1].values[3], "Int(2)");
    let once = || [(Fault::OtherType, 1)].into();
    let odd = ["bati", "surface"].map(|column| (column.to_owned(), once()));
    assert_eq!(report.values, odd.into());
}

#[test]
fn names_have_no_case() {
    let as_they_are = "
        UPDATE gpkg_contents SET table_name = 'PARCELLES', data_type = 'Features' WHERE srs_id = 7;
        UPDATE gpkg_geometry_columns SET table_name = 'Parcelles', column_name = 'GEOM';
        CREATE TABLE gpkg_ogr_contents (table_name TEXT, feature_count INTEGER);
        INSERT INTO gpkg_ogr_contents VALUES ('parcelles', 2);";
    let file = file(as_they_are);
    let layer = only(&file);
    assert_eq!(layer.id, "PARCELLES");
    assert!(!columns(&layer).iter().any(|column| column.starts_with("geom")));
    let progress = Progress::default();
    let report = layer.read(&mut Features::default(), &progress).unwrap();
    assert_eq!(report.features, 2);
    assert_eq!(progress.expected.load(std::sync::atomic::Ordering::Relaxed), 2);
    let named = config::Layer {
        relation: config::Relation::Table("parcelles".to_owned()),
        ..written("cadastre")
    };
    assert_eq!(read(&configured(&file, &[named]).layers[0]).1.features, 2);
}

#[test]
fn each_of_several_geometry_columns_is_a_layer_and_geometry_chooses() {
    let more = "ALTER TABLE parcelles ADD COLUMN coeur BLOB;
        UPDATE parcelles SET coeur = geom WHERE fid = 13;
        INSERT INTO gpkg_geometry_columns VALUES ('parcelles', 'coeur', 'POINT', 7, 0, 0);";
    let file = file(more);
    let discovery = discover(&file);
    assert!(discovery.refused.is_empty(), "{discovery:?}");
    let ids: Vec<_> = discovery.layers.iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(ids, ["parcelles.coeur", "parcelles.geom"]);
    for (layer, ids) in discovery.layers.iter().zip([&[13][..], &[12, 13]]) {
        assert_eq!(left_out(layer), ["photo"], "another geometry is no attribute");
        let read: Vec<_> = read(layer).0.iter().filter_map(|feature| feature.id).collect();
        assert_eq!(read, ids, "{}", layer.id);
    }

    let with = |id: &str, geometry: Option<&str>| config::Layer {
        geometry: geometry.map(str::to_owned),
        ..written(id)
    };
    let features = |layer: config::Layer| read(&configured(&file, &[layer]).layers[0]).1.features;
    assert_eq!(features(with("parcelles", Some("Coeur"))), 1);
    assert_eq!(features(with("lots", Some("geom"))), 2, "the file's only table");
    assert_eq!(features(with("parcelles.coeur", None)), 1);
    let reason = |layer| refusal(&configured(&file, &[layer])).to_owned();
    assert!(reason(with("parcelles", None)).contains("set `geometry` to one of coeur, geom"));
    assert!(reason(with("parcelles", Some("axe"))).contains("it has coeur, geom"));
}

#[test]
fn a_value_keeps_its_own_type_and_the_warning_names_the_column() {
    let more = "ALTER TABLE parcelles ADD COLUMN insee STRING;
        ALTER TABLE parcelles ADD COLUMN compte INTEGER;
        UPDATE parcelles SET insee = '34301', compte = 'n.c.', \"nom \"\"é\" = CAST(x'63e9' AS TEXT);";
    let (features, report) = read(&only(&file(more)));
    assert_eq!(features[0].values[6..], ["Int(34301)", r#"Text("n.c.")"#]);
    assert_eq!(features[0].values[1], "Null", "Latin-1");
    let twice = |fault| [(fault, 2)].into();
    assert_eq!(report.values["insee"], twice(Fault::OtherType));
    assert_eq!(report.values["compte"], twice(Fault::OtherType));
    assert_eq!(report.values["nom \"é"], twice(Fault::NotUnicode));
}

#[test]
fn texts_of_the_catalogue_in_another_encoding_cost_no_layer() {
    let more = "UPDATE gpkg_contents SET identifier = CAST(x'e9' AS TEXT),
            description = CAST(x'63e9' AS TEXT) WHERE srs_id = 7;";
    let file = file(more);
    let layer = only(&file);
    assert_eq!(layer.about.description.as_deref(), Some("c\u{fffd}"));
    assert_eq!(read(&layer).1.features, 2);
}

#[test]
fn a_view_is_a_layer() {
    let view =
        "CREATE VIEW grandes AS SELECT fid AS no, geom, n * 2 AS double, upper('x') AS lettre
        FROM parcelles WHERE fid > 12;";
    let file = file(&(view.to_owned() + &add_layer("grandes", 7)));
    let keyed = config::Layer { key: Some("no".to_owned()), ..written("grandes") };
    let layer = configured(&file, &[keyed]).layers.remove(0);
    assert_eq!(columns(&layer), ["no Number", "double Number", "lettre Text"]);
    let (features, _) = read(&layer);
    assert_eq!(features.len(), 1);
    assert_eq!(features[0].id, Some(13));
    assert_eq!(features[0].values, ["Int(13)", "Int(8)", r#"Text("X")"#]);
}

#[test]
fn a_layer_that_cannot_be_served_is_refused_by_name_and_the_others_load() {
    let tables = "CREATE TABLE plan (fid INTEGER PRIMARY KEY, geom POINT);
        CREATE TABLE maison (fid INTEGER PRIMARY KEY, geom POINT);";
    let more = [&add_layer("plan", -1), &add_layer("maison", 8), &add_layer("absente", 7)];
    let more = more.into_iter().fold(tables.to_owned(), |all, sql| all + sql);
    let discovery = discover(&file(&more));
    assert_eq!(discovery.layers.len(), 1);
    let reason = |id: &str| {
        let refused = discovery.refused.iter().find(|refused| refused.id == id);
        refused.unwrap().reason.as_str()
    };
    assert!(reason("plan").contains("undefined CRS") && reason("plan").contains("`srid`"));
    assert!(reason("maison").contains("ACME:12"), "{}", reason("maison"));
    assert!(reason("absente").contains("no table absente"), "{}", reason("absente"));
}

#[test]
fn srid_overrides_an_undefined_crs() {
    let table = "CREATE TABLE plan (fid INTEGER PRIMARY KEY, geom POINT);";
    let file = file(&(table.to_owned() + &add_layer("plan", -1)));
    let connection = Connection::open(&file.path).unwrap();
    connection.execute("INSERT INTO plan VALUES (1, ?1)", [centre(-1)]).unwrap();
    let with = config::Layer { srid: Some(2154), ..written("plan") };
    let (features, _) = read(&configured(&file, &[with]).layers[0]);
    assert_eq!(features[0].parts, [[(300_000, 4_650_000)]]);
}

#[test]
fn a_filter_is_a_condition_on_the_rows() {
    let file = file("");
    let with =
        |filter: &str| config::Layer { filter: Some(filter.to_owned()), ..written("parcelles") };
    let layer = configured(&file, &[with("fid = 13 OR 1 = 0 -- the second")]).layers.remove(0);
    assert_eq!(read(&layer).0[0].id, Some(13));
    assert!(refusal(&configured(&file, &[with("fid ===")])).contains("`filter`"));
}

#[test]
fn an_id_that_is_taken_is_prefixed_by_the_stem() {
    let elsewhere = config::Layer { source: "other".to_owned(), ..written("parcelles") };
    let file = file("");
    let discovery = source::discover(&source(&file.path, true), &[elsewhere]).unwrap();
    assert_eq!(discovery.layers[0].id, "cadastre.parcelles");
}

#[test]
fn a_layer_that_the_file_lacks_is_refused_with_those_it_has() {
    let more = "CREATE TABLE rues (fid INTEGER PRIMARY KEY, geom POINT);";
    let file = file(&(more.to_owned() + &add_layer("rues", 7)));
    let discovery = configured(&file, &[written("routes")]);
    assert!(refusal(&discovery).contains("parcelles, rues"), "{discovery:?}");
}

#[test]
fn bad_geometries_are_counted_and_the_others_load() {
    let file = file("");
    let connection = Connection::open(&file.path).unwrap();
    let insert = "INSERT INTO parcelles (geom) VALUES (?1)";
    connection.execute(insert, [centre(4326)]).unwrap();
    connection.execute(insert, [&centre(7)[..20]]).unwrap();
    connection.execute(insert, [rusqlite::types::Null]).unwrap();
    connection.execute(insert, ["POINT(3 43)"]).unwrap();
    let (features, report) = read(&only(&file));
    assert_eq!(features.len(), 2);
    let count = |fault| report.faults.get(&fault).copied();
    assert_eq!(count(Fault::OtherSrid), Some(1));
    assert_eq!(count(Fault::NoGeometry), Some(1));
    assert_eq!(count(Fault::Unreadable), Some(2));
}

#[test]
fn curves_become_lines() {
    let file = file("");
    let mut arc = centre(7);
    arc.truncate(8);
    // ISO WKB: little-endian, CircularString, three positions.
    arc.extend([1, 8, 0, 0, 0, 3, 0, 0, 0]);
    for (x, y) in [(0.0, 0.0), (50.0, 50.0), (100.0, 0.0)] {
        arc.extend(f64::to_le_bytes(700_000.0 + x));
        arc.extend(f64::to_le_bytes(6_600_000.0 + y));
    }
    let connection = Connection::open(&file.path).unwrap();
    connection.execute("UPDATE parcelles SET geom = ?1", [arc]).unwrap();
    let (features, _) = read(&only(&file));
    assert_eq!(features[0].kind, ShapeKind::Line);
    assert!(features[0].parts[0].len() > 20);
}

#[test]
fn a_file_is_not_written_and_may_be_in_use() {
    let file = file("");
    let writer = Connection::open(&file.path).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM parcelles WHERE fid = 13;").unwrap();
    let before = std::fs::read(&file.path).unwrap();
    assert_eq!(read(&only(&file)).1.features, 2);
    assert_eq!(std::fs::read(&file.path).unwrap(), before);
}

#[test]
fn a_sqlite_file_without_a_catalogue_is_refused() {
    let file = File::new("autre.gpkg", "");
    Connection::open(&file.path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let discovery = discover(&file);
    assert!(refusal(&discovery).contains("autre.gpkg cannot be read as a GeoPackage"));
    assert_eq!(discovery.refused[0].id, "autre");
}

#[test]
fn a_file_cut_short_says_after_which_row() {
    let file = file("");
    let connection = Connection::open(&file.path).unwrap();
    let insert = "INSERT INTO parcelles (geom, photo) VALUES (?1, zeroblob(9000))";
    for _ in 0..50 {
        connection.execute(insert, [centre(7)]).unwrap();
    }
    drop(connection);
    let layer = only(&file);
    let whole = std::fs::read(&file.path).unwrap();
    std::fs::write(&file.path, &whole[..whole.len() / 2]).unwrap();
    let reason = read_error(&layer);
    assert!(reason.starts_with("cadastre.gpkg, layer parcelles, after row "), "{reason}");
}

#[test]
fn no_damage_makes_the_reader_panic() {
    let file = file("");
    survives_damage(&std::fs::read(&file.path).unwrap(), "cadastre.gpkg", 300);
}
