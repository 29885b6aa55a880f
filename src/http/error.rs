//! Errors as responses: a status, a stable code, a sentence for people; never SQL, paths, versions
//! or inner names. What is the server's fault is logged here, once.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;

use crate::cache::flight::FlightError;
use crate::cache::tiles::{MakeError, Unmakeable};
use crate::map::subject::NotShown;
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
    /// No such layer is served.
    #[error("no layer \"{0}\" is served; see /catalog")]
    NoSuchLayer(String),
    /// The layers are not served at this zoom, or the grid has no such tile.
    #[error("no tile at this address: zooms {0} are served here")]
    NoSuchTile(String),
    /// No such style is served.
    #[error("no style \"{0}\" is served; see /catalog")]
    NoSuchStyle(String),
    /// No such font is served.
    #[error("no font \"{0}\" is served; see /catalog")]
    NoSuchFont(String),
    /// No such sprite is served.
    #[error("no sprite \"{0}\" is served; see /catalog")]
    NoSuchSprite(String),
    /// No such territory is known.
    #[error("no territory \"{0}\" is known; see /territories")]
    NoSuchTerritory(String),
    /// The layer, or those of the style, are still being read.
    #[error("\"{0}\" is still being read; try again in a moment")]
    StillLoading(String),
    /// What is kept of a layer is damaged, and is being read again.
    #[error("what is kept of this layer is damaged; it is read again, try again in a moment")]
    Damaged,
    /// What an archive has there cannot be read.
    #[error("the archive of this tile cannot be read here; it is in the server's log")]
    BadArchive,
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
    /// The answer could not be made in time.
    #[error("the answer could not be made in time; try again")]
    TimedOut,
    /// More was asked for than can be made.
    #[error("more maps are asked for than can be drawn; try again in a moment")]
    Busy,
    /// Something went wrong inside.
    #[error("something went wrong inside; it is in the server's log")]
    Internal,
}

impl HttpError {
    /// Why a style of an id is not shown.
    pub fn not_shown(error: NotShown, id: String) -> HttpError {
        match error {
            NotShown::Unknown => HttpError::NoSuchStyle(id),
            NotShown::StillLoading => HttpError::StillLoading(id),
            NotShown::Broken(error) => {
                tracing::error!("{error}");
                HttpError::Internal
            }
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            HttpError::BadAddress(_) | HttpError::BadBody(_) => StatusCode::BAD_REQUEST,
            HttpError::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            HttpError::NotFound
            | HttpError::NoSuchLayer(_)
            | HttpError::NoSuchTile(_)
            | HttpError::NoSuchStyle(_)
            | HttpError::NoSuchFont(_)
            | HttpError::NoSuchSprite(_)
            | HttpError::NoSuchTerritory(_) => StatusCode::NOT_FOUND,
            HttpError::StillLoading(_)
            | HttpError::Damaged
            | HttpError::TimedOut
            | HttpError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            HttpError::BadArchive => StatusCode::BAD_GATEWAY,
            HttpError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            HttpError::AddressTooLong(_) => StatusCode::URI_TOO_LONG,
            HttpError::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            HttpError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A word that programs may rely on.
    fn code(&self) -> &'static str {
        match self {
            HttpError::BadAddress(_) => "bad_address",
            HttpError::NotFound => "not_found",
            HttpError::NoSuchLayer(_) => "no_such_layer",
            HttpError::NoSuchTile(_) => "no_such_tile",
            HttpError::NoSuchStyle(_) => "no_such_style",
            HttpError::NoSuchFont(_) => "no_such_font",
            HttpError::NoSuchSprite(_) => "no_such_sprite",
            HttpError::NoSuchTerritory(_) => "no_such_territory",
            HttpError::StillLoading(_) => "still_loading",
            HttpError::Damaged => "damaged",
            HttpError::BadArchive => "bad_archive",
            HttpError::MethodNotAllowed => "method_not_allowed",
            HttpError::AddressTooLong(_) => "address_too_long",
            HttpError::BodyTooLarge => "body_too_large",
            HttpError::BodyTooSlow => "body_too_slow",
            HttpError::BadBody(_) => "bad_body",
            HttpError::TimedOut => "timed_out",
            HttpError::Busy => "busy",
            HttpError::Internal => "internal",
        }
    }
}

impl From<MakeError> for HttpError {
    fn from(error: MakeError) -> HttpError {
        // Refusals are counted: a line each would be a load of its own.
        if error != MakeError::Flight(FlightError::Busy) {
            tracing::error!("a tile could not be made: {error}");
        }
        match error {
            MakeError::Flight(FlightError::Busy) => HttpError::Busy,
            MakeError::Flight(FlightError::TimedOut) => HttpError::TimedOut,
            MakeError::Flight(FlightError::Panicked)
            | MakeError::Unmakeable(Unmakeable::Unwritable | Unmakeable::Unwanted) => {
                HttpError::Internal
            }
            MakeError::Unmakeable(Unmakeable::Damaged) => HttpError::Damaged,
            MakeError::Unmakeable(Unmakeable::Unreadable) => HttpError::BadArchive,
        }
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

/// The answer to an address that no route has.
pub async fn not_found() -> HttpError {
    HttpError::NotFound
}

/// The answer to a method that a route does not have; axum says in its `Allow` which it has.
pub async fn method_not_allowed() -> HttpError {
    HttpError::MethodNotAllowed
}
