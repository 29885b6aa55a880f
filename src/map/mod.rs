//! map: what is served, drawn: a style over the layers of a snapshot → a picture → the bytes of an image.
//! Pure, as the renderer is that does the drawing.
//!
//! - [`subject`]: which style is drawn over which layers
//! - [`view`]: what of the world is drawn: a tile, a place, a box
//! - [`data`]: which tiles that takes, and when what they show changed last
//! - [`features`]: the store's features as the renderer asks for them, with no MVT in between
//! - [`labels`]: labels of tiles, kept between them
//! - [`materials`]: images and glyphs
//! - [`furniture`]: what stands on a map beside the map: attribution, scale bar
//! - [`image`]: pixels → PNG, WebP, JPEG

pub mod data;
pub mod features;
pub mod furniture;
pub mod image;
pub mod labels;
pub mod materials;
pub mod subject;
pub mod view;

use std::sync::Arc;

use data::{Fetcher, Needs};
use furniture::Furniture;
use labels::Labels;
use materials::Materials;
use subject::Subject;
use view::Shot;

use crate::render::picture::Picture;
use crate::render::scene::Scene;
use crate::render::source::Source;
use crate::render::{labels, render_tile_while, render_while};
use crate::style::document::SOURCE;

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// The style and its layers.
    pub subject: &'o Subject,
    /// What of the world.
    pub shot: &'o Shot,
    /// The tiles that this takes.
    pub needs: &'o Needs,
    /// What stands on the map.
    pub furniture: Furniture,
    /// How many features of a layer a tile shows at most.
    pub most_features: u64,
}

/// Draws a map, a tile with those labels of its metatile that are kept, if they are. None, once nobody wants
/// it any more, which `is_wanted` is asked now and then.
pub fn draw(
    order: &Order<'_>,
    materials: &Materials,
    kept: &dyn Labels,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Picture> {
    let Order { subject, shot: Shot { view, tile }, needs, furniture, .. } = *order;
    let scene = |source: Source, ratio: f64| {
        let images = materials.images(ratio);
        let sources = [(Arc::from(SOURCE), source)].into();
        Scene::new(subject.style.layers(), sources, images, materials.glyphs())
    };
    let mut fetcher = Fetcher::new(order, is_wanted);
    let drawn = scene(fetcher.drawn()?, view.ratio());
    let mut picture = match (tile, needs.labels(subject)) {
        (Some(tile), Some((name, metatile))) => {
            // Laid out with the images of one scale, so that pictures of all scales have the same labels.
            let labels = kept.get_or_place(name, &mut || {
                labels(&scene(fetcher.labels()?, 1.0), metatile, is_wanted)
            })?;
            let corner = metatile.corner_of(*tile, 0);
            let within = view::corner_within(*tile, view);
            let corner = [0, 1].map(|axis| corner[axis] + within[axis]);
            render_tile_while(&drawn, view, (&labels, corner), is_wanted)?
        }
        _ => render_while(&drawn, view, is_wanted)?,
    };
    furniture.draw(subject, view, materials, &mut picture);
    Some(picture)
}
