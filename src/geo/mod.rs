//! geo: where things are. Pure: no I/O, no clock, no globals.
//!
//! - [`tile`]: tile addresses and zoom ranges that cannot be invalid
//! - [`world`]: the quantised Web Mercator world, 2³² units wide
//! - [`shape`]: a feature's geometry in that world
//! - [`hilbert`]: the curve that puts near features near each other
//! - [`projection`]: source coordinates to Web Mercator

pub mod hilbert;
pub mod projection;
pub mod shape;
pub mod tile;
pub mod world;
