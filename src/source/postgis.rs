//! Tables of a PostgreSQL database.
use super::{Column, Discovery, FeatureSink, Progress, Report, SourceError};
use crate::config;

/// A table, view or query with one geometry column.
#[derive(Clone, Debug)]
pub struct Relation(());

/// Finds the layers.
///
/// # Errors
/// As said.
pub fn discover(
    _source: &config::Source,
    _layers: &[config::Layer],
) -> Result<Discovery, SourceError> {
    Ok(Discovery::default())
}

impl Relation {
    /// Reads.
    ///
    /// # Errors
    /// As said.
    pub fn read(
        &self,
        _columns: &[Column],
        _sink: &mut dyn FeatureSink,
        _progress: &Progress,
    ) -> Result<Report, SourceError> {
        Ok(Report::default())
    }
}
