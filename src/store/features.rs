//! The features of a layer as they are now: the segment that was loaded, and over it small segments of
//! what changed since, each with the ids that it replaces in those before. A read merges them; a
//! change makes a new value and leaves the old one to those who hold it.
//!
//! Small segments, and not an R-tree of features: one kind of page, one way to cut a feature, one
//! order. Their number stays small because each is merged with those of its size (as in an LSM
//! tree), until [`super::follow`] folds all of them into a new segment.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use super::builder::SegmentBuilder;
use super::content::{self, Fingerprint};
use super::overview::Recipe;
use super::page::{Order, Page};
use super::recency::Recency;
use super::record;
use super::segment::Segment;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};

/// A part is merged with the one before it unless that one has more than so many times its features:
/// a hundred thousand changes are some eight parts, each written some eight times.
const MERGED_BELOW: u64 = 4;

/// The features of one layer at one moment.
#[derive(Clone, Debug)]
pub struct Features {
    /// What was loaded, then what changed since.
    parts: Vec<Part>,
    /// The number of the change that brought the loaded segment.
    born: u64,
    /// When what is under a tile of detail changed last, and what is around one of an overview.
    recency: Arc<Recency>,
    overview_recency: Arc<Recency>,
    counts: [u64; 3],
    bounds: WorldBox,
}

#[derive(Clone, Debug)]
struct Part {
    segment: Arc<Segment>,
    /// Features of these ids in the parts before are no more.
    replaces: Arc<HashSet<u64>>,
}

/// What changed in a layer.
#[derive(Debug, Default)]
pub struct Change {
    /// The boxes of features that were there before, and of those that are there now.
    pub boxes: Vec<WorldBox>,
    /// What was added, and what was taken away.
    pub added: Fingerprint,
    /// Likewise.
    pub removed: Fingerprint,
}

/// The segments that a tile is made of.
#[derive(Debug)]
pub struct View<'a> {
    parts: &'a [Part],
    /// The one that holds the tile, if it is of an overview.
    overview: Option<&'a Segment>,
}

impl<'a> View<'a> {
    /// How many segments there are.
    pub fn len(&self) -> usize {
        if self.overview.is_some() { 1 } else { self.parts.len() }
    }

    /// Whether there are none: never.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them.
    pub fn segment(&self, number: usize) -> &'a Segment {
        self.overview.unwrap_or_else(|| &self.parts[number].segment)
    }

    /// All of them.
    pub fn segments(&self) -> impl Iterator<Item = &'a Segment> {
        (0..self.len()).map(|number| self.segment(number))
    }

    /// Whether a feature of a segment has been replaced since.
    pub fn is_replaced(&self, segment: usize, order: Order) -> bool {
        self.overview.is_none() && is_replaced(self.parts, segment, order)
    }
}

fn is_replaced(parts: &[Part], part: usize, order: Order) -> bool {
    let later = &parts[part + 1..];
    !later.is_empty()
        && order.id().is_some_and(|id| later.iter().any(|part| part.replaces.contains(&id)))
}

impl Features {
    /// The features of a segment.
    pub fn new(segment: Segment) -> Features {
        let counts = segment.counts();
        let bounds = segment.bounds().unwrap_or(WorldBox::EMPTY);
        let loaded = Part { segment: Arc::new(segment), replaces: Arc::default() };
        Features {
            parts: vec![loaded],
            born: 0,
            recency: Arc::default(),
            overview_recency: Arc::default(),
            counts,
            bounds,
        }
    }

    /// What was loaded.
    pub fn loaded(&self) -> &Segment {
        &self.parts[0].segment
    }

    /// What a tile is made of.
    pub fn view(&self, tile: TileId) -> View<'_> {
        let overview = (tile.z() < self.loaded().detail_from()).then(|| self.loaded());
        View { parts: &self.parts, overview }
    }

    /// The number of the last change of what a tile shows.
    pub fn changed_last(&self, tile: TileId, window: WorldBox) -> u64 {
        let changed = if tile.z() < self.loaded().detail_from() {
            self.overview_recency.newest(influence(tile))
        } else {
            self.recency.newest(window)
        };
        self.born.max(changed)
    }

    /// How many features there are.
    pub fn len(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one kind of shape that all have, or `None` where they are mixed or none.
    pub fn only_kind(&self) -> Option<ShapeKind> {
        match self.counts {
            [1..=u64::MAX, 0, 0] => Some(ShapeKind::Point),
            [0, 1..=u64::MAX, 0] => Some(ShapeKind::Line),
            [0, 0, 1..=u64::MAX] => Some(ShapeKind::Polygon),
            _ => None,
        }
    }

    /// A box around all features, or `None` without any. It grows with them and shrinks only when
    /// they are loaded or folded.
    pub fn bounds(&self) -> Option<WorldBox> {
        (!self.is_empty() && !self.bounds.is_empty()).then_some(self.bounds)
    }

    /// Bytes of all segments.
    pub fn size(&self) -> usize {
        self.parts.iter().map(|part| part.segment.size()).sum()
    }

    /// How many features lie over the loaded segment, or replace some of it.
    pub fn changed(&self) -> u64 {
        self.parts[1..].iter().map(|part| part.replaces.len() as u64).sum()
    }

    /// How many parts there are: what [`Features::folded`] takes.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Whether something was met that is not as it was written.
    pub fn is_damaged(&self) -> bool {
        self.parts.iter().any(|part| part.segment.is_damaged())
    }

    /// The features once those of `ids`, which ascend, are what `now` holds, and no longer what they were. Parts
    /// before `fixed` stay as they are. [`Features::stamp`] is still to come.
    ///
    /// # Errors
    /// Never by what is given; what is written in memory must be readable.
    pub fn replaced(
        &self,
        ids: &[u64],
        now: SegmentBuilder,
        recipe: &Recipe,
        fixed: usize,
    ) -> io::Result<(Features, Change)> {
        let mut change = Change { added: now.fingerprint(), ..Change::default() };
        let segment = now.finish_in_memory(&recipe.without_overviews())?;
        let mut features = self.clone();
        let mut record = Vec::new();
        self.visit(ids, &mut |segment, page, place| {
            record.clear();
            record::write_again(page, place, segment.dictionary(), &mut record);
            change.removed.add(content::hash(&record));
            change.boxes.push(page.bounds(place));
            let count = &mut features.counts[page.kind(place) as usize];
            *count = count.saturating_sub(1);
        });
        for page in segment.detail_pages().filter_map(|number| segment.page(number)) {
            change.boxes.extend((0..page.len()).map(|place| page.bounds(place)));
        }
        features.counts.iter_mut().zip(segment.counts()).for_each(|(all, new)| *all += new);
        features.bounds = features.bounds.union(segment.bounds().unwrap_or(WorldBox::EMPTY));
        let replaces = Arc::new(ids.iter().copied().collect());
        features.parts.push(Part { segment: Arc::new(segment), replaces });
        features.merge(recipe, fixed.max(1))?;
        Ok((features, change))
    }

    /// Records that all of it is new with this number.
    pub fn bear(&mut self, number: u64) {
        self.born = number;
    }

    /// Records that what lies in these boxes changed with this number.
    pub fn stamp(&mut self, boxes: &[WorldBox], number: u64) {
        let recency = Arc::make_mut(&mut self.recency);
        boxes.iter().for_each(|bounds| recency.mark(*bounds, number));
    }

    /// Records that overviews show what changed in these boxes from this number on.
    pub fn stamp_overviews(&mut self, boxes: &[WorldBox], number: u64) {
        let recency = Arc::make_mut(&mut self.overview_recency);
        boxes.iter().for_each(|bounds| recency.mark(*bounds, number));
    }

    /// Puts all features into a builder.
    ///
    /// # Errors
    /// What the builder says: it cannot write.
    pub fn fold(&self, builder: &mut SegmentBuilder) -> io::Result<()> {
        fold(&self.parts, builder)
    }

    /// The features once the first `parts` parts are one segment, which shows what they did.
    pub fn folded(&self, parts: usize, segment: Segment) -> Features {
        let bounds = segment.bounds().unwrap_or(WorldBox::EMPTY);
        let loaded = Part { segment: Arc::new(segment), replaces: Arc::default() };
        let later = self.parts[parts..].iter().cloned();
        let bounds =
            later.clone().filter_map(|part| part.segment.bounds()).fold(bounds, WorldBox::union);
        let mut folded = self.clone();
        folded.parts = std::iter::once(loaded).chain(later).collect();
        folded.bounds = bounds;
        folded
    }

    /// Visits the features of these ids, with the segment, the page and the place that hold them.
    fn visit(&self, ids: &[u64], visit: &mut dyn FnMut(&Segment, &Page<'_>, usize)) {
        for (number, part) in self.parts.iter().enumerate() {
            let segment = &part.segment;
            for page in segment.pages_by_id(ids).filter_map(|number| segment.page(number)) {
                for place in 0..page.len() {
                    let order = page.order(place);
                    let is_asked_for = order.id().is_some_and(|id| ids.binary_search(&id).is_ok());
                    if is_asked_for && !is_replaced(&self.parts, number, order) {
                        visit(segment, &page, place);
                    }
                }
            }
        }
    }

    /// Merges the last parts as long as they are of one size.
    fn merge(&mut self, recipe: &Recipe, fixed: usize) -> io::Result<()> {
        while let [.., before, last] = &self.parts[..]
            && self.parts.len() >= fixed + 2
            && (before.replaces.len() as u64) < MERGED_BELOW * (last.replaces.len() as u64).max(1)
        {
            let mut builder = SegmentBuilder::new(recipe.columns, false, None);
            let from = self.parts.len() - 2;
            fold(&self.parts[from..], &mut builder)?;
            let segment = builder.finish_in_memory(&recipe.without_overviews())?;
            let replaces = before.replaces.union(&last.replaces).copied().collect();
            self.parts.truncate(from);
            self.parts.push(Part { segment: Arc::new(segment), replaces: Arc::new(replaces) });
        }
        Ok(())
    }
}

/// What the overview of a tile depends on: the tile and those around it, of which each looks a little
/// farther ([`super::overview::mosaic`]).
fn influence(tile: TileId) -> WorldBox {
    let side = 1i64 << (32 - u32::from(tile.z()));
    let margin = side + side / 16;
    let within = |at: i64| at.clamp(0, i64::from(u32::MAX)) as u32;
    let (x, y) = (i64::from(tile.x()) * side, i64::from(tile.y()) * side);
    WorldBox {
        min: WorldPoint { x: within(x - margin), y: within(y - margin) },
        max: WorldPoint { x: within(x + side + margin), y: within(y + side + margin) },
    }
}

fn fold(parts: &[Part], builder: &mut SegmentBuilder) -> io::Result<()> {
    for (number, part) in parts.iter().enumerate() {
        let segment = &part.segment;
        for page in segment.detail_pages().filter_map(|number| segment.page(number)) {
            for place in 0..page.len() {
                if is_replaced(parts, number, page.order(place)) {
                    continue;
                }
                if builder.feature_again(&page, place, segment.dictionary()).is_err() {
                    return Err(builder.take_failure().unwrap_or(io::ErrorKind::Other.into()));
                }
            }
        }
    }
    Ok(())
}
