//! A line → triangles: along each segment two, at its turns and ends those that joins and caps are made
//! of. The same triangles as MapLibre GL makes, since it is they that a translucent line, a dash or
//! a gradient show at a turn.
//!
//! A vertex lies on the line; how far it is pushed away from there (`extrude`, in half widths) is
//! applied when the line is drawn, since tiles are measured in units and widths in pixels.

use super::turn::{Corner, Turn, Turns, distance, normal, scaled, towards};
use crate::render::view::{EXTENT, TILE_SIZE};
use crate::style::layer::choice::Cap;

/// Turns sharper than this (half of 75°) get extra vertices, so that a dash leans near them only.
const SHARP: f64 = 0.793_353_340_291_235_2;
/// How far from such a turn those are, in pixels of CSS.
const SHARP_OFFSET: f64 = 15.0;
/// Beyond this overzooming none are added.
const SHARP_OVERZOOM: u8 = 4;
/// Degrees of a round join that a triangle covers.
const DEGREES: f64 = 20.0;
/// Where a line that is not measured as a whole begins to be measured anew, in units of its tile, and
/// the steps in which it is: both are what MapLibre's vertices have room for, and so where its dashes
/// lie.
const LONGEST: f64 = 16_384.0;
const STEP: f64 = 2.0;

/// A corner of triangles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// On the line, in units of the tile.
    pub at: [f64; 2],
    /// Which way it is pushed, in half widths.
    pub extrude: [f64; 2],
    /// How far along the line it is, in units of the tile.
    pub along: f64,
    /// On which side: -1 on the left, 1 on the right.
    pub side: f64,
    /// Whether it is a corner of a round cap.
    pub is_round: bool,
    /// Whether it is pushed backwards (-1) or forwards (1), too.
    pub ahead: f64,
}

/// Triangles; keeps its memory between lines.
#[derive(Debug, Default)]
pub struct Mesh {
    /// Their corners.
    pub vertices: Vec<Vertex>,
    /// The numbers of their corners.
    pub triangles: Vec<[u32; 3]>,
    points: Vec<[f64; 2]>,
    /// The last vertex on each side.
    left: Option<u32>,
    right: Option<u32>,
    along: f64,
    is_measured: bool,
}

impl Mesh {
    /// Makes a line's triangles, in the place of what was there.
    pub fn build(&mut self, line: &[[f64; 2]], turns: &Turns) {
        self.vertices.clear();
        self.triangles.clear();
        (self.left, self.right, self.along) = (None, None, 0.0);
        self.is_measured = turns.is_measured;
        let mut points = std::mem::take(&mut self.points);
        points.clear();
        points.extend_from_slice(line);
        points.dedup();
        if points.len() >= if turns.is_ring { 3 } else { 2 } {
            self.line(&points, turns);
        }
        self.points = points;
    }

    /// How long the line is, if it is measured.
    pub fn length(&self) -> f64 {
        self.along
    }

    fn line(&mut self, points: &[[f64; 2]], turns: &Turns) {
        let last = points.len() - 1;
        let sharp_offset = if turns.overzoom <= SHARP_OVERZOOM {
            SHARP_OFFSET * EXTENT / (TILE_SIZE * f64::from(turns.overzoom).exp2())
        } else {
            0.0
        };
        let mut before = turns.is_ring.then(|| points[last - 1]);
        let mut from_before = before.map(|before| normal(before, points[0]));
        for (index, &point) in points.iter().enumerate() {
            let after = match points.get(index + 1) {
                Some(after) => Some(*after),
                None => turns.is_ring.then(|| points[1]),
            };
            let to_after = after.map(|after| normal(point, after));
            let (Some(incoming), Some(outgoing)) =
                (from_before.or(to_after), to_after.or(from_before))
            else {
                return;
            };
            let turn = Turn::new(incoming, outgoing);
            let is_sharp = turn.cos_half < SHARP && before.is_some() && after.is_some();
            if let Some(previous) = before.filter(|_| is_sharp && index > 0)
                && distance(point, previous) > 2.0 * sharp_offset
            {
                let extra = towards(point, previous, sharp_offset);
                self.along += distance(previous, extra);
                self.pair(extra, incoming, 0.0, 0.0, false);
                before = Some(extra);
            }
            if let Some(previous) = before {
                self.along += distance(previous, point);
            }
            self.corner(point, before.is_some(), after.is_some(), &turn, turns);
            before = Some(point);
            if let Some(next) = after.filter(|_| is_sharp && index < last)
                && distance(point, next) > 2.0 * sharp_offset
            {
                let extra = towards(point, next, sharp_offset);
                self.along += distance(point, extra);
                self.pair(extra, outgoing, 0.0, 0.0, false);
                before = Some(extra);
            }
            from_before = to_after;
        }
    }

    fn corner(
        &mut self,
        point: [f64; 2],
        has_before: bool,
        has_after: bool,
        turn: &Turn,
        turns: &Turns,
    ) {
        let kind = if has_before && has_after {
            turn.join(turns)
        } else if turns.is_ring {
            Corner::Butt
        } else {
            match turns.cap {
                Cap::Butt => Corner::Butt,
                Cap::Round => Corner::Round,
                Cap::Square => Corner::Square,
            }
        };
        let Turn { incoming, outgoing, middle, miter, .. } = *turn;
        match kind {
            Corner::Miter => self.pair(point, scaled(middle, miter), 0.0, 0.0, false),
            Corner::Butt => self.pair(point, middle, 0.0, 0.0, false),
            Corner::Square => {
                let ahead = if has_before { 1.0 } else { -1.0 };
                self.pair(point, middle, ahead, ahead, false);
            }
            Corner::FlippedBevel => {
                let flipped = turn.flipped();
                self.pair(point, flipped, 0.0, 0.0, false);
                self.pair(point, scaled(flipped, -1.0), 0.0, 0.0, false);
            }
            Corner::Bevel | Corner::Fan => {
                // The inner side goes back to where both meet.
                let back = -(miter * miter - 1.0).max(0.0).sqrt();
                let (left, right) = if turn.is_left() { (back, 0.0) } else { (0.0, back) };
                if has_before {
                    self.pair(point, incoming, left, right, false);
                }
                if kind == Corner::Fan {
                    self.fan(point, turn);
                }
                if has_after {
                    self.pair(point, outgoing, -left, -right, false);
                }
            }
            Corner::Round => {
                if has_before {
                    self.pair(point, incoming, 0.0, 0.0, false);
                    self.pair(point, incoming, 1.0, 1.0, true);
                }
                if has_after {
                    self.pair(point, outgoing, -1.0, -1.0, true);
                    self.pair(point, outgoing, 0.0, 0.0, false);
                }
            }
        }
    }

    /// The outer side of a turn, round as far as triangles are.
    fn fan(&mut self, point: [f64; 2], turn: &Turn) {
        let angle = 2.0 * (2.0 - 2.0 * turn.cos_half).max(0.0).sqrt();
        let count = (angle.to_degrees() / DEGREES).round() as u32;
        let outwards = if turn.is_left() { -1.0 } else { 1.0 };
        let (from, to) = (turn.incoming[1].atan2(turn.incoming[0]), turn.angle());
        for step in 1..count {
            let (sin, cos) = (from + to * f64::from(step) / f64::from(count)).sin_cos();
            let side = if turn.is_left() { 1.0 } else { -1.0 };
            self.half(point, [cos * outwards, sin * outwards], side, 0.0, false);
        }
    }

    /// Adds a vertex on each side, each pushed forwards by so many half widths.
    fn pair(
        &mut self,
        at: [f64; 2],
        [x, y]: [f64; 2],
        left_ahead: f64,
        right_ahead: f64,
        is_round: bool,
    ) {
        let left = [x + y * left_ahead, y - x * left_ahead];
        let right = [-x + y * right_ahead, -y - x * right_ahead];
        self.half(at, left, -1.0, left_ahead, is_round);
        self.half(at, right, 1.0, -right_ahead, is_round);
        if self.along > LONGEST && !self.is_measured {
            self.along = 0.0;
            self.pair(at, [x, y], left_ahead, right_ahead, is_round);
        }
    }

    fn half(&mut self, at: [f64; 2], extrude: [f64; 2], side: f64, ahead: f64, is_round: bool) {
        let number = self.vertices.len() as u32;
        let along = if self.is_measured { self.along } else { (self.along / STEP).floor() * STEP };
        let ahead = if ahead == 0.0 { 0.0 } else { ahead.signum() };
        self.vertices.push(Vertex { at, extrude, along, side, is_round, ahead });
        if let (Some(left), Some(right)) = (self.left, self.right) {
            self.triangles.push([left, number, right]);
        }
        if side > 0.0 {
            self.right = Some(number);
        } else {
            self.left = Some(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::layer::choice::Join;

    fn mesh(line: &[[f64; 2]], join: Join, cap: Cap) -> Mesh {
        let mut mesh = Mesh::default();
        let turns = Turns {
            join,
            cap,
            miter_limit: 2.0,
            round_limit: 1.05,
            is_ring: line.len() > 2 && line.first() == line.last(),
            overzoom: 0,
            is_measured: true,
        };
        mesh.build(line, &turns);
        mesh
    }

    #[test]
    fn a_straight_line_is_two_triangles_and_as_long_as_it_is() {
        let mesh = mesh(&[[0.0, 0.0], [0.0, 0.0], [30.0, 40.0]], Join::Miter, Cap::Butt);
        assert_eq!((mesh.triangles.len(), mesh.length()), (2, 50.0));
    }

    #[test]
    fn a_miter_reaches_where_both_sides_meet_and_a_sharp_one_is_cut_off() {
        let square = mesh(&[[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]], Join::Miter, Cap::Butt);
        let corner = square.vertices[2].extrude;
        assert!((corner[0].abs() - 1.0).abs() < 1e-9 && (corner[1].abs() - 1.0).abs() < 1e-9);
        let sharp = mesh(&[[0.0, 0.0], [100.0, 0.0], [0.0, 10.0]], Join::Miter, Cap::Butt);
        assert!(sharp.vertices.iter().all(|v| v.extrude[0].hypot(v.extrude[1]) < 2.1));
    }

    #[test]
    fn what_has_no_length_draws_nothing() {
        assert!(mesh(&[[5.0, 5.0], [5.0, 5.0]], Join::Round, Cap::Round).triangles.is_empty());
        assert!(mesh(&[[5.0, 5.0]], Join::Round, Cap::Round).triangles.is_empty());
    }
}
