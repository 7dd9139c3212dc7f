//! What kind of file something is, by its name and its first bytes.
//!
//! Comes in: a name and the bytes a file begins with. Goes out: the reader it goes to, or why it
//! is not read and what a person can do about it. Content wins over the name.

/// What is done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text: one note or several.
    Text,
    /// A table of delimited cells.
    Delimited,
    /// An object a line.
    JsonLines,
    /// One JSON value.
    Json,
    /// A workbook that the workbook reader knows.
    Workbook,
    /// Not a note, with the reason.
    Skipped(&'static str),
    /// Perhaps notes, but not readable: format and reason.
    Failed(&'static str, String),
}

const DELIMITED: &[&str] = &["csv", "tsv", "tab", "psv"];
const WORKBOOK: &[&str] = &["xlsx", "xlsm", "xlsb", "xls", "ods"];
const SCRIPT: &[&str] = &[
    "sh", "bash", "bat", "ps1", "py", "ipynb", "r", "rmd", "rs", "js", "ts", "sql", "do", "sps",
    "sas", "pl", "rb", "java", "c", "cpp", "h", "css", "jl", "m", "qmd",
];
const SETTINGS: &[&str] = &["toml", "yaml", "yml", "ini", "cfg", "lock", "log", "bib"];
const MEDIA: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "tif", "tiff", "bmp", "svg", "heic", "mp3", "m4a", "wav", "ogg",
    "flac", "mp4", "mov", "avi", "mkv", "webm",
];
const ARCHIVE: &[&str] = &["zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "tar", "zst"];
const DATABASE: &[&str] = &[
    "db", "sqlite", "sqlite3", "parquet", "feather", "rds", "rda", "rdata", "sav", "dta", "mdb",
];
/// Kinds of document that are not read yet, with what a person can do.
const DOCUMENT: &[(&str, &str)] = &[
    ("pdf", "save its text as .txt"),
    ("docx", "save it as plain text (.txt)"),
    ("doc", "save it as plain text (.txt)"),
    ("odt", "save it as plain text (.txt)"),
    ("rtf", "save it as plain text (.txt)"),
    ("pages", "export it as plain text (.txt)"),
    ("html", "save its text as .txt, or a table in it as .csv"),
    ("htm", "save its text as .txt, or a table in it as .csv"),
    ("xml", "export the notes as .csv or .txt"),
    ("eml", "save its text as .txt"),
    ("msg", "save its text as .txt"),
    ("epub", "save its text as .txt"),
];

/// A reason by which a file's name alone says that it holds no notes.
pub(crate) fn not_a_note_by_name(file: &str) -> Option<&'static str> {
    let lower = file.to_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let is = |names: &[&str]| {
        names
            .iter()
            .any(|n| stem == *n || stem.starts_with(&format!("{n}-")))
    };
    if lower == "study.toml" {
        Some("the study file")
    } else if is(&["readme"]) {
        Some("a README, not a note")
    } else if is(&["license", "licence", "copying"]) {
        Some("a licence, not a note")
    } else if stem.starts_with("gold") && extension(file) == "jsonl" {
        Some("codings made by people, not notes")
    } else if stem.starts_with("coding_sheet") || stem.starts_with("elusion_sheet") {
        Some("a coding sheet, not notes")
    } else if lower == "decisions.csv" {
        Some("decisions on codings, not notes")
    } else if lower == "memos.csv" {
        Some("memos, not notes")
    } else {
        None
    }
}

/// The extension of a file's name in lower case; empty without one.
pub(crate) fn extension(file: &str) -> String {
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && !extension.contains(' ') => {
            extension.to_lowercase()
        }
        _ => String::new(),
    }
}

/// What to do with a file, by its name and first bytes; `is_text` says whether its bytes are text.
pub(crate) fn kind_of(file: &str, head: &[u8], is_text: bool) -> Kind {
    let extension = extension(file);
    let extension = extension.as_str();
    let magic = Magic::of(head);
    if WORKBOOK.contains(&extension) {
        return workbook(extension, magic, is_text);
    }
    if let Some((_, advice)) = DOCUMENT.iter().find(|(e, _)| *e == extension) {
        return document(extension, magic, is_text, advice);
    }
    for (list, reason) in [
        (SCRIPT, "a program, not a note"),
        (SETTINGS, "settings or rules, not a note"),
        (MEDIA, "picture, sound or film, not text"),
        (DATABASE, "a database, not text: export its notes as .csv"),
    ] {
        if list.contains(&extension) {
            return Kind::Skipped(reason);
        }
    }
    if ARCHIVE.contains(&extension) || matches!(magic, Some(Magic::Zip | Magic::Packed)) {
        let reason = "archives are not read yet: unpack it".to_owned();
        return Kind::Failed("archive", reason);
    }
    if let Some(magic) = magic.filter(|m| m.is_binary()) {
        return Kind::Failed(
            magic.format(),
            format!("its bytes are {}, not text", magic.words()),
        );
    }
    if !is_text {
        return Kind::Failed("", "binary, not text".to_owned());
    }
    if head.starts_with(b"#!") {
        return Kind::Skipped("a program, not a note");
    }
    match extension {
        "jsonl" | "ndjson" => Kind::JsonLines,
        "json" => Kind::Json,
        e if DELIMITED.contains(&e) => Kind::Delimited,
        _ => Kind::Text,
    }
}

/// Whether an extension is that of an office or layout program.
pub(crate) fn is_document(extension: &str) -> bool {
    DOCUMENT.iter().any(|(e, _)| *e == extension)
}

fn workbook(extension: &str, magic: Option<Magic>, is_text: bool) -> Kind {
    match magic {
        Some(Magic::Zip | Magic::Ole) => Kind::Workbook,
        Some(Magic::Html) => Kind::Failed(
            "html",
            format!(
                "a web page (HTML) under the name of a workbook: open it in a spreadsheet program \
                 and save it as a real .{extension} or as .csv"
            ),
        ),
        Some(Magic::Xml) => Kind::Failed(
            "xml",
            "an old XML workbook: open it in a spreadsheet program and save it as .xlsx or .csv"
                .to_owned(),
        ),
        _ if is_text => Kind::Delimited,
        _ => Kind::Failed(
            extension_format(extension),
            format!("not a workbook, or damaged: it does not begin as .{extension} files do"),
        ),
    }
}

fn document(extension: &str, magic: Option<Magic>, is_text: bool, advice: &str) -> Kind {
    let format = extension_format(extension);
    let binary_name = ["pdf", "docx", "doc", "odt", "pages", "epub", "msg"].contains(&extension);
    match magic {
        None if is_text && binary_name => Kind::Text,
        None if binary_name => {
            let reason = format!(
                "not a {} file, or damaged: its bytes are nothing known",
                extension.to_uppercase()
            );
            Kind::Failed(format, reason)
        }
        _ => Kind::Failed(
            format,
            format!("{} is not read yet: {advice}", extension.to_uppercase()),
        ),
    }
}

fn extension_format(extension: &str) -> &'static str {
    let named = DOCUMENT.iter().map(|d| d.0).chain(WORKBOOK.iter().copied());
    named.into_iter().find(|e| *e == extension).unwrap_or("")
}

/// A format known by a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Magic {
    Zip,
    Ole,
    Packed,
    Pdf,
    Rtf,
    Html,
    Xml,
    Picture,
    Program,
    Database,
}

const MAGICS: &[(&[u8], Magic)] = &[
    (b"PK\x03\x04", Magic::Zip),
    (b"PK\x05\x06", Magic::Zip),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Magic::Ole),
    (b"\x1F\x8B", Magic::Packed),
    (b"7z\xBC\xAF\x27\x1C", Magic::Packed),
    (b"Rar!", Magic::Packed),
    (b"\xFD7zXZ", Magic::Packed),
    (b"(\xB5\x2F\xFD", Magic::Packed),
    (b"%PDF", Magic::Pdf),
    (b"{\\rtf", Magic::Rtf),
    (b"\x89PNG", Magic::Picture),
    (b"\xFF\xD8\xFF", Magic::Picture),
    (b"GIF8", Magic::Picture),
    (b"\x7FELF", Magic::Program),
    (b"SQLite format 3", Magic::Database),
    (b"PAR1", Magic::Database),
];

impl Magic {
    fn of(head: &[u8]) -> Option<Self> {
        if let Some((_, magic)) = MAGICS.iter().find(|(bytes, _)| head.starts_with(bytes)) {
            return Some(*magic);
        }
        let start = String::from_utf8_lossy(head.get(..512.min(head.len())).unwrap_or_default())
            .to_lowercase();
        let start = start.trim_start_matches('\u{FEFF}').trim_start();
        if ["<html", "<!doctype html", "<table", "<body"]
            .iter()
            .any(|t| start.starts_with(t))
        {
            return Some(Self::Html);
        }
        start.starts_with("<?xml").then_some(Self::Xml)
    }

    fn is_binary(self) -> bool {
        !matches!(self, Self::Html | Self::Xml | Self::Rtf)
    }

    fn format(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Zip | Self::Packed => "archive",
            Self::Ole | Self::Picture | Self::Program | Self::Database => "",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Zip | Self::Packed => "an archive's",
            Self::Ole => "an old Office file's",
            Self::Pdf => "a PDF's",
            Self::Rtf => "RTF",
            Self::Html => "a web page's",
            Self::Xml => "XML",
            Self::Picture => "a picture's",
            Self::Program => "a program's",
            Self::Database => "a database's",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_wins_over_the_name() {
        let failed = |kind: Kind| matches!(kind, Kind::Failed(..));
        assert_eq!(kind_of("a.docx", b"Participant: P03", true), Kind::Text);
        assert_eq!(kind_of("a.xls", b"id\tnote\n", true), Kind::Delimited);
        assert_eq!(kind_of("a.xlsx", b"PK\x03\x04", false), Kind::Workbook);
        assert!(failed(kind_of("a.xlsx", b"<html>", true)));
        assert!(failed(kind_of("a.pdf", b"\x01\x02", false)));
        assert!(failed(kind_of("a.txt", b"%PDF-1.4", false)));
        assert_eq!(kind_of("Nov 12. Visit", b"Seen.", true), Kind::Text);
        assert_eq!(
            kind_of("make.sh", b"#!/bin/sh", true),
            Kind::Skipped("a program, not a note")
        );
        assert_eq!(
            not_a_note_by_name("README.md"),
            Some("a README, not a note")
        );
        assert_eq!(not_a_note_by_name("readmission 3.txt"), None);
    }
}
