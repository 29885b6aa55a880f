//! What is logged, on standard error. Names and values of data stand in it, and no data moves the cursor, colours what
//! follows, or looks like a line of its own.

use std::fmt::{self, Write};
use std::io::IsTerminal;

use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use super::progress;

/// Logs to standard error, where standard output may be a configuration.
pub fn to_terminal() {
    let filter = EnvFilter::try_from_env("TUILERIE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(progress::Terminal)
        .with_ansi(std::io::stderr().is_terminal())
        .fmt_fields(debug_fn(write_field))
        .init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("a defect in Tuilerie: {panic}")));
}

fn write_field(out: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(Tame(out), "{value:?}"),
        name => write!(Tame(out), " {name}={value:?}"),
    }
}

/// A text that a terminal shows and does not obey.
pub fn tame(text: &str) -> String {
    let mut tame = String::new();
    // A String takes whatever is written to it.
    let _ = Tame(&mut tame).write_str(text);
    tame
}

struct Tame<W>(W);

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
