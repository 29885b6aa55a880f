//! store: features as the server keeps them. Written once at load, read by every tile; no SQL, no
//! locks on the way of a request.
//!
//! - [`builder`]: features in, a segment out
//! - [`significance`], [`validity`]: what is worked out once so that tiles need not
//! - [`page`], [`geometry`], [`dictionary`], [`protobuf`]: the bytes
//! - [`segment`]: pages, their directory, the R-tree over them
//! - [`snapshot`]: what all layers are at one moment, held by a request from start to end
//! - [`load`]: reads sources into segments, several at once
//! - [`lock`]: one server a store directory

pub mod builder;
pub mod dictionary;
pub mod geometry;
pub mod load;
pub mod lock;
pub mod page;
pub mod protobuf;
pub mod segment;
pub mod significance;
pub mod snapshot;
pub mod validity;
