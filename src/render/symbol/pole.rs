//! Where in a polygon its label stands: at the centroid where that is as good as any place, and else
//! where the border is farthest (its pole of inaccessibility).
//!
//! The search halves squares and drops those that cannot hold a better place: the most promising
//! first, until none promises more than the precision. Source: Garcia-Castellanos and Lombardo,
//! <https://doi.org/10.1080/14702540801897809>; the search is that of polylabel.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::cut::Point;

/// Squares looked at, at most: a hostile polygon of many vertices ends here.
const MOST_SQUARES: usize = 2_000;

/// A square around a point.
#[derive(Clone, Copy, Debug)]
struct Square {
    centre: Point,
    half: f64,
    /// From the centre to the border, negative outside.
    distance: f64,
}

impl Square {
    fn new(centre: Point, half: f64, polygon: &[&[Point]]) -> Square {
        Square { centre, half, distance: distance(centre, polygon) }
    }

    /// How far from the border a point of it may be at most.
    fn promise(&self) -> f64 {
        self.distance + self.half * std::f64::consts::SQRT_2
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Square) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Square {}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Square) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Square) -> Ordering {
        self.promise().total_cmp(&other.promise())
    }
}

/// The place in a polygon: an outer ring and the holes in it.
pub fn of(polygon: &[&[Point]], precision: f64) -> Option<Point> {
    let outer = polygon.first()?;
    let least = |axis: usize| outer.iter().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
    let most = |axis: usize| outer.iter().map(|p| p[axis]).fold(-f64::INFINITY, f64::max);
    let (left, top, right, bottom) = (least(0), least(1), most(0), most(1));
    let side = f64::min(right - left, bottom - top);
    if side.is_nan() || side <= 0.0 {
        return outer.first().map(|_| [left, top]);
    }
    let half = side / 2.0;
    let mut squares = BinaryHeap::new();
    let mut looked = 0;
    let (mut x, mut y) = (left, top);
    while x < right && looked < MOST_SQUARES {
        while y < bottom && looked < MOST_SQUARES {
            squares.push(Square::new([x + half, y + half], half, polygon));
            (y, looked) = (y + side, looked + 1);
        }
        (x, y) = (x + side, top);
    }
    let centroid = Square::new(centroid(outer), 0.0, polygon);
    let mut best = centroid;
    while let Some(square) = squares.pop() {
        if square.distance > best.distance || best.distance.is_nan() {
            best = square;
        }
        if square.promise() - best.distance <= precision || looked >= MOST_SQUARES {
            break;
        }
        let half = square.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            let centre = [square.centre[0] + dx, square.centre[1] + dy];
            squares.push(Square::new(centre, half, polygon));
        }
        looked += 4;
    }
    let is_as_good = centroid.distance > 0.0 && best.distance - centroid.distance <= precision;
    Some(if is_as_good { centroid.centre } else { best.centre })
}

/// From a point to the border, negative outside.
fn distance(point: Point, polygon: &[&[Point]]) -> f64 {
    let [x, y] = point;
    let mut is_inside = false;
    let mut nearest = f64::INFINITY;
    for edge in polygon.iter().flat_map(|ring| ring.windows(2)) {
        let (a, b) = (edge[0], edge[1]);
        if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            is_inside = !is_inside;
        }
        nearest = nearest.min(squared_distance(point, a, b));
    }
    if is_inside { nearest.sqrt() } else { -nearest.sqrt() }
}

fn squared_distance(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    let share = if length == 0.0 {
        0.0
    } else {
        (((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length).clamp(0.0, 1.0)
    };
    let (x, y) = (point[0] - a[0] - share * dx, point[1] - a[1] - share * dy);
    x * x + y * y
}

/// NaN for a ring without area.
fn centroid(ring: &[Point]) -> Point {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for edge in ring.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        let cross = a[0] * b[1] - b[0] * a[1];
        x += (a[0] + b[0]) * cross;
        y += (a[1] + b[1]) * cross;
        area += cross * 3.0;
    }
    [x / area, y / area]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_polygon_has_its_label_at_the_centroid() {
        let square = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0], [0.0, 0.0]];
        assert_eq!(of(&[&square], 1.0), Some([50.0, 50.0]));
    }

    #[test]
    fn a_label_stands_within_a_bent_polygon_and_beside_its_hole() {
        let bent = [
            [0.0, 0.0],
            [100.0, 0.0],
            [100.0, 10.0],
            [10.0, 10.0],
            [10.0, 100.0],
            [0.0, 100.0],
            [0.0, 0.0],
        ];
        let place = of(&[&bent], 1.0).unwrap();
        assert!(distance(place, &[&bent]) > 4.0, "{place:?}");
        let outer = [[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0], [0.0, 0.0]];
        let hole = [[20.0, 20.0], [20.0, 80.0], [80.0, 80.0], [80.0, 20.0], [20.0, 20.0]];
        let place = of(&[&outer, &hole], 1.0).unwrap();
        assert!(distance(place, &[&outer, &hole]) > 9.0, "{place:?}");
    }

    #[test]
    fn what_has_no_area_has_a_place_all_the_same() {
        assert_eq!(of(&[&[[3.0, 4.0], [5.0, 4.0], [3.0, 4.0]]], 1.0), Some([3.0, 4.0]));
        assert_eq!(of(&[], 1.0), None);
    }
}
