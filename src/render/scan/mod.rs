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

/// Steps of a pixel on which corners of shapes lie, as they do for GPUs, if on fewer: pixels then follow from where a
/// shape lies among them, and not from the last bits of a number, which differ from picture to picture.
const STEPS: f64 = 1024.0;
/// What lies so little behind a pixel's centre lies on it: crossings are computed.
const TIE: f64 = 1e-7;

/// The nearest place where corners may lie.
#[inline]
pub fn on_grid(at: [f64; 2]) -> [f64; 2] {
    at.map(|ordinate| {
        let steps = ordinate * STEPS + 0.5;
        let cut_off = steps as i64;
        // `as i64` saturates, and places may be anywhere.
        cut_off.saturating_sub(i64::from(steps < cut_off as f64)) as f64 / STEPS
    })
}

/// The first pixel whose centre lies at a place or after it.
///
/// By hand: `ceil` is a call of a function on processors of x86-64's first generation, for which
/// binaries are built.
#[inline]
pub fn first_pixel(at: f64) -> i32 {
    let at = at - 0.5 - TIE;
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
    fn corners_lie_alike_in_pictures_that_begin_elsewhere() {
        for (at, found) in
            [(3.5, 3.5), (3.0001, 3.0), (-0.25 - 1e-12, -0.25), (-7.1, -7.099_609_375)]
        {
            for shift in [0.0, 512.0, -1536.0] {
                assert_eq!(on_grid([at + shift; 2]), [found + shift; 2], "{at} {shift}");
            }
        }
        assert_eq!(first_pixel(3.5 + 1e-12), 3);
    }

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
