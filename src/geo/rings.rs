//! Do the rings of a polygon meet? A sweep over integer edges that answers yes or no. It mends
//! nothing: [`super::repair`] does.

use super::clip::ClipBox;
use super::grid::{GridParts, GridPoint};

/// Finds out whether rings meet themselves or each other; keeps its memory between polygons.
#[derive(Debug, Default)]
pub struct RingSweep {
    edges: Vec<Edge>,
    active: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    /// Its ends in the ring's direction.
    from: GridPoint,
    to: GridPoint,
    /// The place of the edge before it and after it in the ring, to know neighbours.
    id: u32,
    next: u32,
}

impl Edge {
    fn min_x(&self) -> i32 {
        self.from.x.min(self.to.x)
    }

    fn max_x(&self) -> i32 {
        self.from.x.max(self.to.x)
    }

    fn misses_in_y_by(&self, reach: i32, other: &Edge) -> bool {
        self.from.y.max(self.to.y) + reach < other.from.y.min(other.to.y)
            || other.from.y.max(other.to.y) + reach < self.from.y.min(self.to.y)
    }

    fn misses(&self, other: &Edge) -> bool {
        self.max_x() < other.min_x()
            || other.max_x() < self.min_x()
            || self.misses_in_y_by(0, other)
    }

    /// From a point to the edge's nearest one.
    fn squared_distance_to(&self, point: GridPoint) -> f64 {
        let [along, out] = [difference(self.to, self.from), difference(point, self.from)]
            .map(|(x, y)| (x as f64, y as f64));
        let length = along.0 * along.0 + along.1 * along.1;
        let at = ((along.0 * out.0 + along.1 * out.1) / length).clamp(0.0, 1.0);
        let (x, y) = (out.0 - at * along.0, out.1 - at * along.1);
        x * x + y * y
    }
}

/// Of so many edges each is held against all others sooner than all are sorted. A tile's polygons have four or so.
const FEW: usize = 24;

/// The largest coordinate, either way, for which the sweep's sums cannot overflow.
pub const MAX_COORDINATE: i32 = 1 << 29;

const GREATEST: GridPoint = GridPoint { x: i32::MAX, y: i32::MAX };
const LEAST: GridPoint = GridPoint { x: i32::MIN, y: i32::MIN };

impl RingSweep {
    /// Whether any two edges share more than the vertex that neighbours share. `false` means that
    /// every ring is simple and that no two rings touch, so that the polygon is valid if its rings
    /// lie in each other as they should. (Rings that touch in one vertex are allowed by OGC; they
    /// are reported all the same, because only repair can tell them from the harmful kinds.)
    ///
    /// Coordinates must lie within [`MAX_COORDINATE`].
    pub fn rings_meet(&mut self, rings: &GridParts) -> bool {
        self.load(rings);
        self.sort();
        self.any_pair(0, edges_meet)
    }

    /// As [`RingSweep::rings_meet`] for rings that meet nowhere but for having been clipped: of two edges that meet, one
    /// then ends on the border of the box, where it was cut or put along the border.
    pub fn clipped_rings_meet(&mut self, rings: &GridParts, clip: ClipBox) -> bool {
        let is_cut = |edge: &Edge| clip.is_border(edge.from) || clip.is_border(edge.to);
        let (mut cut, mut north_west, mut south_east) = (0, GREATEST, LEAST);
        for ring in rings.parts() {
            for (place, _) in ring.iter().enumerate().filter(|(_, point)| clip.is_border(**point)) {
                cut += 2;
                for beside in [place + ring.len() - 1, place, place + 1] {
                    let GridPoint { x, y } = ring[beside % ring.len()];
                    north_west = GridPoint { x: north_west.x.min(x), y: north_west.y.min(y) };
                    south_east = GridPoint { x: south_east.x.max(x), y: south_east.y.max(y) };
                }
            }
        }
        if cut == 0 {
            return false;
        }
        // Most rings leave the box on one side: what was cut lies in a strip, and most other edges beside it.
        let strip = Edge { from: north_west, to: south_east, id: 0, next: 0 };
        self.edges.clear();
        each_edge(rings, |edge| {
            if !strip.misses(&edge) {
                self.edges.push(edge);
            }
        });
        if cut > FEW {
            self.sort();
            return self.any_pair(0, edges_meet);
        }
        self.edges.iter().filter(|edge| is_cut(edge)).any(|cut| {
            self.edges
                .iter()
                .any(|other| other.id != cut.id && !cut.misses(other) && edges_meet(cut, other))
        })
    }

    /// How far edges keep from one another, in units, as far as it is less than `most`; `None` where they
    /// meet. Of edges that follow one another it counts how far their other ends keep from them.
    ///
    /// Coordinates must lie within [`MAX_COORDINATE`].
    pub fn clearance(&mut self, rings: &GridParts, most: f64) -> Option<f64> {
        let mut least = most * most;
        self.load(rings);
        self.sort();
        let meet = self.any_pair(most.ceil() as i32, |edge, other| {
            let distance = squared_distance(edge, other);
            least = least.min(distance.unwrap_or(0.0));
            distance.is_none()
        });
        (!meet).then(|| least.sqrt())
    }

    /// Whether something holds of any two edges, which are sorted, whose boxes come within `reach`.
    fn any_pair(&mut self, reach: i32, mut holds: impl FnMut(&Edge, &Edge) -> bool) -> bool {
        self.active.clear();
        for (i, edge) in self.edges.iter().enumerate() {
            let mut k = 0;
            while let Some(&candidate) = self.active.get(k) {
                let other = &self.edges[candidate as usize];
                if other.max_x() + reach < edge.min_x() {
                    self.active.swap_remove(k);
                    continue;
                }
                if !edge.misses_in_y_by(reach, other) && holds(edge, other) {
                    return true;
                }
                k += 1;
            }
            self.active.push(i as u32);
        }
        false
    }

    fn load(&mut self, rings: &GridParts) {
        self.edges.clear();
        each_edge(rings, |edge| self.edges.push(edge));
    }

    fn sort(&mut self) {
        self.edges.sort_unstable_by_key(|edge| (edge.min_x(), edge.id));
    }
}

/// Hands over the edges of rings, numbered through.
fn each_edge(rings: &GridParts, mut visit: impl FnMut(Edge)) {
    let mut id = 0;
    for ring in rings.parts() {
        let (Some(&first), Some(&last)) = (ring.first(), ring.last()) else {
            continue;
        };
        let start = id;
        for ends in ring.windows(2) {
            visit(Edge { from: ends[0], to: ends[1], id, next: id + 1 });
            id += 1;
        }
        visit(Edge { from: last, to: first, id, next: start });
        id += 1;
    }
}

/// How far two edges keep from one another; `None` where they meet.
fn squared_distance(a: &Edge, b: &Edge) -> Option<f64> {
    if !a.misses(b) && edges_meet(a, b) {
        return None;
    }
    let of_ends =
        |a: &Edge, b: &Edge| a.squared_distance_to(b.from).min(a.squared_distance_to(b.to));
    // Of neighbours the ends that they do not share.
    Some(match (a.next == b.id, b.next == a.id) {
        (true, _) => a.squared_distance_to(b.to).min(b.squared_distance_to(a.from)),
        (_, true) => b.squared_distance_to(a.to).min(a.squared_distance_to(b.from)),
        _ => of_ends(a, b).min(of_ends(b, a)),
    })
}

fn edges_meet(a: &Edge, b: &Edge) -> bool {
    match (a.next == b.id, b.next == a.id) {
        (true, true) => true, // a ring of two edges lies on itself
        (true, false) => turns_back(a, b),
        (false, true) => turns_back(b, a),
        (false, false) => segments_touch((a.from, a.to), (b.from, b.to)),
    }
}

/// Whether the ring runs back over itself where one edge follows the other.
fn turns_back(edge: &Edge, next: &Edge) -> bool {
    let (ax, ay) = difference(edge.to, edge.from);
    let (bx, by) = difference(next.to, next.from);
    ax * by - bx * ay == 0 && ax * bx + ay * by < 0
}

/// Whether two segments whose boxes overlap share a point.
pub fn segments_touch(a: (GridPoint, GridPoint), b: (GridPoint, GridPoint)) -> bool {
    // Collinear ones whose boxes overlap touch, which the zeros below let through.
    let side = |o: GridPoint, p: GridPoint, q: GridPoint| {
        let ((px, py), (qx, qy)) = (difference(p, o), difference(q, o));
        (px * qy - qx * py).signum()
    };
    side(a.0, a.1, b.0) * side(a.0, a.1, b.1) <= 0 && side(b.0, b.1, a.0) * side(b.0, b.1, a.1) <= 0
}

/// From the second point to the first.
pub fn difference(a: GridPoint, b: GridPoint) -> (i64, i64) {
    (i64::from(a.x) - i64::from(b.x), i64::from(a.y) - i64::from(b.y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::clip::PartClipper;

    fn parts(rings: &[&[(i32, i32)]]) -> GridParts {
        let mut parts = GridParts::default();
        for ring in rings {
            ring.iter().for_each(|&(x, y)| parts.push(GridPoint { x, y }));
            parts.finish_ring();
        }
        parts
    }

    /// What meets keeps no distance, and the other way round.
    fn meet(rings: &[&[(i32, i32)]]) -> bool {
        let (parts, mut sweep) = (parts(rings), RingSweep::default());
        let meet = sweep.rings_meet(&parts);
        assert_eq!(sweep.clearance(&parts, 4.0).is_none(), meet);
        meet
    }

    #[test]
    fn clearance_is_the_distance_of_edges_and_of_ends_that_are_no_neighbours() {
        let clearance =
            |rings: &[&[(i32, i32)]]| RingSweep::default().clearance(&parts(rings), 8.0).unwrap();
        let outer: &[_] = &[(0, 0), (40, 0), (40, 40), (0, 40)];
        assert_eq!(clearance(&[outer]), 8.0, "no more than was asked");
        assert_eq!(clearance(&[outer, &[(3, 20), (20, 30), (20, 20)]]), 3.0, "a hole");
        assert_eq!(clearance(&[&[(0, 0), (40, 0), (40, 5)]]), 40.0_f64.hypot(5.0).recip() * 200.0);
        assert_eq!(
            clearance(&[&[(0, 0), (2, 0), (40, 0), (40, 40), (0, 40)]]),
            2.0,
            "collinear, and short"
        );
    }

    /// A comb whose teeth stand across the border, a star that touches nothing, holes: cut by boxes at every place.
    #[test]
    fn what_clipping_does_is_found_among_the_edges_that_it_made() {
        let comb: &[_] = &[
            (0, 0),
            (30, 0),
            (30, 9),
            (24, 9),
            (24, 3),
            (18, 3),
            (18, 9),
            (12, 9),
            (12, 3),
            (0, 2),
        ];
        let star: &[_] = &[(0, 12), (7, 5), (9, -3), (12, 6), (25, 9), (13, 14), (9, 23), (8, 15)];
        let frame: &[_] = &[(-9, -9), (40, -9), (40, 40), (-9, 40)];
        let hole: &[_] = &[(2, 3), (3, 9), (9, 8), (11, 2)];
        let (mut meet, mut clear) = (0, 0);
        for rings in [&[comb][..], &[star], &[frame, hole]] {
            for min in -12..30 {
                for max in min + 1..min + 30 {
                    let clip = ClipBox { min: min.into(), max: max.into() };
                    let (mut cut, mut clipper) = (GridParts::default(), PartClipper::default());
                    for ring in rings {
                        for &(x, y) in *ring {
                            clipper.push((x.into(), y.into()), clip);
                        }
                        clipper.end_ring(clip, &mut cut);
                        cut.finish_ring();
                    }
                    let mut sweep = RingSweep::default();
                    let found = sweep.rings_meet(&cut);
                    assert_eq!(sweep.clipped_rings_meet(&cut, clip), found, "{rings:?} {clip:?}");
                    *(if found { &mut meet } else { &mut clear }) += 1;
                }
            }
        }
        assert!(meet > 300 && clear > 300, "{meet} {clear}");
    }

    #[test]
    fn a_square_with_a_hole_is_clear() {
        let outer: &[_] = &[(0, 0), (10, 0), (10, 10), (0, 10)];
        assert!(!meet(&[outer, &[(2, 2), (2, 8), (8, 8), (8, 2)]]));
        assert!(!meet(&[&[(0, 0), (5, 0), (10, 0), (10, 10)]]), "collinear vertices are no spike");
    }

    #[test]
    fn crossings_touches_and_spikes_are_found() {
        assert!(meet(&[&[(0, 0), (10, 9), (10, 0), (0, 10)]]), "bow tie");
        assert!(meet(&[&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)]]), "vertex on an edge");
        assert!(meet(&[&[(0, 0), (10, 0), (15, 0), (10, 0), (10, 10)]]), "spike");
        let outer: &[_] = &[(0, 0), (10, 0), (10, 10), (0, 10)];
        assert!(meet(&[outer, &[(0, 5), (5, 8), (5, 2)]]), "hole at the border");
        assert!(meet(&[outer, &[(8, 2), (8, 8), (15, 5)]]), "hole across the border");
    }
}
