//! Overview tiles made anew where features changed: the same as a load of all features would make, or, where
//! that might decide otherwise for the layer as a whole, none.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::classes::Classes;
use super::ground::Ground;
use super::recipe::Recipe;
use super::sketch::{Sketch, Sketcher};
use super::{influence, sort_along_the_curve};
use crate::geo::grid::EXTENT;
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;
use crate::geo::world::WorldBox;
use crate::segment::census::{Census, DETAIL};
use crate::segment::cores;
use crate::segment::dictionary::ValueCoder;
use crate::segment::format::SegmentWriter;
use crate::segment::mapping::Bytes;
use crate::segment::parts::{self, Found, Part};
use crate::segment::reader::Segment;

/// Neighbouring tiles that one core makes: they look at the same ground.
const RUN: usize = 64;

/// A tile made anew, as a segment of its own: it may be replaced by itself.
pub type Remade = (TileId, Segment);

/// The tiles that depend on what lies in some boxes, zoom by zoom from below `detail_from` on, along the
/// Hilbert curve; `None` where they are more than `most`.
pub fn affected(
    boxes: &[WorldBox],
    zooms: impl Iterator<Item = u8>,
    halo: u16,
    most: usize,
) -> Option<Vec<TileId>> {
    let mut all = Vec::new();
    for zoom in zooms {
        let mut tiles = BTreeSet::new();
        for bounds in boxes {
            tiles.extend(around(*bounds, zoom, halo));
            if all.len() + tiles.len() > most {
                return None;
            }
        }
        let mut tiles: Vec<TileId> = tiles.into_iter().collect();
        sort_along_the_curve(&mut tiles);
        all.extend(tiles);
    }
    Some(all)
}

/// The tiles of a zoom that depend on what lies in a box.
fn around(bounds: WorldBox, zoom: u8, halo: u16) -> impl Iterator<Item = TileId> {
    let side = 1i64 << (32 - u32::from(zoom));
    let last = (1i64 << zoom) - 1;
    // One more tile than the halo needs: which of them depend on the box, the tiles say.
    let reach = i64::from(halo) * side / i64::from(EXTENT) + side;
    let span = move |min: u32, max: u32| {
        let [from, to] = [i64::from(min) - reach, i64::from(max) + reach];
        from.div_euclid(side).max(0) as u32..=to.div_euclid(side).min(last) as u32
    };
    let columns = span(bounds.min.x, bounds.max.x);
    let tiles = span(bounds.min.y, bounds.max.y)
        .flat_map(move |y| columns.clone().filter_map(move |x| TileId::new(zoom, x, y)));
    tiles.filter(move |tile| influence(*tile, halo).intersects(bounds))
}

/// Makes some tiles of the features in `parts`, the first of which has overviews. `None` where a load of
/// these features might decide otherwise for the layer as a whole; that it does where it finds less of
/// something than there was is not seen here.
///
/// # Errors
/// Never by what is given; what is written in memory must be readable.
pub fn remake(
    parts: &[Part],
    recipe: &Recipe,
    tiles: &[TileId],
) -> io::Result<Option<Vec<Remade>>> {
    let scheme = parts[0].segment.scheme();
    let Some(classes) = Classes::of(parts, recipe, scheme) else { return Ok(None) };
    if has_grown_heavy(parts, recipe, scheme.detail_from) {
        return Ok(None);
    }
    let is_coverage = Some(scheme.is_coverage);
    let ground = Ground::new(parts, &classes, recipe, scheme.detail_from, is_coverage);
    let of_one_zoom = tiles.chunk_by(|a, b| a.z() == b.z());
    let queue: VecDeque<&[TileId]> = of_one_zoom.flat_map(|tiles| tiles.chunks(RUN)).collect();
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let sketcher = Sketcher::new(&ground);
    let worker = || {
        let (mut sketcher, mut made) = (sketcher.beside(), Vec::new());
        while let Some(tiles) = next() {
            made.extend(tiles.iter().map(|tile| {
                let sketch = sketcher.sketch(*tile);
                Ok((*tile, segment_of(*tile, &sketch, recipe, &classes)?))
            }));
        }
        made
    };
    let made: Vec<io::Result<Remade>> = cores::side_by_side((0..cores::count()).map(|_| worker));
    made.into_iter().collect::<io::Result<_>>().map(Some)
}

/// A segment that holds one tile.
fn segment_of(
    tile: TileId,
    sketch: &Sketch,
    recipe: &Recipe,
    classes: &Classes,
) -> io::Result<Segment> {
    let mut coder = ValueCoder::default();
    let mut writer = SegmentWriter::new(Vec::new())?;
    if let Some(page) = sketch.page(recipe, classes, &mut coder) {
        writer.overview_page(tile, &page)?;
    }
    coder.end_block();
    coder.take_blocks().try_for_each(|block| writer.values(&block))?;
    // Of overviews alone.
    let scheme = super::Scheme { detail_from: u8::MAX, ..super::Scheme::default() };
    let bytes = writer.finish(&scheme, &[])?;
    let (segment, _) = Segment::open(Bytes::Owned(bytes)).map_err(io::Error::other)?;
    Ok(segment)
}

/// Whether so much was added that there would be overviews at zooms where there are none.
fn has_grown_heavy(parts: &[Part], recipe: &Recipe, detail_from: u8) -> bool {
    let (zoom_min, _) = recipe.zooms.into();
    let zoom = detail_from.max(zoom_min);
    if recipe.detail.is_some() || zoom >= DETAIL {
        return false;
    }
    let tile_of = |found: &Found<'_>| {
        let centre = found.page.bounds(found.place).centre();
        let shift = 32 - u32::from(zoom);
        let place = |at: u32| at.checked_shr(shift).unwrap_or(0);
        TileId::new(zoom, place(centre.x), place(centre.y))
    };
    let added = parts::features(&parts[1..], Segment::detail_pages);
    let tiles: BTreeSet<TileId> = added.filter_map(|found| tile_of(&found)).collect();
    let mut census = Census::new(0);
    let mut shape = Shape::new(ShapeKind::Point);
    for tile in tiles {
        let window = influence(tile, 0);
        let pages = |segment: &Segment| {
            let mut pages = Vec::new();
            segment.pages_in(window, &mut pages);
            pages.into_iter()
        };
        for found in parts::features(parts, pages).filter(|found| tile_of(found) == Some(tile)) {
            found.page.read_shape(found.place, &mut shape);
            census.count(found.page.bounds(found.place), shape.points().len(), &[]);
        }
    }
    !census.is_empty() && census.light_from() > zoom
}
