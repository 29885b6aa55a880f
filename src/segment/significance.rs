//! The zoom at which each vertex of a line or ring appears: Douglas–Peucker, run once at load for
//! all zooms. A tile then filters vertices instead of simplifying, and drops only what would move
//! no border by more than half a grid unit.

use crate::geo::grid::FINEST_ZOOM;
use crate::geo::world::WorldPoint;

/// Appends the zoom at which each vertex appears, 0 to [`FINEST_ZOOM`], for one part. `closed` for
/// a ring without its closing vertex.
///
/// Source: Douglas & Peucker (1973); the zoom of a vertex is never below that of the vertex that
/// split its chain, so that the vertices of a zoom are those of the algorithm at its tolerance.
pub fn push_vertex_zooms(part: &[WorldPoint], closed: bool, zooms: &mut Vec<u8>) {
    let start = zooms.len();
    zooms.resize(start + part.len(), FINEST_ZOOM);
    let zooms = &mut zooms[start..];
    let Some(last) = part.len().checked_sub(1) else {
        return;
    };
    if closed {
        // Two anchors that depend on neither the ring's start nor its direction.
        let by_place = |i: &usize| (part[*i].x, part[*i].y);
        let west = (0..part.len()).min_by_key(by_place).unwrap_or(0);
        let far = (0..part.len())
            .max_by(|a, b| {
                let distance = |i: usize| squared(part[west], part[i]);
                distance(*a).total_cmp(&distance(*b)).then(by_place(a).cmp(&by_place(b)))
            })
            .unwrap_or(0);
        zooms[west] = 0;
        zooms[far] = 0;
        let (from, to) = (west.min(far), west.max(far));
        split(part, from, to, zooms);
        split(part, to, from + part.len(), zooms);
    } else {
        zooms[0] = 0;
        zooms[last] = 0;
        split(part, 0, last, zooms);
    }
}

/// Splits the chain `from..=to` (indices modulo the part's length) at its farthest vertex, and
/// the halves in turn.
fn split(part: &[WorldPoint], from: usize, to: usize, zooms: &mut [u8]) {
    let at = |i: usize| if i < part.len() { i } else { i - part.len() };
    let mut chains = vec![(from, to, 0u8)];
    while let Some((from, to, parent_zoom)) = chains.pop() {
        let base = Base::new(part[at(from)], part[at(to)]);
        let mut farthest = (0.0, from);
        for i in from + 1..to {
            let distance = base.squared_distance(part[at(i)]);
            if distance > farthest.0 {
                farthest = (distance, i);
            }
        }
        let (distance, vertex) = farthest;
        if vertex == from {
            continue; // the rest lies on the chord: it appears at the finest zoom
        }
        let zoom = appears_at(distance).max(parent_zoom);
        if zoom >= FINEST_ZOOM {
            continue;
        }
        zooms[at(vertex)] = zoom;
        chains.push((from, vertex, zoom));
        chains.push((vertex, to, zoom));
    }
}

/// The first zoom at whose grid a deviation (squared, in world units) is half a unit or more.
fn appears_at(squared_distance: f64) -> u8 {
    // half a unit at zoom z is 2^(FINEST_ZOOM - z - 1) world units
    let zoom = f64::from(FINEST_ZOOM) - 1.0 - squared_distance.log2() / 2.0;
    zoom.ceil().clamp(0.0, f64::from(FINEST_ZOOM)) as u8
}

struct Base {
    from: WorldPoint,
    dx: f64,
    dy: f64,
    squared_length: f64,
}

impl Base {
    fn new(from: WorldPoint, to: WorldPoint) -> Base {
        let (dx, dy) = difference(from, to);
        Base { from, dx, dy, squared_length: dx * dx + dy * dy }
    }

    /// To the segment, not to its line: a chain that runs past its chord's end must not vanish.
    fn squared_distance(&self, point: WorldPoint) -> f64 {
        let (px, py) = difference(self.from, point);
        let along = px * self.dx + py * self.dy;
        if along <= 0.0 {
            px * px + py * py
        } else if along >= self.squared_length {
            let (ex, ey) = (px - self.dx, py - self.dy);
            ex * ex + ey * ey
        } else {
            let across = px * self.dy - py * self.dx;
            across * across / self.squared_length
        }
    }
}

fn squared(a: WorldPoint, b: WorldPoint) -> f64 {
    let (dx, dy) = difference(a, b);
    dx * dx + dy * dy
}

fn difference(from: WorldPoint, to: WorldPoint) -> (f64, f64) {
    (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zooms(part: &[(u32, u32)], closed: bool) -> Vec<u8> {
        let part: Vec<_> = part.iter().map(|&(x, y)| WorldPoint { x, y }).collect();
        let mut zooms = Vec::new();
        push_vertex_zooms(&part, closed, &mut zooms);
        zooms
    }

    #[test]
    fn a_vertex_appears_where_it_moves_the_line_by_half_a_unit() {
        // 512 world units are half a unit at z10, where a unit is 1024.
        assert_eq!(zooms(&[(0, 0), (5000, 512), (10_000, 0)], false), [0, 10, 0]);
        assert_eq!(zooms(&[(0, 0), (5000, 511), (10_000, 0)], false), [0, 11, 0]);
    }

    #[test]
    fn ends_and_anchors_are_always_there_and_straight_vertices_come_last() {
        assert_eq!(zooms(&[(0, 0), (5000, 0), (10_000, 0)], false), [0, FINEST_ZOOM, 0]);
        assert_eq!(zooms(&[(7, 7)], false), [0]);
        assert!(zooms(&[], true).is_empty());
    }

    #[test]
    fn a_ring_has_the_same_zooms_wherever_it_starts_and_whichever_way_it_runs() {
        let ring = [(0, 900), (4000, 0), (9000, 300), (12_000, 5000), (7000, 9000), (800, 7000)];
        let mut expected: Vec<_> = ring.iter().copied().zip(zooms(&ring, true)).collect();
        expected.sort_unstable();
        for turn in 0..ring.len() {
            let mut turned = ring;
            turned.rotate_left(turn);
            for _ in 0..2 {
                turned.reverse();
                let mut found: Vec<_> = turned.iter().copied().zip(zooms(&turned, true)).collect();
                found.sort_unstable();
                assert_eq!(found, expected);
            }
        }
    }
}
