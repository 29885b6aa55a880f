//! Draws an order: what it takes is fetched, then the style is drawn, what lies over it, and what stands on it.

use super::fetch::{Fetcher, Sources};
use super::labels::Labels;
use super::materials::Materials;
use super::order::{NotDrawn, Order};
use super::view::{self, Shot};
use crate::render::picture::Picture;
use crate::render::scene::Scene;
use crate::render::{labels, render_tile_while, render_while};

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
pub(super) fn scene<'o>(
    order: &Order<'o>,
    materials: &'o Materials,
    ratio: f64,
    sources: Sources,
) -> Scene<'o> {
    let images = materials.images(ratio);
    Scene::new(order.subject.style.layers(), sources, images, materials.glyphs())
}
