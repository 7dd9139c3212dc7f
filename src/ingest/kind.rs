//! What kind of file something is, by its name and its first bytes.
//!
//! Comes in: a name and the bytes a file begins with. Goes out: the reader it goes to, or why it
//! is not read and what a person can do about it. Content wins over the name.

use super::container::Container;
use super::convert::Format;

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
    /// A file that is turned into text.
    Converted(Format),
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
/// Files that hold text and are not read, with what a person can do.
const UNREAD: &[(&str, &str)] = &[
    ("pages", "export it as .docx or .txt"),
    ("xml", "export the notes as .csv or .txt"),
    ("msg", "save its text as .txt"),
    ("epub", "save its text as .txt"),
    ("wpd", "save it as .docx or .txt"),
    ("doc", "open it in Word or LibreOffice and save it as .docx"),
];
/// Files whose bytes are never text.
const BINARY: &[&str] = &[
    "pdf", "docx", "docm", "dotx", "doc", "odt", "ott", "pages", "epub", "msg", "wpd",
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

/// What is known of a file's bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence<'e> {
    /// The first ones.
    pub(crate) head: &'e [u8],
    /// Whether they are text.
    pub(crate) is_text: bool,
    /// What they hold, where the file is one that holds others.
    pub(crate) container: Option<Container>,
}

/// What to do with a file, by its name and its bytes.
pub(crate) fn kind_of(file: &str, evidence: &Evidence<'_>) -> Kind {
    let extension = extension(file);
    let extension = extension.as_str();
    let magic = Magic::of(evidence.head);
    if let Some(container) = &evidence.container {
        return held(container, extension);
    }
    if WORKBOOK.contains(&extension) {
        return workbook(extension, magic, evidence.is_text);
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
    if let Some(format) = Format::of(evidence, extension) {
        return Kind::Converted(format);
    }
    if let Some(kind) = unread(extension, magic, evidence.is_text) {
        return kind;
    }
    let packed = ARCHIVE.contains(&extension) && !evidence.is_text;
    if packed || magic == Some(Magic::Packed) {
        let reason = "an archive of a kind that is not read: unpack it, or make a .zip of it";
        return Kind::Failed("archive", reason.to_owned());
    }
    if let Some(magic) = magic.filter(|m| m.is_binary()) {
        return Kind::Failed("", format!("its bytes are {}, not text", magic.words()));
    }
    if !evidence.is_text {
        return Kind::Failed("", "binary, not text".to_owned());
    }
    if evidence.head.starts_with(b"#!") {
        return Kind::Skipped("a program, not a note");
    }
    match extension {
        "jsonl" | "ndjson" => Kind::JsonLines,
        "json" => Kind::Json,
        e if DELIMITED.contains(&e) => Kind::Delimited,
        _ => Kind::Text,
    }
}

/// What to do with a file that holds others.
fn held(container: &Container, extension: &str) -> Kind {
    let failed = |format, reason: String| Kind::Failed(format, reason);
    match container {
        Container::Docx => Kind::Converted(Format::Docx),
        Container::Odt => Kind::Converted(Format::Odt),
        Container::Workbook => Kind::Workbook,
        Container::Locked => failed(
            extension_format(extension),
            "locked with a password: open it and save it without".to_owned(),
        ),
        Container::OldWord => failed(
            "doc",
            "a Word file of before 2007: open it in Word or LibreOffice and save it as .docx"
                .to_owned(),
        ),
        Container::Other(format, what, advice) => failed(format, format!("{what}: {advice}")),
        Container::Archive => failed(
            "archive",
            format!("an archive under the name of .{extension}: rename it to .zip"),
        ),
        Container::Damaged(why) => failed(extension_format(extension), why.clone()),
    }
}

/// Whether files of an extension are none that hold plain text.
pub(crate) fn is_never_text(extension: &str) -> bool {
    BINARY.contains(&extension) || ARCHIVE.contains(&extension)
}

/// Whether an extension is that of a spreadsheet program.
pub(crate) fn is_workbook(extension: &str) -> bool {
    WORKBOOK.contains(&extension)
}

fn workbook(extension: &str, magic: Option<Magic>, is_text: bool) -> Kind {
    match magic {
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

/// Files of office and layout programs that no reader knows, by name.
fn unread(extension: &str, magic: Option<Magic>, is_text: bool) -> Option<Kind> {
    let advice = UNREAD.iter().find(|(e, _)| *e == extension).map(|u| u.1);
    let binary = BINARY.contains(&extension);
    if advice.is_none() && !binary {
        return None;
    }
    let format = extension_format(extension);
    let upper = extension.to_uppercase();
    let text = matches!(magic, None | Some(Magic::Html | Magic::Xml));
    if is_text && text && binary {
        return Some(Kind::Text);
    }
    Some(Kind::Failed(
        format,
        match advice.filter(|_| is_text || !binary) {
            Some(advice) => format!("{upper} is not read: {advice}"),
            None => format!("not a {upper} file, or damaged: its bytes are nothing known"),
        },
    ))
}

fn extension_format(extension: &str) -> &'static str {
    let unread = UNREAD.iter().map(|d| d.0);
    let mut named = unread.chain(BINARY.iter().chain(WORKBOOK).copied());
    named.find(|e| *e == extension).unwrap_or("")
}

/// A format known by a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Magic {
    Packed,
    Html,
    Xml,
    Picture,
    Program,
    Database,
}

const MAGICS: &[(&[u8], Magic)] = &[
    (b"\x1F\x8B", Magic::Packed),
    (b"7z\xBC\xAF\x27\x1C", Magic::Packed),
    (b"Rar!", Magic::Packed),
    (b"\xFD7zXZ", Magic::Packed),
    (b"(\xB5\x2F\xFD", Magic::Packed),
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
        !matches!(self, Self::Html | Self::Xml)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Packed => "an archive's",
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

    fn kind(file: &str, head: &[u8], is_text: bool) -> Kind {
        let container = super::super::container::container(head);
        let evidence = Evidence {
            head,
            is_text,
            container,
        };
        kind_of(file, &evidence)
    }

    #[test]
    fn content_wins_over_the_name() {
        let failed = |kind: Kind| matches!(kind, Kind::Failed(..));
        assert_eq!(kind("a.docx", b"Participant: P03", true), Kind::Text);
        assert_eq!(kind("a.zip", b"Participant: P03", true), Kind::Text);
        assert_eq!(kind("a.xls", b"id\tnote\n", true), Kind::Delimited);
        assert!(failed(kind("a.xlsx", b"PK\x03\x04", false)));
        assert!(failed(kind("a.xlsx", b"<html>", true)));
        assert!(failed(kind("a.pdf", b"\x01\x02", false)));
        assert!(failed(kind("a.7z", b"\x01\x02", false)));
        for (head, format) in [
            (&b"%PDF-1.4"[..], Format::Pdf),
            (b"\n{\\rtf1\\ansi", Format::Rtf),
            (b"<!DOCTYPE html>\n<html>", Format::Html),
        ] {
            for name in ["a.txt", "a.doc", "a", "a.docx"] {
                assert_eq!(kind(name, head, true), Kind::Converted(format), "{name}");
            }
        }
        let ccda = b"<?xml version=\"1.0\"?>\n<?xml-stylesheet href='x'?><!-- c -->\n<ClinicalDocument xmlns='urn:hl7-org:v3'>";
        assert_eq!(kind("a.xml", ccda, true), Kind::Converted(Format::Ccda));
        assert!(failed(kind(
            "a.xml",
            b"<?xml version=\"1.0\"?><TEI/>",
            true
        )));
        assert_eq!(
            kind("a.html", b"Slept well.<br>", true),
            Kind::Converted(Format::Html)
        );
        assert_eq!(
            kind("a.js", b"<html>", true),
            Kind::Skipped("a program, not a note")
        );
        assert_eq!(kind("Nov 12. Visit", b"Seen.", true), Kind::Text);
        assert_eq!(
            kind("make.sh", b"#!/bin/sh", true),
            Kind::Skipped("a program, not a note")
        );
        assert_eq!(
            not_a_note_by_name("README.md"),
            Some("a README, not a note")
        );
        assert_eq!(not_a_note_by_name("readmission 3.txt"), None);
    }
}
