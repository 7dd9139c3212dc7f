//! Coding sheets as people fill them in: CSV as saved by any spreadsheet program, or a workbook.
//!
//! Comes in: a file. Goes out: its table. A workbook that cannot be read, even by a panic of its
//! reader, is an error with what to do.

use std::fs;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Reader as _, open_workbook_auto_from_rs};

use crate::error::{Diagnostic, Error, ErrorKind, Place, Result};
use crate::model::coding::Assertion;

use super::coder_file::{Located, ReadCoding};
use super::saved_table::{SavedRow, SavedTable};

/// The sheet of a workbook that is filled in.
pub const CODING_SHEET: &str = "Coding";

/// Endings of the workbooks that are read.
const WORKBOOKS: [&str; 4] = ["xlsx", "xlsm", "xls", "ods"];

/// Whether a file is a workbook by its name.
pub(super) fn is_workbook(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    extension.is_some_and(|e| WORKBOOKS.contains(&e.as_str()))
}

/// Reads a table: CSV, or the sheet `Coding` (else the first) of a workbook.
///
/// # Errors
/// Where the file cannot be read.
pub fn read_sheet(path: &Path) -> Result<SavedTable> {
    sheet_of(path, read_bytes(path)?)
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| Error::io("read the table", path, e))
}

fn sheet_of(path: &Path, bytes: Vec<u8>) -> Result<SavedTable> {
    if !is_workbook(path) {
        return Ok(SavedTable::parse(&bytes));
    }
    let read = catch_unwind(AssertUnwindSafe(|| workbook(bytes)));
    let read = read.unwrap_or_else(|_| Err("it is damaged".to_owned()));
    read.map_err(|why| Error {
        kind: ErrorKind::Other {
            message: format!("this workbook cannot be read: {why}. Save the sheet as CSV."),
        },
        place: Some(Place::file(path)),
    })
}

fn workbook(bytes: Vec<u8>) -> std::result::Result<SavedTable, String> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let names = book.sheet_names();
    let name = names
        .iter()
        .find(|n| n.eq_ignore_ascii_case(CODING_SHEET))
        .or_else(|| names.first())
        .cloned()
        .ok_or("it has no sheet")?;
    let range = book.worksheet_range(&name).map_err(|e| e.to_string())?;
    let first = range.start().map_or(0, |(row, _)| row);
    let mut rows = range.rows().zip(first + 1..).map(|(cells, line)| SavedRow {
        line,
        cells: cells.iter().map(cell).collect(),
        is_broken: false,
    });
    let header = rows.next().unwrap_or_default().cells;
    Ok(SavedTable {
        header,
        rows: rows.collect(),
        ..SavedTable::default()
    })
}

/// A cell as text; whole numbers without a decimal point.
fn cell(data: &Data) -> String {
    match data {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        other => other.to_string().replace("\r\n", "\n"),
    }
}

/// What a person said of one sentence that the rules did not code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetAnswer {
    /// The line on which its row begins, from 1.
    pub line: u32,
    /// The code that was asked for.
    pub code: String,
    /// The note.
    pub note_id: String,
    /// The sentence's first code point.
    pub start: usize,
    /// The code point after its last.
    pub end: usize,
    /// The stratum.
    pub stratum: String,
    /// Units of the stratum.
    pub stratum_size: u64,
    /// The sentence's words; empty where the sheet has no such column.
    pub sentence: String,
    /// Whether the sentence carries the code; none where nobody answered.
    pub carries: Option<bool>,
    /// The assertion, if the person says it.
    pub assertion: Option<Assertion>,
    /// SHA-256 of the codebook that the sheet was drawn with; empty where the sheet has none.
    pub codebook_sha256: String,
}

impl SheetAnswer {
    /// The sentence as a passage of its code, to be looked for in the note as it is now.
    pub fn passage(&self, sheet: &Path) -> ReadCoding {
        ReadCoding {
            note_id: self.note_id.clone(),
            code: self.code.clone(),
            located: Located::At {
                start: self.start,
                end: self.end,
                text: (!self.sentence.is_empty()).then(|| self.sentence.clone()),
            },
            assertion: Assertion::Affirmed,
            voice: None,
            evidence: String::new(),
            note_sha256: String::new(),
            place: Place::at(sheet, self.line, 1),
        }
    }
}

/// A filled elusion sheet.
#[derive(Debug, Clone, Default)]
pub struct AnsweredSheet {
    /// Its rows, those without an answer among them.
    pub answers: Vec<SheetAnswer>,
    /// Rows and answers that mean nothing.
    pub findings: Vec<Diagnostic>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

impl AnsweredSheet {
    /// How many rows have an answer.
    pub fn answered(&self) -> usize {
        self.answers.iter().filter(|a| a.carries.is_some()).count()
    }
}

/// Reads a filled elusion sheet.
///
/// # Errors
/// Where the file cannot be read or is no elusion sheet. Answers that mean nothing are findings.
pub fn read_answers(path: &Path) -> Result<AnsweredSheet> {
    let bytes = read_bytes(path)?;
    let sha256 = crate::text::hex_sha256(&bytes);
    let table = sheet_of(path, bytes)?;
    let wanted = [
        "code",
        "note_id",
        "start",
        "end",
        "answer",
        "stratum",
        "stratum_size",
    ];
    if let Some(missing) = wanted.iter().find(|name| table.column(name).is_none()) {
        let message = format!(
            "this is no elusion sheet: it has no column {missing}. `verbatim sample --from \
             uncoded` writes one."
        );
        return Err(Error {
            kind: ErrorKind::Other { message },
            place: Some(Place::file(path)),
        });
    }
    let columns = wanted.map(|name| table.column(name));
    let [codebook, sentence, assertion] =
        ["codebook_sha256", "sentence", "assertion"].map(|name| table.column(name));
    let (mut answers, mut findings) = (Vec::new(), Vec::new());
    for row in table.rows.iter().filter(|r| !r.is_empty()) {
        let [code, note_id, start, end, answer, stratum, size] =
            columns.map(|c| row.text(c).trim());
        let numbers = (start.parse(), end.parse(), size.parse());
        let (Ok(start), Ok(end), Ok(stratum_size)) = numbers else {
            let message = format!(
                "The start {start:?}, end {end:?} or stratum's size {size:?} is no whole number: left \
                 out."
            );
            findings.push(finding(path, row.line, message));
            continue;
        };
        let carries = yes_or_no(answer);
        if carries.is_none() && !answer.is_empty() {
            let message = format!("The answer {answer:?} is neither yes nor no: left out.");
            findings.push(finding(path, row.line, message));
        }
        answers.push(SheetAnswer {
            line: row.line,
            code: code.to_owned(),
            note_id: note_id.to_owned(),
            start,
            end,
            stratum: stratum.to_owned(),
            stratum_size,
            sentence: row.text(sentence).trim().to_owned(),
            carries,
            assertion: row.text(assertion).trim().to_lowercase().parse().ok(),
            codebook_sha256: row.text(codebook).trim().to_owned(),
        });
    }
    Ok(AnsweredSheet {
        answers,
        findings,
        sha256,
    })
}

/// Whether a person writes this for yes.
pub fn is_yes(word: &str) -> bool {
    yes_or_no(word) == Some(true)
}

/// What a person writes for yes and no.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "yes" | "y" | "x" | "1" | "true" => Some(true),
        "no" | "n" | "0" | "false" => Some(false),
        _ => None,
    }
}

fn finding(path: &Path, line: u32, message: String) -> Diagnostic {
    Diagnostic::warning("V751", Place::at(path, line, 1), message, "")
}
