//! A feature's geometry as bytes in a page: what is written once and walked by every tile.
//!
//! Points are pairs of u32. Lines and rings are a vertex count (u32, whose highest bit marks the
//! interior rings) and chunks of at most [`CHUNK`] vertices. A chunk is an anchor, the zoom at which each vertex appears (one byte a
//! vertex, [`super::significance`]), and the steps from vertex to vertex as pairs of i16, or of
//! i32 where one does not fit. That costs 5 B a vertex, and decodes as fast as plain integers
//! (varints: 1.4 to 1.9 times slower). In a part of several chunks each is preceded by its box and
//! its last vertex, so that a tile steps over what lies outside without decoding it.

use crate::geo::shape::{RingRole, Shape, ShapeKind, doubled_area};
use crate::geo::world::{WorldBox, WorldPoint};

/// Vertices a chunk: a tile at z18 decodes a few hundred vertices of a river, not all.
pub const CHUNK: usize = 128;

const INTERIOR: u32 = 1 << 31;

/// Appends a shape. `zooms` holds the zoom at which each vertex appears, for all vertices of a
/// shape that is not of points.
pub fn write(shape: &Shape, zooms: &[u8], out: &mut Vec<u8>) {
    if shape.kind() == ShapeKind::Point {
        shape.points().iter().for_each(|point| put_point(out, *point));
        return;
    }
    let mut zooms = zooms;
    for part in shape.parts() {
        let (part_zooms, rest) = zooms.split_at(part.len());
        zooms = rest;
        let is_interior = shape.kind() == ShapeKind::Polygon && doubled_area(part) < 0;
        let mark = if is_interior { INTERIOR } else { 0 };
        out.extend_from_slice(&(part.len() as u32 | mark).to_le_bytes());
        let boxed = part.len() > CHUNK;
        for (chunk, chunk_zooms) in part.chunks(CHUNK).zip(part_zooms.chunks(CHUNK)) {
            if boxed {
                let around = WorldBox::around(chunk);
                put_point(out, around.min);
                put_point(out, around.max);
                put_point(out, chunk[chunk.len() - 1]);
            }
            write_chunk(chunk, chunk_zooms, out);
        }
    }
}

fn write_chunk(chunk: &[WorldPoint], zooms: &[u8], out: &mut Vec<u8>) {
    // Wrapping: a step across the whole world fits when both ends wrap alike.
    let steps = || {
        chunk.windows(2).map(|pair| {
            [pair[1].x.wrapping_sub(pair[0].x) as i32, pair[1].y.wrapping_sub(pair[0].y) as i32]
        })
    };
    let wide = steps().flatten().any(|step| i16::try_from(step).is_err());
    out.push(u8::from(wide));
    put_point(out, chunk[0]);
    out.extend_from_slice(zooms);
    for step in steps().flatten() {
        if wide {
            out.extend_from_slice(&step.to_le_bytes());
        } else {
            out.extend_from_slice(&(step as i16).to_le_bytes());
        }
    }
}

fn put_point(out: &mut Vec<u8>, point: WorldPoint) {
    out.extend_from_slice(&point.x.to_le_bytes());
    out.extend_from_slice(&point.y.to_le_bytes());
}

/// Takes the vertices of a geometry.
pub trait Visitor {
    /// The next vertices of the part.
    fn vertices(&mut self, points: &[WorldPoint]);
    /// The part is complete; `role` matters for rings only.
    fn end_part(&mut self, role: RingRole);
}

/// A geometry, read in place. Damaged bytes end the walk early; they never make it panic.
#[derive(Clone, Copy, Debug)]
pub struct Geometry<'a> {
    kind: ShapeKind,
    bytes: &'a [u8],
}

impl<'a> Geometry<'a> {
    /// The geometry in these bytes.
    pub fn new(kind: ShapeKind, bytes: &'a [u8]) -> Geometry<'a> {
        Geometry { kind, bytes }
    }

    /// Hands over the vertices that appear at `zoom`. Chunks that lie wholly beyond one side of
    /// `window` come as their first and last vertex alone: that moves what is outside, never what
    /// is inside (a chain within a half-plane clips to nothing whatever its course), except that
    /// the edge that leaves the window may end half a unit beside its simplified course.
    pub fn walk(&self, zoom: u8, window: WorldBox, visitor: &mut impl Visitor) {
        let mut bytes = self.bytes;
        match self.kind {
            ShapeKind::Point => {
                while let Some(point) = take_point(&mut bytes) {
                    visitor.vertices(&[point]);
                    visitor.end_part(RingRole::Exterior);
                }
            }
            ShapeKind::Line | ShapeKind::Polygon => {
                let mut room = [WorldPoint::default(); CHUNK];
                while let Some(count) = take::<4>(&mut bytes) {
                    let count = u32::from_le_bytes(count);
                    let vertices = (count & !INTERIOR) as usize;
                    let mut part = Part { bytes: &mut bytes, room: &mut room, zoom, window };
                    if part.walk(vertices, visitor).is_none() {
                        return;
                    }
                    let interior = count & INTERIOR != 0;
                    visitor.end_part(if interior {
                        RingRole::Interior
                    } else {
                        RingRole::Exterior
                    });
                }
            }
        }
    }
}

/// A line or a ring that is walked.
struct Part<'w, 'a> {
    /// What is left of the geometry's bytes.
    bytes: &'w mut &'a [u8],
    /// Where the vertices of a chunk are gathered.
    room: &'w mut [WorldPoint; CHUNK],
    zoom: u8,
    window: WorldBox,
}

impl Part<'_, '_> {
    fn walk(&mut self, count: usize, visitor: &mut impl Visitor) -> Option<()> {
        let boxed = count > CHUNK;
        let mut left = count;
        while left > 0 {
            let vertices = left.min(CHUNK);
            left -= vertices;
            let around = if boxed { Some(take_boxed(self.bytes)?) } else { None };
            let [wide] = take::<1>(self.bytes)?;
            let first = take_point(self.bytes)?;
            let zooms = take_slice(self.bytes, vertices)?;
            let size = if wide == 0 { 4 } else { 8 };
            let steps = take_slice(self.bytes, (vertices - 1) * size)?;
            match around {
                Some((around, last)) if !around.intersects(self.window) => {
                    visitor.vertices(&[first, last]);
                }
                _ if wide == 0 => visitor.vertices(self.gather(first, zooms, narrow_steps(steps))),
                _ => visitor.vertices(self.gather(first, zooms, wide_steps(steps))),
            }
        }
        Some(())
    }

    /// The vertices of a chunk that appear. Which of them do is as good as chance: without a branch, which would
    /// be guessed wrong.
    #[inline]
    fn gather(
        &mut self,
        mut point: WorldPoint,
        zooms: &[u8],
        steps: impl Iterator<Item = (u32, u32)>,
    ) -> &[WorldPoint] {
        let Some((last, zooms)) = zooms.split_last() else {
            return &[];
        };
        let mut count = 0;
        let mut put = |point, from: u8| {
            self.room[count % CHUNK] = point;
            count += usize::from(from <= self.zoom);
        };
        for (from, (dx, dy)) in zooms.iter().zip(steps) {
            put(point, *from);
            point = WorldPoint { x: point.x.wrapping_add(dx), y: point.y.wrapping_add(dy) };
        }
        put(point, *last);
        &self.room[..count]
    }
}

fn narrow_steps(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&[a, b, c, d]| (i16::from_le_bytes([a, b]) as u32, i16::from_le_bytes([c, d]) as u32))
}

fn wide_steps(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    bytes.as_chunks::<8>().0.iter().map(|&[a, b, c, d, e, f, g, h]| {
        (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
    })
}

fn take_boxed(bytes: &mut &[u8]) -> Option<(WorldBox, WorldPoint)> {
    let around = WorldBox { min: take_point(bytes)?, max: take_point(bytes)? };
    Some((around, take_point(bytes)?))
}

fn take_point(bytes: &mut &[u8]) -> Option<WorldPoint> {
    let [a, b, c, d, e, f, g, h] = take::<8>(bytes)?;
    Some(WorldPoint { x: u32::from_le_bytes([a, b, c, d]), y: u32::from_le_bytes([e, f, g, h]) })
}

fn take<const SIZE: usize>(bytes: &mut &[u8]) -> Option<[u8; SIZE]> {
    let (head, rest) = bytes.split_first_chunk::<SIZE>()?;
    *bytes = rest;
    Some(*head)
}

fn take_slice<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Collect(Vec<Vec<WorldPoint>>, Vec<WorldPoint>);

    impl Visitor for Collect {
        fn vertices(&mut self, points: &[WorldPoint]) {
            self.1.extend_from_slice(points);
        }
        fn end_part(&mut self, _: RingRole) {
            self.0.push(std::mem::take(&mut self.1));
        }
    }

    fn walked(kind: ShapeKind, bytes: &[u8], zoom: u8, window: WorldBox) -> Vec<Vec<WorldPoint>> {
        let mut collect = Collect::default();
        Geometry::new(kind, bytes).walk(zoom, window, &mut collect);
        collect.0
    }

    const EVERYWHERE: WorldBox =
        WorldBox { min: WorldPoint { x: 0, y: 0 }, max: WorldPoint { x: u32::MAX, y: u32::MAX } };

    fn long_line() -> Shape {
        let line: Vec<_> = (0..1000u32)
            .map(|i| WorldPoint { x: i * 100, y: if i % 300 == 7 { 4_000_000_000 } else { i } })
            .collect();
        let mut shape = Shape::new(ShapeKind::Line);
        shape.push_line(&line);
        shape.push_line(&line[3..9]);
        shape
    }

    #[test]
    fn what_is_written_is_walked_again() {
        let shape = long_line();
        let mut bytes = Vec::new();
        write(&shape, &vec![0; shape.points().len()], &mut bytes);
        let parts = walked(ShapeKind::Line, &bytes, 0, EVERYWHERE);
        assert!(parts.iter().map(Vec::as_slice).eq(shape.parts()));
    }

    #[test]
    fn a_vertex_appears_from_its_zoom_on() {
        let mut shape = Shape::new(ShapeKind::Line);
        let at = |x| WorldPoint { x, y: 0 };
        shape.push_line(&[at(0), at(5), at(10)]);
        let mut bytes = Vec::new();
        write(&shape, &[0, 12, 0], &mut bytes);
        assert_eq!(walked(ShapeKind::Line, &bytes, 11, EVERYWHERE), [vec![at(0), at(10)]]);
        assert_eq!(walked(ShapeKind::Line, &bytes, 12, EVERYWHERE)[0].len(), 3);
    }

    #[test]
    fn chunks_outside_the_window_are_stepped_over() {
        let shape = long_line();
        let mut bytes = Vec::new();
        write(&shape, &vec![0; shape.points().len()], &mut bytes);
        let window = WorldBox {
            min: WorldPoint { x: 60_000, y: 0 },
            max: WorldPoint { x: 60_500, y: 1_000 },
        };
        let parts = walked(ShapeKind::Line, &bytes, 0, window);
        assert!(parts[0].len() < 3 * CHUNK, "{} vertices", parts[0].len());
        let inside = |points: &[WorldPoint]| -> Vec<WorldPoint> {
            points.iter().copied().filter(|p| WorldBox::around(&[*p]).intersects(window)).collect()
        };
        assert_eq!(inside(&parts[0]), inside(shape.parts().next().unwrap()));
    }

    #[test]
    fn bytes_cut_short_end_the_walk() {
        let shape = long_line();
        let mut bytes = Vec::new();
        write(&shape, &vec![0; shape.points().len()], &mut bytes);
        for length in 0..bytes.len() {
            walked(ShapeKind::Line, &bytes[..length], 0, EVERYWHERE);
        }
    }
}
