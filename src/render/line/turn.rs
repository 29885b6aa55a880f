//! Where a line turns or ends: what is made there, by its angle and by how its style wants it.

use crate::style::layer::choice::{Cap, Join};

/// Miters longer than this (in half widths) turn inwards.
const LONGEST_MITER: f64 = 2.0;
/// The miter limit that makes all joins bevels that can be told from miters.
const BEVEL_LIMIT: f64 = 1.05;

/// How a line turns and ends.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// How it turns.
    pub join: Join,
    /// How it ends.
    pub cap: Cap,
    /// Miters longer than this become bevels.
    pub miter_limit: f64,
    /// Round joins of miters shorter than this become miters.
    pub round_limit: f64,
    /// Whether it is a ring.
    pub is_ring: bool,
    /// By how many zooms its tile is drawn larger.
    pub overzoom: u8,
    /// Whether it is a part of a line that is measured as a whole.
    pub is_measured: bool,
}

/// What is made where a line turns or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Corner {
    /// Both sides go on until they meet.
    Miter,
    /// The outer side is cut off.
    Bevel,
    /// A bevel of a turn so sharp that its miter would be endless.
    FlippedBevel,
    /// A round join of triangles.
    Fan,
    /// Where the line ends.
    Butt,
    /// Half a width beyond.
    Square,
    /// A round end, or a join of two.
    Round,
}

/// Where two segments meet.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The normal of the first.
    pub incoming: [f64; 2],
    /// That of the second.
    pub outgoing: [f64; 2],
    /// The one between; none, where the line turns back.
    pub middle: [f64; 2],
    /// The cosine of half the angle between both.
    pub cos_half: f64,
    /// How long the miter would be, in half widths.
    pub miter: f64,
}

impl Turn {
    /// Of two segments by their normals.
    pub fn new(incoming: [f64; 2], outgoing: [f64; 2]) -> Turn {
        let sum = [incoming[0] + outgoing[0], incoming[1] + outgoing[1]];
        let length = (sum[0] * sum[0] + sum[1] * sum[1]).sqrt();
        let middle = if length > 0.0 { scaled(sum, 1.0 / length) } else { [0.0; 2] };
        let cos_half = middle[0] * outgoing[0] + middle[1] * outgoing[1];
        let miter = if cos_half == 0.0 { f64::INFINITY } else { 1.0 / cos_half };
        Turn { incoming, outgoing, middle, cos_half, miter }
    }

    /// Whether the line turns to its left.
    pub fn is_left(&self) -> bool {
        self.incoming[0] * self.outgoing[1] - self.incoming[1] * self.outgoing[0] > 0.0
    }

    /// From the one normal to the other.
    pub fn angle(&self) -> f64 {
        let ([ax, ay], [bx, by]) = (self.incoming, self.outgoing);
        (ax * by - ay * bx).atan2(ax * bx + ay * by)
    }

    /// What is made of it.
    pub fn join(&self, turns: &Turns) -> Corner {
        let limit = if turns.join == Join::Bevel { BEVEL_LIMIT } else { turns.miter_limit };
        let bevel = || match self.miter {
            miter if miter < limit => Corner::Miter,
            miter if miter > LONGEST_MITER => Corner::FlippedBevel,
            _ => Corner::Bevel,
        };
        match turns.join {
            Join::Round if self.miter < turns.round_limit => {
                if self.miter > limit {
                    bevel()
                } else {
                    Corner::Miter
                }
            }
            Join::Round if self.miter <= LONGEST_MITER => Corner::Fan,
            Join::Round => Corner::Round,
            Join::Miter if self.miter <= limit => Corner::Miter,
            Join::Miter | Join::Bevel => bevel(),
        }
    }

    /// Along the line instead of across it, for turns so sharp that the inner side would have no end.
    pub fn flipped(&self) -> [f64; 2] {
        if self.miter > 100.0 {
            return scaled(self.outgoing, -1.0);
        }
        let ([ax, ay], [bx, by]) = (self.incoming, self.outgoing);
        let length = self.miter * (ax + bx).hypot(ay + by) / (ax - bx).hypot(ay - by);
        let side = if self.is_left() { -1.0 } else { 1.0 };
        let [x, y] = self.middle;
        scaled([-y, x], length * side)
    }
}

/// The unit vector to the left of a segment.
pub fn normal(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let length = distance(from, to);
    [-(to[1] - from[1]) / length, (to[0] - from[0]) / length]
}

/// A vector, so many times as long.
pub fn scaled([x, y]: [f64; 2], by: f64) -> [f64; 2] {
    [x * by, y * by]
}

/// How far apart two places are.
pub fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    (dx * dx + dy * dy).sqrt()
}

/// A place so far from another, on the grid of the tile.
pub fn towards(from: [f64; 2], to: [f64; 2], by: f64) -> [f64; 2] {
    let share = by / distance(from, to);
    [from[0] + ((to[0] - from[0]) * share).round(), from[1] + ((to[1] - from[1]) * share).round()]
}
