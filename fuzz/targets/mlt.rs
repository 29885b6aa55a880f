//! Any features as a Mapbox Vector Tile and as a MapLibre Tile: both say the same. Damaged tiles are
//! not tried: what is written anew is always a tile that was just made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::TileId;
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::Value;
use tuilerie::tile::mlt::from_mvt;
use tuilerie_fuzz::choices::Choices;
use tuilerie_fuzz::made::{self, Made};
use tuilerie_fuzz::{mlt, mvt, seed};

/// Of the zoom whose grid is the world.
const TILE: (u8, u32, u32) = (20, 530_000, 380_000);

const TEXTS: [&str; 6] = ["", "route", "Été à 7 h", "\u{1F5FA}", "true", "7"];

fuzz_target!(init: seed("mlt", seeds()), |bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let mut features = Vec::new();
    while !choices.is_empty() && features.len() < 100 {
        features.extend(feature(&mut choices));
    }
    let layer = made::layer(features);
    let (z, x, y) = TILE;
    let tile = made::tile(&layer, TileId::new(z, x, y).unwrap());
    let expected = made::checked(&tile);
    let written = from_mvt(&tile, &[&layer]).unwrap();
    let found: Vec<_> = mlt::decode(&written).into_iter().flat_map(|layer| layer.2).collect();
    assert_eq!(expected.len(), found.len());
    for (expected, found) in expected.iter().zip(&found) {
        let shape = |feature: &mvt::Feature| (feature.id, feature.kind, feature.parts.clone());
        assert_eq!(shape(expected), shape(found));
        assert!(expected.properties.keys().eq(found.properties.keys()));
        for (expected, found) in expected.properties.values().zip(found.properties.values()) {
            assert!(says_the_same(expected, found), "{found:?} for {expected:?}");
        }
    }
});

/// In a column of several kinds, values are written as text.
fn says_the_same(expected: &mvt::Value, found: &mvt::Value) -> bool {
    match (expected, found) {
        (mvt::Value::Number(number), mvt::Value::Text(text)) => text
            .parse()
            .is_ok_and(|parsed: f64| parsed == *number || parsed as f32 == *number as f32),
        (mvt::Value::Bool(truth), mvt::Value::Text(text)) => *text == truth.to_string(),
        (expected, found) => expected == found,
    }
}

fn feature(choices: &mut Choices<'_>) -> Option<Made<'static>> {
    let choice = choices.byte();
    let mut place = || {
        let [x, y] = [choices.short(), choices.short()].map(|at| u32::from(at) % 5000);
        WorldPoint { x: (TILE.1 << 12) + x, y: (TILE.2 << 12) + y }
    };
    let count = choice >> 2 & 3;
    let shape = match choice & 3 {
        0 => {
            let mut shape = Shape::new(ShapeKind::Point);
            (0..=count).for_each(|_| shape.push_point(place()));
            shape
        }
        1 => {
            let mut shape = Shape::new(ShapeKind::Line);
            (0..=count).for_each(|_| shape.push_line(&[place(), place(), place()]));
            shape
        }
        _ => {
            let mut shape = Shape::new(ShapeKind::Polygon);
            for ring in 0..=count {
                let role = if ring == 0 { RingRole::Exterior } else { RingRole::Interior };
                let kept = shape.push_ring(&[place(), place(), place(), place()], role);
                if !kept && ring == 0 {
                    return None;
                }
            }
            shape
        }
    };
    let id = match choice >> 4 & 3 {
        0 => None,
        1 => Some(choices.byte().into()),
        _ => Some(choices.long()),
    };
    let values = [(); made::COLUMNS.len()].map(|()| value(choices));
    Some((id, shape, values))
}

fn value(choices: &mut Choices<'_>) -> Value<'static> {
    match choices.byte() % 9 {
        0 => Value::Null,
        1 => Value::Bool(choices.byte() & 1 == 0),
        2 => Value::Int(choices.byte().into()),
        3 => Value::Int(choices.long() as i64),
        4 => Value::UInt(choices.long()),
        5 => Value::Float(
            Some(f32::from_bits(choices.word())).filter(|n| n.is_finite()).unwrap_or(0.5),
        ),
        6 => Value::Double(
            Some(f64::from_bits(choices.long())).filter(|n| n.is_finite()).unwrap_or(0.5),
        ),
        _ => Value::Text(TEXTS[usize::from(choices.byte()) % TEXTS.len()]),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    (0..12u8).map(|i| (0..200).map(|k: u8| k.wrapping_mul(29 + 2 * i) ^ i * 17).collect()).collect()
}
