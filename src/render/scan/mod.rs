//! scan: shapes → the pixels whose centres they cover, by the rules of GPUs, so that shapes with a
//! common border share no pixel and leave none out.
//!
//! - [`clip`]: where may be drawn: the part of a picture that a tile covers
//! - [`area`]: the inside of rings
//! - [`outline`]: lines one pixel wide, which smooth the borders of areas
//! - [`triangles`]: triangles, with values that run from corner to corner

pub mod area;
pub mod clip;
pub mod outline;
pub mod triangles;

/// The first pixel whose centre lies at a place or after it.
///
/// By hand: `ceil` is a call of a function on processors of x86-64's first generation, for which
/// binaries are built.
#[inline]
pub fn first_pixel(at: f64) -> i32 {
    let at = at - 0.5;
    // `as i32` saturates, towards 0.
    let whole = at as i32;
    whole.saturating_add(i32::from(at > f64::from(whole)))
}

/// The pixel that a place lies in.
#[inline]
pub fn pixel_at(at: f64) -> i32 {
    let whole = at as i32;
    whole.saturating_sub(i32::from(at < f64::from(whole)))
}

/// From 0 to 1, and without a corner at either.
#[inline]
pub fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_found_on_both_sides_of_nought_and_far_away() {
        let found = [-1.5, -0.6, -0.5, 0.4, 0.5, 0.6, 1e300].map(first_pixel);
        assert_eq!(found, [-2, -1, -1, 0, 0, 1, i32::MAX]);
        assert_eq!(
            [-1.5, -1.0, -0.1, 0.0, 0.9, -1e300].map(pixel_at),
            [-2, -1, -1, 0, 0, i32::MIN]
        );
    }
}
