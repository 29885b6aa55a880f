//! What is served of a layer, held against its source.

use crate::catalogue::snapshot::ReadyLayer;
use crate::segment::content::{Fingerprint, Fingerprinter};
use crate::segment::kept::{self, Description, Reading};
use crate::source::{Layer, Position, Progress, SourceError};

/// Whether what was kept of a layer is whole, and still what its source has.
pub(super) fn is_current(
    kept: &ReadyLayer,
    layer: &Layer,
    progress: &Progress,
) -> Result<bool, SourceError> {
    if kept.reading.definition != layer.definition() || !kept.features.loaded().verify() {
        return Ok(false);
    }
    compare(layer, kept, progress).map(|(same, _)| same)
}

/// Whether a layer's source has what is served of it, and where that stands in its changes. A file tells by its
/// version; the rows of a table are read and summed up, which takes half as long as a load.
pub(super) fn compare(
    layer: &Layer,
    served: &ReadyLayer,
    progress: &Progress,
) -> Result<(bool, Option<Position>), SourceError> {
    if let Some(version) = layer.version() {
        return Ok((served.reading.version.as_ref() == Some(&version), None));
    }
    let (fingerprint, position) = sum_up(layer, progress)?;
    Ok((served.reading.fingerprint == fingerprint, position))
}

/// What the features of a layer's source sum up to, and where that stands in its changes.
fn sum_up(
    layer: &Layer,
    progress: &Progress,
) -> Result<(Fingerprint, Option<Position>), SourceError> {
    let columns = Description::from(layer).columns.len();
    let mut sums = Fingerprinter::new(columns);
    let report = layer.read(&mut sums, progress)?;
    Ok((sums.fingerprint, report.position))
}

/// Whether what was kept is whole, and its database may tell what changed since.
pub(super) fn is_followed(kept: &ReadyLayer) -> bool {
    kept.reading.report.position.is_some() && kept.features.loaded().verify()
}

/// What was kept, known to be what the source has now.
pub(super) fn still_current(kept: &ReadyLayer) -> ReadyLayer {
    tracing::info!(
        layer = kept.layer.id,
        features = kept.features.len(),
        "unchanged, served from the store"
    );
    let reading = Reading { at: kept::now(), ..kept.reading.clone() };
    ReadyLayer { reading, is_stale: false, ..kept.clone() }
}
