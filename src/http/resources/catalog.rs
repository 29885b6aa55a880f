//! `/catalog`: everything served.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};

use crate::answer::catalogue::catalogue;
use crate::http::{App, respond};

/// Answers with all that is ready to be served.
pub async fn answer(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    respond::json(&catalogue(app.answers(), &app.seen(), &app.public_url(&headers)))
}
