//! A segment's bytes, damaged: opening it fails, or tiles come without a panic; and those that are
//! not what they were come from a segment that calls itself damaged. Half of the time all checksums
//! are made right again after the damage, so that what reads pages meets it: then any tile will do.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::TileId;
use tuilerie::geo::world::WorldPoint;
use tuilerie::source::Value;
use tuilerie_fuzz::choices::Choices;
use tuilerie_fuzz::made::{self, Made, open};
use tuilerie_fuzz::seed;
use xxhash_rust::xxh3::xxh3_64;

/// A segment that is whole, and tiles of it.
struct Whole {
    bytes: Vec<u8>,
    tiles: Vec<(TileId, Vec<u8>)>,
}

fuzz_target!(init: seed("segment", seeds()), |bytes: &[u8]| {
    static SEGMENTS: OnceLock<[Whole; 2]> = OnceLock::new();
    let mut choices = Choices(bytes);
    let choice = choices.byte();
    let whole = &SEGMENTS.get_or_init(|| [whole(0), whole(12)])[usize::from(choice & 1)];
    let mut damaged = whole.bytes.clone();
    while !choices.is_empty() && !damaged.is_empty() {
        damage(&mut choices, &mut damaged);
    }
    let is_signed = choice & 2 != 0;
    if is_signed {
        sign(&mut damaged);
    }
    let Some(layer) = open(damaged) else { return };
    let is_same = |(tile, bytes): &(TileId, Vec<u8>)| made::tile(&layer, *tile) == *bytes;
    let same = whole.tiles.iter().filter(|tile| is_same(tile)).count();
    let is_whole = same == whole.tiles.len();
    assert!(is_signed || is_whole || layer.features.is_damaged(), "a wrong tile, and no word of it");
    assert!(!layer.features.is_damaged() || !layer.features.loaded().verify());
});

fn damage(choices: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    let kind = choices.byte();
    let mut place = || match kind & 8 {
        0 => choices.word() as usize % bytes.len(),
        _ => bytes.len() - 1 - usize::from(choices.short()) % bytes.len(),
    };
    let (at, other) = (place(), place());
    match kind % 5 {
        0 => bytes[at] ^= choices.byte() | 1,
        1 => {
            let word = choices.word().to_le_bytes();
            bytes.iter_mut().skip(at).zip(word).for_each(|(byte, new)| *byte = new);
        }
        2 => bytes[at] = choices.byte(),
        3 => (0..16).for_each(|i| {
            let last = bytes.len() - 1;
            bytes.swap((at + i).min(last), (other + i).min(last));
        }),
        _ => bytes.truncate(at),
    }
}

/// Makes all checksums right, and the length; where things stand, the format's own table says.
fn sign(bytes: &mut [u8]) -> Option<()> {
    let trailer = bytes.len().checked_sub(80)?;
    let number =
        |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let long = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let put = |bytes: &mut [u8], at: usize, number: u64| {
        bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
    };
    let start =
        usize::try_from(long(bytes, trailer + 36)).ok().filter(|start| *start <= trailer)?;
    let mut at = start;
    for (count, (size, block)) in [0, 4, 8].into_iter().zip([(48, 28), (32, 12), (20, 0)]) {
        for _ in 0..number(bytes, trailer + count) {
            if at + size > trailer {
                break;
            }
            let from = long(bytes, at + block);
            let end = from.checked_add(number(bytes, at + block + 8).into());
            let run = end.and_then(|end| bytes.get(from as usize..end as usize));
            if let Some(sum) = run.map(xxh3_64) {
                put(bytes, at + block + 12, sum);
            }
            at += size;
        }
    }
    put(bytes, trailer + 44, xxh3_64(&bytes[start..trailer]));
    put(bytes, trailer + 52, bytes.len() as u64);
    put(bytes, trailer + 64, xxh3_64(&bytes[trailer..trailer + 64]));
    Some(())
}

const CORNER: WorldPoint = WorldPoint { x: 2_189_000_000, y: 1_570_000_000 };

fn whole(detail: u8) -> Whole {
    let bytes = made::segment(features(), detail);
    let layer = open(bytes.clone()).unwrap();
    let mut around = Shape::new(ShapeKind::Line);
    for made in features() {
        around.push_part(made.1.points().iter().copied());
    }
    let tiles = made::tiles_at(&around, &[0, 6, 10, 11, 12, 13, 15, 17, 20, 24]);
    let tiles = tiles.into_iter().map(|tile| (tile, made::tile(&layer, tile))).collect();
    Whole { bytes, tiles }
}

/// Points, lines and rings with holes, some of more vertices than a chunk holds.
fn features() -> impl Iterator<Item = Made<'static>> {
    (0..90u32).map(|i| {
        let at = |x: u32, y: u32| WorldPoint {
            x: CORNER.x + i % 10 * 40_000 + x,
            y: CORNER.y + i / 10 * 40_000 + y,
        };
        let circle = |radius: f64, count: u32| -> Vec<_> {
            let angles =
                (0..count).map(|k| f64::from(k) * std::f64::consts::TAU / f64::from(count));
            let place = |angle: f64| (20_000.0 + radius * angle).round() as u32;
            angles.map(|angle| at(place(angle.cos()), place(angle.sin()))).collect()
        };
        let count = if i % 7 == 0 { 400 } else { 12 };
        let shape = match i % 3 {
            0 => {
                let mut shape = Shape::new(ShapeKind::Polygon);
                shape.push_ring(&circle(18_000.0, count), RingRole::Exterior);
                shape.push_ring(&circle(6_000.0, 9), RingRole::Interior);
                shape
            }
            1 => {
                let mut shape = Shape::new(ShapeKind::Line);
                shape.push_line(&circle(15_000.0, count));
                shape.push_line(&[at(0, 0), at(39_000, 12_000)]);
                shape
            }
            _ => {
                let mut shape = Shape::new(ShapeKind::Point);
                shape.push_point(at(0, 0));
                shape.push_point(at(i, 7 * i));
                shape
            }
        };
        let text = ["route", "rue", "Été à 7 h", "place"][i as usize % 4];
        let values = [Value::Text(text), Value::Int(i.into()), Value::Bool(i % 2 == 0)];
        ((i % 4 > 0).then_some(u64::from(i)), shape, values)
    })
}

fn seeds() -> Vec<Vec<u8>> {
    let damage =
        |choice: u8, kind: u8| [choice, kind, 200, 1, 0, 0, 9, 3, 0, 0, 0xFF, 0xFF].to_vec();
    let kinds = [0, 1, 2, 3, 4, 8, 9, 11, 13].into_iter();
    kinds.flat_map(|kind| (0..4).map(move |choice| damage(choice, kind))).collect()
}
