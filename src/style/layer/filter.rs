//! Which features a layer draws: decided before their geometry is decoded, unless it asks where they
//! are.

use serde_json::Value as Json;

use super::reader::Reader;
use crate::style::expression::value::Value;
use crate::style::expression::{Compiled, Context, Expression, Keys, legacy};

/// A layer's filter.
#[derive(Clone, Debug, Default)]
pub struct Filter(Option<Expression>);

/// A layer's filter at a zoom.
#[derive(Clone, Debug)]
pub enum FilterAtZoom {
    /// All, or none.
    Same(bool),
    /// By the feature.
    Data {
        /// The condition.
        condition: Compiled,
        /// Whether it asks where the feature is.
        needs_geometry: bool,
    },
}

impl Filter {
    pub(super) fn read(json: &Json, pointer: &str, reader: &mut Reader<'_>) -> Filter {
        let is_legacy = !legacy::is_expression_filter(json);
        let converted = match is_legacy.then(|| legacy::filter(json)).transpose() {
            Ok(converted) => converted,
            Err((path, message)) => {
                let path: String = path.iter().map(|index| format!("/{index}")).collect();
                reader.mistakes.note(format!("{pointer}{path}"), message);
                return Filter(None);
            }
        };
        match Expression::condition(converted.as_ref().unwrap_or(json), reader.left) {
            Ok(expression) => {
                expression.intern(reader.keys);
                Filter(Some(expression))
            }
            Err(errors) => {
                reader.wrong(&errors, pointer, is_legacy);
                Filter(None)
            }
        }
    }

    /// What it asks, unless it draws all.
    pub fn expression(&self) -> Option<&Expression> {
        self.0.as_ref()
    }

    /// At a zoom.
    pub fn at(&self, zoom: f64, keys: &Keys) -> FilterAtZoom {
        let Some(expression) = &self.0 else { return FilterAtZoom::Same(true) };
        let condition = expression.compile(keys, Some(zoom));
        match condition.constant() {
            Some(value) => FilterAtZoom::Same(*value == Value::Boolean(true)),
            None => {
                let needs_geometry = expression.needs_geometry();
                FilterAtZoom::Data { condition, needs_geometry }
            }
        }
    }
}

impl FilterAtZoom {
    /// Whether a feature passes; not, where that cannot be told.
    pub fn passes(&self, context: &Context<'_>) -> bool {
        match self {
            FilterAtZoom::Same(all) => *all,
            FilterAtZoom::Data { condition, .. } => condition.boolean(context).unwrap_or(false),
        }
    }
}
