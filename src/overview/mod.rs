//! overview: what tiles show below a layer's detail, made once while it is loaded: its features
//! thinned, merged and generalised, tile by tile, each a function of the features in and around the
//! tile alone. So every server has the same, whatever its history, and an edit makes its tiles anew.
//!
//! - [`recipe`]: how a layer wants it
//! - [`classes`]: which attributes overviews carry, and the classes that they make
//! - [`remake`]: some of a layer's overviews made anew, by what was decided for all of them
//!   ([`scheme`](crate::segment::scheme))
//! - [`ground`]: the features around a tile, read from the pages of detail
//! - [`points`], [`lines`] (and `crowds` of short ones), [`polygons`], [`mosaic`]: what becomes of each kind
//! - [`sketch`]: what a tile shows, on its way into a page; `finish`: a whole segment
//!
//! A tile's features are stored cut to the tile and its buffer, on its grid, so that making the
//! tile is copying. (Whole features in an R-tree, as in detail, would have to be merged across
//! tiles: then a change of one touches all.)

pub mod classes;
mod crowds;
mod finish;
pub mod ground;
pub mod lines;
pub mod mosaic;
pub mod points;
pub mod polygons;
pub mod recipe;
pub mod remake;
pub mod sketch;

use std::io;

use crate::geo::grid::Grid;
use crate::geo::hilbert;
use crate::geo::shape::ShapeKind;
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};
use crate::segment::census::Census;
use crate::segment::cores;
use crate::segment::dictionary::ValueCoder;
use crate::segment::format::{Output, SegmentWriter};
use crate::segment::parts::Part;
use crate::segment::reader::Segment;
use crate::segment::scheme::Scheme;
use classes::Classes;
use ground::Ground;
pub use recipe::Recipe;
use sketch::{Sketch, Sketcher};

/// Tiles that a core makes before they are written.
const BATCH: usize = 32;

/// Writes the overviews of what a segment holds so far; returns the scheme by which they are made.
///
/// # Errors
/// What writing meets.
pub fn write<W: Output>(
    recipe: &Recipe,
    census: &Census,
    coder: &mut ValueCoder,
    writer: &mut SegmentWriter<W>,
) -> io::Result<Scheme> {
    let detail_from = recipe.detail.unwrap_or_else(|| census.light_from());
    coder.end_block();
    write_values(coder, writer)?;
    let (zoom_min, _) = recipe.zooms.into();
    if detail_from <= zoom_min || census.is_empty() {
        return Ok(Scheme::default());
    }
    let (bytes, directory) = writer.so_far()?;
    let parts = [Part::first(Segment::new(bytes, directory))];
    let segment = &parts[0].segment;
    let mut scheme = Scheme { detail_from, ..classes::choose(segment, recipe, census) };
    let classes = Classes::of(&parts, recipe, &scheme).ok_or(io::ErrorKind::InvalidData)?;
    let ground = Ground::new(&parts, &classes, recipe, detail_from, recipe.coverage);
    scheme.is_coverage = ground.is_coverage;
    let has_polygons = segment.counts()[ShapeKind::Polygon as usize] > 0;
    let spread = if scheme.is_coverage && has_polygons { mosaic::SPREAD } else { 0 };
    let margin = recipe.buffer.saturating_add(spread);
    let cores = cores::count();
    let sketcher = Sketcher::new(&ground);
    let mut sketchers: Vec<_> = (0..cores).map(|_| sketcher.beside()).collect();
    for zoom in (zoom_min..detail_from).rev() {
        let tiles = tiles_of(segment, zoom, margin);
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
    Ok(scheme)
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

/// How far around a tile what it shows depends on the features, in grid units; `kinds` says whether there
/// are, or were, points, lines, polygons.
pub fn halo(recipe: &Recipe, is_coverage: bool, kinds: [bool; 3]) -> u16 {
    let halos = [points::halo(recipe), lines::halo(recipe), polygons::halo(recipe, is_coverage)];
    let halos =
        halos.into_iter().zip(kinds).filter_map(|(halo, is_there)| is_there.then_some(halo));
    // One more: boxes are rounded.
    halos.max().map_or(0, |halo| u16::try_from(halo + 1).unwrap_or(u16::MAX))
}

/// What of the world a tile depends on.
pub fn influence(tile: TileId, halo: u16) -> WorldBox {
    Grid::world_box(tile, halo)
}

/// The tiles of a zoom that may show something of where pages lie, along the Hilbert curve.
fn tiles_of(segment: &Segment, zoom: u8, margin: u16) -> Vec<TileId> {
    let mut tiles: Vec<TileId> = TileId::new(0, 0, 0).into_iter().collect();
    for _ in 0..zoom {
        tiles = tiles.iter().flat_map(|tile| tile.children()).collect();
        tiles.retain(|tile| segment.has_pages_in(Grid::world_box(*tile, margin)));
    }
    sort_along_the_curve(&mut tiles);
    tiles
}

/// Neighbours one after the other: they look at the same ground. The tiles are of one zoom.
fn sort_along_the_curve(tiles: &mut [TileId]) {
    tiles.sort_by_key(|tile| {
        let shift = 32 - u32::from(tile.z().max(1));
        hilbert::index(WorldPoint { x: tile.x() << shift, y: tile.y() << shift })
    });
}
