//! The fonts of a page's texts: which glyphs it takes of each, and these alone as part of the PDF, with what
//! makes its texts be found and copied.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use crate::style::face::Face;
use crate::style::font::Fonts;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// Regular.
    Plain,
    /// For titles.
    Bold,
    /// As names of waters are.
    Italic,
}

const HANDS: [(Hand, &str, &[u8]); 3] = [
    (Hand::Plain, "Source Sans 3 Regular", b"Plain"),
    (Hand::Bold, "Source Sans 3 SemiBold", b"Bold"),
    (Hand::Italic, "Source Sans 3 Italic", b"Italic"),
];

/// The fonts of a page; none of those that this build does not carry.
pub struct Letters<'f>(BTreeMap<Hand, Font<'f>>);

struct Font<'f> {
    face: Face<'f>,
    name: &'static [u8],
    glyphs: GlyphRemapper,
    /// By the numbers that glyphs have in the PDF: which character each is, and how wide.
    used: BTreeMap<u16, (char, f64)>,
}

/// A text as a PDF has it.
pub struct Set {
    /// Two bytes a glyph.
    pub bytes: Vec<u8>,
    /// In thousandths of the font's size.
    pub width: f64,
}

impl<'f> Letters<'f> {
    /// No letters yet.
    pub fn new(fonts: &'f Fonts) -> Letters<'f> {
        let font = |(hand, file, name): (Hand, &str, &'static [u8])| {
            let face = fonts.face(file)?;
            Some((hand, Font { face, name, glyphs: GlyphRemapper::new(), used: BTreeMap::new() }))
        };
        Letters(HANDS.into_iter().filter_map(font).collect())
    }

    /// How long a text is, in thousandths of its size.
    pub fn width(&self, hand: Hand, text: &str) -> f64 {
        let Some(font) = self.0.get(&hand) else { return 0.0 };
        text.chars().filter_map(|character| Some(font.glyph(character)?.1)).sum()
    }

    /// How high capitals are, in thousandths of their size.
    pub fn capitals(&self, hand: Hand) -> f64 {
        self.0.get(&hand).map_or(0.0, |font| font.face.heights().capitals)
    }

    /// A text, and the name of its font on the page. Characters that the font lacks are left out.
    pub fn set(&mut self, hand: Hand, text: &str) -> Option<(Name<'static>, Set)> {
        let font = self.0.get_mut(&hand)?;
        let mut set = Set { bytes: Vec::new(), width: 0.0 };
        for character in text.chars() {
            let Some((id, advance)) = font.glyph(character) else { continue };
            let id = font.glyphs.remap(id);
            font.used.entry(id).or_insert((character, advance));
            set.bytes.extend(id.to_be_bytes());
            set.width += advance;
        }
        Some((Name(font.name), set))
    }

    /// The names of the fonts that are in use, each with the object that it will be.
    pub fn in_use(&self, next: &mut dyn FnMut() -> Ref) -> Vec<(Hand, Name<'static>, Ref)> {
        let used = self.0.iter().filter(|(_, font)| !font.used.is_empty());
        used.map(|(hand, font)| (*hand, Name(font.name), next())).collect()
    }

    /// Writes a font.
    pub fn write(&self, hand: Hand, id: Ref, pdf: &mut Pdf, next: &mut dyn FnMut() -> Ref) {
        if let Some(font) = self.0.get(&hand) {
            font.write(id, pdf, next);
        }
    }
}

impl Font<'_> {
    /// The glyph of a character, or else of one that looks like it, and its width.
    fn glyph(&self, character: char) -> Option<(u16, f64)> {
        let glyph = self.face.glyph(character).or_else(|| match character {
            '\u{202f}' | '\u{a0}' => self.face.glyph(' '),
            _ => None,
        })?;
        Some((glyph.id, glyph.advance))
    }

    fn write(&self, id: Ref, pdf: &mut Pdf, next: &mut dyn FnMut() -> Ref) {
        const SYSTEM: SystemInfo<'_> =
            SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
        // Six letters and a plus sign tell that it is a part of a font.
        let base = [b"TUILES+", self.name].concat();
        let base = Name(&base);
        let [descendant, descriptor, unicode, file] = [next(), next(), next(), next()];
        pdf.type0_font(id)
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(unicode);
        let mut cid = pdf.cid_font(descendant);
        cid.subtype(CidFontType::Type2).base_font(base).system_info(SYSTEM);
        cid.font_descriptor(descriptor).cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for (glyph, (_, advance)) in &self.used {
            widths.same(*glyph, *glyph, *advance as f32);
        }
        widths.finish();
        cid.finish();
        let heights = self.face.heights();
        let [ascent, descent, capitals] =
            [heights.ascent, heights.descent, heights.capitals].map(|height| height as f32);
        pdf.font_descriptor(descriptor)
            .name(base)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(-500.0, descent, 1500.0, ascent))
            .italic_angle(0.0)
            .ascent(ascent)
            .descent(descent)
            .cap_height(capitals)
            .stem_v(80.0)
            .font_file2(file);
        let mut map = UnicodeCmap::new(Name(b"Unicode"), SYSTEM);
        for (glyph, (character, _)) in &self.used {
            map.pair(*glyph, *character);
        }
        pdf.cmap(unicode, map.finish().as_slice());
        // A font that cannot be cut is not there: readers put one of their own in its place.
        let bytes = subsetter::subset(self.face.bytes(), 0, &self.glyphs).unwrap_or_default();
        pdf.stream(file, &bytes).pair(Name(b"Length1"), i32::try_from(bytes.len()).unwrap_or(0));
    }
}
