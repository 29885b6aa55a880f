//! The cadastre: lots as parcels that share their borders, in sections along roads and waters.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::blocks::Waters;
use super::land::CENTRE;
use super::lookup::{Lookup, Region};
use super::lots::Lot;
use super::ways::{Kind, RAILWAY, Way};
use crate::source::demo::geometry::areas::{Area, Ring};
use crate::source::demo::geometry::arrangement::Arrangement;
use crate::source::demo::geometry::coverage::{Coverage, NOTHING};
use crate::source::demo::geometry::path::Path;

/// The label of streets, waters and all else without a parcel.
const PUBLIC: u32 = 1;

/// A parcel.
#[derive(Debug)]
pub struct Parcel {
    pub lot: usize,
    pub section: usize,
    /// Within its section.
    pub number: u32,
    pub area: Area,
}

/// A section: its letters and its ground.
#[derive(Debug)]
pub struct Section {
    pub code: String,
    pub area: Area,
}

/// The cadastre.
#[derive(Debug)]
pub struct Cadastre {
    pub sections: Vec<Section>,
    pub parcels: Vec<Parcel>,
    /// For each lot its largest parcel.
    pub of_lot: BTreeMap<usize, usize>,
}

/// Draws it.
pub fn cadastre(commune: &[Area], ways: &[Way], waters: &Waters, lots: &[Lot]) -> Cadastre {
    let sections = sections(commune, ways, waters);
    let lookup = Lookup::of(lots.iter().enumerate().map(|(i, lot)| (&lot.area, i as u32 + 2)));
    let outlines = commune.iter().flat_map(|area| &area.rings);
    let rings = lots.iter().flat_map(|lot| &lot.area.rings).chain(outlines);
    let arrangement = Arrangement::of(rings.map(Vec::as_slice), std::iter::empty());
    let ground = Region::of(commune);
    let mut coverage = Coverage::of(&arrangement, |point| {
        if ground.contains(point) { lookup.at(point).unwrap_or(PUBLIC) } else { NOTHING }
    });
    coverage.merge_small(|label| if label == PUBLIC { 0.5 } else { 4.0 });

    let places = Lookup::of(sections.iter().enumerate().map(|(i, s)| (&s.area, i as u32)));
    let mut numbers = vec![0; sections.len()];
    let mut of_lot: BTreeMap<usize, usize> = BTreeMap::new();
    let mut parcels: Vec<Parcel> = Vec::new();
    for (label, area) in coverage.polygons() {
        if label == PUBLIC {
            continue;
        }
        let lot = label as usize - 2;
        let section = places.at(area.inside()).unwrap_or_default() as usize;
        numbers[section] += 1;
        let largest = of_lot.entry(lot).or_insert(parcels.len());
        if parcels.get(*largest).is_some_and(|p| p.area.square_metres() < area.square_metres()) {
            *largest = parcels.len();
        }
        parcels.push(Parcel { lot, section, number: numbers[section], area });
    }
    Cadastre { sections, parcels, of_lot }
}

/// Sections end at main roads, waters and the railway.
fn sections(commune: &[Area], ways: &[Way], waters: &Waters) -> Vec<Section> {
    let is_border =
        |way: &&Way| matches!(way.kind, Kind::Departmental | Kind::Boulevard | Kind::CountryRoad);
    let lines: Vec<&Path> = ways
        .iter()
        .filter(is_border)
        .map(|way| &way.path)
        .chain([&waters.canal.axis, &waters.river, &ways[RAILWAY].path])
        .collect();
    let rings: Vec<&Ring> = commune.iter().flat_map(|area| &area.rings).collect();
    let arrangement = Arrangement::of(
        rings.into_iter().map(Vec::as_slice),
        lines.into_iter().map(|path| path.0.as_slice()),
    );
    let next = Cell::new(NOTHING);
    let mut coverage = Coverage::of(&arrangement, |point| {
        if !commune.iter().any(|area| area.contains(point)) {
            return NOTHING;
        }
        next.set(next.get() + 1);
        next.get()
    });
    coverage.merge_small(|_| 90_000.0);
    coverage.merge_small(|_| 90_000.0);
    let mut areas: Vec<Area> = coverage.polygons().into_iter().map(|(_, area)| area).collect();
    let far = |area: &Area| area.inside().distance(CENTRE);
    areas.sort_by(|a, b| far(a).total_cmp(&far(b)));
    areas.into_iter().enumerate().map(|(i, area)| Section { code: code(i), area }).collect()
}

/// Two letters in town, one in the country (but not I and O, which look like figures).
fn code(place: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
    const TOWN: usize = 12;
    let letter = |i: usize| char::from(LETTERS[i % LETTERS.len()]);
    if place < TOWN {
        format!("A{}", letter(place + 1))
    } else {
        let place = place - TOWN;
        let row = place / LETTERS.len();
        let letters = letter(place).to_string();
        if row == 0 { letters } else { format!("{}{letters}", letter(row)) }
    }
}
