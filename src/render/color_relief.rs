//! Heights, coloured.

use super::affine::Affine;
use super::picture::{Picture, blend, ink};
use super::scan::clip::Clip;
use super::source::Source;
use super::source::heights::Bordered;
use super::stage::Stage;
use super::view::EXTENT;
use crate::style::layer::choice::Resampling;
use crate::style::layer::kinds::ColorRelief;
use crate::style::layer::property::AtZoom;

/// Draws them.
pub fn draw(stage: &Stage<'_>, paint: &ColorRelief<AtZoom>, picture: &mut Picture) {
    let Some(Source::Heights(tiles)) = stage.source() else { return };
    let context = stage.context();
    let opacity = paint.opacity.evaluate(&context);
    if matches!(paint.color.constant(), Some(None)) {
        return;
    }
    let is_nearest = paint.resampling.evaluate(&context) == Resampling::Nearest;
    let view = stage.view.on_pixels();
    for tile in tiles {
        let heights = Bordered::new(tile, tiles);
        let clip = Clip::tile(&view, tile.id, tile.wrap);
        let Some(back) = view.from_tile(tile.id, tile.wrap).inverse() else { continue };
        let scale = heights.side as f64 / EXTENT;
        let map = back.then(Affine::scale([scale, scale]));
        clip.each_pixel(picture, |middle, pixel| {
            let at = map.point(middle);
            let progress = if is_nearest {
                f64::from(heights.at(at[0].floor() as i32, at[1].floor() as i32))
            } else {
                heights.mixed(at)
            };
            let color = paint.color.evaluate(&context.with_progress(progress));
            blend(pixel, ink(color.unwrap_or_default(), opacity));
        });
    }
}
