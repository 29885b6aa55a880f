//! overview: what tiles show below a layer's detail, made once while it is loaded: its features
//! thinned, merged and generalised, tile by tile, each a function of the features in and around the
//! tile alone. So every server has the same, whatever its history, and an edit makes its tiles anew.
//!
//! - [`recipe`]: how a layer wants it
//! - [`census`]: how many features lie where, and so from which zoom on they are shown as they are
//! - [`classes`]: which attributes overviews carry, and the classes that they make
//! - [`ground`]: the features around a tile, read from the pages of detail
//! - [`points`], [`lines`] (and `crowds` of short ones), [`polygons`], [`mosaic`]: what becomes of each kind
//! - [`sketch`]: what a tile shows, on its way into a page
//!
//! A tile's features are stored cut to the tile and its buffer, on its grid, so that making the
//! tile is copying. (Whole features in an R-tree, as in detail, would have to be merged across
//! tiles: then a change of one touches all.)

pub mod census;
pub mod classes;
mod crowds;
pub mod ground;
pub mod lines;
pub mod mosaic;
pub mod points;
pub mod polygons;
pub mod recipe;
pub mod sketch;

use std::io;

use super::cores;
use super::dictionary::ValueCoder;
use super::format::{Output, SegmentWriter};
use super::segment::Segment;
use crate::geo::hilbert;
use crate::geo::tile::TileId;
use crate::geo::world::WorldPoint;
use census::Census;
use classes::Classes;
use ground::Ground;
pub use recipe::Recipe;
use sketch::{Sketch, Sketcher};

/// Tiles that a core makes before they are written.
const BATCH: usize = 32;

/// Writes the overviews of what a segment holds so far; returns the zoom from which detail serves.
///
/// # Errors
/// What writing meets.
pub fn write<W: Output>(
    recipe: &Recipe,
    census: &Census,
    coder: &mut ValueCoder,
    writer: &mut SegmentWriter<W>,
) -> io::Result<u8> {
    let detail_from = recipe.detail.unwrap_or_else(|| census.light_from());
    coder.end_block();
    write_values(coder, writer)?;
    let (zoom_min, _) = recipe.zooms.into();
    if detail_from <= zoom_min || census.is_empty() {
        return Ok(0);
    }
    let (bytes, directory) = writer.so_far()?;
    let segment = Segment::new(bytes, directory);
    let classes = Classes::of(&segment, recipe, census);
    let ground = Ground::new(&segment, &classes, recipe, detail_from);
    let cores = cores::count();
    let sketcher = Sketcher::new(&ground);
    let mut sketchers: Vec<_> = (0..cores).map(|_| sketcher.beside()).collect();
    for zoom in (zoom_min..detail_from).rev() {
        let tiles = tiles_of(&segment, zoom, recipe.buffer);
        for tiles in tiles.chunks(cores * BATCH) {
            for (tile, sketch) in sketch_all(&mut sketchers, tiles) {
                if let Some(page) = sketch.page(recipe, &classes, coder) {
                    writer.overview_page(tile, &page)?;
                }
            }
            write_values(coder, writer)?;
        }
    }
    coder.end_block();
    write_values(coder, writer)?;
    Ok(detail_from)
}

fn write_values<W: Output>(
    coder: &mut ValueCoder,
    writer: &mut SegmentWriter<W>,
) -> io::Result<()> {
    coder.take_blocks().try_for_each(|block| writer.values(&block))
}

/// What some tiles show, in their order, made by all sketchers side by side.
fn sketch_all(sketchers: &mut [Sketcher<'_>], tiles: &[TileId]) -> Vec<(TileId, Sketch)> {
    let share = tiles.len().div_ceil(sketchers.len()).max(1);
    let pieces = tiles.chunks(share).zip(sketchers).map(|(tiles, sketcher)| {
        move || tiles.iter().map(|tile| (*tile, sketcher.sketch(*tile))).collect()
    });
    cores::side_by_side(pieces)
}

/// The tiles of a zoom where pages lie, along the Hilbert curve.
fn tiles_of(segment: &Segment, zoom: u8, buffer: u16) -> Vec<TileId> {
    let mut tiles: Vec<TileId> = TileId::new(0, 0, 0).into_iter().collect();
    for _ in 0..zoom {
        tiles = tiles.iter().flat_map(|tile| tile.children()).collect();
        tiles.retain(|tile| segment.has_pages_in(crate::geo::grid::Grid::world_box(*tile, buffer)));
    }
    let shift = 32 - u32::from(zoom.max(1));
    tiles.sort_by_key(|tile| {
        hilbert::index(WorldPoint { x: tile.x() << shift, y: tile.y() << shift })
    });
    tiles
}
