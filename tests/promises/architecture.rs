//! The direction of the data is the direction of imports. Reads the `use` lines and the paths in
//! the code, and fails on a breach.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the flow: each may import those before it.
const ORDER: [&str; 16] = [
    "geo",
    "wire",
    "config",
    "source",
    "segment",
    "overview",
    "catalogue",
    "query",
    "sync",
    "tile",
    "style",
    "render",
    "map",
    "cache",
    "http",
    "cli",
];

/// Crates that only one module may know.
const CONFINED: [(&str, &str); 17] = [
    ("axum", "http"),
    ("hyper", "http"),
    ("tower_service", "http"),
    ("tokio_postgres", "source/postgis"),
    ("moka", "cache"),
    ("rusqlite", "source"),
    ("skrifa", "style"),
    ("resvg", "style"),
    ("icu_collator", "style/expression/collator"),
    ("csscolorparser", "style/expression/color"),
    ("mlt_core", "tile/mlt"),
    ("memmap2", "segment/mapping"),
    ("clap", "cli"),
    ("unicode_bidi", "render/text"),
    ("icu_properties", "render/text"),
    ("pdf_writer", "map/sheet"),
    ("subsetter", "map/sheet"),
];

/// Modules without I/O, clock or globals.
const PURE: [&str; 5] = ["geo", "tile", "style", "render", "map"];
const IMPURE: [&str; 7] =
    ["std::fs", "std::io", "std::net", "std::time", "std::env", "std::thread", "tokio"];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Each source file: its path below `src`, and its lines of code without comments.
fn files() -> Vec<(String, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            (name, lines.map(str::to_owned).collect())
        })
        .collect()
}

fn module_of(file: &str) -> Option<usize> {
    let top = file.split(['/', '.']).next()?;
    ORDER.iter().position(|module| *module == top)
}

/// Whether a line names a path that starts so.
fn mentions(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        !before.is_some_and(|c| in_word(c) || c == ':') && !after.is_some_and(in_word)
    })
}

#[test]
fn every_module_imports_only_what_stands_before_it() {
    let mut breaches = Vec::new();
    for (file, lines) in files() {
        let Some(place) = module_of(&file) else { continue };
        for (later, line) in
            ORDER[place + 1..].iter().flat_map(|m| lines.iter().map(move |l| (m, l)))
        {
            if mentions(line, &format!("crate::{later}")) {
                breaches.push(format!("{file}: {}", line.trim()));
            }
        }
        if lines.iter().any(|line| line.contains("use crate::{")) {
            breaches.push(format!("{file}: name the module in each `use crate::…` line"));
        }
    }
    assert!(breaches.is_empty(), "against the flow:\n{}", breaches.join("\n"));
}

#[test]
fn every_confined_crate_is_known_to_one_module_only() {
    for (file, lines) in files() {
        for (name, home) in CONFINED.iter().filter(|(_, home)| !file.starts_with(home)) {
            let breach = lines
                .iter()
                .find(|line| mentions(line, name) && line.contains(&format!("{name}::")));
            assert!(breach.is_none(), "{file} knows {name}, which belongs to {home}: {breach:?}");
        }
    }
}

#[test]
fn geo_tile_style_render_and_map_are_pure() {
    for (file, lines) in files() {
        if !PURE.iter().any(|module| file.starts_with(&format!("{module}/"))) {
            continue;
        }
        for impure in IMPURE {
            let breach = lines.iter().find(|line| mentions(line, impure));
            assert!(breach.is_none(), "{file} uses {impure}: {breach:?}");
        }
    }
}

#[test]
fn unsafe_code_stands_alone_in_two_files() {
    for (file, lines) in files() {
        let breach =
            lines.iter().find(|line| mentions(line, "unsafe_code") || mentions(line, "unsafe"));
        let may = ["segment/mapping.rs", "sync/freed.rs"].contains(&file.as_str());
        assert!(breach.is_none() || may, "{file}: {breach:?}");
    }
}

#[test]
fn every_module_is_in_the_order_and_every_file_says_what_it_is() {
    for (file, _) in files() {
        assert!(
            module_of(&file).is_some() || ["lib.rs", "main.rs"].contains(&file.as_str()),
            "{file}: add its module to ORDER"
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&file);
        assert!(fs::read_to_string(path).unwrap().starts_with("//!"), "{file} says not what it is");
    }
}
