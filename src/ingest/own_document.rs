//! Documents that this program wrote: quotes, the page, methods, tables for a manuscript. What they
//! quote was counted already where it was written.

use std::io::{Cursor, Read as _};

use memchr::memmem;
use zip::ZipArchive;

use crate::model::own_document::NO_NOTES;

/// Bytes at the beginning of a text in which it says who wrote it.
const HEAD_BYTES: usize = 1024;
/// Most bytes that an office document's properties are read of.
const PROPERTIES_BYTES_MAX: u64 = 1 << 16;

/// Why a document that this program wrote gives no notes; `packed` is the whole of an office document.
pub(crate) fn own_document(head: &[u8], packed: Option<&[u8]>) -> Option<String> {
    let is_own = match packed {
        Some(bytes) => says(&properties(bytes)?),
        None => says(&head[..head.len().min(HEAD_BYTES)]),
    };
    is_own.then(|| "a document of this program, not notes".to_owned())
}

fn says(bytes: &[u8]) -> bool {
    memmem::find(bytes, NO_NOTES.as_bytes()).is_some()
}

/// What an office document says of itself.
fn properties(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let member = archive.by_name("docProps/core.xml").ok()?;
    let mut out = Vec::new();
    member
        .take(PROPERTIES_BYTES_MAX)
        .read_to_end(&mut out)
        .ok()?;
    Some(out)
}
