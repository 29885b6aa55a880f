//! What a segment says of itself: which layer it holds, as it was read from where and when, so that
//! it can be served before its source answers, and be told from one that holds something else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::content::Fingerprint;
use crate::config::Generalize;
use crate::geo::tile::ZoomRange;
use crate::source::{About, Column, ColumnKind, Layer, Report};

/// The column that clusters carry the number of their points in.
pub const POINT_COUNT: &str = "point_count";

/// A layer as it is served; not where it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The id in addresses and the name of the MVT layer.
    pub id: String,
    /// What is said of it.
    pub about: About,
    /// The attributes that its features carry, in the source's order; that of clusters last.
    pub columns: Vec<Column>,
    /// Where it is served.
    pub zooms: ZoomRange,
    /// How far beyond a tile's edge features are included, in tile units (of 4096).
    pub buffer: u16,
}

impl From<&Layer> for Description {
    fn from(layer: &Layer) -> Description {
        let mut columns = layer.columns.clone();
        let counted = columns.iter().any(|column| column.name == POINT_COUNT);
        if layer.overview.generalize == Generalize::Cluster && !counted {
            columns.push(Column { name: POINT_COUNT.to_owned(), kind: ColumnKind::Number });
        }
        Description {
            id: layer.id.clone(),
            about: layer.about.clone(),
            columns,
            zooms: layer.zooms,
            buffer: layer.buffer,
        }
    }
}

/// How a layer was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// [`crate::source::key`] of its source. On disk it is in the segment's name.
    #[serde(skip)]
    pub source: u64,
    /// [`Layer::definition`], as it was read.
    pub definition: u64,
    /// [`Layer::version`], taken before it was read.
    pub version: Option<String>,
    /// What its features sum up to.
    pub fingerprint: Fingerprint,
    /// What the source said of it.
    pub report: Report,
    /// When, in seconds since 1970.
    pub at: u64,
}

impl Reading {
    /// How long ago it was.
    pub fn age(&self) -> Duration {
        // A clock that was set back, or a number that is none, makes it no age.
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(self.at));
        at.and_then(|at| SystemTime::now().duration_since(at).ok()).unwrap_or_default()
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// What stands beside the features in a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The layer.
    pub layer: Description,
    /// How it was read.
    pub reading: Reading,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_and_no_time_of_reading_make_an_age_that_panics() {
        for (at, is_old) in [(0, true), (now() + 3600, false), (u64::MAX, false)] {
            let age = Reading { at, ..Reading::default() }.age();
            assert_eq!(age > Duration::ZERO, is_old, "{at}");
        }
    }
}
