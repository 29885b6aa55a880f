//! Lines too short to be seen alone that are many: where all of a block would reach farther than one that
//! is seen, the longest stays, whatever its class. By what features truly reach: chains of squares
//! reach farther than what lies in them. (The longest of each class would leave a street of three
//! hundred classes empty, all of them would be a carpet.)

use hashbrown::HashMap;

use super::classes::Class;
use super::ground::{Feature, Ground};
use super::lines::{SQUARE, TOO_SHORT, place, reach, simplify};
use crate::geo::clip::{ClipBox, WidePoint};
use crate::geo::grid::Grid;
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;

/// Lines that reach less far than this are no more than a dot: a quarter of a pixel.
const DOT: i64 = 2;

/// The side of the blocks in which one line stays for many: four pixels.
pub(super) const BLOCK: i64 = 4 * SQUARE;

/// A block of the tile's grid.
type Block = (i64, i64);

/// Lines too short to be seen alone, by block.
#[derive(Default)]
pub(super) struct Crowds<'a> {
    blocks: HashMap<Block, Crowd<'a>>,
}

struct Crowd<'a> {
    /// How far its lines reach together, and the longest of them.
    reach: i64,
    longest: (i64, Feature<'a>),
}

impl<'a> Crowds<'a> {
    /// Adds a line if it is too short.
    pub(super) fn add(&mut self, feature: Feature<'a>, middle: WidePoint, reach: i64) {
        if !(DOT..=TOO_SHORT).contains(&reach) {
            return;
        }
        let block = (middle.0.div_euclid(BLOCK), middle.1.div_euclid(BLOCK));
        let begun = Crowd { reach: 0, longest: (reach, feature) };
        let crowd = self.blocks.entry(block).or_insert(begun);
        crowd.reach += reach;
        let rank = |(reach, feature): &(i64, Feature<'_>)| (*reach, feature.order);
        if rank(&(reach, feature)) > rank(&crowd.longest) {
            crowd.longest = (reach, feature);
        }
    }

    /// Takes away the crowds in the blocks along a chain that is shown and a square beside it: it may
    /// be made of them.
    pub(super) fn disperse(&mut self, chain: &[WidePoint]) {
        let mut before = None;
        for pair in chain.windows(2) {
            if self.blocks.is_empty() {
                return;
            }
            let (from, to) = (pair[0], pair[1]);
            let steps = reach(pair) / SQUARE + 1;
            for step in 0..=steps {
                let blocks = |from: i64, to: i64| {
                    let at = from + (to - from) * step / steps;
                    (at - SQUARE).div_euclid(BLOCK)..=(at + SQUARE).div_euclid(BLOCK)
                };
                let here = (blocks(from.0, to.0), blocks(from.1, to.1));
                if before.as_ref() == Some(&here) {
                    continue;
                }
                for column in here.0.clone() {
                    for row in here.1.clone() {
                        self.blocks.remove(&(column, row));
                    }
                }
                before = Some(here);
            }
        }
    }

    /// The lines that stay within a box.
    pub(super) fn longest(
        self,
        ground: &Ground<'_>,
        tile: TileId,
        clip: ClipBox,
    ) -> Vec<(Class, Vec<WidePoint>)> {
        let touches = |at: i64| at * BLOCK <= clip.max && (at + 1) * BLOCK > clip.min;
        let window = Grid::world_box(tile, u16::MAX);
        let (mut shape, mut scratch) = (Shape::new(ShapeKind::Line), Vec::new());
        let mut blocks: Vec<_> = self.blocks.into_iter().collect();
        blocks.retain(|((column, row), crowd)| {
            crowd.reach > TOO_SHORT && touches(*column) && touches(*row)
        });
        blocks.sort_unstable_by_key(|(block, _)| *block);
        let mut chains = Vec::new();
        for (_, Crowd { longest: (_, feature), .. }) in blocks {
            let class = ground.class(&feature, &mut scratch);
            feature.read(tile.z(), window, &mut shape);
            for line in shape.parts() {
                let mut chain: Vec<_> = line.iter().copied().map(place(tile)).collect();
                chain.dedup();
                chains.push((class, simplify(&chain)));
            }
        }
        chains.retain(|(_, chain)| chain.len() > 1);
        chains
    }
}
