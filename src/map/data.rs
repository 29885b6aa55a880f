//! Which tiles a view takes of the layers that it shows, and the number of their last change.
//!
//! Texts that stand up to [`MARGIN`] pixels beyond the picture take part in placing (as in a browser) and
//! reach into it, so that no edge of a picture cuts a text off which nothing else hides. Not yet promised: that
//! two neighbouring tiles decide alike which of two texts in each other's way is shown. That takes placing in
//! the world, metatile by metatile.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::features::StoreFeatures;
use super::subject::Subject;
use crate::geo::tile::TileId;
use crate::geo::world::{WORLD_SIZE, WorldBox, WorldPoint};
use crate::render::cover::{self, Pyramid, Wanted};
use crate::render::source::features::VectorTile;
use crate::render::source::{Tile, overzoom};
use crate::render::view::{TILE_SIZE, View};
use crate::style::expression::Keys;

/// How far beyond the picture features are taken, in pixels of CSS: as far as texts are placed.
pub const MARGIN: f64 = 100.0;

/// The tiles that a view takes.
#[derive(Clone, Debug)]
pub struct Needs(Vec<Wanted>);

impl Needs {
    /// Those of a view.
    pub fn of(subject: &Subject, view: &View) -> Needs {
        let Some(zooms) = subject.zooms() else { return Needs(Vec::new()) };
        let pyramid = Pyramid {
            tile_size: TILE_SIZE,
            minzoom: zooms.min(),
            maxzoom: zooms.max(),
            is_raster: false,
            bounds: None,
        };
        Needs(cover::tiles(view, &pyramid, MARGIN))
    }

    /// The number of the last change of anything in these tiles: of the tile that is drawn, that is, and of
    /// those around it, whose lines and texts reach over.
    pub fn changed_last(&self, subject: &Subject) -> u64 {
        let mut tiles: Vec<TileId> = self.0.iter().map(|wanted| wanted.from).collect();
        tiles.dedup();
        let changed =
            |tile: TileId| subject.layers.iter().map(move |(_, ready)| ready.changed_last(tile));
        tiles.into_iter().flat_map(changed).max().unwrap_or(0)
    }

    /// These tiles, with what a style reads. None, once nobody wants them.
    pub fn tiles(
        &self,
        subject: &Subject,
        view: &View,
        keys: &Keys,
        most_features: u64,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Vec<Tile<VectorTile>>> {
        let around = around(view);
        let mut whole: BTreeMap<TileId, Arc<VectorTile>> = BTreeMap::new();
        let mut tiles = Vec::with_capacity(self.0.len());
        for Wanted { id, from, wrap, zoom } in self.0.iter().copied() {
            if !is_wanted() {
                return None;
            }
            let content = whole.entry(from).or_insert_with(|| {
                let mut tile = VectorTile::default();
                for (role, ready) in &subject.layers {
                    let features = StoreFeatures::of(ready, from, around, keys, most_features);
                    if let Some(features) = features {
                        tile.add(role, Box::new(features));
                    }
                }
                Arc::new(tile)
            });
            let content = match from == id {
                true => content.clone(),
                false => Arc::new(overzoom::part(content, from, id)),
            };
            tiles.push(Tile { id, wrap, zoom, content });
        }
        Some(tiles)
    }
}

/// What of the world can be seen, or reaches into it.
fn around(view: &View) -> WorldBox {
    let corners = view.corners();
    let range = |axis: usize| {
        let beyond = MARGIN / view.world_size();
        let ordinates = corners.map(|corner| corner[axis]);
        let least = ordinates.iter().copied().fold(f64::INFINITY, f64::min) - beyond;
        let most = ordinates.iter().copied().fold(f64::NEG_INFINITY, f64::max) + beyond;
        (least, most)
    };
    let ((west, east), (north, south)) = (range(0), range(1));
    // Beyond 180° another copy of the world begins: all around, then.
    let (west, east) = if west < 0.0 || east > 1.0 { (0.0, 1.0) } else { (west, east) };
    // `as u32` saturates.
    let point =
        |x: f64, y: f64| WorldPoint { x: (x * WORLD_SIZE) as u32, y: (y * WORLD_SIZE) as u32 };
    WorldBox { min: point(west, north), max: point(east, south) }
}
