//! A style as QGIS takes it: what occurs in the layers that are served, given to what splits the style
//! by it.

use std::sync::Arc;

use super::features::attribute;
use crate::catalogue::snapshot::{LayerState, Snapshot};
use crate::query::combinations::Combination;
use crate::segment::dictionary;
use crate::style::binding::Binding;
use crate::style::document::{Style, StyleError};
use crate::style::expression::value::Value;

/// The most combinations of values that a layer of a style is split by.
const COMBINATIONS: usize = 512;

/// A style as QGIS converts it right, of the values that occur.
///
/// # Errors
/// Never for a style that can be served: a defect.
pub fn for_qgis(
    style: &Style,
    binding: &Binding<'_>,
    snapshot: &Snapshot,
) -> Result<Style, StyleError> {
    let occurring = |role: &str, names: &[Arc<str>]| {
        let Some(LayerState::Ready(ready)) = snapshot.get(binding.layer(role)?) else {
            return None;
        };
        let column =
            |name: &Arc<str>| ready.layer.columns.iter().position(|column| *column.name == **name);
        let columns: Vec<_> = names.iter().map(column).collect();
        let combinations = ready.features.combinations(&columns, COMBINATIONS)?;
        let object = |values: &Combination| {
            let value =
                |bytes: &[u8]| Value::from(attribute(dictionary::decode(bytes))).into_shared();
            let values = values.iter().map(|bytes| value(bytes));
            Arc::new(names.iter().cloned().zip(values).collect())
        };
        Some(combinations.iter().map(object).collect())
    };
    style.for_qgis(&occurring)
}
