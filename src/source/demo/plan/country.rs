//! The roads of the country, drawn by hand: the motorway, the roads that leave the town by its
//! gates, lanes between them, tracks on the hills; with the railway and the towpaths.

use super::canal::{Canal, Side};
use super::centre::EDGE;
use super::ways::{GATES, Kind, Way, around, joined};
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::{Vector, drawn};

/// Points of a way, in metres to the east and to the north.
type Line = &'static [(f64, f64)];

const MOTORWAY: Line = &[
    (-200.0, 560.0),
    (1500.0, 740.0),
    (3000.0, 640.0),
    (4500.0, 690.0),
    (6000.0, 600.0),
    (8200.0, 820.0),
];

/// Name, number, kind, gate; and how it goes on from there.
const MAIN_ROADS: [(&str, Option<&str>, Kind, usize, Line); 8] = [
    (
        "Avenue de Narbonne",
        Some("D 611"),
        Kind::Departmental,
        0,
        &[(4640.0, 2830.0), (5250.0, 2900.0), (6000.0, 2790.0), (7000.0, 2900.0), (8200.0, 2700.0)],
    ),
    (
        "Avenue de Carcassonne",
        Some("D 611"),
        Kind::Departmental,
        4,
        &[(3100.0, 2830.0), (2300.0, 2910.0), (1500.0, 2780.0), (700.0, 2900.0), (-200.0, 2900.0)],
    ),
    (
        "Avenue du Minervois",
        Some("D 118"),
        Kind::Departmental,
        2,
        &[
            (3930.0, 3380.0),
            (3985.0, 3520.0),
            (4060.0, 3900.0),
            (3920.0, 4450.0),
            (4100.0, 5000.0),
            (3950.0, 5500.0),
            (4050.0, 6200.0),
        ],
    ),
    (
        "Avenue des Corbières",
        Some("D 118"),
        Kind::Departmental,
        6,
        &[
            (3830.0, 2130.0),
            (3760.0, 1800.0),
            (3650.0, 1330.0),
            (3720.0, 950.0),
            (3640.0, 640.0),
            (3700.0, -100.0),
        ],
    ),
    (
        "Route d’Olonzac",
        Some("D 67"),
        Kind::Departmental,
        3,
        &[
            (3250.0, 3330.0),
            (2930.0, 3500.0),
            (2760.0, 3680.0),
            (2400.0, 4200.0),
            (1700.0, 4700.0),
            (1000.0, 5150.0),
            (300.0, 5500.0),
        ],
    ),
    (
        "Route de Paraza",
        Some("D 67"),
        Kind::Departmental,
        1,
        &[
            (4600.0, 3230.0),
            (5000.0, 3480.0),
            (5300.0, 3810.0),
            (5700.0, 4300.0),
            (6400.0, 4680.0),
            (7200.0, 4800.0),
            (8200.0, 4600.0),
        ],
    ),
    (
        "Chemin de la Garrigue",
        None,
        Kind::CountryRoad,
        5,
        &[
            (3240.0, 2480.0),
            (2780.0, 2200.0),
            (2560.0, 2080.0),
            (2230.0, 1720.0),
            (1900.0, 1150.0),
            (1600.0, 740.0),
            (1450.0, 100.0),
        ],
    ),
    (
        "Chemin de Ferrals",
        None,
        Kind::CountryRoad,
        7,
        &[
            (4560.0, 2420.0),
            (4870.0, 2160.0),
            (5240.0, 1800.0),
            (5440.0, 1300.0),
            (5500.0, 1000.0),
            (5700.0, 620.0),
            (5800.0, -100.0),
        ],
    ),
];

/// They begin and end on the roads before them.
const LANES: [(&str, Line); 19] = [
    (
        "Chemin de Capelle",
        &[(1500.0, 2780.0), (1560.0, 3300.0), (1500.0, 3900.0), (1340.0, 4300.0), (1460.0, 4850.0)],
    ),
    (
        "Chemin des Aubes",
        &[(6000.0, 2790.0), (6130.0, 3200.0), (6250.0, 3590.0), (6130.0, 4050.0), (6300.0, 4640.0)],
    ),
    (
        "Chemin du Pech",
        &[(700.0, 2900.0), (620.0, 3300.0), (900.0, 3650.0), (1350.0, 3480.0), (1540.0, 3350.0)],
    ),
    (
        "Chemin de la Condamine",
        &[(2300.0, 2910.0), (2330.0, 3250.0), (2700.0, 3400.0), (2960.0, 3480.0)],
    ),
    (
        "Chemin du Moulin",
        &[
            (1480.0, 2780.0),
            (1340.0, 2480.0),
            (1420.0, 2160.0),
            (1330.0, 1900.0),
            (1500.0, 1600.0),
            (1900.0, 1150.0),
        ],
    ),
    (
        "Chemin de la Plaine",
        &[(2310.0, 2900.0), (2240.0, 2500.0), (2330.0, 2200.0), (2600.0, 2100.0)],
    ),
    (
        "Chemin de Fontcouverte",
        &[
            (5260.0, 1780.0),
            (5800.0, 1840.0),
            (6300.0, 1640.0),
            (6900.0, 1740.0),
            (7400.0, 1800.0),
            (8000.0, 1720.0),
        ],
    ),
    ("Chemin des Vignals", &[(5250.0, 2900.0), (5180.0, 3200.0), (5040.0, 3490.0)]),
    (
        "Chemin de la Serre",
        &[(3930.0, 4450.0), (4300.0, 4280.0), (4800.0, 4460.0), (5300.0, 4400.0), (5700.0, 4300.0)],
    ),
    (
        "Chemin de Roquefère",
        &[(4090.0, 5000.0), (3500.0, 4900.0), (3000.0, 4560.0), (2400.0, 4220.0)],
    ),
    (
        "Chemin du Bosc",
        &[(1700.0, 4700.0), (2150.0, 5050.0), (2500.0, 5080.0), (3100.0, 5350.0), (3950.0, 5500.0)],
    ),
    (
        "Chemin de la Ribière",
        &[(3710.0, 950.0), (3250.0, 940.0), (2650.0, 1060.0), (1900.0, 1140.0)],
    ),
    (
        "Chemin de Sainte-Eulalie",
        &[(3720.0, 940.0), (4200.0, 1010.0), (4900.0, 860.0), (5500.0, 990.0)],
    ),
    (
        "Chemin de la Gardie",
        &[(7000.0, 2900.0), (7060.0, 2500.0), (6980.0, 2130.0), (6900.0, 1740.0)],
    ),
    ("Chemin de la Coste", &[(1860.0, 1080.0), (1300.0, 1040.0), (820.0, 1250.0), (300.0, 1150.0)]),
    (
        "Chemin de Montplaisir",
        &[(6300.0, 4640.0), (6050.0, 5050.0), (5500.0, 5150.0), (4900.0, 5250.0), (4090.0, 5020.0)],
    ),
    (
        "Chemin du Roc",
        &[(7000.0, 2900.0), (7350.0, 3200.0), (7250.0, 3600.0), (6800.0, 3650.0), (6250.0, 3300.0)],
    ),
    (
        "Chemin des Olivettes",
        &[(3960.0, 4350.0), (3600.0, 4200.0), (3300.0, 3950.0), (2800.0, 3750.0)],
    ),
    ("Chemin des Horts", &[(3760.0, 1800.0), (4200.0, 1900.0), (4700.0, 1780.0), (5250.0, 1800.0)]),
];

const TRACKS: [(&str, Line); 5] = [
    (
        "Piste de la Garrigue Haute",
        &[(1700.0, 4700.0), (1420.0, 5080.0), (1150.0, 5350.0), (700.0, 5250.0)],
    ),
    (
        "Piste de Mont Escur",
        &[(3100.0, 5350.0), (3250.0, 5150.0), (3560.0, 5180.0), (3760.0, 4930.0)],
    ),
    (
        "Piste de la Pinède",
        &[(6050.0, 5050.0), (6400.0, 5150.0), (6750.0, 5000.0), (6900.0, 4760.0)],
    ),
    ("Piste de Puech Redon", &[(1300.0, 1040.0), (1180.0, 800.0), (900.0, 780.0), (760.0, 1240.0)]),
    ("Piste du Roc", &[(7350.0, 3200.0), (7180.0, 3100.0), (7060.0, 3180.0), (6900.0, 3080.0)]),
];

/// Ways outside the town, those first that others end at.
pub fn ways(railway: Path, canal: &Canal) -> Vec<Way> {
    let way = |name: &str, number, kind, path| Way { name: name.to_owned(), number, kind, path };
    let mut ways = vec![
        way("Ligne de Bordeaux à Sète", None, Kind::Railway, railway),
        way("Autoroute des Deux Mers", Some("A 61"), Kind::Motorway, smooth(&drawn(MOTORWAY))),
    ];
    for (name, number, kind, gate, line) in MAIN_ROADS {
        // Through the faubourgs it is one of their rays.
        let start = [196.0, 300.0, 410.0].map(|radius| around(radius, GATES[gate]));
        let mut path = smooth(&[&start, drawn(line).as_slice()].concat());
        if kind == Kind::CountryRoad {
            // A lane is a street as long as there are houses.
            let houses = path.nearest(around(EDGE, GATES[gate])).along;
            let street = name.replacen("Chemin", "Rue", 1);
            ways.push(way(&street, None, Kind::Street, path.stretch(0.0, houses)));
            path = path.stretch(houses, path.length());
        }
        ways.push(way(name, number, kind, path));
    }
    let lanes = LANES.map(|(name, line)| (name, Kind::CountryRoad, line));
    let tracks = TRACKS.map(|(name, line)| (name, Kind::Track, line));
    for (name, kind, line) in lanes.into_iter().chain(tracks) {
        let mut points = drawn(line);
        let last = points.len() - 1;
        points[0] = joined(&ways, points[0]);
        points[last] = joined(&ways, points[last]);
        ways.push(way(name, None, kind, smooth(&points)));
    }
    for (name, side) in [("Chemin de halage", Side::Right), ("Chemin de contre-halage", Side::Left)]
    {
        ways.push(way(name, None, Kind::Towpath, canal.towpath(side)));
    }
    ways
}

fn smooth(points: &[Vector]) -> Path {
    Path::through(points, 10.0)
}
