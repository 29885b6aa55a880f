//! cache: finished answers, each made once however many wait for it.
//!
//! - [`key`]: what makes two requests ask for the same answer
//! - [`encoding`]: gzip, zstd, brotli
//! - [`entry`]: an answer as it is kept: compressed, with its ETag
//! - [`flight`]: one computation for any number of waiting requests
//! - [`queue`]: how much long work is done, waits, and is refused
//! - [`tiles`]: these together: the cache of tiles
//! - [`labels`]: what is decided about labels, for the images beside one another that show them

pub mod encoding;
pub mod entry;
pub mod flight;
pub mod key;
pub mod labels;
pub mod queue;
pub mod tiles;
