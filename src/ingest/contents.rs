//! The bytes of a source: of a file, or of an archive's member, in memory or, where it is large, in a
//! temporary file. Read as often as needed.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::container::may_be_container;
use super::convert::begins_as_mail;
use super::meter::{Meter, Progress};

/// Where a source's bytes are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Contents<'c> {
    /// In a file.
    File(&'c Path),
    /// In a temporary file of this program.
    Unpacked(&'c Path),
    /// In memory.
    Bytes(&'c [u8]),
}

/// Bytes in which the name of a message's first header line ends.
const FIRST_BYTES: u64 = 48;

/// Bytes of a message in which its head is looked for.
const MAIL_HEAD_BYTES: u64 = 1 << 16;

/// Bytes of an archive's member that are held in memory; more of them go to a temporary file, so that
/// a small archive of a huge member does not fill the memory.
const HELD_BYTES_MAX: u64 = 8 << 20;

/// An archive's member, unpacked.
#[derive(Debug)]
pub(crate) enum Unpacked {
    /// A small one.
    Held(Vec<u8>),
    /// A large one, and its size.
    OnDisk(NamedTempFile, u64),
}

impl Unpacked {
    /// Unpacks a member; the caller says how much of it may be read.
    pub(crate) fn read(mut member: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let held = member.by_ref().take(HELD_BYTES_MAX);
        { held }.read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < HELD_BYTES_MAX {
            return Ok(Self::Held(bytes));
        }
        let mut file = NamedTempFile::new()?;
        file.write_all(&bytes)?;
        let rest = io::copy(&mut member, &mut file)?;
        Ok(Self::OnDisk(file, bytes.len() as u64 + rest))
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::OnDisk(_, len) => *len,
        }
    }

    /// Where its bytes are.
    pub(crate) fn contents(&self) -> Contents<'_> {
        match self {
            Self::Held(bytes) => Contents::Bytes(bytes),
            Self::OnDisk(file, _) => Contents::Unpacked(file.path()),
        }
    }
}

impl<'c> Contents<'c> {
    /// Reads them from the start; `progress` is told of a file's.
    pub(crate) fn open(self, progress: &'c Progress<'c>) -> io::Result<Box<dyn Read + 'c>> {
        Ok(match self {
            Self::File(path) => Box::new(Meter::new(File::open(path)?, progress)),
            Self::Unpacked(path) => Box::new(File::open(path)?),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        })
    }

    /// Whether they begin as those of a packed file.
    pub(crate) fn begins_as_zip(self) -> bool {
        let mut head = [0; 4];
        let read = match self {
            Self::File(path) | Self::Unpacked(path) => {
                File::open(path).and_then(|mut file| file.read_exact(&mut head))
            }
            Self::Bytes(mut bytes) => bytes.read_exact(&mut head),
        };
        read.is_ok() && may_be_container(&head)
    }

    /// Whether they begin as those of a message.
    pub(crate) fn begins_as_mail(self) -> bool {
        let head = |bytes_max: u64| {
            let mut head = Vec::new();
            let read = match self {
                Self::File(path) | Self::Unpacked(path) => {
                    File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut head))
                }
                Self::Bytes(bytes) => bytes.take(bytes_max).read_to_end(&mut head),
            };
            read.map(|_| head).unwrap_or_default()
        };
        let may_be = |head: &[u8]| {
            let name = head.split(|b| *b == b':').next().unwrap_or_default();
            name.len() < head.len() && name.iter().all(u8::is_ascii_graphic)
        };
        may_be(&head(FIRST_BYTES)) && begins_as_mail(&head(MAIL_HEAD_BYTES))
    }

    /// What is wrong with a packed file on disk that has no directory of its parts: found out without
    /// holding it.
    pub(crate) fn damage(self) -> Option<String> {
        let (Self::File(path) | Self::Unpacked(path)) = self else {
            return None;
        };
        let file = File::open(path).ok().filter(|_| self.begins_as_zip())?;
        let mut input = BufReader::new(file);
        let mut head = [0; 2];
        input.read_exact(&mut head).ok()?;
        let opened = ZipArchive::new(input).err().filter(|_| head == *b"PK")?;
        Some(format!("damaged or cut off ({opened})"))
    }

    /// All of them.
    pub(crate) fn read_all(self, progress: &'c Progress<'c>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(progress)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
