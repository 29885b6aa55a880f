//! What is refused before any route sees it: addresses too long, bodies that nobody asked for.
//! (Headers too large are refused by hyper, within the buffer that [`super::server`] gives it.)

use axum::http::{Method, Request, header};

use super::error::HttpError;

/// The longest address answered, in bytes: a composite of a hundred layers with long names fits.
const MAX_ADDRESS: usize = 8 * 1024;

/// The largest body let pass unread, in bytes: some clients send a stray one with GET.
const MAX_BODY: u64 = 64 * 1024;

/// Whether a request may go on to its route. Bodies of requests that are to be read, those of POST, are as large
/// as their route lets them be, or `most`.
///
/// # Errors
/// When its address or its announced body is too long.
pub fn check<B>(request: &Request<B>, most: u64) -> Result<(), HttpError> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > MAX_ADDRESS {
        return Err(HttpError::AddressTooLong(MAX_ADDRESS));
    }
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let most = if request.method() == Method::POST { most } else { MAX_BODY };
    if announced.is_some_and(|length| length > most) {
        return Err(HttpError::BodyTooLarge);
    }
    Ok(())
}
