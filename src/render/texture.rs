//! Pictures as they are looked up between their pixels, premultiplied, each part from 0 to 1. Places
//! are in pixels; a pixel's centre lies half a pixel from its corner.

use super::picture::{Picture, Pixel};

/// What lies beyond a picture's sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Its outermost pixels.
    Clamp,
    /// The picture again.
    Repeat,
    /// Nothing.
    Nothing,
}

/// Steps between two pixels, of which graphics cards know no more either: what lies on whole pixels but for the
/// last bits of a number is not mixed then.
pub const STEPS: i64 = 256;

/// A place, mixed of the four pixels around it.
pub fn mixed(picture: &Picture, [x, y]: [f64; 2], beyond: Beyond) -> [f32; 4] {
    let [columns, rows] = [picture.width(), picture.height()].map(i64::from);
    if columns == 0 || rows == 0 {
        return [0.0; 4];
    }
    let ((left, right_share), (top, lower_share)) = (texel(x), texel(y));
    let (left, right) = neighbours(left, columns, beyond);
    let (top, bottom) = neighbours(top, rows, beyond);
    let pixel = |x: u32, y: u32| parts_at(picture, x, y);
    if right_share == 0.0 && lower_share == 0.0 {
        return pixel(left, top);
    }
    let upper = mix(pixel(left, top), pixel(right, top), right_share);
    let lower = mix(pixel(left, bottom), pixel(right, bottom), right_share);
    mix(upper, lower, lower_share)
}

/// The pixel whose centre lies before a place, and how far the place is from it.
///
/// By hand: `floor` is a call of a function on the processors that binaries are built for.
fn texel(at: f64) -> (i64, f32) {
    let steps = (at - 0.5) * STEPS as f64 + 0.5;
    let cut_off = steps as i64;
    let steps = cut_off - i64::from(steps < cut_off as f64);
    (steps.div_euclid(STEPS), steps.rem_euclid(STEPS) as f32 / STEPS as f32)
}

/// A pixel and the next one, of so many.
fn neighbours(at: i64, count: i64, beyond: Beyond) -> (u32, u32) {
    let next = at.saturating_add(1);
    match beyond {
        Beyond::Clamp => {
            let within = |at: i64| at.clamp(0, count - 1) as u32;
            (within(at), within(next))
        }
        Beyond::Repeat => {
            let at = at.rem_euclid(count);
            (at as u32, if at + 1 == count { 0 } else { at as u32 + 1 })
        }
        Beyond::Nothing => {
            // No picture is as wide.
            let within = |at: i64| u32::try_from(at).unwrap_or(u32::MAX);
            (within(at), within(next))
        }
    }
}

/// The pixel at a place, or the outermost one.
pub fn nearest(picture: &Picture, [x, y]: [f64; 2]) -> [f32; 4] {
    let within = |at: f64, count: u32| at.min(f64::from(count) - 1.0).max(0.0) as u32;
    parts_at(picture, within(x, picture.width()), within(y, picture.height()))
}

fn parts_at(picture: &Picture, x: u32, y: u32) -> [f32; 4] {
    parts(picture.pixel(x, y).unwrap_or_default())
}

/// A pixel, each part from 0 to 1.
pub fn parts(pixel: Pixel) -> [f32; 4] {
    pixel.map(|part| f32::from(part) / 255.0)
}

/// Between two colours.
pub fn mix(from: [f32; 4], to: [f32; 4], t: f32) -> [f32; 4] {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * t)
}

/// A picture of half the size, each pixel the mean of four.
pub fn halved(picture: &Picture) -> Option<Picture> {
    let (width, height) = ((picture.width() / 2).max(1), (picture.height() / 2).max(1));
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        for x in 0..width {
            let mut sum = [0u32; 4];
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let pixel = picture.pixel(2 * x + dx, 2 * y + dy).unwrap_or_default();
                sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(part));
            }
            pixels.push(sum.map(|sum| ((sum + 2) / 4) as u8));
        }
    }
    Picture::from_pixels(width, height, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        Picture::from_pixels(2, 1, vec![[0, 0, 0, 255], [255, 0, 0, 255]]).unwrap()
    }

    #[test]
    fn between_centres_is_a_mixture_and_beyond_the_side_what_is_said() {
        let red = |at, beyond| mixed(&picture(), at, beyond)[0];
        assert_eq!(red([0.5, 0.5], Beyond::Clamp), 0.0);
        assert_eq!(red([1.0, 0.5], Beyond::Clamp), 0.5);
        assert_eq!(red([2.0, 0.5], Beyond::Clamp), 1.0);
        assert_eq!(red([2.0, 0.5], Beyond::Repeat), 0.5);
        assert_eq!(red([2.0, 0.5], Beyond::Nothing), 0.5);
        assert_eq!(mixed(&picture(), [0.0, 0.5], Beyond::Nothing), [0.0, 0.0, 0.0, 0.5]);
        assert_eq!(nearest(&picture(), [9.0, 9.0])[0], 1.0);
    }

    #[test]
    fn an_empty_picture_is_transparent() {
        let empty = Picture::from_pixels(0, 0, Vec::new()).unwrap();
        assert_eq!(mixed(&empty, [1.0, 1.0], Beyond::Clamp), [0.0; 4]);
        assert_eq!(mixed(&empty, [1.0, 1.0], Beyond::Repeat), [0.0; 4]);
        assert_eq!(nearest(&empty, [1.0, 1.0]), [0.0; 4]);
    }

    #[test]
    fn half_the_size_is_the_mean() {
        let even = Picture::from_pixels(2, 2, vec![[0; 4], [8; 4], [8; 4], [16; 4]]).unwrap();
        assert_eq!(halved(&even).unwrap().pixels(), [[8; 4]]);
    }
}
