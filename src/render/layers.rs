//! The layers of a scene, drawn one over the other.

use super::picture::Picture;
use super::scene::Scene;
use super::symbol::Symbols;
use super::view::View;
use crate::style::expression::{Context, NoFeature};
use crate::style::layer::choice::Visibility;
use crate::style::layer::property::AtZoom;
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

/// Draws a scene.
pub fn render(scene: &Scene<'_>, view: &View) -> Picture {
    let mut picture = Picture::of_size(view.size());
    let layers: Vec<Drawn<'_>> = drawn(scene, view).collect();
    let symbols = Symbols::place(scene, view, &layers);
    for drawn in &layers {
        match &drawn.paint {
            Kind::Symbol(_) => symbols.draw(drawn.layer.index, &mut picture),
            Kind::Background(_)
            | Kind::Circle(_)
            | Kind::ColorRelief(_)
            | Kind::Fill(_)
            | Kind::FillExtrusion(_)
            | Kind::Heatmap(_)
            | Kind::Hillshade(_)
            | Kind::Line(_)
            | Kind::Raster(_) => {}
        }
    }
    picture
}

fn drawn<'s>(scene: &'s Scene<'_>, view: &'s View) -> impl Iterator<Item = Drawn<'s>> {
    let keys = &scene.layers.keys;
    let is_visible = move |layer: &Layer| {
        let visibility = layer.visibility.at(view.zoom(), keys);
        let context = Context::new(&NoFeature, view.zoom(), scene.surroundings());
        visibility.evaluate(&context) == Visibility::Visible
    };
    let layers = scene.layers.layers.iter();
    layers.filter(move |layer| layer.is_at(view.zoom()) && is_visible(layer)).map(move |layer| {
        Drawn {
            layer,
            layout: layer.kind.at(view.tile_zoom(), keys),
            paint: layer.kind.at(view.zoom(), keys),
            filter: layer.filter.at(view.tile_zoom(), keys),
        }
    })
}
