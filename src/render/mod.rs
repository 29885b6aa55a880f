//! render: a style and the data that its layers draw → pixels, on the CPU. Pure: what is drawn was
//! fetched before, no I/O, no clock, no threads of its own.
//!
//! The pictures are MapLibre GL's, which is what browsers show: areas are sampled at the centres of
//! pixels and smoothed along their outlines, lines are smoothed over one pixel across, by the same
//! formulas as its shaders. (Rejected: exact coverage of pixels. It leaves seams of the background
//! between areas that share a border, as those of a land cover do, and disagrees with the browser.)
//!
//! - [`view`]: which part of the world, how large: world → pixels
//! - [`cover`]: the tiles that a view needs
//! - [`source`]: data as the renderer gets it: features, images, heights
//! - [`images`]: what icons and patterns are made of
//! - [`scene`]: a style's layers with all that they draw
//! - [`picture`]: premultiplied pixels
//! - `stage`: a layer at the moment it is drawn
//! - `layers`: the layers of a scene, drawn one over the other; `group`: those that are drawn as one
//! - [`scan`]: shapes → pixels; `texture`, `pattern`: images between their pixels, and
//!   repeated over a shape
//! - `background`, `fill`, `line`, `circle`, `heatmap`, `raster`, `hillshade`, `color_relief`: the kinds
//!   of layers
//! - `select`: which features a layer draws
//! - [`support`]: what of the style specification is drawn, and what is not
//! - [`text`]: a text → glyphs with their places
//! - `symbol`: the layers of texts and icons, which are placed together before any is drawn

pub mod affine;
mod background;
mod circle;
mod color_relief;
pub mod cover;
mod fill;
mod group;
mod heatmap;
mod hillshade;
pub mod images;
mod layers;
mod line;
mod pattern;
pub mod picture;
mod raster;
pub mod scan;
pub mod scene;
mod select;
pub mod source;
mod stage;
pub mod support;
mod symbol;
pub mod text;
mod texture;
pub mod view;

pub use layers::{
    labels, place, render, render_over_while, render_tile, render_tile_while, render_while,
};
pub use symbol::{Metatile, Symbols};
