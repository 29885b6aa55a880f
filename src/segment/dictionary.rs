//! The distinct attribute values of a layer, each kept once as the bytes of an MVT `Value`
//! message, so that a tile copies them. Codes are places in the list.
//!
//! In a segment they lie in blocks of [`BLOCK_VALUES`]: the number of values, where each ends
//! (4 bytes each), the values end to end. Codes follow the curve, so a tile reads few blocks.

use hashbrown::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::blocks::Blocks;
use super::page::NULL_CODE;
use crate::source::Value;
use crate::wire::protobuf::{self, WireType};

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

/// Gives values codes while pages are made, and makes the blocks that hold them.
///
/// Equal values have one code as long as both are among the last million or so distinct ones: a
/// layer's own ids must not fill the memory. A value that comes back later than that is kept twice,
/// and a tile that shows both says it twice; which ones do depends on the features alone. Classes
/// and names of towns come back all the time.
#[derive(Debug, Default)]
pub struct ValueCoder {
    /// Codes by the xxh3 of their value: 128 bits, so that two values of one hash need not be feared.
    recent: HashMap<u128, u32>,
    /// Those that were recent before; one that is met is recent again.
    older: HashMap<u128, u32>,
    next: u32,
    ends: Vec<u32>,
    bytes: Vec<u8>,
    blocks: Vec<Vec<u8>>,
}

/// Distinct values that are remembered before older ones are forgotten: some 80 MB in both maps.
const REMEMBERED: usize = 1 << 20;

impl ValueCoder {
    /// The code of an encoded value; [`NULL_CODE`] for the absent one, and beyond 2³² − 1 values.
    pub fn code(&mut self, value: &[u8]) -> u32 {
        if value.is_empty() || self.next == NULL_CODE {
            return NULL_CODE;
        }
        let hash = xxh3_128(value);
        if let Some(code) = self.recent.get(&hash) {
            return *code;
        }
        let code = self.older.get(&hash).copied().unwrap_or_else(|| self.add(value));
        if self.recent.len() == REMEMBERED {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(hash, code);
        code
    }

    fn add(&mut self, value: &[u8]) -> u32 {
        let code = self.next;
        self.next += 1;
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len() as u32);
        if self.ends.len() == BLOCK_VALUES {
            self.end_block();
        }
        code
    }

    /// Ends the block that is being filled; further values begin the next one.
    pub fn end_block(&mut self) {
        if self.ends.is_empty() {
            return;
        }
        let mut block = (self.ends.len() as u32).to_le_bytes().to_vec();
        self.ends.drain(..).for_each(|end| block.extend_from_slice(&end.to_le_bytes()));
        block.append(&mut self.bytes);
        self.blocks.push(block);
        self.next = self.next.next_multiple_of(BLOCK_VALUES as u32);
    }

    /// Takes the blocks that are full, in their order.
    pub fn take_blocks(&mut self) -> impl Iterator<Item = Vec<u8>> {
        self.blocks.drain(..)
    }
}

/// Appends the MVT `Value` message (specification 2.1, section 4.1): one field, by type. Whole
/// numbers take the shorter of `uint_value` and `sint_value`.
pub(crate) fn encode(value: Value<'_>, out: &mut Vec<u8>) {
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

/// The value that was encoded; nothing, where it is damaged.
pub fn decode(encoded: &[u8]) -> Value<'_> {
    let read = || {
        let (&tag, rest) = encoded.split_first()?;
        let digits = || {
            let end = rest.iter().position(|byte| byte & 0x80 == 0)? + 1;
            let digits = rest[..end].iter().zip((0..64).step_by(7));
            let number = digits.fold(0u64, |sum, (byte, at)| sum | u64::from(byte & 0x7F) << at);
            Some((number, &rest[end..]))
        };
        Some(match tag >> 3 {
            // The value is the one field of its message: the text is all that follows its length.
            1 => Value::Text(std::str::from_utf8(digits()?.1).ok()?),
            2 => Value::Float(f32::from_le_bytes(*rest.first_chunk()?)),
            3 => Value::Double(f64::from_le_bytes(*rest.first_chunk()?)),
            5 => Value::UInt(digits()?.0),
            6 => Value::Int(protobuf::unzigzag(digits()?.0)),
            7 => Value::Bool(digits()?.0 != 0),
            _ => return None,
        })
    };
    read().unwrap_or(Value::Null)
}

/// The number that an encoded value says, unless it is no number.
pub(crate) fn number(value: &[u8]) -> Option<f64> {
    match decode(value) {
        Value::Float(number) => Some(number.into()),
        Value::Double(number) => Some(number),
        Value::UInt(number) => Some(number as f64),
        Value::Int(number) => Some(number as f64),
        Value::Null | Value::Bool(_) | Value::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(values: impl Iterator<Item = u64>) -> (Vec<u32>, usize) {
        let mut coder = ValueCoder::default();
        let codes = values.map(|value| coder.code(&value.to_le_bytes())).collect();
        coder.end_block();
        let blocks = coder.take_blocks().count();
        (codes, blocks)
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        let encoded = |value| {
            let mut bytes = Vec::new();
            encode(value, &mut bytes);
            bytes
        };
        let long = "é".repeat(100);
        let values = [
            Value::Int(-300),
            Value::UInt(300),
            Value::Double(0.1),
            Value::Float(0.5),
            Value::Text("3"),
            Value::Text(&long),
            Value::Bool(true),
            Value::Null,
        ];
        values.iter().for_each(|value| assert_eq!(decode(&encoded(*value)), *value));
        let numbers = values.map(|value| number(&encoded(value)));
        assert_eq!(numbers[..4], [-300.0, 300.0, 0.1, 0.5].map(Some));
        assert_eq!(numbers[4..], [None; 4]);
        for damaged in [&[][..], &[0x0A], &[0x0A, 200], &[0x0A, 1, 0xFF], &[0x11, 1], &[0xFF]] {
            assert_eq!(decode(damaged), Value::Null);
        }
    }

    #[test]
    fn equal_values_have_one_code_and_the_absent_one_none() {
        let (codes, blocks) = coded([5, 6, 5, 6, 7].into_iter());
        assert_eq!((codes, blocks), (vec![0, 1, 0, 1, 2], 1));
        assert_eq!(ValueCoder::default().code(&[]), NULL_CODE);
    }

    #[test]
    fn what_comes_back_now_and_then_is_remembered_and_ids_are_forgotten() {
        let class = u64::MAX;
        let remembered = REMEMBERED as u64;
        let ids = (0..3 * remembered).flat_map(|id| [id, class]).chain([0]);
        let (codes, blocks) = coded(ids);
        assert!(codes.iter().skip(1).step_by(2).all(|code| *code == codes[1]));
        assert_ne!(codes.last(), codes.first());
        assert_eq!(blocks, (3 * REMEMBERED + 2).div_ceil(BLOCK_VALUES));
    }
}
