//! Images that repeat over an area. They lie still on the map: their grid begins where the world
//! does, and between two zooms they grow with it, as in MapLibre.

use super::affine::Affine;
use super::images::Image;
use super::picture::Picture;
use super::view::{TILE_SIZE, View};

/// An image that repeats.
#[derive(Clone, Debug)]
pub struct Pattern<'i> {
    picture: &'i Picture,
    /// Pixels of the picture → pixels of the image.
    map: Affine,
    opacity: f32,
}

impl<'i> Pattern<'i> {
    /// An image in a view, for what is drawn with a shift and an opacity.
    pub fn new(image: &'i Image, view: &View, shift: [f64; 2], opacity: f64) -> Pattern<'i> {
        let scale = TILE_SIZE * view.tile_zoom().exp2() * image.ratio;
        let back = view.from_world().then(Affine::translate(shift)).inverse();
        let map = back.unwrap_or(Affine::IDENTITY).then(Affine::scale([scale, scale]));
        Pattern { picture: &image.picture, map, opacity: opacity as f32 }
    }

    /// The colour at a pixel, premultiplied.
    pub fn at(&self, x: i32, y: i32) -> [f32; 4] {
        let at = self.map.point([f64::from(x) + 0.5, f64::from(y) + 0.5]);
        repeated(self.picture, at).map(|part| part * self.opacity)
    }
}

/// A place of an image that repeats, mixed of the four pixels around it, each part from 0 to 1.
fn repeated(picture: &Picture, [x, y]: [f64; 2]) -> [f32; 4] {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let (right_share, lower_share) = ((x - 0.5 - left) as f32, (y - 0.5 - top) as f32);
    let pixel = |x: f64, y: f64| {
        let pixel = picture.pixel(x.rem_euclid(width) as u32, y.rem_euclid(height) as u32);
        pixel.unwrap_or_default().map(|part| f32::from(part) / 255.0)
    };
    let upper = mix(pixel(left, top), pixel(left + 1.0, top), right_share);
    let lower = mix(pixel(left, top + 1.0), pixel(left + 1.0, top + 1.0), right_share);
    mix(upper, lower, lower_share)
}

/// Between two colours.
pub fn mix(from: [f32; 4], to: [f32; 4], t: f32) -> [f32; 4] {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * t)
}
