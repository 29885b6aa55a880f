//! The distinct attribute values of a layer, each kept once as the bytes of an MVT `Value`
//! message, so that a tile copies them. Codes are places in the list.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::protobuf::{self, WireType};
use crate::source::Value;

/// The values, by code.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

impl Dictionary {
    /// The encoded value of a code; nothing for a code that does not exist.
    pub fn get(&self, code: u32) -> Option<&[u8]> {
        let end = *self.ends.get(code as usize)?;
        let start = (code as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start as usize..end as usize)
    }

    /// How many values it holds.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Memory in use, in bytes.
    pub fn memory(&self) -> usize {
        self.bytes.len() + self.ends.len() * size_of::<u64>()
    }

    /// Adds a value and returns its code.
    fn push(&mut self, value: &[u8]) -> u32 {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u64);
        (self.ends.len() - 1) as u32
    }

    /// The values in a new order: `order` lists old codes.
    pub fn reordered(&self, order: &[u32]) -> Dictionary {
        let mut reordered = Dictionary::default();
        reordered.bytes.reserve_exact(self.bytes.len());
        reordered.ends.reserve_exact(order.len());
        for &code in order {
            reordered.push(self.get(code).unwrap_or_default());
        }
        reordered
    }
}

/// A dictionary that is being filled: gives equal values one code.
#[derive(Debug, Default)]
pub struct Interner {
    dictionary: Dictionary,
    codes: HashTable<u32>,
    scratch: Vec<u8>,
}

impl Interner {
    /// The code of a value; `None` for the absent one, and for one too many (2³² − 1).
    pub fn intern(&mut self, value: Value<'_>) -> Option<u32> {
        if value == Value::Null || self.dictionary.len() >= u32::MAX as usize {
            return None;
        }
        self.scratch.clear();
        encode(value, &mut self.scratch);
        let (dictionary, scratch) = (&mut self.dictionary, self.scratch.as_slice());
        let hash = xxh3_64(scratch);
        if let Some(&code) = self.codes.find(hash, |&code| dictionary.get(code) == Some(scratch)) {
            return Some(code);
        }
        let code = dictionary.push(scratch);
        self.codes
            .insert_unique(hash, code, |&code| xxh3_64(dictionary.get(code).unwrap_or_default()));
        Some(code)
    }

    /// The encoded value of a code.
    pub fn get(&self, code: u32) -> Option<&[u8]> {
        self.dictionary.get(code)
    }

    /// The dictionary, with the codes as they were given.
    pub fn finish(self) -> Dictionary {
        self.dictionary
    }
}

/// Appends the MVT `Value` message (specification 2.1, section 4.1): one field, by type. Whole
/// numbers take the shorter of `uint_value` and `sint_value`.
fn encode(value: Value<'_>, out: &mut Vec<u8>) {
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
