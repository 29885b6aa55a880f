//! Tiles beyond the last zoom of a source, cut out of its last ones. MapLibre does so from version 6
//! on: places are kept more exactly than in a tile that is drawn sixteen times as large, and labels
//! stand by the tile that they are seen in.

use std::sync::Arc;

use super::clip::{Path, Shape, Vertex, clip};
use super::features::{Features, Geometry, TileFeature, VectorTile, polygons};
use crate::geo::tile::TileId;
use crate::render::view::EXTENT;
use crate::style::expression::value::Object;
use crate::style::expression::{Attribute, Feature, GeometryType, Key};

/// How far around a tile features are kept, in its units.
const BUFFER: f64 = EXTENT / 32.0;

/// The part of a tile that a tile below it shows.
pub fn part(whole: &Arc<VectorTile>, from: TileId, to: TileId) -> VectorTile {
    let scale = f64::from(to.z().saturating_sub(from.z())).exp2();
    let offset = [
        (f64::from(to.x()) - f64::from(from.x()) * scale) * EXTENT,
        (f64::from(to.y()) - f64::from(from.y()) * scale) * EXTENT,
    ];
    let mut tile = VectorTile::default();
    for name in whole.names() {
        let layer = Layer { whole: whole.clone(), name: name.clone(), scale, offset };
        tile.add(name, Box::new(layer));
    }
    tile
}

struct Layer {
    whole: Arc<VectorTile>,
    name: Arc<str>,
    scale: f64,
    offset: [f64; 2],
}

impl Features for Layer {
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature)) {
        if let Some(layer) = self.whole.layer(&self.name) {
            layer.each(&mut |feature| visit(&Part { feature, layer: self }));
        }
    }
}

struct Part<'l> {
    feature: &'l dyn TileFeature,
    layer: &'l Layer,
}

impl Feature for Part<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.feature.property(key)
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        self.feature.property_named(name)
    }

    fn properties(&self) -> Arc<Object> {
        self.feature.properties()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        self.feature.id()
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        self.feature.geometry_type()
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        let mut geometry = Geometry::default();
        self.read_geometry(&mut geometry);
        Some(geometry.to_parts())
    }
}

impl TileFeature for Part<'_> {
    fn read_geometry(&self, into: &mut Geometry) {
        self.feature.read_geometry(into);
        let place = |point: &[f64; 2]| {
            [0, 1].map(|axis| point[axis] * self.layer.scale - self.layer.offset[axis])
        };
        let path = |part: &[[f64; 2]]| Path {
            vertices: part.iter().map(|p| Vertex { at: place(p), importance: 1.0 }).collect(),
            ..Path::default()
        };
        let shape = match self.geometry_type() {
            Some(GeometryType::LineString) => Shape::Lines(into.parts().map(path).collect()),
            Some(GeometryType::Polygon) => {
                let polygon = |rings: &Vec<&[[f64; 2]]>| rings.iter().map(|r| path(r)).collect();
                Shape::Polygons(polygons(into).iter().map(polygon).collect())
            }
            _ => Shape::Points(into.points().iter().map(place).collect()),
        };
        into.clear();
        let range = [-BUFFER, EXTENT + BUFFER];
        let cut = clip(&shape, 0, range).and_then(|shape| clip(&shape, 1, range));
        if let Some(cut) = cut {
            write(&cut, into);
        }
    }

    fn part_of_line(&self) -> Option<[f64; 2]> {
        self.feature.part_of_line()
    }
}

fn write(shape: &Shape, into: &mut Geometry) {
    let mut path = |path: &Path| {
        // On the grid of the tile.
        path.vertices.iter().for_each(|v| into.push(v.at.map(|at| (at + 0.5).floor())));
        into.finish_part();
    };
    match shape {
        Shape::Points(points) => {
            for at in points {
                path(&Path {
                    vertices: vec![Vertex { at: *at, importance: 1.0 }],
                    ..Path::default()
                });
            }
        }
        Shape::Lines(lines) => lines.iter().for_each(path),
        Shape::Polygons(polygons) => polygons.iter().flatten().for_each(path),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::source::geojson::{GeoJson, Options};
    use crate::style::expression::Keys;

    #[test]
    fn a_part_is_as_large_as_a_tile_and_ends_a_little_beyond_it() {
        let line = json!({ "type": "LineString", "coordinates": [[-90, 0], [90, 0]] });
        let geojson = GeoJson::read(&line, &Keys::default(), Options::default()).unwrap();
        let from = TileId::new(0, 0, 0).unwrap();
        let tile = part(&Arc::new(geojson.tile(from)), from, TileId::new(2, 2, 2).unwrap());
        let mut found = Vec::new();
        tile.layer("").unwrap().each(&mut |feature| found.extend(feature.geometry().unwrap()));
        assert_eq!(found, [[[-BUFFER, 0.0], [EXTENT, 0.0]]]);
    }
}
