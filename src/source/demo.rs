//! A small made-up data set.
use super::{FeatureSink, Layer, Progress, Report, SourceError};

/// One layer of it.
#[derive(Clone, Copy, Debug)]
pub struct Theme(());

/// All its layers.
pub fn layers() -> Vec<Layer> {
    Vec::new()
}

impl Theme {
    /// Reads.
    ///
    /// # Errors
    /// As said.
    pub fn read(
        &self,
        _sink: &mut dyn FeatureSink,
        _progress: &Progress,
    ) -> Result<Report, SourceError> {
        Ok(Report::default())
    }
}
