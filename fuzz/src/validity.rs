//! Is a multipolygon valid by OGC Simple Features (06-103r4, 6.1.11 and 6.1.14)? Integers, edge
//! against edge; written from the standard, for tiles of thousands of vertices at the most.

type Point = (i64, i64);
type Ring = Vec<Point>;

/// Panics with what is wrong with polygons of closed rings, exteriors first.
///
/// # Panics
/// Where they are not valid.
pub fn check(polygons: &[Vec<Ring>]) {
    let rings: Vec<&Ring> = polygons.iter().flatten().collect();
    let owners: Vec<usize> =
        polygons.iter().enumerate().flat_map(|(i, rings)| rings.iter().map(move |_| i)).collect();
    let touches = touches(&rings);
    for (ring, (owner, rings)) in rings.iter().zip(owners.iter().zip(rings_of(polygons))) {
        let is_exterior = std::ptr::eq(*ring, &rings[0]);
        assert!(is_exterior || lies_in(ring, &rings[0]), "a hole outside its exterior: {rings:?}");
        for hole in rings[1..].iter().filter(|hole| !is_exterior && !std::ptr::eq(*hole, *ring)) {
            assert!(!lies_in(ring, hole), "a hole in a hole: {rings:?}");
        }
        for (_, others) in polygons.iter().enumerate().filter(|(i, _)| is_exterior && i != owner) {
            let in_hole = others[1..].iter().any(|hole| lies_in(ring, hole));
            assert!(!lies_in(ring, &others[0]) || in_hole, "polygons overlap: {polygons:?}");
        }
    }
    // Rings of one polygon that touch in a circle cut its interior in two: seen as a graph of rings
    // and places, that is a cycle.
    for polygon in 0..polygons.len() {
        let mut leads: Vec<(usize, Point)> = touches
            .iter()
            .flat_map(|&(a, b, at)| [(a, at), (b, at)])
            .filter(|(ring, _)| owners[*ring] == polygon)
            .collect();
        leads.sort_unstable();
        leads.dedup();
        let mut groups = Groups::default();
        for (ring, at) in leads {
            assert!(groups.join(Err(ring), Ok(at)), "an interior cut in two: {polygons:?}");
        }
    }
}

fn rings_of(polygons: &[Vec<Ring>]) -> impl Iterator<Item = &Vec<Ring>> {
    polygons.iter().flat_map(|rings| rings.iter().map(move |_| rings))
}

struct Edge {
    ring: usize,
    place: usize,
    from: Point,
    to: Point,
}

/// Where different rings touch in a point. Panics where edges cross, lie on each other, or where a
/// ring meets itself.
fn touches(rings: &[&Ring]) -> Vec<(usize, usize, Point)> {
    let mut edges: Vec<Edge> = Vec::new();
    for (ring, points) in rings.iter().enumerate() {
        assert!(points.len() > 3, "a ring of {points:?}");
        edges.extend(points.windows(2).enumerate().map(|(place, pair)| {
            assert_ne!(pair[0], pair[1], "an edge without length: {points:?}");
            Edge { ring, place, from: pair[0], to: pair[1] }
        }));
    }
    edges.sort_unstable_by_key(|edge| edge.from.0.min(edge.to.0));
    let mut touches = Vec::new();
    for (i, a) in edges.iter().enumerate() {
        let end = a.from.0.max(a.to.0);
        for b in edges[i + 1..].iter().take_while(|b| b.from.0.min(b.to.0) <= end) {
            let Some(at) = meeting(a, b) else { continue };
            let told = || format!("{:?} and {:?}", (a.from, a.to), (b.from, b.to));
            let at = at.unwrap_or_else(|| panic!("edges cross: {}", told()));
            let edges = rings[a.ring].len() - 1;
            let follow = (a.place + 1) % edges == b.place || (b.place + 1) % edges == a.place;
            if a.ring != b.ring {
                touches.push((a.ring, b.ring, at));
            } else {
                assert!(follow, "a ring meets itself: {}", told());
            }
        }
    }
    touches
}

/// `None` for edges that do not meet, the end of one that lies on the other, or `Some(None)` where
/// they cross or share more than a point.
fn meeting(a: &Edge, b: &Edge) -> Option<Option<Point>> {
    let on = |edge: &Edge, p: Point| {
        side(edge.from, edge.to, p) == 0
            && (edge.from.0.min(edge.to.0)..=edge.from.0.max(edge.to.0)).contains(&p.0)
            && (edge.from.1.min(edge.to.1)..=edge.from.1.max(edge.to.1)).contains(&p.1)
    };
    let mut shared: Vec<Point> = [a.from, a.to].into_iter().filter(|p| on(b, *p)).collect();
    shared.extend([b.from, b.to].into_iter().filter(|p| on(a, *p)));
    shared.sort_unstable();
    shared.dedup();
    match shared[..] {
        [] => {
            let crosses = side(a.from, a.to, b.from) * side(a.from, a.to, b.to) < 0
                && side(b.from, b.to, a.from) * side(b.from, b.to, a.to) < 0;
            crosses.then_some(None)
        }
        [at] => Some(Some(at)),
        _ => Some(None),
    }
}

fn side(a: Point, b: Point, p: Point) -> i64 {
    ((b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)).signum()
}

/// Whether a ring lies within another that it does not cross: by its first vertex or middle of an
/// edge that is not on the other's border.
fn lies_in(ring: &Ring, around: &Ring) -> bool {
    let twice = |p: &Point| (2 * p.0, 2 * p.1);
    let middles = ring.windows(2).map(|pair| (pair[0].0 + pair[1].0, pair[0].1 + pair[1].1));
    let around: Ring = around.iter().map(twice).collect();
    let places = ring.iter().map(twice).chain(middles);
    places.into_iter().find_map(|place| holds(&around, place)).unwrap_or(true)
}

/// Whether a ring goes around a point; `None` on its border.
fn holds(ring: &Ring, p: Point) -> Option<bool> {
    let mut inside = false;
    for pair in ring.windows(2) {
        let (a, b) = if pair[0].1 <= pair[1].1 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        let turn = side(a, b, p);
        let spans = (a.0.min(b.0)..=a.0.max(b.0)).contains(&p.0) && (a.1..=b.1).contains(&p.1);
        if turn == 0 && spans {
            return None;
        }
        inside ^= (a.1 > p.1) != (b.1 > p.1) && turn > 0;
    }
    Some(inside)
}

/// What is connected.
#[derive(Default)]
struct Groups(Vec<Vec<Result<Point, usize>>>);

impl Groups {
    /// Connects two things; `false` where they were connected before.
    fn join(&mut self, a: Result<Point, usize>, b: Result<Point, usize>) -> bool {
        let find = |groups: &mut Vec<Vec<_>>, thing| {
            let known = groups.iter().position(|group| group.contains(&thing));
            known.map_or_else(|| vec![thing], |place| groups.swap_remove(place))
        };
        let mut group = find(&mut self.0, a);
        if group.contains(&b) {
            self.0.push(group);
            return false;
        }
        group.extend(find(&mut self.0, b));
        self.0.push(group);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(polygons: &[&[&[Point]]]) -> bool {
        let closed = |ring: &&[Point]| ring.iter().chain(ring.first()).copied().collect();
        let polygons: Vec<Vec<Ring>> =
            polygons.iter().map(|rings| rings.iter().map(closed).collect()).collect();
        std::panic::catch_unwind(|| check(&polygons)).is_ok()
    }

    #[test]
    fn the_judge_knows_valid_polygons_from_others() {
        let square: &[Point] = &[(0, 0), (10, 0), (10, 10), (0, 10)];
        let hole: &[Point] = &[(2, 2), (2, 8), (8, 8), (8, 2)];
        let inner: &[Point] = &[(3, 3), (7, 3), (7, 7), (3, 7)];
        assert!(is_valid(&[&[square]]) && is_valid(&[&[square, hole]]));
        assert!(is_valid(&[&[square, hole], &[inner]]), "an island in a hole");
        assert!(is_valid(&[&[square, &[(0, 0), (2, 5), (5, 2)]]]), "a touch in one point");
        assert!(is_valid(&[&[square], &[&[(10, 10), (20, 10), (20, 20)]]]));
        assert!(!is_valid(&[&[&[(0, 0), (10, 10), (10, 0), (0, 9)]]]), "a bow tie");
        assert!(!is_valid(&[&[square, &[(0, 5), (5, 2), (10, 5), (5, 8)]]]), "cut in two");
        assert!(!is_valid(&[&[square, &[(20, 20), (20, 30), (30, 30)]]]), "a hole outside");
        assert!(!is_valid(&[&[square, hole, inner]]), "a hole in a hole");
        assert!(!is_valid(&[&[square], &[inner]]), "overlapping");
        assert!(!is_valid(&[&[square], &[&[(10, 2), (20, 2), (10, 8)]]]), "along an edge");
    }
}
