//! Everything that leads somewhere: roads, streets, paths, the railway. The roads of the country
//! are drawn by hand; those of the town are made in `centre` and `estates`.

use super::land::CENTRE;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::{Vector, at, sine};

/// What kind of way it is: how wide, and what stands along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Motorway,
    Departmental,
    Boulevard,
    /// Of the old centre.
    Lane,
    Street,
    /// Of a housing estate.
    Close,
    /// Of the business park.
    Access,
    CountryRoad,
    Track,
    Towpath,
    Railway,
}

impl Kind {
    /// Half of its ground, from wall to wall.
    pub fn half_ground(self) -> f64 {
        match self {
            Kind::Motorway => 17.0,
            Kind::Departmental => 6.5,
            Kind::Boulevard => 10.0,
            Kind::Lane => 2.6,
            Kind::Street => 5.0,
            Kind::Close => 4.5,
            Kind::Access => 7.0,
            Kind::CountryRoad => 3.6,
            Kind::Track => 2.0,
            Kind::Towpath => 2.0,
            Kind::Railway => 8.0,
        }
    }

    /// Half of its carriageway, from kerb to kerb.
    pub fn half_carriageway(self) -> f64 {
        match self {
            Kind::Motorway => 13.0,
            Kind::Departmental => 3.5,
            Kind::Boulevard => 4.2,
            Kind::Lane => 1.7,
            Kind::Street => 3.0,
            Kind::Close => 2.75,
            Kind::Access => 4.0,
            Kind::CountryRoad => 2.5,
            Kind::Track | Kind::Towpath => 1.5,
            Kind::Railway => 0.0,
        }
    }

    pub fn importance(self) -> i64 {
        match self {
            Kind::Motorway => 1,
            Kind::Railway => 2,
            Kind::Departmental => 3,
            Kind::Boulevard => 4,
            Kind::Lane | Kind::Street | Kind::Close | Kind::Access | Kind::CountryRoad => 5,
            Kind::Track | Kind::Towpath => 6,
        }
    }

    pub fn nature(self) -> &'static str {
        match self {
            Kind::Motorway | Kind::Departmental => "route",
            Kind::Boulevard | Kind::Lane | Kind::Street | Kind::Close | Kind::Access => "rue",
            Kind::CountryRoad => "chemin",
            Kind::Track => "piste",
            Kind::Towpath => "halage",
            Kind::Railway => "voie ferrée",
        }
    }

    /// Whether it has kerbs and pavements where it runs through the town.
    pub fn has_kerbs(self) -> bool {
        !matches!(self, Kind::Motorway | Kind::Track | Kind::Towpath | Kind::Railway)
    }
}

/// A way.
#[derive(Clone, Debug)]
pub struct Way {
    pub name: String,
    /// As on its signs: D 118.
    pub number: Option<&'static str>,
    pub kind: Kind,
    pub path: Path,
}

/// The place of the railway among the ways.
pub const RAILWAY: usize = 0;

/// The gates of the old town: the turn from east at which each main road leaves the boulevard.
pub const GATES: [f64; 8] = [0.0, 0.115, 0.255, 0.385, 0.505, 0.62, 0.745, 0.875];

/// A point of the town by its distance from the church and its turn from east. The rings bulge,
/// as walls did that followed the ground.
pub fn around(radius: f64, turns: f64) -> Vector {
    let bulge = 0.06 * sine(2.0 * turns + 0.35)
        + 0.045 * sine(3.0 * turns + 0.1)
        + 0.02 * sine(5.0 * turns + 0.7);
    let outwards = (radius / 420.0).min(1.2);
    let stretch = 1.0 + 0.14 * outwards * sine(2.0 * turns + 0.25);
    let sway = at(14.0 * sine(radius / 330.0 + turns), 12.0 * sine(radius / 290.0 + 0.3));
    CENTRE + Vector::of_turns(turns) * (radius * (1.0 + bulge) * stretch) + sway * outwards
}

/// Roads, lanes and the railway outside the town, those first that others end at.
pub fn country(railway: Path, canal: &Path) -> Vec<Way> {
    let mut ways = vec![Way {
        name: "Ligne de Bordeaux à Sète".to_owned(),
        number: None,
        kind: Kind::Railway,
        path: railway,
    }];
    let mut add = |name: &str, number, kind, gate: Option<usize>, list: &[(f64, f64)]| {
        let mut points: Vec<Vector> = Vec::new();
        if let Some(gate) = gate {
            points.extend([196.0, 300.0, 410.0].map(|radius| around(radius, GATES[gate])));
        }
        points.extend(list.iter().map(|&(x, y)| at(x, y)));
        if matches!(kind, Kind::CountryRoad | Kind::Track) && gate.is_none() {
            let last = points.len() - 1;
            points[0] = joined(&ways, points[0]);
            points[last] = joined(&ways, points[last]);
        }
        ways.push(Way { name: name.to_owned(), number, kind, path: Path::through(&points, 10.0) });
    };
    add(
        "Autoroute des Deux Mers",
        Some("A 61"),
        Kind::Motorway,
        None,
        &[
            (-200.0, 560.0),
            (1500.0, 740.0),
            (3000.0, 640.0),
            (4500.0, 690.0),
            (6000.0, 600.0),
            (8200.0, 820.0),
        ],
    );
    let d = Kind::Departmental;
    add(
        "Avenue de Narbonne",
        Some("D 611"),
        d,
        Some(0),
        &[(4640.0, 2830.0), (5250.0, 2900.0), (6000.0, 2790.0), (7000.0, 2900.0), (8200.0, 2700.0)],
    );
    add(
        "Avenue de Carcassonne",
        Some("D 611"),
        d,
        Some(4),
        &[(3100.0, 2830.0), (2300.0, 2910.0), (1500.0, 2780.0), (700.0, 2900.0), (-200.0, 2900.0)],
    );
    add(
        "Avenue du Minervois",
        Some("D 118"),
        d,
        Some(2),
        &[
            (3930.0, 3380.0),
            (3985.0, 3520.0),
            (4060.0, 3900.0),
            (3920.0, 4450.0),
            (4100.0, 5000.0),
            (3950.0, 5500.0),
            (4050.0, 6200.0),
        ],
    );
    add(
        "Avenue des Corbières",
        Some("D 118"),
        d,
        Some(6),
        &[
            (3830.0, 2130.0),
            (3760.0, 1800.0),
            (3650.0, 1330.0),
            (3720.0, 950.0),
            (3640.0, 640.0),
            (3700.0, -100.0),
        ],
    );
    let c = Kind::CountryRoad;
    add(
        "Route d’Olonzac",
        Some("D 67"),
        d,
        Some(3),
        &[
            (3250.0, 3330.0),
            (2930.0, 3500.0),
            (2760.0, 3680.0),
            (2400.0, 4200.0),
            (1700.0, 4700.0),
            (1000.0, 5150.0),
            (300.0, 5500.0),
        ],
    );
    add(
        "Route de Paraza",
        Some("D 67"),
        d,
        Some(1),
        &[
            (4600.0, 3230.0),
            (5000.0, 3480.0),
            (5300.0, 3810.0),
            (5700.0, 4300.0),
            (6400.0, 4680.0),
            (7200.0, 4800.0),
            (8200.0, 4600.0),
        ],
    );
    add(
        "Chemin de la Garrigue",
        None,
        c,
        Some(5),
        &[
            (3240.0, 2480.0),
            (2780.0, 2200.0),
            (2560.0, 2080.0),
            (2230.0, 1720.0),
            (1900.0, 1150.0),
            (1600.0, 740.0),
            (1450.0, 100.0),
        ],
    );
    add(
        "Chemin de Ferrals",
        None,
        c,
        Some(7),
        &[
            (4560.0, 2420.0),
            (4870.0, 2160.0),
            (5240.0, 1800.0),
            (5440.0, 1300.0),
            (5500.0, 1000.0),
            (5700.0, 620.0),
            (5800.0, -100.0),
        ],
    );

    add(
        "Chemin de Capelle",
        None,
        c,
        None,
        &[(1500.0, 2780.0), (1560.0, 3300.0), (1500.0, 3900.0), (1340.0, 4300.0), (1460.0, 4850.0)],
    );
    add(
        "Chemin des Aubes",
        None,
        c,
        None,
        &[(6000.0, 2790.0), (6130.0, 3200.0), (6250.0, 3590.0), (6130.0, 4050.0), (6300.0, 4640.0)],
    );
    add(
        "Chemin du Pech",
        None,
        c,
        None,
        &[(700.0, 2900.0), (620.0, 3300.0), (900.0, 3650.0), (1350.0, 3480.0), (1540.0, 3350.0)],
    );
    add(
        "Chemin de la Condamine",
        None,
        c,
        None,
        &[(2300.0, 2910.0), (2330.0, 3250.0), (2700.0, 3400.0), (2960.0, 3480.0)],
    );
    add(
        "Chemin du Moulin",
        None,
        c,
        None,
        &[
            (1480.0, 2780.0),
            (1340.0, 2480.0),
            (1420.0, 2160.0),
            (1330.0, 1900.0),
            (1500.0, 1600.0),
            (1900.0, 1150.0),
        ],
    );
    add(
        "Chemin de la Plaine",
        None,
        c,
        None,
        &[(2310.0, 2900.0), (2240.0, 2500.0), (2330.0, 2200.0), (2600.0, 2100.0)],
    );
    add(
        "Chemin de Fontcouverte",
        None,
        c,
        None,
        &[
            (5260.0, 1780.0),
            (5800.0, 1840.0),
            (6300.0, 1640.0),
            (6900.0, 1740.0),
            (7400.0, 1800.0),
            (8000.0, 1720.0),
        ],
    );
    add(
        "Chemin des Vignals",
        None,
        c,
        None,
        &[(5250.0, 2900.0), (5180.0, 3200.0), (5040.0, 3490.0)],
    );
    add(
        "Chemin de la Serre",
        None,
        c,
        None,
        &[(3930.0, 4450.0), (4300.0, 4280.0), (4800.0, 4460.0), (5300.0, 4400.0), (5700.0, 4300.0)],
    );
    add(
        "Chemin de Roquefère",
        None,
        c,
        None,
        &[(4090.0, 5000.0), (3500.0, 4900.0), (3000.0, 4560.0), (2400.0, 4220.0)],
    );
    add(
        "Chemin du Bosc",
        None,
        c,
        None,
        &[(1700.0, 4700.0), (2150.0, 5050.0), (2500.0, 5080.0), (3100.0, 5350.0), (3950.0, 5500.0)],
    );
    add(
        "Chemin de la Ribière",
        None,
        c,
        None,
        &[(3710.0, 950.0), (3250.0, 940.0), (2650.0, 1060.0), (1900.0, 1140.0)],
    );
    add(
        "Chemin de Sainte-Eulalie",
        None,
        c,
        None,
        &[(3720.0, 940.0), (4200.0, 1010.0), (4900.0, 860.0), (5500.0, 990.0)],
    );
    add(
        "Chemin de la Gardie",
        None,
        c,
        None,
        &[(7000.0, 2900.0), (7060.0, 2500.0), (6980.0, 2130.0), (6900.0, 1740.0)],
    );
    add(
        "Chemin de la Coste",
        None,
        c,
        None,
        &[(1860.0, 1080.0), (1300.0, 1040.0), (820.0, 1250.0), (300.0, 1150.0)],
    );
    add(
        "Chemin de Montplaisir",
        None,
        c,
        None,
        &[(6300.0, 4640.0), (6050.0, 5050.0), (5500.0, 5150.0), (4900.0, 5250.0), (4090.0, 5020.0)],
    );
    add(
        "Chemin du Roc",
        None,
        c,
        None,
        &[(7000.0, 2900.0), (7350.0, 3200.0), (7250.0, 3600.0), (6800.0, 3650.0), (6250.0, 3300.0)],
    );
    add(
        "Chemin des Olivettes",
        None,
        c,
        None,
        &[(3960.0, 4350.0), (3600.0, 4200.0), (3300.0, 3950.0), (2800.0, 3750.0)],
    );
    add(
        "Chemin des Horts",
        None,
        c,
        None,
        &[(3760.0, 1800.0), (4200.0, 1900.0), (4700.0, 1780.0), (5250.0, 1800.0)],
    );
    let t = Kind::Track;
    add(
        "Piste de la Garrigue Haute",
        None,
        t,
        None,
        &[(1700.0, 4700.0), (1420.0, 5080.0), (1150.0, 5350.0), (700.0, 5250.0)],
    );
    add(
        "Piste de Mont Escur",
        None,
        t,
        None,
        &[(3100.0, 5350.0), (3250.0, 5150.0), (3560.0, 5180.0), (3760.0, 4930.0)],
    );
    add(
        "Piste de la Pinède",
        None,
        t,
        None,
        &[(6050.0, 5050.0), (6400.0, 5150.0), (6750.0, 5000.0), (6900.0, 4760.0)],
    );
    add(
        "Piste de Puech Redon",
        None,
        t,
        None,
        &[(1300.0, 1040.0), (1180.0, 800.0), (900.0, 780.0), (760.0, 1240.0)],
    );
    add(
        "Piste du Roc",
        None,
        t,
        None,
        &[(7350.0, 3200.0), (7180.0, 3100.0), (7060.0, 3180.0), (6900.0, 3080.0)],
    );
    for (name, left) in [("Chemin de halage", -14.5), ("Chemin de contre-halage", 14.5)] {
        let (name, path) = (name.to_owned(), canal.offset(left));
        ways.push(Way { name, number: None, kind: Kind::Towpath, path });
    }
    ways
}

/// The nearest point of a road, where one is near: lanes begin and end on roads.
pub fn joined(ways: &[Way], point: Vector) -> Vector {
    let roads = ways.iter().filter(|way| way.kind != Kind::Railway);
    let nearest = roads
        .map(|way| (way, way.path.nearest(point)))
        .min_by(|a, b| a.1.distance.total_cmp(&b.1.distance));
    match nearest {
        Some((way, nearest)) if nearest.distance < 120.0 => way.path.point(nearest.along),
        _ => point,
    }
}
