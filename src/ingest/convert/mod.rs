//! Turns files of office, layout and record programs into plain text.
//!
//! Comes in: a file's bytes and its format. Goes out: [`Converted`]: the text of its body, what
//! stands apart on every page, what the file says of its note, and what a person should know.
//! Paragraphs, headings, items of lists and rows of tables are lines of their own; comments and
//! deleted text are no part of it. All parsers work behind one boundary: limits on size, nesting
//! and time; a panic is a reason.

mod ccda;
mod docx;
mod enclosed;
mod flow;
mod guard;
mod html;
pub(crate) mod mail;
mod marks;
mod odt;
mod package;
mod pdf;
mod rtf;
mod xml;

use crate::model::reading::Role;

use super::kind::Evidence;
use super::options::Limits;

pub(crate) use enclosed::Enclosed;
pub(crate) use flow::Table;
pub(crate) use mail::begins_as_mail;

/// A format that is turned into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Word.
    Docx,
    /// A text document of `LibreOffice`.
    Odt,
    /// The same as one XML file.
    FlatOdt,
    /// Rich text.
    Rtf,
    /// A web page.
    Html,
    /// PDF.
    Pdf,
    /// A clinical document (HL7 C-CDA).
    Ccda,
}

impl Format {
    /// The format of a file that holds no others, by its first bytes, or by its name.
    pub(crate) fn of(evidence: &Evidence<'_>, extension: &str) -> Option<Self> {
        let head = evidence.head;
        let start = head.get(..1024.min(head.len())).unwrap_or_default();
        if memchr::memmem::find(start, b"%PDF-").is_some() {
            return Some(Self::Pdf);
        }
        if start.trim_ascii_start().starts_with(b"{\\rtf") {
            return Some(Self::Rtf);
        }
        if !evidence.is_text {
            return None;
        }
        let text = String::from_utf8_lossy(head);
        let text = text.trim_start_matches('\u{FEFF}').trim_start();
        match root(text)?.as_str() {
            "clinicaldocument" => return Some(Self::Ccda),
            "office:document" => return Some(Self::FlatOdt),
            "html" => return Some(Self::Html),
            _ => {}
        }
        Self::Html.has_extension(extension).then_some(Self::Html)
    }

    /// The name that the ledger prints.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Odt | Self::FlatOdt => "odt",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Ccda => "ccda",
        }
    }

    /// What a user calls a file of the format.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Docx => "a Word file (DOCX)",
            Self::Odt | Self::FlatOdt => "an OpenDocument text",
            Self::Rtf => "rich text (RTF)",
            Self::Html => "a web page (HTML)",
            Self::Pdf => "a PDF",
            Self::Ccda => "a clinical document (C-CDA)",
        }
    }

    /// Whether files called so are of the format.
    pub(crate) fn has_extension(self, extension: &str) -> bool {
        let known: &[&str] = match self {
            Self::Docx => &["docx", "docm", "dotx", "dotm"],
            Self::Odt => &["odt", "ott", "odm"],
            Self::FlatOdt => &["fodt", "xml"],
            Self::Rtf => &["rtf"],
            Self::Html => &["html", "htm", "xhtml"],
            Self::Pdf => &["pdf"],
            Self::Ccda => &["xml", "cda", "ccda", "ccd"],
        };
        known.contains(&extension)
    }

    /// Whether the format is text, and so handed over as UTF-8.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::FlatOdt | Self::Html | Self::Ccda)
    }
}

/// The name of the first element of a page or an XML file, in lower case; empty without one.
fn root(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let Some(tag) = rest.strip_prefix('<') else {
            return Some(String::new());
        };
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1.trim_start();
        } else if tag.starts_with('?') {
            rest = tag.split_once("?>")?.1.trim_start();
        } else if let Some(doctype) = tag.strip_prefix('!') {
            let (name, behind) = doctype.split_once('>')?;
            if name.to_lowercase().starts_with("doctype html") {
                return Some("html".to_owned());
            }
            rest = behind.trim_start();
        } else {
            let name = tag.split(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '-' | '_'));
            let name = { name }.next().unwrap_or_default().to_lowercase();
            // The office format's own prefix tells its root from others.
            let local = name.rsplit(':').next().unwrap_or_default();
            let office = name == "office:document";
            return Some(if office { name } else { local.to_owned() });
        }
    }
}

/// A file's text, and what was said around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Converted {
    /// The text of the body.
    pub(crate) text: String,
    /// What stands at the head or foot of every page, or in the file's title: no part of the text.
    pub(crate) apart: String,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
    /// What was damaged, and so is missing.
    pub(crate) damage: Vec<String>,
    /// The tables of the text that stand in no other, row by row.
    pub(crate) tables: Vec<Table>,
    /// What a record program's file says of its one note, by role.
    pub(crate) about: Vec<(Role, String)>,
}

/// Bytes of text, or of a file's parts, beyond which nothing is converted.
const BYTES_MAX: u64 = 256 << 20;

/// How much a parser takes in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes of text, or of a file's parts unpacked.
    bytes: u64,
    /// Parts of a packed file.
    parts: usize,
    /// Elements or groups inside each other.
    nesting: usize,
}

#[cfg(test)]
impl Bounds {
    /// Bounds for texts of a test.
    const SMALL: Self = Self {
        bytes: 1 << 20,
        parts: 100,
        nesting: 400,
    };
}

/// Turns a file's bytes into text; an error is the reason why that cannot be done.
pub(crate) fn convert(
    format: Format,
    bytes: Vec<u8>,
    limits: &Limits,
) -> Result<Converted, String> {
    let bounds = Bounds {
        bytes: limits.unpacked_bytes.min(BYTES_MAX),
        parts: limits.archive_files,
        nesting: limits.nesting,
    };
    let seconds = limits.convert_seconds;
    if format == Format::Ccda {
        let read = guard::guarded(seconds, move || ccda::convert(&utf8(&bytes), bounds))?;
        return with_enclosed(read, limits);
    }
    guard::guarded(seconds, move || match format {
        Format::Docx => docx::convert(bytes, bounds),
        Format::Odt => odt::convert(bytes, bounds),
        Format::FlatOdt => odt::convert_flat(&utf8(&bytes), bounds),
        Format::Rtf => rtf::convert(&bytes, bounds),
        Format::Html => html::convert(&utf8(&bytes), bounds),
        Format::Pdf => pdf::convert(&bytes, bounds),
        Format::Ccda => ccda::convert(&utf8(&bytes), bounds).map(|read| read.converted),
    })
}

/// Puts the text of the file inside a clinical document in its place.
fn with_enclosed(read: ccda::Read, limits: &Limits) -> Result<Converted, String> {
    let Some(enclosed) = read.enclosed else {
        return Ok(read.converted);
    };
    let mut converted = enclosed.convert(limits)?;
    converted.about = read.converted.about;
    converted.remarks.extend(read.converted.remarks);
    converted.damage.extend(read.converted.damage);
    Ok(converted)
}

fn utf8(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// A count with its noun, for remarks.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
