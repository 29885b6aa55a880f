//! store: features as the server keeps them. Written once at load, read by every tile; no SQL, no
//! locks on the way of a request.
//!
//! - [`builder`]: features in, a segment out
//! - [`significance`], [`validity`]: what is worked out once so that tiles need not
//! - [`content`]: what a feature is as a number, and all of a layer together
//! - [`page`], [`geometry`], [`dictionary`], [`protobuf`]: the bytes
//! - [`format`], [`blocks`], [`mapping`]: the file that they stand in, its checksums, its memory
//! - [`segment`]: such a file opened, with an R-tree over its pages
//! - [`overview`]: what stands in a segment for the zooms below detail
//! - [`kept`]: what a segment says of the layer that it holds
//! - [`disk`]: the directory of segments
//! - [`snapshot`]: what all layers are at one moment, held by a request from start to end
//! - [`load`]: disk and sources → segments, several at once

pub mod blocks;
pub mod builder;
pub mod content;
pub mod dictionary;
pub mod disk;
pub mod format;
pub mod geometry;
pub mod kept;
pub mod load;
pub mod mapping;
pub mod overview;
pub mod page;
pub mod protobuf;
pub mod segment;
pub mod significance;
pub mod snapshot;
pub mod validity;
