//! The net of nodes that every border follows: a square grid whose lines were bent.
//!
//! A cell's corners are displaced, then each edge's middle, then each quarter's, down to
//! [`STEP`]: fractal borders, and the border of a large polygon passes through exactly the nodes
//! of the small ones beside it. A node's displacement comes from its place in the whole plane, so
//! two cells agree on the side that they share. The rejected way, a Voronoi diagram with
//! subdivided edges, needs its neighbours' seeds and gives no T-junctions, which real land cover
//! is full of.

use super::noise::Dice;
use super::place;

/// Distance between nodes before they are displaced, in metres.
pub const STEP: f64 = 6.0;
/// Steps along a cell's side: a cell is 3,072 m wide.
pub const CELL: usize = 512;

/// How far an edge's middle may lie from the straight line, as a share of its length: edges of
/// 384 m and more, and shorter ones. Above these a few borders cross one another.
const SHARES: [f64; 2] = [0.05, 0.09];
const SALT: u64 = 0x6d65_7368;
const SIDE: usize = CELL + 1;

/// The nodes of one cell.
pub struct Mesh {
    nodes: Vec<[f64; 2]>,
    origin: [i64; 2],
}

impl Mesh {
    /// The nodes of the cell in this column and row of the plane.
    pub fn new(column: i64, row: i64) -> Mesh {
        let cell = CELL as i64;
        let mut mesh =
            Mesh { nodes: vec![[0.0; 2]; SIDE * SIDE], origin: [column * cell, row * cell] };
        for y in [0, CELL] {
            for x in [0, CELL] {
                let [i, j] = mesh.address(x, y);
                let straight = [i as f64 * STEP, j as f64 * STEP];
                mesh.set(x, y, straight, 0.04 * STEP * CELL as f64);
            }
        }
        let mut step = CELL;
        while step > 1 {
            mesh.refine(step);
            step /= 2;
        }
        mesh.nodes.iter_mut().for_each(|node| *node = place(*node));
        mesh
    }

    /// The node `x` steps east and `y` steps north of the cell's corner, in Lambert-93.
    pub fn node(&self, x: usize, y: usize) -> [f64; 2] {
        self.nodes[y * SIDE + x]
    }

    /// The same node's place in the whole plane, in steps.
    pub fn address(&self, x: usize, y: usize) -> [i64; 2] {
        [self.origin[0] + x as i64, self.origin[1] + y as i64]
    }

    fn set(&mut self, x: usize, y: usize, [px, py]: [f64; 2], jitter: f64) {
        let [i, j] = self.address(x, y);
        let mut dice = Dice::at(SALT, i, j);
        self.nodes[y * SIDE + x] = [px + jitter * dice.signed(), py + jitter * dice.signed()];
    }

    /// From nodes every `step` to nodes every half of it.
    fn refine(&mut self, step: usize) {
        let half = step / 2;
        for along in (half..CELL).step_by(step) {
            for across in (0..=CELL).step_by(step) {
                self.bend([along - half, across], [along + half, across], step);
                self.bend([across, along - half], [across, along + half], step);
            }
        }
        for y in (half..CELL).step_by(step) {
            for x in (half..CELL).step_by(step) {
                let around = [(x - half, y), (x + half, y), (x, y - half), (x, y + half)]
                    .map(|(x, y)| self.node(x, y));
                let middle = [0, 1].map(|axis| around.map(|p| p[axis]).iter().sum::<f64>() / 4.0);
                self.set(x, y, middle, 0.05 * step as f64 * STEP);
            }
        }
    }

    /// Places the middle of the edge between two nodes, off the straight line by a share of its
    /// length. Large edges bend less: what they do, every smaller one inherits.
    fn bend(&mut self, from: [usize; 2], to: [usize; 2], step: usize) {
        let share = SHARES[usize::from(step < CELL / 8)];
        let (x, y) = (from[0].midpoint(to[0]), from[1].midpoint(to[1]));
        let [a, b] = [from, to].map(|[x, y]| self.node(x, y));
        let [i, j] = self.address(x, y);
        let off = share * Dice::at(SALT, i, j).signed();
        self.nodes[y * SIDE + x] =
            [(a[0] + b[0]) / 2.0 - off * (b[1] - a[1]), (a[1] + b[1]) / 2.0 + off * (b[0] - a[0])];
    }
}
