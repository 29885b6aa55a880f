//! What a marker looks like: a pin, drawn by formula as a distance field, so that it takes any colour, size
//! and a halo.

use serde_json::json;

use crate::render::images::Images;
use crate::render::picture::{Picture, Pixel};

/// What the style calls it.
pub(super) const NAME: &str = "pin";
/// How far the middle of its head lies above its tip, in pixels of CSS.
pub(super) const MIDDLE: f64 = 23.0;
/// Of what stands in its head.
pub(super) const TEXT_SIZE: f64 = 13.0;

const RADIUS: f64 = 11.0;
/// The tip's, which is rounded a little.
const TIP: f64 = 1.0;
/// Around it, for the halo.
const ROOM: f64 = 6.0;
/// Its pixels to one of CSS: with more, the field would end within the halo.
const RATIO: f64 = 2.0;
/// How wide its halo is for its size, which counts in the image's own pixels.
pub(super) const HALO: f64 = 1.25 * RATIO;
/// As fields of distances are written: the value at an edge, and how many pixels the whole range is.
const EDGE: f64 = 0.75;
const RANGE: f64 = 8.0;

/// The image.
pub(super) fn images() -> Images {
    let (width, height) = (2.0 * (RADIUS + ROOM), ROOM + RADIUS + MIDDLE);
    let [columns, rows] = [width, height].map(|side| (side * RATIO) as u32);
    let pixel = |x: u32, y: u32| -> Pixel {
        let [x, y] = [x, y].map(|at| (f64::from(at) + 0.5) / RATIO);
        let distance = distance([x - width / 2.0, y - ROOM - RADIUS]);
        // In pixels of the image's own.
        let value = EDGE - distance * RATIO / RANGE;
        [0, 0, 0, (value * 255.0).round() as u8]
    };
    let pixels = (0..rows).flat_map(|y| (0..columns).map(move |x| pixel(x, y))).collect();
    let index = json!({ NAME: {
        "x": 0, "y": 0, "width": columns, "height": rows, "pixelRatio": RATIO, "sdf": true,
    } });
    let mut images = Images::default();
    if let Some(sheet) = Picture::from_pixels(columns, rows, pixels) {
        images.add_sheet("", &index, &sheet);
    }
    images
}

/// How far a place, counted from the middle of the head, lies from the outline of two circles and what their
/// outer tangents enclose; negative within.
fn distance([x, y]: [f64; 2]) -> f64 {
    let (x, length) = (x.abs(), MIDDLE - TIP);
    let sine = (RADIUS - TIP) / length;
    let cosine = (1.0 - sine * sine).sqrt();
    let along = cosine * y - sine * x;
    if along < 0.0 {
        x.hypot(y) - RADIUS
    } else if along > cosine * length {
        x.hypot(y - length) - TIP
    } else {
        cosine * x + sine * y - RADIUS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_circle_that_ends_in_a_tip() {
        for (place, expected) in [
            ([0.0, 0.0], -RADIUS),
            ([0.0, -RADIUS], 0.0),
            ([RADIUS + 2.0, 0.0], 2.0),
            ([0.0, MIDDLE], 0.0),
            ([0.0, MIDDLE + 3.0], 3.0),
        ] {
            let found = distance(place);
            assert!((found - expected).abs() < 0.6, "{place:?}: {found}, not {expected}");
        }
        assert_eq!(images().names().len(), 1);
    }
}
