//! GeoJSON, FlatGeobuf and GeoPackage files.
use super::{Column, Discovery, FeatureSink, Progress, Report, SourceError};
use crate::config;

/// One layer of a file.
#[derive(Clone, Debug)]
pub struct FileLayer(());

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

impl FileLayer {
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
