//! Tuilerie, a vector tile and map rendering server.
//!
//! The modules, in the order in which data flows through them; each imports only what stands
//! above it (`tests/promises/architecture.rs` holds that):
//!
//! - [`geo`]: tile addresses, the quantised world, shapes, projections; pure
//! - [`wire`]: protobuf; pure
//! - [`config`]: what was written, checked into what holds
//! - [`source`]: where features come from: PostGIS, files, the demo data
//! - [`segment`]: features as immutable bytes: pages in Hilbert order, an R-tree
//! - [`overview`]: what is shown below a layer's detail
//! - [`catalogue`]: which layers there are at one moment, and what changed when
//! - [`query`]: outlines, counts of values
//! - [`sync`]: loads, compares, follows, compacts; alone writes
//! - [`tile`]: select, clip, quantise, repair, encode; pure
//! - [`style`]: styles, the fonts and images of maps; pure, knows no store
//! - [`render`]: a style and its data → pixels; pure, knows no store
//! - [`map`]: what is served, drawn: pictures → images
//! - [`cache`]: finished answers, made once each
//! - [`answer`]: questions about what is served, and their answers
//! - [`http`]: addresses in, answers out; the only place where an error becomes a response
//! - [`cli`]: arguments, commands, exit codes

// Tests may unwrap: a panic there is the report.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod answer;
pub mod cache;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod geo;
pub mod http;
pub mod map;
pub mod overview;
pub mod query;
pub mod render;
pub mod segment;
pub mod source;
pub mod style;
pub mod sync;
pub mod tile;
pub mod wire;
