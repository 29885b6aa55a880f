//! The bytes of a segment: in memory, or a file mapped into it. Beside `freed` the only `unsafe` of the crate.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// The bytes of a segment, which never change.
#[derive(Debug)]
pub enum Bytes {
    /// In memory.
    Owned(Vec<u8>),
    /// A file; the operating system's page cache holds what is read of it.
    Mapped(Mmap),
}

impl Bytes {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be mapped.
    pub fn map(file: &File) -> io::Result<Bytes> {
        // SAFETY: a mapping is undefined behaviour where the file changes under it. Segments are
        // written under another name, renamed when whole, and never opened for writing again; one
        // that is mapped while it is written only grows, behind what is mapped; the directory is locked, so no other Tuilerie touches it; a file that is replaced or removed
        // stays as it is for those who have it mapped. What another program may still do, cutting
        // the file short, ends the process (SIGBUS) and reads no stray memory; what it may write
        // into the file is met by the checksums, or is a wrong map, since readers of the bytes take
        // no bounds from them unchecked.
        unsafe { Mmap::map(file) }.map(Bytes::Mapped)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Owned(bytes) => bytes,
            Bytes::Mapped(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_removed_stays_readable_for_those_who_have_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("segment");
        std::fs::write(&path, "all of it").unwrap();
        let bytes = Bytes::map(&File::open(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(&bytes[..], b"all of it");
    }
}
