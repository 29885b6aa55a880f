//! A layer at the moment it is drawn: its properties at the zooms of tiles and view, and the scene around it.

use super::scene::Scene;
use super::source::Source;
use super::view::View;
use crate::style::expression::{Context, NoFeature};
use crate::style::layer::choice::Visibility;
use crate::style::layer::property::{AtZoom, Property};
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

/// The layers of a scene that a view shows.
pub fn drawn<'s>(scene: &'s Scene<'_>, view: &'s View) -> impl Iterator<Item = Drawn<'s>> {
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
