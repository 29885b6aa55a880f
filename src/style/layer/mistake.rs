//! What is wrong with a style, all of it at once.

/// A mistake in a style.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at \"{pointer}\": {message}")]
pub struct Mistake {
    /// Where: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What stands there, or should; where it is about an expression, in MapLibre's words.
    pub message: String,
}

/// Nobody reads more at once; and a hostile style has no end of them.
const MOST: usize = 100;

/// Mistakes, the first of them.
#[derive(Clone, Debug, Default)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Notes one.
    pub fn note(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(Mistake { pointer: pointer.into(), message: message.into() });
        }
    }

    /// A value, if nothing is wrong with it; else what is, beside what was.
    pub fn take<T>(&mut self, read: Result<T, Vec<Mistake>>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(mistakes) => {
                for Mistake { pointer, message } in mistakes {
                    self.note(pointer, message);
                }
                None
            }
        }
    }

    /// All of them.
    pub fn all(self) -> Vec<Mistake> {
        self.0
    }

    /// A value, if nothing is wrong.
    ///
    /// # Errors
    /// What is.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Mistake>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

/// A member's place below another.
pub fn below(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", member.replace('~', "~0").replace('/', "~1"))
}
