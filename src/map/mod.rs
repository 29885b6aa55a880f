//! map: what is served, drawn: a style over the layers of a snapshot → a picture → the bytes of an image.
//! Pure, as the renderer is that does the drawing.
//!
//! - [`subject`]: which style is drawn over which layers
//! - [`view`]: what of the world is drawn: a tile, a place, a box
//! - [`data`]: which tiles that takes, and when what they show changed last
//! - [`features`]: the store's features as the renderer asks for them, with no MVT in between
//! - [`materials`]: images and glyphs
//! - [`furniture`]: what stands on a map beside the map: attribution, scale bar
//! - [`image`]: pixels → PNG, WebP, JPEG

pub mod data;
pub mod features;
pub mod furniture;
pub mod image;
pub mod materials;
pub mod subject;
pub mod view;

use std::sync::Arc;

use data::Needs;
use furniture::Furniture;
use materials::Materials;
use subject::Subject;

use crate::render;
use crate::render::picture::Picture;
use crate::render::scene::Scene;
use crate::render::source::Source;
use crate::render::view::View;
use crate::style::document::SOURCE;

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// The style and its layers.
    pub subject: &'o Subject,
    /// What part of the world.
    pub view: &'o View,
    /// What stands on the map.
    pub furniture: Furniture,
    /// How many features of a layer a tile shows at most.
    pub most_features: u64,
}

/// Draws a map. None, once nobody wants it any more, which `is_wanted` is asked now and then.
pub fn draw(
    order: &Order<'_>,
    needs: &Needs,
    materials: &Materials,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Picture> {
    let Order { subject, view, furniture, most_features } = *order;
    let layers = subject.style.layers();
    let tiles = needs.tiles(subject, view, &layers.keys, most_features, is_wanted)?;
    let sources = [(Arc::from(SOURCE), Source::Vector(tiles))].into();
    let images = materials.images(view.ratio());
    let scene = Scene::new(layers, sources, images, materials.glyphs());
    let mut picture = render::render_while(&scene, view, is_wanted)?;
    furniture.draw(subject, view, materials, &mut picture);
    Some(picture)
}
