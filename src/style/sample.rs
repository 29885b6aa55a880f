//! A feature that nothing drew: what it would be, by its properties alone.

use std::sync::Arc;

use super::expression::value::Object;
use super::expression::{Attribute, Feature, GeometryType, Key, Keys};

/// A feature of some properties.
pub(super) struct SampleFeature<'a> {
    pub properties: &'a Arc<Object>,
    /// The numbers that its properties have in compiled expressions.
    pub keys: &'a Keys,
    pub geometry: GeometryType,
}

impl Feature for SampleFeature<'_> {
    fn property(&self, key: Key) -> Option<Attribute<'_>> {
        self.property_named(self.keys.names().get(key.index())?)
    }

    fn property_named(&self, name: &str) -> Option<Attribute<'_>> {
        self.properties.get(name).map(Attribute::of)
    }

    fn properties(&self) -> Arc<Object> {
        self.properties.clone()
    }

    fn id(&self) -> Option<Attribute<'_>> {
        None
    }

    fn geometry_type(&self) -> Option<GeometryType> {
        Some(self.geometry)
    }
}
