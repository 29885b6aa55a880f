//! What a feature is, as a number: the same on every machine and whatever came before. It tells
//! apart features of one id and place, and, summed up, whether a layer is what it was.

use xxhash_rust::xxh3::Xxh3Default;

use super::dictionary;
use crate::geo::shape::Shape;
use crate::source::{FeatureSink, Stopped, Value};

/// Hashes features; keeps its memory between them.
#[derive(Default)]
pub struct ContentHasher {
    hash: Xxh3Default,
    value: Vec<u8>,
}

impl ContentHasher {
    /// The xxh3 of a feature's id, geometry and values.
    pub fn hash(&mut self, id: Option<u64>, shape: &Shape, values: &[Value<'_>]) -> u128 {
        let hash = &mut self.hash;
        hash.reset();
        hash.update(&[shape.kind() as u8, u8::from(id.is_some())]);
        hash.update(&id.unwrap_or_default().to_le_bytes());
        for part in shape.parts() {
            hash.update(&part.len().to_le_bytes());
            for point in part {
                let [x, y] = [point.x, point.y].map(u64::from);
                hash.update(&(x << 32 | y).to_le_bytes());
            }
        }
        for value in values {
            self.value.clear();
            dictionary::encode(*value, &mut self.value);
            hash.update(&self.value.len().to_le_bytes());
            hash.update(&self.value);
        }
        hash.digest128()
    }
}

impl std::fmt::Debug for ContentHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContentHasher")
    }
}

/// The sum over all features of a layer, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fingerprint {
    features: u64,
    /// Two halves: JSON has no wider numbers than u64 that all readers agree on.
    sum: [u64; 2],
}

impl Fingerprint {
    /// As much of it as tells two states of one layer apart.
    pub fn short(&self) -> u64 {
        self.sum[0] ^ self.sum[1]
    }

    /// Counts a feature in.
    pub fn add(&mut self, content: u128) {
        self.features += 1;
        let [high, low] = self.sum;
        let sum = (u128::from(high) << 64 | u128::from(low)).wrapping_add(content);
        self.sum = [(sum >> 64) as u64, sum as u64];
    }
}

/// Takes features to sum them up, and keeps none.
#[derive(Debug, Default)]
pub struct Fingerprinter {
    hasher: ContentHasher,
    /// Of what was taken so far.
    pub fingerprint: Fingerprint,
}

impl FeatureSink for Fingerprinter {
    fn feature(
        &mut self,
        id: Option<u64>,
        shape: &Shape,
        values: &[Value<'_>],
    ) -> Result<(), Stopped> {
        self.fingerprint.add(self.hasher.hash(id, shape, values));
        Ok(())
    }
}
