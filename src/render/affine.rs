//! Affine maps of the plane: how tiles lie in a picture.

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// Of x in x'.
    pub a: f64,
    /// Of x in y'.
    pub b: f64,
    /// Of y in x'.
    pub c: f64,
    /// Of y in y'.
    pub d: f64,
    /// Added to x'.
    pub e: f64,
    /// Added to y'.
    pub f: f64,
}

impl Affine {
    /// What changes nothing.
    pub const IDENTITY: Affine = Affine::translate([0.0; 2]);

    /// A shift.
    pub const fn translate([x, y]: [f64; 2]) -> Affine {
        Affine { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: x, f: y }
    }

    /// A scaling about the origin, by a factor an axis.
    pub const fn scale([x, y]: [f64; 2]) -> Affine {
        Affine { a: x, b: 0.0, c: 0.0, d: y, e: 0.0, f: 0.0 }
    }

    /// A rotation about the origin; clockwise where y grows downwards.
    pub fn rotate(radians: f64) -> Affine {
        let (sin, cos) = radians.sin_cos();
        Affine { a: cos, b: sin, c: -sin, d: cos, e: 0.0, f: 0.0 }
    }

    /// This one, then another.
    #[must_use]
    pub fn then(self, next: Affine) -> Affine {
        let [a, b] = next.vector([self.a, self.b]);
        let [c, d] = next.vector([self.c, self.d]);
        let [e, f] = next.point([self.e, self.f]);
        Affine { a, b, c, d, e, f }
    }

    /// Maps a point.
    pub fn point(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f]
    }

    /// Maps a direction.
    pub fn vector(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.a * x + self.c * y, self.b * x + self.d * y]
    }

    /// The map back; none where this one flattens the plane.
    pub fn inverse(&self) -> Option<Affine> {
        let area = self.a * self.d - self.b * self.c;
        if area == 0.0 || !area.is_finite() {
            return None;
        }
        let (a, b, c, d) = (self.d / area, -self.b / area, -self.c / area, self.a / area);
        let (e, f) = (-(a * self.e + c * self.f), -(b * self.e + d * self.f));
        Some(Affine { a, b, c, d, e, f })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_back_leads_back() {
        let map = Affine::rotate(0.3)
            .then(Affine::scale([2.0, 3.0]))
            .then(Affine::translate([5.0, -7.0]));
        let there = map.point([11.0, 13.0]);
        let [x, y] = map.inverse().unwrap().point(there);
        assert!((x - 11.0).abs() < 1e-9 && (y - 13.0).abs() < 1e-9);
        assert!(Affine::scale([1.0, 0.0]).inverse().is_none());
    }
}
