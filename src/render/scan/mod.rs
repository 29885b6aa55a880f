//! scan: shapes → the pixels whose centres they cover, by the rules of GPUs, so that shapes with a
//! common border share no pixel and leave none out.
//!
//! - [`clip`]: where may be drawn: the part of a picture that a tile covers
//! - [`area`]: rings
//! - [`outline`]: lines one pixel wide, which smooth the borders of areas
//! - [`triangles`]: triangles with values that run from corner to corner

pub mod area;
pub mod clip;
pub mod outline;
pub mod triangles;

/// The first pixel whose centre lies at a place or after it.
#[inline]
pub fn first_pixel(at: f64) -> i32 {
    // `as i32` saturates.
    (at - 0.5).ceil() as i32
}
