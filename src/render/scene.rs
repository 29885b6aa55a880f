//! A scene: a style's layers and all that they draw, fetched before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::images::Images;
use super::source::Source;
use super::text::character::is_shaped_by_fonts_only;
use super::text::glyph::Glyphs;
use crate::style::expression::Surroundings;
use crate::style::layer::layers::Layers;

/// What is drawn.
pub struct Scene<'s> {
    /// The layers of a style.
    pub layers: &'s Layers,
    /// The data by the name of its source. Layers whose source is missing draw nothing.
    pub sources: BTreeMap<Arc<str>, Source>,
    /// The images.
    pub images: &'s Images,
    /// The glyphs.
    pub glyphs: &'s Glyphs<'s>,
    /// Whether symbols of one source keep away from those of others.
    pub sources_collide: bool,
    surroundings: Surroundings,
}

impl<'s> Scene<'s> {
    /// Puts it together.
    pub fn new(
        layers: &'s Layers,
        sources: BTreeMap<Arc<str>, Source>,
        images: &'s Images,
        glyphs: &'s Glyphs<'s>,
    ) -> Scene<'s> {
        let surroundings = Surroundings {
            state: layers.state.clone(),
            images: Some(images.names()),
            unsupported_script: Some(|text| text.chars().any(is_shaped_by_fonts_only)),
        };
        Scene { layers, sources, images, glyphs, sources_collide: true, surroundings }
    }

    /// What expressions are evaluated in.
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }
}
