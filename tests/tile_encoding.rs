//! Tiles held against the `mvt` crate: the same features through both encoders decode to the
//! same. And what of the input a tile's bytes do not depend on.
//!
//! `mvt` 0.15 leaves out the MoveTo of a part that starts where the one before it ended, and drops
//! vertices in the middle of straight horizontal or vertical runs. No part made here does either.

mod support;

use std::sync::Arc;

use mvt::{GeomEncoder, GeomType, Tile};
use support::mvt::{Feature, decode};
use tuilerie::config::Overview;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::{TileId, ZoomRange};
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::{About, Column, ColumnKind, FeatureSink, Value};
use tuilerie::store::builder::SegmentBuilder;
use tuilerie::store::kept::{Description, Reading};
use tuilerie::store::overview::Recipe;
use tuilerie::store::snapshot::ReadyLayer;
use tuilerie::tile::TileMaker;
use tuilerie::tile::budget::Budget;

/// A tile of the zoom whose grid is the quantised world: what is given on it stays as it is.
const ZOOM: u8 = 20;
const TILE: (u32, u32) = (530_000, 380_000);
const COLUMNS: [&str; 4] = ["nom", "hauteur", "bâti", "\""];

/// Pseudo-random numbers (xorshift64), the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

/// A feature in tile units. Rings are open; all but the first of a polygon are its holes.
#[derive(Clone, Debug)]
struct Made {
    id: Option<u64>,
    kind: ShapeKind,
    parts: Vec<(RingRole, Vec<(u32, u32)>)>,
    values: Vec<Value<'static>>,
}

fn value(random: &mut Random) -> Value<'static> {
    match random.below(9) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::Int(-(random.below(1 << 40) as i64)),
        3 => Value::Int(random.below(300) as i64),
        4 => Value::UInt(u64::MAX - random.below(9)),
        5 => Value::Float(random.below(1000) as f32 / 7.0),
        6 => Value::Double(random.below(1000) as f64 / -7.0),
        7 => Value::Text(""),
        _ => Value::Text(["route", "Été à 7 h", "\u{1F5FA}", "route"][random.below(4) as usize]),
    }
}

/// A ring around the middle of a cell of 800 units, star-shaped and so simple, wound clockwise on
/// the map; `reach` are its smallest and largest radius.
fn star(random: &mut Random, cell: u32, reach: (u64, u64)) -> Vec<(u32, u32)> {
    let centre = (f64::from(cell % 5 * 800 + 400), f64::from(cell / 5 * 800 + 400));
    let corners = 5 + random.below(9);
    let ring: Vec<(u32, u32)> = (0..corners)
        .map(|i| {
            let angle = (i as f64 + random.below(50) as f64 / 100.0) / corners as f64;
            let radius = (reach.0 + random.below(reach.1 - reach.0)) as f64;
            let (sin, cos) = (angle * std::f64::consts::TAU).sin_cos();
            ((centre.0 + radius * cos).round() as u32, (centre.1 + radius * sin).round() as u32)
        })
        .collect();
    let straight = |i: usize| {
        let [a, b, c] = [i + ring.len() - 1, i, i + 1].map(|i| ring[i % ring.len()]);
        (a.0 == b.0 && b.0 == c.0) || (a.1 == b.1 && b.1 == c.1)
    };
    (0..ring.len()).filter(|i| !straight(*i)).map(|i| ring[i]).collect()
}

fn feature(random: &mut Random, id: Option<u64>) -> Made {
    let count = 1 + random.below(4) * random.below(2);
    let kind = [ShapeKind::Point, ShapeKind::Line, ShapeKind::Polygon][random.below(3) as usize];
    let mut parts = Vec::new();
    for cell in 0..count {
        let cell = cell as u32 * 6 + random.below(3) as u32;
        let outer = star(random, cell, (150, 390));
        match kind {
            ShapeKind::Point => parts.push((RingRole::Exterior, vec![outer[0]])),
            ShapeKind::Line => parts.push((RingRole::Exterior, outer)),
            ShapeKind::Polygon => {
                parts.push((RingRole::Exterior, outer));
                if random.below(2) == 0 {
                    let mut hole = star(random, cell, (20, 70));
                    hole.reverse();
                    parts.push((RingRole::Interior, hole));
                }
            }
        }
    }
    Made { id, kind, parts, values: COLUMNS.map(|_| value(random)).to_vec() }
}

fn shape(made: &Made) -> Shape {
    let mut shape = Shape::new(made.kind);
    let place = |&(x, y): &(u32, u32)| WorldPoint { x: (TILE.0 << 12) + x, y: (TILE.1 << 12) + y };
    for (role, part) in &made.parts {
        let part: Vec<WorldPoint> = part.iter().map(place).collect();
        match made.kind {
            ShapeKind::Point => shape.push_point(part[0]),
            ShapeKind::Line => shape.push_line(&part),
            ShapeKind::Polygon => assert!(shape.push_ring(&part, *role)),
        }
    }
    shape
}

fn layer(features: &[Made]) -> ReadyLayer {
    let mut builder = SegmentBuilder::new(COLUMNS.len(), false, None);
    for made in features {
        builder.feature(made.id, &shape(made), &made.values).unwrap();
    }
    let column = |name: &str| Column { name: name.to_owned(), kind: ColumnKind::Text };
    let layer = Description {
        id: "couche".to_owned(),
        about: About::default(),
        columns: COLUMNS.map(column).to_vec(),
        zooms: ZoomRange::new(0, 24).unwrap(),
        buffer: 64,
    };
    let Description { columns, zooms, buffer, .. } = &layer;
    let as_they_are = Overview { detail: Some(0), ..Overview::default() };
    let recipe = Recipe::new(&as_they_are, columns, *zooms, *buffer);
    let segment = Arc::new(builder.finish_in_memory(&recipe).unwrap());
    ReadyLayer { layer, segment, reading: Reading::default(), is_stale: false }
}

fn tile(layer: &ReadyLayer, (z, x, y): (u8, u32, u32)) -> Vec<u8> {
    let tile = TileId::new(z, x, y).unwrap();
    TileMaker::default().make(&[layer], tile, Budget::UNLIMITED).bytes
}

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
