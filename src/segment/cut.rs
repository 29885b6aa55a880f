//! A feature's geometry on a tile's grid: quantised, clipped to the tile and its buffer, and, if a
//! polygon, valid and wound as MVT 2.1 asks.

use super::geometry::Visitor;
use super::page::Page;
use crate::geo::clip::{ClipBox, PartClipper, WidePoint};
use crate::geo::grid::{EXTENT, FINEST_ZOOM, Grid, GridParts, GridPoint};
use crate::geo::repair::repair;
use crate::geo::rings::RingSweep;
use crate::geo::shape::{RingRole, ShapeKind};
use crate::geo::tile::TileId;
use crate::geo::world::{WorldBox, WorldPoint};

/// What a tile shows of the world: its square and the buffer around it.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    zoom: u8,
    /// The zoom whose vertices are taken.
    vertices: u8,
    /// Whether rings of polygons may meet that are valid but for vertices left out, rounding and clipping.
    is_drawn: bool,
    grid: Grid,
    origin: (i64, i64),
    clip: ClipBox,
    window: WorldBox,
}

impl Frame {
    /// The frame of a tile with a buffer in tile units.
    pub fn new(tile: TileId, buffer: u16) -> Frame {
        let buffer_units = i64::from(buffer);
        Frame {
            zoom: tile.z(),
            vertices: tile.z(),
            is_drawn: false,
            grid: Grid::of_zoom(tile.z()),
            origin: Grid::origin(tile),
            clip: ClipBox { min: -buffer_units, max: i64::from(EXTENT) + buffer_units },
            window: Grid::world_box(tile, buffer),
        }
    }

    /// The same for what is only drawn, with the vertices of another zoom: polygons that are valid at any zoom are
    /// taken as they come. What clipping does to their rings happens on the frame's border, beyond the picture; rings
    /// that meet because vertices are left out and rounded do so within that zoom's tolerance. (Repair was 5 % of
    /// drawing a dense tile.)
    #[must_use]
    pub fn drawn_with_vertices_of(self, zoom: u8) -> Frame {
        Frame { vertices: zoom.min(self.zoom), is_drawn: true, ..self }
    }

    /// The part of the world that rounds into the frame.
    pub fn window(&self) -> WorldBox {
        self.window
    }

    /// Whether a shape in this box may have a length of two units, or an area of four, although it
    /// has collapsed.
    fn could_show(&self, kind: ShapeKind, bounds: WorldBox) -> bool {
        let (from, to) = (self.place(bounds.min), self.place(bounds.max));
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        match kind {
            ShapeKind::Point => false,
            ShapeKind::Line => width.max(height) >= 1,
            ShapeKind::Polygon => width.max(1).saturating_mul(height.max(1)) >= 4,
        }
    }

    #[inline]
    fn place(&self, point: WorldPoint) -> WidePoint {
        (self.grid.quantise(point.x) - self.origin.0, self.grid.quantise(point.y) - self.origin.1)
    }
}

/// Cuts features; keeps its memory between them.
#[derive(Debug, Default)]
pub struct Cutter {
    parts: GridParts,
    rings: Rings,
    clipper: PartClipper,
    sweep: RingSweep,
}

impl Cutter {
    /// What a feature shows in a frame; no parts where that is nothing.
    pub fn cut(&mut self, page: &Page<'_>, feature: usize, frame: &Frame) -> &GridParts {
        self.cut_at(page, feature, frame, frame.vertices);
        if self.parts.is_empty() && frame.could_show(page.kind(feature), page.bounds(feature)) {
            // A long sliver, such as a kerb, whose sides fall on one line without their lesser
            // vertices; a line that comes back to its start. With all vertices something is left.
            self.cut_at(page, feature, frame, FINEST_ZOOM);
        }
        &self.parts
    }

    /// Cuts with the vertices that appear at `zoom`.
    fn cut_at(&mut self, page: &Page<'_>, feature: usize, frame: &Frame, zoom: u8) {
        self.parts.clear();
        let kind = page.kind(feature);
        let inside = frame.window.contains(page.bounds(feature));
        let valid_from = page.valid_from(feature);
        let known_valid = zoom == frame.zoom && valid_from <= zoom;
        self.rings.clear();
        let rings = &mut self.rings;
        let geometry = page.geometry(feature);
        if inside {
            let parts = &mut self.parts;
            let rings = (!known_valid).then_some(rings);
            let mut quantise = Quantise { frame, kind, parts, rings };
            geometry.walk(zoom, frame.window, &mut quantise);
        } else {
            self.clipper.clear();
            let (clipper, parts) = (&mut self.clipper, &mut self.parts);
            let mut clip = QuantiseAndClip { frame, kind, clipper, parts, rings };
            geometry.walk(zoom, frame.window, &mut clip);
        }
        if kind == ShapeKind::Polygon && !self.parts.is_empty() {
            let is_left = match frame.is_drawn {
                true => valid_from <= FINEST_ZOOM,
                false => known_valid && inside,
            };
            if !is_left && self.needs_repair(known_valid, frame.clip) {
                repair(&mut self.parts, &self.rings.roles);
            }
        }
    }

    /// Whether rings may not be what their roles say. For a polygon that is valid as a whole on
    /// this grid only clipping can have harmed it, and then its rings meet; for any other the way
    /// its rings lie in each other is not known either.
    fn needs_repair(&mut self, known_valid: bool, clip: ClipBox) -> bool {
        self.rings.turned_over
            || match known_valid {
                true => self.sweep.clipped_rings_meet(&self.parts, clip),
                false => self.parts.len() > 1 || self.sweep.rings_meet(&self.parts),
            }
    }
}

/// What is learnt of rings while they are collected.
#[derive(Debug, Default)]
struct Rings {
    /// The roles of those that are kept.
    roles: Vec<RingRole>,
    /// The exterior that the next interiors belong to has been dropped.
    exterior_dropped: bool,
    /// A ring is wound against its role: it was so narrow that rounding turned it inside out.
    turned_over: bool,
}

impl Rings {
    fn clear(&mut self) {
        self.roles.clear();
        (self.exterior_dropped, self.turned_over) = (false, false);
    }

    /// Finishes a ring; one without area is dropped, an exterior with its interiors.
    fn finish(&mut self, parts: &mut GridParts, role: RingRole) {
        let before = parts.len();
        let area = parts.finish_ring_with_area();
        match (role, area) {
            (RingRole::Exterior, area) => {
                self.exterior_dropped = area.is_none();
                self.turned_over |= area.is_some_and(|area| area < 0);
            }
            (RingRole::Interior, Some(_)) if self.exterior_dropped => parts.truncate(before),
            (RingRole::Interior, area) => self.turned_over |= area.is_some_and(|area| area > 0),
        }
        if parts.len() > before {
            self.roles.push(role);
        }
    }
}

/// For features that lie within the frame.
struct Quantise<'a> {
    frame: &'a Frame,
    kind: ShapeKind,
    parts: &'a mut GridParts,
    /// None for a polygon that is valid as it is: of its rings nothing need be learnt.
    rings: Option<&'a mut Rings>,
}

impl Visitor for Quantise<'_> {
    #[inline]
    fn vertices(&mut self, points: &[WorldPoint]) {
        for point in points {
            let (x, y) = self.frame.place(*point);
            self.parts.push(GridPoint { x: x as i32, y: y as i32 });
        }
    }

    fn end_part(&mut self, role: RingRole) {
        match self.kind {
            ShapeKind::Point => self.parts.finish_point(),
            ShapeKind::Line => self.parts.finish_line(),
            ShapeKind::Polygon => match &mut self.rings {
                Some(rings) => rings.finish(self.parts, role),
                None => {
                    self.parts.finish_ring();
                }
            },
        }
    }
}

/// For features that reach beyond it.
struct QuantiseAndClip<'a> {
    frame: &'a Frame,
    kind: ShapeKind,
    clipper: &'a mut PartClipper,
    parts: &'a mut GridParts,
    rings: &'a mut Rings,
}

impl Visitor for QuantiseAndClip<'_> {
    #[inline]
    fn vertices(&mut self, points: &[WorldPoint]) {
        for point in points {
            self.clipper.push(self.frame.place(*point), self.frame.clip);
        }
    }

    fn end_part(&mut self, role: RingRole) {
        let clip = self.frame.clip;
        match self.kind {
            ShapeKind::Point => self.clipper.end_points(clip, self.parts),
            ShapeKind::Line => self.clipper.end_line(clip, self.parts),
            ShapeKind::Polygon => {
                self.clipper.end_ring(clip, self.parts);
                self.rings.finish(self.parts, role);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_as_large_as_the_world_may_show_at_every_zoom() {
        let ends = [0, u32::MAX].map(|at| WorldPoint { x: at, y: at });
        let world = WorldBox::around(&ends);
        for zoom in 0..=24 {
            let frame = Frame::new(TileId::new(zoom, 0, 0).unwrap(), 64);
            assert!(frame.could_show(ShapeKind::Polygon, world), "z{zoom}");
        }
    }
}
