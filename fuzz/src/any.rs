//! Features that have a value of some type for whatever a style asks.

use std::sync::Arc;

use serde_json::json;
use tuilerie::render::source::features::{Features, Geometry, TileFeature};
use tuilerie::style::expression::value::{Object, Value};
use tuilerie::style::expression::{Attribute, Feature, GeometryType, Key, Keys};

/// A feature that has a value of some type for every name.
pub struct Any {
    names: Vec<Arc<str>>,
    turn: usize,
    list: Value<'static>,
    object: Value<'static>,
}

impl Any {
    /// One of several: `turn` says which values, and which kind of geometry.
    pub fn new(keys: &Keys, turn: usize) -> Any {
        let list = Value::from_json(&json!([1, "deux", null, { "a": [] }]));
        let object = Value::from_json(&json!({ "a": { "b": 1 } }));
        Any { names: keys.names().to_vec(), turn, list, object }
    }
}

impl Feature for Any {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(&self.names[key.index()])
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        match (name.len() + self.turn) % 6 {
            0 => None,
            1 => Some(Attribute::Text("été")),
            2 => Some(Attribute::Number(12.5)),
            3 => Some(Attribute::Boolean(true)),
            4 => Some(Attribute::of(&self.list)),
            _ => Some(Attribute::of(&self.object)),
        }
    }

    fn properties(&self) -> Arc<Object> {
        Arc::new(Object::from([("a".into(), Value::Number(1.0))]))
    }

    fn id(&self) -> Option<Attribute<'_>> {
        Some(Attribute::Number(self.turn as f64))
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some([GeometryType::Point, GeometryType::LineString, GeometryType::Polygon][self.turn % 3])
    }

    fn geometry(&self) -> Option<Vec<Vec<[f64; 2]>>> {
        let mut geometry = Geometry::default();
        self.read_geometry(&mut geometry);
        Some(geometry.to_parts())
    }
}

impl TileFeature for Any {
    fn read_geometry(&self, into: &mut Geometry) {
        into.clear();
        let corners = [[4000.0, 4000.0], [4200.0, 4050.0], [4150.0, 4200.0], [4000.0, 4000.0]];
        match self.turn % 3 {
            0 => into.push(corners[self.turn % 4]),
            _ => corners.into_iter().for_each(|corner| into.push(corner)),
        }
        into.finish_part();
    }
}

/// Features of all turns.
pub struct All(pub Vec<Any>);

impl Features for All {
    fn each(&self, visit: &mut dyn FnMut(&dyn TileFeature)) {
        self.0.iter().for_each(|feature| visit(feature));
    }
}
