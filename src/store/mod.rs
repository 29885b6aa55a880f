//! store: features as the server keeps them. Written once at load, read by every tile; no SQL, no
//! locks on the way of a request.
//!
//! - [`builder`]: features in, a segment out
//! - [`record`], [`content`], [`sorter`]: a feature as bytes, as a number; all of them in order
//! - [`paging`], [`significance`], [`validity`]: pages of detail, with what is worked out once so
//!   that tiles need not
//! - [`overview`]: what is shown below detail, with [`cut`] and [`importance`]: what of a feature
//!   lies in a tile, and who stays where not all can
//! - [`page`], [`geometry`], [`dictionary`], [`protobuf`]: the bytes
//! - [`format`], [`blocks`], [`mapping`]: the file that they stand in, its checksums, its memory
//! - [`segment`]: such a file opened, with an R-tree over its pages
//! - [`overview`]: what stands in a segment for the zooms below detail
//! - [`parts`]: segments that lie over each other, read as one
//! - [`features`]: a segment and what changed since; [`recency`]: when something under a tile did
//! - [`outline`]: the features of one value, as one simplified outline
//! - [`combinations`]: which values of attributes occur together; [`tally`]: how often each does
//! - [`kept`]: what a segment says of the layer that it holds
//! - [`disk`]: the directory of segments
//! - [`snapshot`]: what all layers are at one moment, held by a request from start to end
//! - [`news`]: what changed lately, for those who show it
//! - [`follow`]: what changes in the sources → features, news, segments
//! - [`lookout`]: how well the sources are watched
//! - [`comparison`]: what is served of a layer, held against its source
//! - [`load`]: disk and sources → segments, several at once ([`cores`]); [`freed`]: the memory that it took, given back

pub mod blocks;
pub mod builder;
pub mod combinations;
pub mod comparison;
pub mod content;
pub mod cores;
pub mod cut;
pub mod dictionary;
pub mod disk;
pub mod features;
pub mod follow;
pub mod format;
pub mod freed;
pub mod geometry;
pub mod importance;
pub mod kept;
pub mod load;
pub mod lookout;
pub mod mapping;
pub mod news;
pub mod outline;
pub mod overview;
pub mod page;
pub mod paging;
pub mod parts;
pub mod protobuf;
pub mod recency;
pub mod record;
pub mod segment;
pub mod significance;
pub mod snapshot;
pub mod sorter;
pub mod tally;
pub mod validity;
