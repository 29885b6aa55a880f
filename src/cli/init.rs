//! `tuilerie init`: prints a commented configuration for every layer that a source has, to be
//! pruned by hand; `tuilerie check` finds nothing wrong with it. A layer's id, as it is found, names its table and
//! geometry column; `table` is needed only where the id is another.

mod draft;

use super::failure::Failure;
use super::input::Input;
use super::output::{Output, tell};
use crate::config::{Connection, Place, Source};
use crate::source;
use draft::Draft;

/// The variable that stands for a connection with a password, as `tuilerie serve` alone reads it.
const VARIABLE: &str = "DATABASE_URL";

/// Prints the configuration on standard output.
///
/// # Errors
/// When a source cannot be read. What the others have is printed all the same.
pub fn init(input: &Input, out: &mut Output) -> Result<(), Failure> {
    let config = input.into_config()?;
    let (mut draft, mut refused) = (Draft::default(), Vec::new());
    let mut secrets = Secrets::default();
    for source in &config.sources {
        let place = place(&source.place, &mut secrets);
        let everything = Source { publish_all: true, ..source.clone() };
        match source::discover(&everything, &[]) {
            Ok(discovery) => draft.add(&source.name, &place, &discovery),
            Err(error) => {
                draft.leave_out(&source.name, &place, &error.to_string());
                refused.push(format!("{}: {error}", source.name));
            }
        }
    }
    if refused.len() < config.sources.len() {
        out.write(format_args!("{}", draft.text()));
        secrets.tell();
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure(refused.join("\n"))) }
}

/// The line that says where a source is.
fn place(place: &Place, secrets: &mut Secrets) -> String {
    match place {
        Place::Postgres(connection) => {
            let text = match is_secret(connection) {
                true => format!("${{{}}}", secrets.variable(connection)),
                false => connection.secret().to_owned(),
            };
            format!("connection = {}", draft::quoted(&text))
        }
        // Wherever the configuration will lie.
        Place::File(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("file = {}", draft::quoted(&path.to_string_lossy()))
        }
        Place::Demo => String::new(),
    }
}

/// Whether it may not stand in a file: for its password, or because it would mean something else there.
fn is_secret(connection: &Connection) -> bool {
    let text = connection.secret();
    connection.to_string() != text || text.contains("${") || is_in_environment(VARIABLE, connection)
}

fn is_in_environment(variable: &str, connection: &Connection) -> bool {
    std::env::var(variable).is_ok_and(|value| value.trim() == connection.secret())
}

/// Connections that stand in the environment and not in the file.
#[derive(Default)]
struct Secrets(Vec<(String, Connection)>);

impl Secrets {
    /// The variable for a connection.
    fn variable(&mut self, connection: &Connection) -> String {
        let known = self.0.iter().find(|(_, other)| other == connection);
        if let Some((variable, _)) = known {
            return variable.clone();
        }
        let variable = match self.0.len() {
            0 => VARIABLE.to_owned(),
            others => format!("{VARIABLE}_{}", others + 1),
        };
        self.0.push((variable.clone(), connection.clone()));
        variable
    }

    /// Says what must be set before the configuration can be used.
    fn tell(&self) {
        for (variable, connection) in &self.0 {
            if !is_in_environment(variable, connection) {
                tell(format_args!(
                    "a password is not written: before the configuration is used,\n  \
                     export {variable}='{connection}'   (with the password for ***)"
                ));
            }
        }
    }
}
