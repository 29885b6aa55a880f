//! Which features of a layer may show in a tile: pages by the R-tree or by the tile's place in an
//! overview, features by their boxes, in canonical order.

use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::store::page::Order;
use crate::store::parts::View;

/// A feature whose box meets the tile's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its place among the others of the tile.
    pub order: Order,
    /// The number of its segment in the view.
    pub segment: u32,
    /// The number of its page.
    pub page: u32,
    /// Its place in the page.
    pub feature: u32,
}

/// Collects the features of a tile whose boxes meet its window, in canonical order. `pages` is
/// scratch.
pub fn select(
    view: &View<'_>,
    tile: TileId,
    window: WorldBox,
    pages: &mut Vec<u32>,
    candidates: &mut Vec<Candidate>,
) {
    candidates.clear();
    for (place, segment) in view.segments().enumerate() {
        segment.pages_of(tile, window, pages);
        for &number in pages.iter() {
            let Some(page) = segment.page(number) else {
                continue;
            };
            for feature in 0..page.len() {
                let order = page.order(feature);
                if page.bounds(feature).intersects(window) && !view.is_replaced(place, order) {
                    candidates.push(Candidate {
                        order,
                        segment: place as u32,
                        page: number,
                        feature: feature as u32,
                    });
                }
            }
        }
    }
    candidates.sort_unstable();
}
