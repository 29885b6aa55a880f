//! Arabic letters → the shapes that they take in a word, named by the characters of the
//! presentation forms: glyphs are found by character here, so a shape has to be one.
//!
//! A letter's shape follows from the joining types of its neighbours; what is written onto letters
//! is looked through. Lam and alef become one. Source: the Unicode Standard, chapter 9.2.

use std::borrow::Cow;

use icu_properties::props::JoiningType;
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

const LAM: char = '\u{644}';

/// Letters: the character, the first of its shapes (alone, at the end, at the start, in the middle,
/// one after the other), and how many it has.
const LETTERS: [(u16, u16, u8); 76] = [
    (0x621, 0xfe80, 1),
    (0x622, 0xfe81, 2),
    (0x623, 0xfe83, 2),
    (0x624, 0xfe85, 2),
    (0x625, 0xfe87, 2),
    (0x626, 0xfe89, 4),
    (0x627, 0xfe8d, 2),
    (0x628, 0xfe8f, 4),
    (0x629, 0xfe93, 2),
    (0x62a, 0xfe95, 4),
    (0x62b, 0xfe99, 4),
    (0x62c, 0xfe9d, 4),
    (0x62d, 0xfea1, 4),
    (0x62e, 0xfea5, 4),
    (0x62f, 0xfea9, 2),
    (0x630, 0xfeab, 2),
    (0x631, 0xfead, 2),
    (0x632, 0xfeaf, 2),
    (0x633, 0xfeb1, 4),
    (0x634, 0xfeb5, 4),
    (0x635, 0xfeb9, 4),
    (0x636, 0xfebd, 4),
    (0x637, 0xfec1, 4),
    (0x638, 0xfec5, 4),
    (0x639, 0xfec9, 4),
    (0x63a, 0xfecd, 4),
    (0x641, 0xfed1, 4),
    (0x642, 0xfed5, 4),
    (0x643, 0xfed9, 4),
    (0x644, 0xfedd, 4),
    (0x645, 0xfee1, 4),
    (0x646, 0xfee5, 4),
    (0x647, 0xfee9, 4),
    (0x648, 0xfeed, 2),
    (0x649, 0xfeef, 2),
    (0x64a, 0xfef1, 4),
    (0x671, 0xfb50, 2),
    (0x677, 0xfbdd, 1),
    (0x679, 0xfb66, 4),
    (0x67a, 0xfb5e, 4),
    (0x67b, 0xfb52, 4),
    (0x67e, 0xfb56, 4),
    (0x67f, 0xfb62, 4),
    (0x680, 0xfb5a, 4),
    (0x683, 0xfb76, 4),
    (0x684, 0xfb72, 4),
    (0x686, 0xfb7a, 4),
    (0x687, 0xfb7e, 4),
    (0x688, 0xfb88, 2),
    (0x68c, 0xfb84, 2),
    (0x68d, 0xfb82, 2),
    (0x68e, 0xfb86, 2),
    (0x691, 0xfb8c, 2),
    (0x698, 0xfb8a, 2),
    (0x6a4, 0xfb6a, 4),
    (0x6a6, 0xfb6e, 4),
    (0x6a9, 0xfb8e, 4),
    (0x6ad, 0xfbd3, 4),
    (0x6af, 0xfb92, 4),
    (0x6b1, 0xfb9a, 4),
    (0x6b3, 0xfb96, 4),
    (0x6ba, 0xfb9e, 2),
    (0x6bb, 0xfba0, 4),
    (0x6be, 0xfbaa, 4),
    (0x6c0, 0xfba4, 2),
    (0x6c1, 0xfba6, 4),
    (0x6c5, 0xfbe0, 2),
    (0x6c6, 0xfbd9, 2),
    (0x6c7, 0xfbd7, 2),
    (0x6c8, 0xfbdb, 2),
    (0x6c9, 0xfbe2, 2),
    (0x6cb, 0xfbde, 2),
    (0x6cc, 0xfbfc, 4),
    (0x6d0, 0xfbe4, 4),
    (0x6d2, 0xfbae, 2),
    (0x6d3, 0xfbb0, 2),
];

/// Marks above and below letters: the shape where the letter ends a word, and where it goes on.
const MARKS: [(char, char, char); 8] = [
    ('\u{64b}', '\u{fe70}', '\u{fe71}'),
    ('\u{64c}', '\u{fe72}', '\u{fe72}'),
    ('\u{64d}', '\u{fe74}', '\u{fe74}'),
    ('\u{64e}', '\u{fe76}', '\u{fe77}'),
    ('\u{64f}', '\u{fe78}', '\u{fe79}'),
    ('\u{650}', '\u{fe7a}', '\u{fe7b}'),
    ('\u{651}', '\u{fe7c}', '\u{fe7d}'),
    ('\u{652}', '\u{fe7e}', '\u{fe7f}'),
];

/// Alefs, and what each is together with a lam before it: alone.
const LIGATURES: [(char, u32); 4] =
    [('\u{622}', 0xfef5), ('\u{623}', 0xfef7), ('\u{625}', 0xfef9), ('\u{627}', 0xfefb)];

/// Where in a word a letter stands, by whether it joins the one before and the one after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Joined {
    before: bool,
    after: bool,
}

/// A text with its Arabic letters in the shapes that they take.
pub fn shape(text: &str) -> Cow<'_, str> {
    let is_arabic = |c: char| matches!(u32::from(c), 0x600..=0x6ff | 0x750..=0x77f | 0x870..=0x8ff);
    if !text.chars().any(is_arabic) {
        return Cow::Borrowed(text);
    }
    let characters: Vec<char> = text.chars().collect();
    let types: Vec<JoiningType> = characters.iter().map(|c| joining_type(*c)).collect();
    let joined = join(&types);
    let mut shaped = String::with_capacity(text.len() + text.len() / 2);
    let mut goes_on = false;
    let mut skip = None;
    for (i, character) in characters.iter().enumerate() {
        if skip == Some(i) {
            goes_on = false;
            continue;
        }
        if types[i] == JoiningType::Transparent {
            shaped.push(mark(*character, goes_on));
            continue;
        }
        if let Some((alef, ligature)) = ligature(&characters, &types, i) {
            let joins = u32::from(joined[i].before);
            shaped.extend(char::from_u32(ligature + joins));
            (skip, goes_on) = (Some(alef), true);
            continue;
        }
        goes_on = joined[i].after;
        shaped.push(letter(*character, joined[i]));
    }
    Cow::Owned(shaped)
}

fn joining_type(character: char) -> JoiningType {
    const TYPES: CodePointMapDataBorrowed<'static, JoiningType> = CodePointMapData::new();
    TYPES.get(character)
}

/// What each character joins.
fn join(types: &[JoiningType]) -> Vec<Joined> {
    let reaches_forward = |ty| {
        matches!(ty, JoiningType::DualJoining | JoiningType::LeftJoining | JoiningType::JoinCausing)
    };
    let reaches_back = |ty| {
        matches!(
            ty,
            JoiningType::DualJoining | JoiningType::RightJoining | JoiningType::JoinCausing
        )
    };
    let mut joined = vec![Joined { before: false, after: false }; types.len()];
    let seen = || (0..types.len()).filter(|i| types[*i] != JoiningType::Transparent);
    for (i, next) in seen().zip(seen().skip(1)) {
        let joins = reaches_forward(types[i]) && reaches_back(types[next]);
        (joined[i].after, joined[next].before) = (joins, joins);
    }
    joined
}

fn letter(character: char, joined: Joined) -> char {
    let shape = match (joined.before, joined.after) {
        (false, false) => 0,
        (true, false) => 1,
        (false, true) => 2,
        (true, true) => 3,
    };
    let row = LETTERS.iter().find(|(base, ..)| u32::from(*base) == u32::from(character));
    let found = row.and_then(|(_, first, count)| {
        let shape = if shape < *count { shape } else { 0 };
        char::from_u32(u32::from(*first) + u32::from(shape))
    });
    match (character, shape) {
        // Alef maksura: two of its shapes came later, elsewhere.
        ('\u{649}', 2) => '\u{fbe8}',
        ('\u{649}', 3) => '\u{fbe9}',
        _ => found.unwrap_or(character),
    }
}

fn mark(character: char, goes_on: bool) -> char {
    let row = MARKS.iter().find(|(base, ..)| *base == character);
    row.map_or(character, |(_, at_end, within)| if goes_on { *within } else { *at_end })
}

/// Where the alef is that a lam becomes one with, and the character of both.
fn ligature(characters: &[char], types: &[JoiningType], lam: usize) -> Option<(usize, u32)> {
    if characters[lam] != LAM {
        return None;
    }
    let next = (lam + 1..types.len()).find(|i| types[*i] != JoiningType::Transparent)?;
    let (_, ligature) = LIGATURES.iter().find(|(alef, _)| *alef == characters[next])?;
    Some((next, *ligature))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(text: &str) -> Vec<u32> {
        shape(text).chars().map(u32::from).collect()
    }

    #[test]
    fn a_letter_takes_the_shape_of_its_place_in_the_word() {
        // Beh, beh, beh: at the start, in the middle, at the end; and one alone.
        assert_eq!(shaped("ببب"), [0xfe91, 0xfe92, 0xfe90]);
        assert_eq!(shaped("ب"), [0xfe8f]);
        // Dal joins nothing after it.
        assert_eq!(shaped("دب"), [0xfea9, 0xfe8f]);
    }

    #[test]
    fn lam_and_alef_are_one() {
        assert_eq!(shaped("لا"), [0xfefb]);
        assert_eq!(shaped("سلام"), [0xfeb3, 0xfefc, 0xfee1]);
    }

    #[test]
    fn marks_are_looked_through() {
        // Beh with fatha, beh: they join, and the mark lies over a letter that goes on.
        assert_eq!(shaped("ب\u{64e}ب"), [0xfe91, 0xfe77, 0xfe90]);
    }

    #[test]
    fn other_texts_are_left_alone() {
        assert!(matches!(shape("Besançon שלום"), Cow::Borrowed(_)));
        assert_eq!(shaped("a ۳۹"), [0x61, 0x20, 0x6f3, 0x6f9]);
    }
}
