//! A text as it is laid out: its characters, each marked with the section that it is of. An image in
//! a text is a section of one character, from the area that Unicode leaves to private use.

use std::sync::Arc;

use super::character::is_whitespace;
use crate::style::expression::value::Formatted;

/// The first character that stands for an image, and the last: as many images can a text have.
const IMAGES: std::ops::RangeInclusive<u32> = 0xe000..=0xf8ff;

/// A part of a text that looks alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is made of.
    pub content: Content,
    /// Its size, as a factor.
    pub scale: f64,
    /// How it lies in a line that is higher: 0 at the top, 1 at the bottom.
    pub align: f64,
}

/// What a section is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text, and the fonts that it is written in, joined by commas.
    Text(Arc<str>),
    /// An image of the sprite, by its name.
    Image(Arc<str>),
}

/// A text.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    /// Its characters.
    pub characters: Vec<char>,
    /// The section of each.
    pub of: Vec<u32>,
    /// The sections.
    pub sections: Arc<[Section]>,
}

impl Marked {
    /// A text in sections; those without fonts of their own are written in the fonts given.
    /// The sections are those of the formatted text, one for one.
    pub fn new(text: &Formatted, fonts: &Arc<str>) -> Marked {
        let mut marked = Marked::default();
        let mut images = IMAGES;
        let mut sections = Vec::with_capacity(text.sections.len());
        for (index, section) in text.sections.iter().enumerate() {
            let align = match section.align.as_deref() {
                Some("top") => 0.0,
                Some("center") => 0.5,
                _ => 1.0,
            };
            let (content, scale) = match &section.image {
                Some(image) => {
                    let stands_for_it = images.next().and_then(char::from_u32);
                    if let Some(character) = stands_for_it.filter(|_| !image.name.is_empty()) {
                        marked.characters.push(character);
                    }
                    (Content::Image(image.name.clone().into_shared()), 1.0)
                }
                None => {
                    marked.characters.extend(lines_ended_once(&section.text));
                    let fonts = section.fonts.as_ref().unwrap_or(fonts);
                    // A scale of nothing is none.
                    let scale = section.scale.filter(|scale| *scale != 0.0).unwrap_or(1.0);
                    (Content::Text(fonts.clone()), scale)
                }
            };
            marked.of.resize(marked.characters.len(), index as u32);
            sections.push(Section { content, scale, align });
        }
        marked.sections = sections.into();
        marked
    }

    /// How many characters.
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// The section of a character.
    pub fn section(&self, index: usize) -> &Section {
        &self.sections[self.of[index] as usize]
    }

    /// Whether a character stands for an image.
    pub fn is_image(&self, index: usize) -> bool {
        matches!(self.section(index).content, Content::Image(_))
    }

    /// Some of it.
    pub fn part(&self, range: std::ops::Range<usize>) -> Marked {
        Marked {
            characters: self.characters[range.clone()].to_vec(),
            of: self.of[range].to_vec(),
            sections: self.sections.clone(),
        }
    }

    /// Without whitespace at both ends.
    #[must_use]
    pub fn trimmed(mut self) -> Marked {
        let is_seen = |character: &char| !is_whitespace(*character);
        let end = self.characters.iter().rposition(is_seen).map_or(0, |last| last + 1);
        let start = self.characters.iter().position(is_seen).unwrap_or(0);
        self.characters.truncate(end);
        self.of.truncate(end);
        self.characters.drain(..start);
        self.of.drain(..start);
        self
    }

    /// The largest size of its sections.
    pub fn largest_scale(&self) -> f64 {
        self.of.iter().map(|of| self.sections[*of as usize].scale).fold(0.0, f64::max)
    }
}

/// A line that ends as on other systems (`\r\n`) ends once.
fn lines_ended_once(text: &str) -> impl Iterator<Item = char> {
    let next = text.chars().skip(1).map(Some).chain([None]);
    text.chars()
        .zip(next)
        .filter(|(character, next)| !(*character == '\r' && *next == Some('\n')))
        .map(|(character, _)| character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::expression::value::Section as Written;

    #[test]
    fn a_text_is_trimmed_with_its_marks() {
        let sections =
            ["  a", "b \n"].map(|text| Written { text: text.into(), ..Written::default() });
        let marked =
            Marked::new(&Formatted { sections: sections.into() }, &"Noto".into()).trimmed();
        assert_eq!((marked.characters, marked.of), (vec!['a', 'b'], vec![0, 1]));
        let blank = Marked::new(&Formatted::plain(" \u{a0} ".into()), &"Noto".into()).trimmed();
        assert!(blank.is_empty() && blank.of.is_empty());
    }

    #[test]
    fn a_line_that_ends_as_on_other_systems_ends_once() {
        let marked = Marked::new(&Formatted::plain("a\r\nb".into()), &"Noto".into());
        assert_eq!(marked.characters, ['a', '\n', 'b']);
    }
}
