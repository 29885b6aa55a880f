//! Heights of the ground in tiles: images whose colours are numbers.

use serde_json::Value as Json;

use super::Tile;
use crate::geo::tile::TileId;

/// How colours mean metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoding {
    /// Metres to a step of red, green and blue.
    pub factors: [f64; 3],
    /// Taken off the sum.
    pub base: f64,
}

impl Encoding {
    /// Terrain-RGB.
    pub const MAPBOX: Encoding = Encoding { factors: [6553.6, 25.6, 0.1], base: 10_000.0 };
    /// Terrarium.
    pub const TERRARIUM: Encoding = Encoding { factors: [256.0, 1.0, 1.0 / 256.0], base: 32_768.0 };

    /// As a source of a style has it; what it leaves out of one of its own stands for nothing.
    pub fn of_source(source: &Json) -> Encoding {
        let number =
            |name: &str, preset: f64| source.get(name).and_then(Json::as_f64).unwrap_or(preset);
        match source.get("encoding").and_then(Json::as_str) {
            Some("terrarium") => Encoding::TERRARIUM,
            Some("custom") => Encoding {
                factors: ["redFactor", "greenFactor", "blueFactor"].map(|name| number(name, 1.0)),
                base: number("baseShift", 0.0),
            },
            _ => Encoding::MAPBOX,
        }
    }
}

/// The heights of a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Heights {
    side: usize,
    metres: Vec<f32>,
}

impl Heights {
    /// From the bytes of a square image of four channels that are not multiplied by opacity; none,
    /// where it is not square.
    pub fn decode(side: u32, bytes: &[u8], encoding: Encoding) -> Option<Heights> {
        let (pixels, []) = bytes.as_chunks::<4>() else { return None };
        let side = side as usize;
        if side == 0 || pixels.len() != side * side {
            return None;
        }
        let [red, green, blue] = encoding.factors;
        let height = |[r, g, b, _]: &[u8; 4]| {
            (f64::from(*r) * red + f64::from(*g) * green + f64::from(*b) * blue - encoding.base)
                as f32
        };
        Some(Heights { side, metres: pixels.iter().map(height).collect() })
    }

    fn at(&self, x: usize, y: usize) -> f32 {
        self.metres.get(y * self.side + x).copied().unwrap_or(0.0)
    }
}

/// The heights of a tile and of a strip around it, from its neighbours or, where there are none, as at
/// its border.
#[derive(Clone, Debug, PartialEq)]
pub struct Bordered {
    /// Along a side, without the strips.
    pub side: usize,
    metres: Vec<f32>,
}

/// The width of the strip.
const STRIP: usize = 2;

impl Bordered {
    /// Of one among the tiles of a source.
    pub fn new(tile: &Tile<Heights>, all: &[Tile<Heights>]) -> Bordered {
        let own = &*tile.content;
        let side = own.side;
        let mut neighbours: [[Option<&Heights>; 3]; 3] = [[None; 3]; 3];
        for (dy, row) in (-1..).zip(&mut neighbours) {
            for (dx, neighbour) in (-1..).zip(row) {
                let found = beside(tile.id, dx, dy)
                    .and_then(|id| all.iter().find(|tile| tile.id == id))
                    .map(|tile| &*tile.content);
                *neighbour = found.filter(|heights| heights.side == side);
            }
        }
        let whole = side + 2 * STRIP;
        // Which neighbour, where in it, and the nearest place of the tile itself.
        let place = |at: usize| match at {
            at if at < STRIP => (0, side + at - STRIP, 0),
            at if at < side + STRIP => (1, at - STRIP, at - STRIP),
            at => (2, at - side - STRIP, side - 1),
        };
        let height = |index: usize| {
            let ((column, x, own_x), (row, y, own_y)) =
                (place(index % whole), place(index / whole));
            match neighbours[row][column] {
                Some(heights) => heights.at(x, y),
                None => own.at(own_x, own_y),
            }
        };
        Bordered { side, metres: (0..whole * whole).map(height).collect() }
    }

    /// The height at a pixel, from -2 to the side + 1.
    pub fn at(&self, x: i32, y: i32) -> f32 {
        let whole = (self.side + 2 * STRIP) as i32;
        let within = |at: i32| (at + STRIP as i32).clamp(0, whole - 1);
        self.metres.get((within(y) * whole + within(x)) as usize).copied().unwrap_or(0.0)
    }

    /// Between pixels.
    pub fn mixed(&self, [x, y]: [f64; 2]) -> f64 {
        let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
        let (right_share, lower_share) = (x - 0.5 - left, y - 0.5 - top);
        let at = |dx: i32, dy: i32| f64::from(self.at(left as i32 + dx, top as i32 + dy));
        let upper = at(0, 0) + (at(1, 0) - at(0, 0)) * right_share;
        let lower = at(0, 1) + (at(1, 1) - at(0, 1)) * right_share;
        upper + (lower - upper) * lower_share
    }
}

/// The tile so many columns and rows away; around the world, not over a pole.
fn beside(id: TileId, dx: i64, dy: i64) -> Option<TileId> {
    let across = 1i64 << id.z();
    let x = (i64::from(id.x()) + dx).rem_euclid(across);
    let y = i64::from(id.y()) + dy;
    TileId::new(id.z(), u32::try_from(x).ok()?, u32::try_from(y).ok()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn tile(x: u32, height: u8) -> Tile<Heights> {
        let bytes = [0, height, 0, 255].repeat(4);
        let heights = Heights::decode(2, &bytes, Encoding::TERRARIUM).unwrap();
        Tile { id: TileId::new(2, x, 1).unwrap(), wrap: 0, zoom: 2, content: Arc::new(heights) }
    }

    #[test]
    fn a_border_is_the_neighbours_or_ones_own() {
        let all = [tile(1, 10), tile(2, 20)];
        let bordered = Bordered::new(&all[0], &all);
        let height = |x, y| bordered.at(x, y) + 32_768.0;
        assert_eq!(
            [height(-1, 0), height(1, 1), height(2, 0), height(0, -1)],
            [10.0, 10.0, 20.0, 10.0]
        );
        assert_eq!(bordered.mixed([2.0, 1.0]) + 32_768.0, 15.0);
    }

    #[test]
    fn what_is_not_square_has_no_heights() {
        assert!(Heights::decode(2, &[0; 12], Encoding::MAPBOX).is_none());
        assert!(Heights::decode(0, &[], Encoding::MAPBOX).is_none());
    }
}
