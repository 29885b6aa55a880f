//! Places with one use of their own: school, stadium, cemetery, station, … drawn by hand; and the
//! isolated domaines.

use super::canal::Canal;
use super::centre;
use super::land::{CENTRE, patch};
use super::ways::{Kind, RAILWAY, Way, around};
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, Ring, union};
use crate::source::demo::geometry::path::{blob, rectangle};
use crate::source::demo::geometry::vector::{Vector, drawn};
use crate::source::demo::names;

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    Church,
    Market,
    School,
    Stadium,
    Cemetery,
    Station,
    Harbour,
    Lock,
    Cooperative,
    Sewage,
    Solar,
    Park,
    Camping,
}

impl Site {
    pub fn name(self) -> &'static str {
        match self {
            Site::Church => "Église Saint-Clair",
            Site::Market => "Halle",
            Site::School => "Groupe scolaire Joseph Delteil",
            Site::Stadium => "Stade municipal",
            Site::Cemetery => "Cimetière",
            Site::Station => "Gare de Saint-Clair-des-Tuiles",
            Site::Harbour => "Port de Saint-Clair",
            Site::Lock => "Écluse de Saint-Clair",
            Site::Cooperative => "Cave coopérative",
            Site::Sewage => "Station d’épuration",
            Site::Solar => "Parc solaire de la Peyrière",
            Site::Park => "Parc des Tuileries",
            Site::Camping => "Camping de l’Écluse",
        }
    }
}

/// The outlines of all sites.
pub fn sites(canal: &Canal) -> Vec<(Site, Ring)> {
    vec![
        (Site::Church, centre::ring(centre::RINGS[0] - 2.6)),
        (
            Site::School,
            drawn(&[
                (4395.0, 3010.0),
                (4500.0, 2985.0),
                (4600.0, 3010.0),
                (4590.0, 3130.0),
                (4470.0, 3150.0),
                (4390.0, 3110.0),
            ]),
        ),
        (Site::Stadium, stadium_ground()),
        (
            Site::Cemetery,
            drawn(&[
                (3478.0, 3186.0),
                (3545.0, 3228.0),
                (3505.0, 3310.0),
                (3405.0, 3258.0),
                (3392.0, 3243.0),
            ]),
        ),
        (
            Site::Station,
            drawn(&[
                (3800.0, 2140.0),
                (4160.0, 2165.0),
                (4160.0, 2255.0),
                (3970.0, 2270.0),
                (3800.0, 2235.0),
            ]),
        ),
        (
            Site::Cooperative,
            drawn(&[(3858.0, 2285.0), (4130.0, 2275.0), (4140.0, 2370.0), (3875.0, 2380.0)]),
        ),
        (
            Site::Harbour,
            drawn(&[
                (3980.0, 3420.0),
                (4200.0, 3420.0),
                (4240.0, 3500.0),
                (4200.0, 3515.0),
                (3980.0, 3500.0),
            ]),
        ),
        (
            Site::Camping,
            blob(
                &drawn(&[
                    (4090.0, 3540.0),
                    (4240.0, 3560.0),
                    (4290.0, 3660.0),
                    (4180.0, 3720.0),
                    (4090.0, 3690.0),
                ]),
                8.0,
            ),
        ),
        (
            Site::Sewage,
            drawn(&[(4700.0, 1180.0), (4800.0, 1165.0), (4825.0, 1245.0), (4720.0, 1265.0)]),
        ),
        (
            Site::Solar,
            drawn(&[
                (3050.0, 4620.0),
                (3260.0, 4680.0),
                (3420.0, 4840.0),
                (3340.0, 4890.0),
                (3160.0, 4850.0),
                (2960.0, 4790.0),
                (2900.0, 4660.0),
            ]),
        ),
        (
            Site::Park,
            blob(
                &drawn(&[
                    (3420.0, 2480.0),
                    (3560.0, 2420.0),
                    (3600.0, 2520.0),
                    (3500.0, 2600.0),
                    (3400.0, 2570.0),
                ]),
                8.0,
            ),
        ),
        // The garden of the lock's keeper.
        (Site::Lock, canal.lock_garden()),
    ]
}

/// From the avenue to the fields.
pub fn stadium_ground() -> Ring {
    drawn(&[(4410.0, 2640.0), (4590.0, 2600.0), (4655.0, 2831.0), (4458.0, 2836.0)])
}

/// A block of the old centre is the market's square.
pub fn market() -> Vector {
    around(124.0, 0.68)
}

/// Where a domaine is, with its ground.
#[derive(Debug)]
pub struct Domaine {
    pub name: &'static str,
    pub centre: Vector,
    pub ground: Vec<Ring>,
}

/// Domaines stand on lanes, far from the town and from each other.
pub fn domaines(ways: &[Way], sites: &[(Site, Ring)]) -> Vec<Domaine> {
    let mut dice = Dice::of("domaines");
    let mut found: Vec<Domaine> = Vec::new();
    let lanes: Vec<&Way> = ways.iter().filter(|way| way.kind == Kind::CountryRoad).collect();
    for (number, way) in lanes.iter().enumerate() {
        let along = way.path.length() * dice.between(0.35, 0.65);
        let side = if number % 2 == 0 { 1.0 } else { -1.0 };
        let centre = way.path.beside(along, side * 44.0);
        let lane = way.name.trim_start_matches("Chemin");
        let Some(name) = names::DOMAINES.into_iter().find(|name| name.ends_with(lane)) else {
            continue;
        };
        let near = found.iter().any(|other| other.centre.distance(centre) < 500.0);
        let by_railway = ways[RAILWAY].path.is_near(centre, 120.0);
        let in_site = sites.iter().any(|(_, ring)| Area::of(ring.clone()).contains(centre));
        if near || by_railway || in_site || centre.distance(CENTRE) < 1150.0 {
            continue;
        }
        let (road, direction) = way.path.locate(along);
        let hamlet = name.starts_with("Hameau");
        let size = if hamlet { 75.0 } else { 44.0 };
        let yard = patch(centre, size, &mut dice);
        let approach = rectangle(road.towards(centre, 0.4), direction, size, 44.0);
        let ground = union(&[yard, approach]).into_iter().map(|area| area.outer().clone());
        found.push(Domaine { name, centre, ground: ground.collect() });
    }
    found
}
