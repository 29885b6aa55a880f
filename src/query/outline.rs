//! The polygons that have a value in a column, as one outline with no more vertices than a screen shows:
//! what a map of a territory is framed on. Not a part of a tile: it is whole, whatever its size.

use crate::catalogue::features::Features;
use crate::geo::grid::{EXTENT_BITS, FINEST_ZOOM, Grid, GridParts, GridPoint, doubled_area};
use crate::geo::repair::repair;
use crate::geo::shape::{RingRole, ShapeKind};
use crate::geo::world::{EVERYWHERE, WorldBox, WorldPoint};
use crate::segment::dictionary;
use crate::segment::geometry::Visitor;
use crate::segment::page::NULL_CODE;
use crate::segment::parts::Found;
use crate::source::Value;

/// The outline is drawn on the grid of the zoom at which it is so many tiles wide (a power of two): four are
/// 2,048 pixels, and a vertex lies within a sixteenth of one of where it was.
const TILES_ACROSS_BITS: u32 = 2;

/// Where the codes of a layer's territories stand, and their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The place of the column of codes among the layer's.
    pub code: usize,
    /// Likewise of names, where there is one.
    pub name: Option<usize>,
}

/// A territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What it is called, where that is known.
    pub name: Option<String>,
    /// The box around it, exactly.
    pub bounds: WorldBox,
    /// Its polygons, each an exterior ring and its interior ones; rings are open.
    pub polygons: Vec<Vec<Vec<WorldPoint>>>,
}

/// The code and the name of each territory, in the order of features; one of several features comes as often.
pub fn names(features: &Features, columns: Columns) -> impl Iterator<Item = (String, String)> {
    features.all().filter_map(move |found| {
        let code = text(&found, columns.code)?;
        let name = columns.name.and_then(|column| text(&found, column));
        Some((code, name.unwrap_or_default()))
    })
}

/// The outline of a code's features, if any has it.
pub fn outline(features: &Features, columns: Columns, code: &str) -> Option<Outline> {
    let is_area = |found: &Found<'_>| found.page.kind(found.place) == ShapeKind::Polygon;
    let has_code = |found: &Found<'_>| text(found, columns.code).as_deref() == Some(code);
    let parts: Vec<_> = features.all().filter(|found| is_area(found) && has_code(found)).collect();
    let bounds = parts.iter().map(|found| found.page.bounds(found.place));
    let bounds = bounds.reduce(WorldBox::union)?;
    let mut drawing = Drawing::over(bounds);
    for found in &parts {
        found.page.geometry(found.place).walk(drawing.zoom, EVERYWHERE, &mut drawing);
    }
    let name = columns.name.and_then(|column| text(parts.first()?, column));
    Some(Outline { name, bounds, polygons: drawing.finish() })
}

/// What a feature has in a column, as people write it.
fn text(found: &Found<'_>, column: usize) -> Option<String> {
    let code = found.page.code(column, found.place);
    let value = found.segment.dictionary().get(code).filter(|_| code != NULL_CODE)?;
    match dictionary::decode(value) {
        Value::Text(text) => Some(text.to_owned()),
        Value::UInt(number) => Some(number.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Double(_) => None,
    }
}

/// Rings on a grid, beside its origin.
struct Drawing {
    zoom: u8,
    grid: Grid,
    origin: (i64, i64),
    rings: GridParts,
    roles: Vec<RingRole>,
}

impl Drawing {
    fn over(WorldBox { min, max }: WorldBox) -> Drawing {
        let bits = u32::BITS - (max.x - min.x).max(max.y - min.y).leading_zeros();
        let zoom = (u32::BITS + TILES_ACROSS_BITS).saturating_sub(bits);
        let zoom = u8::try_from(zoom).unwrap_or(FINEST_ZOOM).min(FINEST_ZOOM);
        let grid = Grid::of_zoom(zoom);
        let origin = (grid.quantise(min.x), grid.quantise(min.y));
        Drawing { zoom, grid, origin, rings: GridParts::default(), roles: Vec::new() }
    }

    /// The polygons together: a territory of several is one where they touch.
    fn finish(mut self) -> Vec<Vec<Vec<WorldPoint>>> {
        repair(&mut self.rings, &self.roles);
        let mut polygons: Vec<Vec<Vec<WorldPoint>>> = Vec::new();
        for ring in self.rings.parts() {
            let area = doubled_area(ring);
            let world = ring.iter().map(|point| self.world(*point)).collect();
            match polygons.last_mut() {
                // Where neighbours were simplified apart: nobody's land.
                Some(_) if area < 0 && -area < SLIVER => {}
                Some(polygon) if area < 0 => polygon.push(world),
                _ => polygons.push(vec![world]),
            }
        }
        polygons
    }

    fn world(&self, point: GridPoint) -> WorldPoint {
        WorldPoint {
            x: self.grid.to_world(self.origin.0 + i64::from(point.x)),
            y: self.grid.to_world(self.origin.1 + i64::from(point.y)),
        }
    }
}

/// Twice the area of a square of two pixels, of which a tile has 512 along a side.
const SLIVER: i64 = 2 * (2 << (EXTENT_BITS - 9)) * (2 << (EXTENT_BITS - 9));

impl Visitor for Drawing {
    fn vertices(&mut self, points: &[WorldPoint]) {
        for point in points {
            let x = self.grid.quantise(point.x) - self.origin.0;
            let y = self.grid.quantise(point.y) - self.origin.1;
            self.rings.push(GridPoint { x: x as i32, y: y as i32 });
        }
    }

    fn end_part(&mut self, role: RingRole) {
        if self.rings.finish_ring() {
            self.roles.push(role);
        }
    }
}
