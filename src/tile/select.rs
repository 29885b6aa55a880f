//! Which features of a layer may show in a tile: pages by the R-tree or by the tile's place in an
//! overview, features by their boxes, in canonical order.

use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::segment::cut::Frame;
use crate::segment::importance::importance;
use crate::segment::page::{Order, Page};
use crate::segment::parts::View;
use crate::segment::reader::Segment;

/// The pages that a layer has where a tile and its buffer lie. None where it is not served at the tile's zoom.
#[derive(Debug, Default)]
pub struct Pages {
    /// The number of the segment in the view, that of the page in the segment: ascending.
    numbers: Vec<(u32, u32)>,
    bytes: usize,
}

/// A page that a tile is made of, and the segment that it is of.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// Its number in the view.
    pub number: u32,
    /// The page.
    pub page: Page<'a>,
}

/// A feature whose box meets the tile's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its place among the others of the tile.
    pub order: Order,
    /// The place of its page among those that were opened.
    pub page: u32,
    /// Its place in the page.
    pub feature: u32,
}

impl Candidate {
    /// How much it matters among the others, where some must be left out.
    pub fn importance(&self, opened: &[Opened<'_>]) -> u64 {
        let page = &opened[self.page as usize].page;
        let feature = self.feature as usize;
        importance(page.kind(feature), page.bounds(feature), self.order)
    }
}

impl Pages {
    /// Finds them.
    pub fn of(ready: &ReadyLayer, tile: TileId) -> Pages {
        Pages::in_window(ready, tile, Frame::new(tile, ready.layer.buffer).window())
    }

    /// Finds those that may show something in a part of the tile and its buffer.
    pub fn in_window(ready: &ReadyLayer, tile: TileId, window: WorldBox) -> Pages {
        let mut found = Pages::default();
        if !ready.layer.zooms.contains(tile.z()) {
            return found;
        }
        for (segment, number) in ready.features.view(tile).segments().zip(0..) {
            segment.pages_of(tile, window, |page, bytes| {
                found.numbers.push((number, page));
                found.bytes += bytes;
            });
        }
        found.numbers.sort_unstable();
        found
    }

    /// How many bytes they have: what reading them all would cost at the most.
    pub fn weight(&self) -> usize {
        self.bytes
    }

    /// Opens them; one that is damaged holds nothing.
    pub fn open<'a>(&self, view: &View<'a>) -> Vec<Opened<'a>> {
        let open = |&(number, page): &(u32, u32)| {
            let segment = view.segment(number as usize);
            Opened { segment, number, page: segment.page(page).unwrap_or_default() }
        };
        self.numbers.iter().map(open).collect()
    }
}

/// Collects the features of a tile's pages whose boxes meet its window, in canonical order.
pub fn select(
    view: &View<'_>,
    pages: &[Opened<'_>],
    window: WorldBox,
    candidates: &mut Vec<Candidate>,
) {
    candidates.clear();
    for (opened, place) in pages.iter().zip(0..) {
        for feature in 0..opened.page.len() {
            if opened.page.bounds(feature).intersects(window) {
                let order = opened.page.order(feature);
                if !view.is_replaced(opened.number as usize, order) {
                    candidates.push(Candidate { order, page: place, feature: feature as u32 });
                }
            }
        }
    }
    candidates.sort_unstable();
}
