//! The order in which a line is drawn, from left to right: the Unicode Bidirectional Algorithm, of
//! which `unicode-bidi` knows the levels. Here: lines of them in visual order, marks after the letter
//! that they are written onto (L3), brackets mirrored (L4), and what only steers left out.

use icu_properties::props::BidiMirroringGlyph;
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};
use unicode_bidi::{BidiInfo, Level};

use super::character::{is_mark, is_right_to_left};

/// A character of a line, and which of the text's it is.
pub type Visual = (char, usize);

/// Lines in the order in which they are drawn: of a text, and the indices of the characters before
/// which lines begin. A line ends with its paragraph too.
pub fn lines(characters: &[char], breaks: &[usize]) -> Vec<Vec<Visual>> {
    let text: String = characters.iter().collect();
    let info = BidiInfo::new(&text, None);
    let mut lines = Vec::new();
    let (mut byte, mut index) = (0, 0);
    let mut breaks = breaks.iter().copied().filter(|at| *at < characters.len()).peekable();
    for paragraph in &info.paragraphs {
        while byte < paragraph.range.end {
            while breaks.peek().is_some_and(|at| *at <= index) {
                breaks.next();
            }
            let last = breaks.peek().copied().unwrap_or(characters.len());
            let mut end = (byte, index);
            while end.1 < last && end.0 < paragraph.range.end {
                end = (end.0 + characters[end.1].len_utf8(), end.1 + 1);
            }
            let bytes = info.reordered_levels(paragraph, byte..end.0);
            lines.push(visual(characters, index..end.1, &bytes[byte..end.0]));
            (byte, index) = end;
        }
    }
    lines
}

/// A line in visual order; the levels are by byte.
fn visual(characters: &[char], line: std::ops::Range<usize>, levels: &[Level]) -> Vec<Visual> {
    let mut byte = 0;
    let level = |i: usize| {
        let level = levels.get(byte).copied().unwrap_or_else(Level::ltr);
        byte += characters[i].len_utf8();
        level
    };
    let levels: Vec<Level> = line.clone().map(level).collect();
    let order = BidiInfo::reorder_visual(&levels);
    let drawn = order.into_iter().filter(|at| !is_control(characters[line.start + at]));
    let drawn = drawn.map(|at| {
        let character = characters[line.start + at];
        let is_mirrored = levels[at].is_rtl();
        (if is_mirrored { mirrored(character) } else { character }, line.start + at)
    });
    marks_after_letters(drawn.collect())
}

/// A reversed run has marks before their letter, the last first.
fn marks_after_letters(mut line: Vec<Visual>) -> Vec<Visual> {
    let mut from = 0;
    while from < line.len() {
        let marks = line[from..].iter().take_while(|(character, _)| is_mark(*character)).count();
        let letter = from + marks;
        if marks > 0 && line.get(letter).is_some_and(|(letter, _)| is_right_to_left(*letter)) {
            line[from..=letter].reverse();
        }
        from = letter + 1;
    }
    line
}

fn mirrored(character: char) -> char {
    const MIRRORS: CodePointMapDataBorrowed<'static, BidiMirroringGlyph> = CodePointMapData::new();
    MIRRORS.get(character).mirroring_glyph.unwrap_or(character)
}

/// Whether it steers the algorithm and is not written itself.
fn is_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, breaks: &[usize]) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        let line = |line: Vec<Visual>| line.into_iter().map(|(character, _)| character).collect();
        lines(&characters, breaks).into_iter().map(line).collect()
    }

    #[test]
    fn a_line_from_right_to_left_is_reversed_its_numbers_are_not() {
        assert_eq!(drawn("שלום 12", &[]), ["12 םולש"]);
        assert_eq!(drawn("a שלום b", &[]), ["a םולש b"]);
    }

    #[test]
    fn lines_are_broken_before_they_are_ordered() {
        assert_eq!(drawn("אב גד", &[3]), [" בא", "דג"]);
        assert_eq!(drawn("אב\nגד", &[3]), ["\nבא", "דג"]);
    }

    #[test]
    fn brackets_are_mirrored_and_marks_follow_their_letter() {
        assert_eq!(drawn("(א)", &[]), ["(א)"]);
        assert_eq!(drawn("ב\u{5bc}\u{5b8}א", &[]), ["אב\u{5bc}\u{5b8}"]);
    }

    #[test]
    fn every_character_is_of_one_line_and_what_steers_of_none() {
        let text: Vec<char> = "a\u{200f}ב\n\nג d".chars().collect();
        let mut seen: Vec<usize> =
            lines(&text, &[2, 4, 6]).into_iter().flatten().map(|(_, index)| index).collect();
        seen.sort_unstable();
        assert_eq!(seen, [0, 2, 3, 4, 5, 6, 7]);
    }
}
