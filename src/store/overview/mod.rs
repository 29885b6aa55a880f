//! overview: generalised copies of a layer for the zooms below its detail.
//!
//! - [`mosaic`]: polygons that do not overlap, for one tile, each class keeping its area

pub mod mosaic;
