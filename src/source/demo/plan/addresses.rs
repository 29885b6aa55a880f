//! Numbers of houses: odd on the left of a street, even on the right, in the order of its course.

use std::collections::BTreeMap;

use super::blocks::Zone;
use super::buildings::Building;
use super::lots::{Front, Lot};
use super::ways::Way;
use crate::source::demo::geometry::vector::Vector;

/// An address.
#[derive(Clone, Debug)]
pub struct Address {
    pub lot: usize,
    pub way: usize,
    /// The street's code, common to all ways of its name.
    pub street: usize,
    pub number: i64,
    /// "bis" and the like.
    pub suffix: Option<&'static str>,
    pub point: Vector,
    /// Along the street, with the lot on the left.
    pub along: Vector,
}

/// One address for each lot with a building on it and a front on a street.
pub fn addresses(ways: &[Way], lots: &[Lot], buildings: &[Building]) -> Vec<Address> {
    let mut built: Vec<usize> = buildings.iter().map(|building| building.lot).collect();
    built.dedup();
    let names: BTreeMap<&str, usize> = ways
        .iter()
        .map(|way| way.name.as_str())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .enumerate()
        .map(|(i, name)| (name, i))
        .collect();
    let mut sides: BTreeMap<(usize, usize, bool), Vec<(f64, usize)>> = BTreeMap::new();
    for lot in built {
        if let Some(front) = &lots[lot].front {
            let way = front.place.way;
            let street = names.get(ways[way].name.as_str()).copied().unwrap_or_default();
            sides
                .entry((street, way, front.place.on_left))
                .or_default()
                .push((front.place.along, lot));
        }
    }
    let mut last: BTreeMap<(usize, bool), i64> = BTreeMap::new();
    let mut addresses = Vec::new();
    for ((street, way, left), mut fronts) in sides {
        fronts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut number = last.get(&(street, left)).copied().unwrap_or(if left { -1 } else { 0 });
        let mut before = f64::MIN;
        for (along, lot) in fronts {
            let Some(front) = &lots[lot].front else { continue };
            // A narrow house that was divided off later has its neighbour's number.
            let bis =
                along - before < 6.0 && number > 0 && lots[lot].zone != Zone::Core && before > 0.0;
            let second = bis && addresses.last().is_some_and(|a: &Address| a.suffix.is_none());
            if !second {
                number += 2;
            }
            before = along;
            addresses.push(Address {
                lot,
                way,
                street,
                number,
                suffix: second.then_some("bis"),
                point: entrance(front, &lots[lot]),
                along: front.along,
            });
        }
        last.insert((street, left), number);
    }
    addresses
}

/// Just within the lot, where its door or gate is.
fn entrance(front: &Front, lot: &Lot) -> Vector {
    let inwards = front.along.left();
    let tries = [1.2, 0.6, 2.5, 0.3, 4.0];
    let points = tries.map(|depth| front.middle + inwards * depth);
    points.into_iter().find(|p| lot.area.contains(*p)).unwrap_or_else(|| lot.area.inside())
}
