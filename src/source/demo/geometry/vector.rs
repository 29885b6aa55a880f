//! Points and directions on the plan, in metres. No trigonometry of the platform: its last bits
//! differ between machines, and the town must not.

use std::ops::{Add, Mul, Neg, Sub};

/// A point or a direction: metres to the east and to the north of the plan's corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vector {
    pub x: f64,
    pub y: f64,
}

/// Shorthand for a [`Vector`].
pub const fn at(x: f64, y: f64) -> Vector {
    Vector { x, y }
}

/// Points drawn by hand.
pub fn drawn(list: &[(f64, f64)]) -> Vec<Vector> {
    list.iter().map(|&(x, y)| at(x, y)).collect()
}

impl Vector {
    /// The direction of an angle, counter-clockwise from east, in turns.
    pub fn of_turns(turns: f64) -> Vector {
        Vector { x: sine(turns + 0.25), y: sine(turns) }
    }

    /// Not `hypot`, whose last bit is the platform's.
    pub fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    pub fn distance(self, other: Vector) -> f64 {
        (self - other).length()
    }

    /// Of length 1; east where it has none.
    pub fn unit(self) -> Vector {
        let length = self.length();
        if length > 0.0 { self * (1.0 / length) } else { at(1.0, 0.0) }
    }

    /// Turned to the left by a right angle.
    pub fn left(self) -> Vector {
        at(-self.y, self.x)
    }

    /// Turned counter-clockwise.
    pub fn turned(self, turns: f64) -> Vector {
        let d = Vector::of_turns(turns);
        at(self.x * d.x - self.y * d.y, self.x * d.y + self.y * d.x)
    }

    pub fn dot(self, other: Vector) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub fn cross(self, other: Vector) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub fn towards(self, other: Vector, part: f64) -> Vector {
        self + (other - self) * part
    }

    /// Degrees clockwise from north, from 0 to 360, to a tenth.
    pub fn bearing(self) -> f64 {
        tenths((90.0 - self.degrees()).rem_euclid(360.0)).rem_euclid(360.0)
    }

    /// How a text along this line is turned: degrees clockwise from west→east, never upside down.
    pub fn text_angle(self) -> f64 {
        let upright = if self.x < 0.0 || (self.x == 0.0 && self.y < 0.0) { -self } else { self };
        tenths((-upright.degrees()).rem_euclid(360.0)).rem_euclid(360.0)
    }

    /// Counter-clockwise from east, by halving the angle until a short series holds.
    fn degrees(self) -> f64 {
        let Vector { x, y } = self.unit();
        let folded = y.abs().min(x.abs());
        let tangent = folded / x.abs().max(y.abs());
        let half = |t: f64| t / (1.0 + (1.0 + t * t).sqrt());
        let t = half(half(tangent));
        let square = t * t;
        let series = t * (1.0 - square * (1.0 / 3.0 - square * (0.2 - square / 7.0)));
        let first = 4.0 * series * 57.295_779_513_082_32;
        let first = if y.abs() > x.abs() { 90.0 - first } else { first };
        let upper = if x < 0.0 { 180.0 - first } else { first };
        if y < 0.0 { -upper } else { upper }
    }
}

/// The corners in the south-west and in the north-east of a box.
pub type Bounds = (Vector, Vector);

/// The box around points.
pub fn bounds(points: &[Vector]) -> Bounds {
    let nothing = (at(f64::MAX, f64::MAX), at(f64::MIN, f64::MIN));
    points.iter().fold(nothing, |(low, high), p| {
        (at(low.x.min(p.x), low.y.min(p.y)), at(high.x.max(p.x), high.y.max(p.y)))
    })
}

/// Whether two boxes touch.
pub fn touch(one: Bounds, other: Bounds) -> bool {
    one.0.x <= other.1.x && other.0.x <= one.1.x && one.0.y <= other.1.y && other.0.y <= one.1.y
}

/// To a tenth.
pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The sine of an angle in turns: a series on the quarter that it is folded to.
pub fn sine(turns: f64) -> f64 {
    let turn = turns - turns.floor();
    let (sign, half) = if turn < 0.5 { (1.0, turn) } else { (-1.0, turn - 0.5) };
    let quarter = if half > 0.25 { 0.5 - half } else { half };
    let a = quarter * std::f64::consts::TAU;
    let s = a * a;
    let series =
        1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0))));
    sign * a * series
}

impl Add for Vector {
    type Output = Vector;
    fn add(self, other: Vector) -> Vector {
        at(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Vector {
    type Output = Vector;
    fn sub(self, other: Vector) -> Vector {
        at(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Vector {
    type Output = Vector;
    fn mul(self, factor: f64) -> Vector {
        at(self.x * factor, self.y * factor)
    }
}

impl Neg for Vector {
    type Output = Vector;
    fn neg(self) -> Vector {
        at(-self.x, -self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_are_those_of_trigonometry() {
        for step in 0..720 {
            let turns = f64::from(step) / 720.0;
            let d = Vector::of_turns(turns);
            let angle = turns * std::f64::consts::TAU;
            assert!((d.y - angle.sin()).abs() < 1e-6 && (d.x - angle.cos()).abs() < 1e-6);
            let bearing = (90.0 - turns * 360.0).rem_euclid(360.0);
            let off = (d.bearing() - bearing).abs();
            assert!(off.min(360.0 - off) < 0.06, "{turns}: {} {bearing}", d.bearing());
        }
        assert_eq!(at(-1.0, 0.0).text_angle(), 0.0, "never upside down");
        assert_eq!(at(1.0, -1.0).text_angle(), 45.0, "clockwise");
    }
}
