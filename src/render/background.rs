//! What lies below all.

use super::pattern::Pattern;
use super::picture::{Picture, Solid, ink};
use super::stage::Stage;
use crate::style::layer::Kind;
use crate::style::layer::kinds::Background;
use crate::style::layer::property::AtZoom;
use crate::style::layer::values::ImageName;

/// Draws it.
pub fn draw(stage: &Stage<'_>, paint: &Background<AtZoom>, picture: &mut Picture) {
    let context = stage.context();
    let opacity = paint.opacity.evaluate(&context);
    match pattern(stage) {
        _ if !stage.has_pattern() => {
            let color = paint.color.evaluate(&context);
            Solid::new(ink(color, opacity)).cover(picture.pixels_mut());
        }
        None => {}
        Some(name) => {
            let Some(image) = stage.scene.images.get(&name.0) else { return };
            let pattern = Pattern::new(image, stage.view, [0.0; 2], opacity);
            for y in 0..picture.height() {
                pattern.cover(0, y as i32, picture.row_mut(y));
            }
        }
    }
}

/// The image that repeats: browsers change it at whole zooms, and fade.
fn pattern(stage: &Stage<'_>) -> Option<ImageName> {
    let Kind::Background(written) = &stage.drawn.layer.kind else { return None };
    let pattern = written.pattern.at(stage.view.zoom().floor(), &stage.scene.layers.keys);
    pattern.evaluate(&stage.context())
}
