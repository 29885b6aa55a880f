//! Areas of the plan: united, subtracted, intersected on whole centimetres (`i_overlay`), their
//! corners rounded, cut in two.

use i_overlay::core::extract::BooleanExtractionBuffer;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;

use super::path::Path;
use super::vector::{Bounds, Vector, at, bounds};

/// A ring of points, the first not repeated.
pub type Ring = Vec<Vector>;

/// A polygon: its exterior (counter-clockwise), then its holes (clockwise).
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    pub rings: Vec<Ring>,
}

type Contours = Vec<Vec<IntPoint<i32>>>;

/// What lies in any of the rings.
pub fn union(rings: &[Ring]) -> Vec<Area> {
    overlay(&contours(rings), &Vec::new(), OverlayRule::Subject)
}

pub fn difference(from: &[Area], taken: &[Area]) -> Vec<Area> {
    overlay(&of_areas(from), &of_areas(taken), OverlayRule::Difference)
}

pub fn intersection(one: &[Area], other: &[Area]) -> Vec<Area> {
    overlay(&of_areas(one), &of_areas(other), OverlayRule::Intersect)
}

/// What of areas lies within others, then what lies outside of them.
pub fn parted(areas: &[Area], by: &[Area]) -> (Vec<Area>, Vec<Area>) {
    let mut overlay = prepared(&of_areas(areas), &of_areas(by));
    let Some(graph) = overlay.build_graph_view(FillRule::NonZero) else {
        return (Vec::new(), Vec::new());
    };
    let mut buffer = BooleanExtractionBuffer::default();
    let mut extract = |rule| into_areas(&graph.extract_shapes(rule, &mut buffer));
    (extract(OverlayRule::Intersect), extract(OverlayRule::Difference))
}

fn overlay(subject: &Contours, clip: &Contours, rule: OverlayRule) -> Vec<Area> {
    into_areas(&prepared(subject, clip).overlay(rule, FillRule::NonZero))
}

fn prepared(subject: &Contours, clip: &Contours) -> Overlay<i32> {
    let options = IntOverlayOptions::ogc();
    Overlay::from_subj_and_clip_custom(
        subject.as_slice(),
        clip.as_slice(),
        options,
        Default::default(),
    )
}

fn into_areas(shapes: &[Contours]) -> Vec<Area> {
    let ring = |ring: &Vec<IntPoint<i32>>| ring.iter().map(metres).collect::<Ring>();
    shapes
        .iter()
        .map(|shape| Area { rings: shape.iter().map(ring).collect() })
        // What rounding leaves between two edges is no place.
        .filter(|area| area.square_metres() > 0.5)
        .collect()
}

fn metres(point: &IntPoint<i32>) -> Vector {
    at(f64::from(point.x) / 100.0, f64::from(point.y) / 100.0)
}

/// Each ring counter-clockwise, so that two that overlap do not cancel each other.
fn contours(rings: &[Ring]) -> Contours {
    rings.iter().map(|ring| contour(ring, doubled(ring) < 0.0)).collect()
}

fn of_areas(areas: &[Area]) -> Contours {
    areas.iter().flat_map(|area| &area.rings).map(|ring| contour(ring, false)).collect()
}

fn contour(ring: &[Vector], reverse: bool) -> Vec<IntPoint<i32>> {
    let points = ring
        .iter()
        .map(|p| IntPoint::new((p.x * 100.0).round() as i32, (p.y * 100.0).round() as i32));
    if reverse { points.rev().collect() } else { points.collect() }
}

/// Twice the area within a ring, positive where it is counter-clockwise.
pub fn doubled(ring: &[Vector]) -> f64 {
    edges(ring).map(|(a, b)| (a - ring[0]).cross(b - ring[0])).sum()
}

/// A ring as a line that ends where it begins.
pub fn closed(ring: &[Vector]) -> Path {
    Path(ring.iter().chain(ring.first()).copied().collect())
}

/// The edges of a ring.
pub fn edges(ring: &[Vector]) -> impl Iterator<Item = (Vector, Vector)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Whether a point lies within edges: whether an odd number of them is to its east.
pub fn is_within(edges: impl Iterator<Item = (Vector, Vector)>, point: Vector) -> bool {
    let crossings = edges.filter(|(a, b)| {
        (a.y > point.y) != (b.y > point.y)
            && point.x < a.x + (b.x - a.x) * (point.y - a.y) / (b.y - a.y)
    });
    crossings.count() % 2 == 1
}

/// The middle of the widest stretch within edges on any of the horizontals at these heights.
pub fn widest_stretch<E: Iterator<Item = (Vector, Vector)>>(
    edges: impl Fn() -> E,
    heights: &[f64],
) -> Option<Vector> {
    let mut widest = (0.0, None);
    for &y in heights {
        let mut crossings: Vec<f64> = edges()
            .filter(|(a, b)| (a.y > y) != (b.y > y))
            .map(|(a, b)| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y))
            .collect();
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            if pair[1] - pair[0] > widest.0 {
                widest = (pair[1] - pair[0], Some(at((pair[0] + pair[1]) / 2.0, y)));
            }
        }
    }
    widest.1
}

impl Area {
    /// The area within one ring.
    pub fn of(ring: Ring) -> Area {
        let turned = doubled(&ring) < 0.0;
        let ring = if turned { ring.into_iter().rev().collect() } else { ring };
        Area { rings: vec![ring] }
    }

    pub fn square_metres(&self) -> f64 {
        self.rings.iter().map(|ring| doubled(ring)).sum::<f64>() / 2.0
    }

    pub fn outer(&self) -> &Ring {
        &self.rings[0]
    }

    /// The exterior as a closed line.
    pub fn border(&self) -> Path {
        closed(&self.rings[0])
    }

    pub fn bounds(&self) -> Bounds {
        bounds(self.outer())
    }

    pub fn contains(&self, point: Vector) -> bool {
        is_within(self.edges(), point)
    }

    fn edges(&self) -> impl Iterator<Item = (Vector, Vector)> + '_ {
        self.rings.iter().flat_map(|ring| edges(ring))
    }

    /// A point within: in the middle of the widest stretch of some lines across it.
    pub fn inside(&self) -> Vector {
        let (low, high) = self.bounds();
        // Off the centimetres, so that no vertex lies on a line.
        let heights = [0.5, 0.37, 0.63, 0.2, 0.8].map(|t| low.y + (high.y - low.y) * t + 0.003);
        widest_stretch(|| self.edges(), &heights).unwrap_or(self.rings[0][0])
    }

    /// The direction of its longest edges and its extent along it and across: the smallest
    /// rectangle around it.
    pub fn frame(&self) -> Frame {
        let ring = self.outer();
        // Of a long border a sample: it only has to lie well.
        let step = ring.len() / 40 + 1;
        let directions = edges(ring).step_by(step).filter(|(a, b)| a.distance(*b) > 0.5);
        directions
            .map(|(a, b)| Frame::around(ring, (b - a).unit()))
            .min_by(|a, b| (a.length * a.width).total_cmp(&(b.length * b.width)))
            .unwrap_or_else(|| Frame::around(ring, at(1.0, 0.0)))
    }

    /// Cut by a line through a point: what is on its left, then what is on its right.
    pub fn cut(&self, point: Vector, direction: Vector) -> (Vec<Area>, Vec<Area>) {
        let (low, high) = self.bounds();
        let far = low.distance(high) + 10.0;
        let (a, b) = (point - direction * far, point + direction * far);
        let left = [Area::of(vec![a, b, b + direction.left() * far, a + direction.left() * far])];
        let whole = std::slice::from_ref(self);
        parted(whole, &left)
    }

    /// With its corners rounded: kerbs and walls do not meet in a point.
    pub fn rounded(&self, radius: f64) -> Area {
        Area { rings: self.rings.iter().map(|ring| fillet(ring, radius)).collect() }
    }
}

/// A rectangle around something.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub corner: Vector,
    /// Along its longer side.
    pub along: Vector,
    pub length: f64,
    pub width: f64,
}

impl Frame {
    fn around(ring: &[Vector], direction: Vector) -> Frame {
        let across = direction.left();
        let (mut low, mut high) = (at(f64::MAX, f64::MAX), at(f64::MIN, f64::MIN));
        for p in ring {
            let (u, v) = (p.dot(direction), p.dot(across));
            low = at(low.x.min(u), low.y.min(v));
            high = at(high.x.max(u), high.y.max(v));
        }
        let (length, width) = (high.x - low.x, high.y - low.y);
        let place = |u: f64, v: f64| direction * u + across * v;
        if length >= width {
            Frame { corner: place(low.x, low.y), along: direction, length, width }
        } else {
            let corner = place(high.x, low.y);
            Frame { corner, along: across, length: width, width: length }
        }
    }

    pub fn point(&self, along: f64, across: f64) -> Vector {
        self.corner + self.along * (self.length * along) + self.along.left() * (self.width * across)
    }
}

/// A ring whose sharp corners are replaced by curves that begin up to `radius` before them.
fn fillet(ring: &[Vector], radius: f64) -> Ring {
    let count = ring.len();
    let is_corner = |i: usize| {
        let (before, after) = (ring[(i + count - 1) % count], ring[(i + 1) % count]);
        // Less than some 30° is a curve already.
        (ring[i] - before).unit().dot((after - ring[i]).unit()) < 0.86
    };
    let Some(first) = (0..count).find(|&i| is_corner(i)) else { return ring.to_vec() };
    let closed: Vec<Vector> = (0..=count).map(|i| ring[(first + i) % count]).collect();
    let mut passed = 0.0;
    let mut corners = vec![0.0];
    for i in 1..=count {
        passed += closed[i - 1].distance(closed[i]);
        if is_corner((first + i) % count) {
            corners.push(passed);
        }
    }
    let border = Path(closed);
    let last = corners.len() - 1;
    let reaches: Vec<f64> = (0..=last)
        .map(|i| {
            // The last corner is the first again.
            let i = i % last;
            let next = corners[i + 1] - corners[i];
            let before =
                if i == 0 { passed - corners[last - 1] } else { corners[i] - corners[i - 1] };
            radius.min(next * 0.45).min(before * 0.45)
        })
        .collect();
    let mut rounded = Ring::with_capacity(count * 2);
    for i in 0..last {
        let (from, to) = (corners[i] + reaches[i], corners[i + 1] - reaches[i + 1]);
        rounded.extend(border.stretch(from, to).0);
        let corner = border.point(corners[i + 1]);
        let go = if i + 1 == last { corners[0] } else { corners[i + 1] } + reaches[i + 1];
        let (come, go) = (border.point(to), border.point(go));
        rounded.extend(
            [0.25, 0.5, 0.75].map(|t| come.towards(corner, t).towards(corner.towards(go, t), t)),
        );
    }
    rounded
}
