//! source: data as the renderer gets it, fetched and decoded before.
//!
//! - [`features`]: features of a tile, wherever they come from
//! - [`mvt`]: those of a Mapbox Vector Tile
//! - [`overzoom`]: those of a tile far above the one that is drawn
//! - [`geojson`]: those of GeoJSON, cut into tiles
//! - [`heights`]: the ground's, in tiles
//! - [`Source`]: what a layer draws

mod clip;
pub mod features;
pub mod geojson;
pub mod heights;
pub mod mvt;
pub mod overzoom;

use std::sync::Arc;

use features::VectorTile;
use heights::Heights;

use super::picture::Picture;
use crate::geo::tile::TileId;

/// A tile and where it lies.
#[derive(Clone, Debug)]
pub struct Tile<T> {
    /// Its address.
    pub id: TileId,
    /// So many worlds to the east.
    pub wrap: i32,
    /// The zoom that it is drawn for, which may be larger than its own.
    pub zoom: u8,
    /// What it holds.
    pub content: Arc<T>,
}

/// What layers draw.
#[derive(Debug)]
pub enum Source {
    /// Features.
    Vector(Vec<Tile<VectorTile>>),
    /// Images in tiles.
    Raster(Vec<Tile<Picture>>),
    /// Heights of the ground.
    Heights(Vec<Tile<Heights>>),
    /// An image, and where its corners lie in the world: top left, top right, bottom right, bottom
    /// left.
    Image(Picture, [[f64; 2]; 4]),
}
