//! Texts in one temporary file; memory holds their places only.
//!
//! Comes in: texts, from several threads. Goes out: any of them by its index. The file is removed
//! with the spool and readable by its owner only.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

/// A text's place in the spool file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    start: u64,
    len: u32,
}

impl Place {
    /// The text's length in bytes.
    pub(crate) fn len(self) -> u64 {
        u64::from(self.len)
    }
}

/// The texts of a corpus, by the note's index in [`crate::model::corpus::Corpus::notes`].
#[derive(Debug)]
pub struct Spool {
    file: File,
    end: AtomicU64,
    places: Vec<Place>,
}

impl Spool {
    /// Opens an empty spool in the system's folder for temporary files.
    pub(crate) fn create() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|e| spool_error(&e))?;
        Ok(Self {
            file,
            end: AtomicU64::new(0),
            places: Vec::new(),
        })
    }

    /// The text of a note.
    ///
    /// # Errors
    /// Where there is no such note, or the temporary file cannot be read.
    pub fn text(&self, note: usize) -> Result<String> {
        match self.places.get(note) {
            Some(&place) => self.at(place),
            None => Err(Error::not_found(format!("There is no note number {note}."))),
        }
    }

    /// The length of a note's text in bytes.
    pub fn bytes(&self, note: usize) -> u64 {
        self.places.get(note).map_or(0, |p| p.len())
    }

    /// How many texts it holds.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The text at a place.
    pub(crate) fn at(&self, place: Place) -> Result<String> {
        let mut bytes = vec![0; place.len as usize];
        read_at(&self.file, &mut bytes, place.start).map_err(|e| spool_error(&e))?;
        String::from_utf8(bytes)
            .map_err(|_| Error::other("The temporary file of texts was changed by another."))
    }

    /// Writes texts one behind another and says where each stands.
    pub(crate) fn write<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Result<Vec<Place>> {
        let mut bytes = Vec::new();
        let mut places = Vec::new();
        for text in texts {
            let len = u32::try_from(text.len())
                .map_err(|_| Error::other("A text is over 4 GB: that is not read."))?;
            places.push(Place {
                start: bytes.len() as u64,
                len,
            });
            bytes.extend_from_slice(text.as_bytes());
        }
        let start = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        write_at(&self.file, &bytes, start).map_err(|e| spool_error(&e))?;
        for place in &mut places {
            place.start += start;
        }
        Ok(places)
    }

    /// Gives the spool its order: the place of each note's text.
    pub(crate) fn set_order(&mut self, places: Vec<Place>) {
        self.places = places;
    }
}

fn spool_error(error: &io::Error) -> Error {
    Error::other(format!(
        "The temporary file of texts failed: {error}. Is the disk full? \
         TMPDIR can name another folder."
    ))
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, start)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, start)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = bytes.get_mut(read..).unwrap_or_default();
        start += read as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut start: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, start)?;
        bytes = bytes.get(written..).unwrap_or_default();
        start += written as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_order() {
        let mut spool = Spool::create().unwrap();
        let mut places = spool.write(["one", "", "drei ü"].into_iter()).unwrap();
        places.extend(spool.write(["four"].into_iter()).unwrap());
        places.reverse();
        spool.set_order(places);
        let all: Vec<_> = (0..4).map(|i| spool.text(i).unwrap()).collect();
        assert_eq!(all, ["four", "drei ü", "", "one"]);
        assert!(spool.text(4).is_err());
    }
}
