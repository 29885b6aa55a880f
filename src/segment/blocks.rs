//! Runs of a segment's bytes with a checksum each, held against it when they are first read. So
//! opening a segment costs the same whatever its size, and damage is met before it is believed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

/// Where a block lies, and the xxh3 of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first byte, from the start of the segment.
    pub start: u64,
    /// How many bytes it has.
    pub length: u32,
    /// The checksum.
    pub sum: u64,
}

impl Block {
    /// The block that these bytes are when they stand at `start`. Blocks are below 4 GB.
    pub fn of(bytes: &[u8], start: u64) -> Block {
        Block { start, length: bytes.len() as u32, sum: xxh3_64(bytes) }
    }
}

/// Numbered blocks of one segment.
#[derive(Debug, Default)]
pub struct Blocks {
    blocks: Vec<Block>,
    /// A bit a block: whether it has been found whole.
    whole: Box<[AtomicU64]>,
    damaged: AtomicBool,
}

impl Blocks {
    /// These blocks, none of them looked at yet.
    pub fn new(blocks: Vec<Block>) -> Blocks {
        let whole = (0..blocks.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Blocks { blocks, whole, damaged: AtomicBool::new(false) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// How many bytes a block has; 0 for one that does not exist.
    pub fn length(&self, number: usize) -> usize {
        self.blocks.get(number).map_or(0, |block| block.length as usize)
    }

    /// A block of the segment whose bytes these are; `None` for one that does not exist or is
    /// damaged.
    pub fn get<'a>(&self, segment: &'a [u8], number: usize) -> Option<&'a [u8]> {
        let block = self.blocks.get(number)?;
        let start = usize::try_from(block.start).ok()?;
        let bytes = segment.get(start..)?.get(..block.length as usize)?;
        let (word, bit) = (&self.whole[number / 64], 1 << (number % 64));
        // Relaxed: the bit says something of bytes that never change.
        if word.load(Ordering::Relaxed) & bit == 0 {
            if xxh3_64(bytes) != block.sum {
                self.damaged.store(true, Ordering::Relaxed);
                return None;
            }
            word.fetch_or(bit, Ordering::Relaxed);
        }
        Some(bytes)
    }

    /// Whether a block was met whose bytes are not those that were written.
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Looks at all that were not looked at yet; whether all are whole.
    pub fn verify(&self, segment: &[u8]) -> bool {
        (0..self.len()).all(|number| self.get(segment, number).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_read_only_if_it_is_what_was_written() {
        let mut segment = b"first, second".to_vec();
        let blocks = Blocks::new(vec![
            Block::of(&segment[..5], 0),
            Block::of(&segment[7..], 7),
            Block { start: u64::MAX, length: 9, sum: 0 },
        ]);
        segment[9] ^= 1;
        assert_eq!(blocks.get(&segment, 0), Some(&b"first"[..]));
        assert!(!blocks.is_damaged());
        assert_eq!(blocks.get(&segment, 1), None);
        assert!(blocks.is_damaged() && !blocks.verify(&segment));
        assert_eq!(blocks.get(&segment, 2), None);
        assert_eq!(blocks.get(&segment, 3), None);
    }
}
