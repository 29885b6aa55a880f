//! tile: select → quantise → clip → repair → encode. Pure: a tile is a function of the layers'
//! features and its address.
//!
//! - [`select`]: which features of a layer may show in a tile, in canonical order
//! - [`cut`]: a feature's geometry → the tile's grid, clipped to tile and buffer, valid
//! - [`clip`], [`repair`]: the steps of that
//! - [`mvt`]: features → a Mapbox Vector Tile layer

pub mod clip;
pub mod cut;
pub mod mvt;
pub mod repair;
pub mod select;

use cut::{Cutter, Frame};
use mvt::LayerEncoder;
use select::Candidate;

use crate::geo::tile::TileId;
use crate::store::snapshot::ReadyLayer;

/// A finished tile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// The uncompressed Mapbox Vector Tile; empty where nothing lies.
    pub bytes: Vec<u8>,
    /// How many features it holds.
    pub features: u64,
}

/// How many bytes of pages a layer has where a tile and its buffer lie: what reading them all would
/// cost at the most.
pub fn weight(ready: &ReadyLayer, tile: TileId) -> usize {
    ready.segment.weight_in(Frame::new(tile, ready.layer.buffer).window())
}

/// Makes tiles; keeps its memory between them. One a thread.
#[derive(Debug, Default)]
pub struct TileMaker {
    pages: Vec<u32>,
    candidates: Vec<Candidate>,
    cutter: Cutter,
    encoder: LayerEncoder,
}

impl TileMaker {
    /// The tile of some layers, in their order. Layers that are not served at this zoom, or have
    /// nothing here, are absent from it.
    pub fn make<'a>(
        &mut self,
        layers: impl IntoIterator<Item = &'a ReadyLayer>,
        tile: TileId,
    ) -> Tile {
        let mut made = Tile::default();
        for ready in layers {
            if ready.layer.zooms.contains(tile.z()) {
                self.add_layer(ready, tile, &mut made);
            }
        }
        made
    }

    fn add_layer(&mut self, ready: &ReadyLayer, tile: TileId, made: &mut Tile) {
        let ReadyLayer { layer, segment, .. } = ready;
        let frame = Frame::new(tile, layer.buffer);
        select::select(segment, frame.window(), &mut self.pages, &mut self.candidates);
        self.encoder.begin(layer.columns.len());
        for candidate in &self.candidates {
            let Some(page) = segment.page(candidate.page) else {
                continue;
            };
            let feature = candidate.feature as usize;
            let parts = self.cutter.cut(&page, feature, &frame);
            if !parts.is_empty() {
                let codes = (0..layer.columns.len()).map(|column| page.code(column, feature));
                self.encoder.feature(candidate.order.id(), page.kind(feature), parts, codes);
            }
        }
        let names = layer.columns.iter().map(|column| column.name.as_str());
        made.features +=
            self.encoder.finish(&layer.id, names, segment.dictionary(), &mut made.bytes);
    }
}
