//! Where roads cross waters, the railway and the motorway: there they run on bridges, but for the
//! level crossings of the country lanes.

use super::Waters;
use super::blocks::RIVER;
use super::canal;
use super::ways::{Kind, RAILWAY, Way};
use crate::source::demo::geometry::path::Path;
use crate::source::demo::geometry::vector::{Vector, bounds, touch};

/// A bridge.
#[derive(Clone, Copy, Debug)]
pub struct Bridge {
    /// The way that runs over it, and how far along.
    pub way: usize,
    pub at: f64,
    pub place: Vector,
    pub along: Vector,
    /// Half of its length, and of its width.
    pub reach: f64,
    pub half_width: f64,
}

/// All bridges.
pub fn bridges(ways: &[Way], waters: &Waters) -> Vec<Bridge> {
    let motorway = ways.iter().find(|way| way.kind == Kind::Motorway);
    let canal = Some((&waters.canal.axis, canal::HALF_GROUND));
    let river = Some((&waters.river, RIVER.0 + 6.0));
    let motorway = motorway.map(|way| (&way.path, 19.0));
    let mut bridges = Vec::new();
    for (number, way) in ways.iter().enumerate() {
        if matches!(way.kind, Kind::Railway | Kind::Motorway | Kind::Towpath) {
            continue;
        }
        let railway = (way.kind == Kind::Departmental).then_some((&ways[RAILWAY].path, 10.0));
        for (under, reach) in [canal, river, railway, motorway].into_iter().flatten() {
            for at in crossings(&way.path, under) {
                let (place, along) = way.path.locate(at);
                let half_width = way.kind.half_carriageway() + 1.0;
                bridges.push(Bridge { way: number, at, place, along, reach, half_width });
            }
        }
    }
    bridges
}

/// How far along a path another crosses it.
pub fn crossings(path: &Path, other: &Path) -> Vec<f64> {
    let mut found = Vec::new();
    let reach = bounds(&other.0);
    if !touch(bounds(&path.0), reach) {
        return found;
    }
    let mut passed = 0.0;
    for edge in path.0.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        let own = bounds(edge);
        let is_near = touch(own, reach);
        for across in other.0.windows(2).filter(|across| is_near && touch(own, bounds(across))) {
            let (c, d) = (across[0], across[1]);
            let (ab, cd) = (b - a, d - c);
            let turn = ab.cross(cd);
            if turn == 0.0 {
                continue;
            }
            let (t, u) = ((c - a).cross(cd) / turn, (c - a).cross(ab) / turn);
            if (0.0..1.0).contains(&t) && (0.0..1.0).contains(&u) {
                found.push(passed + a.distance(b) * t);
            }
        }
        passed += a.distance(b);
    }
    found
}
