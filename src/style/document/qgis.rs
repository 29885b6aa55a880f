//! A style for QGIS: the same document with its layers as QGIS converts them right.

use super::{Style, StyleError};
use crate::style::qgis::{self, Occurring};

impl Style {
    /// The style for QGIS, of what occurs in the layers that are served.
    ///
    /// # Errors
    /// Never for a style that was checked; its layers pass through the same door again.
    pub fn for_qgis(&self, occurring: &Occurring<'_>) -> Result<Style, StyleError> {
        let document = qgis::document(self.document.clone(), &self.typed, occurring);
        Style::check(&self.id, document)
    }
}
