//! A layer's symbols in a tile with what is decided about them. Those that are shown alone are kept: that
//! is all that is drawn, and little enough to be kept between pictures.

use super::bucket::{Bucket, Symbol};
use super::label::Label;
use super::placement::Decision;
use super::quad::Quad;
use crate::geo::tile::TileId;
use crate::render::affine::Affine;

/// A layer's symbols in a tile that are shown.
#[derive(Clone)]
pub struct Placed {
    /// The tile, and how many worlds to the east it lies.
    pub tile: (TileId, i32),
    /// The symbols.
    pub bucket: Bucket,
    /// What is shown of each.
    pub decisions: Vec<Decision>,
    /// Units of the tile → pixels of CSS.
    pub to_picture: Affine,
}

impl Placed {
    /// Without the symbols of which nothing is shown.
    #[must_use]
    pub fn shown_only(mut self) -> Placed {
        let is_shown = |decision: &Decision| decision.text || decision.icon;
        let mut decisions = self.decisions.iter();
        self.bucket.symbols.retain(|_| decisions.next().is_some_and(is_shown));
        self.decisions.retain(is_shown);
        self.bucket.symbols.shrink_to_fit();
        self.decisions.shrink_to_fit();
        self
    }

    /// Adds those that are shown in another picture of the same tile.
    pub fn add(&mut self, other: Placed) {
        let symbols = std::mem::take(&mut self.bucket.symbols).into_iter();
        let mut all: Vec<(Symbol, Decision)> = symbols.zip(self.decisions.drain(..)).collect();
        all.extend(other.bucket.symbols.into_iter().zip(other.decisions));
        all.sort_by_key(|(symbol, _)| symbol.number);
        all.dedup_by_key(|(symbol, _)| symbol.number);
        (self.bucket.symbols, self.decisions) = all.into_iter().unzip();
    }

    /// The bytes that it takes in memory, about: a label that stands at several anchors counts at each.
    pub fn memory(&self) -> usize {
        let symbol = |symbol: &Symbol| {
            size_of::<Symbol>() + size_of_val(&*symbol.line) + memory_of_label(&symbol.label)
        };
        size_of::<Placed>()
            + self.decisions.len() * size_of::<Decision>()
            + self.bucket.symbols.iter().map(symbol).sum::<usize>()
    }
}

fn memory_of_label(label: &Label) -> usize {
    let texts = label.texts.iter().map(|(_, text)| text).chain(&label.vertical);
    let signs = label.icon.iter().chain(&label.vertical_icon);
    let quads = texts.map(|text| text.quads.len()).chain(signs.map(|sign| sign.quads.len()));
    size_of::<Label>() + quads.sum::<usize>() * size_of::<Quad>() + label.name.len()
}
