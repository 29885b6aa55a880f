//! Puts into the binary what it carries beside its code, as lists of names and contents:
//!
//! - `viewer_files.rs`: the built viewer (`make viewer` writes it to `viewer/dist`), each file with its
//!   compressed copies
//! - `font_files.rs`: the fonts of the maps, which the viewer's build puts beside it
//! - `style_files.rs`, `sprite_files.rs`: the shipped styles and the images of their sprite
//!
//! Without a built viewer there is no page and no text on maps, and the server says so.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = package.join("viewer/dist");
    let (mut page, mut fonts) = (Vec::new(), Vec::new());
    if dist.is_dir() {
        println!("cargo::rerun-if-changed=viewer/dist");
        (fonts, page) = files(&dist)?.into_iter().partition(|(path, _)| path.starts_with("fonts/"));
        fonts.retain(|(path, _)| path.ends_with(".ttf"));
    } else {
        // Not the missing directory: cargo would run this again, and compile all, at every build.
        println!("cargo::rerun-if-changed=viewer");
        println!("cargo::warning=viewer/dist is missing, so there will be no viewer: make viewer");
    }
    write_viewer(&page)?;
    write_list("font_files.rs", "The fonts' files: path, content.", "FONTS", "[u8]", &fonts)?;
    println!("cargo::rerun-if-changed=styles");
    let (sprites, styles): (Vec<_>, Vec<_>) = files(&package.join("styles"))?
        .into_iter()
        .partition(|(path, _)| path.starts_with("sprites/"));
    write_list("style_files.rs", "The shipped styles: path, text.", "STYLES", "str", &styles)?;
    write_list("sprite_files.rs", "The sprite's files: path, text.", "SPRITES", "str", &sprites)
}

/// Writes the list of the viewer's files; `x.br` and `x.gz` are copies of `x`.
fn write_viewer(files: &[(String, PathBuf)]) -> io::Result<()> {
    const COPIES: [(&str, &str); 2] = [(".br", "Brotli"), (".gz", "Gzip")];
    let is_copy = |path: &str| COPIES.iter().any(|(extension, _)| path.ends_with(extension));
    let mut code = "/// The viewer's files.\nstatic FILES: &[File] = &[\n".to_owned();
    for (path, file) in files.iter().filter(|(path, _)| !is_copy(path)) {
        let mut copies = String::new();
        for (extension, encoding) in COPIES {
            let name = format!("{path}{extension}");
            for (_, file) in files.iter().filter(|(path, _)| *path == name) {
                let _ = write!(copies, "(Encoding::{encoding}, include_bytes!({file:?})), ");
            }
        }
        let _ = writeln!(
            code,
            "    File {{ path: {path:?}, media_type: {:?}, plain: include_bytes!({file:?}), \
             copies: &[{copies}] }},",
            media_type(file),
        );
    }
    code.push_str("];\n");
    write("viewer_files.rs", &code)
}

/// Writes a list of files that are bytes (`[u8]`) or text (`str`).
fn write_list(
    file: &str,
    comment: &str,
    name: &str,
    kind: &str,
    files: &[(String, PathBuf)],
) -> io::Result<()> {
    let include = if kind == "str" { "include_str!" } else { "include_bytes!" };
    let mut code = format!("/// {comment}\nstatic {name}: &[(&str, &{kind})] = &[\n");
    for (path, file) in files {
        let _ = writeln!(code, "    ({path:?}, {include}({file:?})),");
    }
    code.push_str("];\n");
    write(file, &code)
}

fn write(file: &str, code: &str) -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join(file), code)
}

/// All files below a directory by their path from there, with slashes, sorted.
fn files(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut paths = Vec::new();
    list(root, &mut paths)?;
    let name =
        |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let mut files: Vec<_> = paths.into_iter().map(|path| (name(&path), path)).collect();
    files.sort();
    Ok(files)
}

fn list(directory: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
