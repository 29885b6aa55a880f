//! Standard output and standard error, whose reader may leave before the end, as `head` does: what is said from
//! then on is said to nobody, which is no mistake. A disk that is full is one.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use super::failure::Failure;
use super::tame::tame;

/// Standard output, as far as it could be written.
#[derive(Debug, Default)]
pub struct Output {
    failure: Option<io::Error>,
}

impl Output {
    /// Writes a line.
    pub fn say(&mut self, line: fmt::Arguments<'_>) {
        self.write(format_args!("{line}\n"));
    }

    /// Writes a text as it is. Once that fails, nothing more is written.
    pub fn write(&mut self, text: fmt::Arguments<'_>) {
        if self.failure.is_none() {
            self.failure = io::stdout().lock().write_fmt(text).err();
        }
    }

    /// The program's exit code, and the last word about what went wrong. Nobody hears it where nobody heard
    /// what it is about.
    pub fn end(self, result: Result<(), Failure>) -> ExitCode {
        let unheard = self.failure.as_ref().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe);
        let result = match self.failure {
            Some(error) if !unheard => {
                Err(Failure(format!("standard output cannot be written: {error}")))
            }
            _ => result,
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(Failure(message)) => {
                if !unheard {
                    tell(format_args!("tuilerie: {}", tame(&message)));
                }
                ExitCode::FAILURE
            }
        }
    }
}

/// Writes a line to standard error, if anybody reads it: nothing could be said about it anywhere else.
pub fn tell(line: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(format_args!("{line}\n"));
}
