//! Which features of a tile a layer draws.

use super::scene::Scene;
use super::source::features::{TileFeature, VectorTile};
use super::source::{Source, Tile};
use super::stage::Drawn;
use crate::style::expression::Context;
use crate::style::layer::FilterAtZoom;

/// The tiles with features that a layer draws.
pub fn tiles<'s>(scene: &'s Scene<'_>, drawn: &Drawn<'_>) -> &'s [Tile<VectorTile>] {
    let source = drawn.layer.source.as_ref().and_then(|name| scene.sources.get(name));
    match source {
        Some(Source::Vector(tiles)) => tiles,
        _ => &[],
    }
}

/// Calls for each feature of a tile that a layer draws, in the tile's order, with what its properties
/// are evaluated against.
pub fn features(
    scene: &Scene<'_>,
    drawn: &Drawn<'_>,
    tile: &Tile<VectorTile>,
    visit: &mut dyn FnMut(&dyn TileFeature, &Context<'_>),
) {
    let name = drawn.layer.source_layer.as_deref().unwrap_or_default();
    let Some(layer) = tile.content.layer(name) else { return };
    if matches!(drawn.filter, FilterAtZoom::Same(false)) {
        return;
    }
    layer.each(&mut |feature| {
        let mut context = Context::new(feature, f64::from(tile.zoom), scene.surroundings());
        context.tile = Some((tile.id.z(), tile.id.x(), tile.id.y()));
        if drawn.filter.passes(&context) {
            visit(feature, &context);
        }
    });
}
