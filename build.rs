//! Puts the built viewer (`make viewer` writes it to `viewer/dist`) into the binary: generates
//! `viewer_files.rs`, the list of its files. Without one, the server has no viewer and says so.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let dist = package.join("viewer/dist");
    let mut files = Vec::new();
    if dist.is_dir() {
        println!("cargo::rerun-if-changed=viewer/dist");
        list(&dist, &mut files)?;
        files.sort();
    } else {
        // Not the missing directory: cargo would run this again, and compile all, at every build.
        println!("cargo::rerun-if-changed=viewer");
        println!("cargo::warning=viewer/dist is missing, so there will be no viewer: make viewer");
    }

    let mut code = "/// The viewer's files: path, content type, content.\n\
                    static FILES: &[(&str, &str, &[u8])] = &[\n"
        .to_owned();
    for file in &files {
        let path = file.strip_prefix(&dist).unwrap_or(file);
        let (path, content_type) = (path.to_string_lossy().replace('\\', "/"), content_type(path));
        let _ = writeln!(code, "    ({path:?}, {content_type:?}, include_bytes!({file:?})),");
    }
    code.push_str("];\n");
    fs::write(out.join("viewer_files.rs"), code)
}

fn list(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
