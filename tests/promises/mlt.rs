//! A tile as MLT and as MVT says the same, of the same features, and is asked for by extension or by
//! `Accept`. MVT is read by the tests' own reader, MLT by `mlt-core`.

use std::collections::BTreeMap;

use crate::support::made::{COLUMNS, Made, Random, TILE, ZOOM, feature, layer, tile};
use crate::support::mlt::{self, Comparable};
use crate::support::mvt::{self, Feature, Value};
use crate::support::server::{Server, demo};
use mlt_core::PropValue;
use serde_json::json;
use tuilerie::source;
use tuilerie::tile::mlt::from_mvt;

fn of_mvt(bytes: &[u8]) -> Vec<Comparable> {
    let layers = mvt::decode(bytes).into_iter();
    layers.map(|layer| (layer.name, layer.extent, layer.features)).collect()
}

fn both(features: &[Made]) -> (Vec<Feature>, Vec<Feature>) {
    let layer = layer(features);
    let written = tile(&layer, (ZOOM, TILE.0, TILE.1));
    let only = |layers: Vec<Comparable>| {
        let [(name, extent, features)] = &layers[..] else { panic!("one layer") };
        assert_eq!((name.as_str(), *extent), ("couche", 4096));
        features.clone()
    };
    (only(of_mvt(&written)), only(mlt::decode(&from_mvt(&written, &[&layer]).unwrap())))
}

/// Values of one kind a column, some absent; numbers of every width and sign.
fn values(random: &mut Random, widest: u32) -> Vec<source::Value<'static>> {
    use source::Value as V;
    let (heads, which) = (random.below(2) == 0, random.below(5) as usize);
    let mut some = |value| if random.below(4) == 0 { V::Null } else { value };
    let text = some(V::Text(["", "Été à 7 h", "\u{1F5FA}", "route", "route 2"][which]));
    let truth = some(V::Bool(heads));
    let bits = random.below(u64::from(widest)) as u32;
    let number = match random.below(3) {
        0 => V::Int(-((random.below(1 << bits)) as i64)),
        _ => V::Int(random.below(1 << bits) as i64),
    };
    let fraction = match random.below(3) {
        0 => V::Float(random.below(1000) as f32 / 7.0),
        1 => V::Double(random.below(1000) as f64 / -7.0),
        _ => V::Int(random.below(9) as i64),
    };
    vec![text, number, truth, fraction]
}

#[test]
fn features_ids_vertices_attributes_and_order_are_those_of_mvt() {
    let mut random = Random(11);
    // By the width of the ids and numbers that there are in a tile.
    for widest in [8, 32, 53, 63] {
        for ids in ["all", "some", "none"] {
            let made: Vec<Made> = (0..400)
                .map(|i| {
                    let id = random.below(1 << widest) | u64::from(i == 0) << (widest - 1);
                    let has_id = ids == "all" || (ids == "some" && random.below(2) == 0);
                    let made = feature(&mut random, has_id.then_some(id));
                    Made { values: values(&mut random, widest), ..made }
                })
                .collect();
            let (mvt, mlt) = both(&made);
            assert_eq!(mvt.len(), made.len());
            for (mvt, mlt) in mvt.iter().zip(&mlt) {
                assert_eq!(mvt, mlt, "widest {widest}, ids: {ids}");
            }
            assert_eq!(mvt.len(), mlt.len());
        }
    }
}

#[test]
fn tiles_of_one_kind_and_of_one_feature_are_those_of_mvt() {
    let mut random = Random(5);
    for i in 0..300 {
        let one = feature(&mut random, Some(u64::MAX - i));
        let alike: Vec<Made> = (0..i).map(|id| Made { id: Some(id), ..one.clone() }).collect();
        for made in [vec![one], alike] {
            if !made.is_empty() {
                let (mvt, mlt) = both(&made);
                assert_eq!(mvt, mlt);
            }
        }
    }
}

#[test]
fn values_of_mixed_kinds_are_text_in_mlt() {
    use source::Value as V;
    let values =
        [V::Bool(true), V::Int(-7), V::UInt(u64::MAX), V::Text("x"), V::Double(0.25), V::Null];
    let mut random = Random(3);
    let made: Vec<Made> = (0..values.len())
        .map(|i| {
            let made = feature(&mut random, Some(i as u64));
            let whole = [V::Int(-1), V::UInt(u64::MAX)][i % 2];
            Made { values: vec![values[i], V::Null, whole, V::Null], ..made }
        })
        .collect();
    let (_, mlt) = both(&made);
    let found: Vec<_> = mlt.iter().map(|feature| feature.properties.get(COLUMNS[0])).collect();
    let text = |text: &str| Value::Text(text.to_owned());
    let expected =
        ["true", "-7", "18446744073709551615", "x", "0.25"].map(text).into_iter().map(Some);
    let expected: Vec<_> = expected.chain([None]).collect();
    assert_eq!(found, expected.iter().map(Option::as_ref).collect::<Vec<_>>());
    // No whole number holds both.
    let numbers: Vec<_> = mlt.iter().map(|feature| &feature.properties[COLUMNS[2]]).collect();
    assert_eq!(numbers[..2], [&Value::Number(-1.0), &Value::Number(u64::MAX as f64)]);
}

#[test]
fn attributes_are_in_the_order_of_the_source() {
    let mut random = Random(6);
    let text = |place: usize| match place {
        0 => source::Value::Text("a"),
        _ => source::Value::Null,
    };
    // The first feature has but the last column, and so on.
    let made: Vec<Made> = (0..COLUMNS.len())
        .map(|i| {
            let values = (0..COLUMNS.len()).map(|column| text((column + i + 1) % COLUMNS.len()));
            Made { values: values.collect(), ..feature(&mut random, Some(i as u64)) }
        })
        .collect();
    let layer = layer(&made);
    let written = from_mvt(&tile(&layer, (ZOOM, TILE.0, TILE.1)), &[&layer]).unwrap();
    assert_eq!(mlt::tables(&written)[0].property_names(), COLUMNS);
}

#[test]
fn numbers_are_such_that_browsers_compare_them() {
    // Of 64-bit columns they make BigInt, which is no number to a style.
    let mut random = Random(9);
    for (number, is_wide) in [(1_i64 << 53, false), (-(1 << 53), false), ((1 << 53) + 1, true)] {
        let made = feature(&mut random, None);
        let values = vec![source::Value::Null, source::Value::Int(number)];
        let values = values.into_iter().chain(made.values[2..].iter().copied()).collect();
        let written = tile(&layer(&[Made { values, ..made }]), (ZOOM, TILE.0, TILE.1));
        let written = from_mvt(&written, &[]).unwrap();
        let table = &mlt::tables(&written)[0];
        let column = table.property_names().iter().position(|name| name == COLUMNS[1]).unwrap();
        let value = &table.features()[0].properties()[column];
        assert_eq!(matches!(value, PropValue::I64(_) | PropValue::U64(_)), is_wide, "{value:?}");
    }
}

#[test]
fn the_same_tile_has_the_same_bytes() {
    let mut random = Random(8);
    let made: Vec<Made> = (0..600).map(|i| feature(&mut random, Some(i))).collect();
    let mvt = tile(&layer(&made), (ZOOM, TILE.0, TILE.1));
    let first = from_mvt(&mvt, &[]).unwrap();
    assert!((0..5).all(|_| from_mvt(&mvt, &[]).unwrap() == first));
}

#[test]
fn what_is_no_tile_is_an_error() {
    assert!(from_mvt(&[], &[]).unwrap().is_empty());
    let mut random = Random(4);
    let made: Vec<Made> = (0..30).map(|i| feature(&mut random, Some(i))).collect();
    let tile = tile(&layer(&made), (ZOOM, TILE.0, TILE.1));
    assert!(from_mvt(&tile[..tile.len() - 1], &[]).is_err());
    for _ in 0..2000 {
        let mut damaged = tile.clone();
        let at = random.below(damaged.len() as u64) as usize;
        damaged[at] ^= 1 << random.below(8);
        // An error or some other tile, and no panic.
        let _ = from_mvt(&damaged, &[]);
    }
}

/// The tiles over the middle of the demo, and two beside it.
fn demo_tiles(server: &Server) -> Vec<String> {
    let bounds = &server.get("/tiles/ocs_2021").json()["bounds"];
    let degrees = |i: usize| bounds[i].as_f64().unwrap();
    let (lon, lat) = (f64::midpoint(degrees(0), degrees(2)), f64::midpoint(degrees(1), degrees(3)));
    (6..=18)
        .flat_map(|zoom| {
            let side = f64::from(1_u32 << zoom);
            let x = ((lon + 180.0) / 360.0 * side) as u32;
            let y =
                ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side) as u32;
            [(x, y), (x + 1, y), (x, y + 1)].map(|(x, y)| format!("{zoom}/{x}/{y}"))
        })
        .collect()
}

#[test]
fn every_layer_of_the_demo_is_the_same_in_both() {
    let server = demo();
    let catalog = server.get("/catalog").json();
    let layers: Vec<_> = catalog["tiles"].as_object().unwrap().keys().cloned().collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for place in demo_tiles(&server) {
        let path = format!("/tiles/{}/{place}", layers.join(","));
        let (mvt, mlt) = (server.get(&format!("{path}.mvt")), server.get(&format!("{path}.mlt")));
        assert_eq!(mvt.status, mlt.status);
        assert_eq!(mvt.header("tuilerie-left-out"), mlt.header("tuilerie-left-out"));
        let (mvt, mlt) = (of_mvt(&mvt.body), mlt::decode(&mlt.body));
        assert_eq!(mvt.len(), mlt.len());
        for ((name, extent, mvt), mlt) in mvt.into_iter().zip(mlt) {
            assert_eq!((&name, extent), (&mlt.0, mlt.1));
            assert_eq!(mvt.len(), mlt.2.len());
            mvt.iter().zip(&mlt.2).for_each(|(mvt, mlt)| assert_eq!(mvt, mlt, "{name} {place}"));
            *seen.entry(name).or_default() += mvt.len();
        }
    }
    assert!(seen.len() > 12 && seen.values().sum::<usize>() > 10_000, "{seen:?}");
}

const MLT: &str = "application/vnd.maplibre-tile";
const MVT: &str = "application/vnd.mapbox-vector-tile";

/// A server of 300 points in one tile, with room for 200.
fn budgeted() -> (tempfile::TempDir, Server, &'static str) {
    let features: Vec<_> = (0..300)
        .map(|i| {
            let place = [2.0 + f64::from(i % 20) * 0.005, 42.8 + f64::from(i / 20) * 0.005];
            json!({
                "type": "Feature", "id": i, "properties": { "nom": format!("point {i}") },
                "geometry": { "type": "Point", "coordinates": place },
            })
        })
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write(
        "points.geojson",
        &json!({ "type": "FeatureCollection", "features": features }).to_string(),
    );
    let config = "[server]\ntile_features = 200\n[sources.s]\nfile = \"points.geojson\"\n";
    write("tuilerie.toml", config);
    let path = directory.path().join("tuilerie.toml").to_string_lossy().into_owned();
    let server = Server::ready(&["--config", &path]);
    (directory, server, "/tiles/points/9/258/188")
}

#[test]
fn the_extension_decides_and_else_accept() {
    let (_files, server, path) = budgeted();
    let anything = "text/html, */*;q=0.8";
    for (extension, accept, media_type, vary) in [
        (".mlt", MVT, MLT, "accept-encoding"),
        (".mvt", MLT, MVT, "accept-encoding"),
        (".pbf", MLT, MVT, "accept-encoding"),
        ("", MLT, MLT, "accept, accept-encoding"),
        ("", MVT, MVT, "accept, accept-encoding"),
        ("", anything, MVT, "accept, accept-encoding"),
        ("", "application/vnd.maplibre-tile;q=0.5, */*;q=0.1", MLT, "accept, accept-encoding"),
    ] {
        for root in ["", "/tiles"] {
            let path = format!("{root}{}{extension}", path.strip_prefix("/tiles").unwrap());
            let answer = server.get_with(&path, &[("Accept", accept)]);
            assert_eq!(answer.header("content-type"), media_type, "{path} {accept}");
            assert_eq!(answer.header("vary"), vary, "{path}");
        }
    }
    assert_eq!(server.metric("tuilerie_tiles_made_total"), 2.0, "one a format");
}

#[test]
fn the_formats_are_kept_apart_and_answered_alike() {
    let (_files, server, path) = budgeted();
    let (mvt, mlt) = (server.get(&format!("{path}.mvt")), server.get(&format!("{path}.mlt")));
    assert_ne!(mvt.header("etag"), mlt.header("etag"));
    for name in ["cache-control", "cache-status", "tuilerie-left-out"] {
        assert_eq!(mvt.header(name), mlt.header(name), "{name}");
    }
    assert_eq!(mlt.header("tuilerie-left-out"), "100");
    assert_eq!(of_mvt(&mvt.body), mlt::decode(&mlt.body));

    let etag = mlt.header("etag");
    let again = server.get_with(&format!("{path}.mlt"), &[("If-None-Match", etag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("cache-status"), "tuilerie; hit");
    let other = server.get_with(&format!("{path}.mvt"), &[("If-None-Match", etag)]);
    assert_eq!(other.status, 200);
    let negotiated = [("Accept", MLT), ("If-None-Match", etag)];
    let negotiated = server.get_with(path, &negotiated);
    assert_eq!((negotiated.status, negotiated.header("vary")), (304, "accept, accept-encoding"));

    for encoding in ["gzip", "zstd", "br"] {
        let packed = server.get_with(&format!("{path}.mlt"), &[("Accept-Encoding", encoding)]);
        assert_eq!(packed.header("content-encoding"), encoding);
        assert_eq!(packed.header("etag"), etag);
        assert!(packed.body.len() < mlt.body.len());
    }
    assert_eq!(server.get("/tiles/points/9/0/0.mlt").status, 204);
    assert_eq!(server.get("/tiles/points/21/0/0.mlt").status, 404);
    let head = format!("HEAD {path}.mlt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let head = server.raw(head.as_bytes()).to_lowercase();
    assert!(head.starts_with("http/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(head.contains(&format!("content-type: {MLT}")), "{head}");
}

#[test]
fn tilejson_and_styles_are_written_for_mlt_where_that_is_asked_for() {
    let server = demo();
    let tilejson = server.get("/tiles/ocs_2021?encoding=mlt").json();
    let template = format!("http://{}/tiles/ocs_2021/{{z}}/{{x}}/{{y}}.mlt", server.address);
    assert_eq!(tilejson["tiles"], json!([template]));
    assert_eq!(tilejson["encoding"], "mlt");
    let style = server.get("/styles/plan?encoding=mlt").json();
    for source in style["sources"].as_object().unwrap().values() {
        assert_eq!(source["encoding"], "mlt");
        assert!(source["tiles"][0].as_str().unwrap().ends_with("/{z}/{x}/{y}.mlt"));
    }
    for path in ["/tiles/ocs_2021", "/tiles/ocs_2021?encoding=mvt", "/tiles/ocs_2021?x=1"] {
        let tilejson = server.get(path).json();
        assert!(tilejson["encoding"].is_null());
        assert!(tilejson["tiles"][0].as_str().unwrap().ends_with(".mvt"));
    }
    for path in ["/tiles/ocs_2021?encoding=png", "/styles/plan?encoding="] {
        assert_eq!(server.get(path).status, 400, "{path}");
    }
}
