//! The features of a layer as they are now: the segment that was loaded, and over it small segments of
//! what changed since ([`super::parts`]), and the overview tiles that were made anew since, each a segment
//! of its own. A change makes a new value and leaves the old one to those who hold it.
//!
//! Small segments, and not an R-tree of features: one kind of page, one way to cut a feature, one
//! order. Their number stays small because each is merged with those of its size (as in an LSM
//! tree), until [`super::follow`] folds all of them into a new segment.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::recency::Recency;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::overview::remake::{self, Remade};
use crate::overview::{self, Recipe};
use crate::segment::builder::SegmentBuilder;
use crate::segment::content::{self, Fingerprint};
use crate::segment::parts::{self, Found, Part, View};
use crate::segment::reader::Segment;
use crate::segment::record;

/// A part is merged with the one before it unless that one has more than so many times its features:
/// a hundred thousand changes are some eight parts, each written some eight times.
const MERGED_BELOW: u64 = 4;

/// The features of one layer at one moment.
#[derive(Clone, Debug)]
pub struct Features {
    /// What was loaded, then what changed since.
    parts: Vec<Part>,
    /// The overview tiles made anew since, each with the number of edits that it shows.
    remade: Arc<HashMap<TileId, (u64, Arc<Segment>)>>,
    /// The number of the change that brought the loaded segment.
    born: u64,
    /// When what is under a tile of detail changed last, and what is around one of an overview.
    recency: [Arc<Recency>; 2],
    /// How far around a tile its overview depends on others, in grid units.
    halo: u16,
    counts: [u64; 3],
    /// The kinds of shape that there are, or were.
    kinds: [bool; 3],
    bounds: WorldBox,
}

/// Tiles of a layer, by what they are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiles {
    /// Those that show the features as they are.
    Detail,
    /// Those below.
    Overviews,
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

impl Features {
    /// The features of a segment.
    pub fn new(segment: Segment) -> Features {
        let counts = segment.counts();
        let bounds = segment.bounds().unwrap_or(WorldBox::EMPTY);
        Features {
            parts: vec![Part::first(segment)],
            remade: Arc::default(),
            born: 0,
            recency: Default::default(),
            halo: 0,
            counts,
            kinds: counts.map(|features| features > 0),
            bounds,
        }
    }

    /// What was loaded.
    pub fn loaded(&self) -> &Segment {
        &self.parts[0].segment
    }

    /// What a tile is made of.
    pub fn view(&self, tile: TileId) -> View<'_> {
        let overview = (tile.z() < self.loaded().detail_from()).then(|| {
            let remade = self.remade.get(&tile);
            remade.map_or(self.loaded(), |(_, segment)| segment)
        });
        View::new(&self.parts, overview)
    }

    /// The number of the last change of what a tile shows.
    pub fn changed_last(&self, tile: TileId, window: WorldBox) -> u64 {
        let [detail, overviews] = &self.recency;
        let changed = if tile.z() < self.loaded().detail_from() {
            overviews.newest(overview::influence(tile, self.halo))
        } else {
            detail.newest(window)
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

    fn segments(&self) -> impl Iterator<Item = &Segment> {
        let remade = self.remade.values().map(|(_, segment)| segment);
        self.parts.iter().map(|part| &part.segment).chain(remade).map(Arc::as_ref)
    }

    /// Bytes of all segments.
    pub fn size(&self) -> usize {
        self.segments().map(Segment::size).sum()
    }

    /// How many features lie over the loaded segment, or replace some of it.
    pub fn changed(&self) -> u64 {
        self.parts[1..].iter().map(|part| part.replaces.len() as u64).sum()
    }

    /// How many parts there are: what [`Features::folded`] takes.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// How many overview tiles were made anew.
    pub fn remade(&self) -> usize {
        self.remade.len()
    }

    /// Whether something was met that is not as it was written.
    pub fn is_damaged(&self) -> bool {
        self.segments().any(Segment::is_damaged)
    }

    /// The features once those of `ids`, which ascend, are what `now` holds, and no longer what they were.
    /// Parts before `fixed` stay as they are. [`Features::stamp`] is still to come.
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
        for Found { segment, page, place } in self.of_ids(ids) {
            record.clear();
            record::write_again(&page, place, segment.dictionary(), &mut record);
            change.removed.add(content::hash(&record));
            change.boxes.push(page.bounds(place));
            let count = &mut features.counts[page.kind(place) as usize];
            *count = count.saturating_sub(1);
        }
        features.counts.iter_mut().zip(segment.counts()).for_each(|(all, new)| *all += new);
        features.kinds.iter_mut().zip(segment.counts()).for_each(|(is, new)| *is |= new > 0);
        features.halo = overview::halo(recipe, self.loaded().scheme().is_coverage, features.kinds);
        features.bounds = features.bounds.union(segment.bounds().unwrap_or(WorldBox::EMPTY));
        let replaces = Arc::new(ids.iter().copied().collect());
        let part = Part { segment: Arc::new(segment), replaces };
        let added = parts::features(std::slice::from_ref(&part), Segment::detail_pages);
        change.boxes.extend(added.map(|found| found.page.bounds(found.place)));
        features.parts.push(part);
        features.merge(recipe, fixed.max(1))?;
        Ok((features, change))
    }

    /// All features, as they are.
    pub(crate) fn all(&self) -> impl Iterator<Item = Found<'_>> {
        parts::features(&self.parts, Segment::detail_pages)
    }

    /// The features of these ids, which ascend.
    fn of_ids<'a>(&'a self, ids: &'a [u64]) -> impl Iterator<Item = Found<'a>> {
        let found = parts::features(&self.parts, |segment| segment.pages_by_id(ids));
        found.filter(|found| {
            let id = found.page.order(found.place).id();
            id.is_some_and(|id| ids.binary_search(&id).is_ok())
        })
    }

    /// Records that all of it is new with this number.
    pub fn bear(&mut self, number: u64) {
        self.born = number;
    }

    /// Records that some tiles show what changed in these boxes from this number on.
    pub fn stamp(&mut self, tiles: Tiles, boxes: &[WorldBox], number: u64) {
        let recency = Arc::make_mut(&mut self.recency[tiles as usize]);
        boxes.iter().for_each(|bounds| recency.mark(*bounds, number));
    }

    /// Puts all features into a builder.
    ///
    /// # Errors
    /// What the builder says: it cannot write.
    pub fn fold(&self, builder: &mut SegmentBuilder) -> io::Result<()> {
        parts::fold(&self.parts, builder)
    }

    /// The features once the first `parts` parts are one segment, which shows what they did after so many
    /// edits.
    pub fn folded(&self, parts: usize, segment: Segment, edits: u64) -> Features {
        let bounds = segment.bounds().unwrap_or(WorldBox::EMPTY);
        let later = self.parts[parts..].iter().cloned();
        let bounds =
            later.clone().filter_map(|part| part.segment.bounds()).fold(bounds, WorldBox::union);
        let mut folded = self.clone();
        folded.parts = std::iter::once(Part::first(segment)).chain(later).collect();
        Arc::make_mut(&mut folded.remade).retain(|_, (shown, _)| *shown > edits);
        folded.bounds = bounds;
        folded
    }

    /// The overview tiles that show what lies in some boxes; `None` where they are more than `most`.
    pub fn overviews_of(
        &self,
        boxes: &[WorldBox],
        recipe: &Recipe,
        most: usize,
    ) -> Option<Vec<TileId>> {
        let (zoom_min, _) = recipe.zooms.into();
        let zooms = (zoom_min..self.loaded().detail_from()).rev();
        remake::affected(boxes, zooms, self.halo, most)
    }

    /// Makes some overview tiles anew; `None` where only folding can.
    ///
    /// # Errors
    /// Never by what is given; what is written in memory must be readable.
    pub fn remake(&self, recipe: &Recipe, tiles: &[TileId]) -> io::Result<Option<Vec<Remade>>> {
        remake::remake(&self.parts, recipe, tiles)
    }

    /// Shows overview tiles that were made anew after so many edits.
    pub fn show(&mut self, remade: Vec<Remade>, edits: u64) {
        let remade = remade.into_iter().map(|(tile, segment)| (tile, (edits, Arc::new(segment))));
        Arc::make_mut(&mut self.remade).extend(remade);
    }

    /// Shows none of them any more.
    pub fn forget_remade(&mut self) {
        self.remade = Arc::default();
    }

    /// Merges the last parts as long as they are of one size.
    fn merge(&mut self, recipe: &Recipe, fixed: usize) -> io::Result<()> {
        while let [.., before, last] = &self.parts[..]
            && self.parts.len() >= fixed + 2
            && (before.replaces.len() as u64) < MERGED_BELOW * (last.replaces.len() as u64).max(1)
        {
            let mut builder = SegmentBuilder::new(recipe.columns, false, None);
            let from = self.parts.len() - 2;
            parts::fold(&self.parts[from..], &mut builder)?;
            let segment = builder.finish_in_memory(&recipe.without_overviews())?;
            let replaces = before.replaces.union(&last.replaces).copied().collect();
            self.parts.truncate(from);
            self.parts.push(Part { segment: Arc::new(segment), replaces: Arc::new(replaces) });
        }
        Ok(())
    }
}
