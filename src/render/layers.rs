//! The layers of a scene, drawn one over the other.

use super::picture::Picture;
use super::scene::Scene;
use super::stage::{Drawn, Stage, drawn};
use super::symbol::{Metatile, Symbols};
use super::view::View;
use super::{background, circle, color_relief, fill, group, heatmap, hillshade, line, raster};
use crate::style::layer::Kind;
use crate::style::layer::choice::Blend;
use crate::style::layer::property::Folded;

/// Draws a scene.
pub fn render(scene: &Scene<'_>, view: &View) -> Picture {
    render_while(scene, view, &|| true).unwrap_or_else(|| Picture::of_size(view.size()))
}

/// Draws a scene as long as the picture is wanted, which is asked before each layer.
pub fn render_while(
    scene: &Scene<'_>,
    view: &View,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Picture> {
    let mut picture = Picture::of_size(view.size());
    render_over_while(scene, view, is_wanted, &mut picture)?;
    Some(picture)
}

/// Draws a scene over what is drawn already, as long as it is wanted.
pub fn render_over_while(
    scene: &Scene<'_>,
    view: &View,
    is_wanted: &dyn Fn() -> bool,
    picture: &mut Picture,
) -> Option<()> {
    let layers: Vec<Drawn<'_>> = drawn(scene, view).collect();
    let symbols = Symbols::place(scene, view, &layers, is_wanted)?;
    draw_all((scene, view), &layers, (&symbols, [0.0; 2]), is_wanted, picture)
}

/// Decides which labels a view shows, for [`render_tile_while`] of its parts.
pub fn place(scene: &Scene<'_>, view: &View) -> Symbols {
    let layers: Vec<Drawn<'_>> = drawn(scene, view).collect();
    Symbols::place(scene, view, &layers, &|| true).unwrap_or_default()
}

/// Decides which labels a metatile shows, for [`render_tile`], as long as they are wanted. The scene has
/// its tiles and those around it. The labels hold for every ratio of pixels, if its images do.
pub fn labels(
    scene: &Scene<'_>,
    metatile: Metatile,
    is_wanted: &dyn Fn() -> bool,
) -> Option<Symbols> {
    let view = metatile.view();
    let layers: Vec<Drawn<'_>> = drawn(scene, &view).collect();
    Symbols::place_metatile(scene, metatile, &view, &layers, is_wanted)
}

/// Draws a tile, with the labels of its metatile, in which its corner is so many pixels of CSS away.
pub fn render_tile(scene: &Scene<'_>, view: &View, labels: &Symbols, corner: [f64; 2]) -> Picture {
    let picture = render_tile_while(scene, view, (labels, corner), &|| true);
    picture.unwrap_or_else(|| Picture::of_size(view.size()))
}

/// Draws a tile, or another part of what labels were decided for, as long as it is wanted, which is asked before
/// each layer.
pub fn render_tile_while(
    scene: &Scene<'_>,
    view: &View,
    labels: (&Symbols, [f64; 2]),
    is_wanted: &dyn Fn() -> bool,
) -> Option<Picture> {
    let layers: Vec<Drawn<'_>> = drawn(scene, view).collect();
    let mut picture = Picture::of_size(view.size());
    draw_all((scene, view), &layers, labels, is_wanted, &mut picture)?;
    Some(picture)
}

fn draw_all(
    (scene, view): (&Scene<'_>, &View),
    layers: &[Drawn<'_>],
    (symbols, corner): (&Symbols, [f64; 2]),
    is_wanted: &dyn Fn() -> bool,
    picture: &mut Picture,
) -> Option<()> {
    for drawn in layers {
        if !is_wanted() {
            return None;
        }
        draw(&Stage { scene, view, drawn }, symbols, corner, picture);
    }
    Some(())
}

fn draw(stage: &Stage<'_>, symbols: &Symbols, corner: [f64; 2], picture: &mut Picture) {
    match (&stage.drawn.layout, &stage.drawn.paint) {
        (_, Kind::Background(paint)) => background::draw(stage, paint, picture),
        (Kind::Circle(layout), Kind::Circle(paint)) => circle::draw(stage, layout, paint, picture),
        (Kind::Fill(layout), Kind::Fill(paint)) => {
            let (opacity, blend) = (&paint.layer_opacity, &paint.layer_blend);
            as_one(stage, opacity, blend, picture, |picture| {
                fill::draw(stage, layout, paint, picture);
            });
        }
        (Kind::Line(layout), Kind::Line(paint)) => {
            let (opacity, blend) = (&paint.layer_opacity, &paint.layer_blend);
            as_one(stage, opacity, blend, picture, |picture| {
                line::draw(stage, layout, paint, picture);
            });
        }
        (_, Kind::FillExtrusion(paint)) => {
            as_one(stage, &paint.opacity, &Folded::Constant(Blend::Normal), picture, |picture| {
                fill::draw_flat(stage, paint, picture);
            });
        }
        (_, Kind::Heatmap(paint)) => heatmap::draw(stage, paint, picture),
        (_, Kind::Hillshade(paint)) => hillshade::draw(stage, paint, picture),
        (_, Kind::ColorRelief(paint)) => color_relief::draw(stage, paint, picture),
        (_, Kind::Raster(paint)) => {
            as_one(stage, &Folded::Constant(1.0), &paint.layer_blend, picture, |picture| {
                raster::draw(stage, paint, picture);
            });
        }
        (_, Kind::Symbol(_)) => symbols.draw(stage, corner, picture),
        _ => {}
    }
}

/// Draws a layer by itself first, where it has an opacity or a way of mixing as a whole.
fn as_one(
    stage: &Stage<'_>,
    opacity: &Folded<f64>,
    mode: &Folded<Blend>,
    picture: &mut Picture,
    draw: impl FnOnce(&mut Picture),
) {
    let context = stage.context();
    let (opacity, mode) = (opacity.evaluate(&context), mode.evaluate(&context));
    if opacity <= 0.0 {
        return;
    }
    if opacity >= 1.0 && mode == Blend::Normal {
        return draw(picture);
    }
    let mut own = Picture::of_size(stage.view.size());
    draw(&mut own);
    group::composite(picture, &own, opacity, mode);
}
