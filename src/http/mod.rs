//! http: addresses in, answers out. The only place that knows axum, and the only one where an
//! error becomes a response.
//!
//! A request passes through the limits of [`server`], then the [`front`], then the route of its
//! resource, which asks [`crate::answer`]. No route waits for a database.
//!
//! - [`server`]: accepting, time limits, draining at the end
//! - [`front`]: what every request passes before its route, and every answer after it:
//!   [`limits`], [`cors`], panics caught
//! - [`routes`]: the table of all addresses, of which [`openapi`] tells programs
//! - [`app`]: what all requests share; [`pages`]: the files of viewer and widget
//! - [`address`]: a path → layers and tile; [`map_address`]: what of the world a drawn map shows, and how large
//! - [`negotiation`]: `Accept`, `Accept-Encoding`, `If-None-Match`
//! - [`query`]: what else an address of a drawn map says
//! - [`resources`]: one file each
//! - [`respond`]: answers as responses; [`error`]: errors as responses

pub mod address;
pub mod app;
pub mod cors;
pub mod error;
pub mod front;
pub mod limits;
pub mod map_address;
pub mod negotiation;
pub mod openapi;
pub mod pages;
pub mod query;
pub mod resources;
pub mod respond;
pub mod routes;
pub mod server;

pub use app::App;
