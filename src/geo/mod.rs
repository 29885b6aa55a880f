//! geo: where things are. Pure: no I/O, no clock, no globals.
//!
//! - [`tile`]: tile addresses and zoom ranges that cannot be invalid
//! - [`world`]: the quantised Web Mercator world, 2³² units wide
//! - [`shape`]: a feature's geometry in that world
//! - [`grid`]: the grid of a zoom, in tile units
//! - [`clip`]: lines and rings on a grid, cut to a square
//! - [`rings`]: do the rings of a polygon meet?
//! - [`repair`]: rings that meet → a valid polygon
//! - [`hilbert`]: the curve that puts near features near each other
//! - [`projection`]: source coordinates to Web Mercator

pub mod clip;
pub mod grid;
pub mod hilbert;
pub mod projection;
pub mod repair;
pub mod rings;
pub mod shape;
pub mod tile;
pub mod world;
