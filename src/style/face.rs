//! A font as documents take it: its file, and what its characters are in it. Not its glyphs as maps have them:
//! [`super::font`] makes those.

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// A font, measured in thousandths of its size.
pub struct Face<'f> {
    bytes: &'f [u8],
    file: FontRef<'f>,
}

/// What a character is in a font.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the file.
    pub id: u16,
    /// How far the next one is from it.
    pub advance: f64,
}

/// How high a font is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heights {
    /// Of the highest letters, above the line.
    pub ascent: f64,
    /// Of the lowest ones, below it: negative.
    pub descent: f64,
    /// Of capitals.
    pub capitals: f64,
}

impl<'f> Face<'f> {
    /// Of a font's file, unless it is none.
    pub(super) fn new(bytes: &'f [u8]) -> Option<Face<'f>> {
        Some(Face { bytes, file: FontRef::new(bytes).ok()? })
    }

    /// The file.
    pub fn bytes(&self) -> &'f [u8] {
        self.bytes
    }

    /// What a character is in it, if it has it.
    pub fn glyph(&self, character: char) -> Option<Glyph> {
        let id = self.file.charmap().map(character)?;
        let advance = self.file.glyph_metrics(size(), LocationRef::default()).advance_width(id)?;
        Some(Glyph { id: u16::try_from(id.to_u32()).ok()?, advance: advance.into() })
    }

    /// How high it is.
    pub fn heights(&self) -> Heights {
        let metrics = self.file.metrics(size(), LocationRef::default());
        let capitals = metrics.cap_height.unwrap_or(metrics.ascent);
        let [ascent, descent, capitals] =
            [metrics.ascent, metrics.descent, capitals].map(f64::from);
        Heights { ascent, descent, capitals }
    }
}

fn size() -> Size {
    Size::new(1000.0)
}
