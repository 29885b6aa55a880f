//! What covers the ground and what it is used for, in 2018 and in 2021: areas over areas, cut
//! into two coverages that share their borders.

use std::collections::BTreeMap;

use super::Plan;
use super::blocks::{RIVER, Zone};
use super::estates::turning;
use super::ground::{Codes, RIVER_BANK, SCRUB, VINES, codes, ground};
use super::land;
use super::lookup::Lookup;
use super::stadium::Stadium;
use super::ways::{Kind, RAILWAY};
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, union};
use crate::source::demo::geometry::arrangement::Arrangement;
use crate::source::demo::geometry::coverage::{Coverage, NOTHING};
use crate::source::demo::geometry::path::{Path, rectangle};
use crate::source::demo::geometry::vector::at;

/// What a place was and is. `part` keeps polygons of the same codes apart: each road is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    before: Codes,
    after: Codes,
    part: usize,
}

/// A polygon of one edition, or a change between the two.
pub type Covered<C> = Vec<(C, Area)>;

/// The land cover.
#[derive(Debug)]
pub struct LandCover {
    pub commune: Vec<Area>,
    pub before: Covered<Codes>,
    pub after: Covered<Codes>,
    pub changes: Covered<(Codes, Codes)>,
}

const ROAD: Codes = codes("1.1.1.2", "4.1.1");
const VERGE: Codes = codes("2.2.1", "4.1.1");
const RAIL: Codes = codes("1.1.2.1", "4.1.2");
const RIVER_WATER: Codes = codes("1.2.2", "6.3");
const CANAL_WATER: Codes = codes("1.2.2", "4.1.4");
const CANAL_QUAY: Codes = codes("1.1.1.2", "4.1.4");
const CANAL_BANK: Codes = codes("2.1.1.1", "4.1.4");

#[derive(Default)]
struct Stack {
    areas: Vec<(Area, u32)>,
    labels: Vec<Label>,
    known: BTreeMap<Label, u32>,
}

impl Stack {
    fn over(&mut self, area: Area, before: Codes, after: Codes, part: usize) {
        let label = Label { before, after, part };
        // 0 is nothing.
        let next = self.labels.len() as u32 + 1;
        let number = *self.known.entry(label).or_insert(next);
        if number == next {
            self.labels.push(label);
        }
        self.areas.push((area, number));
    }

    fn same(&mut self, area: Area, codes: Codes) {
        self.over(area, codes, codes, 0);
    }

    fn label(&self, number: u32) -> Label {
        self.labels[number as usize - 1]
    }
}

/// Covers the commune.
pub fn land_cover(plan: &Plan) -> LandCover {
    let stack = stack(plan);
    let lookup = Lookup::of(stack.areas.iter().map(|(area, label)| (area, *label)));
    let rings = stack.areas.iter().flat_map(|(area, _)| &area.rings);
    let arrangement = Arrangement::of(rings.map(Vec::as_slice), std::iter::empty());
    let mut coverage = Coverage::of(&arrangement, |point| {
        let within = plan.is_in_commune(point);
        if within { lookup.at(point).unwrap_or(NOTHING) } else { NOTHING }
    });
    coverage.merge_small(|number| smallest(stack.label(number).after));

    let edition = |codes: fn(Label) -> Codes| {
        let mut numbers: BTreeMap<(Codes, usize), u32> = BTreeMap::new();
        for label in &stack.labels {
            let next = numbers.len() as u32 + 1;
            numbers.entry((codes(*label), label.part)).or_insert(next);
        }
        let of_label = |number: u32| {
            let label = stack.label(number);
            numbers.get(&(codes(label), label.part)).copied().unwrap_or(NOTHING)
        };
        let by_number: BTreeMap<u32, Codes> =
            numbers.iter().map(|((codes, _), number)| (*number, *codes)).collect();
        let polygons = coverage.relabelled(of_label).polygons();
        polygons.into_iter().map(|(number, area)| (by_number[&number], area)).collect()
    };
    let changes = coverage.relabelled(|number| {
        let label = stack.label(number);
        if label.before == label.after { NOTHING } else { number }
    });
    let changes = changes.polygons().into_iter().map(|(number, area)| {
        let label = stack.label(number);
        ((label.before, label.after), area)
    });
    LandCover {
        commune: coverage.relabelled(|_| 1).polygons().into_iter().map(|(_, area)| area).collect(),
        before: edition(|label| label.before),
        after: edition(|label| label.after),
        changes: changes.collect(),
    }
}

/// The smallest polygon of each class, in square metres.
fn smallest(codes: Codes) -> f64 {
    match codes {
        Codes { cover: "1.1.1.1", .. } => 80.0,
        Codes { cover: "1.2.2", .. } => 60.0,
        Codes { land_use: "4.1.1" | "4.1.2" | "4.1.4", .. } => 120.0,
        Codes { land_use: "5" | "3" | "2" | "235", .. } => 200.0,
        _ => 500.0,
    }
}

fn stack(plan: &Plan) -> Stack {
    let mut stack = Stack::default();
    for area in &plan.blocks.commune {
        stack.same(area.clone(), VERGE);
    }
    for parcel in &plan.cadastre.parcels {
        let (before, after) = ground(plan, parcel.lot);
        stack.over(parcel.area.clone(), before, after, 0);
    }
    wilds(plan, &mut stack);
    ways(plan, &mut stack);
    buildings(plan, &mut stack);
    stack
}

/// Woods and scrub on the heights, groves in the plain.
fn wilds(plan: &Plan, stack: &mut Stack) {
    let mut dice = Dice::of("wilds");
    let mut placed = 0;
    while placed < 1700 {
        placed += 1;
        let place = at(dice.between(100.0, 7900.0), dice.between(100.0, 5900.0));
        let height = land::height(place);
        let roll = dice.part();
        let (codes, radius) = match () {
            () if height < 0.72 => {
                // A grove, only where it stands in nobody's way.
                if roll > 0.1 || place.distance(land::CENTRE) < 1300.0 {
                    continue;
                }
                (codes("2.1.1.1", "1.2"), dice.between(18.0, 42.0))
            }
            () if roll < 0.26 => (codes("2.1.1.2", "1.2"), dice.between(60.0, 190.0)),
            () if roll < 0.42 => (codes("2.1.1.1", "1.2"), dice.between(50.0, 150.0)),
            () if roll < 0.56 => (codes("2.1.1.3", "1.2"), dice.between(60.0, 170.0)),
            () if roll < 0.72 => (codes("2.2.1", "6.3"), dice.between(30.0, 110.0)),
            () if roll < 0.78 => (codes("1.1.2.1", "6.3"), dice.between(22.0, 60.0)),
            () => (SCRUB, dice.between(60.0, 180.0)),
        };
        stack.same(Area::of(land::patch(place, radius, &mut dice)), codes);
    }
    let waters = &plan.waters;
    for (_, path) in &waters.brooks {
        let ends = union(&[path.strip(7.0)]);
        ends.into_iter().for_each(|area| stack.same(area, RIVER_BANK));
    }
    // Domaines, sites and new quarters lie over the woods.
    for parcel in &plan.cadastre.parcels {
        if matches!(plan.lots[parcel.lot].zone, Zone::Domaine(_) | Zone::Site(_) | Zone::Riverside)
        {
            let (before, after) = ground(plan, parcel.lot);
            stack.over(parcel.area.clone(), before, after, 0);
        }
    }
    let Stadium { track, pitch, courts, .. } = &plan.stadium;
    courts.iter().chain([track]).for_each(|area| stack.same(area.clone(), codes("1.1.1.2", "3")));
    stack.same(pitch.clone(), codes("2.2.1", "3"));
}

/// Waters, railway, roads: what leads on lies over what it crosses.
fn ways(plan: &Plan, stack: &mut Stack) {
    let strip = |path: &Path, half| union(&[path.strip(half)]);
    let waters = &plan.waters;
    let mut lay = |areas: Vec<Area>, before, after, part| {
        areas.into_iter().for_each(|area| stack.over(area, before, after, part));
    };
    lay(strip(&waters.river, RIVER.1), RIVER_BANK, RIVER_BANK, 0);
    lay(strip(&waters.river, RIVER.0), RIVER_WATER, RIVER_WATER, 0);
    lay(union(&[waters.canal.ground()]), CANAL_BANK, CANAL_BANK, 0);
    lay(union(&waters.canal.paved()), CANAL_QUAY, CANAL_QUAY, 0);
    lay(union(&[waters.canal.water()]), CANAL_WATER, CANAL_WATER, 0);
    lay(strip(&plan.ways[RAILWAY].path, 7.0), RAIL, RAIL, 0);
    for (number, way) in plan.ways.iter().enumerate() {
        let is_new = plan.is_new_street(number);
        let before = if is_new { VINES } else { ROAD };
        let half = match way.kind {
            Kind::Railway | Kind::Towpath | Kind::Track => continue,
            Kind::Motorway => way.kind.half_carriageway(),
            Kind::Departmental => way.kind.half_carriageway() + 1.2,
            _ => way.kind.half_ground(),
        };
        let part = if is_new { 0 } else { number };
        lay(strip(&way.path, half), before, ROAD, part);
    }
    for estate in &plan.estates {
        for circle in &estate.circles {
            let before = if estate.is_new { VINES } else { ROAD };
            let ring = turning(circle, 1.0);
            lay(vec![Area::of(ring)], before, ROAD, 0);
        }
    }
}

/// Buildings, those of estates with the ground at their walls.
fn buildings(plan: &Plan, stack: &mut Stack) {
    for building in plan.built.buildings.iter().filter(|building| !building.is_light) {
        let (before, after) = ground(plan, building.lot);
        let built = codes("1.1.1.1", after.land_use);
        let before = if before == VINES && after != VINES { VINES } else { built };
        let zone = plan.lots[building.lot].zone;
        let area = if building.detached && matches!(zone, Zone::Houses { .. } | Zone::Faubourg) {
            let frame = building.area.frame();
            let (length, width) = (frame.length + 3.0, frame.width + 3.0);
            Area::of(rectangle(frame.point(0.5, 0.5), frame.along, length, width))
        } else {
            building.area.clone()
        };
        stack.over(area, before, built, 0);
    }
}
