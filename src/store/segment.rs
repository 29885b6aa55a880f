//! The segment: all pages of a layer end to end, their directory, an R-tree over their boxes, and
//! the dictionary of values. Immutable. In memory for now, in the bytes of the file to come.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::dictionary::Dictionary;
use super::page::Page;
use crate::geo::shape::ShapeKind;
use crate::geo::world::WorldBox;

/// The features of one layer.
#[derive(Debug)]
pub struct Segment {
    dictionary: Dictionary,
    pages: Vec<u8>,
    directory: Vec<PageEntry>,
    tree: RTree<PageBox>,
    summary: PageEntry,
}

/// f64, not the i32 or u32 of the boxes: rstar multiplies in the coordinate's type.
type PageBox = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// What the directory knows of a page; summed up, what a segment knows of itself.
#[derive(Clone, Copy, Debug)]
pub struct PageEntry {
    /// The box around its features.
    pub bounds: WorldBox,
    /// How many features of points, of lines, of polygons it holds.
    pub features: [u64; 3],
    /// Where it starts and ends in the segment's bytes.
    start: usize,
    end: usize,
}

impl PageEntry {
    /// The entry of a page without features.
    pub const EMPTY: PageEntry =
        PageEntry { bounds: WorldBox::EMPTY, features: [0; 3], start: 0, end: 0 };

    /// Counts a feature in.
    pub fn count(&mut self, kind: ShapeKind, bounds: WorldBox) {
        self.features[kind as usize] += 1;
        self.bounds = self.bounds.union(bounds);
    }
}

impl Segment {
    /// Joins pages, in Hilbert order, into a segment.
    pub(super) fn new(dictionary: Dictionary, written: Vec<(PageEntry, Vec<u8>)>) -> Segment {
        let mut pages = Vec::with_capacity(written.iter().map(|(_, bytes)| bytes.len()).sum());
        let mut directory = Vec::with_capacity(written.len());
        let mut summary = PageEntry::EMPTY;
        for (mut entry, bytes) in written {
            entry.start = pages.len();
            pages.extend_from_slice(&bytes);
            entry.end = pages.len();
            summary.bounds = summary.bounds.union(entry.bounds);
            summary.features.iter_mut().zip(entry.features).for_each(|(sum, n)| *sum += n);
            directory.push(entry);
        }
        summary.end = pages.len();
        let boxes = directory.iter().zip(0u32..).map(|(entry, page)| {
            let WorldBox { min, max } = entry.bounds;
            let corners = [[min.x.into(), min.y.into()], [max.x.into(), max.y.into()]];
            GeomWithData::new(Rectangle::from_corners(corners[0], corners[1]), page)
        });
        let tree = RTree::bulk_load(boxes.collect());
        Segment { dictionary, pages, directory, tree, summary }
    }

    /// Collects the numbers of the pages that may hold something in a box, in Hilbert order.
    pub fn pages_in(&self, window: WorldBox, numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(self.find(window));
        numbers.sort_unstable();
    }

    /// How many bytes those pages have.
    pub fn weight_in(&self, window: WorldBox) -> usize {
        let length = |number: u32| {
            self.directory.get(number as usize).map_or(0, |entry| entry.end - entry.start)
        };
        self.find(window).map(length).sum()
    }

    fn find(&self, WorldBox { min, max }: WorldBox) -> impl Iterator<Item = u32> {
        let envelope =
            AABB::from_corners([min.x.into(), min.y.into()], [max.x.into(), max.y.into()]);
        self.tree.locate_in_envelope_intersecting(envelope).map(|page| page.data)
    }

    /// A page, or `None` where the number or the bytes are wrong.
    pub fn page(&self, number: u32) -> Option<Page<'_>> {
        let entry = self.directory.get(number as usize)?;
        Page::open(self.pages.get(entry.start..entry.end)?)
    }

    /// The values that the codes in its pages stand for.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The box around all features, or `None` without any.
    pub fn bounds(&self) -> Option<WorldBox> {
        (!self.summary.bounds.is_empty()).then_some(self.summary.bounds)
    }

    /// How many features it holds.
    pub fn features(&self) -> u64 {
        self.summary.features.iter().sum()
    }

    /// The one kind of shape that all features have, or `None` where they are mixed or none.
    pub fn only_kind(&self) -> Option<ShapeKind> {
        match self.summary.features {
            [1..=u64::MAX, 0, 0] => Some(ShapeKind::Point),
            [0, 1..=u64::MAX, 0] => Some(ShapeKind::Line),
            [0, 0, 1..=u64::MAX] => Some(ShapeKind::Polygon),
            _ => None,
        }
    }

    /// Memory in use, in bytes.
    pub fn memory(&self) -> usize {
        self.pages.len()
            + self.dictionary.memory()
            + self.directory.len() * (size_of::<PageEntry>() + size_of::<PageBox>())
    }
}
