//! Any polygons, across each other or not: the mosaic's faces cover the tile and its buffer without
//! gap or overlap, are valid one by one, and each class keeps the area that its cells have.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use libfuzzer_sys::fuzz_target;
use tuilerie::geo::grid::{GridParts, doubled_area};
use tuilerie::overview::mosaic::{Class, Mosaic, NOTHING};
use tuilerie_fuzz::choices::Choices;
use tuilerie_fuzz::ground::{Plan, tile};
use tuilerie_fuzz::{seed, validity};

const BUFFER: u16 = 64;
const CLASSES: usize = 13;

/// Square units of a cell, and of the least patch that is drawn.
const CELL: i64 = 16;
const PATCH: i64 = 32 * CELL;

fuzz_target!(init: seed("mosaic", seeds()), |bytes: &[u8]| {
    let plan = Plan::new(&mut Choices(bytes));
    let faces = faces(&plan, BUFFER);
    if faces.is_empty() {
        return;
    }
    for (class, parts) in &faces {
        assert!(usize::from(*class) < CLASSES);
        validity::check(&polygons(parts));
    }
    let side = 4096 + 2 * i64::from(BUFFER);
    let covered = faces.values().map(doubled).sum::<i64>();
    assert!(covered == 2 * side * side || !plan.is_covered, "a gap: {covered} of {side}²");
    check_borders(&faces, plan.is_covered);

    let within = self::faces(&plan, 0);
    let bare = 4096 * 4096 - within.values().map(doubled).sum::<i64>() / 2;
    for (class, cells) in (0..).zip(plan.cells(CLASSES)) {
        let drawn = || within.get(&class).map_or(0, doubled) / 2;
        let (truth, found) = (cells * CELL, if class == NOTHING { bare } else { drawn() });
        let allowed = 16 * PATCH + truth / 50;
        assert!((truth - found).abs() <= allowed, "class {class}: {found} for {truth}");
    }
});

/// Every edge has its like in the other direction, on the other side of the border, or there is
/// nothing: so there is no gap and no overlap.
fn check_borders(faces: &BTreeMap<Class, GridParts>, is_covered: bool) {
    let mut edges = BTreeSet::new();
    for ring in faces.values().flat_map(GridParts::parts) {
        for (i, from) in ring.iter().enumerate() {
            let edge = (*from, ring[(i + 1) % ring.len()]);
            assert!(edges.insert(edge), "{edge:?} is there twice");
        }
    }
    let last = 4096 + i32::from(BUFFER);
    let at_edge = |a: i32, b: i32| a == b && (a == -i32::from(BUFFER) || a == last);
    for (from, to) in edges.iter().filter(|_| is_covered) {
        let is_frame = at_edge(from.x, to.x) || at_edge(from.y, to.y);
        assert!(is_frame || edges.contains(&(*to, *from)), "{from:?} to {to:?} has one side");
    }
}

fn faces(plan: &Plan, buffer: u16) -> BTreeMap<Class, GridParts> {
    let mut faces = BTreeMap::new();
    Mosaic::new(buffer).tile(plan, tile(), |class, parts| {
        assert!(faces.insert(class, parts.clone()).is_none(), "class {class} comes twice");
    });
    faces
}

fn doubled(parts: &GridParts) -> i64 {
    parts.parts().map(doubled_area).sum()
}

fn polygons(parts: &GridParts) -> Vec<Vec<Vec<(i64, i64)>>> {
    let mut polygons: Vec<Vec<Vec<_>>> = Vec::new();
    for ring in parts.parts() {
        let closed = ring.iter().chain(ring.first()).map(|p| (p.x.into(), p.y.into())).collect();
        match polygons.last_mut() {
            Some(polygon) if doubled_area(ring) < 0 => polygon.push(closed),
            _ => polygons.push(vec![closed]),
        }
    }
    polygons
}

fn seeds() -> Vec<Vec<u8>> {
    let polygon = |class: u8, scale: u8, at: (u16, u16), ring: &[(u8, u8)]| {
        let [x, y] = [at.0, at.1].map(u16::to_le_bytes);
        let points = ring.iter().flat_map(|(x, y)| [*x, *y]);
        let head = [class, scale, x[0], x[1], y[0], y[1], 0, ring.len() as u8 - 3];
        head.into_iter().chain(points).collect::<Vec<_>>()
    };
    let square = [(0, 0), (255, 0), (255, 255), (0, 255)];
    let middle = (30_000, 30_000);
    let lattice = |cells: u8| [1, cells, 1, 2, 3, 4, 5, 6, 7, 8].to_vec();
    vec![
        lattice(0),
        lattice(12),
        [vec![0], polygon(1, 7, middle, &square), polygon(2, 6, middle, &square)].concat(),
        [lattice(5), polygon(9, 3, (32_000, 31_000), &square)].concat(),
        [vec![0], polygon(3, 7, middle, &[(0, 0), (255, 250), (255, 255), (0, 5)])].concat(),
        [vec![0], polygon(3, 7, middle, &[(0, 0), (255, 255), (255, 0), (0, 255)])].concat(),
    ]
}
