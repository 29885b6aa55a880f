//! Features in, a segment out: takes what a source reads, puts it into Hilbert order, works out
//! what tiles need to know (the zoom of each vertex, validity, the canonical order), and writes
//! pages on all cores.

use std::num::NonZero;
use std::thread;

use xxhash_rust::xxh3::Xxh3Default;

use super::dictionary::Interner;
use super::geometry;
use super::page::{NULL_CODE, Order, PageWriter};
use super::segment::{PageEntry, Segment};
use super::significance::push_vertex_zooms;
use super::validity::{NEVER, ValidityCheck};
use crate::geo::hilbert;
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::world::WorldBox;
use crate::source::{FeatureSink, Stopped, Value};

/// Features a page. Measured on the département of `make compare`: fewer make the tree larger
/// than it helps, more make a z18 tile read what it does not show.
const PAGE_FEATURES: usize = 128;

/// Vertices a page, so that a page of large polygons stays a few hundred kilobytes at most. A
/// feature larger than this has a page of its own.
const PAGE_VERTICES: usize = 32 * 1024;

/// Collects the features of one layer.
#[derive(Debug)]
pub struct SegmentBuilder {
    columns: usize,
    keep_order: bool,
    features: Vec<Feature>,
    /// The dictionary codes of all features, `columns` a feature.
    codes: Vec<u32>,
    interner: Interner,
}

#[derive(Debug)]
struct Feature {
    shape: Shape,
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
        let content = self.content_hash(shape, row);
        let place = hilbert::index(bounds.centre());
        self.features.push(Feature {
            shape: shape.clone(),
            bounds,
            order: match (id, self.keep_order) {
                (Some(id), _) => Order::Id(id),
                (None, true) => Order::Other(row as u64),
                (None, false) => Order::Other(place),
            },
            content,
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
            codes: Vec::new(),
            interner: Interner::default(),
        }
    }

    /// The segment of all features taken so far.
    pub fn finish(mut self) -> Segment {
        self.features.sort_unstable_by_key(Feature::sort_key);
        let dictionary = self.renumber_codes();
        let runs = page_runs(&self.features);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let batch = runs.len().div_ceil(cores).max(1);
        let builder = &self;
        let written: Vec<(PageEntry, Vec<u8>)> = thread::scope(|scope| {
            let workers: Vec<_> = runs
                .chunks(batch)
                .map(|runs| scope.spawn(move || builder.write_pages(runs)))
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| {
                    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        Segment::new(dictionary, written)
    }

    /// A hash of geometry and attribute values, the same on every machine and whatever came
    /// before.
    fn content_hash(&self, shape: &Shape, row: usize) -> u64 {
        let mut hash = Xxh3Default::new();
        hash.update(&[shape.kind() as u8]);
        for part in shape.parts() {
            hash.update(&part.len().to_le_bytes());
            for point in part {
                hash.update(&point.x.to_le_bytes());
                hash.update(&point.y.to_le_bytes());
            }
        }
        for &code in &self.codes[row * self.columns..] {
            let value = self.interner.get(code).unwrap_or_default();
            hash.update(&value.len().to_le_bytes());
            hash.update(value);
        }
        hash.digest()
    }

    /// Numbers the values in the order in which the pages use them, so that a page's values lie
    /// together.
    fn renumber_codes(&mut self) -> super::dictionary::Dictionary {
        let dictionary = std::mem::take(&mut self.interner).finish();
        let mut renumbered = vec![NULL_CODE; dictionary.len()];
        let mut order = Vec::with_capacity(dictionary.len());
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
        dictionary.reordered(&order)
    }

    fn write_pages(&self, runs: &[std::ops::Range<usize>]) -> Vec<(PageEntry, Vec<u8>)> {
        let mut check = ValidityCheck::default();
        let mut zooms = Vec::new();
        runs.iter()
            .map(|run| {
                let mut page = PageWriter::new(self.columns);
                let mut entry = PageEntry::EMPTY;
                for feature in &self.features[run.clone()] {
                    let kind = feature.shape.kind();
                    zooms.clear();
                    if kind != ShapeKind::Point {
                        for part in feature.shape.parts() {
                            push_vertex_zooms(part, kind == ShapeKind::Polygon, &mut zooms);
                        }
                    }
                    let valid_from = match kind {
                        ShapeKind::Polygon => check.valid_from(&feature.shape, &zooms),
                        ShapeKind::Point | ShapeKind::Line => NEVER,
                    };
                    let codes = &self.codes[feature.row * self.columns..][..self.columns];
                    page.push(kind, feature.order, feature.bounds, valid_from, codes, |out| {
                        geometry::write(&feature.shape, &zooms, out);
                    });
                    entry.count(kind, feature.bounds);
                }
                (entry, page.finish())
            })
            .collect()
    }
}

/// Cuts the sorted features into the runs that become pages.
fn page_runs(features: &[Feature]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let (mut start, mut vertices) = (0, 0);
    for (i, feature) in features.iter().enumerate() {
        let size = feature.shape.points().len();
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
