//! The geometry that the town is drawn with. Its numbers are the same on every machine.
//!
//! - [`vector`]: points and directions
//! - [`path`]: lines, what lies along them and beside them
//! - [`areas`]: polygons, united and cut
//! - [`crossing`]: segments split where they meet
//! - [`arrangement`]: lines crossed with each other, and the faces between them
//! - [`coverage`]: faces with labels → polygons that share their borders

pub mod areas;
pub mod arrangement;
pub mod coverage;
pub mod crossing;
pub mod path;
pub mod vector;
