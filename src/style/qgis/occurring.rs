//! Which combinations of values a layer's features are told apart by.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::alike::Asked;
use super::filter::is_reserved;
use super::layer::Splitter;
use crate::style::expression::value::Object;
use crate::style::expression::{Context, Expression, GeometryType, Surroundings};
use crate::style::layer::Layer;
use crate::style::sample::SampleFeature;

/// The columns that features are told apart by, and their values that occur together.
type ToldApart = (Vec<Arc<str>>, Vec<Arc<Object>>);

impl Splitter<'_> {
    /// The properties of features that a layer asks for and the combinations of values that occur;
    /// `None` where they are too many to be told apart.
    pub fn combinations(
        &mut self,
        layer: &Layer,
        asked: &Asked,
        plain: &[Expression],
    ) -> Option<ToldApart> {
        let Some(role) = layer.source_layer.as_deref() else {
            return Some((Vec::new(), vec![Arc::default()]));
        };
        let by_filter: BTreeSet<_> =
            asked.conditions.iter().flat_map(Expression::properties).collect();
        let mut columns: Vec<Arc<str>> = by_filter.into_iter().collect();
        let mut combinations = self.occurring(role, &columns, plain);
        if combinations.is_none() {
            self.omit(layer, &format!("its filter tells apart too many values of {columns:?}"));
        }
        for (name, property) in &asked.properties {
            let new: Vec<_> =
                property.columns().into_iter().filter(|new| !columns.contains(new)).collect();
            if new.is_empty() || combinations.is_none() {
                continue;
            }
            let all = [columns.clone(), new.clone()].concat();
            match self.occurring(role, &all, plain) {
                Some(found) => (columns, combinations) = (all, Some(found)),
                None => self.note(
                    layer,
                    Some((*name).to_owned()),
                    &format!("it depends on too many values of {new:?}"),
                ),
            }
        }
        combinations.map(|combinations| (columns, combinations))
    }

    /// What occurs in features that pass the conditions which QGIS knows itself, where the columns of
    /// those can be told apart, too; else in all.
    fn occurring(
        &self,
        role: &str,
        columns: &[Arc<str>],
        plain: &[Expression],
    ) -> Option<Vec<Arc<Object>>> {
        if columns.is_empty() {
            return Some(vec![Arc::default()]);
        }
        // Not to be listed in a filter.
        if columns.iter().any(|name| is_reserved(name)) {
            return None;
        }
        let mut all: BTreeSet<Arc<str>> = plain.iter().flat_map(Expression::properties).collect();
        all.extend(columns.iter().cloned());
        let all: Vec<_> = all.into_iter().collect();
        let Some(found) = (self.occurring)(role, &all) else {
            // They read all features: not the same twice.
            return (all.len() > columns.len()).then(|| (self.occurring)(role, columns)).flatten();
        };
        let plain: Vec<_> = plain.iter().map(|plain| plain.compile(self.keys, None)).collect();
        let surroundings = Surroundings::default();
        let passes = |properties: &&Arc<Object>| {
            let geometry = GeometryType::Point;
            let feature = SampleFeature { properties, keys: self.keys, geometry };
            let context = Context::new(&feature, f64::NAN, &surroundings);
            plain.iter().all(|condition| condition.boolean(&context).unwrap_or(false))
        };
        let mut occurring: Vec<Arc<Object>> = Vec::new();
        for properties in found.iter().filter(passes) {
            let value = |name: &Arc<str>| Some((name.clone(), properties.get(name)?.clone()));
            let properties: Object = columns.iter().filter_map(value).collect();
            if !occurring.iter().any(|known| **known == properties) {
                occurring.push(Arc::new(properties));
            }
        }
        Some(occurring)
    }
}
