//! Features of a tile as the renderer asks for them: a filter looks at properties, and only what
//! passes is asked for its geometry. Who keeps features in a form of its own (a decoded tile, a page
//! of the store) implements [`Features`]; nothing is encoded in between.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::style::expression::Feature;

/// The layers of a tile by name. Features that come in no layers are in the one without a name.
#[derive(Default)]
pub struct VectorTile {
    layers: BTreeMap<Arc<str>, Box<dyn Features>>,
}

/// The features of a layer of a tile.
pub trait Features: Send + Sync {
    /// Calls for each, in their order.
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature));
}

/// A feature of a tile.
pub trait TileFeature: Feature {
    /// Writes its geometry, in the place of what is there.
    fn read_geometry(&self, into: &mut Geometry);

    /// The part of the whole line that this is, from 0 to 1, where lines are measured.
    fn part_of_line(&self) -> Option<[f64; 2]> {
        None
    }
}

/// A geometry in units of its tile ([`EXTENT`](crate::render::view::EXTENT) along a side, y
/// downwards): points, lines or closed rings, end to end. It may reach beyond its tile.
#[derive(Debug, Default, PartialEq)]
pub struct Geometry {
    points: Vec<[f64; 2]>,
    ends: Vec<usize>,
}

impl Clone for Geometry {
    fn clone(&self) -> Geometry {
        Geometry { points: self.points.clone(), ends: self.ends.clone() }
    }

    /// Into the memory that is there, which a derived one lets go of: each layer of a style copies each of its
    /// features once.
    fn clone_from(&mut self, other: &Geometry) {
        self.points.clone_from(&other.points);
        self.ends.clone_from(&other.ends);
    }
}

impl VectorTile {
    /// Adds a layer.
    pub fn add(&mut self, name: &str, features: Box<dyn Features>) {
        self.layers.insert(name.into(), features);
    }

    /// The names of the layers.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.layers.keys()
    }

    /// A layer by name.
    pub fn layer(&self, name: &str) -> Option<&dyn Features> {
        self.layers.get(name).map(|layer| &**layer)
    }
}

impl fmt::Debug for VectorTile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.layers.keys()).finish()
    }
}

impl Geometry {
    /// With room for so many points and parts.
    pub fn with_capacity(points: usize, parts: usize) -> Geometry {
        Geometry { points: Vec::with_capacity(points), ends: Vec::with_capacity(parts) }
    }

    /// Forgets all, and keeps the memory.
    pub fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    /// Adds a point to the part that is being made.
    pub fn push(&mut self, point: [f64; 2]) {
        self.points.push(point);
    }

    /// Ends the part that is being made; nothing, where it has no points.
    pub fn finish_part(&mut self) {
        if self.points.len() > self.open_from() {
            self.ends.push(self.points.len());
        }
    }

    /// Repeats the first point of the part that is being made, unless it is there, and ends the part.
    pub fn finish_ring(&mut self) {
        let open = self.points.get(self.open_from()..).unwrap_or_default();
        if let (Some(first), Some(last)) = (open.first().copied(), open.last())
            && first != *last
        {
            self.points.push(first);
        }
        self.finish_part();
    }

    fn open_from(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &[[f64; 2]]> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.points[start..end])
    }

    /// All points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Whether it has no parts.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The parts as the style asks for them.
    pub fn to_parts(&self) -> Vec<Vec<[f64; 2]>> {
        self.parts().map(<[_]>::to_vec).collect()
    }
}

/// Twice the area of a ring, positive when it is wound clockwise on a map, as outer rings are.
pub fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2).map(|edge| edge[0][0] * edge[1][1] - edge[1][0] * edge[0][1]).sum()
}

/// The rings of polygons, each with whether it is an outer one: its holes are those after it. Rings without
/// area are left out; the first one says how outer ones are wound.
pub fn rings(geometry: &Geometry) -> impl Iterator<Item = (&[[f64; 2]], bool)> {
    let mut outer_is_positive = None;
    geometry.parts().filter_map(move |ring| {
        let area = doubled_area(ring);
        let is_positive = area > 0.0;
        (area != 0.0).then(|| (ring, *outer_is_positive.get_or_insert(is_positive) == is_positive))
    })
}

/// The polygons that [`rings`] make.
pub fn polygons(geometry: &Geometry) -> Vec<Vec<&[[f64; 2]]>> {
    let mut polygons: Vec<Vec<&[[f64; 2]]>> = Vec::new();
    for (ring, is_outer) in rings(geometry) {
        match polygons.last_mut() {
            Some(polygon) if !is_outer => polygon.push(ring),
            _ => polygons.push(vec![ring]),
        }
    }
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_belong_to_the_ring_before_them() {
        let mut geometry = Geometry::default();
        let square = |geometry: &mut Geometry, at: f64, side: f64| {
            let corners = [
                [at, at],
                [at + side.abs(), at],
                [at + side.abs(), at + side.abs()],
                [at, at + side.abs()],
            ];
            let corners: Vec<_> =
                if side > 0.0 { corners.to_vec() } else { corners.into_iter().rev().collect() };
            corners.into_iter().for_each(|point| geometry.push(point));
            geometry.finish_ring();
        };
        square(&mut geometry, 0.0, 10.0);
        square(&mut geometry, 2.0, -2.0);
        square(&mut geometry, 20.0, 10.0);
        let found: Vec<_> = polygons(&geometry).iter().map(Vec::len).collect();
        assert_eq!(found, [2, 1]);
        assert!(geometry.parts().all(|ring| ring.len() == 5 && ring[0] == ring[4]));
    }
}
