//! Is it alive, is it ready: for load balancers, orchestrators and people.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::catalogue::snapshot::LayerState;
use crate::http::App;
use crate::http::error;

/// 200 as long as the process answers.
pub async fn live() -> Response<Body> {
    no_store(error::json(StatusCode::OK, &json!({ "live": true })))
}

/// 200 once every layer of every source is ready, opened from disk (`stale`), or refused; 503 before;
/// with the state of each, and the sources that cannot be used, whose layers are refused, or stale.
/// Why a source or layer is refused is in the log and in `tuilerie check`: reasons name tables and columns.
pub async fn ready(State(app): State<App>) -> Response<Body> {
    let seen = app.seen();
    let layers: Map<String, Value> =
        seen.layers().map(|(id, state)| (id.to_owned(), describe(&app, id, state))).collect();
    let ready = seen.is_settled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": ready,
        "all_sources_reached": !seen.is_incomplete(),
        "refused_sources": seen.refused_sources().collect::<Vec<_>>(),
        "layers": layers,
    });
    no_store(error::json(status, &body))
}

fn describe(app: &App, id: &str, state: &LayerState) -> Value {
    match state {
        LayerState::Loading(_, progress) => json!({
            "state": "loading",
            "rows": progress.rows.load(Ordering::Relaxed),
            "expected_rows": progress.expected.load(Ordering::Relaxed),
        }),
        LayerState::Ready(ready) => json!({
            "state": if ready.is_stale { "stale" } else { "ready" },
            "features": ready.features.len(),
            "faults": ready.reading.report.total(),
            "age_seconds": ready.reading.age().as_secs(),
            // For layers whose changes are told: how long ago all of them had been seen.
            "lag_seconds": app.answers().lookout().lag(id).map(|lag| lag.as_secs_f32()),
            "changes": ready.features.changed(),
        }),
        LayerState::Tileset(ready) => json!({
            "state": "ready",
            "content_type": ready.tileset.archive.format().media_type(),
        }),
        LayerState::Refused(_) => json!({ "state": "refused" }),
    }
}

fn no_store(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
