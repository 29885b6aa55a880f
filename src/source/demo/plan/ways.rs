//! Everything that leads somewhere: roads, streets, paths, the railway. What kinds there are, how
//! broad they are and what stands on their signs; where they run is for `country`, `centre` and
//! `estates` to say.

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
