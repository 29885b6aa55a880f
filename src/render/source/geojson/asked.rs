//! What a source's own expressions ask of its features: its filter, and what its clusters count.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Data, NoGeoJson};
use crate::style::expression::types::Type;
use crate::style::expression::value::{Object, Value};
use crate::style::expression::{
    Allowed, Attribute, Compiled, Context, Expression, Feature, GeometryType, Key, Keys,
    Surroundings,
};

/// An expression of a source.
pub struct Asked {
    keys: Keys,
    compiled: Compiled,
}

impl Asked {
    /// Reads it, of a type or of any.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(json: &Json, ty: Option<Type>) -> Result<Asked, NoGeoJson> {
        let expression = Expression::parse(json, ty, false, Allowed::ALL).map_err(|_| NoGeoJson)?;
        let mut keys = Keys::default();
        expression.intern(&mut keys);
        let compiled = expression.compile(&keys, Some(0.0));
        Ok(Asked { keys, compiled })
    }

    /// Whether a feature passes it.
    pub fn passes(&self, data: &Data, kind: GeometryType) -> bool {
        let feature = Bare { keys: &self.keys, data, kind };
        let surroundings = Surroundings::default();
        self.compiled.boolean(&Context::new(&feature, 0.0, &surroundings)).unwrap_or(false)
    }

    /// Its value for a point, after what was accumulated before.
    pub fn value(&self, data: &Data, accumulated: Option<&Value<'static>>) -> Value<'static> {
        let feature = Bare { keys: &self.keys, data, kind: GeometryType::Point };
        let surroundings = Surroundings::default();
        let mut context = Context::new(&feature, 0.0, &surroundings);
        context.accumulated = accumulated;
        self.compiled.value(&context).map_or(Value::Null, Value::into_shared)
    }
}

/// A feature that is in no tile.
struct Bare<'d> {
    keys: &'d Keys,
    data: &'d Data,
    kind: GeometryType,
}

impl Feature for Bare<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(self.keys.names().get(key.index())?)
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
}
