//! What a coder coded: a run's output folder, a table of codings or a filled coding sheet, or JSONL
//! with a line a note.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::model::coding::{Assertion, Voice};

use super::filled_sheet::{is_workbook, read_sheet, yes_or_no};
use super::saved_table::{SavedRow, SavedTable};

/// One coder's codings.
#[derive(Debug, Clone, Default)]
pub struct CoderFile {
    /// The coder: as the file names them, else the file's name.
    pub name: String,
    /// The notes that the coder read, in order.
    pub notes: Vec<String>,
    /// The codings, in the file's order.
    pub codings: Vec<ReadCoding>,
}

/// Where a coding stands in its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Located {
    /// Code points from `start` to before `end`, with the words if the file has them.
    At {
        /// First code point.
        start: usize,
        /// Code point after the last.
        end: usize,
        /// The words that should stand there.
        text: Option<String>,
    },
    /// Words to look for.
    Words(String),
}

/// A coding as a file holds it.
#[derive(Debug, Clone)]
pub struct ReadCoding {
    /// The note.
    pub note_id: String,
    /// The code's path.
    pub code: String,
    /// The passage.
    pub located: Located,
    /// The assertion; a person's coding without one is affirmed.
    pub assertion: Assertion,
    /// The voice, if given.
    pub voice: Option<Voice>,
    /// What a rule set went by: pattern and cue; empty for a person's.
    pub evidence: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Reads one or more coders' codings from a path: a run's output folder, CSV or JSONL.
///
/// # Errors
/// Where the path cannot be read or has no columns of codings. Rows that cannot be used are
/// findings.
pub fn read_coder_file(path: &Path) -> Result<(Vec<CoderFile>, Vec<Diagnostic>)> {
    let mut findings = Vec::new();
    if path.is_dir() {
        let mut coders = from_table(&path.join("codings.csv"), &mut findings)?;
        let notes = note_ids(&path.join("notes.csv"))?;
        let codings = coders.drain(..).flat_map(|c| c.codings).collect();
        let name = name_of(path);
        return Ok((
            vec![CoderFile {
                name,
                notes,
                codings,
            }],
            findings,
        ));
    }
    let is_table = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"))
        || is_workbook(path);
    let mut coders = if is_table {
        from_table(path, &mut findings)?
    } else {
        from_jsonl(path, &mut findings)?
    };
    if let Some(list) = list_of_coded_notes(path) {
        let notes = note_ids(&list)?;
        for coder in &mut coders {
            coder.notes.clone_from(&notes);
        }
    }
    Ok((coders, findings))
}

/// A coder's name from a path: `out` alone says nothing, so a folder's parent goes before it.
fn name_of(path: &Path) -> String {
    let part = |p: &Path| p.file_stem().map(|s| s.to_string_lossy().into_owned());
    let own = part(path).unwrap_or_else(|| "coder".to_owned());
    match path.parent().and_then(part) {
        Some(parent) if path.is_dir() && !parent.is_empty() => format!("{parent}/{own}"),
        _ => own,
    }
}

/// `NAME.coded_notes.csv` or `coded_notes.csv` beside a file of codings lists what was read.
fn list_of_coded_notes(path: &Path) -> Option<PathBuf> {
    let own = path.with_extension("coded_notes.csv");
    let shared = path.with_file_name("coded_notes.csv");
    [own, shared].into_iter().find(|p| p.is_file())
}

fn note_ids(path: &Path) -> Result<Vec<String>> {
    let table = read_sheet(path)?;
    let column = table.column("note_id").or(Some(0));
    let rows = table.rows.iter().filter(|r| !r.is_empty());
    Ok(rows.map(|row| row.text(column).to_owned()).collect())
}

fn from_table(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let table = read_sheet(path)?;
    let columns = Columns::of(&table);
    if columns.note_id.is_none() || columns.code.is_none() {
        return Err(Error {
            kind: crate::error::ErrorKind::Other {
                message: "this is no table of codings: it needs the columns note_id, code, and \
                          start and end, or text."
                    .to_owned(),
            },
            place: Some(Place::file(path)),
        });
    }
    let named = columns.only_coder(&table);
    let unnamed = named.unwrap_or_else(|| name_of(path));
    let mut coders: Vec<CoderFile> = Vec::new();
    let mut read: BTreeSet<(usize, String)> = BTreeSet::new();
    for row in table.rows.iter().filter(|r| !r.is_empty()) {
        let cell = |column| row.text(column);
        let note_id = cell(columns.note_id).to_owned();
        let coder = match cell(columns.coder) {
            "" => unnamed.clone(),
            name => name.to_owned(),
        };
        let index = coders
            .iter()
            .position(|c| c.name == coder)
            .unwrap_or_else(|| {
                coders.push(CoderFile {
                    name: coder.clone(),
                    ..CoderFile::default()
                });
                coders.len() - 1
            });
        let code = cell(columns.code).trim();
        let is_read = columns.read.is_none()
            || !code.is_empty()
            || yes_or_no(cell(columns.read).trim()) == Some(true);
        if is_read && read.insert((index, note_id.clone())) {
            coders[index].notes.push(note_id.clone());
        }
        if code.is_empty() {
            continue;
        }
        match columns
            .coding(row)
            .checked(note_id, Place::at(path, row.line, 1))
        {
            Ok(coding) => coders[index].codings.push(coding),
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(coders)
}

/// Where each column stands.
struct Columns {
    note_id: Option<usize>,
    code: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    text: Option<usize>,
    assertion: Option<usize>,
    voice: Option<usize>,
    coder: Option<usize>,
    /// In a coding sheet: whether the note was read, where nothing in it is coded.
    read: Option<usize>,
    /// In a coding sheet: the sentence, inside which `text` stands.
    sentence: Option<usize>,
    pattern: Option<usize>,
    cue: Option<usize>,
}

impl Columns {
    fn of(table: &SavedTable) -> Self {
        let column = |name| table.column(name);
        Self {
            note_id: column("note_id"),
            code: column("code"),
            start: column("start"),
            end: column("end"),
            text: column("text"),
            assertion: column("assertion"),
            voice: column("voice"),
            coder: column("coder"),
            read: column("read"),
            sentence: column("sentence"),
            pattern: column("pattern"),
            cue: column("cue"),
        }
    }

    /// The coder of a whole sheet, who need not write a name into every row.
    fn only_coder(&self, table: &SavedTable) -> Option<String> {
        self.read?;
        let names = table.rows.iter().map(|row| row.text(self.coder).trim());
        let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
        match names.len() {
            1 => names.first().map(|&name| name.to_owned()),
            _ => None,
        }
    }

    fn evidence(&self, row: &SavedRow) -> String {
        match (row.text(self.pattern), row.text(self.cue)) {
            (pattern, "") => pattern.to_owned(),
            (pattern, cue) => format!("{pattern}, cue {cue:?}"),
        }
    }

    fn coding(&self, row: &SavedRow) -> RawCoding {
        let words = |column| row.text(column).to_owned();
        let number = |column| row.text(column).trim().parse().ok();
        let (start, end) = (number(self.start), number(self.end));
        let text = Some(words(self.text)).filter(|t| !t.trim().is_empty());
        let mut raw = RawCoding {
            code: row.text(self.code).trim().to_owned(),
            start,
            end,
            text,
            assertion: row.text(self.assertion).trim().to_owned(),
            voice: row.text(self.voice).trim().to_owned(),
            evidence: self.evidence(row),
        };
        // In a coding sheet the words are those of the sentence that start and end enclose.
        if let (Some(start), Some(text)) = (start, raw.text.as_deref().map(str::trim))
            && let Some(at) = row.text(self.sentence).find(text)
        {
            let before = row.text(self.sentence).get(..at).unwrap_or_default();
            let first = start + before.chars().count();
            raw.end = Some(first + text.chars().count());
            raw.start = Some(first);
            raw.text = Some(text.to_owned());
        }
        raw
    }
}

#[derive(Deserialize)]
struct Line {
    note_id: String,
    #[serde(default)]
    codings: Vec<RawCoding>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawCoding {
    code: String,
    start: Option<usize>,
    end: Option<usize>,
    text: Option<String>,
    assertion: String,
    voice: String,
    evidence: String,
}

impl RawCoding {
    fn checked(
        self,
        note_id: String,
        place: Place,
    ) -> std::result::Result<ReadCoding, Box<Diagnostic>> {
        let finding = |message: String, hint: &str| {
            Box::new(Diagnostic {
                rule: "V701",
                severity: Severity::Warning,
                place: place.clone(),
                message,
                hint: hint.to_owned(),
                excerpt: None,
            })
        };
        let located = match (self.start, self.end, self.text) {
            (Some(start), Some(end), text) if start <= end => Located::At { start, end, text },
            (_, _, Some(words)) => Located::Words(words),
            _ => {
                let message = format!("The coding of {} has no place in its note.", self.code);
                return Err(finding(message, "Give start and end, or the words (text)."));
            }
        };
        let assertion = match self.assertion.as_str() {
            "" => Assertion::Affirmed,
            word => word
                .parse()
                .map_err(|e: String| finding(format!("{e}."), ""))?,
        };
        let voice = match self.voice.as_str() {
            "" => None,
            word => Some(
                word.parse()
                    .map_err(|e: String| finding(format!("{e}."), ""))?,
            ),
        };
        Ok(ReadCoding {
            note_id,
            code: self.code,
            located,
            assertion,
            voice,
            evidence: self.evidence,
            place,
        })
    }
}

fn from_jsonl(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let text = fs::read_to_string(path).map_err(|e| Error::io("read the codings", path, e))?;
    let mut coder = CoderFile {
        name: name_of(path),
        ..CoderFile::default()
    };
    for (i, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let place = Place::at(path, i as u32 + 1, 1);
        match serde_json::from_str::<Line>(line) {
            Ok(line) => {
                coder.notes.push(line.note_id.clone());
                for raw in line.codings {
                    match raw.checked(line.note_id.clone(), place.clone()) {
                        Ok(coding) => coder.codings.push(coding),
                        Err(finding) => findings.push(*finding),
                    }
                }
            }
            Err(error) => findings.push(Diagnostic {
                rule: "V702",
                severity: Severity::Error,
                place,
                message: format!("This line is no coded note: {error}."),
                hint: "One JSON object a line, with note_id and codings.".to_owned(),
                excerpt: None,
            }),
        }
    }
    Ok(vec![coder])
}
