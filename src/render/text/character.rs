//! What layout asks of a character: whether it stands upright in vertical text, whether a line may
//! end after it, whether its letters join.
//!
//! Ranges are those of the Unicode Character Database (`Vertical_Orientation`, scripts, blocks), and
//! where MapLibre goes its own way, MapLibre's.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};
use unicode_bidi::{BidiClass, bidi_class};

type Ranges = &'static [(u32, u32)];

/// Drawn upright in vertical text, whatever stands around.
const UPRIGHT: Ranges = &[
    (0x2ea, 0x2eb),
    (0x1100, 0x11ff),
    (0x1401, 0x167f),
    (0x18b0, 0x18ff),
    (0x2065, 0x2065),
    (0x20dd, 0x20e0),
    (0x20e2, 0x20e4),
    (0x2b97, 0x2b97),
    (0x2bf0, 0x2bff),
    (0x2e50, 0x2e51),
    (0x2e80, 0x3007),
    (0x3012, 0x3013),
    (0x3020, 0x302f),
    (0x3031, 0x30fb),
    (0x30fd, 0xa4cf),
    (0xa960, 0xa97f),
    (0xac00, 0xd7ff),
    (0xf900, 0xfaff),
    (0xfe10, 0xfe1f),
    (0xfe30, 0xfe48),
    (0xfe50, 0xfe57),
    (0xfe5f, 0xfe62),
    (0xfe67, 0xfe6f),
    (0xff00, 0xff07),
    (0xff0a, 0xff0c),
    (0xff0e, 0xff19),
    (0xff1f, 0xff3a),
    (0xff3c, 0xff3c),
    (0xff3e, 0xff3e),
    (0xff40, 0xff5a),
    (0xffe0, 0xffe2),
    (0xffe4, 0xffe7),
    (0xfff0, 0xfff8),
    (0x10980, 0x1099f),
    (0x11580, 0x115ff),
    (0x11a00, 0x11abf),
    (0x13000, 0x1467f),
    (0x16fe0, 0x18dff),
    (0x1aff0, 0x1b2ff),
    (0x1cec0, 0x1cfcf),
    (0x1d000, 0x1d1ff),
    (0x1d2e0, 0x1d37f),
    (0x1d800, 0x1daaf),
    (0x1f000, 0x1f7ff),
    (0x1f900, 0x1faff),
    (0x20000, 0x2fffd),
    (0x30000, 0x3fffd),
];

/// Drawn as what stands around.
const NEUTRAL: Ranges = &[
    (0xa7, 0xa7),
    (0xa9, 0xa9),
    (0xae, 0xae),
    (0xb1, 0xb1),
    (0xbc, 0xbe),
    (0xd7, 0xd7),
    (0xf7, 0xf7),
    (0x2016, 0x2016),
    (0x2020, 0x2021),
    (0x2030, 0x2031),
    (0x203b, 0x203c),
    (0x2042, 0x2042),
    (0x2047, 0x2049),
    (0x2051, 0x2051),
    (0x2100, 0x218f),
    (0x221e, 0x221e),
    (0x2234, 0x2235),
    (0x2300, 0x2307),
    (0x230c, 0x231f),
    (0x2324, 0x2328),
    (0x232b, 0x232b),
    (0x237d, 0x239a),
    (0x23be, 0x23cd),
    (0x23cf, 0x23cf),
    (0x23d1, 0x23db),
    (0x23e2, 0x2422),
    (0x2424, 0x24ff),
    (0x25a0, 0x2619),
    (0x2620, 0x2767),
    (0x2776, 0x2793),
    (0x2b12, 0x2b2f),
    (0x2b50, 0x2b59),
    (0x2bb8, 0x2beb),
    (0x3000, 0x303f),
    (0x30a0, 0x30ff),
    (0xe000, 0xf8ff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xffef),
    (0xfffc, 0xfffd),
    (0xf0000, 0x10ffff),
];

/// A line may end after it, without a space.
const IDEOGRAPHIC: Ranges = &[
    (0x2ea, 0x2eb),
    (0x2e80, 0x2fdf),
    (0x2ff0, 0x303f),
    (0x3041, 0x3096),
    (0x309d, 0x309f),
    (0x30a1, 0x30fa),
    (0x30fd, 0x30ff),
    (0x3105, 0x312f),
    (0x31a0, 0x4dbf),
    (0x4e00, 0xa48c),
    (0xa490, 0xa4c6),
    (0xf900, 0xfa6d),
    (0xfa70, 0xfad9),
    (0xfe10, 0xfe1f),
    (0xfe30, 0xfe4f),
    (0xff00, 0xffef),
    (0x16fe0, 0x18cd5),
    (0x18cff, 0x18d1e),
    (0x18d80, 0x18df2),
    (0x1aff0, 0x1b2fb),
    (0x1f200, 0x1f2ff),
    (0x20000, 0x2a6df),
    (0x2a700, 0x2b81d),
    (0x2b820, 0x2cead),
    (0x2ceb0, 0x2ebe0),
    (0x2ebf0, 0x2ee5d),
    (0x2f800, 0x2fa1d),
    (0x30000, 0x3134a),
    (0x31350, 0x33479),
];

fn is_within(ranges: Ranges, character: char) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < u32::from(character));
    ranges.get(at).is_some_and(|(first, _)| *first <= u32::from(character))
}

/// Whether it stands upright in vertical text.
pub fn is_upright(character: char) -> bool {
    is_within(UPRIGHT, character)
}

/// Whether it lies on its side in vertical text, as Latin letters do.
pub fn is_rotated(character: char) -> bool {
    !is_upright(character) && !is_within(NEUTRAL, character)
}

/// Whether a line may end after it, without a space.
pub fn is_ideographic(character: char) -> bool {
    is_within(IDEOGRAPHIC, character)
}

/// Whether it is nothing to be seen, as JavaScript has it.
pub fn is_whitespace(character: char) -> bool {
    (character.is_whitespace() && character != '\u{85}') || character == '\u{feff}'
}

/// Whether it is read from right to left.
pub fn is_right_to_left(character: char) -> bool {
    // The commonest need no look-up.
    u32::from(character) >= 0x590 && matches!(bidi_class(character), BidiClass::R | BidiClass::AL)
}

/// Whether it is written onto the letter before it.
pub fn is_mark(character: char) -> bool {
    const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();
    GeneralCategoryGroup::Mark.contains(CATEGORIES.get(character))
}

/// Whether its shape depends on its neighbours', so that it is not turned alone.
pub fn is_arabic(character: char) -> bool {
    script(character) == Script::Arabic
}

/// Whether letters of its script change places and shapes in ways that only fonts know: those of
/// India, Tibet, Burma and the Khmer. What is drawn here without a font's rules is wrong.
pub fn is_shaped_by_fonts_only(character: char) -> bool {
    matches!(u32::from(character), 0x900..=0xdff | 0xf00..=0x109f | 0x1780..=0x17ff)
}

/// Whether its letters join, so that they are not spaced apart.
pub fn is_cursive(character: char) -> bool {
    u32::from(character) >= 0x600
        && matches!(
            script(character),
            Script::Arabic
                | Script::Syriac
                | Script::Nko
                | Script::Mandaic
                | Script::Mongolian
                | Script::PhagsPa
                | Script::Manichaean
                | Script::PsalterPahlavi
                | Script::HanifiRohingya
                | Script::Sogdian
                | Script::OldUyghur
                | Script::Chorasmian
                | Script::Duployan
                | Script::Adlam
        )
}

fn script(character: char) -> Script {
    const SCRIPTS: CodePointMapDataBorrowed<'static, Script> = CodePointMapData::new();
    SCRIPTS.get(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_order_and_apart() {
        for ranges in [UPRIGHT, NEUTRAL, IDEOGRAPHIC] {
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    #[test]
    fn letters_know_how_they_stand() {
        assert!(is_upright('身') && !is_rotated('身') && is_ideographic('身'));
        assert!(!is_upright('a') && is_rotated('a') && !is_ideographic('a'));
        assert!(!is_upright('½') && !is_rotated('½'));
        assert!(is_right_to_left('س') && is_cursive('س') && is_arabic('س'));
        assert!(is_right_to_left('ש') && !is_cursive('ש'));
        assert!(is_mark('\u{5c1}') && !is_mark('a'));
    }
}
