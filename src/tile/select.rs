//! Which features of a layer may show in a tile: pages by the R-tree or by the tile's place in an
//! overview, features by their boxes, in canonical order.

use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::store::page::Order;
use crate::store::segment::Segment;

/// A feature whose box meets the tile's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its place among the others of the tile.
    pub order: Order,
    /// The number of its page.
    pub page: u32,
    /// Its place in the page.
    pub feature: u32,
}

/// Collects the features of a tile whose boxes meet its window, in canonical order. `pages` is
/// scratch.
pub fn select(
    segment: &Segment,
    tile: TileId,
    window: WorldBox,
    pages: &mut Vec<u32>,
    candidates: &mut Vec<Candidate>,
) {
    candidates.clear();
    segment.pages_of(tile, window, pages);
    for &number in pages.iter() {
        let Some(page) = segment.page(number) else {
            continue;
        };
        for feature in 0..page.len() {
            if page.bounds(feature).intersects(window) {
                candidates.push(Candidate {
                    order: page.order(feature),
                    page: number,
                    feature: feature as u32,
                });
            }
        }
    }
    candidates.sort_unstable();
}
