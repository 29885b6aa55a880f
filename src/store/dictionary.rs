//! The distinct attribute values of a layer, each kept once as the bytes of an MVT `Value`
//! message, so that a tile copies them. Codes are places in the list.
//!
//! In a segment they lie in blocks of [`BLOCK_VALUES`]: the number of values, where each ends
//! (4 bytes each), the values end to end. Codes follow the curve, so a tile reads few blocks.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::blocks::Blocks;
use super::protobuf::{self, WireType};
use crate::source::Value;

/// Values a block: some ten kilobytes, checked in a microsecond.
const BLOCK_VALUES: usize = 1024;

/// The values of a segment, by code.
#[derive(Clone, Copy, Debug)]
pub struct Dictionary<'a> {
    /// The segment.
    pub bytes: &'a [u8],
    /// Its blocks of values.
    pub blocks: &'a Blocks,
}

impl<'a> Dictionary<'a> {
    /// The encoded value of a code; nothing for a code that does not exist or is damaged.
    pub fn get(self, code: u32) -> Option<&'a [u8]> {
        let (block, place) = (code as usize / BLOCK_VALUES, code as usize % BLOCK_VALUES);
        let (count, rest) = self.blocks.get(self.bytes, block)?.split_first_chunk::<4>()?;
        let length = (u32::from_le_bytes(*count) as usize).checked_mul(4)?;
        let (ends, values) = rest.split_at_checked(length)?;
        let (ends, _) = ends.as_chunks::<4>();
        let end = |place: usize| ends.get(place).map(|end| u32::from_le_bytes(*end) as usize);
        let start = place.checked_sub(1).map_or(Some(0), end)?;
        values.get(start..end(place)?)
    }
}

/// Values in the order in which they came.
#[derive(Clone, Debug, Default)]
struct Values {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

impl Values {
    fn get(&self, code: u32) -> Option<&[u8]> {
        let end = *self.ends.get(code as usize)?;
        let start = (code as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start as usize..end as usize)
    }

    fn push(&mut self, value: &[u8]) -> u32 {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u64);
        (self.ends.len() - 1) as u32
    }
}

/// A dictionary that is being filled: gives equal values one code.
#[derive(Debug, Default)]
pub struct Interner {
    values: Values,
    codes: HashTable<u32>,
    scratch: Vec<u8>,
}

impl Interner {
    /// The code of a value; `None` for the absent one, and for one too many (2³² − 1).
    pub fn intern(&mut self, value: Value<'_>) -> Option<u32> {
        if value == Value::Null || self.len() >= u32::MAX as usize {
            return None;
        }
        self.scratch.clear();
        encode(value, &mut self.scratch);
        let (values, scratch) = (&mut self.values, self.scratch.as_slice());
        let hash = xxh3_64(scratch);
        if let Some(&code) = self.codes.find(hash, |&code| values.get(code) == Some(scratch)) {
            return Some(code);
        }
        let code = values.push(scratch);
        self.codes.insert_unique(hash, code, |&code| xxh3_64(values.get(code).unwrap_or_default()));
        Some(code)
    }

    /// How many values it holds.
    pub fn len(&self) -> usize {
        self.values.ends.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The blocks of a segment whose codes are places in `codes`, a list of codes given here.
    pub(super) fn blocks<'a>(&'a self, codes: &'a [u32]) -> impl Iterator<Item = Vec<u8>> + 'a {
        codes.chunks(BLOCK_VALUES).map(|codes| {
            let values = || codes.iter().map(|&code| self.values.get(code).unwrap_or_default());
            let mut block = (codes.len() as u32).to_le_bytes().to_vec();
            let mut end = 0;
            for value in values() {
                end += value.len() as u32;
                block.extend_from_slice(&end.to_le_bytes());
            }
            values().for_each(|value| block.extend_from_slice(value));
            block
        })
    }
}

/// Appends the MVT `Value` message (specification 2.1, section 4.1): one field, by type. Whole
/// numbers take the shorter of `uint_value` and `sint_value`.
pub(super) fn encode(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Text(text) => protobuf::put_bytes(1, text.as_bytes(), out),
        Value::Float(number) => {
            protobuf::put_tag(2, WireType::Fixed32, out);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Double(number) => {
            protobuf::put_tag(3, WireType::Fixed64, out);
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::UInt(number) => protobuf::put_number(5, number, out),
        Value::Int(number) => match u64::try_from(number) {
            Ok(number) => protobuf::put_number(5, number, out),
            Err(_) => protobuf::put_number(6, protobuf::zigzag(number), out),
        },
        Value::Bool(truth) => protobuf::put_number(7, u64::from(truth), out),
    }
}
