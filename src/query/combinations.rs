//! Which values of some attributes occur together in a layer's features. Reads the codes of all pages
//! and no geometry.

use std::collections::{BTreeSet, HashSet};

use crate::catalogue::features::Features;
use crate::segment::page::NULL_CODE;
use crate::segment::reader::Segment;

/// Encoded values, in the order of the columns; empty where there is none.
pub type Combination = Vec<Box<[u8]>>;

impl Features {
    /// The combinations of the values of some columns (`None`: one that the layer does not have)
    /// that occur; `None` where they are more than `most`.
    pub fn combinations(
        &self,
        columns: &[Option<usize>],
        most: usize,
    ) -> Option<BTreeSet<Combination>> {
        let mut combinations = BTreeSet::new();
        // A code is its segment's own.
        let mut met: HashSet<(*const Segment, Vec<u32>)> = HashSet::new();
        for feature in self.all() {
            let code = |column: &Option<usize>| {
                column.map_or(NULL_CODE, |column| feature.page.code(column, feature.place))
            };
            let codes: Vec<u32> = columns.iter().map(code).collect();
            let dictionary = feature.segment.dictionary();
            let key = (std::ptr::from_ref(feature.segment), codes);
            if met.contains(&key) {
                continue;
            }
            let value = |code: &u32| match *code {
                NULL_CODE => Box::default(),
                code => dictionary.get(code).unwrap_or_default().into(),
            };
            combinations.insert(key.1.iter().map(value).collect());
            met.insert(key);
            if combinations.len() > most {
                return None;
            }
        }
        Some(combinations)
    }
}
