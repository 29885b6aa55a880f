//! The tiles that a view needs of a source.

use super::view::{TILE_SIZE, View, world};
use crate::geo::tile::{MAX_ZOOM, TileId};

/// What a source has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pyramid {
    /// Pixels of CSS along a side of a tile at its own zoom.
    pub tile_size: f64,
    /// The first zoom.
    pub minzoom: u8,
    /// The last zoom; beyond, its tiles are drawn larger.
    pub maxzoom: u8,
    /// Whether its tiles are images: of the nearest zoom, not the one below, and drawn for no other
    /// than their own.
    pub is_raster: bool,
    /// West, south, east and north of what it covers, in degrees.
    pub bounds: Option<[f64; 4]>,
}

/// A tile that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its address.
    pub id: TileId,
    /// The tile that the source has: the same or, beyond its last zoom, the one that it is a part of.
    pub from: TileId,
    /// So many worlds to the east.
    pub wrap: i32,
    /// The zoom that it is drawn for.
    pub zoom: u8,
}

/// Features of a source that ends early are cut into tiles until this zoom, and drawn larger beyond.
const LAST_CUT: u8 = 18;
/// Tiles in a picture at most: one of [`Size`](super::view::Size)'s largest pictures in the smallest
/// tiles.
const MOST: usize = 4096;

/// The tiles that a view needs, row by row, those too that lie a margin beyond it (in pixels of CSS): a
/// circle or a text of theirs may be seen.
pub fn tiles(view: &View, pyramid: &Pyramid, margin: f64) -> Vec<Wanted> {
    let zoom = view.zoom() + (TILE_SIZE / pyramid.tile_size).log2();
    let zoom = if pyramid.is_raster { zoom.round() } else { zoom.floor() };
    let zoom = zoom.clamp(0.0, f64::from(MAX_ZOOM)) as u8;
    if zoom < pyramid.minzoom {
        return Vec::new();
    }
    let last = if pyramid.is_raster { pyramid.maxzoom } else { pyramid.maxzoom.max(LAST_CUT) };
    let z = zoom.min(last);
    let across = f64::from(z).exp2();
    let margin = margin.max(0.0);
    let corners = view.corners();
    let range = |axis: usize| {
        let beyond = margin / view.world_size();
        let ordinates = corners.map(|corner| corner[axis]);
        let least = ordinates.iter().copied().fold(f64::INFINITY, f64::min) - beyond;
        let most = ordinates.iter().copied().fold(f64::NEG_INFINITY, f64::max) + beyond;
        ((least * across).floor() as i64, (most * across).ceil() as i64)
    };
    let ((west, east), (north, south)) = (range(0), range(1));
    let count = 1i64 << z;
    let covered = pyramid.bounds.map(|[west, south, east, north]| {
        let (upper, lower) = (world([west, north]), world([east, south]));
        let columns = (upper[0] * across).floor() as i64..(lower[0] * across).ceil() as i64;
        (columns, (upper[1] * across).floor() as i64..(lower[1] * across).ceil() as i64)
    });
    let mut wanted = Vec::new();
    for y in north.max(0)..south.min(count) {
        for x in west..east {
            let id = TileId::new(z, x.rem_euclid(count) as u32, y as u32);
            let wrap = x.div_euclid(count) as i32;
            let Some(id) = id.filter(|id| view.shows(*id, wrap, margin)) else { continue };
            let (column, row) = (i64::from(id.x()), i64::from(id.y()));
            if covered.as_ref().is_some_and(|(c, r)| !c.contains(&column) || !r.contains(&row)) {
                continue;
            }
            let from = id.ancestor(pyramid.maxzoom);
            let zoom = if pyramid.is_raster { z } else { zoom };
            wanted.push(Wanted { id, from, wrap, zoom });
            if wanted.len() == MOST {
                return wanted;
            }
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::view::Size;

    const VECTOR: Pyramid =
        Pyramid { tile_size: 512.0, minzoom: 0, maxzoom: 14, is_raster: false, bounds: None };

    fn at(zoom: f64, side: u32, pyramid: &Pyramid) -> Vec<Wanted> {
        let size = Size::new(side, side, 1.0).unwrap();
        tiles(&View::new([0.0, 0.0], zoom, 0.0, size), pyramid, 0.0)
    }

    #[test]
    fn a_view_needs_the_tiles_that_it_shows() {
        assert_eq!(at(1.0, 64, &VECTOR).len(), 4);
        assert_eq!(at(1.9, 64, &VECTOR)[0].id.z(), 1);
        let raster = Pyramid { tile_size: 256.0, is_raster: true, ..VECTOR };
        assert_eq!(at(1.6, 64, &raster)[0].id.z(), 3);
    }

    #[test]
    fn beyond_the_last_zoom_a_tile_is_a_part_of_its_last_and_then_drawn_larger() {
        let wanted = at(16.0, 64, &VECTOR);
        assert!(wanted.iter().all(|w| w.id.z() == 16 && w.from.z() == 14 && w.zoom == 16));
        let wanted = at(20.0, 64, &VECTOR);
        assert!(wanted.iter().all(|w| w.id.z() == 18 && w.from.z() == 14 && w.zoom == 20));
        let wanted = at(20.0, 64, &Pyramid { is_raster: true, ..VECTOR });
        assert!(wanted.iter().all(|w| w.id.z() == 14 && w.from == w.id && w.zoom == 14));
    }

    #[test]
    fn nothing_is_wanted_beyond_the_bounds_of_a_source() {
        let west = Pyramid { bounds: Some([-180.0, -85.0, -10.0, 85.0]), ..VECTOR };
        assert!(at(1.0, 64, &west).iter().all(|tile| tile.id.x() == 0));
    }

    #[test]
    fn at_zoom_0_a_wide_view_shows_the_world_again() {
        let wraps: Vec<_> = at(0.0, 1024, &VECTOR).iter().map(|tile| tile.wrap).collect();
        assert_eq!(wraps, [-1, 0, 1]);
    }
}
