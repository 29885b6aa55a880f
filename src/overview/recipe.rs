//! How a layer wants its overviews: the configuration, held against the columns that there are.

use crate::config::{Generalize, Overview, Rank};
use crate::geo::tile::ZoomRange;
use crate::segment::kept::POINT_COUNT;
use crate::source::{Column, ColumnKind};

/// How a layer wants its overviews. Columns are named by their places.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Where the layer is served.
    pub zooms: ZoomRange,
    /// How far beyond a tile's edge features are included, in tile units.
    pub buffer: u16,
    /// The zoom from which features are shown as they are; by their number when absent.
    pub detail: Option<u8>,
    /// The columns that overviews carry; chosen by their values when absent.
    pub class: Option<Vec<usize>>,
    /// The columns that may be chosen.
    pub eligible: Vec<usize>,
    /// The column that says which points stay, and whether its largest values come first.
    pub rank: Option<(usize, bool)>,
    /// The column that tells editions apart, which lie over each other.
    pub edition: Option<usize>,
    /// Whether polygons lie side by side; found out when absent.
    pub coverage: Option<bool>,
    /// Where the number of points goes, if they are to be clustered.
    pub point_count: Option<usize>,
    /// How many columns features have.
    pub columns: usize,
}

/// What editions of a land cover are told apart by.
const EDITION: &str = "millesime";

impl Recipe {
    /// The same, with all zooms in detail.
    pub fn without_overviews(&self) -> Recipe {
        Recipe { detail: Some(0), ..self.clone() }
    }

    /// The recipe of a layer. Columns that the configuration names and that the layer lacks are
    /// none: who reads the layer has said so.
    pub fn new(overview: &Overview, columns: &[Column], zooms: ZoomRange, buffer: u16) -> Recipe {
        let find = |name: &str| columns.iter().position(|column| column.name == name);
        let is_eligible = |column: &Column| column.kind != ColumnKind::Number;
        let edition = columns.iter().position(|c| c.name.eq_ignore_ascii_case(EDITION));
        let eligible = (0..columns.len())
            .filter(|place| is_eligible(&columns[*place]) || edition == Some(*place));
        let clustered = overview.generalize == Generalize::Cluster;
        Recipe {
            zooms,
            buffer,
            detail: overview.detail,
            class: overview
                .class
                .as_ref()
                .map(|names| names.iter().filter_map(|name| find(name)).collect()),
            eligible: eligible.collect(),
            rank: overview.rank.as_ref().and_then(|Rank { column, descending }| {
                find(column).map(|column| (column, *descending))
            }),
            edition,
            coverage: overview.coverage,
            point_count: if clustered { find(POINT_COUNT) } else { None },
            columns: columns.len(),
        }
    }
}
