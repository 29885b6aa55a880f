//! symbol: texts and icons. All symbol layers of a scene are placed together, the last one first,
//! since they must not lie on one another; then each is drawn at its place among the layers.
//!
//! - `rules`: what holds for all symbols of a layer
//! - `label`: a feature's text and icon around an anchor; `maker`: its properties → that, by way of
//!   `icon`, `quad` and `offset`
//! - `bucket`: labels at the anchors of their features: along lines (`anchors`, `cut`, `merge`), in
//!   polygons (`pole`)
//! - `placement`: which of them are shown, beside those that are there (`collision`), along their
//!   lines (`along`)
//! - `drawing`: those that are shown → pixels (`kernel`)

mod along;
mod anchors;
mod bucket;
mod collision;
mod cut;
mod drawing;
mod icon;
mod kernel;
mod label;
mod maker;
mod merge;
mod offset;
mod placement;
mod pole;
mod quad;
mod rules;

use std::collections::BTreeMap;

use bucket::Bucket;
use collision::Collisions;
use drawing::{Drawer, Manner, Placed};
use maker::{Maker, Sizes};
use placement::{Candidates, Placer};
use rules::Rules;

use super::affine::Affine;
use super::layers::Drawn;
use super::picture::Picture;
use super::scene::Scene;
use super::select;
use super::source::Tile;
use super::source::features::VectorTile;
use super::view::View;
use crate::style::expression::{Context, NoFeature};
use crate::style::layer::Kind;
use crate::style::layer::kinds::Symbol;
use crate::style::layer::property::{AtZoom, Folded};

/// The zoom that texts along lines are spaced for, whatever the view's: then they stand at the same
/// places at several zooms.
const LARGE_ZOOM: f64 = 18.0;

/// The symbols of a scene, placed.
pub struct Symbols {
    layers: BTreeMap<usize, Layer>,
    bearing: f64,
    ratio: f64,
}

/// A layer's symbols.
struct Layer {
    rules: Rules,
    /// In the order in which they are drawn.
    tiles: Vec<Placed>,
    manner: [Manner; 2],
}

impl Symbols {
    /// Places the symbols of all symbol layers among those that are drawn.
    pub fn place(scene: &Scene<'_>, view: &View, layers: &[Drawn<'_>]) -> Symbols {
        let mut collisions = Collisions::new(view.size().css());
        let mut placed = BTreeMap::new();
        for drawn in layers.iter().rev() {
            let layer = layer(scene, view, drawn, &mut collisions);
            placed.extend(layer.map(|layer| (drawn.layer.index, layer)));
        }
        Symbols { layers: placed, bearing: view.bearing(), ratio: view.ratio() }
    }

    /// Draws those of a layer, by its index in the style.
    pub fn draw(&self, layer: usize, picture: &mut Picture) {
        let Some(Layer { rules, tiles, manner }) = self.layers.get(&layer) else { return };
        let drawer = Drawer { rules, bearing: self.bearing, ratio: self.ratio, manner: *manner };
        drawer.draw(tiles, picture);
    }
}

/// Lays out and places a layer's symbols.
fn layer(
    scene: &Scene<'_>,
    view: &View,
    drawn: &Drawn<'_>,
    collisions: &mut Collisions,
) -> Option<Layer> {
    let (Kind::Symbol(layout), Kind::Symbol(paint)) = (&drawn.layout, &drawn.paint) else {
        return None;
    };
    let context = Context::new(&NoFeature, view.zoom(), scene.surroundings());
    let rules = Rules::of(drawn, &context, view)?;
    let sizes = sizes(scene, view, drawn)?;
    let (glyphs, images) = (scene.glyphs, scene.images);
    let maker = Maker { rules: &rules, layout, paint, sizes: &sizes, glyphs, images };
    let mut tiles: Vec<&Tile<VectorTile>> = select::tiles(scene, drawn).iter().collect();
    tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.zoom), tile.wrap, tile.id.x(), tile.id.y()));
    let to_picture = |tile: &Tile<VectorTile>| {
        let to_css = Affine::scale([1.0 / view.ratio(); 2]);
        view.from_tile(tile.id, tile.wrap).then(to_css)
    };
    let made: Vec<(Bucket, Affine)> = tiles
        .iter()
        .map(|tile| (bucket::make(scene, drawn, tile, &maker), to_picture(tile)))
        .collect();
    let mut placer = Placer {
        rules: &rules,
        text_padding: paint.text_padding.evaluate(&context),
        group: group(scene, drawn),
        collisions,
        bearing: view.bearing(),
        size: view.size().css(),
    };
    let candidates: Vec<Candidates<'_>> =
        made.iter().map(|(bucket, to_picture)| Candidates { bucket, to_picture }).collect();
    let decisions = placer.place(&candidates);
    let manner = manner(paint, &rules, view, &made);
    let mut tiles: Vec<(&Tile<VectorTile>, Placed)> = tiles
        .into_iter()
        .zip(made.into_iter().zip(decisions))
        .map(|(tile, ((bucket, to_picture), decisions))| {
            (tile, Placed { bucket, decisions, to_picture })
        })
        .collect();
    // Drawn from the top of the picture to its bottom.
    tiles.sort_by(|(a, _), (b, _)| {
        let at = |tile: &Tile<VectorTile>| {
            let at = [f64::from(tile.id.x()), f64::from(tile.id.y())];
            quad::turned(at, -view.bearing())
        };
        let ([ax, ay], [bx, by]) = (at(a), at(b));
        ay.total_cmp(&by).then(ax.total_cmp(&bx))
    });
    let tiles = tiles.into_iter().map(|(_, placed)| placed).collect();
    Some(Layer { rules, tiles, manner })
}

/// Whose symbols a layer's may not lie on: everybody's, or those of its source.
fn group(scene: &Scene<'_>, drawn: &Drawn<'_>) -> u32 {
    let source = drawn.layer.source.as_ref().filter(|_| !scene.sources_collide);
    let number = source.and_then(|source| scene.sources.keys().position(|name| name == source));
    number.map_or(0, |number| number as u32)
}

fn sizes(scene: &Scene<'_>, view: &View, drawn: &Drawn<'_>) -> Option<Sizes> {
    let Kind::Symbol(written) = &drawn.layer.kind else { return None };
    let keys = &scene.layers.keys;
    let next = view.tile_zoom() + 1.0;
    Some(Sizes {
        text_placed: written.text_size.at(next, keys),
        icon_placed: written.icon_size.at(next, keys),
        text_largest: written.text_size.at(LARGE_ZOOM, keys),
    })
}

/// How icons and texts are drawn: halos below all, where they reach over neighbours; images pixel by
/// pixel, where these are the picture's.
fn manner(
    paint: &Symbol<AtZoom>,
    rules: &Rules,
    view: &View,
    made: &[(Bucket, Affine)],
) -> [Manner; 2] {
    let is_scaled = paint.icon_size.constant() != Some(&1.0);
    let is_turned = paint.icon_rotate.constant() != Some(&0.0);
    let mut icons =
        made.iter().flat_map(|(bucket, _)| &bucket.labels).filter_map(|l| l.icon.as_ref());
    let is_other_ratio = icons.any(|icon| icon.image.ratio != view.ratio());
    let is_tight = paint.text_letter_spacing.constant().copied().unwrap_or(0.0) < 0.0;
    let halo = |width: &Folded<f64>, smoothly: bool| Manner {
        has_halo: width.constant() != Some(&0.0),
        halos_below: is_tight || width.constant().is_none_or(|width| *width > 1.0),
        smoothly,
    };
    let icon = is_scaled || is_turned || is_other_ratio || rules.icon.lies_on_map;
    let text = rules.text.lies_on_map || paint.text_size.constant().is_none();
    [halo(&paint.icon_halo_width, icon), halo(&paint.text_halo_width, text)]
}
