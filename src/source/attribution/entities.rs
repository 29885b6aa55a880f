//! Characters that HTML names or numbers: those of Latin-1, and the few more that texts are set with. Others stay as
//! they are written.
//!
//! Source: <https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state>

/// U+00A0 to U+00FF. Browsers take them without a semicolon, too.
const LATIN: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// These without one, too.
const OLD: [(&str, char); 10] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("QUOT", '"'),
    ("COPY", '©'),
    ("REG", '®'),
];

const OTHERS: [(&str, char); 29] = [
    ("apos", '\''),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("euro", '€'),
    ("trade", '™'),
    ("hellip", '…'),
    ("bull", '•'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("larr", '←'),
    ("rarr", '→'),
    ("minus", '−'),
    ("dagger", '†'),
    ("Dagger", '‡'),
    ("permil", '‰'),
];

/// What numbers from 0x80 to 0x9F mean to browsers: Windows-1252, which old pages count in.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The character that a text starts with as an entity, and the entity's length.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let (character, length) = match text.strip_prefix("&#") {
        Some(number) => numbered(number).map(|(character, length)| (character, length + 2))?,
        None => {
            named(text.strip_prefix('&')?).map(|(character, length)| (character, length + 1))?
        }
    };
    let semicolon = usize::from(text[length..].starts_with(';'));
    Some((character, length + semicolon))
}

fn numbered(text: &str) -> Option<(char, usize)> {
    let hexadecimal = text.strip_prefix(['x', 'X']);
    let (digits, radix) = hexadecimal.map_or((text, 10), |digits| (digits, 16));
    let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if length == 0 {
        return None;
    }
    let number = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    let character = match number {
        0x80..=0x9F => WINDOWS.get(number as usize - 0x80).copied(),
        0 => None,
        number => char::from_u32(number),
    };
    let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((character, length + text.len() - digits.len()))
}

fn named(text: &str) -> Option<(char, usize)> {
    let length = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (name, after) = text.split_at(length);
    let latin = (0xA0..=0xFF_u8).zip(LATIN).find(|(_, known)| *known == name);
    let old = latin.map(|(code, _)| char::from(code)).or_else(|| listed(&OLD, name));
    let character = match after.starts_with(';') {
        true => old.or_else(|| listed(&OTHERS, name)),
        // `?a=1&copy=2` is an address.
        false => old.filter(|_| !after.starts_with('=')),
    };
    Some((character?, length))
}

fn listed(list: &[(&str, char)], name: &str) -> Option<char> {
    list.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_characters() {
        for (text, expected) in [
            ("&eacute;t", Some(('é', 8))),
            ("&nbsp;", Some(('\u{a0}', 6))),
            ("&yuml;", Some(('ÿ', 6))),
            ("&copy 2024", Some(('©', 5))),
            ("&copy", Some(('©', 5))),
            ("&copyright", None),
            ("&copy=2", None),
            ("&euro;", Some(('€', 6))),
            ("&euro", None),
            ("&#169;", Some(('©', 6))),
            ("&#xA9 ", Some(('©', 5))),
            ("&#0000000000000000000169;", Some(('©', 25))),
            ("&#146;", Some(('’', 6))),
            ("&#0;", Some(('\u{fffd}', 4))),
            ("&#xD800;", Some(('\u{fffd}', 8))),
            ("&#99999999999999;", Some(('\u{fffd}', 17))),
            ("&#;", None),
            ("&#x;", None),
            ("&;", None),
            ("&", None),
            ("& b", None),
        ] {
            assert_eq!(entity(text), expected, "{text}");
        }
    }
}
