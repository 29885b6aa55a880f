//! GeoJSON → features of tiles, cut and simplified as browsers do it (geojson-vt): so lines turn
//! where they turn there, and a line's dashes begin where they begin there.
//!
//! - `convert`: JSON → geometry on the world, each vertex with the zoom that needs it
//! - `cut`: what lies in a tile, and around it
//! - `cluster`: points that lie near each other, as one
//! - `asked`: a source's own expressions
//!
//! Source: <https://github.com/maplibre/geojson-vt>

mod asked;
mod cluster;
mod convert;
mod cut;

use std::sync::Arc;

use serde_json::Value as Json;

use asked::Asked;
use cluster::Clusters;

use super::clip::Shape;
use super::features::{Features, Geometry, TileFeature, VectorTile};
use crate::geo::tile::TileId;
use crate::render::view::{EXTENT, TILE_SIZE};
use crate::style::expression::types::Type;
use crate::style::expression::value::{Object, Value};
use crate::style::expression::{Attribute, Feature, GeometryType, Key, Keys};

/// Features of GeoJSON.
#[derive(Debug)]
pub struct GeoJson {
    features: Vec<Whole>,
    clusters: Option<Clusters>,
    options: Options,
}

/// How GeoJSON is made to tiles, as the style specification names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The zoom beyond which nothing is simplified.
    pub maxzoom: u8,
    /// How far around a tile features are kept, in units of which a side has 512.
    pub buffer: f64,
    /// How far simplified lines may lie off, in the same units.
    pub tolerance: f64,
    /// Whether features know which part of a line they are.
    pub line_metrics: bool,
    /// Whether features are numbered.
    pub generate_id: bool,
}

impl Default for Options {
    fn default() -> Options {
        let (maxzoom, buffer, tolerance) = (18, 128.0, 0.375);
        Options { maxzoom, buffer, tolerance, line_metrics: false, generate_id: false }
    }
}

impl Options {
    /// As a source of a style has them.
    pub fn of_source(source: &Json) -> Options {
        let preset = Options::default();
        let number =
            |name: &str, preset: f64| source.get(name).and_then(Json::as_f64).unwrap_or(preset);
        let flag = |name: &str| source.get(name).and_then(Json::as_bool).unwrap_or(false);
        Options {
            maxzoom: number("maxzoom", f64::from(preset.maxzoom)).clamp(0.0, 24.0) as u8,
            buffer: number("buffer", preset.buffer).clamp(0.0, TILE_SIZE),
            tolerance: number("tolerance", preset.tolerance).max(0.0),
            line_metrics: flag("lineMetrics"),
            generate_id: flag("generateId"),
        }
    }
}

/// A feature on the world.
#[derive(Debug)]
struct Whole {
    shape: Shape,
    data: Arc<Data>,
}

/// What a feature is, beside its geometry.
#[derive(Clone, Debug, Default)]
struct Data {
    id: Option<Value<'static>>,
    properties: Arc<Object>,
    /// The properties that the style reads.
    read: Vec<Option<Value<'static>>>,
}

impl Data {
    fn new(id: Option<Value<'static>>, properties: Arc<Object>, keys: &Keys) -> Data {
        let read = keys.names().iter().map(|name| properties.get(name).cloned()).collect();
        Data { id, properties, read }
    }
}

/// What is not GeoJSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no GeoJSON")]
pub struct NoGeoJson;

impl GeoJson {
    /// Reads it, for a style that reads some properties.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(json: &Json, keys: &Keys, options: Options) -> Result<GeoJson, NoGeoJson> {
        let mut features = Vec::new();
        convert::collection(json, keys, &options, &mut features)?;
        Ok(GeoJson::of(features, None, options))
    }

    /// Reads the data of a style's source, as it wants them: filtered, with ids of its own, gathered
    /// in clusters.
    ///
    /// # Errors
    /// Where they are none, or the source's expressions are wrong.
    pub fn of_source(source: &Json, data: &Json, keys: &Keys) -> Result<GeoJson, NoGeoJson> {
        let options = Options::of_source(source);
        let mut features = Vec::new();
        convert::collection(data, keys, &options, &mut features)?;
        if let Some(filter) = source.get("filter").filter(|filter| !filter.is_null()) {
            let filter = Asked::read(filter, Some(Type::Boolean))?;
            features.retain(|whole| filter.passes(&whole.data, whole.shape.kind()));
        }
        if let Some(name) = source.get("promoteId").and_then(Json::as_str) {
            for whole in &mut features {
                let data = Arc::make_mut(&mut whole.data);
                data.id = data.properties.get(name).cloned();
            }
        }
        let clusters = Clusters::of_source(source, &features, &options, keys)?;
        Ok(GeoJson::of(features, clusters, options))
    }

    fn of(features: Vec<Whole>, clusters: Option<Clusters>, options: Options) -> GeoJson {
        let buffer = options.buffer / TILE_SIZE;
        GeoJson { features: cut::wrap(features, buffer), clusters, options }
    }

    /// The last zoom at which its tiles differ from those of the zoom before.
    pub fn maxzoom(&self) -> u8 {
        self.options.maxzoom
    }

    fn cut(&self, id: TileId) -> Vec<Cut> {
        let frame = cut::Frame::new(id, &self.options);
        let mut features = Vec::new();
        for whole in &self.features {
            for (geometry, part_of_line) in cut::cut(&whole.shape, &frame) {
                features.push(Cut {
                    kind: whole.shape.kind(),
                    geometry,
                    part_of_line: part_of_line.filter(|_| self.options.line_metrics),
                    data: whole.data.clone(),
                });
            }
        }
        features
    }

    /// A tile; its features are in the layer without a name.
    pub fn tile(&self, id: TileId) -> VectorTile {
        let features = match &self.clusters {
            Some(clusters) => gathered(clusters, id),
            None => self.cut(id),
        };
        let mut tile = VectorTile::default();
        tile.add("", Box::new(CutFeatures(features)));
        tile
    }
}

fn gathered(clusters: &Clusters, id: TileId) -> Vec<Cut> {
    let mut points = Vec::new();
    clusters.each(id, |geometry, data| {
        let kind = GeometryType::Point;
        points.push(Cut { kind, geometry, part_of_line: None, data: data.clone() });
    });
    points
}

/// The features of a tile.
struct CutFeatures(Vec<Cut>);

struct Cut {
    kind: GeometryType,
    geometry: Geometry,
    part_of_line: Option<[f64; 2]>,
    data: Arc<Data>,
}

impl Features for CutFeatures {
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature)) {
        self.0.iter().for_each(|feature| visit(feature));
    }
}

impl Feature for Cut {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.data.read.get(key.index())?.as_ref().map(Attribute::of)
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        self.data.properties.get(name).map(Attribute::of)
    }

    fn properties(&self) -> Arc<Object> {
        self.data.properties.clone()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        self.data.id.as_ref().map(Attribute::of)
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(self.kind)
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        Some(self.geometry.to_parts())
    }
}

impl TileFeature for Cut {
    fn read_geometry(&self, into: &mut Geometry) {
        into.clone_from(&self.geometry);
    }

    fn part_of_line(&self) -> Option<[f64; 2]> {
        self.part_of_line
    }
}

/// Units along a tile's side in which tiles are cut.
const UNITS: f64 = EXTENT;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cut(geometry: Json, id: (u8, u32, u32)) -> Vec<Vec<[f64; 2]>> {
        let json = json!({ "type": "Feature", "properties": { "a": 1 }, "geometry": geometry });
        let geojson = GeoJson::read(&json, &Keys::default(), Options::default()).unwrap();
        let tile = geojson.tile(TileId::new(id.0, id.1, id.2).unwrap());
        let mut found = Vec::new();
        tile.layer("").unwrap().each(&mut |feature| found.extend(feature.geometry().unwrap()));
        found
    }

    #[test]
    fn a_line_is_cut_a_quarter_of_a_tile_beyond_it() {
        let line = json!({ "type": "LineString", "coordinates": [[-170, 0], [80, 0]] });
        assert_eq!(cut(line, (1, 0, 0)), [[[455.0, 8192.0], [8192.0 * 1.25, 8192.0]]]);
    }

    #[test]
    fn what_leaves_the_world_comes_in_on_the_other_side() {
        let point = json!({ "type": "Point", "coordinates": [190, 0] });
        // And stays where it was, beside the tile.
        assert_eq!(cut(point, (0, 0, 0)), [[[8420.0, 4096.0]], [[228.0, 4096.0]]]);
    }

    #[test]
    fn a_vertex_that_nobody_sees_is_left_out_until_somebody_does() {
        let line = json!({ "type": "LineString", "coordinates": [[0, 0], [1, 0.001], [2, 0]] });
        assert_eq!(cut(line.clone(), (0, 0, 0))[0].len(), 2);
        assert_eq!(cut(line, (12, 2059, 2047))[0].len(), 3);
    }
}
