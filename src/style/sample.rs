//! Things that a layer draws, by properties alone, and features that are such.

use std::sync::Arc;

use super::bilingual::Bilingual;
use super::expression::value::{Object, Value};
use super::expression::{Attribute, Feature, GeometryType, Key, Keys};

/// A thing that a layer draws: what it is called, and a feature that is one.
#[derive(Clone, Debug)]
pub struct Sample {
    pub(super) title: Bilingual,
    pub(super) properties: Arc<Object>,
}

impl Sample {
    /// Of properties as they stand in JSON.
    pub(super) fn new(
        title: Bilingual,
        properties: &serde_json::Map<String, serde_json::Value>,
    ) -> Sample {
        let member = |(name, value): (&String, &serde_json::Value)| {
            (Arc::from(name.as_str()), Value::from_json(value))
        };
        Sample { title, properties: Arc::new(properties.iter().map(member).collect()) }
    }
}

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
