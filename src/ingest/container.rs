//! What a packed file (ZIP) or an old Office file (OLE) is, by what it holds and not by its name.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// A file that holds others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Container {
    /// A Word file.
    Docx,
    /// A text document of `LibreOffice`.
    Odt,
    /// A workbook, packed or old.
    Workbook,
    /// A file with a password, of a new Office program.
    Locked,
    /// A Word file of before 2007.
    OldWord,
    /// Another program's file, with what a user calls it and what can be done.
    Other(&'static str, &'static str, &'static str),
    /// An archive of files.
    Archive,
    /// Nothing that can be opened, and why.
    Damaged(String),
}

/// Streams of old Office files, and of locked ones, by name.
const OLE: &[(&str, Container)] = &[
    ("EncryptedPackage", Container::Locked),
    ("WordDocument", Container::OldWord),
    ("Workbook", Container::Workbook),
    ("Book", Container::Workbook),
    (
        "PowerPoint Document",
        Container::Other("ppt", "old PowerPoint slides", "save their text as .txt"),
    ),
    (
        "__nameid_version1.0",
        Container::Other("msg", "an Outlook message", "save its text as .txt"),
    ),
];

/// What a file holds; none where it is no such file.
pub(crate) fn container(bytes: &[u8]) -> Option<Container> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(packed(bytes));
    }
    bytes.starts_with(b"\xD0\xCF\x11\xE0").then(|| ole(bytes))
}

/// Whether a file may be one, by its first bytes.
pub(crate) fn may_be_container(head: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"PK\x05\x06", b"\xD0\xCF\x11\xE0"]
        .iter()
        .any(|magic| head.starts_with(magic))
}

fn packed(bytes: &[u8]) -> Container {
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return Container::Damaged(format!("damaged or cut off ({e})")),
    };
    let mut mimetype = String::new();
    if let Ok(member) = archive.by_name("mimetype")
        && let Err(e) = member.take(100).read_to_string(&mut mimetype)
    {
        return Container::Damaged(format!("damaged or cut off ({e})"));
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    let within = |folder: &str| {
        archive
            .file_names()
            .flatten()
            .any(|n| n.starts_with(folder))
    };
    if let Some(kind) = mimetype
        .trim()
        .strip_prefix("application/vnd.oasis.opendocument.")
    {
        return match kind.split('-').next() {
            Some("text") => Container::Odt,
            Some("spreadsheet") => Container::Workbook,
            _ => Container::Other(
                "odf",
                "an OpenDocument drawing or slides",
                "save its text as .txt",
            ),
        };
    }
    if mimetype.starts_with("application/epub") {
        return Container::Other("epub", "an e-book", "save its text as .txt");
    }
    if has("[Content_Types].xml") {
        if within("word/") {
            return Container::Docx;
        }
        if within("xl/") {
            return Container::Workbook;
        }
        if within("ppt/") {
            return Container::Other("pptx", "PowerPoint slides", "save their text as .txt");
        }
    }
    if has("content.xml") && has("META-INF/manifest.xml") {
        return Container::Odt;
    }
    if has("Index/Document.iwa") {
        return Container::Other("pages", "a Pages file", "export it as .docx or .txt");
    }
    Container::Archive
}

/// Old Office files name their streams in UTF-16.
fn ole(bytes: &[u8]) -> Container {
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    let found = OLE.iter().find(|(name, _)| names(name));
    found.map_or_else(
        || Container::Damaged("an old Office file without a text or a workbook in it".to_owned()),
        |(_, container)| container.clone(),
    )
}
