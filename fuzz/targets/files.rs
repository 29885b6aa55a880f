//! Any bytes as a file, of the kind that its first bytes say: GeoJSON, FlatGeobuf or GeoPackage. It
//! is refused in words, or its layers are read, to their end or to an error in words; features have
//! a shape and a value for each column.
#![no_main]

use std::io::Write;

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::geojson::GeoJson;
use geozero::{ColumnValue, CoordDimensions, PropertyProcessor, ToWkb};
use libfuzzer_sys::fuzz_target;
use tempfile::NamedTempFile;
use tuilerie::config::{self, Place};
use tuilerie::geo::shape::Shape;
use tuilerie::source::{self, FeatureSink, Progress, Stopped, Value};
use tuilerie_fuzz::seed;

/// Looks at features, and counts them.
struct Checking {
    columns: usize,
    features: u64,
}

impl FeatureSink for Checking {
    fn feature(
        &mut self,
        _id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        assert!(!shape.is_empty());
        assert_eq!(values.len(), self.columns);
        self.features += 1;
        Ok(())
    }
}

fuzz_target!(init: seed("files", seeds()), |bytes: &[u8]| {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let place = Place::File(file.path().to_owned());
    let source = config::Source { name: "fichier".to_owned(), place, publish_all: true };
    let found = match source::discover(&source, &[]) {
        Ok(found) => found,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(found.refused.iter().all(|refused| !refused.reason.is_empty()));
    for layer in found.layers {
        let mut sink = Checking { columns: layer.columns.len(), features: 0 };
        match layer.read(&mut sink, &Progress::default()) {
            Ok(report) => assert_eq!(report.features, sink.features),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});

const POLYGON: &str = r#"{"type":"Polygon","coordinates":[[[3.4,43.3],[3.5,43.3],[3.5,43.4],[3.4,43.3]],[[3.45,43.31],[3.46,43.31],[3.46,43.32],[3.45,43.31]]]}"#;

fn seeds() -> Vec<Vec<u8>> {
    let feature = format!(
        r#"{{"type":"Feature","id":7,"properties":{{"nom":"Été","n":-1.5e3,"vrai":true,"x":null,"a":[1,{{"b":"\u00e9"}}]}},"geometry":{POLYGON}}}"#
    );
    let collection = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[3,43,12]},{"type":"MultiLineString","coordinates":[[[3,43],[4,44]],[[179,1],[-179,2]]]}]}"#;
    let crs = r#""crs":{"type":"name","properties":{"name":"EPSG:4326"}}"#;
    let text = [
        format!(r#"{{"type":"FeatureCollection",{crs},"features":[{feature},{feature}]}}"#),
        format!("{feature}\n{feature}\n"),
        format!("\u{1e}{feature}\n\u{1e}{feature}\n"),
        format!(r#"{{"type":"Feature","properties":{{"nom":"a"}},"geometry":{collection}}}"#),
        POLYGON.to_owned(),
    ];
    let files = [flatgeobuf(false), flatgeobuf(true), geopackage()];
    text.into_iter().map(String::into_bytes).chain(files).collect()
}

fn flatgeobuf(index: bool) -> Vec<u8> {
    let options = FgbWriterOptions {
        write_index: index,
        crs: FgbCrs { code: 4326, ..FgbCrs::default() },
        title: Some("Bâti"),
        ..FgbWriterOptions::default()
    };
    let mut writer =
        FgbWriter::create_with_options("bati", GeometryType::Unknown, options).unwrap();
    for (name, kind) in [
        ("nom", ColumnType::String),
        ("haut", ColumnType::Double),
        ("dur", ColumnType::Bool),
        ("no", ColumnType::UInt),
        ("image", ColumnType::Binary),
    ] {
        writer.add_column(name, kind, |_, _| {});
    }
    for no in 0..3 {
        writer
            .add_feature_geom(GeoJson(POLYGON), |feature| {
                feature.property(0, "nom", &ColumnValue::String("Église")).unwrap();
                feature.property(1, "haut", &ColumnValue::Double(7.5)).unwrap();
                feature.property(2, "dur", &ColumnValue::Bool(true)).unwrap();
                feature.property(3, "no", &ColumnValue::UInt(no)).unwrap();
                feature.property(4, "image", &ColumnValue::Binary(b"GIF89a")).unwrap();
            })
            .unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

fn geopackage() -> Vec<u8> {
    let file = NamedTempFile::new().unwrap();
    let connection = rusqlite::Connection::open(file.path()).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size = 512;
             CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
                 organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
             CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT,
                 identifier TEXT, description TEXT, srs_id INTEGER);
             CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
                 geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
             INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'epsg', 4326, '');
             CREATE TABLE bati (fid INTEGER PRIMARY KEY, geom POLYGON, nom TEXT(20), haut REAL,
                 dur BOOLEAN, vu DATE, photo BLOB);
             INSERT INTO gpkg_contents VALUES ('bati', 'features', 'Bâti', '', 4326);
             INSERT INTO gpkg_geometry_columns VALUES ('bati', 'geom', 'POLYGON', 4326, 0, 0);",
        )
        .unwrap();
    let blob = GeoJson(POLYGON).to_gpkg_wkb(CoordDimensions::xy(), Some(4326), vec![]).unwrap();
    for fid in 1..4 {
        let row = (fid, &blob, "Église", 7.5);
        let insert = "INSERT INTO bati VALUES (?1, ?2, ?3, ?4, 1, '2024-05-01', x'00')";
        connection.execute(insert, row).unwrap();
    }
    drop(connection);
    std::fs::read(file.path()).unwrap()
}
