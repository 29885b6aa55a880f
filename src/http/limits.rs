//! What is refused before any route sees it: addresses too long, bodies that nobody asked for.
//! (Headers too large are refused by hyper, within the buffer that [`super::server`] gives it.)

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::error::HttpError;

/// The longest address answered, in bytes: a composite of a hundred layers with long names fits.
const MAX_ADDRESS: usize = 8 * 1024;

/// The largest body let pass unread, in bytes: some clients send a stray one with GET.
const MAX_BODY: u64 = 64 * 1024;

/// Refuses, or hands on.
pub async fn limits(request: Request, next: Next) -> Response<Body> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > MAX_ADDRESS {
        return HttpError::AddressTooLong(MAX_ADDRESS).into_response();
    }
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return HttpError::BodyTooLarge.into_response();
    }
    next.run(request).await
}
