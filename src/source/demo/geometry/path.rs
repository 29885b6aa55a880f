//! Lines on the plan: smooth curves through given points, what lies along them and beside them.

use super::vector::{Vector, at, bounds, touch};

/// A line of two points or more. Not empty by construction: every maker gives two.
#[derive(Clone, Debug)]
pub struct Path(pub Vec<Vector>);

/// The place on a line that is nearest to a point.
#[derive(Clone, Copy, Debug)]
pub struct Nearest {
    pub along: f64,
    pub distance: f64,
}

impl Path {
    /// A smooth curve (Catmull-Rom) through points, with a vertex about every `step` metres.
    pub fn through(points: &[Vector], step: f64) -> Path {
        Path(spline(points, step, false))
    }

    /// From point to point.
    pub fn straight(points: &[Vector]) -> Path {
        Path(points.to_vec())
    }

    pub fn length(&self) -> f64 {
        self.0.windows(2).map(|edge| edge[0].distance(edge[1])).sum()
    }

    /// The point so far along, and the direction there. Beyond an end it is the end.
    pub fn locate(&self, along: f64) -> (Vector, Vector) {
        let mut rest = along.max(0.0);
        let mut last = (at(0.0, 0.0), at(1.0, 0.0));
        for edge in self.0.windows(2) {
            let length = edge[0].distance(edge[1]);
            let direction = (edge[1] - edge[0]).unit();
            if rest <= length {
                return (edge[0] + direction * rest, direction);
            }
            rest -= length;
            last = (edge[1], direction);
        }
        last
    }

    pub fn point(&self, along: f64) -> Vector {
        self.locate(along).0
    }

    /// A point beside the line: metres to the left are positive.
    pub fn beside(&self, along: f64, left: f64) -> Vector {
        let (point, direction) = self.locate(along);
        point + direction.left() * left
    }

    /// The stretch between two distances along it.
    pub fn stretch(&self, from: f64, to: f64) -> Path {
        let mut points = vec![self.point(from)];
        let mut passed = 0.0;
        for edge in self.0.windows(2) {
            passed += edge[0].distance(edge[1]);
            if passed > from + 0.05 && passed < to - 0.05 {
                points.push(edge[1]);
            }
        }
        points.push(self.point(to));
        Path(points)
    }

    /// Distances along the line, evenly from `start` to `margin` before its end.
    pub fn every(&self, step: f64, margin: f64) -> impl Iterator<Item = f64> + use<> {
        let room = self.length() - 2.0 * margin;
        let count = if room < 0.0 { 0 } else { (room / step) as u32 + 1 };
        let rest = (room - f64::from(count.saturating_sub(1)) * step) / 2.0;
        (0..count).map(move |i| margin + rest + f64::from(i) * step)
    }

    /// The line beside this one; corners are mitred. It may cross itself within tight bends.
    pub fn offset(&self, left: f64) -> Path {
        let points = &self.0;
        let direction = |i: usize| (points[i + 1] - points[i]).unit();
        let last = points.len() - 1;
        let shifted = (0..=last).map(|i| {
            let before = direction(i.saturating_sub(1).min(last - 1));
            let after = direction(i.min(last - 1));
            let normal = (before.left() + after.left()).unit();
            let stretch = 1.0 / normal.dot(after.left()).max(0.5);
            points[i] + normal * (left * stretch)
        });
        Path(shifted.collect())
    }

    /// The strip around the line, as a ring.
    pub fn strip(&self, half_width: f64) -> Vec<Vector> {
        let mut ring = self.offset(half_width).0;
        ring.extend(self.offset(-half_width).0.into_iter().rev());
        ring
    }

    /// A strip with a round cap at each end.
    pub fn sleeve(&self, half_width: f64) -> Vec<Vec<Vector>> {
        let ends = [self.0[0], self.0[self.0.len() - 1]];
        let caps = ends.map(|end| circle(end, half_width, 40));
        std::iter::once(self.strip(half_width)).chain(caps).collect()
    }

    pub fn nearest(&self, point: Vector) -> Nearest {
        let mut best = Nearest { along: 0.0, distance: f64::MAX };
        let mut passed = 0.0;
        for edge in self.0.windows(2) {
            let Nearest { along, distance } = nearest_on(edge, point);
            if distance < best.distance {
                best = Nearest { along: passed + along, distance };
            }
            passed += edge[0].distance(edge[1]);
        }
        best
    }

    /// Whether a point is nearer to the line than `reach`.
    pub fn is_near(&self, point: Vector, reach: f64) -> bool {
        let around = (point - at(reach, reach), point + at(reach, reach));
        let mut edges = self.0.windows(2).filter(|edge| touch(bounds(edge), around));
        edges.any(|edge| nearest_on(edge, point).distance < reach)
    }

    /// Cut into pieces of about `length`.
    pub fn pieces(&self, length: f64) -> Vec<Path> {
        let total = self.length();
        let count = (total / length).round().max(1.0) as u32;
        let step = total / f64::from(count);
        (0..count).map(|i| self.stretch(f64::from(i) * step, f64::from(i + 1) * step)).collect()
    }
}

fn nearest_on(edge: &[Vector], point: Vector) -> Nearest {
    let (from, to) = (edge[0], edge[1]);
    let direction = (to - from).unit();
    let along = (point - from).dot(direction).clamp(0.0, from.distance(to));
    Nearest { along, distance: point.distance(from + direction * along) }
}

/// A smooth closed curve through points, as a ring.
pub fn blob(points: &[Vector], step: f64) -> Vec<Vector> {
    let mut ring = spline(points, step, true);
    ring.pop();
    ring
}

/// A ring of `corners` points around a centre.
pub fn circle(centre: Vector, radius: f64, corners: u32) -> Vec<Vector> {
    let turn = |i: u32| Vector::of_turns(f64::from(i) / f64::from(corners));
    (0..corners).map(|i| centre + turn(i) * radius).collect()
}

/// A rectangle around its centre, its length along a direction.
pub fn rectangle(centre: Vector, along: Vector, length: f64, width: f64) -> Vec<Vector> {
    let (a, b) = (along * (length / 2.0), along.left() * (width / 2.0));
    vec![centre - a - b, centre + a - b, centre + a + b, centre - a + b]
}

fn spline(points: &[Vector], step: f64, closed: bool) -> Vec<Vector> {
    let count = points.len();
    let point = |i: isize| {
        let last = count as isize - 1;
        let i = if closed { i.rem_euclid(count as isize) } else { i.clamp(0, last) };
        points[i as usize]
    };
    let spans = if closed { count } else { count - 1 } as isize;
    let mut curve = vec![points[0]];
    for i in 0..spans {
        let [a, b, c, d] = [i - 1, i, i + 1, i + 2].map(point);
        let parts = (b.distance(c) / step).ceil().max(1.0) as u32;
        for part in 1..=parts {
            let t = f64::from(part) / f64::from(parts);
            let bend =
                (c - a) * 0.5 * (t * (1.0 - t) * (1.0 - t)) + (b - d) * 0.5 * (t * t * (1.0 - t));
            let eased = t * t * (3.0 - 2.0 * t);
            curve.push(b * (1.0 - eased) + c * eased + bend);
        }
    }
    curve
}
