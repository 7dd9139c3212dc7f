//! The bytes of a source: of a file, or of an archive's member in memory. Read as often as needed.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::container::may_be_container;
use super::meter::{Meter, Progress};

/// Where a source's bytes are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Contents<'c> {
    /// In a file.
    File(&'c Path),
    /// In memory.
    Bytes(&'c [u8]),
}

impl<'c> Contents<'c> {
    /// Reads them from the start; `progress` is told of a file's.
    pub(crate) fn open(self, progress: &'c Progress<'c>) -> io::Result<Box<dyn Read + 'c>> {
        Ok(match self {
            Self::File(path) => Box::new(Meter::new(File::open(path)?, progress)),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        })
    }

    /// Whether they begin as those of a packed file.
    pub(crate) fn begins_as_zip(self) -> bool {
        let mut head = [0; 4];
        let read = match self {
            Self::File(path) => File::open(path).and_then(|mut file| file.read_exact(&mut head)),
            Self::Bytes(mut bytes) => bytes.read_exact(&mut head),
        };
        read.is_ok() && may_be_container(&head)
    }

    /// All of them.
    pub(crate) fn read_all(self, progress: &'c Progress<'c>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(progress)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
