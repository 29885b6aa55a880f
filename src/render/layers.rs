//! The layers of a scene, drawn one over the other.

use super::picture::Picture;
use super::scene::Scene;
use super::source::Source;
use super::symbol::{Metatile, Symbols};
use super::view::View;
use super::{background, circle, color_relief, fill, group, heatmap, hillshade, line, raster};
use crate::style::expression::{Context, NoFeature};
use crate::style::layer::choice::{Blend, Visibility};
use crate::style::layer::property::{AtZoom, Folded, Property};
use crate::style::layer::{FilterAtZoom, Kind, Layer};

/// A layer that is drawn at a zoom.
pub struct Drawn<'s> {
    /// The layer.
    pub layer: &'s Layer,
    /// Its properties at the zoom of the tiles: what features are laid out by.
    pub layout: Kind<AtZoom>,
    /// Its properties at the zoom of the view: what they are painted with.
    pub paint: Kind<AtZoom>,
    /// Which features it draws.
    pub filter: FilterAtZoom,
}

/// What a layer is drawn in.
#[derive(Clone, Copy)]
pub struct Stage<'s> {
    /// The scene.
    pub scene: &'s Scene<'s>,
    /// The view.
    pub view: &'s View,
    /// The layer.
    pub drawn: &'s Drawn<'s>,
}

impl<'s> Stage<'s> {
    /// What the layer draws.
    pub fn source(&self) -> Option<&'s Source> {
        self.scene.sources.get(self.drawn.layer.source.as_ref()?)
    }

    /// Whether the layer is drawn with an image that repeats. Where its name is computed and is none,
    /// nothing is drawn.
    pub fn has_pattern(&self) -> bool {
        let pattern = match &self.drawn.layer.kind {
            Kind::Background(background) => &background.pattern,
            Kind::Fill(fill) => &fill.pattern,
            Kind::FillExtrusion(fill) => &fill.pattern,
            Kind::Line(line) => &line.pattern,
            _ => return false,
        };
        !matches!(pattern, Property::Constant(None))
    }

    /// What properties are evaluated against that are the layer's own.
    pub fn context(&self) -> Context<'s> {
        Context::new(&NoFeature, self.view.zoom(), self.scene.surroundings())
    }
}

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

fn drawn<'s>(scene: &'s Scene<'_>, view: &'s View) -> impl Iterator<Item = Drawn<'s>> {
    let keys = &scene.layers.keys;
    let is_visible = move |layer: &Layer| {
        let visibility = layer.visibility.at(view.zoom(), keys);
        let context = Context::new(&NoFeature, view.zoom(), scene.surroundings());
        visibility.evaluate(&context) == Visibility::Visible
    };
    let layers = scene.layers.drawn_at(view.zoom());
    layers.filter(move |layer| is_visible(layer)).map(move |layer| Drawn {
        layer,
        layout: layer.kind.at(view.tile_zoom(), keys),
        paint: layer.kind.at(view.zoom(), keys),
        filter: layer.filter.at(view.tile_zoom(), keys),
    })
}
