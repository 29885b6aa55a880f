//! What an overview tile shows, on its way into a page of the segment.

use super::classes::{Class, Classes};
use super::ground::Ground;
use super::recipe::Recipe;
use super::{lines, points, polygons};
use crate::geo::grid::{Grid, GridParts};
use crate::geo::shape::{Shape, ShapeKind};
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};
use crate::segment::dictionary::{self, ValueCoder};
use crate::segment::geometry;
use crate::segment::page::{NULL_CODE, Order, PageWriter};
use crate::source::Value;

/// The features of one overview tile.
#[derive(Debug)]
pub struct Sketch {
    tile: TileId,
    features: Vec<Feature>,
    shape: Shape,
    zooms: Vec<u8>,
    geometry: Vec<u8>,
}

#[derive(Debug)]
struct Feature {
    kind: ShapeKind,
    class: Class,
    points: Option<u64>,
    bounds: WorldBox,
    geometry_end: usize,
}

impl Sketch {
    /// A tile that shows nothing yet.
    pub fn new(tile: TileId) -> Sketch {
        Sketch {
            tile,
            features: Vec::new(),
            shape: Shape::new(ShapeKind::Point),
            zooms: Vec::new(),
            geometry: Vec::new(),
        }
    }

    /// Adds a feature: its parts in grid units from the tile's north-western corner, cut to the
    /// tile and its buffer and valid there; how many points it stands for, if it is a cluster.
    pub fn push(&mut self, kind: ShapeKind, class: Class, points: Option<u64>, parts: &GridParts) {
        if parts.is_empty() {
            return;
        }
        let grid = Grid::of_zoom(self.tile.z());
        let (x, y) = Grid::origin(self.tile);
        self.shape.reset(kind);
        for part in parts.parts() {
            self.shape.push_part(part.iter().map(|point| WorldPoint {
                x: grid.to_world(x + i64::from(point.x)),
                y: grid.to_world(y + i64::from(point.y)),
            }));
        }
        self.zooms.resize(self.zooms.len().max(self.shape.points().len()), 0);
        geometry::write(&self.shape, &self.zooms[..self.shape.points().len()], &mut self.geometry);
        self.features.push(Feature {
            kind,
            class,
            points,
            bounds: self.shape.bounds(),
            geometry_end: self.geometry.len(),
        });
    }

    /// The page of the tile; `None` where it shows nothing.
    pub fn page(
        &self,
        recipe: &Recipe,
        classes: &Classes,
        coder: &mut ValueCoder,
    ) -> Option<Vec<u8>> {
        if self.features.is_empty() {
            return None;
        }
        let mut page = PageWriter::new(recipe.columns);
        let (mut codes, mut count, mut start) = (Vec::new(), Vec::new(), 0);
        for (feature, number) in self.features.iter().zip(0..) {
            codes.clear();
            codes.resize(recipe.columns, NULL_CODE);
            for (column, value) in classes.columns().iter().zip(classes.values(feature.class)) {
                codes[*column] = coder.code(value);
            }
            if let Some((column, points)) = recipe.point_count.zip(feature.points) {
                count.clear();
                dictionary::encode(Value::UInt(points), &mut count);
                codes[column] = coder.code(&count);
            }
            let geometry = &self.geometry[start..feature.geometry_end];
            start = feature.geometry_end;
            // Valid at every zoom: it was made for one.
            page.push(feature.kind, Order::Other(number), feature.bounds, 0, &codes, |out| {
                out.extend_from_slice(geometry);
            });
        }
        Some(page.finish())
    }
}

/// Makes the sketches of a ground; keeps its memory between them. One a thread.
pub struct Sketcher<'a> {
    ground: &'a Ground<'a>,
    polygons: polygons::Sketcher,
}

impl<'a> Sketcher<'a> {
    /// One for this ground.
    pub fn new(ground: &'a Ground<'a>) -> Sketcher<'a> {
        Sketcher { ground, polygons: polygons::Sketcher::new(ground) }
    }

    /// Another one for the same ground, for another thread: they share what both can use.
    pub fn beside(&self) -> Sketcher<'a> {
        Sketcher { ground: self.ground, polygons: self.polygons.beside() }
    }

    /// What a tile shows.
    pub fn sketch(&mut self, tile: TileId) -> Sketch {
        let mut sketch = Sketch::new(tile);
        self.polygons.sketch(self.ground, tile, &mut sketch);
        lines::sketch(self.ground, tile, &mut sketch);
        points::sketch(self.ground, tile, &mut sketch);
        sketch
    }
}
