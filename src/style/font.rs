//! Fonts, and the glyphs of stacks of them: `/fonts/Source Sans 3 Regular/0-255.pbf`. Names are matched by their
//! letters and digits alone: `opensansregular`, `open-sans-regular`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::DrawSettings;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};

use super::face::Face;
use super::glyph::{self, Outline};
use crate::wire::protobuf::put_bytes;

/// Characters in a range.
const RANGE: u32 = 256;
/// Ranges: MapLibre asks for the basic plane only. It bounds what a font can hold in memory.
const RANGES: usize = 256;
/// The most fonts in a stack: styles have two or three.
const MAX_STACK: usize = 8;

/// The fonts that are served, by the letters and digits of their names.
#[derive(Default)]
pub struct Fonts(BTreeMap<String, Font>);

/// One font, with the glyphs that were asked for so far.
struct Font {
    /// As styles write it.
    name: String,
    bytes: Cow<'static, [u8]>,
    ranges: Box<[OnceLock<GlyphRange>; RANGES]>,
}

/// Characters and their glyphs as messages, in the order of the characters.
type GlyphRange = Vec<(u32, Vec<u8>)>;

/// A range of 256 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(usize);

impl Range {
    /// The range of its first and last character.
    pub fn new(first: u32, last: u32) -> Option<Range> {
        let range = usize::try_from(first / RANGE).ok().filter(|range| *range < RANGES)?;
        (first.is_multiple_of(RANGE) && last == first + RANGE - 1).then_some(Range(range))
    }

    fn characters(self) -> std::ops::Range<u32> {
        let first = self.0 as u32 * RANGE;
        first..first + RANGE
    }
}

/// A stack of which there is no font.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchFont(pub String);

/// The families of the style specification's default stack, which has a substitute: every style without
/// `text-font` means it.
const DEFAULT_FAMILIES: [&str; 2] = ["opensans", "arialunicodems"];

/// What a name has in common with all the ways to write it.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Fonts {
    /// Adds the font of a file, in the place of one of the same name.
    ///
    /// # Errors
    /// For what is no font.
    pub fn add(&mut self, bytes: Cow<'static, [u8]>) -> Result<(), &'static str> {
        let file = FontRef::new(&bytes).map_err(|_| "is no font")?;
        let name = name(&file);
        if name.is_empty() {
            return Err("is a font without a name");
        }
        let ranges = Box::new([const { OnceLock::new() }; RANGES]);
        self.0.insert(folded(&name), Font { name, bytes, ranges });
        Ok(())
    }

    /// Their names, as styles write them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|font| font.name.as_str())
    }

    /// A font by its name.
    pub fn face(&self, name: &str) -> Option<Face<'_>> {
        Face::new(&self.0.get(&folded(name))?.bytes)
    }

    /// Whether a stack has a font that there is, or is the specification's default.
    pub fn has(&self, stack: &str) -> bool {
        self.of_stack(stack).next().is_some() || is_default(stack)
    }

    /// The name of the font that stands for a stack of which there is none.
    pub fn substitute(&self, stack: &str) -> Option<&str> {
        self.substitute_font(stack).map(|font| font.name.as_str())
    }

    /// The fonts of a stack that there are, in its order.
    fn of_stack(&self, stack: &str) -> impl Iterator<Item = &Font> {
        stack.split(',').filter_map(|name| self.0.get(&folded(name))).take(MAX_STACK)
    }

    /// One of ours, as bold or slanted as the first of the stack says it is; or any.
    fn substitute_font(&self, stack: &str) -> Option<&Font> {
        let wanted = folded(stack.split(',').next().unwrap_or_default());
        let is = |words: &[&str]| words.iter().any(|word| wanted.contains(word));
        let ours = match (is(&["bold", "black", "heavy"]), is(&["italic", "oblique"])) {
            (true, _) => "Source Sans 3 SemiBold",
            (false, true) => "Source Sans 3 Italic",
            (false, false) => "Source Sans 3 Regular",
        };
        self.0.get(&folded(ours)).or_else(|| self.0.values().next())
    }

    /// The glyphs of a range, of the first font of the stack that has each, as node-fontnik writes
    /// them. `stack` is a list of names with commas between; those that no font has count for nothing.
    ///
    /// # Errors
    /// Where no font has any of the names.
    pub fn glyphs(&self, stack: &str, range: Range) -> Result<Vec<u8>, NoSuchFont> {
        match self.has(stack) {
            true => self.glyphs_or_substitute(stack, range),
            false => None,
        }
        .ok_or_else(|| NoSuchFont(stack.to_owned()))
    }

    /// The same, with the glyphs of another font where there is none of the stack.
    pub fn glyphs_or_substitute(&self, stack: &str, range: Range) -> Option<Vec<u8>> {
        let mut fonts: Vec<&Font> = self.of_stack(stack).collect();
        if fonts.is_empty() {
            fonts.push(self.substitute_font(stack)?);
        }
        Some(written(stack, &fonts, range))
    }
}

fn is_default(stack: &str) -> bool {
    let is_of = |name: &str| DEFAULT_FAMILIES.iter().any(|family| folded(name).starts_with(family));
    stack.split(',').any(is_of)
}

/// The glyphs of a range of some fonts, as a file.
fn written(stack: &str, fonts: &[&Font], range: Range) -> Vec<u8> {
    let mut chosen: BTreeMap<u32, &[u8]> = BTreeMap::new();
    for (character, message) in fonts.iter().flat_map(|font| font.range(range)) {
        chosen.entry(*character).or_insert(message);
    }
    let characters = range.characters();
    let mut fontstack = Vec::new();
    put_bytes(1, stack.as_bytes(), &mut fontstack);
    let range = format!("{}-{}", characters.start, characters.end - 1);
    put_bytes(2, range.as_bytes(), &mut fontstack);
    for message in chosen.values() {
        put_bytes(3, message, &mut fontstack);
    }
    let mut glyphs = Vec::new();
    put_bytes(1, &fontstack, &mut glyphs);
    glyphs
}

impl Font {
    /// The glyphs of a range, made when it is asked for first.
    fn range(&self, range: Range) -> &GlyphRange {
        // `Range` has no value beyond the array's end.
        self.ranges[range.0].get_or_init(|| self.make(range))
    }

    fn make(&self, range: Range) -> GlyphRange {
        // It was read when it was added: reading it again is looking at its first bytes.
        let Ok(file) = FontRef::new(&self.bytes) else { return Vec::new() };
        let size = Size::new(glyph::SIZE);
        let (characters, outlines) = (file.charmap(), file.outline_glyphs());
        let advances = file.glyph_metrics(size, LocationRef::default());
        // Rounded up, as FreeType does for fontnik.
        let ascender = file.metrics(size, LocationRef::default()).ascent.ceil();
        range
            .characters()
            .filter_map(|character| {
                let id = characters.map(character)?;
                let mut outline = Outline::default();
                let settings = DrawSettings::unhinted(size, LocationRef::default());
                outlines.get(id)?.draw(settings, &mut outline).ok()?;
                let advance = advances.advance_width(id)?;
                Some((character, glyph::encode(character, &outline, advance, ascender)))
            })
            .collect()
    }
}

/// A font's name as styles write it: family and style ("Source Sans 3 SemiBold").
fn name(file: &FontRef<'_>) -> String {
    let string = |id| file.localized_strings(id).english_or_first().map(|name| name.to_string());
    let family = string(StringId::TYPOGRAPHIC_FAMILY_NAME).or(string(StringId::FAMILY_NAME));
    let style = string(StringId::TYPOGRAPHIC_SUBFAMILY_NAME).or(string(StringId::SUBFAMILY_NAME));
    format!("{} {}", family.unwrap_or_default(), style.unwrap_or_default()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_the_256_aligned_ones_of_the_basic_plane() {
        assert_eq!(Range::new(0, 255), Some(Range(0)));
        assert_eq!(Range::new(65280, 65535), Some(Range(255)));
        for (first, last) in [(0, 256), (1, 256), (128, 383), (0, 511), (65536, 65791), (255, 0)] {
            assert_eq!(Range::new(first, last), None, "{first}-{last}");
        }
        assert_eq!(Range::new(u32::MAX - 255, u32::MAX), None);
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let mut fonts = Fonts::default();
        for bytes in [b"not a font".as_slice(), b""] {
            assert_eq!(fonts.add(Cow::Borrowed(bytes)), Err("is no font"));
        }
        assert_eq!(fonts.names().count(), 0);
    }
}
