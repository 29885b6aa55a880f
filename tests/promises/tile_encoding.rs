//! Tiles held against the `mvt` crate: the same features through both encoders decode to the
//! same. And what of the input a tile's bytes do not depend on.
//!
//! `mvt` 0.15 leaves out the MoveTo of a part that starts where the one before it ended, and drops
//! vertices in the middle of straight horizontal or vertical runs. No part made here does either.

use crate::support::made::{COLUMNS, Made, Random, TILE, ZOOM, feature, layer, tile};
use crate::support::mvt::{Feature, decode};
use mvt::{GeomEncoder, GeomType, Tile};
use tuilerie::geo::shape::{RingRole, ShapeKind};
use tuilerie::source::Value;

fn ours(features: &[Made]) -> Vec<u8> {
    tile(&layer(features), (ZOOM, TILE.0, TILE.1))
}

fn theirs(features: &[Made]) -> Vec<u8> {
    let mut tile = Tile::new(4096);
    let mut layer = tile.create_layer("couche");
    for made in features {
        let kind = match made.kind {
            ShapeKind::Point => GeomType::Point,
            ShapeKind::Line => GeomType::Linestring,
            ShapeKind::Polygon => GeomType::Polygon,
        };
        let mut geometry = GeomEncoder::new(kind);
        for (_, part) in &made.parts {
            for &(x, y) in part {
                geometry.add_point(f64::from(x), f64::from(y)).unwrap();
            }
            geometry.complete_geom().unwrap();
        }
        let mut feature = layer.into_feature(geometry.encode().unwrap());
        if let Some(id) = made.id {
            feature.set_id(id);
        }
        for (name, value) in COLUMNS.iter().zip(&made.values) {
            match *value {
                Value::Null => {}
                Value::Bool(truth) => feature.add_tag_bool(name, truth),
                Value::Int(number) => feature.add_tag_sint(name, number),
                Value::UInt(number) => feature.add_tag_uint(name, number),
                Value::Float(number) => feature.add_tag_float(name, number),
                Value::Double(number) => feature.add_tag_double(name, number),
                Value::Text(text) => feature.add_tag_string(name, text),
            }
        }
        layer = feature.into_layer();
    }
    tile.add_layer(layer).unwrap();
    tile.to_bytes().unwrap()
}

fn features(bytes: &[u8]) -> Vec<Feature> {
    let [layer] = &decode(bytes)[..] else { panic!("one layer") };
    assert_eq!((layer.name.as_str(), layer.extent, layer.version), ("couche", 4096, 2));
    layer.features.clone()
}

#[test]
fn both_encoders_say_the_same() {
    let mut random = Random(42);
    let made: Vec<Made> = (0..3000).map(|i| feature(&mut random, Some(i * i * i * i))).collect();
    let (ours, theirs) = (features(&ours(&made)), features(&theirs(&made)));
    assert_eq!(ours.len(), made.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs);
    }
    for kind in 1..=3 {
        let parts =
            |many| ours.iter().filter(move |f| f.kind == kind && (f.parts.len() > 1) == many);
        assert!(parts(true).count() > 200 && parts(false).count() > 200, "too few of {kind}");
    }
    let with_hole = |f: &&Feature| f.kind == 3 && f.polygons().iter().any(|rings| rings.len() > 1);
    assert!(ours.iter().filter(with_hole).count() > 200, "too few holes");
}

#[test]
fn the_order_of_the_input_is_not_in_the_tile() {
    let mut random = Random(7);
    for with_ids in [true, false] {
        let mut made: Vec<Made> =
            (0..500).map(|i| feature(&mut random, with_ids.then_some(i / 2))).collect();
        made.extend_from_within(..50);
        let expected = ours(&made);
        for _ in 0..5 {
            random.shuffle(&mut made);
            assert_eq!(ours(&made), expected, "with ids: {with_ids}");
        }
        let found = features(&expected);
        assert_eq!(found.len(), made.len(), "equal ids and equal features are all there");
        assert!(found.is_sorted_by_key(|feature| feature.id));
    }
}

#[test]
fn features_of_one_id_both_appear() {
    let at = |x| Made {
        id: Some(7),
        kind: ShapeKind::Point,
        parts: vec![(RingRole::Exterior, vec![(x, 20)])],
        values: vec![Value::Null; COLUMNS.len()],
    };
    let found = features(&ours(&[at(10), at(30)]));
    let mut places: Vec<_> = found.iter().map(|f| (f.id, f.parts[0][0])).collect();
    places.sort_unstable();
    assert_eq!(places, [(Some(7), (10, 20)), (Some(7), (30, 20))]);
}

#[test]
fn beyond_the_finest_zoom_tiles_are_magnified() {
    let square = [(1030, 1040), (1060, 1040), (1060, 1070), (1030, 1070)];
    let made = Made {
        id: None,
        kind: ShapeKind::Polygon,
        parts: vec![(RingRole::Exterior, square.to_vec())],
        values: vec![Value::Null; COLUMNS.len()],
    };
    let layer = layer(&[made]);
    for zoom in 21..=24 {
        let magnified =
            |tile: u32, at: u32| (i64::from(tile << 12) + i64::from(at)) << (zoom - ZOOM);
        // The tile in which the square begins.
        let (x, y) = (magnified(TILE.0, 1030) >> 12, magnified(TILE.1, 1040) >> 12);
        let found = features(&tile(&layer, (zoom, x as u32, y as u32)));
        let place =
            |(px, py)| (magnified(TILE.0, px) - (x << 12), magnified(TILE.1, py) - (y << 12));
        let mut expected = square.map(place);
        expected.sort_unstable();
        let mut corners = found[0].parts[0][..4].to_vec();
        corners.sort_unstable();
        assert_eq!(corners, expected, "zoom {zoom}");
    }
}
