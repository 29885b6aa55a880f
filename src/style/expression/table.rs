//! Texts, each with the number of a result: what `match` and `in` look a feature's class up in.

use hashbrown::HashMap;

/// Texts with numbers.
#[derive(Clone, Debug)]
pub enum TextTable {
    /// So few that looking through their marks, eight to a cache line, is faster than a hash.
    Few { marks: Box<[u64]>, entries: Box<[(Box<str>, u32)]> },
    /// By a hash.
    Many(HashMap<Box<str>, u32>),
}

/// Four cache lines of marks.
const FEW: usize = 32;

impl TextTable {
    /// Of texts that are all different.
    pub fn new(entries: impl IntoIterator<Item = (Box<str>, u32)>) -> TextTable {
        let entries: Vec<_> = entries.into_iter().collect();
        if entries.len() > FEW {
            return TextTable::Many(entries.into_iter().collect());
        }
        let marks = entries.iter().map(|(text, _)| mark(text.as_bytes())).collect();
        TextTable::Few { marks, entries: entries.into() }
    }

    /// The number of a text.
    #[inline]
    pub fn get(&self, text: &str) -> Option<u32> {
        match self {
            TextTable::Few { marks, entries } => {
                let sought = mark(text.as_bytes());
                let mut from = 0;
                while let Some(at) = marks[from..].iter().position(|mark| *mark == sought) {
                    let (known, number) = &entries[from + at];
                    // Up to seven bytes are all in the mark.
                    if known.len() == text.len() && (text.len() < 8 || **known == *text) {
                        return Some(*number);
                    }
                    from += at + 1;
                }
                None
            }
            TextTable::Many(entries) => entries.get(text).copied(),
        }
    }
}

/// A number that two texts seldom share: their ends and their length, all of them up to eight bytes.
#[inline]
fn mark(text: &[u8]) -> u64 {
    let length = (text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bytes = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
    } else {
        text.iter().fold(0, |mark, byte| mark << 8 | u64::from(*byte))
    };
    bytes ^ length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_no_other() {
        // Those of the same mark too: the same ends around another middle.
        let texts: Vec<String> = (0..100)
            .map(|number| format!("{}{number}", "x".repeat(number % 7)))
            .chain((0..9).map(|middle| format!("beginning{middle}the ending")))
            .collect();
        for count in [0, 1, 9, 32, 33, texts.len()] {
            let known = &texts[texts.len() - count..];
            let entries =
                known.iter().zip(0..).map(|(text, number)| (text.as_str().into(), number));
            let table = TextTable::new(entries);
            for (text, number) in known.iter().zip(0..) {
                assert_eq!(table.get(text), Some(number), "{text} of {count}");
            }
            for text in ["", "no", "beginning9the ending", &texts[0][..1]] {
                assert_eq!(
                    table.get(text),
                    known.iter().zip(0..).find(|(k, _)| *k == text).map(|(_, n)| n)
                );
            }
        }
    }
}
