//! Chosen quotes for a manuscript: CSV, Markdown, JSON, or a Word document.
//!
//! Comes in: quotes, ready to be printed. Goes out: bytes, the same every time. A calendar date
//! stands in them only where one was put in.

use std::fmt::Write as _;

use serde::Serialize;

use crate::error::Result;
use crate::exchange::word::{Document, is_printed};
use crate::model::own_document::MARKDOWN_HEAD;

use super::line::Lines;
use super::quotes::QUOTE_COLUMNS;

/// Columns of quotes as a table, behind those of `quotes.csv`.
const FURTHER_COLUMNS: [&str; 2] = ["day", "date"];

/// A quote as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintedQuote {
    /// Its code's path.
    pub code: String,
    /// Its code's name.
    pub code_name: String,
    /// Whose it is, if known.
    pub participant_id: Option<String>,
    /// Its session type.
    pub session_type: String,
    /// Its place in its cell, from 1.
    pub rank: u32,
    /// Its note; none in what leaves the house.
    pub note_id: Option<String>,
    /// First code point; none in what leaves the house.
    pub start: Option<usize>,
    /// Code point after the last; none in what leaves the house.
    pub end: Option<usize>,
    /// The quote.
    pub quote: String,
    /// What stands before it.
    pub context_before: String,
    /// What stands after it.
    pub context_after: String,
    /// Whose words.
    pub voice: &'static str,
    /// Why it was chosen.
    pub why: String,
    /// Days since the participant's first dated note.
    pub day: Option<i64>,
    /// The calendar date, where it was asked for.
    pub date: Option<String>,
}

impl PrintedQuote {
    /// `P01, ketamine, day 14`.
    fn facts(&self) -> String {
        let who = self
            .participant_id
            .as_deref()
            .unwrap_or("participant unknown");
        let mut facts = format!("{who}, {}", self.session_type.replace('_', " "));
        if let Some(day) = self.day {
            let _written = write!(facts, ", day {day}");
        }
        if let Some(date) = &self.date {
            let _written = write!(facts, ", {date}");
        }
        facts
    }
}

/// Quotes as CSV.
pub fn quotes_csv(quotes: &[PrintedQuote]) -> Vec<u8> {
    let mut lines = Lines::header(&[QUOTE_COLUMNS.as_slice(), &FURTHER_COLUMNS].concat());
    for quote in quotes {
        lines
            .text(&quote.code)
            .text_or_empty(quote.participant_id.as_deref())
            .text(&quote.session_type)
            .plain(quote.rank)
            .text_or_empty(quote.note_id.as_deref())
            .plain_or_empty(quote.start)
            .plain_or_empty(quote.end)
            .text(&quote.quote)
            .text(&quote.context_before)
            .text(&quote.context_after)
            .text(quote.voice)
            .text(&quote.why)
            .plain_or_empty(quote.day)
            .text_or_empty(quote.date.as_deref())
            .end();
    }
    lines.into_bytes()
}

/// Quotes as JSON.
pub fn quotes_json(quotes: &[PrintedQuote], caveat: Option<&str>) -> Vec<u8> {
    let value = serde_json::json!({"quotes": quotes, "caveat": caveat});
    format!("{value:#}\n").into_bytes()
}

/// Quotes as Markdown, by code.
pub fn quotes_markdown(quotes: &[PrintedQuote], caveat: Option<&str>) -> Vec<u8> {
    let mut out = MARKDOWN_HEAD.to_owned();
    for of_code in quotes.chunk_by(|a, b| a.code == b.code) {
        let _written = write!(out, "## {}\n\n", markdown(&of_code[0].code_name));
        for quote in of_code {
            for line in quote.quote.lines() {
                let _written = writeln!(out, "> {}", markdown(line));
            }
            let facts = markdown(&quote.facts());
            let _written = write!(out, "\n{facts}  \n*{}*\n\n", markdown(&quote.why));
        }
    }
    if let Some(caveat) = caveat {
        let _written = writeln!(out, "{caveat}");
    }
    out.into_bytes()
}

/// A text in which Markdown sees no mark.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_printed(*c)) {
        if matches!(c, '\\' | '*' | '_' | '`' | '<' | '#' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Quotes as a Word document, by code.
///
/// # Errors
/// Where the archive cannot be made, which memory alone can cause.
pub fn quotes_docx(quotes: &[PrintedQuote], caveat: Option<&str>) -> Result<Vec<u8>> {
    let mut document = Document::upright();
    for of_code in quotes.chunk_by(|a, b| a.code == b.code) {
        document.paragraph("Heading1", &of_code[0].code_name);
        for quote in of_code {
            for line in quote.quote.lines() {
                document.paragraph("Quote", line);
            }
            let facts = format!("{}. {}", quote.facts(), quote.why);
            document.paragraph("Facts", &facts);
        }
    }
    if let Some(caveat) = caveat {
        document.paragraph("Facts", caveat);
    }
    document.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn quote(text: &str) -> PrintedQuote {
        PrintedQuote {
            code: "agency".to_owned(),
            code_name: "Agency".to_owned(),
            participant_id: Some("P01".to_owned()),
            session_type: "follow_up".to_owned(),
            rank: 1,
            note_id: None,
            start: None,
            end: None,
            quote: text.to_owned(),
            context_before: String::new(),
            context_after: String::new(),
            voice: "quote",
            why: "the participant's own words".to_owned(),
            day: Some(14),
            date: None,
        }
    }

    fn member(docx: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(docx)).expect("an archive");
        let file = archive.by_name(name).expect("a part");
        std::io::read_to_string(file).expect("text")
    }

    #[test]
    fn a_document_holds_the_quote_as_inert_text_and_is_the_same_twice() {
        let quotes = [quote("a < b & \u{1b}\u{202e}c\nd")];
        let docx = quotes_docx(&quotes, Some("Read it.")).expect("a document");
        assert_eq!(docx, quotes_docx(&quotes, Some("Read it.")).expect("again"));
        let xml = member(&docx, "word/document.xml");
        assert!(xml.contains("preserve\">a &lt; b &amp; c</w:t>"), "{xml}");
        assert!(xml.contains("P01, follow up, day 14. the participant's own words"));
        let mut reader = quick_xml::Reader::from_str(&xml);
        while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    }

    #[test]
    fn markdown_shows_no_date_and_sees_no_mark_in_a_quote() {
        let text = quotes_markdown(&[quote("*x* <b>\n# y")], None);
        let text = String::from_utf8(text).expect("text");
        assert_eq!(
            text,
            "<!-- Written by verbatim; holds no notes. -->\n\n## Agency\n\n> \\*x\\* \\<b>\n> \\# y\n\nP01, follow up, day 14  \n*the participant's own words*\n\n"
        );
    }
}
