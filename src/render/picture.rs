//! Pixels: red, green, blue, multiplied by the opacity, and the opacity, eight bits each, row by row
//! from the top.

use super::view::Size;
use crate::geo::tile::TileId;
use crate::style::expression::color::Color;

/// A pixel, multiplied by its opacity.
pub type Pixel = [u8; 4];

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Pixel>,
}

impl Picture {
    /// A transparent picture of the size of a view.
    pub fn of_size(size: Size) -> Picture {
        let [width, height] = size.pixels();
        let pixels = vec![[0; 4]; width as usize * height as usize];
        Picture { width, height, pixels }
    }

    /// From pixels that are there; none, where they are not as many as said.
    pub fn from_pixels(width: u32, height: u32, pixels: Vec<Pixel>) -> Option<Picture> {
        (width as usize * height as usize == pixels.len()).then_some(Picture {
            width,
            height,
            pixels,
        })
    }

    /// From pixels whose colours are not multiplied by their opacity.
    pub fn from_straight(width: u32, height: u32, bytes: &[u8]) -> Option<Picture> {
        let (pixels, []) = bytes.as_chunks() else { return None };
        Picture::from_pixels(width, height, pixels.iter().map(|pixel| multiplied(*pixel)).collect())
    }

    /// What a tile shows of one above it, of which this is the image; none where that is all of it.
    pub fn part_of_tile(&self, from: TileId, to: TileId) -> Option<Picture> {
        let up = u32::from(to.z().checked_sub(from.z())?);
        let (first, side) = ([to.x(), to.y()], [self.width, self.height]);
        let [(left, width), (top, height)] = [0, 1].map(|axis| {
            let part = (side[axis] >> up).max(1);
            let step = u64::from(first[axis] & ((1 << up) - 1));
            (((step * u64::from(side[axis])) >> up) as usize, part)
        });
        let rows = (0..height).map(|y| self.row(top as u32 + y));
        let columns = left..left + width as usize;
        let pixels: Vec<Pixel> =
            rows.flat_map(|row| row.get(columns.clone()).unwrap_or_default()).copied().collect();
        (up > 0).then(|| Picture::from_pixels(width, height, pixels)).flatten()
    }

    /// The width.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    /// All pixels, row by row.
    pub fn pixels_mut(&mut self) -> &mut [Pixel] {
        &mut self.pixels
    }

    /// A row; none outside.
    pub fn row(&self, y: u32) -> &[Pixel] {
        let width = self.width as usize;
        self.pixels.get(y as usize * width..).and_then(|rest| rest.get(..width)).unwrap_or(&[])
    }

    /// A row; none outside.
    pub fn row_mut(&mut self, y: u32) -> &mut [Pixel] {
        let width = self.width as usize;
        let rest = self.pixels.get_mut(y as usize * width..);
        rest.and_then(|rest| rest.get_mut(..width)).unwrap_or_default()
    }

    /// A pixel; none outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<Pixel> {
        self.row(y).get(x as usize).copied()
    }

    /// Red, green, blue, not multiplied by the opacity, and the opacity: as image formats want it.
    pub fn into_straight(self) -> Vec<u8> {
        let straight = |[r, g, b, a]: Pixel| match a {
            0 => [0; 4],
            255 => [r, g, b, a],
            _ => {
                let alpha = u32::from(a);
                let part = |part: u8| ((u32::from(part) * 255 + alpha / 2) / alpha).min(255) as u8;
                [part(r), part(g), part(b), a]
            }
        };
        self.pixels.into_iter().flat_map(straight).collect()
    }
}

/// A colour that is not multiplied by its opacity, multiplied by it.
pub fn multiplied([r, g, b, a]: Pixel) -> Pixel {
    let part = |part: u8| ((u32::from(part) * u32::from(a) + 127) / 255) as u8;
    [part(r), part(g), part(b), a]
}

/// A colour with an opacity of its own and another, multiplied by both, from 0 to 1.
pub fn ink(color: Color, opacity: f64) -> [f32; 4] {
    color.premultiplied().map(|part| (part * opacity) as f32)
}

/// Draws a premultiplied colour (each part from 0 to 1) over a pixel.
#[inline]
pub fn blend(below: &mut Pixel, above: [f32; 4]) {
    let rest = 1.0 - above[3];
    for (below, above) in below.iter_mut().zip(above) {
        // `as u8` saturates.
        *below = (above * 255.0 + f32::from(*below) * rest + 0.5) as u8;
    }
}

/// Draws a part of a premultiplied colour over a pixel.
#[inline]
pub fn blend_part(below: &mut Pixel, above: [f32; 4], part: f32) {
    blend(below, above.map(|channel| channel * part));
}

/// A colour made ready to be drawn on many pixels: two of its parts are mixed by one multiplication, to
/// the byte as numbers with fractions would be. (Rejected: eight bits of fraction, which fit into half the
/// width. Areas over areas are off by one in a byte then, and far from what a browser shows after some.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solid {
    pixel: Pixel,
    /// Red and blue, green and opacity, from 0 to 255 and with [`FRACTION`], each in 32 bits.
    pairs: [u64; 2],
    /// The opacity, from 0 to 1 with [`ALPHA`].
    alpha: u64,
}

/// The weight of all of a [`Solid`].
pub const WHOLE: u32 = 1 << WEIGHT;
/// Bits of fraction in weights, in colours, in both together, and in opacities.
const WEIGHT: u32 = 12;
const FRACTION: u32 = 8;
const MIXED: u32 = WEIGHT + FRACTION;
const ALPHA: u32 = 16;
/// The lower byte of each of two 32 bits.
const BYTES: u64 = 0x0000_00ff_0000_00ff;
/// A half of what is shifted out of each.
const HALVES: u64 = (BYTES / 0xff) << (MIXED - 1);

impl Solid {
    /// Of a premultiplied colour, each part from 0 to 1.
    pub fn new(ink: [f32; 4]) -> Solid {
        let fixed = |part: f32, whole: u32| (part.clamp(0.0, 1.0) * whole as f32 + 0.5) as u64;
        let [red, green, blue, alpha] = ink.map(|part| fixed(part, 255 << FRACTION));
        Solid {
            pixel: ink.map(|part| (part * 255.0 + 0.5) as u8),
            pairs: [red | blue << 32, green | alpha << 32],
            alpha: fixed(ink[3], 1 << ALPHA),
        }
    }

    /// Draws a part of it over a pixel, by weight, [`WHOLE`] at most.
    #[inline]
    pub fn blend(&self, below: &mut Pixel, weight: u32) {
        let weight = u64::from(weight.min(WHOLE));
        let rest = (1 << MIXED) - ((self.alpha * weight) >> (ALPHA - FRACTION));
        let [red, green, blue, alpha] = below.map(u64::from);
        let [red_blue, green_alpha] = self.pairs;
        // Neither sum leaves its 32 bits: no part of a premultiplied colour is above its opacity.
        let red_blue = red_blue * weight + (red | blue << 32) * rest + HALVES;
        let green_alpha = green_alpha * weight + (green | alpha << 32) * rest + HALVES;
        let (red_blue, green_alpha) = (red_blue >> MIXED & BYTES, green_alpha >> MIXED & BYTES);
        *below =
            [red_blue as u8, green_alpha as u8, (red_blue >> 32) as u8, (green_alpha >> 32) as u8];
    }

    /// Draws it over pixels.
    pub fn cover(&self, below: &mut [Pixel]) {
        match self.pixel[3] {
            255 => below.fill(self.pixel),
            0 => {}
            _ => below.iter_mut().for_each(|pixel| self.blend(pixel, WHOLE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solid_colour_draws_as_any_other_to_a_byte() {
        for ink in [[1.0, 0.5, 0.2, 1.0], [0.3, 0.1, 0.0, 0.4], [0.0; 4], [1.0; 4]] {
            for weight in [0, 1, 1_234, 2_048, 4_095, 4_096, 9_999] {
                let mut pixels = [[10, 200, 255, 255], [0; 4], [255; 4], [3, 2, 1, 90]];
                let mut expected = pixels;
                pixels.iter_mut().for_each(|pixel| Solid::new(ink).blend(pixel, weight));
                let part = weight.min(WHOLE) as f32 / WHOLE as f32;
                expected.iter_mut().for_each(|pixel| blend_part(pixel, ink, part));
                for (found, expected) in pixels.iter().zip(&expected) {
                    let off = found.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
                    assert!(
                        off <= Some(u8::from(part > 0.0 && part < 1.0)),
                        "{ink:?} {weight}: {found:?}, not {expected:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn half_of_white_over_black_is_grey() {
        let mut pixel = [0, 0, 0, 255];
        blend_part(&mut pixel, [1.0; 4], 0.5);
        assert_eq!(pixel, [128, 128, 128, 255]);
    }

    #[test]
    fn a_tile_shows_its_part_of_the_image_of_one_above_it() {
        let pixels = (0..16).map(|n| [n, 0, 0, 255]).collect();
        let whole = Picture::from_pixels(4, 4, pixels).unwrap();
        let tile = |z, x, y| TileId::new(z, x, y).unwrap();
        let part = |to| {
            let part = whole.part_of_tile(tile(3, 2, 5), to)?;
            Some(part.pixels().iter().map(|pixel| pixel[0]).collect::<Vec<_>>())
        };
        assert_eq!(part(tile(3, 2, 5)), None, "all of it");
        assert_eq!(part(tile(4, 5, 10)), Some(vec![2, 3, 6, 7]));
        assert_eq!(part(tile(5, 8, 23)), Some(vec![12]));
        assert_eq!(part(tile(7, 47, 95)), Some(vec![15]), "a pixel at the least");
    }

    #[test]
    fn a_picture_is_told_as_formats_want_it() {
        let straight = [255, 0, 100, 128, 1, 2, 3, 0, 9, 8, 7, 255];
        let picture = Picture::from_straight(3, 1, &straight).unwrap();
        assert_eq!(picture.pixel(0, 0), Some([128, 0, 50, 128]));
        assert_eq!(picture.into_straight(), [255, 0, 100, 128, 0, 0, 0, 0, 9, 8, 7, 255]);
        assert!(Picture::from_straight(2, 2, &straight).is_none());
    }
}
