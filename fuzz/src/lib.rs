//! What the targets share: choices taken from bytes, what is made of them, and judges of what comes
//! out. Judges share nothing with what they judge but the shapes of its data.

pub mod any;
pub mod choices;
pub mod ground;
pub mod made;
#[path = "../../tests/promises/support/mlt.rs"]
#[allow(dead_code)]
pub mod mlt;
#[path = "../../tests/promises/support/mvt.rs"]
#[allow(dead_code)]
pub mod mvt;
pub mod validity;

use std::fs;
use std::path::Path;

/// Puts the inputs that a target begins with where libFuzzer looks for them.
///
/// # Panics
/// Where they cannot be written.
pub fn seed(target: &str, seeds: impl IntoIterator<Item = Vec<u8>>) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&directory).unwrap();
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(directory.join(format!("seed-{number:02}")), seed).unwrap();
    }
}
