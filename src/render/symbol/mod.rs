//! symbol: texts and icons. All symbol layers of a scene are placed together, the last one first,
//! since they must not lie on one another; then each is drawn at its place among the layers.
//!
//! - `rules`: what holds for all symbols of a layer
//! - `label`: a feature's text and icon around an anchor; `maker`: its properties → that, by way of
//!   `icon`, `quad` and `offset`
//! - `bucket`: labels at the anchors of their features: along lines (`anchors`, `cut`, `merge`), in
//!   polygons (`pole`)
//! - `layer`: a layer's buckets, and what all of them are placed and drawn with
//! - `placement`: which symbols are shown, beside those that are there (`collision`), along their
//!   lines (`along`), in a picture or a `metatile`
//! - `placed`: those that are shown, as they are kept
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
mod layer;
mod maker;
mod merge;
mod metatile;
mod offset;
mod placed;
mod placement;
mod pole;
mod quad;
mod rules;

use std::collections::BTreeMap;

use collision::{Collisions, MARGIN};
use drawing::Drawer;
use layer::{LaidOut, PlacedLayer};
use placed::Placed;
use placement::Placer;

use super::affine::Affine;
use super::picture::Picture;
use super::scene::Scene;
use super::source::Tile;
use super::source::features::VectorTile;
use super::stage::{Drawn, Stage};
use super::view::{EXTENT, Size, TILE_SIZE, View, latitude};
use crate::geo::tile::TileId;

/// The symbols of a scene, placed.
#[derive(Clone, Default)]
pub struct Symbols {
    layers: BTreeMap<usize, PlacedLayer>,
    bearing: f64,
}

/// A square of tiles whose labels are decided together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metatile {
    /// Its first tile.
    pub first: TileId,
    /// How many tiles are along a side.
    pub tiles: u32,
}

impl Metatile {
    /// Its side in pixels of CSS.
    pub fn side(&self) -> f64 {
        f64::from(self.tiles) * TILE_SIZE
    }

    /// From its corner to that of a tile of its zoom, so many worlds to the east, in pixels of CSS.
    pub fn corner_of(&self, tile: TileId, wrap: i32) -> [f64; 2] {
        let across = f64::from(self.first.z()).exp2();
        let x = f64::from(tile.x()) + f64::from(wrap) * across - f64::from(self.first.x());
        [x * TILE_SIZE, (f64::from(tile.y()) - f64::from(self.first.y())) * TILE_SIZE]
    }

    /// A view of its first tile, whose zoom its labels are laid out for.
    pub fn view(&self) -> View {
        let across = f64::from(self.first.z()).exp2();
        let middle = [self.first.x(), self.first.y()].map(|at| (f64::from(at) + 0.5) / across);
        let place = [(middle[0] - 0.5) * 360.0, latitude(middle[1])];
        View::new(place, f64::from(self.first.z()), 0.0, Size::TILE)
    }
}

impl Symbols {
    /// Places the symbols of all symbol layers among those that are drawn, as MapLibre does for a
    /// view, as long as they are wanted.
    pub fn place(
        scene: &Scene<'_>,
        view: &View,
        layers: &[Drawn<'_>],
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Symbols> {
        let to_css = Affine::scale([1.0 / view.ratio(); 2]);
        let to_picture = |tile: &Tile<VectorTile>| view.from_tile(tile.id, tile.wrap).then(to_css);
        let (size, bearing) = (view.size().css(), view.bearing());
        let mut collisions = Collisions::new(size, MARGIN);
        let mut placed = BTreeMap::new();
        for drawn in layers.iter().rev() {
            let layer = LaidOut::new(scene, view, drawn, &to_picture, is_wanted);
            if !is_wanted() {
                return None;
            }
            let Some(layer) = layer else { continue };
            let mut decisions = layer.undecided();
            Placer::new(layer.habits(size, MARGIN, bearing), &mut collisions).place(
                &layer.candidates(),
                &mut decisions,
                &|_, _| true,
            );
            placed.insert(drawn.layer.index, layer.placed(decisions, bearing));
        }
        Some(Symbols { layers: placed, bearing })
    }

    /// Places the symbols of a metatile, whose tiles and those around it the scene has: they then agree
    /// with those of its neighbours.
    pub fn place_metatile(
        scene: &Scene<'_>,
        metatile: Metatile,
        view: &View,
        layers: &[Drawn<'_>],
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Symbols> {
        let to_picture = |tile: &Tile<VectorTile>| {
            let larger = f64::from(tile.zoom - tile.id.z()).exp2();
            let scale = larger * TILE_SIZE / EXTENT;
            let at = metatile.corner_of(tile.id, tile.wrap);
            Affine::scale([scale; 2]).then(Affine::translate(at))
        };
        let side = metatile.side();
        let mut laid_out = Vec::new();
        for drawn in layers {
            let layer = LaidOut::new(scene, view, drawn, &to_picture, is_wanted);
            if !is_wanted() {
                return None;
            }
            laid_out.extend(layer.map(|layer| (drawn.layer.index, layer)));
        }
        let layers: Vec<_> = laid_out.iter().map(|(_, layer)| layer.of_metatile(side)).collect();
        let decisions = metatile::place(&layers, side, is_wanted)?;
        drop(layers);
        let placed = laid_out.into_iter().zip(decisions);
        let placed =
            placed.map(|((index, layer), decisions)| (index, layer.placed(decisions, 0.0)));
        Some(Symbols { layers: placed.collect(), bearing: 0.0 })
    }

    /// The symbols of several metatiles as those of one picture, each once. They then lie on that of the
    /// first.
    pub fn of_area(metatiles: &[(Metatile, &Symbols)]) -> Symbols {
        let mut layers: BTreeMap<usize, PlacedLayer> = BTreeMap::new();
        let first = metatiles.first().map(|(metatile, _)| metatile);
        for (metatile, symbols) in metatiles {
            let at = first.map_or([0.0; 2], |first| first.corner_of(metatile.first, 0));
            for (index, layer) in &symbols.layers {
                let layer = layer.clone().moved(at);
                match layers.get_mut(index) {
                    Some(there) => there.add(layer),
                    None => drop(layers.insert(*index, layer)),
                }
            }
        }
        Symbols { layers, bearing: 0.0 }
    }

    /// The bytes that they take in memory, about.
    pub fn memory(&self) -> usize {
        self.layers.values().flat_map(|layer| &layer.tiles).map(Placed::memory).sum()
    }

    /// Draws those of a layer onto a picture whose corner lies there in what they were placed on, in
    /// pixels of CSS.
    pub fn draw(&self, stage: &Stage<'_>, corner: [f64; 2], picture: &mut Picture) {
        let Some(layer) = self.layers.get(&stage.drawn.layer.index) else { return };
        let drawer = Drawer {
            rules: &layer.rules,
            bearing: self.bearing,
            ratio: stage.view.ratio(),
            corner,
            images: stage.scene.images,
            manner: layer.manner,
        };
        drawer.draw(&layer.tiles, picture);
    }
}
