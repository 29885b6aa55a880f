//! `tuilerie check`: validates a configuration, reaches its sources, finds its layers, and says
//! all that is wrong. Reads no features.

use super::Failure;
use super::input::Input;
use crate::source::{self, Layer};

/// Checks, and prints a line a layer.
///
/// # Errors
/// When the configuration has mistakes, a source cannot be read, or a layer is refused.
pub fn check(input: &Input) -> Result<(), Failure> {
    let config = input.into_config()?;
    let mut problems = 0;
    for source in &config.sources {
        match source::discover(source, &config.layers) {
            Ok(discovery) => {
                discovery.layers.iter().for_each(print);
                for refused in &discovery.refused {
                    problems += 1;
                    println!("refused  {}: {}", refused.id, refused.reason);
                }
            }
            Err(error) => {
                problems += 1;
                println!("refused  source {}: {error}", source.name);
            }
        }
    }
    match problems {
        0 => Ok(()),
        1 => Err(Failure("one thing is wrong; see above".into())),
        problems => Err(Failure(format!("{problems} things are wrong; see above"))),
    }
}

fn print(layer: &Layer) {
    println!("ok       {}: zooms {}, {} attributes", layer.id, layer.zooms, layer.columns.len());
    for left_out in &layer.left_out {
        println!("         left out: {} ({})", left_out.name, left_out.reason);
    }
}
