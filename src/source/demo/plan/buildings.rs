//! Buildings on their lots: side by side along the street in the old centre, a house in its
//! garden in the estates, boxes in the business park.

use super::blocks::Zone;
use super::land::CENTRE;
use super::lots::{Front, Lot};
use super::sites::{Domaine, Site};
use super::stadium;
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, Ring, edges, intersection, union};
use crate::source::demo::geometry::path::{circle, rectangle};
use crate::source::demo::geometry::vector::{Vector, at};

/// A building.
#[derive(Clone, Debug)]
pub struct Building {
    pub area: Area,
    pub name: Option<&'static str>,
    /// Light: a shed, a canopy, a greenhouse.
    pub is_light: bool,
    pub lot: usize,
    /// Of a house that stands by itself: the direction of its street.
    pub detached: bool,
}

/// What stands on the lots, and the pools in their gardens.
#[derive(Debug, Default)]
pub struct Built {
    pub buildings: Vec<Building>,
    pub pools: Vec<Ring>,
}

/// Builds on every lot.
pub fn build(lots: &[Lot], domaines: &[Domaine]) -> Built {
    let mut built = Built::default();
    for (number, lot) in lots.iter().enumerate() {
        let mut dice = Dice::nth("buildings", number);
        let mut site = Yard { number, lot, dice: &mut dice, built: &mut built };
        match (lot.zone, &lot.front) {
            (Zone::Core, Some(front)) => site.terrace(front, 1.0),
            (Zone::Faubourg, Some(front)) => match site.dice.part() {
                roll if roll < 0.62 => site.terrace(front, 0.55),
                roll if roll < 0.95 => site.house(front, 4.0, 0.12),
                _ => {}
            },
            (Zone::Houses { .. }, Some(front)) => site.house(front, 6.0, 0.3),
            (Zone::Business { .. }, Some(front)) => site.shed(front),
            (Zone::Domaine(domaine), _) => {
                let domaine = &domaines[domaine];
                // The ground is cut by the road: the yard is on one side.
                if lot.area.contains(domaine.centre) {
                    site.farm(domaine);
                }
            }
            (Zone::Site(kind), _) => site.public(kind),
            _ => {}
        }
    }
    built
}

struct Yard<'a> {
    number: usize,
    lot: &'a Lot,
    dice: &'a mut Dice,
    built: &'a mut Built,
}

impl Yard<'_> {
    fn add(&mut self, area: Area, name: Option<&'static str>, is_light: bool, detached: bool) {
        self.built.buildings.push(Building { area, name, is_light, lot: self.number, detached });
    }

    /// A house from one neighbour to the other, as deep as houses are.
    fn terrace(&mut self, front: &Front, share: f64) {
        let lot = &self.lot.area;
        let size = lot.square_metres();
        let depth = self.dice.between(9.5, 13.5);
        if size < 125.0 && share > 0.9 {
            self.add(lot.clone(), None, false, false);
            return;
        }
        let line = front.middle + front.along.left() * depth;
        let (behind, near) = lot.cut(line, front.along);
        let Some(house) = largest(near) else { return };
        if house.square_metres() > 30.0 {
            self.add(house, None, false, false);
        }
        // A shed or a workshop at the end of the yard.
        if let Some(yard) = largest(behind).filter(|yard| yard.square_metres() > 60.0)
            && self.dice.happens(share)
        {
            let end = front.middle + front.along.left() * (depth + self.dice.between(9.0, 16.0));
            let (far, _) = yard.cut(end, front.along);
            if let Some(far) = largest(far).filter(|far| far.square_metres() > 14.0) {
                let light = self.dice.happens(0.4);
                self.add(far, None, light, false);
            }
        }
    }

    /// A house by itself, set back from the street.
    fn house(&mut self, front: &Front, setback: f64, pools: f64) {
        let inwards = front.along.left();
        let setback = setback + self.dice.between(-1.5, 4.0);
        for _ in 0..7 {
            let (length, depth) = (self.dice.between(10.0, 15.5), self.dice.between(8.0, 10.5));
            let aside = self.dice.between(-5.0, 5.0);
            let lean = front.along.turned(self.dice.between(-0.01, 0.01));
            let centre = front.middle + inwards * (setback + depth / 2.0) + front.along * aside;
            if !self.fits(&rectangle(centre, lean, length + 3.0, depth + 3.0)) {
                continue;
            }
            let mut rings = vec![rectangle(centre, lean, length, depth)];
            let side = if self.dice.happens(0.5) { 1.0 } else { -1.0 };
            let wing = centre + lean * (side * (length / 2.0 - 2.6)) + lean.left() * (depth / 2.0);
            let wing = rectangle(wing, lean, 5.2, self.dice.between(5.0, 8.0));
            if self.dice.happens(0.55) && self.fits(&wing) {
                rings.push(wing);
            }
            union(&rings).into_iter().for_each(|area| self.add(area, None, false, true));
            let garden = centre + inwards * (depth / 2.0 + self.dice.between(6.0, 8.5));
            if self.dice.happens(pools) {
                let pool = rectangle(garden, lean, self.dice.between(7.0, 9.5), 4.0);
                if self.fits(&pool) {
                    self.built.pools.push(pool);
                }
            }
            if self.dice.happens(0.3) {
                let shed = centre + inwards * (depth / 2.0 + 11.0) - lean * (side * 7.0);
                let shed = rectangle(shed, lean, 4.2, 3.2);
                if self.fits(&shed) {
                    self.add(Area::of(shed), None, true, true);
                }
            }
            return;
        }
    }

    /// A box with a car park before it.
    fn shed(&mut self, front: &Front) {
        let frame = self.lot.area.frame();
        for _ in 0..12 {
            let part = self.dice.between(0.38, 0.66);
            let (length, width) = (frame.length * part, frame.width * self.dice.between(0.4, 0.6));
            let middle = frame.point(self.dice.between(0.4, 0.6), 0.5);
            let centre = middle + front.along.left() * self.dice.between(0.0, 9.0);
            if !self.fits(&rectangle(centre, frame.along, length + 8.0, width + 8.0)) {
                continue;
            }
            let hall = rectangle(centre, frame.along, length, width);
            let office = centre - front.along.left() * (width * 0.5);
            let office = rectangle(office, frame.along, length * 0.25, 9.0);
            for area in union(&[hall, office]) {
                self.add(area, None, false, true);
            }
            return;
        }
    }

    /// Buildings around a yard.
    fn farm(&mut self, domaine: &Domaine) {
        let along = self.lot.front.as_ref().map_or(at(1.0, 0.0), |front| front.along);
        let hamlet = domaine.name.starts_with("Hameau");
        let count = if hamlet { 9 } else { 4 };
        let mut placed: Vec<Vector> = Vec::new();
        for i in 0..count * 4 {
            let reach = if hamlet { 52.0 } else { 24.0 };
            let turn = self.dice.part();
            let off = Vector::of_turns(turn) * (reach * self.dice.between(0.35, 1.0));
            let centre = domaine.centre + off;
            let length = self.dice.between(13.0, 30.0) * if hamlet { 0.7 } else { 1.0 };
            let along = if self.dice.happens(0.5) { along } else { along.left() };
            let ring = rectangle(centre, along, length, self.dice.between(8.0, 12.0));
            let crowded = placed.iter().any(|other| other.distance(centre) < length * 0.5 + 9.0);
            if placed.len() < count && !crowded && self.fits(&ring) {
                placed.push(centre);
                let name = (placed.len() == 1).then_some(domaine.name);
                self.add(Area::of(ring), name, i % 5 == 4, true);
            }
        }
    }

    fn public(&mut self, site: Site) {
        let lot = &self.lot.area;
        let frame = lot.frame();
        let name = Some(site.name());
        let mut put = |along: f64, across: f64, length: f64, width: f64, name, light| {
            let ring = rectangle(frame.point(along, across), frame.along, length, width);
            let inside = intersection(&[Area::of(ring)], std::slice::from_ref(lot));
            inside.into_iter().for_each(|area| self.add(area, name, light, true));
        };
        match site {
            Site::Church => {
                let c = CENTRE;
                let east = at(1.0, 0.12).unit();
                let rings = [
                    rectangle(c, east, 34.0, 13.0),
                    rectangle(c + east * 4.0, east, 9.0, 23.0),
                    circle(c + east * 17.0, 6.5, 10),
                    rectangle(c - east * 16.0 + east.left() * 6.0, east, 7.0, 7.0),
                ];
                union(&rings).into_iter().for_each(|area| self.add(area, name, false, true));
            }
            Site::Market => put(0.5, 0.5, frame.length * 0.42, frame.width * 0.42, name, true),
            Site::School => {
                put(0.35, 0.75, 70.0, 14.0, name, false);
                put(0.16, 0.45, 13.0, 60.0, None, false);
                put(0.75, 0.4, 30.0, 22.0, Some("Gymnase"), false);
            }
            Site::Stadium => {
                let across = 0.5 + stadium::STAND / frame.width;
                put(0.5, across, 46.0, 9.0, Some("Tribunes"), true);
            }
            Site::Station => {
                put(0.42, 0.14, 42.0, 13.0, name, false);
                put(0.72, 0.2, 30.0, 12.0, Some("Halle aux marchandises"), false);
            }
            Site::Cooperative => {
                put(0.45, 0.55, 95.0, 38.0, name, false);
                put(0.85, 0.5, 24.0, 24.0, None, false);
            }
            Site::Lock => put(0.5, 0.45, 11.0, 8.5, Some("Maison éclusière"), false),
            Site::Harbour => put(0.3, 0.3, 28.0, 12.0, Some("Capitainerie"), false),
            Site::Sewage => put(0.2, 0.5, 14.0, 9.0, name, false),
            Site::Camping => put(0.5, 0.5, 16.0, 10.0, Some("Accueil du camping"), true),
            Site::Cemetery => put(0.5, 0.5, 7.0, 5.0, Some("Chapelle"), false),
            Site::Solar | Site::Park => {}
        }
    }

    /// Whether a ring lies within the lot, the middles of its edges too.
    fn fits(&self, ring: &[Vector]) -> bool {
        edges(ring)
            .all(|(a, b)| self.lot.area.contains(a) && self.lot.area.contains(a.towards(b, 0.5)))
    }
}

fn largest(areas: Vec<Area>) -> Option<Area> {
    areas.into_iter().max_by(|a, b| a.square_metres().total_cmp(&b.square_metres()))
}
