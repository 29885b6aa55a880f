//! FlatGeobuf files.

use ::flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::geojson::GeoJson;
use geozero::{ColumnValue, PropertyProcessor};
use tuilerie::source::Fault;

use super::*;

const POLYGON: &str = r#"{"type": "Polygon", "coordinates": [
    [[700000, 6600000], [700100, 6600000], [700100, 6600100], [700000, 6600000]],
    [[700050, 6600010], [700060, 6600010], [700060, 6600020], [700050, 6600010]]]}"#;

fn options<'a>(code: i32, index: bool) -> FgbWriterOptions<'a> {
    FgbWriterOptions {
        write_index: index,
        crs: FgbCrs { code, ..FgbCrs::default() },
        title: Some("Bâti"),
        description: Some("Les bâtiments"),
        ..FgbWriterOptions::default()
    }
}

fn bytes(options: FgbWriterOptions<'_>) -> Vec<u8> {
    let mut writer =
        FgbWriter::create_with_options("batiments", GeometryType::Unknown, options).unwrap();
    for (name, kind) in [
        ("nom", ColumnType::String),
        ("haut", ColumnType::Double),
        ("dur", ColumnType::Bool),
        ("vu", ColumnType::DateTime),
        ("no", ColumnType::UInt),
        ("image", ColumnType::Binary),
    ] {
        writer.add_column(name, kind, |_, _| {});
    }
    for (no, height) in [(5, 7.5), (6, f64::NAN)] {
        writer
            .add_feature_geom(GeoJson(POLYGON), |feature| {
                feature.property(0, "nom", &ColumnValue::String("Église")).unwrap();
                feature.property(1, "haut", &ColumnValue::Double(height)).unwrap();
                feature.property(2, "dur", &ColumnValue::Bool(true)).unwrap();
                feature.property(3, "vu", &ColumnValue::DateTime("2024-05-01")).unwrap();
                feature.property(4, "no", &ColumnValue::UInt(no)).unwrap();
                feature.property(5, "image", &ColumnValue::Binary(b"GIF89a")).unwrap();
            })
            .unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

fn file(options: FgbWriterOptions<'_>) -> File {
    File::new("bati.fgb", bytes(options))
}

#[test]
fn the_header_gives_columns_crs_and_texts() {
    let layer = only(&file(options(2154, true)));
    assert_eq!(layer.id, "bati");
    assert_eq!(layer.about.title.as_deref(), Some("Bâti"));
    assert_eq!(layer.about.description.as_deref(), Some("Les bâtiments"));
    let expected = ["nom Text", "haut Number", "dur Boolean", "vu Text", "no Number"];
    assert_eq!(columns(&layer), expected);
    assert_eq!(left_out(&layer), ["image"]);
}

#[test]
fn features_are_read_with_and_without_an_index() {
    for index in [true, false] {
        let file = file(options(2154, index));
        let layer = only(&file);
        let (mut features, report) = read(&layer);
        features.sort_by(|a, b| a.values.cmp(&b.values));
        assert_eq!(features.len(), 2);
        assert_eq!(features[0].id, None);
        assert!(features[0].parts[0].contains(&(300_000, 4_650_000)));
        assert_eq!(features[0].parts.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        let rest = [r#"Text("Église")"#, "Double(7.5)", "Bool(true)", r#"Text("2024-05-01")"#];
        assert_eq!(features[0].values[..4], rest);
        assert_eq!(features[0].values[4], "Int(5)");
        assert_eq!(features[1].values[1], "Null");
        assert_eq!(report.values["haut"], [(Fault::NotFinite, 1)].into(), "by its column");
    }
}

#[test]
fn a_text_in_another_encoding_costs_itself_and_its_column_is_named() {
    let mut bytes = bytes(options(2154, false));
    let text = "Église".as_bytes();
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[at] = 0xFF;
    let (features, report) = read(&only(&File::new("batiments.fgb", bytes)));
    assert_eq!(features.len(), 2);
    assert_eq!(features.iter().filter(|feature| feature.values[0] == "Null").count(), 1);
    assert_eq!(report.values["nom"], [(Fault::NotUnicode, 1)].into());
}

#[test]
fn the_column_named_as_key_is_the_id() {
    let keyed = config::Layer { key: Some("no".to_owned()), ..written("bati") };
    let file = file(options(2154, false));
    let layer = configured(&file, &[keyed]).layers.remove(0);
    let mut ids: Vec<_> = read_ids(&layer);
    ids.sort_unstable();
    assert_eq!(ids, [Some(5), Some(6)]);
}

fn read_ids(layer: &Layer) -> Vec<Option<u64>> {
    read(layer).0.into_iter().map(|feature| feature.id).collect()
}

#[test]
fn a_file_without_crs_is_refused_with_the_remedy() {
    let discovery = discover(&file(FgbWriterOptions::default()));
    let reason = refusal(&discovery);
    assert!(reason.contains("bati.fgb") && reason.contains("`srid`"), "{reason}");
}

#[test]
fn a_file_cut_short_says_where() {
    let whole = bytes(options(2154, true));
    let cut = File::new("bati.fgb", &whole[..whole.len() - 30]);
    let reason = read_error(&only(&cut));
    assert!(reason.starts_with("bati.fgb: in feature 2, after byte"), "{reason}");
    let header = File::new("bati.fgb", &whole[..100]);
    assert!(refusal(&discover(&header)).contains("cut short"));
}

#[test]
fn a_length_beyond_the_file_costs_no_memory() {
    let mut bytes = bytes(options(2154, false));
    let header = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    bytes[12 + header..16 + header].copy_from_slice(&u32::MAX.to_le_bytes());
    let reason = read_error(&only(&File::new("bati.fgb", bytes)));
    assert!(reason.contains("4294967295 is too large"), "{reason}");
}

/// Two points, the second one lower than the first.
fn with_heights() -> Vec<u8> {
    let options = FgbWriterOptions { has_z: true, ..options(2154, false) };
    let mut writer =
        FgbWriter::create_with_options("reperes", GeometryType::Point, options).unwrap();
    for height in ["90.5", "12"] {
        let point = format!(r#"{{"type": "Point", "coordinates": [700000, 6600000, {height}]}}"#);
        writer.add_feature_geom(GeoJson(&point), |_| {}).unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

#[test]
fn heights_are_left_out_and_counted() {
    let (features, report) = read(&only(&File::new("reperes.fgb", with_heights())));
    assert_eq!((features.len(), report.with_z, report.with_m), (2, 2, 0));
    let (_, report) = read(&only(&file(options(2154, false))));
    assert_eq!((report.with_z, report.with_m), (0, 0));
}

#[test]
fn no_damage_makes_the_reader_panic() {
    survives_damage(&with_heights(), "reperes.fgb", 400);
    survives_damage(&bytes(options(2154, true)), "bati.fgb", 400);
    survives_damage(&bytes(options(2154, false)), "bati.fgb", 400);
}
