//! Where may be drawn: a tile's part of a picture, a range of columns a row. (Tiles are convex, however
//! they are turned.)

use std::ops::Range;

use super::area::Area;
use super::on_grid;
use crate::geo::tile::TileId;
use crate::render::picture::{Picture, Pixel};
use crate::render::view::{EXTENT, View};

/// The columns of each row that may be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    top: i32,
    rows: Vec<(i32, i32)>,
    /// The first column of any row, and the end of the last.
    breadth: (i32, i32),
}

impl Clip {
    /// The whole picture of a view.
    pub fn whole(view: &View) -> Clip {
        let [width, height] = view.size().pixels();
        Clip { top: 0, rows: vec![(0, width as i32); height as usize], breadth: (0, width as i32) }
    }

    /// What a tile covers.
    pub fn tile(view: &View, tile: TileId, wrap: i32) -> Clip {
        let map = view.from_tile(tile, wrap);
        let corners = [[0.0, 0.0], [EXTENT, 0.0], [EXTENT, EXTENT], [0.0, EXTENT]];
        Clip::convex(view, &corners.map(|corner| map.point(corner)))
    }

    /// What a convex shape covers.
    pub fn convex(view: &View, corners: &[[f64; 2]]) -> Clip {
        let whole = Clip::whole(view);
        let mut area = Area::default();
        area.add_ring(corners.iter().map(|corner| on_grid(*corner)), whole.rows());
        let mut rows: Vec<(i32, i32)> = Vec::new();
        let mut top = 0;
        area.spans(&whole, |y, columns| {
            if rows.is_empty() {
                top = y;
            }
            // Rows without a pixel between, which a corner may leave.
            rows.resize((y - top) as usize, (0, 0));
            rows.push((columns.start, columns.end));
        });
        let drawn = rows.iter().filter(|(start, end)| start < end);
        let start = drawn.clone().map(|(start, _)| *start).min().unwrap_or(0);
        let end = drawn.map(|(_, end)| *end).max().unwrap_or(0);
        Clip { top, rows, breadth: (start, end) }
    }

    /// The rows.
    pub fn rows(&self) -> Range<i32> {
        self.top..self.top + self.rows.len() as i32
    }

    /// The columns of all rows together.
    pub fn breadth(&self) -> Range<i32> {
        self.breadth.0..self.breadth.1
    }

    /// The columns of a row.
    #[inline]
    pub fn columns(&self, y: i32) -> Range<i32> {
        let index = usize::try_from(y - self.top).ok();
        let columns = index.and_then(|index| self.rows.get(index));
        columns.map_or(0..0, |(start, end)| *start..*end)
    }

    /// What of some columns of a row may be drawn.
    #[inline]
    pub fn within(&self, y: i32, columns: Range<i32>) -> Range<i32> {
        let own = self.columns(y);
        own.start.max(columns.start)..own.end.min(columns.end)
    }

    /// Calls for each pixel that may be drawn, with its middle.
    #[inline]
    pub fn each_pixel(&self, picture: &mut Picture, mut draw: impl FnMut([f64; 2], &mut Pixel)) {
        for y in self.rows() {
            let columns = self.columns(y);
            let range = columns.start as usize..columns.end as usize;
            let Some(row) = picture.row_mut(y as u32).get_mut(range) else { continue };
            for (x, pixel) in columns.zip(row) {
                draw([f64::from(x) + 0.5, f64::from(y) + 0.5], pixel);
            }
        }
    }

    /// Whether a pixel may be drawn.
    #[inline]
    pub fn contains(&self, x: i32, y: i32) -> bool {
        self.columns(y).contains(&x)
    }
}
