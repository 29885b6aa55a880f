//! segment: the features of a layer as immutable bytes: pages in Hilbert order, an R-tree over them, a
//! dictionary of values, checksums. Read by every tile; no SQL, no locks.
//!
//! - [`builder`]: features in, pages of detail out
//! - [`record`], [`content`], [`sorter`]: a feature as bytes, as a number; all of them in order
//! - [`paging`], [`significance`], [`validity`], [`census`]: pages of detail, with what is worked out once so
//!   that tiles need not
//! - [`page`], [`geometry`], [`dictionary`]: the bytes
//! - [`format`], [`blocks`], [`mapping`]: the file that they stand in, its checksums, its memory
//! - [`scheme`]: what is decided for all overviews of a segment
//! - [`reader`]: such a file opened, with an R-tree over its pages
//! - [`kept`]: what a segment says of the layer that it holds
//! - [`parts`]: segments that lie over each other, read as one
//! - [`cut`], [`importance`]: what of a feature lies in a tile, and who stays where not all can
//! - [`cores`]: work on all cores at once

pub mod blocks;
pub mod builder;
pub mod census;
pub mod content;
pub mod cores;
pub mod cut;
pub mod dictionary;
pub mod format;
pub mod geometry;
pub mod importance;
pub mod kept;
pub mod mapping;
pub mod page;
pub mod paging;
pub mod parts;
pub mod reader;
pub mod record;
pub mod scheme;
pub mod significance;
pub mod sorter;
pub mod validity;
