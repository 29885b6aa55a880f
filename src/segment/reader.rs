//! The segment: all pages of a layer end to end, an R-tree over the boxes of those of detail, a list
//! of the overview tiles, and the values that they use. Immutable; the same bytes in memory and in a file ([`super::format`]).

use hashbrown::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::blocks::Blocks;
use super::dictionary::Dictionary;
use super::format::{self, Directory, FormatError, PageEntry};
use super::mapping::Bytes;
use super::page::Page;
use super::scheme::Scheme;
use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;

/// The features of one layer.
#[derive(Debug)]
pub struct Segment {
    bytes: Bytes,
    pages: Blocks,
    values: Blocks,
    tree: RTree<PageBox>,
    /// By what its overviews were made.
    scheme: Scheme,
    /// The pages of each overview tile that shows anything.
    overviews: HashMap<TileId, Range<u32>>,
    bounds: WorldBox,
    /// How many features of points, of lines, of polygons.
    features: [u64; 3],
    /// The least and the greatest id of each page of detail, once they were asked for.
    ids: OnceLock<Vec<Option<(u64, u64)>>>,
}

/// f64, not the i32 or u32 of the boxes: rstar multiplies in the coordinate's type.
type PageBox = GeomWithData<Rectangle<[f64; 2]>, u32>;

impl Segment {
    /// The segment in these bytes, and its description.
    ///
    /// # Errors
    /// When they are no whole segment of this version of the format.
    pub fn open(bytes: Bytes) -> Result<(Segment, Vec<u8>), FormatError> {
        let (directory, description) = format::open(&bytes)?;
        let description = description.to_vec();
        Ok((Segment::new(bytes, directory), description))
    }

    /// The segment in these bytes that has this directory.
    pub(crate) fn new(bytes: Bytes, directory: Directory) -> Segment {
        let Directory { pages, overviews: overview_pages, values, scheme } = directory;
        let (mut bounds, mut features) = (WorldBox::EMPTY, [0; 3]);
        for page in &pages {
            bounds = bounds.union(page.bounds);
            features.iter_mut().zip(page.features).for_each(|(sum, n)| *sum += u64::from(n));
        }
        let boxes = pages.iter().zip(0u32..).map(|(page, number)| {
            let PageEntry { bounds: WorldBox { min, max }, .. } = page;
            let corners = [[min.x.into(), min.y.into()], [max.x.into(), max.y.into()]];
            GeomWithData::new(Rectangle::from_corners(corners[0], corners[1]), number)
        });
        let tree = RTree::bulk_load(boxes.collect());
        let mut overviews: HashMap<TileId, Range<u32>> = HashMap::new();
        for (page, number) in overview_pages.iter().zip(pages.len() as u32..) {
            overviews.entry(page.tile).or_insert(number..number).end = number + 1;
        }
        let blocks = pages.iter().map(|page| page.block);
        let pages =
            Blocks::new(blocks.chain(overview_pages.iter().map(|page| page.block)).collect());
        let values = Blocks::new(values);
        let ids = OnceLock::new();
        Segment { bytes, pages, values, tree, scheme, overviews, bounds, features, ids }
    }

    /// The zoom from which tiles show the features as they are; below it, overviews of them.
    pub fn detail_from(&self) -> u8 {
        self.scheme.detail_from
    }

    /// By what its overviews were made.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// How many overview tiles show anything.
    pub fn overview_tiles(&self) -> usize {
        self.overviews.len()
    }

    /// Hands over the number and the size in bytes of each page that holds what a tile shows: its own pages of an
    /// overview, or those of detail that may hold something in the tile's window.
    pub fn pages_of(&self, tile: TileId, window: WorldBox, mut visit: impl FnMut(u32, usize)) {
        let with_size = |number: u32| visit(number, self.pages.length(number as usize));
        if tile.z() < self.detail_from() {
            self.overviews.get(&tile).cloned().unwrap_or_default().for_each(with_size);
        } else {
            self.find(window).for_each(with_size);
        }
    }

    /// Collects the numbers of the pages of detail that may hold something in a box, in Hilbert
    /// order.
    pub fn pages_in(&self, window: WorldBox, numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(self.find(window));
        numbers.sort_unstable();
    }

    /// Whether there are any.
    pub fn has_pages_in(&self, window: WorldBox) -> bool {
        self.find(window).next().is_some()
    }

    /// The numbers of the pages of detail that may hold a feature of one of these ids, which ascend. By
    /// the least and the greatest id of each page, worked out when this is asked first: ids mostly follow
    /// places a little.
    pub fn pages_by_id<'a>(&'a self, ids: &'a [u64]) -> impl Iterator<Item = u32> {
        let ranges = self.ids.get_or_init(|| {
            let range = |number: u32| {
                let page = self.page(number)?;
                let ids = (0..page.len()).filter_map(|place| page.order(place).id());
                ids.fold(None, |range, id| {
                    let (least, greatest) = range.unwrap_or((id, id));
                    Some((id.min(least), id.max(greatest)))
                })
            };
            self.detail_pages().map(range).collect()
        });
        self.detail_pages().zip(ranges).filter_map(|(number, range)| {
            let (least, greatest) = (*range)?;
            let next = ids.get(ids.partition_point(|id| *id < least))?;
            (*next <= greatest).then_some(number)
        })
    }

    /// The numbers of all pages of detail.
    pub fn detail_pages(&self) -> Range<u32> {
        0..self.tree.size() as u32
    }

    fn find(&self, WorldBox { min, max }: WorldBox) -> impl Iterator<Item = u32> {
        let envelope =
            AABB::from_corners([min.x.into(), min.y.into()], [max.x.into(), max.y.into()]);
        self.tree.locate_in_envelope_intersecting(envelope).map(|page| page.data)
    }

    /// A page, or `None` where the number or the bytes are wrong.
    pub fn page(&self, number: u32) -> Option<Page<'_>> {
        Page::open(self.pages.get(&self.bytes, number as usize)?)
    }

    /// The values that the codes in its pages stand for.
    pub fn dictionary(&self) -> Dictionary<'_> {
        Dictionary { bytes: &self.bytes, blocks: &self.values }
    }

    /// Whether a page or a block of values was met that is not as it was written: what is made of
    /// this segment is not whole.
    pub fn is_damaged(&self) -> bool {
        self.pages.is_damaged() || self.values.is_damaged()
    }

    /// Reads all of it; whether all is as it was written.
    pub fn verify(&self) -> bool {
        self.pages.verify(&self.bytes) && self.values.verify(&self.bytes)
    }

    /// The box around all features, or `None` without any.
    pub fn bounds(&self) -> Option<WorldBox> {
        (!self.bounds.is_empty()).then_some(self.bounds)
    }

    /// How many features of points, of lines, of polygons it holds.
    pub fn counts(&self) -> [u64; 3] {
        self.features
    }

    /// How many features it holds.
    pub fn features(&self) -> u64 {
        self.features.iter().sum()
    }

    /// Its size, in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}
