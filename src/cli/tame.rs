//! Texts of data on their way to a terminal: they are shown, and steer nothing.

use std::fmt::{self, Write};

/// A text that a terminal shows and does not obey.
pub fn tame(text: &str) -> String {
    let mut tame = String::new();
    // A String takes whatever is written to it.
    let _ = Tame(&mut tame).write_str(text);
    tame
}

/// Writes what a terminal shows and does not obey.
pub struct Tame<W>(pub W);

impl<W: Write> Write for Tame<&mut W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                // Messages of several lines are meant; the next line of the log starts with its time.
                '\n' => self.0.write_str("\n    ")?,
                '\t' => self.0.write_char(character)?,
                c if c.is_control() || turns(c) => write!(self.0, "{}", c.escape_unicode())?,
                c => self.0.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Whether a character turns the direction of what stands around it, or ends a line for some.
fn turns(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_data_is_shown_and_not_obeyed() {
        assert_eq!(tame("Été\tà l'\"eau\""), "Été\tà l'\"eau\"");
        assert_eq!(tame("a\x1b[2J\rb\u{9b}\u{202e}"), "a\\u{1b}[2J\\u{d}b\\u{9b}\\u{202e}");
        assert_eq!(tame("a\n2026-12-01 ERROR b"), "a\n    2026-12-01 ERROR b");
    }
}
