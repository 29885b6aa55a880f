//! catalogue: which layers there are at one moment, and what changed when.
//!
//! - [`features`]: a segment and what changed since; [`recency`]: when something under a tile did
//! - [`snapshot`]: what all layers are at one moment, held by a request from start to end
//! - [`news`]: what changed lately, for those who show it
//! - [`lookout`]: how well the sources are watched

pub mod features;
pub mod lookout;
pub mod news;
pub mod recency;
pub mod snapshot;
