//! Sorted features → pages of detail, a batch at a time, on all cores: what tiles need to know is
//! worked out here, once (the zoom of each vertex, validity).

use std::io;
use std::ops::Range;

use super::census::Census;
use super::cores;
use super::dictionary::ValueCoder;
use super::geometry;
use super::page::{Order, PageWriter};
use super::record::Record;
use super::significance::push_vertex_zooms;
use super::sorter::Sorted;
use super::validity::{NEVER, ValidityCheck};
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::world::WorldBox;

/// Features a page. Measured on the département of `make compare`: fewer make the tree larger
/// than it helps, more make a z18 tile read what it does not show.
const PAGE_FEATURES: usize = 128;

/// Vertices a page, so that a page of large polygons stays a few hundred kilobytes at most. A
/// feature larger than this has a page of its own.
const PAGE_VERTICES: usize = 32 * 1024;

/// Pages that are made before they are written: memory holds so many. Not so many a core: the file
/// is to be the same on every machine.
const BATCH_PAGES: usize = 64;

/// Features of some pages, in order.
#[derive(Debug)]
pub struct Batch {
    columns: usize,
    features: Vec<Feature>,
    records: Vec<u8>,
    /// The dictionary codes of all features, `columns` a feature.
    codes: Vec<u32>,
    /// The features of each page.
    pages: Vec<Range<usize>>,
}

#[derive(Debug)]
struct Feature {
    order: Order,
    /// Where its record is.
    record: Range<usize>,
}

/// A page, ready to be written.
pub struct MadePage {
    /// The box around its features.
    pub bounds: WorldBox,
    /// How many features of points, of lines, of polygons it holds.
    pub features: [u32; 3],
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Batch {
    /// A batch of features with so many columns.
    pub fn new(columns: usize) -> Batch {
        Batch {
            columns,
            features: Vec::new(),
            records: Vec::new(),
            codes: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Takes the features of the next pages, codes their values and counts them; whether there were
    /// any.
    ///
    /// # Errors
    /// What reading them meets.
    pub fn fill(
        &mut self,
        sorted: &mut Sorted,
        coder: &mut ValueCoder,
        census: &mut Census,
    ) -> io::Result<bool> {
        self.features.clear();
        self.records.clear();
        self.codes.clear();
        self.pages.clear();
        let (mut start, mut vertices) = (0, 0);
        while self.pages.len() < BATCH_PAGES
            && let Some((key, bytes)) = sorted.advance()?
        {
            let Some(record) = Record::read(bytes) else {
                continue;
            };
            let first = self.codes.len();
            self.codes.extend(record.values().map(|value| coder.code(value)));
            census.count(record.bounds(), record.vertices(), &self.codes[first..]);
            let number = self.features.len();
            vertices += record.vertices();
            if number > start && (number - start == PAGE_FEATURES || vertices > PAGE_VERTICES) {
                self.pages.push(start..number);
                (start, vertices) = (number, record.vertices());
            }
            let at = self.records.len();
            self.records.extend_from_slice(bytes);
            self.features.push(Feature { order: key.order, record: at..self.records.len() });
        }
        if start < self.features.len() {
            self.pages.push(start..self.features.len());
        }
        Ok(!self.pages.is_empty())
    }

    /// The pages, in their order.
    pub fn pages(&self) -> Vec<MadePage> {
        let share = self.pages.len().div_ceil(cores::count()).max(1);
        cores::side_by_side(self.pages.chunks(share).map(|pages| move || self.make(pages)))
    }

    fn make(&self, pages: &[Range<usize>]) -> Vec<MadePage> {
        let mut check = ValidityCheck::default();
        let mut zooms = Vec::new();
        let mut shape = Shape::new(ShapeKind::Point);
        let mut make = |run: &Range<usize>| {
            let mut page = PageWriter::new(self.columns);
            let (mut bounds, mut features) = (WorldBox::EMPTY, [0; 3]);
            for (feature, number) in self.features[run.clone()].iter().zip(run.clone()) {
                let Some(record) = Record::read(&self.records[feature.record.clone()]) else {
                    continue;
                };
                let kind = record.kind();
                record.read_shape(&mut shape);
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
                let codes = &self.codes[number * self.columns..][..self.columns];
                page.push(kind, feature.order, record.bounds(), valid_from, codes, |out| {
                    geometry::write(&shape, &zooms, out);
                });
                bounds = bounds.union(record.bounds());
                features[kind as usize] += 1;
            }
            MadePage { bounds, features, bytes: page.finish() }
        };
        pages.iter().map(&mut make).collect()
    }
}
