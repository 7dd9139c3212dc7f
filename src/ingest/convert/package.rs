//! The parts of a packed file (DOCX, ODT), read within limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::Bounds;

/// A packed file.
pub(super) struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    /// Bytes that may still be unpacked.
    left: u64,
    bytes_max: u64,
}

impl Package {
    /// Opens a file that may unpack to so many bytes.
    pub(super) fn open(bytes: Vec<u8>, bounds: Bounds) -> Result<Self, String> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("damaged or cut off ({e})"))?;
        if archive.len() > bounds.parts {
            return Err(format!(
                "more than {} parts: no text document",
                bounds.parts
            ));
        }
        Ok(Self {
            archive,
            left: bounds.bytes,
            bytes_max: bounds.bytes,
        })
    }

    /// The names of all parts, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.archive.file_names().flatten();
        let mut names: Vec<String> = names.map(std::borrow::Cow::into_owned).collect();
        names.sort();
        names
    }

    /// A part's text; none where there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(index) = self.archive.index_for_name(name) else {
            return Ok(None);
        };
        let damaged = |e: &dyn std::fmt::Display| format!("its part {name} is damaged ({e})");
        let member = self.archive.by_index(index).map_err(|e| damaged(&e))?;
        // What is too large is not unpacked, and what is larger than it says no further than it says.
        let size = member.size();
        if size > self.left {
            return Err(format!("unpacks to more than {} MB", self.bytes_max >> 20));
        }
        let mut bytes = Vec::new();
        let read = member.take(size + 1).read_to_end(&mut bytes);
        read.map_err(|e| damaged(&e))?;
        if bytes.len() as u64 > size {
            return Err(damaged(&"it is larger than it says"));
        }
        self.left -= size;
        let is_marked = bytes.starts_with(b"\xEF\xBB\xBF") || bytes.starts_with(b"\xFF\xFE");
        let plain = if is_marked {
            Err(bytes)
        } else {
            String::from_utf8(bytes).map_err(std::string::FromUtf8Error::into_bytes)
        };
        Ok(Some(plain.unwrap_or_else(|bytes| {
            let (text, ..) = encoding_rs::UTF_8.decode(&bytes);
            text.into_owned()
        })))
    }
}
