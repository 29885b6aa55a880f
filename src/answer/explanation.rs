//! What a tile is made of, for those who ask why it is large or slow. Made anew for each request, and never from
//! the cache.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};

use super::answers::Answers;
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::tile::explain::explain;
use crate::tile::select::Pages;

/// An explanation of the tile of some layers, as JSON.
pub fn explanation(answers: &Answers, tile: TileId, layers: &[Arc<ReadyLayer>]) -> Value {
    let pages: Vec<Pages> = layers.iter().map(|ready| Pages::of(ready, tile)).collect();
    let with_pages: Vec<_> = layers.iter().map(Arc::as_ref).zip(&pages).collect();
    let budget = answers.budget;
    let started = Instant::now();
    let made = answers.scratch.with(|scratch| scratch.maker.make(&with_pages, tile, budget));
    let took = started.elapsed();
    let left_out: Value = layers
        .iter()
        .zip(&made.left_out)
        .filter(|(_, count)| **count > 0)
        .map(|(ready, count)| (ready.layer.id.clone(), Value::from(*count)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    json!({
        "tile": tile.to_string(),
        "bytes": made.bytes.len(),
        "features": made.features,
        "milliseconds": took.as_secs_f64() * 1000.0,
        "budget": { "bytes": budget.bytes, "features": budget.features },
        "left_out": left_out,
        "left_out_because": (left_out != json!({})).then_some(
            "the tile would be above its budget (tile_bytes, tile_features in [server]): the \
             largest features stay, and of points and of equals an even share"
        ),
        "layers": explain(&made.bytes),
    })
}
