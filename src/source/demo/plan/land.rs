//! The lie of the land, drawn by hand: the commune's outline, river, canal and railway, and where
//! it is high. In metres from the plan's south-western corner.

use crate::source::demo::dice::Dice;
use crate::source::demo::geometry::areas::{Area, Ring};
use crate::source::demo::geometry::path::{Path, blob};
use crate::source::demo::geometry::vector::{Vector, at, drawn, sine};

/// Where the plan's corner is in Lambert-93: the plain of the Aude, north of Lézignan.
pub const CORNER: Vector = at(687_000.0, 6_239_500.0);

/// The church.
pub const CENTRE: Vector = at(3900.0, 2850.0);

/// Where the road to the north crosses the canal.
pub const CANAL_BRIDGE: Vector = at(3978.0, 3502.0);

/// The border follows streams and ridges, so it is nowhere straight for long.
pub fn outline() -> Area {
    Area::of(blob(
        &roughened(&drawn(&[
            (300.0, 700.0),
            (1150.0, 240.0),
            (1700.0, 420.0),
            (2450.0, 330.0),
            (3300.0, 130.0),
            (4100.0, 380.0),
            (4700.0, 260.0),
            (5400.0, 90.0),
            (6300.0, 420.0),
            (7100.0, 300.0),
            (7750.0, 900.0),
            (7480.0, 1500.0),
            (7560.0, 2200.0),
            (7930.0, 2900.0),
            (7640.0, 3500.0),
            (7700.0, 4200.0),
            (7900.0, 4750.0),
            (7300.0, 5150.0),
            (7000.0, 5650.0),
            (6300.0, 5350.0),
            (5700.0, 5500.0),
            (5000.0, 5900.0),
            (4450.0, 5640.0),
            (3900.0, 5760.0),
            (3100.0, 5900.0),
            (2450.0, 5480.0),
            (1900.0, 5560.0),
            (1000.0, 5750.0),
            (420.0, 5050.0),
            (560.0, 4400.0),
            (330.0, 3900.0),
            (480.0, 3300.0),
            (110.0, 2700.0),
            (470.0, 2050.0),
            (380.0, 1350.0),
        ])),
        40.0,
    ))
}

/// A hand draws too smoothly: halfway between its points others are set aside, twice.
fn roughened(points: &[Vector]) -> Vec<Vector> {
    let mut dice = Dice::of("outline");
    let mut points = points.to_vec();
    for part in [0.2, 0.13] {
        let nexts = points.iter().copied().cycle().skip(1);
        let pairs: Vec<(Vector, Vector)> = points.iter().copied().zip(nexts).collect();
        points = pairs
            .into_iter()
            .flat_map(|(a, b)| {
                let aside = (b - a).left() * dice.between(-part, part);
                [a, a.towards(b, dice.between(0.35, 0.65)) + aside]
            })
            .collect();
    }
    points
}

pub fn river() -> Path {
    Path::through(
        &drawn(&[
            (-200.0, 1900.0),
            (400.0, 1740.0),
            (800.0, 1930.0),
            (1180.0, 1730.0),
            (1400.0, 1380.0),
            (1800.0, 1300.0),
            (2050.0, 1620.0),
            (2400.0, 1780.0),
            (2760.0, 1560.0),
            (2950.0, 1240.0),
            (3400.0, 1160.0),
            (3720.0, 1420.0),
            (4080.0, 1590.0),
            (4440.0, 1420.0),
            (4620.0, 1120.0),
            (5050.0, 1010.0),
            (5400.0, 1260.0),
            (5760.0, 1440.0),
            (6150.0, 1260.0),
            (6450.0, 980.0),
            (6900.0, 960.0),
            (7200.0, 1260.0),
            (7600.0, 1390.0),
            (8200.0, 1250.0),
        ]),
        12.0,
    )
}

pub fn canal() -> Path {
    Path::through(
        &drawn(&[
            (-200.0, 4200.0),
            (500.0, 4060.0),
            (950.0, 3830.0),
            (1500.0, 3900.0),
            (2000.0, 3760.0),
            (2450.0, 3600.0),
            (2950.0, 3700.0),
            (3500.0, 3570.0),
            (4000.0, 3500.0),
            (4500.0, 3580.0),
            (4950.0, 3820.0),
            (5500.0, 3780.0),
            (6000.0, 3560.0),
            (6500.0, 3640.0),
            (7000.0, 3910.0),
            (7500.0, 3830.0),
            (8200.0, 4000.0),
        ]),
        14.0,
    )
}

pub fn railway() -> Path {
    Path::through(
        &drawn(&[
            (-200.0, 2420.0),
            (1000.0, 2210.0),
            (2200.0, 2080.0),
            (3200.0, 2090.0),
            (4200.0, 2160.0),
            (5200.0, 2150.0),
            (6300.0, 2080.0),
            (7200.0, 2160.0),
            (8200.0, 2350.0),
        ]),
        25.0,
    )
}

/// Brooks that come down from the hills, with their names.
pub fn brooks() -> Vec<(&'static str, Path)> {
    let brook = |name, list: &[(f64, f64)]| (name, Path::through(&drawn(list), 12.0));
    vec![
        brook(
            "Ruisseau de la Font d’Estève",
            &[
                (2650.0, 5300.0),
                (2700.0, 4950.0),
                (2560.0, 4600.0),
                (2680.0, 4300.0),
                (2570.0, 3980.0),
                (2640.0, 3690.0),
            ],
        ),
        brook(
            "Ruisseau de Rivassel",
            &[
                (5250.0, 5250.0),
                (5120.0, 4900.0),
                (5240.0, 4640.0),
                (5090.0, 4250.0),
                (5180.0, 3850.0),
            ],
        ),
        brook(
            "Rec de la Coste",
            &[
                (6900.0, 3400.0),
                (6640.0, 3080.0),
                (6560.0, 2600.0),
                (6680.0, 2250.0),
                (6500.0, 1750.0),
                (6580.0, 1350.0),
                (6430.0, 1010.0),
            ],
        ),
        brook(
            "Rec del Molin",
            &[
                (900.0, 3300.0),
                (1080.0, 2960.0),
                (980.0, 2600.0),
                (1120.0, 2250.0),
                (1010.0, 1880.0),
            ],
        ),
        brook(
            "Fossé de la Condamine",
            &[
                (2900.0, 2700.0),
                (2860.0, 2400.0),
                (2960.0, 2100.0),
                (2850.0, 1800.0),
                (2790.0, 1560.0),
            ],
        ),
    ]
}

/// How high and dry a place is, about 0 in the plain and above 1 where only garrigue and pines
/// grow.
pub fn height(p: Vector) -> f64 {
    let hill = |x: f64, y: f64, reach: f64, high: f64| {
        let near = 1.0 - p.distance(at(x, y)) / reach;
        high * near.max(0.0)
    };
    let north = ((p.y - 4150.0) / 900.0).clamp(0.0, 1.3);
    let roll = 0.22 * sine(p.x / 1370.0 + 0.1) + 0.2 * sine((p.x + 2.0 * p.y) / 1910.0);
    north
        + hill(950.0, 3350.0, 650.0, 1.5)
        + hill(1050.0, 900.0, 800.0, 1.5)
        + hill(7200.0, 3150.0, 700.0, 1.7)
        + hill(5900.0, 700.0, 500.0, 1.2)
        + if north > 0.0 { roll } else { roll * 0.4 }
}

/// An irregular round patch, as woods and scrub are.
pub fn patch(centre: Vector, radius: f64, dice: &mut Dice) -> Ring {
    let count = 9;
    let turn = dice.part();
    let stretch = dice.between(0.65, 1.0);
    let lean = Vector::of_turns(dice.part());
    let corners: Vec<Vector> = (0..count)
        .map(|i| {
            let d = Vector::of_turns(turn + f64::from(i) / f64::from(count));
            let d = d - lean * (d.dot(lean) * (1.0 - stretch));
            centre + d * (radius * dice.between(0.72, 1.2))
        })
        .collect();
    blob(&corners, 9.0)
}
