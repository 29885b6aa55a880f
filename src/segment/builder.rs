//! Features in, pages out: takes what a source reads, in any order, sorts it within a bound of
//! memory, and writes pages of detail.

use std::io;

use super::census::Census;
use super::content::{self, Fingerprint};
use super::dictionary::{Dictionary, ValueCoder};
use super::format::{Output, SegmentWriter};
use super::page::{Order, Page};
use super::paging::Batch;
use super::record;
use super::sorter::{SortKey, Sorter, Spill};
use crate::geo::hilbert;
use crate::geo::shape::Shape;
use crate::source::{FeatureSink, Stopped, Value};

/// Collects the features of one layer.
#[derive(Debug)]
pub struct SegmentBuilder {
    columns: usize,
    keep_order: bool,
    taken: u64,
    sorter: Sorter,
    fingerprint: Fingerprint,
    failure: Option<io::Error>,
    record: Vec<u8>,
    scratch: Vec<u8>,
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
        self.record.clear();
        record::write(id, shape, values, self.columns, &mut self.scratch, &mut self.record);
        let place = hilbert::index(shape.bounds().centre());
        let order = match (id, self.keep_order) {
            (Some(id), _) => Order::Id(id),
            (None, true) => Order::Other(self.taken),
            (None, false) => Order::Other(place),
        };
        self.taken += 1;
        self.take_record(place, order)
    }
}

impl SegmentBuilder {
    /// A builder of a layer with so many columns. `keep_order` where features without an id are to
    /// stay in the order in which they come; without `spill` all are held in memory.
    pub fn new(columns: usize, keep_order: bool, spill: Option<Spill>) -> SegmentBuilder {
        SegmentBuilder {
            columns,
            keep_order,
            taken: 0,
            sorter: Sorter::new(spill),
            fingerprint: Fingerprint::default(),
            failure: None,
            record: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Takes a feature that a segment holds, as it is there.
    ///
    /// # Errors
    /// As [`FeatureSink::feature`].
    pub fn feature_again(
        &mut self,
        page: &Page<'_>,
        place: usize,
        dictionary: Dictionary<'_>,
    ) -> Result<(), Stopped> {
        self.record.clear();
        record::write_again(page, place, dictionary, &mut self.record);
        self.take_record(hilbert::index(page.bounds(place).centre()), page.order(place))
    }

    fn take_record(&mut self, place: u64, order: Order) -> Result<(), Stopped> {
        let content = content::hash(&self.record);
        self.fingerprint.add(content);
        let key = SortKey { place, order, content: content as u64 };
        self.sorter.push(key, &self.record).map_err(|error| {
            self.failure = Some(error);
            Stopped
        })
    }

    /// What the features taken so far sum up to.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Why the builder stopped taking features, if it did.
    pub fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Writes the pages of all features taken so far; returns what overviews are made by: how many features
    /// lie where, and the values written so far.
    ///
    /// # Errors
    /// What writing meets, and reading what was spilled.
    pub fn write_detail<W: Output>(
        self,
        writer: &mut SegmentWriter<W>,
    ) -> io::Result<(Census, ValueCoder)> {
        let mut coder = ValueCoder::default();
        let mut census = Census::new(self.columns);
        let mut sorted = self.sorter.sorted()?;
        let mut batch = Batch::new(self.columns);
        while batch.fill(&mut sorted, &mut coder, &mut census)? {
            for block in coder.take_blocks() {
                writer.values(&block)?;
            }
            for page in batch.pages() {
                writer.page(page.bounds, page.features, &page.bytes)?;
            }
        }
        Ok((census, coder))
    }
}
