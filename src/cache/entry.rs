//! An answer as it is kept: compressed, with what its headers need.

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_64;

use super::encoding::{Compressors, Encoding};

/// A finished answer, ready to be sent.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What is sent; empty where nothing lies.
    pub body: Bytes,
    /// How `body` is compressed.
    pub encoding: Encoding,
    /// How many features the budget left out of it.
    pub left_out: u64,
    /// A hash of the uncompressed bytes, or of those of an archive, so that one tile has one ETag in every
    /// encoding.
    pub hash: u64,
}

impl Entry {
    /// Compresses the bytes of a tile as wanted; so many features were left out of it.
    pub fn compressed(
        bytes: Vec<u8>,
        left_out: u64,
        wanted: Encoding,
        compressors: &mut Compressors,
    ) -> Entry {
        let hash = xxh3_64(&bytes);
        let (body, encoding) = compressors.compress(bytes, wanted);
        Entry { body: body.into(), encoding, left_out, hash }
    }

    /// A tile of an archive as it is sent, told from others by a hash of how it lies there.
    pub fn stored(hash: u64, body: Vec<u8>, encoding: Encoding) -> Entry {
        Entry { body: body.into(), encoding, left_out: 0, hash }
    }

    /// An image, which is compressed by itself.
    pub fn image(bytes: Vec<u8>) -> Entry {
        let hash = xxh3_64(&bytes);
        Entry { body: bytes.into(), encoding: Encoding::Identity, left_out: 0, hash }
    }

    /// The bytes that it takes in memory.
    pub fn memory(&self) -> usize {
        size_of::<Entry>() + self.body.len()
    }
}
