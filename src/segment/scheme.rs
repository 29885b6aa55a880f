//! What is decided for all overviews of a layer together, by all of its features; kept in the segment beside
//! them, so that some tiles can be made anew as all were made.

/// The scheme of a layer's overviews.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    /// The zoom from which tiles show the features as they are; below it, overviews of them.
    pub detail_from: u8,
    /// Whether the layer's polygons lie side by side, as those of a land cover.
    pub is_coverage: bool,
    /// The columns whose values make its classes.
    pub columns: Vec<u32>,
    /// Whether there may be features of other classes than these, shown without values.
    pub is_sampled: bool,
    /// The values of each class, as codes in the order of the columns.
    pub classes: Vec<Vec<u32>>,
}

impl Scheme {
    /// Whether tiles made by one show what those made by the other would, where features are the same.
    pub fn agrees_with(&self, other: &Scheme) -> bool {
        let are_whole = !self.is_sampled && !other.is_sampled;
        are_whole
            && self.detail_from == other.detail_from
            && self.is_coverage == other.is_coverage
            && self.columns == other.columns
    }
}
