//! text: characters → glyphs, each at its place, as MapLibre lays texts out, so that a map looks the
//! same here and in the browser: glyphs of 24 pixels to the em, one a character, no font features.
//!
//! - [`glyph`]: distance fields by font and character, read from ranges of them
//! - [`character`]: what layout asks of a character
//! - [`arabic`]: letters → the shapes that they take in a word
//! - [`marked`]: a text, each character with the section that it is of
//! - [`breaking`]: where lines end
//! - [`bidi`]: the order in which a line is drawn
//! - [`vertical`]: punctuation of vertical texts
//! - [`bounds`]: a box around an anchor
//! - [`shaping`]: all of it: a text → lines of glyphs, and their box

pub mod arabic;
pub mod bidi;
pub mod bounds;
pub mod breaking;
pub mod character;
pub mod glyph;
pub mod marked;
pub mod shaping;
pub mod vertical;

/// Units to the em that texts are laid out in.
pub const EM: f64 = 24.0;
