//! map: what is served, drawn: a style over the layers of a snapshot → a picture → the bytes of an image.
//! Pure, as the renderer is that does the drawing.
//!
//! - [`subject`]: which style is drawn over which layers
//! - [`generated`]: the style of all layers, those without a style of their own too
//! - [`view`]: what of the world is drawn: a tile, a place, a box
//! - [`data`]: which tiles that takes, and when what they show changed last
//! - [`fetch`]: these tiles, of layers and archives
//! - [`features`]: the store's features as the renderer asks for them, with no MVT in between
//! - [`labels`]: labels of tiles, kept between them
//! - [`materials`]: images and glyphs; [`pictures`]: decoded images of archives
//! - [`overlay`]: what a request lays over a map: markers, GeoJSON
//! - [`furniture`]: what stands on a map beside the map: attribution, scale bar
//! - [`print`]: maps larger than a picture may be, strip by strip
//! - [`sheet`]: a map at a scale on paper, as a PDF
//! - [`image`]: pixels → PNG, WebP, JPEG

pub mod data;
pub mod features;
pub mod fetch;
pub mod furniture;
pub mod generated;
pub mod image;
pub mod labels;
pub mod materials;
pub mod overlay;
pub mod pictures;
pub mod print;
pub mod sheet;
pub mod subject;
pub mod view;

use data::Needs;
use fetch::{Fetcher, Sources};
use furniture::Furniture;
use image::Unwritable;
use labels::Labels;
use materials::Materials;
use overlay::Overlay;
use subject::Subject;
use view::Shot;

use crate::geo::tile::TileId;
use crate::render::picture::Picture;
use crate::render::scene::Scene;
use crate::render::{labels, render_tile_while, render_while};
use crate::source::archive::ArchiveError;

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// The style and its layers.
    pub subject: &'o Subject,
    /// What of the world.
    pub shot: &'o Shot,
    /// The tiles that this takes.
    pub needs: &'o Needs,
    /// What lies over the map.
    pub overlay: Option<&'o Overlay>,
    /// What stands on it.
    pub furniture: Furniture,
    /// How many features of a layer a tile shows at most.
    pub most_features: u64,
}

/// Why a map is not drawn.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    /// Nobody wants it any more.
    #[error("nobody waits for it")]
    Unwanted,
    /// What an archive has there cannot be read.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// An image cannot be written: a defect.
    #[error("{0}")]
    Unwritable(#[from] Unwritable),
    /// What an archive has there is no vector tile.
    #[error("{file} has no vector tile at {tile}, but something else: write it again")]
    NoTile {
        /// The archive.
        file: String,
        /// Where.
        tile: TileId,
    },
}

/// Draws a map, a tile with those labels of its metatile that are kept, if they are.
///
/// # Errors
/// Once nobody wants it any more, which `is_wanted` is asked now and then; for what of an archive cannot be
/// read.
pub fn draw(
    order: &Order<'_>,
    materials: &Materials,
    kept: &dyn Labels,
    is_wanted: &dyn Fn() -> bool,
) -> Result<Picture, NotDrawn> {
    let Order { subject, needs, shot: Shot { view, tile }, overlay, furniture, .. } = *order;
    let mut fetcher = Fetcher::new(order, materials, is_wanted);
    let drawn = scene(order, materials, view.ratio(), fetcher.drawn()?);
    let picture = match (tile, needs.labels(subject)) {
        (Some(tile), Some((name, metatile))) => {
            let mut failure = NotDrawn::Unwanted;
            let placed = kept.get_or_place(name, &mut || match fetcher.labels() {
                // With the images of one scale, so that pictures of all scales have the same labels.
                Ok(around) => labels(&scene(order, materials, 1.0, around), metatile, is_wanted),
                Err(error) => {
                    failure = error;
                    None
                }
            });
            let labels = placed.ok_or(failure)?;
            let corner = metatile.corner_of(*tile, 0);
            let within = view::corner_within(*tile, view);
            let corner = [0, 1].map(|axis| corner[axis] + within[axis]);
            render_tile_while(&drawn, view, (&labels, corner), is_wanted)
        }
        _ => render_while(&drawn, view, is_wanted),
    };
    let mut picture = picture.ok_or(NotDrawn::Unwanted)?;
    if let Some(overlay) = overlay
        && !overlay.draw(view, materials, is_wanted, &mut picture)
    {
        return Err(NotDrawn::Unwanted);
    }
    furniture.draw(subject, view, materials, &mut picture);
    Ok(picture)
}

/// What is drawn of some sources, with images for a ratio of pixels.
fn scene<'o>(
    order: &Order<'o>,
    materials: &'o Materials,
    ratio: f64,
    sources: Sources,
) -> Scene<'o> {
    let images = materials.images(ratio);
    Scene::new(order.subject.style.layers(), sources, images, materials.glyphs())
}
