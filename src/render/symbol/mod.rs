//! symbol: texts and icons. All symbol layers of a scene are placed together, the last one first,
//! since they must not lie on one another; then each is drawn at its place among the layers.

use super::layers::Drawn;
use super::picture::Picture;
use super::scene::Scene;
use super::view::View;

/// The symbols of a scene, placed.
pub struct Symbols {}

impl Symbols {
    /// Places the symbols of all symbol layers among those that are drawn.
    pub fn place(_scene: &Scene<'_>, _view: &View, _layers: &[Drawn<'_>]) -> Symbols {
        Symbols {}
    }

    /// Draws those of a layer, by its index in the style.
    pub fn draw(&self, _layer: usize, _picture: &mut Picture) {}
}
