//! Images that repeat over an area. They lie still on the map: their grid begins where the world
//! does, and between two zooms they grow with it, as in MapLibre.

use super::affine::Affine;
use super::images::Image;
use super::picture::{Picture, Pixel, blend};
use super::texture::{self, Beyond, mixed};
use super::view::{TILE_SIZE, View};

/// An image that repeats.
#[derive(Clone, Debug)]
pub struct Pattern<'i> {
    picture: &'i Picture,
    /// Pixels of the picture → pixels of the image.
    map: Affine,
    /// The same, where it only shifts, and by whole pixels: most pictures are of a whole zoom and not turned.
    shift: Option<[i64; 2]>,
    opacity: f32,
}

impl<'i> Pattern<'i> {
    /// An image in a view, for what is drawn with a shift and an opacity.
    pub fn new(image: &'i Image, view: &View, shift: [f64; 2], opacity: f64) -> Pattern<'i> {
        let scale = TILE_SIZE * view.tile_zoom().exp2() * image.ratio;
        let back = view.from_world().then(Affine::translate(shift)).inverse();
        let map = back.unwrap_or(Affine::IDENTITY).then(Affine::scale([scale, scale]));
        let shift = whole_shift(&map);
        Pattern { picture: &image.picture, map, shift, opacity: opacity as f32 }
    }

    /// The colour at a pixel, premultiplied.
    pub fn at(&self, x: i32, y: i32) -> [f32; 4] {
        let at = self.map.point([f64::from(x) + 0.5, f64::from(y) + 0.5]);
        mixed(self.picture, at, Beyond::Repeat).map(|part| part * self.opacity)
    }

    /// Draws it over pixels of a row, of which the first one's column is given.
    pub fn cover(&self, left: i32, y: i32, below: &mut [Pixel]) {
        let Some((before, after)) = self.row(left, y) else {
            let columns = (left..).zip(below);
            return columns.for_each(|(x, pixel)| blend(pixel, self.at(x, y)));
        };
        let repeated = after.iter().chain(before.iter().chain(after).cycle());
        for (pixel, above) in below.iter_mut().zip(repeated) {
            match above[3] {
                0 => {}
                255 if self.opacity >= 1.0 => *pixel = *above,
                _ => blend(pixel, texture::parts(*above).map(|part| part * self.opacity)),
            }
        }
    }

    /// The image's row that lies on a row of the picture, cut where a column of it lies on `left`; none where
    /// their pixels do not lie on each other.
    fn row(&self, left: i32, y: i32) -> Option<(&[Pixel], &[Pixel])> {
        let [dx, dy] = self.shift?;
        let along = |at: i32, shift: i64, count: u32| {
            (i64::from(at) + shift).checked_rem_euclid(i64::from(count))
        };
        let row = self.picture.row(along(y, dy, self.picture.height())? as u32);
        row.split_at_checked(along(left, dx, self.picture.width())? as usize)
    }
}

/// By how many whole pixels a map shifts, if it does nothing else: as far as places between pixels are told
/// apart, which is by [`texture::STEPS`].
fn whole_shift(map: &Affine) -> Option<[i64; 2]> {
    // The largest pictures have some ten thousand pixels along a side.
    let is = |found: [f64; 2], meant: [f64; 2], tolerance: f64| {
        found.iter().zip(meant).all(|(found, meant)| (found - meant).abs() < tolerance)
    };
    let shift = map.point([0.0; 2]);
    let whole = shift.map(f64::round);
    (is(map.vector([1.0, 0.0]), [1.0, 0.0], 1e-9)
        && is(map.vector([0.0, 1.0]), [0.0, 1.0], 1e-9)
        && is(shift, whole, 0.25 / texture::STEPS as f64))
    .then(|| whole.map(|whole| whole as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_at_once_is_what_each_pixel_is() {
        let colors =
            (0..6).map(|at| [10 * at, 20 * at, 5 * at, if at == 2 { 255 } else { 20 * at }]);
        let picture = Picture::from_pixels(3, 2, colors.collect()).unwrap();
        for (shift, opacity) in [([0.0, 0.0], 1.0), ([-7.0, 5.0], 0.6), ([0.0003, 1e6], 1.0)] {
            let map = Affine::translate(shift);
            let pattern = Pattern {
                picture: &picture,
                map,
                shift: whole_shift(&map),
                opacity: opacity as f32,
            };
            assert!(pattern.shift.is_some());
            for y in 0..3 {
                let mut pixels = [[9, 8, 7, 200]; 10];
                let mut one_by_one = pixels;
                pattern.cover(4, y, &mut pixels);
                (4..).zip(&mut one_by_one).for_each(|(x, pixel)| blend(pixel, pattern.at(x, y)));
                assert_eq!(pixels, one_by_one, "{shift:?} {y}");
            }
        }
        for turned in
            [Affine::rotate(0.1), Affine::scale([1.01, 1.0]), Affine::translate([0.5, 0.0])]
        {
            assert_eq!(whole_shift(&turned), None);
        }
    }

    #[test]
    fn an_image_without_pixels_is_not_drawn() {
        let picture = Picture::from_pixels(0, 0, Vec::new()).unwrap();
        let map = Affine::IDENTITY;
        let pattern = Pattern { picture: &picture, map, shift: whole_shift(&map), opacity: 1.0 };
        let mut pixels = [[1, 2, 3, 255]; 4];
        pattern.cover(0, 0, &mut pixels);
        assert_eq!(pixels, [[1, 2, 3, 255]; 4]);
    }
}
