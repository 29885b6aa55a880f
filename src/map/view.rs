//! What of the world a picture shows, of what an address says: a tile, a place and a zoom, a box. All
//! sizes are checked here, before anything is allocated.

use crate::geo::tile::TileId;
use crate::render::view::{Size, SizeError, TILE_SIZE, View, latitude, world};

/// The sides that tiles may have, in pixels of CSS.
pub const TILE_SIDES: [u32; 2] = [512, 256];

/// As far as Web Mercator goes, rounded up.
const LATITUDE: f64 = 85.06;

/// A place on the map, of longitude and latitude.
///
/// # Errors
/// In words, for what lies nowhere on it; who wrote the latitude first is told so.
pub fn place_of([lon, lat]: [f64; 2]) -> Result<[f64; 2], String> {
    let is_lon = |degrees: f64| (-180.0..=180.0).contains(&degrees);
    let is_lat = |degrees: f64| (-LATITUDE..=LATITUDE).contains(&degrees);
    if is_lon(lon) && is_lat(lat) {
        return Ok([lon, lat]);
    }
    if !is_lon(lon) {
        return Err("lon is no number from -180 to 180".to_owned());
    }
    let message = format!("lat is no number from -{LATITUDE} to {LATITUDE}");
    match is_lon(lat) && is_lat(lon) {
        true => Err(format!("{message}; the longitude stands first: did you mean {lat},{lon}?")),
        false => Err(message),
    }
}

/// What of the world a picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    /// As a view.
    pub view: View,
    /// The tile of the view's zoom that it shows, or a part of; none for a map of any place.
    pub tile: Option<TileId>,
}

/// A tile of one of [`TILE_SIDES`], so many pixels of the picture to one of CSS.
///
/// # Errors
/// For a size that no picture has.
pub fn of_tile(tile: TileId, side: u32, ratio: f64) -> Result<Shot, SizeError> {
    let count = f64::from(tile.z()).exp2();
    let centre = [tile.x(), tile.y()].map(|at| (f64::from(at) + 0.5) / count);
    // A tile of 256 pixels shows as much as one of 512 does, drawn for the zoom before. The world it shows in half
    // the pixels of zoom 0, below which there is none.
    let is_half = f64::from(side) < TILE_SIZE;
    let (up, side, ratio) = match (is_half, tile.z()) {
        (false, _) => (0, side, ratio),
        (true, 0) => (0, TILE_SIZE as u32, ratio / 2.0),
        (true, _) => (1, side, ratio),
    };
    let zoom = tile.z() - up;
    let size = Size::new(side, side, ratio)?;
    let view = View::new(degrees(centre), f64::from(zoom), 0.0, size);
    Ok(Shot { view, tile: Some(tile.ancestor(zoom)) })
}

/// How far a view's corner lies from that of its tile, in pixels of CSS.
pub fn corner_within(tile: TileId, view: &View) -> [f64; 2] {
    let [corner, ..] = view.corners();
    let first = [tile.x(), tile.y()].map(f64::from);
    [0, 1].map(|axis| {
        let from = corner[axis] * view.world_size() - first[axis] * TILE_SIZE;
        // Exact but for the last bits of the way to degrees and back.
        from.round()
    })
}

/// The view of a box (west, south, east, north in degrees), as large as it fits into a picture.
pub fn of_box([west, south, east, north]: [f64; 4], size: Size) -> View {
    let (upper, lower) = (world([west, north]), world([east, south]));
    let sides = [lower[0] - upper[0], lower[1] - upper[1]];
    let css = size.css();
    let scales = [0, 1].map(|axis| css[axis] / (sides[axis] * TILE_SIZE));
    let zoom = scales[0].min(scales[1]).log2();
    let middle = [0, 1].map(|axis| (upper[axis] + lower[axis]) / 2.0);
    View::new(degrees(middle), zoom, 0.0, size)
}

fn degrees([x, y]: [f64; 2]) -> [f64; 2] {
    [(x - 0.5) * 360.0, latitude(y)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners(view: &View) -> [[f64; 2]; 2] {
        let [upper, _, lower, _] = view.corners();
        [upper, lower].map(|corner| corner.map(|at| (at * 1e9).round() / 1e9))
    }

    #[test]
    fn a_tile_of_any_size_shows_its_square_of_the_world() {
        for side in TILE_SIDES {
            for (z, x, y) in [(0, 0, 0), (1, 1, 0), (14, 8300, 5900)] {
                let tile = TileId::new(z, x, y).unwrap();
                let Shot { view, tile: Some(shown) } = of_tile(tile, side, 2.0).unwrap() else {
                    panic!("a tile")
                };
                let within = corner_within(shown, &view);
                let is_right = side == 256 && z > 0 && x % 2 == 1;
                assert_eq!(within[0], if is_right { 256.0 } else { 0.0 });
                let count = f64::from(z).exp2();
                let at =
                    |x: u32, y: u32| [x, y].map(|at| (f64::from(at) / count * 1e9).round() / 1e9);
                assert_eq!(corners(&view), [at(x, y), at(x + 1, y + 1)], "{side} {z}");
                assert_eq!(view.size().pixels(), [2 * side; 2]);
            }
        }
    }

    #[test]
    fn a_box_is_seen_whole() {
        let size = Size::new(300, 200, 1.0).unwrap();
        let view = of_box([2.0, 43.0, 3.0, 44.0], size);
        let [upper, lower] = corners(&view);
        let (least, most) = (world([2.0, 44.0]), world([3.0, 43.0]));
        assert!(upper[0] <= least[0] && upper[1] <= least[1] + 1e-9, "{upper:?} {least:?}");
        assert!(lower[0] >= most[0] && lower[1] >= most[1] - 1e-9);
        assert!((lower[1] - upper[1] - (most[1] - least[1])).abs() < 1e-8, "and fills its height");
    }
}
