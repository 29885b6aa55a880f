//! What a feature is, as a number: the same on every machine and whatever came before. It tells
//! apart features of one id and place, and, summed up, whether a layer is what it was.

use xxhash_rust::xxh3::xxh3_128;

use super::record;
use crate::geo::shape::Shape;
use crate::source::{FeatureSink, Stopped, Value};

/// The xxh3 of a feature, given as [`super::record`] writes it.
pub fn hash(record: &[u8]) -> u128 {
    xxh3_128(record)
}

/// The sum over all features of a layer, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fingerprint {
    features: u64,
    /// Two halves: JSON has no wider numbers than u64 that all readers agree on.
    sum: [u64; 2],
}

impl Fingerprint {
    /// Counts a feature in.
    pub fn add(&mut self, content: u128) {
        self.features += 1;
        self.set_sum(self.sum().wrapping_add(content));
    }

    /// The sum with the features of another one in, and those of a third one, which it holds, out.
    pub fn changed(mut self, added: Fingerprint, removed: Fingerprint) -> Fingerprint {
        self.features = (self.features + added.features).saturating_sub(removed.features);
        self.set_sum(self.sum().wrapping_add(added.sum()).wrapping_sub(removed.sum()));
        self
    }

    fn sum(&self) -> u128 {
        let [high, low] = self.sum;
        u128::from(high) << 64 | u128::from(low)
    }

    fn set_sum(&mut self, sum: u128) {
        self.sum = [(sum >> 64) as u64, sum as u64];
    }
}

/// Takes features to sum them up, and keeps none.
#[derive(Debug)]
pub struct Fingerprinter {
    columns: usize,
    record: Vec<u8>,
    scratch: Vec<u8>,
    /// Of what was taken so far.
    pub fingerprint: Fingerprint,
}

impl Fingerprinter {
    /// One for the features of a layer with so many columns.
    pub fn new(columns: usize) -> Fingerprinter {
        let (record, scratch) = (Vec::new(), Vec::new());
        Fingerprinter { columns, record, scratch, fingerprint: Fingerprint::default() }
    }
}

impl FeatureSink for Fingerprinter {
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
        self.fingerprint.add(hash(&self.record));
        Ok(())
    }
}
