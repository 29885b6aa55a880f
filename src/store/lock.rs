//! One server a store directory: an advisory lock that ends with the process, however it ends.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A directory that no other server uses as long as this value lives.
#[derive(Debug)]
pub struct StoreDirectory {
    _lock: File,
}

/// Why a directory cannot be the store.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server holds it.
    #[error(
        "the store {0} is in use by another Tuilerie: stop it, or give --store another directory"
    )]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("the store {0} cannot be used: {1}")]
    Io(PathBuf, io::Error),
}

impl StoreDirectory {
    /// Makes the directory when it is missing, and takes its lock.
    ///
    /// # Errors
    /// When another server holds it, or it cannot be written.
    pub fn open(path: &Path) -> Result<StoreDirectory, LockError> {
        let io = |error| LockError::Io(path.to_owned(), error);
        fs::create_dir_all(path).map_err(io)?;
        let lock = File::create(path.join("lock")).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(StoreDirectory { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }
}
