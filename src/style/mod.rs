//! style: how maps look: styles, the fonts of their texts, the images of their symbols. Pure; what
//! the binary carries is parsed once, at start, and looked up by name ever after.
//!
//! - [`document`]: a MapLibre style, checked, and as it is sent for what is served now
//! - [`binding`]: which layer stands for each role that a style names
//! - [`layer`]: its layers, typed, each property a value or an expression
//! - [`expression`]: what a property is computed by
//! - [`lacking`]: what a style asks for that cannot be had
//! - [`legend`]: what its layers draw, each with a title and how it looks
//! - [`qgis`]: a style as QGIS converts it right
//! - [`shipped`]: the styles, fonts and images that the binary carries
//! - [`font`]: font files → glyphs by range, for a stack of fonts
//! - [`substitute`]: fonts for those that a style names and nobody has
//! - [`face`]: a font as documents take it
//! - [`glyph`]: an outline → the signed distance field that MapLibre draws text with
//! - [`sprite`]: SVG images → a sheet and its index

pub mod bilingual;
pub mod binding;
pub mod document;
pub mod expression;
pub mod face;
pub mod font;
pub mod glyph;
pub mod lacking;
pub mod layer;
pub mod legend;
pub mod qgis;
mod sample;
pub mod shipped;
pub mod sprite;
pub mod substitute;
