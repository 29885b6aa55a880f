//! The segment: all pages of a layer end to end, an R-tree over their boxes, and the values that
//! they use. Immutable; the same bytes in memory and in a file ([`super::format`]).

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::blocks::Blocks;
use super::dictionary::Dictionary;
use super::format::{self, FormatError, PageEntry};
use super::mapping::Bytes;
use super::page::Page;
use crate::geo::shape::ShapeKind;
use crate::geo::world::WorldBox;

/// The features of one layer.
#[derive(Debug)]
pub struct Segment {
    bytes: Bytes,
    pages: Blocks,
    values: Blocks,
    tree: RTree<PageBox>,
    bounds: WorldBox,
    /// How many features of points, of lines, of polygons.
    features: [u64; 3],
}

/// f64, not the i32 or u32 of the boxes: rstar multiplies in the coordinate's type.
type PageBox = GeomWithData<Rectangle<[f64; 2]>, u32>;

impl Segment {
    /// The segment in these bytes, and its description.
    ///
    /// # Errors
    /// When they are no whole segment of this version of the format.
    pub fn open(bytes: Bytes) -> Result<(Segment, Vec<u8>), FormatError> {
        let parts = format::open(&bytes)?;
        let description = parts.description.to_vec();
        let (mut bounds, mut features) = (WorldBox::EMPTY, [0; 3]);
        for page in &parts.pages {
            bounds = bounds.union(page.bounds);
            features.iter_mut().zip(page.features).for_each(|(sum, n)| *sum += u64::from(n));
        }
        let boxes = parts.pages.iter().zip(0u32..).map(|(page, number)| {
            let PageEntry { bounds: WorldBox { min, max }, .. } = page;
            let corners = [[min.x.into(), min.y.into()], [max.x.into(), max.y.into()]];
            GeomWithData::new(Rectangle::from_corners(corners[0], corners[1]), number)
        });
        let tree = RTree::bulk_load(boxes.collect());
        let pages = Blocks::new(parts.pages.iter().map(|page| page.block).collect());
        let values = Blocks::new(parts.values);
        Ok((Segment { bytes, pages, values, tree, bounds, features }, description))
    }

    /// Collects the numbers of the pages that may hold something in a box, in Hilbert order.
    pub fn pages_in(&self, window: WorldBox, numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(self.find(window));
        numbers.sort_unstable();
    }

    /// How many bytes those pages have.
    pub fn weight_in(&self, window: WorldBox) -> usize {
        self.find(window).map(|number| self.pages.length(number as usize)).sum()
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

    /// How many features it holds.
    pub fn features(&self) -> u64 {
        self.features.iter().sum()
    }

    /// The one kind of shape that all features have, or `None` where they are mixed or none.
    pub fn only_kind(&self) -> Option<ShapeKind> {
        match self.features {
            [1..=u64::MAX, 0, 0] => Some(ShapeKind::Point),
            [0, 1..=u64::MAX, 0] => Some(ShapeKind::Line),
            [0, 0, 1..=u64::MAX] => Some(ShapeKind::Polygon),
            _ => None,
        }
    }

    /// Its size, in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}
