//! Which way a place lies on: an index of the ways' segments.

use super::ways::{Kind, Way};
use crate::source::demo::geometry::vector::Vector;

/// The width of its boxes, in metres.
const BOX: f64 = 25.0;
const COLUMNS: usize = 340;
const ROWS: usize = 260;
/// How far from a way's axis it is asked for: half of the widest and a little.
const REACH: f64 = 19.0;

/// A place on a way.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub way: usize,
    pub along: f64,
    /// Beyond the edge of the way's ground; negative within.
    pub beyond: f64,
    pub on_left: bool,
}

/// Segments by the boxes that they touch.
#[derive(Debug)]
pub struct Frontage {
    boxes: Vec<Vec<u32>>,
    segments: Vec<Segment>,
}

#[derive(Debug)]
struct Segment {
    way: usize,
    from: Vector,
    direction: Vector,
    length: f64,
    passed: f64,
    half_ground: f64,
}

impl Frontage {
    /// The ways that lots open on, with the circles at the ends of closes: not the railway, not the
    /// motorway.
    pub fn of(ways: &[Way], circles: &[(Vector, f64)]) -> Frontage {
        let mut frontage =
            Frontage { boxes: vec![Vec::new(); COLUMNS * ROWS], segments: Vec::new() };
        for (number, way) in ways.iter().enumerate() {
            if matches!(way.kind, Kind::Motorway | Kind::Railway | Kind::Towpath) {
                continue;
            }
            let mut passed = 0.0;
            for edge in way.path.0.windows(2) {
                frontage.add([edge[0], edge[1]], number, passed, way.kind.half_ground());
                passed += edge[0].distance(edge[1]);
            }
        }
        for &(centre, radius) in circles {
            let ends = ways.iter().enumerate().find(|(_, way)| way.path.0.last() == Some(&centre));
            if let Some((number, way)) = ends {
                let before = way.path.0[way.path.0.len() - 2];
                // The last centimetre of the close, as broad as the circle: it keeps its direction.
                let from = centre + (before - centre).unit() * 0.01;
                let passed = way.path.length() - 0.01;
                frontage.add([from, centre], number, passed, radius + 1.5);
            }
        }
        frontage
    }

    fn add(&mut self, [a, b]: [Vector; 2], way: usize, passed: f64, half_ground: f64) {
        let number = self.segments.len() as u32;
        let [west, east] = [a.x.min(b.x) - REACH, a.x.max(b.x) + REACH].map(|x| place(x, COLUMNS));
        let [south, north] = [a.y.min(b.y) - REACH, a.y.max(b.y) + REACH].map(|y| place(y, ROWS));
        for row in south..=north {
            for column in west..=east {
                self.boxes[row * COLUMNS + column].push(number);
            }
        }
        let (direction, length) = ((b - a).unit(), a.distance(b));
        self.segments.push(Segment { way, from: a, direction, length, passed, half_ground });
    }

    /// The way whose ground is nearest to a point, within reach.
    pub fn nearest(&self, point: Vector) -> Option<Place> {
        let here = &self.boxes[place(point.y, ROWS) * COLUMNS + place(point.x, COLUMNS)];
        let places = here.iter().map(|&number| {
            let segment = &self.segments[number as usize];
            let &Segment { from, direction, length, .. } = segment;
            let along = (point - from).dot(direction).clamp(0.0, length);
            let beyond = point.distance(from + direction * along) - segment.half_ground;
            let on_left = direction.cross(point - from) >= 0.0;
            Place { way: segment.way, along: segment.passed + along, beyond, on_left }
        });
        places.min_by(|a, b| a.beyond.total_cmp(&b.beyond))
    }

    /// The way on whose edge a point lies, if it does.
    pub fn at_edge(&self, point: Vector) -> Option<Place> {
        self.nearest(point).filter(|place| place.beyond < 0.9)
    }
}

fn place(metres: f64, count: usize) -> usize {
    ((metres / BOX).max(0.0) as usize).min(count - 1)
}
