//! How many features lie where, counted while detail is written: it says from which zoom on tiles
//! can show the features as they are.

use hashbrown::{HashMap, HashSet};

use super::page::NULL_CODE;
use crate::geo::tile::ZoomRange;
use crate::geo::world::WorldBox;

/// The zoom from which features are shown as they are, unless a layer says otherwise: at a scale of
/// 1:25,000, a building is ten pixels wide.
pub const DETAIL: u8 = 14;

/// What a tile may have to show its features as they are at a zoom below that: more are
/// neither legible nor light. In features a 512-pixel tile has one every 11 pixels.
const LIGHT_FEATURES: u64 = 2000;
const LIGHT_VERTICES: u64 = 64 * 1024;

/// Columns of more distinct values than this are no classes.
pub const CLASS_VALUES: usize = 64;

/// Counts features.
#[derive(Clone, Debug)]
pub struct Census {
    /// Features and vertices by tile of zoom [`DETAIL`] − 1, at the middle of their box.
    tiles: HashMap<(u32, u32), (u64, u64)>,
    /// The distinct values of each column; `None` where they are too many.
    values: Vec<Option<HashSet<u32>>>,
}

impl Census {
    /// A census of features with so many columns.
    pub fn new(columns: usize) -> Census {
        Census { tiles: HashMap::new(), values: vec![Some(HashSet::new()); columns] }
    }

    /// Counts a feature with its box, its number of vertices and the codes of its values.
    pub fn count(&mut self, bounds: WorldBox, vertices: usize, codes: &[u32]) {
        let centre = bounds.centre();
        let shift = 32 - u32::from(DETAIL - 1);
        let tile = self.tiles.entry((centre.x >> shift, centre.y >> shift)).or_default();
        *tile = (tile.0 + 1, tile.1 + vertices as u64);
        for (code, known) in codes.iter().zip(&mut self.values) {
            if let Some(values) = known
                && *code != NULL_CODE
                && values.insert(*code)
                && values.len() > CLASS_VALUES
            {
                *known = None;
            }
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// Whether a column has so few values that they may be classes.
    pub fn has_few_values(&self, column: usize) -> bool {
        self.values.get(column).is_some_and(Option::is_some)
    }

    /// The lowest zoom such that no tile there or at a higher zoom has more than is legible;
    /// [`DETAIL`] at the most.
    pub fn light_from(&self) -> u8 {
        let mut tiles = self.tiles.clone();
        for zoom in (0..DETAIL).rev() {
            let is_light = |(features, vertices): &(u64, u64)| {
                *features <= LIGHT_FEATURES && *vertices <= LIGHT_VERTICES
            };
            if !tiles.values().all(is_light) {
                return zoom + 1;
            }
            let mut coarser: HashMap<_, (u64, u64)> = HashMap::new();
            for ((x, y), (features, vertices)) in tiles {
                let sum = coarser.entry((x >> 1, y >> 1)).or_default();
                *sum = (sum.0 + features, sum.1 + vertices);
            }
            tiles = coarser;
        }
        let (zoom_min, _) = ZoomRange::DEFAULT.into();
        zoom_min
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::world::WorldPoint;

    fn census(features: u32, spread: u32) -> Census {
        let mut census = Census::new(2);
        for i in 0..features {
            let at = WorldPoint { x: (1 << 31) + i * spread, y: 1 << 30 };
            census.count(WorldBox::around(&[at]), 1, &[i % 10, i]);
        }
        census
    }

    #[test]
    fn few_features_are_shown_as_they_are_everywhere() {
        assert_eq!(census(LIGHT_FEATURES as u32, 1).light_from(), 0);
    }

    #[test]
    fn many_in_one_place_are_shown_as_they_are_from_detail_on() {
        assert_eq!(census(LIGHT_FEATURES as u32 + 1, 1).light_from(), DETAIL);
    }

    #[test]
    fn in_between_the_fullest_tile_decides() {
        // A z10 tile is 2^22 units wide and holds 1024 of them, a z9 tile 2048.
        assert_eq!(census(20_000, 1 << 12).light_from(), 10);
    }

    #[test]
    fn columns_of_few_values_are_told_from_others() {
        let census = census(1000, 1);
        assert!(census.has_few_values(0) && !census.has_few_values(1));
    }
}
