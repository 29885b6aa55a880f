//! cache: finished answers, each made once however many wait for it; by any key, of anything.
//!
//! - [`answers`]: the cache, and how what is not there is made
//! - [`encoding`]: gzip, zstd, brotli
//! - [`entry`]: an answer as it is kept: compressed, with its ETag
//! - [`flight`]: one computation for any number of waiting requests
//! - [`once`]: values that several threads ask for at once, each made by one of them
//! - [`queue`]: how much long work is done, waits, and is refused

pub mod answers;
pub mod encoding;
pub mod entry;
pub mod flight;
pub mod once;
pub mod queue;
