//! The streets of the old town and its faubourgs. The old centre is a circulade: streets run
//! around the church, crooked lanes join them; faubourgs grew along the roads that leave it.

use super::ways::{GATES, Kind, Way, around};
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::Ring;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::Vector;
use crate::source::demo::names;

/// Distances from the church: its square, two rings of streets, the boulevard on the site of the
/// walls, two rings of the faubourgs.
pub const RINGS: [f64; 6] = [50.0, 100.0, 148.0, 198.0, 302.0, 412.0];
/// How far the faubourgs reach.
pub const EDGE: f64 = 462.0;

/// A ring of the town as an outline.
pub fn ring(radius: f64) -> Ring {
    let corners = (radius * 0.8) as u32 + 12;
    (0..corners).map(|i| around(radius, f64::from(i) / f64::from(corners))).collect()
}

/// Where the old centre ends: within the boulevard.
pub fn core() -> Ring {
    ring(RINGS[3])
}

/// Where the faubourgs end.
pub fn faubourgs() -> Ring {
    ring(EDGE)
}

/// All its streets.
pub fn streets() -> Vec<Way> {
    let mut dice = Dice::of("centre");
    let mut lanes = names::LANES.iter();
    let mut streets = names::STREETS.iter();
    let mut ways = Vec::new();
    let mut add = |name: Option<&&str>, kind, path| {
        if let Some(name) = name {
            ways.push(Way { name: (*name).to_string(), number: None, kind, path });
        }
    };
    // Rings change their name at each side of the town.
    let boulevards =
        ["Boulevard du Levant", "Boulevard du Minervois", "Boulevard Riquet", "Boulevard du Midi"];
    for (quarter, name) in boulevards.iter().enumerate() {
        let ends = [GATES[quarter * 2], GATES.get(quarter * 2 + 2).copied().unwrap_or(1.0)];
        add(Some(name), Kind::Boulevard, arc(RINGS[3], ends[0], ends[1]));
    }
    add(Some(&"Place de l’Église"), Kind::Lane, arc(RINGS[0], 0.0, 1.0));
    for (radius, parts) in [(RINGS[1], 3), (RINGS[2], 4)] {
        let start = dice.part();
        for part in 0..parts {
            let [from, to] = [part, part + 1].map(|p| start + f64::from(p) / f64::from(parts));
            add(lanes.next(), Kind::Lane, arc(radius, from, to));
        }
    }
    for (radius, first) in [(RINGS[4], 0), (RINGS[5], 1)] {
        for quarter in 0..4 {
            let gate = |i: usize| GATES[i % 8] + (i / 8) as f64;
            let (from, to) = (gate(first + quarter * 2), gate(first + quarter * 2 + 2));
            add(streets.next(), Kind::Street, arc(radius, from, to));
        }
    }
    // Lanes between the rings of the old centre: each a little off the one before.
    for (inner, outer, count) in [(0, 1, 6), (1, 2, 8), (2, 3, 11)] {
        let start = dice.part();
        for i in 0..count {
            let turn = start + (f64::from(i) + dice.between(-0.22, 0.22)) / f64::from(count);
            let drift = dice.between(-0.012, 0.012) * 3.0 / f64::from(inner as u8 + 1);
            let path = crooked(RINGS[inner], RINGS[outer], turn, drift, &mut dice);
            add(lanes.next(), Kind::Lane, path);
        }
    }
    // Between the main roads, streets of the faubourgs.
    for (inner, outer, each) in [(3, 4, 1), (4, 5, 2)] {
        let ends = GATES[1..].iter().chain(&[1.0]);
        for (from, to) in GATES.into_iter().zip(ends) {
            for i in 1..=each {
                let part = f64::from(i) / f64::from(each + 1) + dice.between(-0.08, 0.08);
                let turn = from + (to - from) * part;
                let drift = dice.between(-0.006, 0.006);
                let path = crooked(RINGS[inner], RINGS[outer], turn, drift, &mut dice);
                add(streets.next(), Kind::Street, path);
            }
        }
    }
    ways
}

fn arc(radius: f64, from: f64, to: f64) -> Path {
    let count = (radius * (to - from) * 6.3 / 6.0).ceil().max(2.0) as u32;
    let turn = |i: u32| from + (to - from) * f64::from(i) / f64::from(count);
    Path::straight(&(0..=count).map(|i| around(radius, turn(i))).collect::<Vec<Vector>>())
}

/// A street from one ring to the next that is not quite straight.
fn crooked(inner: f64, outer: f64, turn: f64, drift: f64, dice: &mut Dice) -> Path {
    let place = |part: f64, off: f64| around(inner + (outer - inner) * part, turn + off);
    let bend = drift * dice.between(0.2, 0.8);
    Path::through(&[place(0.0, 0.0), place(0.5, bend), place(1.0, drift)], 6.0)
}
