//! How often each value occurs in the columns that may tell a layer's classes. By a sample, so that it
//! costs as little for millions of features; of what was loaded, so that it stays as it is between loads.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalogue::features::Features;
use crate::segment::census::CLASS_VALUES;
use crate::segment::dictionary;
use crate::segment::page::{NULL_CODE, Page};
use crate::source::Value;

/// The values of a column.
#[derive(Clone, Debug)]
pub struct Tally<'a> {
    /// The place of the column.
    pub column: usize,
    /// Its values, each with how many features of the sample have it, the most frequent first.
    pub values: Vec<(Value<'a>, u64)>,
}

/// Pages that are looked at, spread evenly over the layer.
const PAGES: usize = 64;

impl Features {
    /// The values of the columns that tell classes at every zoom, in the order of the layer's columns:
    /// those that its overviews carry, or all where it has none. Columns of many values are left out.
    pub fn tallies(&self) -> Vec<Tally<'_>> {
        let segment = self.loaded();
        let dictionary = segment.dictionary();
        let step = segment.detail_pages().len().div_ceil(PAGES).max(1);
        let pages: Vec<_> = segment
            .detail_pages()
            .step_by(step)
            .filter_map(|number| segment.page(number))
            .collect();
        let tally = |column: usize| {
            // By value: one may have several codes.
            let mut counts = BTreeMap::new();
            for page in &pages {
                for code in (0..page.len()).map(|feature| page.code(column, feature)) {
                    if code != NULL_CODE {
                        *counts.entry(dictionary.get(code).unwrap_or_default()).or_insert(0) += 1;
                    }
                }
                if counts.len() > CLASS_VALUES {
                    return None;
                }
            }
            let decoded = |(value, count)| (dictionary::decode(value), count);
            let mut values: Vec<_> = counts.into_iter().map(decoded).collect();
            values.sort_by_key(|(_, count)| Reverse(*count));
            Some(Tally { column, values })
        };
        let carried = segment.scheme().columns.iter().map(|column| *column as usize);
        let columns = pages.first().map_or(0, Page::columns);
        match segment.overview_tiles() {
            0 => (0..columns).filter_map(tally).collect(),
            _ => carried.filter_map(tally).collect(),
        }
    }
}
