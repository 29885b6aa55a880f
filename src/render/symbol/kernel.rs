//! Pixels of symbols: pieces of images, of glyphs and of icons that are distance fields, sampled at
//! the centres of the picture's pixels, as a graphics card does it.

use super::cut::Point;
use crate::render::picture::{Picture, Pixel, blend};
use crate::render::scan::smooth;
use crate::render::texture::{Beyond, mixed};

/// Where a piece of a texture comes to lie, in pixels of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// Top left, top right and bottom left.
    pub corners: [Point; 3],
    /// From where in the texture.
    pub from: Point,
    /// To where.
    pub to: Point,
}

impl Spot {
    /// The same spot of a texture that is so many times larger.
    #[must_use]
    pub fn enlarged(self, by: Point) -> Spot {
        let larger = |at: Point| [at[0] * by[0], at[1] * by[1]];
        Spot { from: larger(self.from), to: larger(self.to), ..self }
    }
}

/// A distance field; nothing around it.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Its values.
    pub values: Values<'a>,
}

/// The values of a distance field.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// A byte each.
    Bytes(&'a [u8]),
    /// The opacity of pixels.
    Opacity(&'a [Pixel]),
}

/// How a distance field is inked.
#[derive(Clone, Copy, Debug)]
pub struct Inking {
    /// The shape itself: its colour, multiplied by its opacity.
    pub fill: Option<[f32; 4]>,
    /// What is around it.
    pub halo: Option<Halo>,
    /// How far from the edge smoothing reaches, in values of the field from 0 to 1.
    pub softness: f32,
}

/// What is around a shape.
#[derive(Clone, Copy, Debug)]
pub struct Halo {
    /// Its colour, multiplied by its opacity.
    pub color: [f32; 4],
    /// The value of the field where it ends.
    pub edge: f32,
    /// How far from there smoothing reaches.
    pub softness: f32,
    /// Whether it lies under the shape too.
    pub is_solid: bool,
}

/// The value of a field at the edge of its shape.
const EDGE: f32 = 0.75;

/// Inks a distance field.
pub fn ink(picture: &mut Picture, spot: &Spot, field: &Field<'_>, inking: &Inking) {
    let size = [field.width, field.height];
    match field.values {
        Values::Bytes(bytes) => {
            ink_values(picture, spot, size, inking, |at| bytes.get(at).copied())
        }
        Values::Opacity(pixels) => {
            ink_values(picture, spot, size, inking, |at| pixels.get(at).map(|pixel| pixel[3]));
        }
    }
}

fn ink_values(
    picture: &mut Picture,
    spot: &Spot,
    size: [u32; 2],
    inking: &Inking,
    value: impl Fn(usize) -> Option<u8>,
) {
    // Most of a field lies outside its shape, and takes no ink.
    let halo = inking.halo.map(|halo| halo.edge - halo.softness);
    let least = halo.unwrap_or(f32::INFINITY).min(EDGE - inking.softness);
    each_pixel(picture, spot, |pixel, at| {
        let value = sample(size, at, &value);
        if value <= least {
            return;
        }
        let mut color = [0.0; 4];
        if let Some(halo) = &inking.halo {
            let part = smoothstep(halo.edge - halo.softness, halo.edge + halo.softness, value);
            let within = match halo.is_solid {
                true => 0.0,
                false => smoothstep(EDGE, EDGE + 2.0 * halo.softness, value),
            };
            let part = part.min(1.0 - within);
            color = halo.color.map(|channel| channel * part);
        }
        if let Some(fill) = &inking.fill {
            let softness = inking.softness;
            let part = smoothstep(EDGE - softness, EDGE + softness, value);
            let rest = 1.0 - fill[3] * part;
            color = std::array::from_fn(|i| fill[i] * part + color[i] * rest);
        }
        if color[3] > 0.0 {
            blend(pixel, color);
        }
    });
}

/// Draws an image, smoothly between its pixels or as they are.
pub fn draw(picture: &mut Picture, spot: &Spot, image: &Picture, opacity: f32, smoothly: bool) {
    each_pixel(picture, spot, |pixel, at| {
        let color = match smoothly {
            true => mixed(image, at, Beyond::Nothing),
            false => nearest(image, at),
        };
        if color[3] > 0.0 {
            blend(pixel, color.map(|channel| channel * opacity));
        }
    });
}

/// Calls for each pixel whose centre lies on a spot, with the place in the texture.
fn each_pixel(picture: &mut Picture, spot: &Spot, mut visit: impl FnMut(&mut Pixel, [f64; 2])) {
    let [origin, right, down] = spot.corners;
    let (across, along) =
        ([right[0] - origin[0], right[1] - origin[1]], [down[0] - origin[0], down[1] - origin[1]]);
    let area = across[0] * along[1] - across[1] * along[0];
    if area == 0.0 || !area.is_finite() {
        return;
    }
    // How far along both sides a pixel's centre lies: u = (x·u_x + y·u_y), and v likewise.
    let (u_x, u_y) = (along[1] / area, -along[0] / area);
    let (v_x, v_y) = (-across[1] / area, across[0] / area);
    let opposite = [right[0] + along[0], right[1] + along[1]];
    let ys = [origin[1], right[1], down[1], opposite[1]];
    let least = ys.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ys.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let height = f64::from(picture.height());
    let rows = (least - 0.5).ceil().clamp(0.0, height)..(most - 0.5).ceil().clamp(0.0, height);
    let width = f64::from(picture.width());
    let size = [spot.to[0] - spot.from[0], spot.to[1] - spot.from[1]];
    for row in rows.start as u32..rows.end as u32 {
        let y = f64::from(row) + 0.5 - origin[1];
        let (u, v) = (y * u_y - origin[0] * u_x, y * v_y - origin[0] * v_x);
        let (from, to) = within([(u, u_x), (v, v_x)], width);
        for (column, pixel) in picture.row_mut(row).iter_mut().enumerate().take(to).skip(from) {
            let x = column as f64 + 0.5;
            let s = spot.from[0] + (u + x * u_x) * size[0];
            let t = spot.from[1] + (v + x * v_x) * size[1];
            visit(pixel, [s, t]);
        }
    }
}

/// The columns whose centres have all of some linear functions (start and slope) between 0 and 1.
fn within(functions: [(f64, f64); 2], width: f64) -> (usize, usize) {
    let (mut from, mut to) = (0.0, width);
    for (start, slope) in functions {
        if slope.abs() < 1e-12 {
            if !(0.0..1.0).contains(&start) {
                return (0, 0);
            }
            continue;
        }
        let (at_0, at_1) = (-start / slope, (1.0 - start) / slope);
        from = f64::max(from, ceil(at_0.min(at_1) - 0.5));
        to = f64::min(to, ceil(at_0.max(at_1) - 0.5));
    }
    if from < to { (from.max(0.0) as usize, to as usize) } else { (0, 0) }
}

/// By hand, as [`texel`], since it stands in each row.
fn ceil(at: f64) -> f64 {
    let whole = at as i64 as f64;
    if at > whole { whole + 1.0 } else { whole }
}

fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    smooth(((value - from) / (to - from)).clamp(0.0, 1.0))
}

/// The texel left above a place, and how far the place is from its centre.
///
/// By hand: `floor` is a call of a function on the processors that binaries are built for.
fn texel(at: f32) -> (i32, f32) {
    let at = at - 0.5;
    let cut_off = at as i32;
    let whole = cut_off - i32::from(at < cut_off as f32);
    (whole, at - whole as f32)
}

/// The value at a place of a field, between those of the four texels around it; nothing lies around the field.
fn sample(size: [u32; 2], [s, t]: [f64; 2], value: &impl Fn(usize) -> Option<u8>) -> f32 {
    let ((x, dx), (y, dy)) = (texel(s as f32), texel(t as f32));
    let [width, height] = size.map(|side| side as i32);
    let at = y as isize * width as isize + x as isize;
    let value = |by: isize| f32::from(value((at + by) as usize).unwrap_or(0));
    let next = width as isize;
    let values = match x >= 0 && y >= 0 && x + 1 < width && y + 1 < height {
        true => [value(0), value(1), value(next), value(next + 1)],
        false => {
            let (left, right) = ((0..width).contains(&x), (0..width).contains(&(x + 1)));
            let (top, bottom) = ((0..height).contains(&y), (0..height).contains(&(y + 1)));
            let or_none = |is_there: bool, by: isize| if is_there { value(by) } else { 0.0 };
            [
                or_none(left && top, 0),
                or_none(right && top, 1),
                or_none(left && bottom, next),
                or_none(right && bottom, next + 1),
            ]
        }
    };
    let above = values[0] * (1.0 - dx) + values[1] * dx;
    let below = values[2] * (1.0 - dx) + values[3] * dx;
    (above * (1.0 - dy) + below * dy) / 255.0
}

/// Where a pixel's centre lies on the border of two texels, which is where icons on whole pixels of
/// odd pictures have them all: the left one, as on graphics cards.
const TO_THE_LEFT: f64 = 1e-3;

fn nearest(image: &Picture, [s, t]: [f64; 2]) -> [f32; 4] {
    let (x, y) = ((s - TO_THE_LEFT).floor(), t.floor());
    if x < 0.0 || y < 0.0 {
        return [0.0; 4];
    }
    let pixel = image.pixel(x as u32, y as u32).unwrap_or_default();
    pixel.map(|channel| f32::from(channel) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64, texture: f64) -> Spot {
        let corners = [[x, y], [x + side, y], [x, y + side]];
        Spot { corners, from: [0.0; 2], to: [texture; 2] }
    }

    fn canvas() -> Picture {
        Picture::from_pixels(4, 4, vec![[0; 4]; 16]).unwrap()
    }

    #[test]
    fn an_image_on_the_grid_is_copied() {
        let red = [255, 0, 0, 255];
        let blue = [0, 0, 255, 255];
        let image = Picture::from_pixels(2, 2, vec![red, blue, blue, red]).unwrap();
        for smoothly in [false, true] {
            let mut picture = canvas();
            draw(&mut picture, &square(1.0, 1.0, 2.0, 2.0), &image, 1.0, smoothly);
            assert_eq!(picture.row(0), [[0; 4]; 4]);
            assert_eq!(picture.row(1), [[0; 4], red, blue, [0; 4]]);
            assert_eq!(picture.row(2), [[0; 4], blue, red, [0; 4]]);
        }
    }

    #[test]
    fn what_reaches_beyond_the_picture_is_cut_off_and_what_is_no_area_is_nothing() {
        let image = Picture::from_pixels(1, 1, vec![[255; 4]]).unwrap();
        let mut picture = canvas();
        draw(&mut picture, &square(-5.0, -5.0, 7.0, 1.0), &image, 1.0, false);
        assert_eq!(picture.pixels().iter().filter(|pixel| pixel[3] > 0).count(), 4);
        for side in [0.0, f64::NAN, f64::INFINITY] {
            let mut picture = canvas();
            draw(&mut picture, &square(1.0, 1.0, side, 1.0), &image, 1.0, false);
            assert!(picture == canvas());
        }
    }

    #[test]
    fn neighbours_share_no_pixel_however_they_are_turned() {
        let image = Picture::from_pixels(1, 1, vec![[128; 4]]).unwrap();
        let mut picture = canvas();
        let (a, b) = ([0.3, 0.1], [2.1, 3.7]);
        let beside = |c: Point| Spot { corners: [a, b, c], from: [0.0; 2], to: [1.0; 2] };
        draw(&mut picture, &beside([2.3, -0.9]), &image, 1.0, false);
        draw(&mut picture, &beside([-1.7, 1.1]), &image, 1.0, false);
        assert!(picture.pixels().iter().all(|pixel| pixel[3] == 0 || pixel[3] == 128));
    }

    #[test]
    fn a_halo_lies_around_its_shape_and_not_within() {
        // Falling from left to right: the edge between the second and the third.
        let values = [255, 210, 170, 130].repeat(4);
        let field = Field { width: 4, height: 4, values: Values::Bytes(&values) };
        let halo = Halo { color: [0.0, 0.0, 1.0, 1.0], edge: 0.6, softness: 0.01, is_solid: false };
        let inking = Inking { fill: None, halo: Some(halo), softness: 0.01 };
        let mut picture = canvas();
        ink(&mut picture, &square(0.0, 0.0, 4.0, 4.0), &field, &inking);
        let alphas: Vec<u8> = picture.row(2).iter().map(|pixel| pixel[3]).collect();
        assert_eq!(alphas, [0, 0, 255, 0]);
    }
}
