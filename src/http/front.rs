//! The front of the house: what every request passes before its route, and every answer after it.
//! Limits, CORS, panics caught. One service of hyper's and no tower of layers: as four boxed layers
//! they cost a tenth of a warm tile. And tiles, which nearly all requests are for, go past the table of routes: there
//! the parts of their address, which they read themselves, are found and copied, 5 % of what a z18 tile costs.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, header};
use axum::response::IntoResponse;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, ready};
use hyper::body::Incoming;
use hyper::service::Service;
use tower_service::Service as _;

use super::cors::Cors;
use super::error::HttpError;
use super::resources::tiles;
use super::{App, address, limits, routes};

/// The routes behind their front.
#[derive(Clone)]
pub struct Front {
    app: App,
    routes: Router,
    cors: Cors,
    /// The largest body that is read.
    most: u64,
}

impl Front {
    /// The front of an application's routes, which read bodies of so many bytes at most.
    pub fn new(app: App, cors: Cors, most: u64) -> Front {
        Front { routes: routes::router(app.clone()), app, cors, most }
    }

    /// The answer to a request that needs no route.
    fn at_the_door(&self, request: &Request<Incoming>) -> Option<Response<Body>> {
        if let Err(error) = limits::check(request, self.most) {
            return Some(error.into_response());
        }
        let is_preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        is_preflight.then(Cors::preflight)
    }
}

impl Service<Request<Incoming>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let cors = self.cors.clone();
        let allowed = cors.allowed(request.headers());
        let answer = match self.at_the_door(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None if request.method() == Method::GET && address::is_tile(request.uri().path()) => {
                let without_body = request.map(|_| Body::empty());
                let tile = tiles::answer(State(self.app.clone()), without_body);
                Either::Right(Either::Left(tile.map(|answer| Ok(answer.into_response()))))
            }
            None => Either::Right(Either::Right(self.routes.clone().call(request))),
        };
        // Nothing of a request that panicked is used again: its future is dropped.
        let answer = AssertUnwindSafe(answer).catch_unwind();
        Box::pin(async move {
            let mut response = match answer.await {
                Ok(Ok(response)) => response,
                // The panic itself is in the log already.
                Err(_panic) => HttpError::Internal.into_response(),
            };
            cors.mark(allowed, response.headers_mut());
            Ok(response)
        })
    }
}
