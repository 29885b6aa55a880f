//! Polygons for the mosaic, made of choices: some side by side, some across each other, some of no
//! area, around the tile that is looked at.

use tuilerie::geo::shape::{RingRole, Shape, ShapeKind};
use tuilerie::geo::tile::TileId;
use tuilerie::geo::world::{WorldBox, WorldPoint};
use tuilerie::overview::mosaic::{Class, Ground};

use crate::choices::Choices;

const ZOOM: u8 = 12;
/// World units a tile, and a tile unit.
const TILE: u32 = 1 << (32 - ZOOM);
const UNIT: u32 = TILE / 4096;

/// Polygons in the order in which they keep the ground.
#[derive(Debug, Default)]
pub struct Plan {
    /// Each with what it is.
    pub polygons: Vec<(Class, Shape)>,
    /// Whether they leave nothing bare.
    pub is_covered: bool,
}

impl Ground for Plan {
    fn polygons_in(&self, window: WorldBox, visit: &mut dyn FnMut(Class, &Shape)) {
        for (class, shape) in &self.polygons {
            if shape.bounds().intersects(window) {
                visit(*class, shape);
            }
        }
    }
}

/// The tile in the middle.
pub fn tile() -> TileId {
    TileId::new(ZOOM, 2001, 1401).unwrap()
}

impl Plan {
    /// Polygons on 3 × 3 tiles; for every second one the last of them lies under all.
    pub fn new(choices: &mut Choices<'_>) -> Plan {
        let mut plan = Plan::default();
        let choice = choices.byte();
        if choice & 1 == 1 {
            plan.lattice(choices);
        }
        while !choices.is_empty() && plan.polygons.len() < 300 {
            plan.polygon(choices);
        }
        plan.is_covered = choice & 2 == 0;
        if plan.is_covered {
            plan.everywhere();
        }
        plan
    }

    fn everywhere(&mut self) {
        let at = |x: u32, y: u32| WorldPoint { x: (1999 + x) * TILE, y: (1399 + y) * TILE };
        let mut shape = Shape::new(ShapeKind::Polygon);
        shape.push_ring(&[at(0, 0), at(5, 0), at(5, 5), at(0, 5)], RingRole::Exterior);
        self.polygons.push((12, shape));
    }

    /// A polygon anywhere, of a few rings with a few vertices, large or small, whatever they do.
    fn polygon(&mut self, choices: &mut Choices<'_>) {
        let class = 1 + Class::from(choices.byte() % 12);
        let (scale, at) = (choices.byte() % 8, [choices.short(), choices.short()]);
        // A sixteenth of a tile unit to 8 tile units a step of 256 steps; or on cells.
        let mut shape = Shape::new(ShapeKind::Polygon);
        for ring in 0..1 + choices.byte() % 3 {
            let place = |at: u16, step: u8| {
                let offset = u32::from(at) * (3 * TILE / 65_536);
                let step = (u32::from(step) * UNIT / 16) << scale;
                offset + step
            };
            let ring_points: Vec<_> = (0..3 + choices.byte() % 7)
                .map(|_| WorldPoint {
                    x: 2000 * TILE + place(at[0], choices.byte()),
                    y: 1400 * TILE + place(at[1], choices.byte()),
                })
                .collect();
            let role = if ring == 0 { RingRole::Exterior } else { RingRole::Interior };
            if !shape.push_ring(&ring_points, role) && ring == 0 {
                return;
            }
        }
        self.polygons.push((class, shape));
    }

    /// Quadrilaterals side by side over the middle tile and somewhat more.
    fn lattice(&mut self, choices: &mut Choices<'_>) {
        let cells = 2 + u32::from(choices.byte() % 14);
        let seed = choices.long();
        let step = 3 * TILE / 2 / cells;
        let corner = |i: u32, j: u32| {
            let drawn = scramble(seed ^ u64::from(i) << 32 ^ u64::from(j));
            let shift = |bits: u64| (bits as u32 % 1024) * (step / 2048);
            WorldPoint {
                x: 2000 * TILE + 3 * TILE / 4 + i * step + shift(drawn),
                y: 1400 * TILE + 3 * TILE / 4 + j * step + shift(drawn >> 32),
            }
        };
        for (i, j) in (0..cells).flat_map(|j| (0..cells).map(move |i| (i, j))) {
            let ring = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
            let mut shape = Shape::new(ShapeKind::Polygon);
            let class = 1 + (scramble(seed ^ u64::from(i * 31 + j)) % 7) as Class;
            if shape.push_ring(&ring, RingRole::Exterior) {
                self.polygons.push((class, shape));
            }
        }
    }

    /// How many cells of the middle tile each class has: of a thousand rows of a thousand cells,
    /// each cell is of the first polygon that holds its centre.
    pub fn cells(&self, classes: usize) -> Vec<i64> {
        const SIDE: usize = 1024;
        let cell = f64::from(TILE) / SIDE as f64;
        let corner = [tile().x(), tile().y()].map(|tile| f64::from(tile) * f64::from(TILE));
        let mut counts = vec![0; classes];
        for row in 0..SIDE {
            let mut cells = [0 as Class; SIDE];
            let y = corner[1] + (row as f64 + 0.5) * cell;
            for (class, shape) in &self.polygons {
                for pair in crossings(shape, y).chunks_exact(2) {
                    let first = |x: f64| {
                        ((x - corner[0]) / cell - 0.5).ceil().clamp(0.0, SIDE as f64) as usize
                    };
                    for free in cells[first(pair[0])..first(pair[1])].iter_mut() {
                        *free = if *free == 0 { *class } else { *free };
                    }
                }
            }
            cells.iter().for_each(|class| counts[usize::from(*class)] += 1);
        }
        counts
    }
}

/// Where a shape's rings cross a horizontal line, from west to east.
fn crossings(shape: &Shape, y: f64) -> Vec<f64> {
    let edges = shape.parts().flat_map(|ring| {
        ring.iter().enumerate().map(move |(i, a)| (*a, ring[(i + 1) % ring.len()]))
    });
    let mut crossings: Vec<f64> = edges
        .map(|(a, b)| if a.y < b.y { (a, b) } else { (b, a) })
        .filter(|(a, b)| f64::from(a.y) < y && f64::from(b.y) >= y)
        .map(|(a, b)| {
            let [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map(f64::from);
            ax + (y - ay) * ((bx - ax) / (by - ay))
        })
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    crossings
}

/// The finalizer of SplitMix64.
fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
