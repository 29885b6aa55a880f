//! Segments that lie over each other, read as one: each with the ids that it replaces in those before.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use super::builder::SegmentBuilder;
use super::page::{Order, Page};
use super::reader::Segment;

/// A segment, and what it replaces.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its features.
    pub segment: Arc<Segment>,
    /// Features of these ids in the parts before are no more.
    pub replaces: Arc<HashSet<u64>>,
}

/// A feature of one of several parts.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The segment that holds it.
    pub segment: &'a Segment,
    /// The page there.
    pub page: Page<'a>,
    /// Its place in the page.
    pub place: usize,
}

impl Part {
    /// A segment that replaces nothing.
    pub fn first(segment: Segment) -> Part {
        Part { segment: Arc::new(segment), replaces: Arc::default() }
    }
}

/// The segments that a tile is made of.
#[derive(Debug)]
pub struct View<'a> {
    parts: &'a [Part],
    /// The one that holds the tile, if it is of an overview.
    overview: Option<&'a Segment>,
}

impl<'a> View<'a> {
    /// That of a tile of detail, or of one that a segment holds as an overview.
    pub fn new(parts: &'a [Part], overview: Option<&'a Segment>) -> View<'a> {
        View { parts, overview }
    }

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

/// Whether a feature of one of the parts is replaced by a later one.
pub fn is_replaced(parts: &[Part], part: usize, order: Order) -> bool {
    let later = &parts[part + 1..];
    !later.is_empty()
        && order.id().is_some_and(|id| later.iter().any(|part| part.replaces.contains(&id)))
}

/// The features that are not replaced, of the pages of each segment that `pages` names.
pub fn features<'a, P: Iterator<Item = u32>>(
    parts: &'a [Part],
    pages: impl Fn(&'a Segment) -> P,
) -> impl Iterator<Item = Found<'a>> {
    parts.iter().enumerate().flat_map(move |(part, Part { segment, .. })| {
        let segment = segment.as_ref();
        let pages = pages(segment).filter_map(|number| segment.page(number));
        let found = pages
            .flat_map(move |page| (0..page.len()).map(move |place| Found { segment, page, place }));
        found.filter(move |found| !is_replaced(parts, part, found.page.order(found.place)))
    })
}

/// Puts all features into a builder.
///
/// # Errors
/// What the builder says: it cannot write.
pub fn fold(parts: &[Part], builder: &mut SegmentBuilder) -> io::Result<()> {
    for Found { segment, page, place } in features(parts, Segment::detail_pages) {
        if builder.feature_again(&page, place, segment.dictionary()).is_err() {
            return Err(builder.take_failure().unwrap_or(io::ErrorKind::Other.into()));
        }
    }
    Ok(())
}
