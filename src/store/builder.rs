//! Features in, a segment out: takes what a source reads, puts it into Hilbert order, works out
//! what tiles need to know (the zoom of each vertex, validity, the canonical order), and writes
//! pages on all cores.

use std::io::{self, Write};
use std::num::NonZero;
use std::ops::Range;
use std::thread;

use super::content::{ContentHasher, Fingerprint};
use super::dictionary::Interner;
use super::format::SegmentWriter;
use super::geometry;
use super::mapping::Bytes;
use super::page::{NULL_CODE, Order, PageWriter};
use super::segment::Segment;
use super::significance::push_vertex_zooms;
use super::validity::{NEVER, ValidityCheck};
use crate::geo::hilbert;
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::world::{WorldBox, WorldPoint};
use crate::source::{FeatureSink, Stopped, Value};

/// Features a page. Measured on the département of `make compare`: fewer make the tree larger
/// than it helps, more make a z18 tile read what it does not show.
const PAGE_FEATURES: usize = 128;

/// Vertices a page, so that a page of large polygons stays a few hundred kilobytes at most. A
/// feature larger than this has a page of its own.
const PAGE_VERTICES: usize = 32 * 1024;

/// Pages that a thread makes before they are written: memory holds so many a core.
const BATCH: usize = 32;

/// Collects the features of one layer.
#[derive(Debug)]
pub struct SegmentBuilder {
    columns: usize,
    keep_order: bool,
    features: Vec<Feature>,
    shapes: Shapes,
    /// The dictionary codes of all features, `columns` a feature.
    codes: Vec<u32>,
    interner: Interner,
    hasher: ContentHasher,
    fingerprint: Fingerprint,
}

#[derive(Debug)]
struct Feature {
    kind: ShapeKind,
    /// Its parts, in shapes.
    parts: Range<usize>,
    /// How many vertices they have.
    vertices: usize,
    bounds: WorldBox,
    order: Order,
    /// Tells apart features of one id or place.
    content: u64,
    place: u64,
    /// Where its codes stand, in features.
    row: usize,
}

impl Feature {
    fn sort_key(&self) -> (u64, Order, u64) {
        (self.place, self.order, self.content)
    }
}

impl FeatureSink for SegmentBuilder {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        if shape.is_empty() {
            return Ok(());
        }
        let row = self.features.len();
        let absent = std::iter::repeat(Value::Null);
        for value in values.iter().copied().chain(absent).take(self.columns) {
            self.codes.push(self.interner.intern(value).unwrap_or(NULL_CODE));
        }
        let bounds = shape.bounds();
        let content = self.hasher.hash(id, shape, values);
        self.fingerprint.add(content);
        let place = hilbert::index(bounds.centre());
        self.features.push(Feature {
            kind: shape.kind(),
            parts: self.shapes.push(shape),
            vertices: shape.points().len(),
            bounds,
            order: match (id, self.keep_order) {
                (Some(id), _) => Order::Id(id),
                (None, true) => Order::Other(row as u64),
                (None, false) => Order::Other(place),
            },
            content: content as u64,
            place,
            row,
        });
        Ok(())
    }
}

impl SegmentBuilder {
    /// A builder of a layer with so many columns. `keep_order` where features without an id are to
    /// stay in the order in which they come.
    pub fn new(columns: usize, keep_order: bool) -> SegmentBuilder {
        SegmentBuilder {
            columns,
            keep_order,
            features: Vec::new(),
            shapes: Shapes::default(),
            codes: Vec::new(),
            interner: Interner::default(),
            hasher: ContentHasher::default(),
            fingerprint: Fingerprint::default(),
        }
    }

    /// What the features taken so far sum up to.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Writes the segment of all features taken so far, with what is said of it, and returns what
    /// was written to.
    ///
    /// # Errors
    /// What writing meets.
    pub fn finish<W: Write>(mut self, out: W, description: &[u8]) -> io::Result<W> {
        self.features.sort_unstable_by_key(Feature::sort_key);
        let codes = self.renumber_codes();
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut writer = SegmentWriter::new(out)?;
        for runs in page_runs(&self.features).chunks(cores * BATCH) {
            for page in self.make_pages(runs, cores) {
                writer.page(page.bounds, page.features, &page.bytes)?;
            }
        }
        writer.finish(&self.interner, &codes, description)
    }

    /// The segment of all features taken so far, in memory.
    ///
    /// # Errors
    /// Never by what was taken: only if what was written cannot be read.
    pub fn finish_in_memory(self) -> io::Result<Segment> {
        let bytes = self.finish(Vec::new(), &[])?;
        let (segment, _description) =
            Segment::open(Bytes::Owned(bytes)).map_err(io::Error::other)?;
        Ok(segment)
    }

    /// The pages of some runs, in their order, made on all cores.
    fn make_pages(&self, runs: &[Range<usize>], cores: usize) -> Vec<MadePage> {
        thread::scope(|scope| {
            let workers: Vec<_> = runs
                .chunks(runs.len().div_ceil(cores).max(1))
                .map(|runs| scope.spawn(move || self.make_pages_here(runs)))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| {
                    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        })
    }

    /// Numbers the values in the order in which the pages use them, so that a page's values lie
    /// together. Returns the interner's codes in that order.
    fn renumber_codes(&mut self) -> Vec<u32> {
        let mut renumbered = vec![NULL_CODE; self.interner.len()];
        let mut order = Vec::with_capacity(renumbered.len());
        for feature in &self.features {
            for code in &mut self.codes[feature.row * self.columns..][..self.columns] {
                let Some(new) = renumbered.get_mut(*code as usize) else {
                    continue;
                };
                if *new == NULL_CODE {
                    *new = order.len() as u32;
                    order.push(*code);
                }
                *code = *new;
            }
        }
        order
    }

    fn make_pages_here(&self, runs: &[Range<usize>]) -> Vec<MadePage> {
        let mut check = ValidityCheck::default();
        let mut zooms = Vec::new();
        let mut shape = Shape::new(ShapeKind::Point);
        let mut make = |run: &Range<usize>| {
            let mut page = PageWriter::new(self.columns);
            let (mut bounds, mut features) = (WorldBox::EMPTY, [0; 3]);
            for feature in &self.features[run.clone()] {
                let kind = feature.kind;
                shape.reset(kind);
                self.shapes.parts(feature.parts.clone()).for_each(|part| shape.push_part(part));
                zooms.clear();
                if kind != ShapeKind::Point {
                    for part in shape.parts() {
                        push_vertex_zooms(part, kind == ShapeKind::Polygon, &mut zooms);
                    }
                }
                let valid_from = match kind {
                    ShapeKind::Polygon => check.valid_from(&shape, &zooms),
                    ShapeKind::Point | ShapeKind::Line => NEVER,
                };
                let codes = &self.codes[feature.row * self.columns..][..self.columns];
                page.push(kind, feature.order, feature.bounds, valid_from, codes, |out| {
                    geometry::write(&shape, &zooms, out);
                });
                bounds = bounds.union(feature.bounds);
                features[kind as usize] += 1;
            }
            MadePage { bounds, features, bytes: page.finish() }
        };
        runs.iter().map(&mut make).collect()
    }
}

/// The parts of many shapes, end to end: a list each for millions of features would leave the memory
/// in pieces that the allocator keeps when the load is over.
#[derive(Debug, Default)]
struct Shapes {
    points: Vec<WorldPoint>,
    /// Where each part ends in `points`.
    ends: Vec<usize>,
}

impl Shapes {
    /// Adds a shape; returns the numbers of its parts.
    fn push(&mut self, shape: &Shape) -> Range<usize> {
        let first = self.ends.len();
        for part in shape.parts() {
            self.points.extend_from_slice(part);
            self.ends.push(self.points.len());
        }
        first..self.ends.len()
    }

    fn parts(&self, numbers: Range<usize>) -> impl Iterator<Item = &[WorldPoint]> {
        numbers.map(|number| {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.points[start..self.ends[number]]
        })
    }
}

/// A page, ready to be written.
struct MadePage {
    bounds: WorldBox,
    features: [u32; 3],
    bytes: Vec<u8>,
}

/// Cuts the sorted features into the runs that become pages.
fn page_runs(features: &[Feature]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let (mut start, mut vertices) = (0, 0);
    for (i, feature) in features.iter().enumerate() {
        let size = feature.vertices;
        if i > start && (i - start == PAGE_FEATURES || vertices + size > PAGE_VERTICES) {
            runs.push(start..i);
            (start, vertices) = (i, 0);
        }
        vertices += size;
    }
    if start < features.len() {
        runs.push(start..features.len());
    }
    runs
}
