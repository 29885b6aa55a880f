//! answer: from a question about what is served to its answer, found in the cache or made once. Whoever asks,
//! http or the command line, asks the same questions, and sees no more than its scope allows.
//!
//! - [`answers`]: how a question gets its answer
//! - [`seen`]: what a request sees: a snapshot and a scope, the only door to data
//! - [`key`]: what makes two questions the same
//! - [`tile`], [`stored_tile`], [`image`], [`sheet`]: questions whose answers take work: a vector tile, a tile of
//!   an archive, a drawn map, a printed sheet
//! - [`tilejson`], [`style`], [`catalogue`], [`territory`], [`explanation`]: questions whose answers are documents
//! - [`describe`]: what several documents say of a layer or an archive
//! - [`public_url`]: the addresses in them
//! - [`scratch`], [`labels`]: memory that is kept between answers; [`telemetry`]: what is counted
//! - [`error`]: why there is no answer

pub mod answers;
pub mod catalogue;
pub mod describe;
pub mod error;
pub mod explanation;
pub mod image;
pub mod key;
pub mod labels;
pub mod public_url;
pub mod scratch;
pub mod seen;
pub mod sheet;
pub mod stored_tile;
pub mod style;
mod swapped;
pub mod telemetry;
pub mod territory;
pub mod tile;
pub mod tilejson;

pub use answers::{Answers, Question};
