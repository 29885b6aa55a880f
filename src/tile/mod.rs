//! tile: select → cut ([`crate::store::cut`]) → encode. Pure: a tile is a function of the layers'
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
use select::Candidate;

use crate::geo::tile::TileId;
use crate::store::cut::{Cutter, Frame};
use crate::store::importance::importance;
use crate::store::parts::View;
use crate::store::snapshot::ReadyLayer;

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

/// How many bytes of pages a layer has where a tile and its buffer lie: what reading them all would
/// cost at the most. 0 where it is not served at the tile's zoom, or has nothing there.
pub fn weight(ready: &ReadyLayer, tile: TileId) -> usize {
    if !ready.layer.zooms.contains(tile.z()) {
        return 0;
    }
    let window = Frame::new(tile, ready.layer.buffer).window();
    ready.features.view(tile).segments().map(|segment| segment.weight_of(tile, window)).sum()
}

/// What a layer brings to a tile.
struct Work<'a> {
    columns: usize,
    view: View<'a>,
    frame: Frame,
}

/// Makes tiles; keeps its memory between them. One a thread.
#[derive(Debug, Default)]
pub struct TileMaker {
    pages: Vec<u32>,
    candidates: Vec<Candidate>,
    ranked: Vec<(u64, Candidate)>,
    cutter: Cutter,
    encoder: LayerEncoder,
}

impl TileMaker {
    /// The tile of some layers, each with its [`weight`] there, in their order, within a budget. Layers
    /// without weight are absent from it.
    pub fn make(&mut self, layers: &[(&ReadyLayer, usize)], tile: TileId, budget: Budget) -> Tile {
        let all: usize = layers.iter().map(|(_, weight)| weight).sum();
        let mut made = Tile::default();
        for (ready, weight) in layers {
            let left_out = match *weight {
                0 => 0,
                own => self.add_layer(ready, tile, budget.share(own, all), &mut made),
            };
            made.left_out.push(left_out);
        }
        made
    }

    /// Adds a layer to a tile; returns how many of its features are left out.
    fn add_layer(
        &mut self,
        ready: &ReadyLayer,
        tile: TileId,
        budget: Budget,
        made: &mut Tile,
    ) -> u64 {
        let layer = &ready.layer;
        let frame = Frame::new(tile, layer.buffer);
        let view = ready.features.view(tile);
        let work = Work { columns: layer.columns.len(), view, frame };
        select::select(&work.view, tile, frame.window(), &mut self.pages, &mut self.candidates);
        let mut candidates = std::mem::take(&mut self.candidates);
        let fits = self.encode_all(&work, budget, &candidates);
        let left_out = match fits {
            true => 0,
            false => self.encode_the_important(&work, budget, &candidates),
        };
        candidates.clear();
        self.candidates = candidates;
        let names = layer.columns.iter().map(|column| column.name.as_str());
        let dictionary = |segment: u32| work.view.segment(segment as usize).dictionary();
        made.features += self.encoder.finish(&layer.id, names, dictionary, &mut made.bytes);
        left_out
    }

    /// Encodes candidates in their order; stops, and says no, where they are more than the budget.
    fn encode_all(&mut self, work: &Work<'_>, budget: Budget, candidates: &[Candidate]) -> bool {
        self.encoder.begin(work.columns, work.view.len());
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
        ranked.clear();
        ranked.extend(candidates.iter().filter_map(|candidate| {
            let page = work.view.segment(candidate.segment as usize).page(candidate.page)?;
            let feature = candidate.feature as usize;
            let (kind, bounds) = (page.kind(feature), page.bounds(feature));
            Some((importance(kind, bounds, candidate.order), *candidate))
        }));
        if wanted < ranked.len() {
            ranked.select_nth_unstable_by_key(wanted, |(importance, candidate)| {
                (Reverse(*importance), *candidate)
            });
            ranked.truncate(wanted);
        }
        ranked.sort_unstable_by_key(|(importance, candidate)| (Reverse(*importance), *candidate));

        self.encoder.begin(work.columns, work.view.len());
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
        self.ranked = ranked;
        candidates.len() as u64 - self.encoder.features()
    }

    fn encode(&mut self, work: &Work<'_>, candidate: &Candidate) {
        let segment = work.view.segment(candidate.segment as usize);
        let Some(page) = segment.page(candidate.page) else {
            return;
        };
        let feature = candidate.feature as usize;
        let parts = self.cutter.cut(&page, feature, &work.frame);
        if !parts.is_empty() {
            self.encoder.feature(
                candidate.order.id(),
                page.kind(feature),
                parts,
                (0..work.columns).map(|column| page.code(column, feature)),
                candidate.segment,
                segment.dictionary(),
            );
        }
    }
}
