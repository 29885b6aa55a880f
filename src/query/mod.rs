//! query: questions about the features of a layer that are no tile.
//!
//! - [`outline`]: the features of one value, as one simplified outline
//! - [`combinations`]: which values of attributes occur together; [`tally`]: how often each does

pub mod combinations;
pub mod outline;
pub mod tally;
