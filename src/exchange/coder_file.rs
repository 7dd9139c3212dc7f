//! What a coder coded: a run's output folder, an import, a table of codings or a filled coding sheet,
//! JSONL with a line a note, or another program's project.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::model::coding::{Assertion, Voice};

use super::coder_columns::Columns;
use super::filled_sheet::{is_workbook, read_sheet, yes_or_no};
use super::note_file::read_notes;
use super::project_coders::{is_project, project_coders};
use super::saved_table::{SavedTable, decoded};

/// One coder's codings.
#[derive(Debug, Clone, Default)]
pub struct CoderFile {
    /// The coder: as the file names them, else the file's name.
    pub name: String,
    /// The notes that the coder read, in order.
    pub notes: Vec<String>,
    /// The codings, in the file's order.
    pub codings: Vec<ReadCoding>,
    /// The texts that the codings were made in, by note, where the file brings them along.
    pub texts: BTreeMap<String, String>,
    /// The round in which each note was coded, where the file has a column `batch`.
    pub batches: BTreeMap<String, String>,
    /// In the sheet of a stratified sample: each note's stratum, and how many notes that has.
    pub strata: BTreeMap<String, (String, u64)>,
    /// SHA-256 of the codebooks that the coder worked with, where the file has a column
    /// `codebook_sha256`.
    pub codebooks: BTreeSet<String>,
    /// The GUIDs that another program has for codes, by their paths.
    pub code_guids: BTreeMap<String, String>,
    /// The file.
    pub path: PathBuf,
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
    /// SHA-256 of the note's text when it was coded; empty where the file does not say.
    pub note_sha256: String,
    /// Where it stands in the file.
    pub place: Place,
}

/// Reads one or more coders' codings from a path: the output folder of a run or an import, CSV,
/// a workbook, JSONL, or a project of another program.
///
/// # Errors
/// Where the path cannot be read or has no columns of codings. Rows that cannot be used are
/// findings.
pub fn read_coder_file(path: &Path) -> Result<(Vec<CoderFile>, Vec<Diagnostic>)> {
    let mut findings = Vec::new();
    let mut coders = if is_project(path) {
        project_coders(path)?
    } else if path.is_dir() {
        from_folder(path, &mut findings)?
    } else {
        from_file(path, &mut findings)?
    };
    for coder in &mut coders {
        path.clone_into(&mut coder.path);
    }
    Ok((coders, findings))
}

/// A run is one coder, whoever decided on its codings; of an import each coder is one.
fn from_folder(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let mut coders = from_table(&path.join("codings.csv"), findings)?;
    let listed = path.join("notes.csv");
    if !listed.is_file() {
        return with_surroundings(&path.join("codings.csv"), coders);
    }
    let codings = coders.drain(..).flat_map(|c| c.codings).collect();
    Ok(vec![CoderFile {
        name: name_of(path),
        notes: note_ids(&listed)?,
        codings,
        ..CoderFile::default()
    }])
}

fn from_file(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let is_table = path.extension().is_some_and(|e| {
        ["csv", "tsv", "txt"]
            .iter()
            .any(|t| e.eq_ignore_ascii_case(t))
    }) || is_workbook(path);
    let coders = if is_table {
        from_table(path, findings)?
    } else {
        from_jsonl(path, findings)?
    };
    with_surroundings(path, coders)
}

/// Adds what stands beside a file of codings: the list of notes that were read, and their texts.
fn with_surroundings(path: &Path, mut coders: Vec<CoderFile>) -> Result<Vec<CoderFile>> {
    if let Some(list) = list_of_coded_notes(path) {
        let notes = note_ids(&list)?;
        for coder in &mut coders {
            coder.notes.clone_from(&notes);
        }
    }
    let guids = code_guids(&path.with_file_name("codes.csv"));
    for coder in &mut coders {
        coder.code_guids.clone_from(&guids);
    }
    let texts = path.with_file_name("notes.jsonl");
    if texts.is_file() {
        let texts: BTreeMap<String, String> = read_notes(&texts)?
            .into_iter()
            .map(|note| (note.note_id, note.text))
            .collect();
        for coder in &mut coders {
            let own = coder.notes.iter().filter_map(|id| texts.get_key_value(id));
            coder.texts = own.map(|(id, text)| (id.clone(), text.clone())).collect();
        }
    }
    Ok(coders)
}

/// The GUIDs of an import's codes; none where there is no such table.
fn code_guids(path: &Path) -> BTreeMap<String, String> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let table = SavedTable::parse(&bytes);
    let (code, guid) = (table.column("code"), table.column("guid"));
    let pairs = table
        .rows
        .iter()
        .map(|row| (row.text(code), row.text(guid)));
    let given = pairs.filter(|(code, guid)| !code.is_empty() && !guid.is_empty());
    given
        .map(|(code, guid)| (code.to_owned(), guid.to_owned()))
        .collect()
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
        let batch = cell(columns.batch).trim();
        if !batch.is_empty() {
            let batches = &mut coders[index].batches;
            batches.entry(note_id.clone()).or_insert(batch.to_owned());
        }
        if let Ok(size) = cell(columns.stratum_size).trim().parse() {
            let stratum = cell(columns.stratum).to_owned();
            let strata = &mut coders[index].strata;
            strata.entry(note_id.clone()).or_insert((stratum, size));
        }
        let codebook = cell(columns.codebook_sha256).trim();
        if !codebook.is_empty() {
            coders[index].codebooks.insert(codebook.to_lowercase());
        }
        // What a person took away does not stand.
        if code.is_empty() || cell(columns.why_not).trim() == "rejected" {
            continue;
        }
        let place = Place::at(path, row.line, 1);
        if let Some(times) = columns.times_in_sentence(row) {
            findings.push(twice_in_sentence(&place, cell(columns.text).trim(), times));
        }
        match columns.coding(row).checked(note_id, place) {
            Ok(coding) => coders[index].codings.push(coding),
            Err(finding) => findings.push(*finding),
        }
    }
    Ok(coders)
}

/// Words of a sheet that stand more than once in their sentence.
fn twice_in_sentence(place: &Place, words: &str, times: usize) -> Diagnostic {
    let message = format!(
        "The words {words:?} stand {times} times in their sentence, and the row does not say which are \
         meant: the first are taken."
    );
    let hint = "Copy more of the sentence into the column text.";
    Diagnostic::warning("V710", place.clone(), message, hint)
}

#[derive(Deserialize)]
struct Line {
    note_id: String,
    #[serde(default)]
    codings: Vec<RawCoding>,
    #[serde(default)]
    batch: String,
    #[serde(default)]
    note_sha256: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawCoding {
    pub(super) code: String,
    pub(super) start: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) text: Option<String>,
    pub(super) assertion: String,
    pub(super) voice: String,
    pub(super) evidence: String,
    pub(super) note_sha256: String,
}

impl RawCoding {
    fn checked(
        self,
        note_id: String,
        place: Place,
    ) -> std::result::Result<ReadCoding, Box<Diagnostic>> {
        let finding = |message: String, hint: &str| {
            Box::new(Diagnostic::warning("V701", place.clone(), message, hint))
        };
        let located = match (self.start, self.end, self.text) {
            (Some(start), Some(end), text) if start < end => Located::At { start, end, text },
            (_, _, Some(words)) => Located::Words(words),
            (Some(start), Some(end), None) => {
                let message = format!(
                    "The coding of {} in note {note_id} runs from {start} to {end}: it holds nothing.",
                    self.code
                );
                let hint = "The end is the code point behind the last, and greater than the start.";
                return Err(finding(message, hint));
            }
            _ => {
                let message = format!("The coding of {} has no place in its note.", self.code);
                return Err(finding(message, "Give start and end, or the words (text)."));
            }
        };
        let assertion = match self.assertion.to_lowercase().as_str() {
            "" => Assertion::Affirmed,
            word => word
                .parse()
                .map_err(|e: String| finding(format!("{e}."), ""))?,
        };
        let voice = match self.voice.to_lowercase().as_str() {
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
            note_sha256: self.note_sha256,
            place,
        })
    }
}

fn note_again(place: &Place, note: &str, first: u32) -> Diagnostic {
    let message = format!(
        "Note {note} stands on line {first} already: the codings of both lines are taken together."
    );
    let hint = "Where one of them corrects the other, leave that one alone.";
    Diagnostic::warning("V708", place.clone(), message, hint)
}

fn from_jsonl(path: &Path, findings: &mut Vec<Diagnostic>) -> Result<Vec<CoderFile>> {
    let bytes = fs::read(path).map_err(|e| Error::io("read the codings", path, e))?;
    let text = decoded(&bytes);
    let mut coder = CoderFile {
        name: name_of(path),
        ..CoderFile::default()
    };
    let mut read: BTreeMap<String, u32> = BTreeMap::new();
    let mut understood = 0;
    let lines = text.lines().zip(1..);
    for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
        let place = Place::at(path, number, 1);
        let line = match serde_json::from_str::<Line>(line) {
            Ok(line) => line,
            Err(error) => {
                findings.push(Diagnostic {
                    rule: "V702",
                    severity: Severity::Error,
                    place,
                    message: format!("This line is no coded note: {error}."),
                    hint: "One JSON object a line, with note_id and codings.".to_owned(),
                    excerpt: None,
                });
                continue;
            }
        };
        understood += 1;
        match read.get(&line.note_id) {
            None => {
                read.insert(line.note_id.clone(), number);
                coder.notes.push(line.note_id.clone());
            }
            Some(first) => findings.push(note_again(&place, &line.note_id, *first)),
        }
        if !line.batch.is_empty() {
            coder.batches.insert(line.note_id.clone(), line.batch);
        }
        for mut raw in line.codings {
            if raw.note_sha256.is_empty() {
                raw.note_sha256.clone_from(&line.note_sha256);
            }
            match raw.checked(line.note_id.clone(), place.clone()) {
                Ok(coding) => coder.codings.push(coding),
                Err(finding) => findings.push(*finding),
            }
        }
    }
    if understood == 0 {
        return Err(Error {
            kind: crate::error::ErrorKind::Other {
                message:
                    "no line of this file is a coded note: it needs one JSON object a line, with \
                          note_id and codings. A table of codings ends in .csv or .xlsx."
                        .to_owned(),
            },
            place: Some(Place::file(path)),
        });
    }
    Ok(vec![coder])
}
