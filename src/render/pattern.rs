//! Images that repeat over an area. They lie still on the map: their grid begins where the world
//! does, and between two zooms they grow with it, as in MapLibre.

use super::affine::Affine;
use super::images::Image;
use super::picture::Picture;
use super::texture::{Beyond, mixed};
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
        mixed(self.picture, at, Beyond::Repeat).map(|part| part * self.opacity)
    }
}
