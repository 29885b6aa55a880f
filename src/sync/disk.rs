//! The store directory: segments as files, written aside and renamed when whole, one server a
//! directory by an advisory lock that ends with the process, however it ends.
//!
//! `lock`; `ID-HASH.segment`, where the hash is that of source and id (not in the file, so that a source that is
//! configured otherwise costs a new name); `….segment.new` while it is
//! written.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::overview::Recipe;
use crate::segment::builder::SegmentBuilder;
use crate::segment::kept::{Description, Kept};
use crate::segment::mapping::Bytes;
use crate::segment::reader::Segment;
use crate::segment::sorter::Spill;

/// A directory that no other server uses as long as this value lives.
#[derive(Debug)]
pub struct StoreDirectory {
    path: PathBuf,
    _lock: File,
}

/// Why a directory cannot be the store.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Another server holds it.
    #[error(
        "the store {0} is in use by another Tuilerie: stop it, or give --store another directory"
    )]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("the store {0} cannot be used: {1}")]
    Io(PathBuf, io::Error),
}

const SEGMENT: &str = "segment";
const UNFINISHED: &str = "new";

impl StoreDirectory {
    /// Makes the directory when it is missing, takes its lock, and removes what a server before
    /// this one left unfinished.
    ///
    /// # Errors
    /// When another server holds it, or it cannot be written.
    pub fn open(path: &Path) -> Result<StoreDirectory, DirectoryError> {
        let io = |error| DirectoryError::Io(path.to_owned(), error);
        fs::create_dir_all(path).map_err(io)?;
        let lock = File::create(path.join("lock")).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DirectoryError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let directory = StoreDirectory { path: path.to_owned(), _lock: lock };
        directory.files(UNFINISHED).map_err(io)?.iter().for_each(|file| forget(file));
        Ok(directory)
    }

    /// All whole segments of these sources. One that is not whole is removed, with a word in the log: it is made
    /// again. Those of other sources are removed: they are no more, or are configured otherwise.
    pub fn open_all(&self, sources: &[u64]) -> Vec<(Segment, Kept)> {
        let files = self.files(SEGMENT).unwrap_or_default();
        let open = |file: &PathBuf| match open(file) {
            Ok((segment, mut kept)) => {
                let is_of = |source: &&u64| self.file_of(&kept.layer, **source) == *file;
                let Some(source) = sources.iter().find(is_of) else {
                    forget(file);
                    return None;
                };
                kept.reading.source = *source;
                Some((segment, kept))
            }
            Err(reason) => {
                let name = file.file_name().unwrap_or_default().display();
                tracing::warn!("{name} in the store is not used, and made again: {reason}");
                forget(file);
                None
            }
        };
        files.iter().filter_map(open).collect()
    }

    /// Writes the segment of a layer in place of the one before, which stays what it is for those
    /// who read it, and as a file until the new one is whole.
    ///
    /// # Errors
    /// When it cannot be written, because the disk is full for example: the one before stays.
    pub fn write(
        &self,
        builder: SegmentBuilder,
        recipe: &Recipe,
        kept: &Kept,
    ) -> io::Result<Segment> {
        let path = self.file_of(&kept.layer, kept.reading.source);
        let unfinished = path.with_extension(format!("{SEGMENT}.{UNFINISHED}"));
        let write = || {
            let mut options = File::options();
            let file =
                options.read(true).write(true).create(true).truncate(true).open(&unfinished)?;
            let out = BufWriter::with_capacity(1 << 20, file);
            let out = builder.finish(out, recipe, &serde_json::to_vec(kept)?)?;
            out.into_inner()?.sync_all()?;
            fs::rename(&unfinished, &path)?;
            // The new name itself is durable only once the directory is.
            File::open(&self.path)?.sync_all()?;
            open(&path).map_err(io::Error::other)
        };
        let written = write();
        if written.is_err() {
            forget(&unfinished);
        }
        Ok(written?.0)
    }

    /// Where sorting may put what does not fit into so much memory.
    pub fn spill(&self, memory: u64) -> Spill {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        Spill { memory, directory: self.path.clone() }
    }

    /// Removes the segment of a layer that is no more.
    pub fn remove(&self, layer: &Description, source: u64) {
        forget(&self.file_of(layer, source));
    }

    /// The segment of a layer is that of another source from now on. What cannot be renamed is read again at the
    /// next start.
    pub fn adopt(&self, layer: &Description, from: u64, to: u64) {
        if let Err(error) = fs::rename(self.file_of(layer, from), self.file_of(layer, to)) {
            tracing::warn!(layer = layer.id, "its segment cannot be renamed: {error}");
        }
    }

    /// The name starts with the layer's id as far as any file system takes it, for people.
    fn file_of(&self, Description { id, .. }: &Description, source: u64) -> PathBuf {
        let readable: String = id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
            .take(64)
            .collect();
        let hash = xxh3_64(format!("{source:016x}{id}").as_bytes());
        self.path.join(format!("{readable}-{hash:016x}.{SEGMENT}"))
    }

    fn files(&self, extension: &str) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            if path.extension() == Some(OsStr::new(extension)) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

fn open(path: &Path) -> Result<(Segment, Kept), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let bytes = Bytes::map(&file).map_err(|error| error.to_string())?;
    let (segment, description) = Segment::open(bytes).map_err(|error| error.to_string())?;
    let kept = serde_json::from_slice(&description)
        .map_err(|error| format!("its description cannot be read: {error}"))?;
    Ok((segment, kept))
}

/// Removes a file of the store. What cannot be removed is in the way of nothing: it is named by
/// what it holds, and refused or replaced the next time.
fn forget(file: &Path) {
    if let Err(error) = fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!("{} cannot be removed: {error}", file.display());
    }
}
