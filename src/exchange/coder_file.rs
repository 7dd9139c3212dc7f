//! What a coder coded: a run's output folder, a CSV of codings, or JSONL with a line a note.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::model::coding::{Assertion, Voice};

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
        let mut coders = from_csv(&path.join("codings.csv"), &mut findings)?;
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
    let is_csv = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let mut coders = if is_csv {
        from_csv(path, &mut findings)?
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

fn reader(path: &Path) -> Result<csv::Reader<std::io::Cursor<String>>> {
    let bytes = fs::read(path).map_err(|e| Error::io("read the codings", path, e))?;
    // A spreadsheet may have saved it in a legacy encoding; nothing but ids and words matter.
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => encoding_rs::WINDOWS_1252
            .decode(error.as_bytes())
            .0
            .into_owned(),
    };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|d| (first.bytes().filter(|b| b == d).count(), u8::MAX - d))
        .unwrap_or(b',');
    Ok(csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(std::io::Cursor::new(text)))
}

fn note_ids(path: &Path) -> Result<Vec<String>> {
    let mut reader = reader(path)?;
    let headers = headers(&mut reader, path)?;
    let column = headers.get("note_id").copied().unwrap_or(0);
    let mut ids = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| bad_csv(path, &e))?;
        ids.extend(row.get(column).map(|id| plain(id).to_owned()));
    }
    Ok(ids)
}

fn headers(
    reader: &mut csv::Reader<std::io::Cursor<String>>,
    path: &Path,
) -> Result<BTreeMap<String, usize>> {
    let row = reader.headers().map_err(|e| bad_csv(path, &e))?;
    Ok(row
        .iter()
        .enumerate()
        .map(|(i, h)| (h.trim().to_ascii_lowercase(), i))
        .collect())
}

fn bad_csv(path: &Path, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, |p| p.line() as u32);
    Error {
        kind: crate::error::ErrorKind::Other {
            message: format!("this is no CSV table: {error}. Save it as CSV, UTF-8."),
        },
        place: Some(Place::at(path, line, 1)),
    }
}

/// A cell less the mark that keeps spreadsheets from running it.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

fn from_csv(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let mut reader = reader(path)?;
    let columns = headers(&mut reader, path)?;
    if !columns.contains_key("note_id") || !columns.contains_key("code") {
        return Err(Error {
            kind: crate::error::ErrorKind::Other {
                message: "this is no table of codings: it needs the columns note_id, code, and \
                          start and end, or text."
                    .to_owned(),
            },
            place: Some(Place::file(path)),
        });
    }
    let mut coders: Vec<CoderFile> = Vec::new();
    let mut read: BTreeSet<(usize, String)> = BTreeSet::new();
    for row in reader.records() {
        let row = row.map_err(|e| bad_csv(path, &e))?;
        let line = row.position().map_or(0, |p| p.line() as u32);
        let cell = |name: &str| {
            plain(
                columns
                    .get(name)
                    .and_then(|&i| row.get(i))
                    .unwrap_or_default()
                    .trim_end_matches('\r'),
            )
        };
        let note_id = cell("note_id").to_owned();
        let coder = if cell("coder").is_empty() {
            name_of(path)
        } else {
            cell("coder").to_owned()
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
        if read.insert((index, note_id.clone())) {
            coders[index].notes.push(note_id.clone());
        }
        if cell("code").is_empty() {
            continue;
        }
        let words = |name| cell(name).to_owned();
        let raw = RawCoding {
            code: words("code"),
            start: cell("start").trim().parse().ok(),
            end: cell("end").trim().parse().ok(),
            text: Some(words("text")).filter(|t| !t.is_empty()),
            assertion: words("assertion"),
            voice: words("voice"),
        };
        match raw.checked(note_id, Place::at(path, line, 1)) {
            Ok(coding) => coders[index].codings.push(coding),
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(coders)
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
