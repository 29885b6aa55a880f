//! A box around an anchor, or on a picture; y grows downwards.

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "they are what they are called")]
pub struct Bounds {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Bounds {
    /// From left to right.
    pub fn width(self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    pub fn height(self) -> f64 {
        self.bottom - self.top
    }

    /// Larger by a factor about the origin.
    #[must_use]
    pub fn scaled(self, by: f64) -> Bounds {
        let Bounds { left, top, right, bottom } = self;
        Bounds { left: left * by, top: top * by, right: right * by, bottom: bottom * by }
    }

    /// Larger by so much at the top, right, bottom and left.
    #[must_use]
    pub fn padded(self, [top, right, bottom, left]: [f64; 4]) -> Bounds {
        Bounds {
            left: self.left - left,
            top: self.top - top,
            right: self.right + right,
            bottom: self.bottom + bottom,
        }
    }

    /// The box around both.
    #[must_use]
    pub fn with(self, other: Bounds) -> Bounds {
        Bounds {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Whether it lies between the origin and a point right below.
    pub fn lies_within(self, [width, height]: [f64; 2]) -> bool {
        self.left >= 0.0 && self.top >= 0.0 && self.right <= width && self.bottom <= height
    }

    /// Whether any of it lies there.
    pub fn meets(self, [width, height]: [f64; 2]) -> bool {
        self.right >= 0.0 && self.bottom >= 0.0 && self.left <= width && self.top <= height
    }

    /// Elsewhere.
    #[must_use]
    pub fn moved(self, [x, y]: [f64; 2]) -> Bounds {
        let Bounds { left, top, right, bottom } = self;
        Bounds { left: left + x, top: top + y, right: right + x, bottom: bottom + y }
    }

    /// The box around it, turned clockwise about the origin.
    #[must_use]
    pub fn turned(self, radians: f64) -> Bounds {
        if radians == 0.0 {
            return self;
        }
        let (sin, cos) = radians.sin_cos();
        let Bounds { left, top, right, bottom } = self;
        let corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
        let corners = corners.map(|[x, y]| [cos * x - sin * y, sin * x + cos * y]);
        let least = |axis: usize| corners.iter().map(|c| c[axis]).fold(f64::INFINITY, f64::min);
        let most = |axis: usize| corners.iter().map(|c| c[axis]).fold(-f64::INFINITY, f64::max);
        Bounds { left: least(0), top: least(1), right: most(0), bottom: most(1) }
    }
}
