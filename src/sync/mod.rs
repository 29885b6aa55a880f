//! sync: brings what the sources have into the catalogue, and keeps it there. Alone writes; runs on threads of
//! its own, never on a request's.
//!
//! - [`load`]: disk and sources → segments, several at once; [`freed`]: the memory that it took, given back
//! - [`disk`]: the directory of segments
//! - [`comparison`]: what is served of a layer, held against its source
//! - [`follow`]: what changes in the sources → features, change feed, segments

pub mod comparison;
pub mod disk;
pub mod follow;
pub mod freed;
pub mod load;
