//! `?explain` on a tile: what it is made of, as JSON, for those who ask why a tile is large or slow.
//! Made anew for each request, and never from the cache.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::App;
use super::error::{self, HttpError};
use crate::catalogue::snapshot::ReadyLayer;
use crate::geo::tile::TileId;
use crate::tile::explain::explain;
use crate::tile::select::Pages;

/// Answers with an explanation of the tile of some layers.
///
/// # Errors
/// When making the tile panics.
pub async fn answer(
    app: App,
    tile: TileId,
    layers: Vec<Arc<ReadyLayer>>,
) -> Result<Response<Body>, HttpError> {
    let made = tokio::task::spawn_blocking(move || describe(&app, tile, &layers));
    let described = made.await.map_err(|_panic| HttpError::Internal)?;
    let mut response = error::json(StatusCode::OK, &described);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn describe(app: &App, tile: TileId, layers: &[Arc<ReadyLayer>]) -> Value {
    let pages: Vec<Pages> = layers.iter().map(|ready| Pages::of(ready, tile)).collect();
    let with_pages: Vec<_> = layers.iter().map(Arc::as_ref).zip(&pages).collect();
    let budget = app.0.budget;
    let started = Instant::now();
    let made = app.0.benches.with(|bench| bench.maker.make(&with_pages, tile, budget));
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
