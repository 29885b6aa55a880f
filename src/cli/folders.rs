//! The configured folders of styles, fonts and images → their files, read once, before anything is
//! served: what a request names is looked up among them and never becomes a path. Not what is in
//! the files: [`Shipped::parse`](crate::style::shipped::Shipped::parse) says what is wrong with that.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::Folders;
use crate::style::shipped::{OwnFile, OwnFiles};

/// A larger file is none of these: CJK fonts, the largest, have some 20 MB.
const LARGEST: u64 = 64 << 20;
/// A folder with more is another folder than was meant.
const MOST_FILES: usize = 10_000;
/// How deep folders lie in one another: links may go round.
const DEEPEST: usize = 8;

/// Reads them; with what could not be read, and why.
pub fn read(folders: &Folders) -> (OwnFiles, Vec<String>) {
    let mut mistakes = Vec::new();
    let mut files = |folder: &Option<PathBuf>, extensions: &[&str]| match folder {
        Some(folder) => Reading::of(folder, extensions, &mut mistakes),
        None => Vec::new(),
    };
    let own = OwnFiles {
        styles: files(&folders.styles, &["json"]),
        fonts: files(&folders.fonts, &["ttf", "otf"]),
        // Beside the images, the colours of a folder.
        sprites: files(&folders.sprites, &["svg", "json"]),
    };
    (own, mistakes)
}

struct Reading<'m> {
    root: &'m Path,
    extensions: &'m [&'m str],
    files: Vec<OwnFile>,
    mistakes: &'m mut Vec<String>,
}

impl Reading<'_> {
    fn of(folder: &Path, extensions: &[&str], mistakes: &mut Vec<String>) -> Vec<OwnFile> {
        let root = match folder.canonicalize() {
            Ok(root) => root,
            Err(error) => {
                mistakes.push(format!("{}: cannot be read: {error}", folder.display()));
                return Vec::new();
            }
        };
        let mut reading = Reading { root: &root, extensions, files: Vec::new(), mistakes };
        reading.folder(folder, 0);
        reading.files
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.refuse(folder, &format!("cannot be read: {error}")),
        };
        // The same order on every machine: of two that have one name, the later holds.
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            // What editors and mounts keep to themselves.
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                self.entry(&entry.path(), depth);
            }
        }
    }

    /// A file or a folder. A link counts as what it leads to, within the configured folder.
    fn entry(&mut self, path: &Path, depth: usize) {
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.refuse(path, &format!("cannot be read: {error}")),
        };
        if !real.starts_with(self.root) {
            return self.refuse(path, "a link that leads out of the folder is not followed");
        }
        if real.is_dir() {
            return match depth < DEEPEST {
                true => self.folder(path, depth + 1),
                false => self.refuse(path, "folders lie too deep in one another"),
            };
        }
        let extension = path.extension().unwrap_or_default();
        if !self.extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            return;
        }
        if self.files.len() == MOST_FILES {
            return self.refuse(path, &format!("more than {MOST_FILES} files"));
        }
        match content(&real) {
            Ok(content) => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                self.files.push(OwnFile { name, path: path.display().to_string(), content });
            }
            Err(reason) => self.refuse(path, &reason),
        }
    }

    fn refuse(&mut self, path: &Path, reason: &str) {
        self.mistakes.push(format!("{}: {reason}", path.display()));
    }
}

fn content(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let facts = path.metadata().map_err(unreadable)?;
    // A pipe would never end.
    if !facts.is_file() {
        return Err("is no file".to_owned());
    }
    if facts.len() > LARGEST {
        return Err(format!("larger than {} MB", LARGEST >> 20));
    }
    fs::read(path).map_err(unreadable)
}
