//! What the mosaic promises, on a made-up coverage with wiggly shared borders, specks and roads.

use std::collections::{BTreeMap, BTreeSet};

use super::agglomerate::Agglomerator;
use super::corners::View;
use super::patches::Patches;
use super::raster::{CellWindow, Raster};
use super::runs::Runs;
use super::*;
use crate::geo::grid::{GridPoint, doubled_area};
use crate::geo::rings::RingSweep;
use crate::geo::shape::{RingRole, ShapeKind};
use crate::geo::world::WorldPoint;

const ZOOM: u8 = 12;
const TILE: u32 = 1 << (32 - ZOOM);
/// World units a grid unit.
const UNIT: u32 = TILE / 4096;
const BUFFER: u16 = 64;

/// Polygons in the order in which they keep the ground.
#[derive(Default)]
struct Plan(Vec<(Class, Shape)>);

impl Ground for Plan {
    fn polygons_in(&self, window: WorldBox, visit: &mut dyn FnMut(Class, &Shape)) {
        for (class, shape) in self.0.iter().filter(|(_, shape)| shape.bounds().intersects(window)) {
            visit(*class, shape);
        }
    }
}

impl Plan {
    fn add(&mut self, class: Class, ring: &[(u32, u32)]) {
        let ring: Vec<_> = ring.iter().map(|&(x, y)| WorldPoint { x, y }).collect();
        let mut shape = Shape::new(ShapeKind::Polygon);
        if shape.push_ring(&ring, RingRole::Exterior) {
            self.0.push((class, shape));
        }
    }
}

fn drawn(seed: u64, a: u32, b: u32) -> u32 {
    let mut x = seed ^ u64::from(a) << 32 ^ u64::from(b);
    for _ in 0..3 {
        x = (x ^ x >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    (x >> 33) as u32
}

fn tile(x: u32, y: u32) -> TileId {
    TileId::new(ZOOM, 2000 + x, 1400 + y).unwrap()
}

/// Wiggly quadrilaterals that cover 3 × 3 tiles from `tile(0, 0)` on, of some `step` grid units.
fn coverage(seed: u64, step: u32) -> Plan {
    let (west, north, cells) = (2000 * TILE, 1400 * TILE, 3 * 4096 / step);
    let step = 3 * TILE / cells;
    let corner = |i: u32, j: u32| {
        let shift = |salt: u32, k: u32| match k == 0 || k == cells {
            true => 0,
            false => drawn(seed + u64::from(salt), i, j) % (step / 2),
        };
        let last = |k: u32| if k == cells { 3 * TILE } else { k * step };
        (west + last(i) + shift(1, i), north + last(j) + shift(2, j))
    };
    // The middle of a side is drawn from its ends: the same for both neighbours.
    let middle = |a: (u32, u32), b: (u32, u32)| {
        let (a, b) = (a.min(b), a.max(b));
        let at = |a: u32, b: u32, salt: u64| match a == b {
            true => a,
            false => a.midpoint(b) + drawn(seed ^ salt, a, b) % (step / 8),
        };
        (at(a.0, b.0, 3), at(a.1, b.1, 4))
    };
    let mut plan = Plan::default();
    for (i, j) in (0..cells).flat_map(|j| (0..cells).map(move |i| (i, j))) {
        let corners = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
        let ring: Vec<_> =
            (0..4).flat_map(|k| [corners[k], middle(corners[k], corners[(k + 1) % 4])]).collect();
        // Classes come in districts, as on the ground; some are rare.
        let class = 1 + drawn(seed, i / 5, j / 5).min(drawn(seed + 9, i, j)) % 7;
        plan.add(class as Class, &ring);
    }
    plan
}

/// Specks and a thin slanted road over a coverage, which they overlap.
fn town(seed: u64) -> Plan {
    let mut plan = Plan::default();
    let (west, north) = (2000 * TILE, 1400 * TILE);
    for i in 0..3000 {
        let (x, y) = (drawn(seed, i, 1) % (3 * TILE), drawn(seed, i, 2) % (3 * TILE));
        let (x, y, side) = (west + x, north + y, UNIT * (2 + drawn(seed, i, 3) % 20));
        plan.add(8, &[(x, y), (x + side, y + side / 3), (x + side, y + side), (x, y + side)]);
    }
    let (end, width) = (3 * TILE, UNIT * 5);
    let road =
        [(0, 0), (width, 0), (end, end - width), (end, end)].map(|(x, y)| (west + x, north + y));
    plan.add(9, &road);
    plan.0.extend(coverage(seed, 150).0);
    plan
}

/// Specks in a few rows of each of 3 × 3 tiles from `tile(0, 0)` on, other rows in each.
fn hamlets(seed: u64) -> Plan {
    let mut plan = Plan::default();
    for i in 0..9 {
        let north = (1400 + i / 3) * TILE + drawn(seed, i, 0) % (TILE / 2);
        let west = (2000 + i % 3) * TILE;
        for j in 1..200 {
            let x = west + drawn(seed + 1, i, j) % (TILE / 8);
            let y = north + drawn(seed + 2, i, j) % (TILE / 64);
            let side = UNIT * (2 + drawn(seed + 3, i, j) % 20);
            let class = 1 + j % 3;
            plan.add(class as Class, &[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]);
        }
    }
    plan
}

fn faces(plan: &Plan, tile: TileId, buffer: u16) -> BTreeMap<Class, GridParts> {
    let mut faces = BTreeMap::new();
    Mosaic::new(buffer).tile(plan, tile, |class, parts| {
        assert!(faces.insert(class, parts.clone()).is_none(), "class {class} comes twice");
    });
    faces
}

fn doubled(parts: &GridParts) -> i64 {
    parts.parts().map(doubled_area).sum()
}

fn area(parts: &GridParts) -> i64 {
    doubled(parts) / 2
}

/// Whether rings go around a point between grid lines, given in half units.
fn holds(parts: &GridParts, (x, y): (i32, i32)) -> bool {
    let crosses = |a: GridPoint, b: GridPoint| {
        let ((ax, ay), (bx, by)) = ((2 * a.x, 2 * a.y), (2 * b.x, 2 * b.y));
        (ay > y) != (by > y)
            && f64::from(x)
                < f64::from(ax) + f64::from(y - ay) * f64::from(bx - ax) / f64::from(by - ay)
    };
    let edges = parts.parts().flat_map(|ring| {
        ring.iter().enumerate().map(move |(i, a)| (*a, ring[(i + 1) % ring.len()]))
    });
    edges.filter(|(a, b)| crosses(*a, *b)).count() % 2 == 1
}

#[test]
fn faces_partition_the_tile_and_its_buffer() {
    for seed in 0..4 {
        for (plan, place) in
            [(town(seed), tile(1, 1)), (coverage(seed, 20 + 17 * seed as u32), tile(1, 1))]
        {
            let faces = faces(&plan, place, BUFFER);
            let side = 4096 + 2 * i64::from(BUFFER);
            assert_eq!(faces.values().map(doubled).sum::<i64>(), 2 * side * side);
            for i in 0..200 {
                let at = |salt: u32| ((drawn(seed, i, salt) % (2 * 4096 + 256)) as i32 - 128) | 1;
                let (x, y) = (at(5), at(6));
                let holding = faces.values().filter(|parts| holds(parts, (x, y))).count();
                assert_eq!(holding, 1, "at {x}, {y} in half units");
            }
        }
    }
}

#[test]
fn faces_are_valid_and_in_order() {
    for seed in 0..4 {
        for (class, parts) in faces(&town(seed), tile(1, 1), BUFFER) {
            assert!(!RingSweep::default().rings_meet(&parts), "class {class} of {seed}");
            let mut exterior: Option<GridParts> = None;
            for ring in parts.parts() {
                if doubled_area(ring) > 0 {
                    let mut parts = GridParts::default();
                    ring.iter().for_each(|point| parts.push(*point));
                    parts.finish_ring();
                    exterior = Some(parts);
                } else {
                    let point = ring.iter().min().unwrap();
                    let within = (2 * point.x + 1, 2 * point.y);
                    assert!(exterior.as_ref().is_some_and(|exterior| holds(exterior, within)));
                }
            }
        }
    }
}

#[test]
fn each_class_keeps_its_area() {
    // Polygons of 6 cells and less, nearly all too small to see.
    let plan = coverage(7, 22);
    let mut truth: BTreeMap<Class, f64> = BTreeMap::new();
    for (class, shape) in &plan.0 {
        let doubled = shape.parts().map(crate::geo::shape::doubled_area).sum::<i128>();
        *truth.entry(*class).or_default() += doubled as f64 / 2.0 / f64::from(UNIT).powi(2);
    }
    let mut drawn: BTreeMap<Class, i64> = BTreeMap::new();
    let mut mosaic = Mosaic::new(0);
    for (x, y) in (0..3).flat_map(|y| (0..3).map(move |x| (x, y))) {
        mosaic.tile(&plan, tile(x, y), |class, parts| {
            *drawn.entry(class).or_default() += area(parts);
        });
    }
    let all: f64 = truth.values().sum();
    for (class, area) in truth.into_iter().filter(|(_, area)| area / all > 0.01) {
        let error = drawn[&class] as f64 / area - 1.0;
        assert!(
            error.abs() < 0.02,
            "class {class}: {:.1} % of {:.1} %",
            error * 100.0,
            area / all * 100.0
        );
    }
}

#[test]
fn neighbours_meet_in_the_same_vertices() {
    let plan = town(3);
    let on_line = |x: u32, y: u32, far: bool, vertical: bool| -> BTreeSet<(Class, i32)> {
        let line = if far { 4096 } else { 0 };
        let across = |p: &GridPoint| if vertical { (p.x, p.y) } else { (p.y, p.x) };
        let faces = faces(&plan, tile(x, y), BUFFER);
        let points = faces
            .iter()
            .flat_map(|(class, parts)| parts.points().iter().map(move |p| (*class, across(p))));
        points
            .filter(|(_, (across, along))| *across == line && (0..=4096).contains(along))
            .map(|(class, (_, along))| (class, along))
            .collect()
    };
    let (west, east) = (on_line(0, 1, true, true), on_line(1, 1, false, true));
    assert!(west.len() > 20);
    assert_eq!(west, east);
    assert_eq!(on_line(1, 0, true, false), on_line(1, 1, false, false));
}

#[test]
fn what_lies_far_away_changes_nothing() {
    let plan = hamlets(1);
    let alone = faces(&plan, tile(1, 1), BUFFER);
    assert_eq!(alone.len(), 3);
    let mut beside = plan;
    for y in [1401 * TILE + 40 * UNIT, 1402 * TILE - 140 * UNIT] {
        let (x, side) = (2001 * TILE + 3000 * UNIT, 100 * UNIT);
        beside.add(4, &[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]);
    }
    let mut beside = faces(&beside, tile(1, 1), BUFFER);
    assert!(beside.remove(&4).is_some());
    assert_eq!(alone, beside);
}

#[test]
fn a_tile_is_the_same_after_any_others() {
    for plan in [town(1), hamlets(1)] {
        let alone = faces(&plan, tile(1, 1), BUFFER);
        assert!(!alone.is_empty());
        let mut mosaic = Mosaic::new(BUFFER);
        for (x, y) in [(2, 2), (0, 1), (1, 2)] {
            mosaic.tile(&plan, tile(x, y), |_, _| ());
        }
        let mut after = BTreeMap::new();
        mosaic.tile(&plan, tile(1, 1), |class, parts| {
            after.insert(class, parts.clone());
        });
        assert_eq!(alone, after);
    }
}

#[test]
fn nothing_within_a_tile_is_too_small_to_see() {
    for (seed, step) in [(1, 9), (2, 30), (3, 80)] {
        let plan = coverage(seed, step);
        let window = CellWindow::of_tile(tile(1, 1), HALO);
        let mut raster = Raster::default();
        plan.polygons_in(window.world_box(), &mut |class, shape| {
            raster.paint(&window, class, shape);
        });
        let runs: Runs =
            Agglomerator::default().finish(tile(1, 1), &raster, &SamplingError::default(), &|_| 0);
        let view = View { runs: &runs, ground: &runs, margin: 0 };
        let (mut patches, mut sizes) = (Patches::default(), Vec::new());
        patches.find(view);
        patches.sizes(view, &mut sizes);
        let mut inner: BTreeMap<u32, bool> = BTreeMap::new();
        for row in 0..runs.height() {
            for (run, (span, end)) in (runs.first(row) as u32..).zip(runs.spans(row)) {
                let at_edge =
                    [0, runs.height() - 1].contains(&row) || span.start == 0 || end == runs.width();
                *inner.entry(patches.root(run)).or_insert(true) &= !at_edge;
            }
        }
        let inner: Vec<_> = inner.into_iter().filter(|(_, inner)| *inner).collect();
        assert!(inner.len() > 100, "{} patches", inner.len());
        for (patch, _) in inner {
            assert!(
                sizes[patch as usize] as usize >= MIN_PATCH,
                "of step {step}: {}",
                sizes[patch as usize]
            );
        }
    }
}

#[test]
fn a_slanted_border_is_straight_and_the_first_polygon_keeps_the_ground() {
    let (west, north) = (2001 * TILE, 1401 * TILE);
    let place = |x: u32, y: u32| (west + x * UNIT, north + y * UNIT);
    let mut plan = Plan::default();
    plan.add(1, &[place(1000, 300), place(3100, 1100), place(2300, 3200), place(200, 2400)]);
    plan.add(2, &[place(600, 600), place(3600, 600), place(3600, 3600), place(600, 3600)]);
    let faces = faces(&plan, tile(1, 1), BUFFER);
    assert!(faces[&1].points().len() <= 32, "{:?}", faces[&1]);
    let exact = 2100.0 * 2100.0 + 800.0 * 800.0;
    assert!((area(&faces[&1]) as f64 / exact - 1.0).abs() < 0.002, "{}", area(&faces[&1]));
}

#[test]
fn nothing_is_made_of_nothing_and_the_world_has_an_edge() {
    assert!(faces(&Plan::default(), tile(1, 1), BUFFER).is_empty());
    let mut plan = Plan::default();
    plan.add(1, &[(0, 0), (TILE / 2, 0), (TILE / 2, TILE / 2), (0, TILE / 2)]);
    let corner = TileId::new(ZOOM, 0, 0).unwrap();
    assert!((area(&faces(&plan, corner, BUFFER)[&1]) - 2048 * 2048).abs() < 32);
    assert!(faces(&plan, TileId::new(ZOOM, 2, 0).unwrap(), BUFFER).is_empty());
}

#[test]
fn a_box_without_a_centre_leaves_no_trace_and_one_with_centres_does() {
    let window = CellWindow::of_tile(tile(0, 0), HALO);
    let origin = window.world_box().min;
    let (mut with, mut without) = (0, 0);
    for i in 0..2000 {
        let [x, y, width, height] = [1, 2, 3, 4].map(|salt| drawn(7, i, salt) % (6 * UNIT) + 1);
        let (west, north) = (origin.x + 100 * UNIT + x, origin.y + 100 * UNIT + y);
        let corners = [(0, 0), (width, 0), (width, height), (0, height)];
        let mut plan = Plan::default();
        plan.add(1, &corners.map(|(right, down)| (west + right, north + down)));
        let shape = &plan.0[0].1;
        let mut raster = Raster::default();
        raster.paint(&window, 1, shape);
        let is_painted = raster.rows().flatten().any(|class| *class != NOTHING);
        let holds = holds_a_centre(shape.bounds(), ZOOM);
        assert!(holds || !is_painted);
        (with, without) = (with + u32::from(holds), without + u32::from(!holds));
        if holds {
            let max = WorldPoint { x: west + width - 1, y: north + height - 1 };
            let inner = WorldBox { min: shape.bounds().min, max };
            // But where a centre lies on the far border, which is not the polygon's.
            assert!(is_painted || !holds_a_centre(inner, ZOOM));
        }
    }
    assert!(with > 300 && without > 300, "{with} with, {without} without");
}
