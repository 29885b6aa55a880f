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
    ready.segment.weight_of(tile, Frame::new(tile, ready.layer.buffer).window())
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
        let ReadyLayer { layer, segment, .. } = ready;
        let frame = Frame::new(tile, layer.buffer);
        select::select(segment, tile, frame.window(), &mut self.pages, &mut self.candidates);
        let mut candidates = std::mem::take(&mut self.candidates);
        let fits = self.encode_all(ready, &frame, budget, &candidates);
        let left_out = match fits {
            true => 0,
            false => self.encode_the_important(ready, &frame, budget, &candidates),
        };
        candidates.clear();
        self.candidates = candidates;
        let names = layer.columns.iter().map(|column| column.name.as_str());
        made.features +=
            self.encoder.finish(&layer.id, names, segment.dictionary(), &mut made.bytes);
        left_out
    }

    /// Encodes candidates in their order; stops, and says no, where they are more than the budget.
    fn encode_all(
        &mut self,
        ready: &ReadyLayer,
        frame: &Frame,
        budget: Budget,
        candidates: &[Candidate],
    ) -> bool {
        self.encoder.begin(ready.layer.columns.len());
        candidates.iter().all(|candidate| {
            self.encode(ready, frame, candidate);
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
        ready: &ReadyLayer,
        frame: &Frame,
        budget: Budget,
        candidates: &[Candidate],
    ) -> u64 {
        let wanted = 2 * self.encoder.features() as usize + 1;
        let mut ranked = std::mem::take(&mut self.ranked);
        ranked.clear();
        ranked.extend(candidates.iter().filter_map(|candidate| {
            let page = ready.segment.page(candidate.page)?;
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

        self.encoder.begin(ready.layer.columns.len());
        let mut pieces = Vec::new();
        for (_, candidate) in &ranked {
            let before = self.encoder.mark();
            self.encode(ready, frame, candidate);
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

    fn encode(&mut self, ready: &ReadyLayer, frame: &Frame, candidate: &Candidate) {
        let ReadyLayer { layer, segment, .. } = ready;
        let Some(page) = segment.page(candidate.page) else {
            return;
        };
        let feature = candidate.feature as usize;
        let parts = self.cutter.cut(&page, feature, frame);
        if !parts.is_empty() {
            let codes = (0..layer.columns.len()).map(|column| page.code(column, feature));
            let dictionary = segment.dictionary();
            self.encoder.feature(
                candidate.order.id(),
                page.kind(feature),
                parts,
                codes,
                dictionary,
            );
        }
    }
}
