//! The direction of the data is the direction of imports. Reads the code, and fails on a breach. Each kind of
//! breach is injected here once, so that a check that sees nothing is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the flow, each with those that it may know: the table of ARCHITECTURE.
const MODULES: [(&str, &[&str]); 17] = [
    ("geo", &[]),
    ("wire", &[]),
    ("config", &["geo"]),
    ("source", &["geo", "config"]),
    ("segment", &["geo", "wire", "config", "source"]),
    ("overview", &["geo", "config", "source", "segment"]),
    ("catalogue", &["geo", "config", "source", "segment", "overview"]),
    ("query", &["geo", "source", "segment", "catalogue"]),
    ("sync", &["geo", "config", "source", "segment", "overview", "catalogue"]),
    ("tile", &["geo", "wire", "source", "segment", "catalogue"]),
    ("style", &["wire"]),
    ("render", &["geo", "wire", "style"]),
    ("map", &["geo", "source", "segment", "catalogue", "query", "tile", "style", "render"]),
    ("cache", &[]),
    (
        "answer",
        &[
            "geo",
            "config",
            "source",
            "segment",
            "catalogue",
            "query",
            "tile",
            "style",
            "render",
            "map",
            "cache",
        ],
    ),
    (
        "http",
        &[
            "geo",
            "config",
            "source",
            "segment",
            "catalogue",
            "tile",
            "style",
            "render",
            "map",
            "cache",
            "answer",
        ],
    ),
    (
        "cli",
        &[
            "geo",
            "config",
            "source",
            "segment",
            "overview",
            "catalogue",
            "sync",
            "style",
            "render",
            "map",
            "answer",
            "http",
        ],
    ),
];

/// Crates that only some places may know.
const CONFINED: [(&str, &[&str]); 17] = [
    ("axum::", &["http"]),
    ("hyper::", &["http"]),
    ("tower_service::", &["http"]),
    ("tokio_postgres::", &["source/postgis"]),
    ("moka::", &["cache"]),
    ("rusqlite::", &["source"]),
    ("skrifa::", &["style"]),
    ("resvg::", &["style"]),
    ("icu_collator::", &["style/expression/collator"]),
    ("csscolorparser::", &["style/expression/color"]),
    ("mlt_core::", &["tile/mlt"]),
    ("memmap2::", &["segment/mapping"]),
    ("clap::", &["cli"]),
    ("unicode_bidi::", &["render/text"]),
    ("icu_properties::", &["render/text"]),
    ("pdf_writer::", &["map/sheet"]),
    ("subsetter::", &["map/sheet"]),
];

/// What requests may not name: they see what `answer::seen::Seen` shows them, neither the store nor a snapshot of it
/// without a scope.
const BEHIND_THE_DOOR: [&str; 2] = ["Store", "Snapshot"];

/// Modules without I/O, clock or globals.
const PURE: [&str; 5] = ["geo", "wire", "tile", "style", "render"];
const IMPURE: [&str; 7] =
    ["std::fs", "std::io", "std::net", "std::time", "std::env", "std::thread", "tokio"];

/// Where `unsafe` may stand, each with its proof.
const UNSAFE: [&str; 2] = ["segment/mapping.rs", "sync/freed.rs"];

/// A file below `src`: its path there, and its code without comments and tests.
struct File {
    path: String,
    code: String,
}

impl File {
    fn new(path: &str, text: &str) -> File {
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        File { path: path.to_owned(), code: lines.collect::<Vec<_>>().join("\n") }
    }

    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// The module path: `style/expression/mod.rs` is `style::expression`.
    fn name(&self) -> Vec<&str> {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn paths(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// All files but those of tests.
fn files() -> Vec<File> {
    let mut found = Vec::new();
    paths(&root(), &mut found);
    let files = found.into_iter().filter(|path| !path.ends_with("tests.rs"));
    files
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            File::new(&name, &fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// Whether code names something that starts so.
fn mentions(code: &str, name: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        let starts = !before.is_some_and(|c| in_word(c) || c == ':' && name.contains(':'));
        starts && (name.ends_with(':') || !after.is_some_and(in_word))
    })
}

fn against_the_table(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        let Some((_, known)) = MODULES.iter().find(|(name, _)| *name == file.module()) else {
            continue;
        };
        let others = MODULES.iter().filter(|(name, _)| *name != file.module());
        for (other, _) in others.filter(|(name, _)| !known.contains(name)) {
            if mentions(&file.code, &format!("crate::{other}")) {
                breaches.push(format!("{} knows {other}", file.path));
            }
        }
        if file.code.contains("use crate::{") {
            breaches.push(format!("{}: name the module in each `use crate::…` line", file.path));
        }
    }
    breaches
}

fn unconfined(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        for (name, homes) in &CONFINED {
            let is_home = homes.iter().any(|home| file.path.starts_with(home));
            if !is_home && mentions(&file.code, name) {
                breaches.push(format!("{} knows {name}, which belongs to {homes:?}", file.path));
            }
        }
    }
    breaches
}

fn past_the_door(files: &[File]) -> Vec<String> {
    let requests = files.iter().filter(|file| file.module() == "http");
    requests
        .flat_map(|file| BEHIND_THE_DOOR.iter().map(move |name| (file, name)))
        .filter(|(file, name)| mentions(&file.code, name))
        .map(|(file, name)| format!("{} knows {name}", file.path))
        .collect()
}

fn impure(files: &[File]) -> Vec<String> {
    let pure = files.iter().filter(|file| PURE.contains(&file.module()));
    pure.flat_map(|file| IMPURE.iter().map(move |impure| (file, impure)))
        .filter(|(file, impure)| mentions(&file.code, impure))
        .map(|(file, impure)| format!("{} uses {impure}", file.path))
        .collect()
}

/// The paths that `use` lines and code name, from the crate's root, of modules or of what stands in them.
fn named_paths(file: &File) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for part in file.code.split("use ").skip(1) {
        let tree = part.split(';').next().unwrap_or_default();
        expand("", tree, &mut paths);
    }
    let own: Vec<&str> = file.name();
    let absolute = |path: &String| {
        let mut base: Vec<String> = own.iter().map(|part| (*part).to_owned()).collect();
        let mut parts = path.split("::").map(str::trim).peekable();
        if parts.next_if_eq(&"crate").is_some() {
            base.clear();
        } else {
            while parts.next_if_eq(&"super").is_some() {
                base.pop();
            }
        }
        base.extend(parts.map(str::to_owned));
        base
    };
    paths.iter().map(absolute).collect()
}

/// `a::{b, c::{d}}` → `a::b`, `a::c::d`.
fn expand(before: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        paths.push(format!("{before}{path}"));
        return;
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut depth, mut from) = (0, 0);
    let before = format!("{before}{}", head.trim());
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[from..at].trim().is_empty() {
                    expand(&before, inner[from..at].trim(), paths);
                }
                from = at + 1;
            }
            _ => {}
        }
    }
}

/// The circles of files that use each other, but for those within one folder below a module, which has one
/// purpose.
fn circles(files: &[File]) -> Vec<String> {
    let by_name: BTreeMap<Vec<&str>, usize> =
        files.iter().enumerate().map(|(number, file)| (file.name(), number)).collect();
    let target = |path: &[String]| {
        (1..=path.len()).rev().find_map(|length| {
            let parts: Vec<&str> = path[..length].iter().map(String::as_str).collect();
            by_name.get(&parts).copied()
        })
    };
    let uses: Vec<BTreeSet<usize>> = files
        .iter()
        .enumerate()
        .map(|(number, file)| {
            let targets = named_paths(file);
            targets.iter().filter_map(|path| target(path)).filter(|to| *to != number).collect()
        })
        .collect();
    let reach: Vec<BTreeSet<usize>> = (0..files.len()).map(|from| reached(from, &uses)).collect();
    let mut told = BTreeSet::new();
    for from in 0..files.len() {
        let circle: Vec<usize> = (0..files.len())
            .filter(|to| reach[from].contains(to) && reach[*to].contains(&from))
            .collect();
        if circle.len() > 1 && !is_one_purpose(files, &circle) {
            let names: Vec<&str> = circle.iter().map(|number| &*files[*number].path).collect();
            told.insert(names.join(", "));
        }
    }
    told.into_iter().collect()
}

fn reached(from: usize, uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(next) = open.pop() {
        open.extend(uses[next].iter().filter(|to| found.insert(**to)));
    }
    found
}

/// Modules whose files still form a circle, since types that all share stand in the file that uses all: to be
/// taken apart, and no others to be added.
const STILL_CIRCLES: [&str; 2] = ["overview", "source"];

/// Whether all files stand in one folder below a module: `style/expression/color`, or `catalogue/snapshot` with
/// `catalogue/snapshot.rs`.
fn is_one_purpose(files: &[File], circle: &[usize]) -> bool {
    let first = files[circle[0]].name();
    let shared = (0..first.len())
        .take_while(|at| {
            circle.iter().all(|number| files[*number].name().get(*at) == Some(&first[*at]))
        })
        .count();
    shared >= 2 || shared == 1 && STILL_CIRCLES.contains(&first[0])
}

#[test]
fn every_module_knows_only_what_the_table_says() {
    for (place, (name, known)) in MODULES.iter().enumerate() {
        let below: Vec<&str> = MODULES[..place].iter().map(|(name, _)| *name).collect();
        assert!(known.iter().all(|other| below.contains(other)), "{name} knows what is above it");
    }
    let breaches = against_the_table(&files());
    assert!(breaches.is_empty(), "against the flow:\n{}", breaches.join("\n"));
    let render = [File::new("render/line/mod.rs", "use crate::catalogue::snapshot::ReadyLayer;")];
    assert_eq!(against_the_table(&render), ["render/line/mod.rs knows catalogue"]);
    let inline = [File::new("cache/entry.rs", "fn f(tile: &crate::tile::Tile) {}")];
    assert_eq!(against_the_table(&inline), ["cache/entry.rs knows tile"]);
}

#[test]
fn what_is_confined_is_known_to_its_home_only() {
    let breaches = unconfined(&files());
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    let axum = [File::new("answer/tile.rs", "use axum::body::Body;")];
    assert_eq!(unconfined(&axum).len(), 1);
}

#[test]
fn requests_reach_data_through_one_door() {
    let breaches = past_the_door(&files());
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    let around = [File::new("http/resources/tiles.rs", "let snapshot = Store::snapshot(&store);")];
    assert_eq!(past_the_door(&around), ["http/resources/tiles.rs knows Store"]);
    let taken = [File::new("http/resources/changes.rs", "fn layers(snapshot: &Snapshot) {}")];
    assert_eq!(past_the_door(&taken), ["http/resources/changes.rs knows Snapshot"]);
}

#[test]
fn files_of_different_purposes_form_no_circle() {
    let found = circles(&files());
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
    let pair = [
        File::new("http/a.rs", "use super::b::{C, D};"),
        File::new("http/b.rs", "use crate::http::a::E;"),
        File::new("http/c.rs", "use super::a::E;"),
    ];
    assert_eq!(circles(&pair), ["http/a.rs, http/b.rs"]);
}

#[test]
fn geo_wire_tile_style_and_render_are_pure() {
    let breaches = impure(&files());
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    assert_eq!(impure(&[File::new("tile/mod.rs", "use std::time::Instant;")]).len(), 1);
}

#[test]
fn unsafe_code_stands_alone_in_two_files() {
    for file in files().iter().filter(|file| !UNSAFE.contains(&&*file.path)) {
        let is_unsafe = ["unsafe_code", "unsafe"].iter().any(|word| mentions(&file.code, word));
        assert!(!is_unsafe, "{}", file.path);
    }
}

#[test]
fn every_module_is_in_the_table_and_every_file_says_what_it_is() {
    let mut found = Vec::new();
    paths(&root(), &mut found);
    for path in found {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let module = name.split(['/', '.']).next().unwrap_or_default();
        let is_known = MODULES.iter().any(|(known, _)| *known == module);
        assert!(is_known || ["lib", "main"].contains(&module), "{name}: add it to MODULES");
        assert!(
            fs::read_to_string(&path).unwrap().starts_with("//!"),
            "{name} says not what it is"
        );
    }
}
