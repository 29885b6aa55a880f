//! The stadium: a football pitch within a running track, and two tennis courts, laid out as the
//! rules of these sports measure them.

use super::sites::stadium_ground;
use crate::source::demo::geometry::areas::Area;
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::{Vector, at};

/// Half of the pitch.
const PITCH: Vector = at(50.0, 32.0);
/// Radius of the centre circle and of the arcs before the penalty areas.
const CIRCLE: f64 = 9.15;
/// Penalty area and goal area: depth, half of the width.
const PENALTY: Vector = at(16.5, 20.16);
const GOAL: Vector = at(5.5, 9.16);
const PENALTY_SPOT: f64 = 11.0;

/// Half of the track's straights, and the radius of its inner edge: 400 m around.
const STRAIGHT: f64 = 42.195;
const BEND: f64 = 36.5;
const LANES: u32 = 6;
const LANE: f64 = 1.22;

/// Half of a tennis court, of the width that single players use, and from net to service line.
const COURT: Vector = at(11.885, 5.485);
const SINGLES: f64 = 4.115;
const SERVICE: f64 = 6.4;
/// Half of the ground that a court needs.
const COURT_GROUND: Vector = at(18.0, 9.0);
/// From the middle of the pitch to the middles of the courts, and to that of the stand.
const COURTS: [Vector; 2] = [at(-19.0, -58.0), at(19.0, -58.0)];
pub const STAND: f64 = 52.0;

/// The stadium.
#[derive(Debug)]
pub struct Stadium {
    /// The pitch with the track around it, then the pitch alone.
    pub track: Area,
    pub pitch: Area,
    pub courts: Vec<Area>,
    /// White lines.
    pub markings: Vec<Path>,
}

/// Where to lay it out: all is measured from the middle of the pitch, along it and across.
struct Field {
    middle: Vector,
    along: Vector,
}

/// Lays it out.
pub fn stadium() -> Stadium {
    let frame = Area::of(stadium_ground()).frame();
    let field = Field { middle: frame.point(0.5, 0.5), along: frame.along };
    let mut markings: Vec<Path> =
        (0..=LANES).map(|lane| field.oval(f64::from(lane) * LANE)).collect();
    field.mark_pitch(&mut markings);
    COURTS.iter().for_each(|court| field.mark_court(*court, &mut markings));
    Stadium {
        track: Area::of(field.oval(f64::from(LANES) * LANE).0),
        pitch: Area::of(field.oval(0.0).0),
        courts: COURTS.map(|court| Area::of(field.rectangle(court, COURT_GROUND).0)).into(),
        markings,
    }
}

impl Stadium {
    /// Whether nothing grows at a place: on the pitch, the track and the courts.
    pub fn is_kept_clear(&self, place: Vector) -> bool {
        self.courts.iter().chain([&self.track]).any(|area| area.contains(place))
    }
}

impl Field {
    fn place(&self, p: Vector) -> Vector {
        self.middle + self.along * p.x + self.along.left() * p.y
    }

    fn line(&self, points: &[Vector]) -> Path {
        Path(points.iter().map(|p| self.place(*p)).collect())
    }

    /// A closed line.
    fn rectangle(&self, middle: Vector, half: Vector) -> Path {
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        self.line(&corners.map(|(x, y)| middle + at(half.x * x, half.y * y)))
    }

    fn arc(&self, middle: Vector, from: f64, to: f64) -> Path {
        let turn = |i: i32| from + (to - from) * f64::from(i) / 24.0;
        let points = (0..=24).map(|i| middle + Vector::of_turns(turn(i)) * CIRCLE);
        self.line(&points.collect::<Vec<_>>())
    }

    /// The inner edge of the track or a line so far outside of it; closed.
    fn oval(&self, out: f64) -> Path {
        let half = |end: f64, start: f64| {
            (0..=20).map(move |i| {
                at(end, 0.0) + Vector::of_turns(start + f64::from(i) / 40.0) * (BEND + out)
            })
        };
        let points = half(STRAIGHT, -0.25).chain(half(-STRAIGHT, 0.25));
        let first = at(STRAIGHT, -BEND - out);
        self.line(&points.chain([first]).collect::<Vec<_>>())
    }

    fn mark_pitch(&self, markings: &mut Vec<Path>) {
        markings.push(self.rectangle(at(0.0, 0.0), PITCH));
        markings.push(self.line(&[at(0.0, -PITCH.y), at(0.0, PITCH.y)]));
        markings.push(self.arc(at(0.0, 0.0), 0.0, 1.0));
        for (end, inwards) in [(-1.0, 0.0), (1.0, 0.5)] {
            for area in [PENALTY, GOAL] {
                let middle = at(end * (PITCH.x - area.x / 2.0), 0.0);
                markings.push(self.rectangle(middle, at(area.x / 2.0, area.y)));
            }
            // What of the circle around the spot lies outside of the penalty area: 106° of it.
            let spot = at(end * (PITCH.x - PENALTY_SPOT), 0.0);
            markings.push(self.arc(spot, inwards - 0.1474, inwards + 0.1474));
        }
    }

    fn mark_court(&self, middle: Vector, markings: &mut Vec<Path>) {
        markings.push(self.rectangle(middle, COURT));
        markings.push(self.rectangle(middle, at(COURT.x, SINGLES)));
        markings.push(self.rectangle(middle, at(SERVICE, SINGLES)));
        markings.push(self.line(&[middle - at(SERVICE, 0.0), middle + at(SERVICE, 0.0)]));
        markings.push(self.line(&[middle - at(0.0, COURT.y), middle + at(0.0, COURT.y)]));
    }
}
