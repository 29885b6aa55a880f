//! Errors as responses: a status, a stable code, a sentence for people; never SQL, paths, versions
//! or inner names. What is the server's fault was logged where it was met.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;

use crate::answer::error::Unanswered;
use crate::style::layer::mistake::Mistake;

/// Why a request gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The path holds what is not an address.
    #[error("{0}")]
    BadAddress(String),
    /// Nothing has this address.
    #[error("nothing is served at this address; see /catalog")]
    NotFound,
    /// No font of a stack is served.
    #[error("no font of \"{0}\" is served; see /catalog for those that are")]
    NoSuchFont(String),
    /// No such sprite is served.
    #[error("no sprite \"{0}\" is served; see /catalog")]
    NoSuchSprite(String),
    /// More than GET and HEAD was asked.
    #[error("this method is not answered here")]
    MethodNotAllowed,
    /// The address is too long.
    #[error("the address is longer than {0} bytes")]
    AddressTooLong(usize),
    /// The request carries a larger body than is read.
    #[error("the body of the request is too large")]
    BodyTooLarge,
    /// The body does not come.
    #[error("the body of the request did not come in time")]
    BodyTooSlow,
    /// The body is not what is asked for.
    #[error("the body is no GeoJSON that can be drawn: {}", told(.0))]
    BadBody(Vec<Mistake>),
    /// The question has no answer.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// Something went wrong inside.
    #[error("something went wrong inside; it is in the server's log")]
    Internal,
}

impl HttpError {
    fn status(&self) -> StatusCode {
        match self {
            HttpError::BadAddress(_) | HttpError::BadBody(_) => StatusCode::BAD_REQUEST,
            HttpError::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            HttpError::NotFound | HttpError::NoSuchFont(_) | HttpError::NoSuchSprite(_) => {
                StatusCode::NOT_FOUND
            }
            HttpError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            HttpError::AddressTooLong(_) => StatusCode::URI_TOO_LONG,
            HttpError::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            HttpError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            HttpError::Unanswered(unanswered) => status(unanswered),
        }
    }

    /// A word that programs may rely on.
    fn code(&self) -> &'static str {
        match self {
            HttpError::BadAddress(_) => "bad_address",
            HttpError::NotFound => "not_found",
            HttpError::NoSuchFont(_) => "no_such_font",
            HttpError::NoSuchSprite(_) => "no_such_sprite",
            HttpError::MethodNotAllowed => "method_not_allowed",
            HttpError::AddressTooLong(_) => "address_too_long",
            HttpError::BodyTooLarge => "body_too_large",
            HttpError::BodyTooSlow => "body_too_slow",
            HttpError::BadBody(_) => "bad_body",
            HttpError::Internal => "internal",
            HttpError::Unanswered(unanswered) => code(unanswered),
        }
    }
}

fn status(unanswered: &Unanswered) -> StatusCode {
    match unanswered {
        Unanswered::NotAlone(_)
        | Unanswered::OtherFormat { .. }
        | Unanswered::NoSuchGroup(_)
        | Unanswered::NotHere(_) => StatusCode::BAD_REQUEST,
        Unanswered::NoSuchLayer(_)
        | Unanswered::NoSuchTile(_)
        | Unanswered::NoSuchStyle(_)
        | Unanswered::NoSuchTerritory(_) => StatusCode::NOT_FOUND,
        Unanswered::StillLoading(_)
        | Unanswered::Damaged
        | Unanswered::TimedOut
        | Unanswered::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Unanswered::BadArchive => StatusCode::BAD_GATEWAY,
        Unanswered::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn code(unanswered: &Unanswered) -> &'static str {
    match unanswered {
        Unanswered::NotAlone(_)
        | Unanswered::OtherFormat { .. }
        | Unanswered::NoSuchGroup(_)
        | Unanswered::NotHere(_) => "bad_address",
        Unanswered::NoSuchLayer(_) => "no_such_layer",
        Unanswered::NoSuchTile(_) => "no_such_tile",
        Unanswered::NoSuchStyle(_) => "no_such_style",
        Unanswered::NoSuchTerritory(_) => "no_such_territory",
        Unanswered::StillLoading(_) => "still_loading",
        Unanswered::Damaged => "damaged",
        Unanswered::BadArchive => "bad_archive",
        Unanswered::TimedOut => "timed_out",
        Unanswered::Busy => "busy",
        Unanswered::Internal => "internal",
    }
}

/// The first few mistakes.
fn told(mistakes: &[Mistake]) -> String {
    let told: Vec<_> = mistakes.iter().take(3).map(Mistake::to_string).collect();
    told.join("; ")
}

/// How long a client waits before it asks again for what is being read.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

impl IntoResponse for HttpError {
    fn into_response(self) -> Response<Body> {
        let mut body = serde_json::json!({ "code": self.code(), "message": self.to_string() });
        if let HttpError::BadBody(mistakes) = &self {
            let mistake = |mistake: &Mistake| {
                let Mistake { pointer, message } = mistake;
                serde_json::json!({ "pointer": pointer, "message": message })
            };
            body["mistakes"] = mistakes.iter().map(mistake).collect();
        }
        let mut response = json(self.status(), &body);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

/// A JSON response.
pub fn json(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let content_type = [(header::CONTENT_TYPE, "application/json")];
    (status, content_type, body.to_string()).into_response()
}

/// The answer to a method that a route does not have; axum says in its `Allow` which it has.
pub async fn method_not_allowed() -> HttpError {
    HttpError::MethodNotAllowed
}
