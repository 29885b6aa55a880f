//! `/metrics`, where Prometheus reads what is counted.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse;

use crate::http::App;

/// Answers with all counters, in Prometheus' text format.
pub async fn answer(State(app): State<App>) -> Response<Body> {
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], app.answers().metrics()).into_response()
}
