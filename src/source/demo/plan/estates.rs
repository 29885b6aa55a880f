//! Housing estates and the business park: a curved street from a road, closes on both sides of it
//! that end in a turning circle, and the ground that these streets serve.

use super::sites::Site;
use super::ways::{Kind, Way, joined};
use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, Ring, union};
use crate::source::demo::geometry::path::{Path, blob, circle};
use crate::source::demo::geometry::vector::{Vector, drawn};
use crate::source::demo::names;

/// What an estate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Houses,
    Business,
}

/// An estate.
#[derive(Debug)]
pub struct Estate {
    pub name: &'static str,
    pub use_: Use,
    /// Built between the two editions of the land cover.
    pub is_new: bool,
    pub ground: Vec<Area>,
    /// Where closes end: a circle to turn in.
    pub circles: Vec<(Vector, f64)>,
}

struct Drawing {
    name: &'static str,
    street: &'static str,
    is_new: bool,
    spine: &'static [(f64, f64)],
    closes: usize,
}

/// By hand: where the streets run from which the closes leave.
const ESTATES: [Drawing; 5] = [
    Drawing {
        name: "Les Condamines",
        street: "Rue de la Tramontane",
        is_new: false,
        spine: &[
            (3010.0, 2835.0),
            (3020.0, 2960.0),
            (2960.0, 3090.0),
            (3010.0, 3220.0),
            (3190.0, 3330.0),
        ],
        closes: 12,
    },
    Drawing {
        name: "Le Clos du Carignan",
        street: "Rue du Carignan",
        is_new: false,
        spine: &[
            (3230.0, 2830.0),
            (3220.0, 2720.0),
            (3130.0, 2610.0),
            (3000.0, 2560.0),
            (2860.0, 2600.0),
            (2740.0, 2700.0),
            (2700.0, 2860.0),
        ],
        closes: 13,
    },
    Drawing {
        name: "Les Oliviers",
        street: "Rue des Oliviers",
        is_new: false,
        spine: &[
            (4790.0, 2840.0),
            (4800.0, 2960.0),
            (4760.0, 3090.0),
            (4860.0, 3210.0),
            (4900.0, 3400.0),
        ],
        closes: 12,
    },
    Drawing {
        name: "Les Capitelles",
        street: "Rue des Capitelles",
        is_new: true,
        spine: &[
            (5190.0, 3180.0),
            (5330.0, 3150.0),
            (5470.0, 3190.0),
            (5590.0, 3130.0),
            (5600.0, 2980.0),
            (5560.0, 2860.0),
        ],
        closes: 12,
    },
    Drawing {
        name: "Le Pech des Cigales",
        street: "Rue des Cigales",
        is_new: false,
        spine: &[
            (3320.0, 3290.0),
            (3420.0, 3330.0),
            (3560.0, 3380.0),
            (3700.0, 3360.0),
            (3920.0, 3370.0),
        ],
        closes: 6,
    },
];

/// The streets are added to `ways`, from which they start.
pub fn estates(ways: &mut Vec<Way>, sites: &[(Site, Ring)]) -> Vec<Estate> {
    let mut dice = Dice::of("estates");
    let sites: Vec<Path> = sites.iter().map(|(_, ring)| Area::of(ring.clone()).border()).collect();
    let mut closes = names::CLOSES.iter();
    let mut estates: Vec<Estate> = ESTATES
        .iter()
        .map(|drawing| {
            let names = std::iter::once(&drawing.street).chain(&mut closes);
            houses(drawing, ways, &sites, names, &mut dice)
        })
        .collect();
    estates.push(business(
        "Parc d’activités de la Plaine",
        false,
        &names::ACCESSES[..3],
        &[
            &[
                (4980.0, 2862.0),
                (5000.0, 2700.0),
                (5130.0, 2590.0),
                (5330.0, 2600.0),
                (5440.0, 2720.0),
                (5450.0, 2865.0),
            ],
            &[(5130.0, 2590.0), (5090.0, 2440.0), (5000.0, 2340.0)],
            &[(5240.0, 2590.0), (5260.0, 2450.0), (5330.0, 2330.0)],
        ],
        &[
            (4880.0, 2820.0),
            (4900.0, 2500.0),
            (4910.0, 2290.0),
            (5150.0, 2250.0),
            (5420.0, 2260.0),
            (5540.0, 2450.0),
            (5560.0, 2800.0),
            (5400.0, 2880.0),
            (5150.0, 2860.0),
        ],
        ways,
    ));
    estates.push(business(
        "Parc d’activités de la Plaine, extension",
        true,
        &names::ACCESSES[3..],
        &[&[(5440.0, 2720.0), (5600.0, 2650.0), (5790.0, 2640.0), (5880.0, 2790.0)]],
        &[
            (5555.0, 2810.0),
            (5545.0, 2520.0),
            (5600.0, 2470.0),
            (5800.0, 2450.0),
            (5960.0, 2560.0),
            (5990.0, 2770.0),
            (5800.0, 2800.0),
        ],
        ways,
    ));
    estates
}

fn houses<'a>(
    drawing: &Drawing,
    ways: &mut Vec<Way>,
    sites: &[Path],
    mut names: impl Iterator<Item = &'a &'static str>,
    dice: &mut Dice,
) -> Estate {
    let mut points = drawn(drawing.spine);
    let last = points.len() - 1;
    points[0] = joined(ways, points[0]);
    points[last] = joined(ways, points[last]);
    let spine = Path::through(&points, 5.0);
    let mut paths = vec![spine.clone()];
    let mut circles = Vec::new();
    let room = (spine.length() - 130.0) / ((drawing.closes - 1) / 2) as f64;
    for i in 0..drawing.closes {
        let along = 62.0 + room * ((i / 2) as f64 + if i % 2 == 0 { 0.0 } else { 0.35 });
        if along > spine.length() - 45.0 {
            continue;
        }
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        let (start, direction) = spine.locate(along);
        let out = direction.left() * side;
        let length = dice.between(75.0, 105.0);
        let bend = direction * dice.between(-16.0, 16.0);
        let end = start + out * length + bend;
        if ways.iter().any(|way| way.path.is_near(end, way.kind.half_ground() + 42.0)) {
            continue;
        }
        let crowded = paths[1..].iter().any(|path: &Path| {
            [0.35, 0.7, 1.0].iter().any(|t| path.is_near(start.towards(end, *t), 52.0))
        });
        let occupied = sites.iter().any(|site| site.is_near(end, 50.0));
        if crowded || occupied || spine.is_near(end, 55.0) {
            continue;
        }
        circles.push((end, 8.5));
        paths.push(Path::through(&[start, start + out * (length * 0.5) + bend * 0.2, end], 5.0));
    }
    // The street ends on roads, and no house stands beyond them; a close ends in a circle.
    let closes = paths[1..].iter().flat_map(|path| path.sleeve(36.0));
    let ground: Vec<Ring> = std::iter::once(spine.strip(36.0)).chain(closes).collect();
    for path in paths {
        let name = names.next().copied().unwrap_or_default().to_owned();
        ways.push(Way { name, number: None, kind: Kind::Close, path });
    }
    let ground = union(&ground);
    Estate { name: drawing.name, use_: Use::Houses, is_new: drawing.is_new, ground, circles }
}

fn business(
    name: &'static str,
    is_new: bool,
    names: &[&str],
    streets: &[&[(f64, f64)]],
    outline: &[(f64, f64)],
    ways: &mut Vec<Way>,
) -> Estate {
    let mut circles = Vec::new();
    for (list, name) in streets.iter().zip(names) {
        let mut points = drawn(list);
        let last = points.len() - 1;
        points[0] = joined(ways, points[0]);
        let end = joined(ways, points[last]);
        if end == points[last] {
            circles.push((end, 14.0));
        }
        points[last] = end;
        let path = Path::through(&points, 6.0);
        ways.push(Way { name: (*name).to_owned(), number: None, kind: Kind::Access, path });
    }
    let ground = vec![Area::of(blob(&drawn(outline), 12.0))];
    Estate { name, use_: Use::Business, is_new, ground, circles }
}

/// The ground of a turning circle.
pub fn turning(circle_: &(Vector, f64), margin: f64) -> Ring {
    circle(circle_.0, circle_.1 + margin, 24)
}
