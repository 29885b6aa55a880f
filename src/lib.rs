//! Tuilerie, a vector tile and map rendering server.
//!
//! The modules, in the order in which data flows through them; each imports only what stands
//! above it (`tests/promises/architecture.rs` holds that):
//!
//! - [`geo`]: tile addresses, the quantised world, shapes, projections; pure
//! - [`config`]: what was written, checked into what holds
//! - [`source`]: where features come from: PostGIS, files, the demo data
//! - [`store`]: features as the server keeps them: pages in Hilbert order, an R-tree, snapshots
//! - [`tile`]: select, clip, quantise, repair, encode; pure
//! - [`style`]: styles, the fonts and images of maps; pure
//! - [`render`]: a style and its data → pixels; pure
//! - [`map`]: what is served, drawn: pictures → images; pure
//! - [`cache`]: finished answers, made once each
//! - [`http`]: addresses in, answers out; the only place where an error becomes a response
//! - [`cli`]: arguments, commands, exit codes

// Tests may unwrap: a panic there is the report.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod cache;
pub mod cli;
pub mod config;
pub mod geo;
pub mod http;
pub mod map;
pub mod render;
pub mod source;
pub mod store;
pub mod style;
pub mod tile;
