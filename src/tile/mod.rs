//! tile: select → cut ([`crate::segment::cut`]) → encode. Pure: a tile is a function of the layers'
//! features and its address.
//!
//! - [`select`]: which features of a layer may show in a tile, in canonical order
//! - [`mvt`]: features → a Mapbox Vector Tile layer
//! - [`mlt`]: a finished tile → the same as a MapLibre Tile; [`format`]: the two by name
//! - [`budget`]: what a tile may weigh, and who stays out when it would weigh more
//! - [`explain`]: what a finished tile is made of

pub mod budget;
pub mod explain;
pub mod format;
pub mod mlt;
pub mod mvt;
pub mod select;

use std::cmp::Reverse;

use budget::Budget;
use mvt::LayerEncoder;
use select::{Candidate, Opened, Pages};

use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::segment::cut::{Cutter, Frame};

/// A finished tile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// The uncompressed Mapbox Vector Tile; empty where nothing lies.
    pub bytes: Vec<u8>,
    /// How many features it holds.
    pub features: u64,
    /// How many the budget left out of each layer that was asked for.
    pub left_out: Vec<u64>,
}

/// What a layer brings to a tile.
struct Work<'a> {
    columns: usize,
    segments: usize,
    pages: Vec<Opened<'a>>,
    frame: Frame,
}

/// Makes tiles; keeps its memory between them. One a thread.
#[derive(Debug, Default)]
pub struct TileMaker {
    candidates: Vec<Candidate>,
    ranked: Vec<(u64, Candidate)>,
    cutter: Cutter,
    encoder: LayerEncoder,
}

/// Room for so many candidates is kept from tile to tile. A tile without an overview may have millions.
const KEPT: usize = 1 << 16;

impl TileMaker {
    /// The tile of some layers, each with its [`Pages`] there, in their order, within a budget. Layers without any are
    /// absent from it.
    pub fn make(&mut self, layers: &[(&ReadyLayer, &Pages)], tile: TileId, budget: Budget) -> Tile {
        let all: usize = layers.iter().map(|(_, pages)| pages.weight()).sum();
        let mut made = Tile::default();
        for (ready, pages) in layers {
            let left_out = match pages.weight() {
                0 => 0,
                own => self.add_layer(ready, pages, tile, budget.share(own, all), &mut made),
            };
            made.left_out.push(left_out);
        }
        made
    }

    /// Adds a layer to a tile; returns how many of its features are left out.
    fn add_layer(
        &mut self,
        ready: &ReadyLayer,
        pages: &Pages,
        tile: TileId,
        budget: Budget,
        made: &mut Tile,
    ) -> u64 {
        let layer = &ready.layer;
        let frame = Frame::new(tile, layer.buffer);
        let view = ready.features.view(tile);
        let (columns, segments) = (layer.columns.len(), view.len());
        let work = Work { columns, segments, pages: pages.open(&view), frame };
        let mut candidates = std::mem::take(&mut self.candidates);
        select::select(&view, &work.pages, frame.window(), &mut candidates);
        let fits = self.encode_all(&work, budget, &candidates);
        let left_out = match fits {
            true => 0,
            false => self.encode_the_important(&work, budget, &candidates),
        };
        candidates.clear();
        candidates.shrink_to(KEPT);
        self.candidates = candidates;
        let names = layer.columns.iter().map(|column| column.name.as_str());
        let dictionary = |segment: u32| view.segment(segment as usize).dictionary();
        made.features += self.encoder.finish(&layer.id, names, dictionary, &mut made.bytes);
        left_out
    }

    /// Encodes candidates in their order; stops, and says no, where they are more than the budget.
    fn encode_all(&mut self, work: &Work<'_>, budget: Budget, candidates: &[Candidate]) -> bool {
        self.encoder.begin(work.columns, work.segments);
        candidates.iter().all(|candidate| {
            self.encode(work, candidate);
            self.encoder.is_within(budget)
        })
    }

    /// Encodes the candidates that matter most, as many as the budget takes, and leaves them in
    /// canonical order. Returns how many are left out.
    ///
    /// How many it takes is estimated from those that were encoded in vain, twice over, so that the
    /// rest need not be sorted.
    fn encode_the_important(
        &mut self,
        work: &Work<'_>,
        budget: Budget,
        candidates: &[Candidate],
    ) -> u64 {
        let wanted = 2 * self.encoder.features() as usize + 1;
        let mut ranked = std::mem::take(&mut self.ranked);
        ranked.extend(
            candidates.iter().map(|candidate| (candidate.importance(&work.pages), *candidate)),
        );
        if wanted < ranked.len() {
            ranked.select_nth_unstable_by_key(wanted, |(importance, candidate)| {
                (Reverse(*importance), *candidate)
            });
            ranked.truncate(wanted);
        }
        ranked.sort_unstable_by_key(|(importance, candidate)| (Reverse(*importance), *candidate));

        self.encoder.begin(work.columns, work.segments);
        let mut pieces = Vec::new();
        for (_, candidate) in &ranked {
            let before = self.encoder.mark();
            self.encode(work, candidate);
            if !self.encoder.is_within(budget) {
                self.encoder.back_to(before);
                break;
            }
            pieces.push((*candidate, before));
        }
        self.encoder.reorder(&pieces);
        ranked.clear();
        ranked.shrink_to(KEPT);
        self.ranked = ranked;
        candidates.len() as u64 - self.encoder.features()
    }

    fn encode(&mut self, work: &Work<'_>, candidate: &Candidate) {
        let Opened { segment, number, page } = &work.pages[candidate.page as usize];
        let feature = candidate.feature as usize;
        let parts = self.cutter.cut(page, feature, &work.frame);
        if !parts.is_empty() {
            self.encoder.feature(
                candidate.order.id(),
                page.kind(feature),
                parts,
                (0..work.columns).map(|column| page.code(column, feature)),
                *number,
                segment.dictionary(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::features::Features;
    use crate::config::Overview;
    use crate::geo::shape::{Shape, ShapeKind};
    use crate::geo::tile::ZoomRange;
    use crate::geo::world::WorldPoint;
    use crate::overview::Recipe;
    use crate::segment::builder::SegmentBuilder;
    use crate::segment::kept::{Description, Reading};
    use crate::source::{About, FeatureSink};

    /// A layer of points side by side, all on the first tile of any zoom.
    fn points(count: u32) -> ReadyLayer {
        let mut builder = SegmentBuilder::new(0, false, None);
        for x in 0..count {
            let mut shape = Shape::new(ShapeKind::Point);
            shape.push_point(WorldPoint { x, y: x });
            builder.feature(None, &shape, &[]).unwrap();
        }
        let (zooms, buffer) = (ZoomRange::DEFAULT, 64);
        let detail = Overview { detail: Some(0), ..Overview::default() };
        let recipe = Recipe::new(&detail, &[], zooms, buffer);
        let features = Features::new(builder.finish_in_memory(&recipe).unwrap());
        let (id, about) = ("points".to_owned(), About::default());
        let layer = Description { id, about, columns: Vec::new(), zooms, buffer };
        ReadyLayer { layer, features, reading: Reading::default(), is_stale: false }
    }

    #[test]
    fn g7_what_a_tile_of_very_many_features_took_is_given_back() {
        let layer = points(3 * KEPT as u32);
        let tile = TileId::new(10, 0, 0).unwrap();
        let mut maker = TileMaker::default();
        let budget = Budget { bytes: 10_000, features: 1_000 };
        let made = maker.make(&[(&layer, &Pages::of(&layer, tile))], tile, budget);
        assert_eq!(made.left_out, [3 * KEPT as u64 - made.features]);
        assert!(made.features > 500);
        assert!(maker.candidates.capacity() <= KEPT && maker.ranked.capacity() <= KEPT);
    }
}
