//! Memory that threads make answers in, kept between them.

use std::sync::{Mutex, PoisonError};

use crate::cache::encoding::Compressors;
use crate::tile::TileMaker;

/// What a thread needs to make tiles. As many are made as are in use at one time.
#[derive(Default)]
pub struct ScratchPool(Mutex<Vec<Scratch>>);

/// What one thread needs.
#[derive(Default)]
pub struct Scratch {
    /// Makes tiles.
    pub maker: TileMaker,
    /// Compresses them.
    pub compressors: Compressors,
}

impl ScratchPool {
    /// Lends some for some work. What was lent to work that panics is not used again.
    pub fn with<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let mut scratch = taken.unwrap_or_default();
        let result = work(&mut scratch);
        idle().push(scratch);
        result
    }
}
