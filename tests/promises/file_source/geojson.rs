//! GeoJSON files.

use tuilerie::geo::shape::ShapeKind;
use tuilerie::geo::tile::ZoomRange;
use tuilerie::source::{Fault, MAX_TEXT};

use super::*;

fn point(properties: &str) -> String {
    format!(
        r#"{{"type": "Feature", "properties": {properties},
            "geometry": {{"type": "Point", "coordinates": [3, 43.5]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    let features = features.join(",\n");
    format!(r#"{{"type": "FeatureCollection", "features": [{features}]}}"#)
}

fn file(content: impl AsRef<[u8]>) -> File {
    File::new("communes.geojson", content)
}

#[test]
fn a_collection_gives_its_columns_as_its_values_are() {
    let file = file(collection(&[
        point(r#"{"nom": "Sète", "pop": 43, "bord": true, "code": 34301, "divers": {"a": [1]}}"#),
        point(r#"{"nom": "S\u00e8te", "pop": 1.5, "bord": null, "code": "2A004", "vide": null}"#),
    ]));
    let layer = only(&file);
    assert_eq!(layer.id, "communes");
    let expected =
        ["nom Text", "pop Number", "bord Boolean", "code Text", "divers Text", "vide Text"];
    assert_eq!(columns(&layer), expected);
    let (features, report) = read(&layer);
    assert_eq!(
        features[0].values,
        [
            r#"Text("Sète")"#,
            "Int(43)",
            "Bool(true)",
            r#"Text("34301")"#,
            r#"Text("{\"a\":[1]}")"#,
            "Null"
        ]
    );
    assert_eq!(
        features[1].values,
        [r#"Text("Sète")"#, "Double(1.5)", "Null", r#"Text("2A004")"#, "Null", "Null"]
    );
    assert!(report.faults.is_empty());
}

#[test]
fn heights_are_left_out_and_counted() {
    let features = [
        r#"{"type": "Point", "coordinates": [3, 43, 12.5]}"#,
        r#"{"type": "LineString", "coordinates": [[3, 43], [4, 43, 0, 7]]}"#,
        r#"{"type": "Point", "coordinates": [3, 43, null]}"#,
        r#"{"type": "Point", "coordinates": [3, 43]}"#,
    ];
    let counts = features.map(|geometry| {
        let (features, report) = read(&only(&file(geometry)));
        assert_eq!((features.len(), report.faults.len()), (1, 0), "{geometry}: {report:?}");
        (report.with_z, report.with_m)
    });
    assert_eq!(counts, [(1, 0), (1, 0), (0, 0), (0, 0)]);
}

#[test]
fn every_kind_of_geometry_is_read() {
    let places = |geometry: &str| {
        let file = file(geometry);
        let layer = only(&file);
        let (features, report) = read(&layer);
        assert!(report.faults.is_empty(), "{geometry}: {report:?}");
        features.into_iter().map(|feature| (feature.kind, feature.parts)).collect::<Vec<_>>()
    };
    let (a, b) = ((300_000, 4_300_000), (400_000, 4_300_000));
    let (c, d) = ((400_000, 4_400_000), (300_000, 4_400_000));
    assert_eq!(
        places(r#"{"coordinates": [[3, 43, 12.5], [4, 43, 0]], "type": "LineString"}"#),
        [(ShapeKind::Line, vec![vec![a, b]])]
    );
    assert_eq!(
        places(r#"{"type": "MultiPoint", "coordinates": [[3, 43], [4, 44]]}"#),
        [(ShapeKind::Point, vec![vec![a], vec![c]])]
    );
    assert_eq!(
        places(
            r#"{"type": "MultiLineString", "coordinates": [[[3, 43], [4, 43]], [[4, 44], [3, 44]]]}"#
        ),
        [(ShapeKind::Line, vec![vec![a, b], vec![c, d]])]
    );
    let square = "[[3, 43], [3, 44], [4, 44], [4, 43], [3, 43]]";
    let hole = "[[3.2, 43.2], [3.4, 43.2], [3.4, 43.4], [3.2, 43.2]]";
    let two = places(&format!(
        r#"{{"type": "MultiPolygon", "coordinates": [[{square}, {hole}], [], [{square}]]}}"#
    ));
    let rings: Vec<_> = two[0].1.iter().map(Vec::len).collect();
    assert_eq!((two[0].0, rings), (ShapeKind::Polygon, vec![4, 3, 4]));
    let split = places(&format!(
        r#"{{"type": "GeometryCollection", "geometries": [
            {{"type": "Point", "coordinates": [3, 43]}},
            {{"type": "Polygon", "coordinates": [{square}]}}]}}"#
    ));
    assert_eq!(split.len(), 2);
}

#[test]
fn an_id_is_a_whole_number_or_the_column_named_as_key() {
    let features: Vec<_> = ["7", "0", "-1", "1.5", r#""a""#, "null"]
        .iter()
        .enumerate()
        .map(|(at, id)| {
            point(&format!(r#"{{"no": {}}}"#, at + 10)).replacen(
                '{',
                &format!(r#"{{"id": {id}, "#),
                1,
            )
        })
        .collect();
    let file = file(collection(&features));
    let ids = |layer: &Layer| read(layer).0.into_iter().map(|f| f.id).collect::<Vec<_>>();
    assert_eq!(ids(&only(&file)), [Some(7), Some(0), None, None, None, None]);
    let keyed = config::Layer { key: Some("no".to_owned()), ..written("communes") };
    let expected: Vec<_> = (10..16).map(Some).collect();
    assert_eq!(ids(&configured(&file, &[keyed]).layers[0]), expected);
}

#[test]
fn the_crs_member_is_honoured_before_and_behind_the_features() {
    let feature = r#"{"type": "Feature", "properties": {},
        "geometry": {"type": "Point", "coordinates": [700000, 6600000]}}"#;
    let crs = r#""crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}"#;
    for content in [
        format!(r#"{{"type": "FeatureCollection", {crs}, "features": [{feature}]}}"#),
        format!(r#"{{"features": [{feature}], "type": "FeatureCollection", {crs}}}"#),
    ] {
        let (features, _) = read(&only(&file(content)));
        assert_eq!(features[0].parts, [[(300_000, 4_650_000)]]);
    }
}

#[test]
fn an_unknown_crs_is_refused_with_the_remedy_and_srid_overrides_it() {
    let content = r#"{"type": "FeatureCollection", "features": [],
        "crs": {"type": "name", "properties": {"name": "IGNF:NOWHERE"}}}"#;
    let file = file(content);
    let discovery = discover(&file);
    assert_eq!(discovery.refused[0].id, "communes");
    let reason = refusal(&discovery);
    assert!(reason.contains("IGNF:NOWHERE") && reason.contains("`srid`"), "{reason}");
    let with = |srid| config::Layer { srid: Some(srid), ..written("communes") };
    assert_eq!(configured(&file, &[with(2154)]).layers.len(), 1);
    assert!(refusal(&configured(&file, &[with(1)])).contains("EPSG:1 "));
}

#[test]
fn a_crs_that_cannot_be_read_is_not_taken_for_none() {
    for crs in ["{,}", "\"EPSG:2154\"", r#"{"type": "link", "properties": {"href": "a"}}"#] {
        let file = self::file(format!(r#"{{"crs": {crs}, "features": []}}"#));
        assert!(refusal(&discover(&file)).contains("`srid`"), "{crs}");
    }
}

#[test]
fn a_sequence_of_features_is_one_layer() {
    let feature = |x: u32| {
        format!(
            r#"{{"type": "Feature", "properties": {{"x": {x}}}, "geometry": {{"type": "Point", "coordinates": [{x}, 43]}}}}"#
        )
    };
    for content in [
        format!("{}\n{}\r\n{}\n", feature(1), feature(2), feature(3)),
        format!("\u{1E}{}\n\u{1E}{}\n\u{1E}{}\n", feature(1), feature(2), feature(3)),
        format!("\u{FEFF}{} {} {}", feature(1), feature(2), feature(3)),
    ] {
        let file = file(content);
        let layer = only(&file);
        assert_eq!(columns(&layer), ["x Number"]);
        assert_eq!(read(&layer).1.features, 3);
    }
}

#[test]
fn a_bad_feature_is_counted_and_the_others_load() {
    let bad = [
        r#"{"type": "Feature", "properties": {}, "geometry": null}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": []}}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [3]}}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": "3 43"}}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [3, 43]}}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Circle", "coordinates": [3, 43]}}"#,
        r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [3, 95]}}"#,
        r#"{"type": "Feature" "properties"}"#,
        "7",
    ];
    let mut features: Vec<String> = bad.iter().map(|&feature| feature.to_owned()).collect();
    features.insert(4, point("{}"));
    let (read, report) = read(&only(&file(collection(&features))));
    assert_eq!(read.len(), 1);
    assert_eq!(report.rows, 10);
    let count = |fault| report.faults.get(&fault).copied();
    assert_eq!(count(Fault::NoGeometry), Some(2));
    assert_eq!(count(Fault::NotOnEarth), Some(1));
    assert_eq!(count(Fault::Unreadable), Some(6));
}

#[test]
fn a_text_too_long_is_left_out_and_counted() {
    let (long, fits) = ("a".repeat(MAX_TEXT + 1), "b".repeat(MAX_TEXT));
    let file = file(collection(&[point(&format!(r#"{{"long": "{long}", "fits": "{fits}"}}"#))]));
    let (features, report) = read(&only(&file));
    assert_eq!(features[0].values[0], "Null");
    assert!(features[0].values[1].contains(&fits));
    assert_eq!(report.values, [("long".to_owned(), [(Fault::LongText, 1)].into())].into());
}

#[test]
fn columns_beyond_the_limit_are_left_out_by_name() {
    let members: Vec<_> = (0..300).map(|at| format!(r#""c{at}": {at}"#)).collect();
    let file = file(collection(&[point(&format!("{{{}}}", members.join(",")))]));
    let layer = only(&file);
    assert_eq!(layer.columns.len(), 256);
    assert_eq!(left_out(&layer).first(), Some(&"c256"));
    assert_eq!(left_out(&layer).len(), 44);
    let chosen = config::Layer { properties: Some(vec!["c299".to_owned()]), ..written("communes") };
    assert_eq!(columns(&configured(&file, &[chosen]).layers[0]), ["c299 Number"]);
}

#[test]
fn what_is_written_out_overrides_what_the_file_says() {
    let file = file(collection(&[point(r#"{"nom": "Sète", "pop": 43}"#)]));
    let written = config::Layer {
        properties: Some(vec!["pop".to_owned()]),
        zooms: ZoomRange::new(8, 14),
        buffer: Some(9),
        title: Some("Communes".to_owned()),
        licence: Some("etalab-2.0".to_owned()),
        ..written("limites")
    };
    let layer = configured(&file, &[written]).layers.remove(0);
    assert_eq!((layer.id.as_str(), layer.buffer), ("limites", 9));
    assert_eq!(Some(layer.zooms), ZoomRange::new(8, 14));
    assert_eq!(layer.about.title.as_deref(), Some("Communes"));
    assert_eq!(read(&layer).0[0].values, ["Int(43)"]);
}

#[test]
fn what_a_file_cannot_give_is_refused_by_name() {
    let file = file(collection(&[point(r#"{"nom": "Sète"}"#)]));
    let text = |text: &str| Some(text.to_owned());
    for (layer, said) in [
        (config::Layer { filter: text("pop > 5"), ..written("a") }, "`filter`"),
        (config::Layer { relation: config::Relation::Sql(String::new()), ..written("a") }, "`sql`"),
        (config::Layer { key: text("code"), ..written("a") }, "it has nom"),
        (config::Layer { key: text("nom"), ..written("a") }, "whole numbers"),
        (config::Layer { properties: Some(vec!["x".to_owned()]), ..written("a") }, "\"x\""),
        (
            config::Layer { relation: config::Relation::Table("b".to_owned()), ..written("a") },
            "those it has: communes",
        ),
    ] {
        let discovery = configured(&file, &[layer]);
        assert_eq!(discovery.refused[0].id, "a");
        assert!(refusal(&discovery).contains(said), "{discovery:?}");
    }
}

#[test]
fn a_file_cut_short_says_where() {
    let content = collection(&[point("{}"), point("{}")]);
    let cut = &content[..content.len() - 20];
    let reason = refusal(&discover(&file(cut))).to_owned();
    let place = format!("communes.geojson: at byte {}", cut.len());
    assert!(reason.starts_with(&place) && reason.contains("cut short"), "{reason}");

    let file = file(&content);
    let layer = only(&file);
    std::fs::write(&file.path, cut).unwrap();
    assert_eq!(read_error(&layer), reason);
}

/// What was wrong with values, by column.
fn odd(report: &Report) -> Vec<(&str, Vec<(Fault, u64)>)> {
    let faults = |faults: &std::collections::BTreeMap<Fault, u64>| {
        faults.iter().map(|(fault, times)| (*fault, *times)).collect()
    };
    report.values.iter().map(|(column, all)| (column.as_str(), faults(all))).collect()
}

#[test]
fn a_value_that_is_none_is_absent_and_counted_by_column_and_its_feature_kept() {
    let odd_numbers = ["NaN", "Infinity", "-Infinity", "1e400", "-1e999"];
    let mut features: Vec<String> = odd_numbers
        .iter()
        .map(|value| point(&format!(r#"{{"nom": "a", "hauteur": {value}}}"#)))
        .collect();
    features.push(point(r#"{"nom": "moiti\u00e9 \ud83c", "hauteur": 1}"#));
    features.push(point(r#"{"nom": "\ud83d\ude00", "hauteur": 12.5}"#));
    features.push(point(r#"{"nom": True, "hauteur": {"a": NaN}}"#));
    features.push(point("{\"nom\": \"deux\nlignes\", \"hauteur\": 2}"));
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    features.push(point(&format!(r#"{{"nom": {deep}, "hauteur": 3}}"#)));
    let file = file(collection(&features));
    let layer = only(&file);
    assert_eq!(columns(&layer), ["nom Text", "hauteur Number"]);
    let (features, report) = read(&layer);
    assert_eq!((features.len(), report.faults.len()), (10, 0), "{report:?}");
    let hauteur = vec![(Fault::OddValue, 1), (Fault::NotFinite, 5)];
    let nom = vec![(Fault::OddValue, 2), (Fault::NotUnicode, 1)];
    assert_eq!(odd(&report), [("hauteur", hauteur), ("nom", nom)]);
    let values: Vec<_> = features.iter().map(|feature| &feature.values[..]).collect();
    assert_eq!(values[0], [r#"Text("a")"#, "Null"]);
    assert_eq!(values[5], ["Null", "Int(1)"]);
    assert_eq!(values[6], [r#"Text("😀")"#, "Double(12.5)"]);
    assert_eq!(values[7], ["Null", "Null"]);
    assert_eq!(values[8], [r#"Text("deux\nlignes")"#, "Int(2)"]);
    assert_eq!(values[9], ["Null", "Int(3)"]);
}

#[test]
fn bytes_of_another_encoding_cost_their_value_and_not_the_file() {
    let content = collection(&[
        point(r#"{"nom": "Sete", "pop": 43}"#),
        point(r#"{"nom": "Agde", "pop": 29}"#),
    ]);
    let at = content.find("Sete").unwrap() + 1;
    let mut latin1 = content.into_bytes();
    latin1[at] = 0xE8;
    let (features, report) = read(&only(&file(latin1)));
    assert_eq!(features[0].values, ["Null", "Int(43)"]);
    assert_eq!(features[1].values, [r#"Text("Agde")"#, "Int(29)"]);
    assert_eq!(odd(&report), [("nom", vec![(Fault::NotUnicode, 1)])]);
}

#[test]
fn properties_that_are_no_object_cost_no_feature() {
    let kinds = ["[]", "null", r#"{"a": 1}"#, "[1]", r#""a""#, "7"];
    let (features, report) = read(&only(&file(collection(&kinds.map(point)))));
    assert_eq!((features.len(), report.faults.len()), (6, 0));
    assert_eq!(odd(&report), [("properties", vec![(Fault::OddValue, 3)])]);
    let bare = r#"{"type": "Feature", "geometry": {"type": "Point", "coordinates": [3, 43]}}"#;
    assert_eq!(read(&only(&file(bare))).1.features, 1);
}

#[test]
fn a_coordinate_that_is_none_costs_its_geometry_and_is_said_so() {
    let at = |coordinates: &str| {
        format!(
            r#"{{"type": "Feature", "properties": {{"a": 1}},
                "geometry": {{"type": "Point", "coordinates": {coordinates}}}}}"#
        )
    };
    let odd = ["[NaN, 43]", "[3, Infinity]", "[1e400, 43]", "[null, null]", "[3, null]"];
    let mut features: Vec<_> = odd.map(at).to_vec();
    features.push(at("[3, 43]"));
    let (features, report) = read(&only(&file(collection(&features))));
    assert_eq!(features.len(), 1);
    assert_eq!(report.faults, [(Fault::NotOnEarth, 5)].into());
}

#[test]
fn of_a_member_that_is_written_twice_the_last_holds() {
    let twice = r#"{"type": "Feature", "type": "Feature", "id": 1, "id": 2,
        "properties": {"a": 1}, "properties": {"a": 2, "a": 3},
        "geometry": null, "geometry": {"type": "Point", "coordinates": [3, 43]}}"#;
    let (features, _) = read(&only(&file(collection(&[twice.to_owned()]))));
    assert_eq!(features.len(), 1);
    assert_eq!((features[0].id, &features[0].values[..]), (Some(2), &["Int(3)".to_owned()][..]));
}

#[test]
fn json_that_is_no_geojson_is_refused_with_what_is_expected() {
    for content in [
        r#"{"type": "Topology", "objects": {}}"#,
        r#"{"type": "FeatureCollection"}"#,
        r#"{"a": 1}"#,
        r#"{"features": 7}"#,
        "{}",
    ] {
        let reason = refusal(&discover(&file(content))).to_owned();
        assert!(reason.starts_with("communes.geojson is no GeoJSON"), "{reason}");
        assert!(reason.contains("a FeatureCollection, a Feature or a geometry"), "{reason}");
    }
    let mixed = format!("{}\n{{\"a\": 1}}\n", point("{}").replace('\n', ""));
    let (features, report) = read(&only(&file(mixed)));
    assert_eq!((features.len(), report.times(Fault::Unreadable)), (1, 1), "one bad line of others");
}

#[test]
fn metres_without_a_crs_are_refused_with_the_grid_that_they_look_like() {
    let at = |x: f64, y: f64| {
        format!(
            r#"{{"type": "Feature", "properties": {{}},
                "geometry": {{"type": "Point", "coordinates": [{x}, {y}]}}}}"#
        )
    };
    for (x, y, said) in [
        (652_000.0, 6_862_000.0, "this looks like Lambert-93: `srid = 2154`"),
        (1_657_000.0, 2_220_000.0, "this looks like CC43: `srid = 3943`"),
        (4e6, 9.9e6, "which CRS they are of cannot be told: set `srid`"),
    ] {
        let file = file(collection(&[at(x, y), at(x + 10.0, y + 10.0)]));
        let reason = refusal(&discover(&file)).to_owned();
        assert!(reason.contains("names no CRS") && reason.contains(said), "{reason}");
        let with = config::Layer { srid: Some(2154), ..written("communes") };
        assert_eq!(configured(&file, &[with]).layers.len(), 1, "`srid` says it");
    }
    // A bad one among degrees costs itself.
    let (features, _) =
        read(&only(&file(collection(&[at(3.0, 43.0), at(3.0, 44.0), at(1e9, 1e9)]))));
    assert_eq!(features.len(), 2);
}

#[test]
fn a_sink_that_wants_no_more_ends_the_reading() {
    struct Full;
    impl FeatureSink for Full {
        fn feature(&mut self, _: Option<u64>, _: &Shape, _: &[Value<'_>]) -> Result<(), Stopped> {
            Err(Stopped)
        }
    }
    let file = file(collection(&[point("{}"), point("{}")]));
    let layer = only(&file);
    let progress = Progress::default();
    assert!(matches!(layer.read(&mut Full, &progress), Err(SourceError::Stopped)));
    assert_eq!(progress.rows.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(progress.expected.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let nested = format!(r#"{{"type": "Point", "coordinates": {}}}"#, "[".repeat(100_000));
    survives(&file(nested).path);
    let content = collection(&[
        point(r#"{"nom": "S\u00e8te", "pop": [1, {"a": 2}]}"#),
        point(r#"{"nom": "Agde", "pop": -1.5e3}"#),
    ]);
    survives_damage(content.as_bytes(), "communes.geojson", 400);
}
