//! A run's output folder, read back: its notes with their text, and its codings.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::model::coding::{Assertion, Voice, WhyNot};

use super::saved_table::{SavedTable, unguarded};

/// The file of a run's notes.
pub(super) const NOTES: &str = "notes.jsonl";

/// What a run wrote.
#[derive(Debug, Clone, Default)]
pub struct RunFolder {
    /// Its notes, in corpus order.
    pub notes: Vec<RunNote>,
    /// Its codings by note, in order.
    pub codings: BTreeMap<String, Vec<RunCoding>>,
    /// The paths of the codebook's codes, in its order.
    pub codes: Vec<String>,
    /// The codebook's file, or its name where it is built in.
    pub codebook: String,
}

/// A note as a run wrote it.
#[derive(Debug, Clone, Deserialize)]
pub struct RunNote {
    /// Its id.
    pub note_id: String,
    /// Its text.
    pub text: String,
    /// Its sections.
    #[serde(default)]
    pub sections: Vec<RunSection>,
    /// Its participant.
    #[serde(default)]
    pub participant_id: Option<String>,
    /// Its date.
    #[serde(default)]
    pub date: Option<String>,
    /// Days since the participant's first dated note.
    #[serde(default)]
    pub day: Option<i64>,
    /// Its own session type.
    #[serde(default)]
    pub session_type: Option<String>,
    /// Its setting.
    #[serde(default)]
    pub setting: String,
    /// Its author.
    #[serde(default)]
    pub author: String,
    /// The note that it repeats as a whole.
    #[serde(default)]
    pub duplicate_of: Option<String>,
    /// The session types that its text is of; none where an older version wrote it, which says
    /// nothing of turns and copied text either.
    #[serde(default)]
    pub session_types: Option<Vec<String>>,
    /// What in it repeats another text.
    #[serde(default)]
    pub copied: Vec<RunCopied>,
    /// Who speaks, where its source says so.
    #[serde(default)]
    pub turns: Vec<RunTurn>,
}

impl RunNote {
    /// Whether a run wrote all of it that this version knows.
    pub fn is_whole(&self) -> bool {
        self.session_types.is_some()
    }
}

/// Text that repeats another, as a run wrote it.
#[derive(Debug, Clone, Deserialize)]
pub struct RunCopied {
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// The note that it repeats.
    pub from: String,
    /// What it repeats: `copied`, `boilerplate`.
    pub kind: String,
}

/// A turn of a speaker, as a run wrote it.
#[derive(Debug, Clone, Deserialize)]
pub struct RunTurn {
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// Who speaks: `participant`, `clinician`, `other`.
    pub speaker: String,
}

/// A section as a run wrote it.
#[derive(Debug, Clone, Deserialize)]
pub struct RunSection {
    /// Its name.
    pub name: String,
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// Its session type, where it is not the note's own.
    #[serde(default)]
    pub session_type: Option<String>,
}

/// A coding as a run wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCoding {
    /// The code, by its place in [`RunFolder::codes`].
    pub code: usize,
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// What is said of it.
    pub assertion: Assertion,
    /// Whose words it is.
    pub voice: Voice,
    /// Whether it stands in text that is copied from elsewhere.
    pub is_copied: bool,
    /// Why it does not count; none where it counts.
    pub why_not: Option<WhyNot>,
    /// Its session type.
    pub session_type: String,
    /// Its section; empty outside of any.
    pub section: String,
    /// Who coded it; empty for the rules.
    pub coder: String,
}

/// Reads the notes and codings of a run's output folder.
///
/// # Errors
/// Where a file is missing or says what no run writes, with its line.
pub fn read_run(dir: &Path) -> Result<RunFolder> {
    // Each is a large file: one is read beside the other.
    let (run, notes) = rayon::join(|| all_but_notes(dir), || notes(dir));
    Ok(RunFolder {
        notes: notes?,
        ..run?
    })
}

fn all_but_notes(dir: &Path) -> Result<RunFolder> {
    let mut run = RunFolder {
        codes: codes(&dir.join("frequencies.csv"))?,
        codebook: codebook(&dir.join("run.json"))?,
        ..RunFolder::default()
    };
    codings(&dir.join("codings.csv"), &mut run)?;
    Ok(run)
}

fn notes(dir: &Path) -> Result<Vec<RunNote>> {
    let mut lines = RunNoteLines::open(dir)?;
    let mut notes = Vec::new();
    loop {
        let some = lines.next(LINES)?;
        if some.is_empty() {
            return Ok(notes);
        }
        let some = some.par_iter().map(|line| line.note(dir));
        notes.extend(some.collect::<Result<Vec<_>>>()?);
    }
}

/// Lines that are read at once where all are wanted.
const LINES: usize = 1024;

/// A run's notes, some at a time, still as text: to make notes of it is work for several threads.
#[derive(Debug)]
pub struct RunNoteLines {
    path: PathBuf,
    lines: std::io::Lines<BufReader<File>>,
    number: u32,
}

/// A line of a run's `notes.jsonl`.
#[derive(Debug)]
pub struct RunNoteLine {
    number: u32,
    text: String,
}

impl RunNoteLines {
    /// Opens the notes of an output folder.
    ///
    /// # Errors
    /// Where it has none.
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join(NOTES);
        let file =
            File::open(&path).map_err(|e| Error::io("read the notes of the run", &path, e))?;
        Ok(Self {
            path,
            lines: BufReader::with_capacity(1 << 16, file).lines(),
            number: 0,
        })
    }

    /// The next lines, at most so many; none at the end.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next(&mut self, most: usize) -> Result<Vec<RunNoteLine>> {
        let mut some = Vec::new();
        for text in self.lines.by_ref().take(most) {
            let text = text.map_err(|e| Error::io("read the notes of the run", &self.path, e))?;
            self.number += 1;
            let number = self.number;
            some.push(RunNoteLine { number, text });
        }
        Ok(some)
    }
}

impl RunNoteLine {
    /// Its number, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The note of the line; `dir` is the output folder.
    ///
    /// # Errors
    /// Where the line is not as a run writes it.
    pub fn note(&self, dir: &Path) -> Result<RunNote> {
        let note = serde_json::from_str(&self.text);
        note.map_err(|e| not_ours(&dir.join(NOTES), self.number, &format!("{e}")))
    }
}

fn not_ours(path: &Path, line: u32, why: &str) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: format!("this line is not as `verbatim run` writes it ({why}). Run it again."),
        },
        place: Some(Place::at(path, line, 1)),
    }
}

#[derive(Deserialize)]
struct RunJson {
    codebook: RunRule,
}

#[derive(Deserialize)]
struct RunRule {
    #[serde(default)]
    name: String,
    #[serde(default)]
    path: String,
}

fn codebook(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read the run's facts", path, e))?;
    let run: RunJson =
        serde_json::from_slice(&bytes).map_err(|e| not_ours(path, 1, &format!("{e}")))?;
    let rule = run.codebook;
    Ok(if rule.path.is_empty() {
        rule.name
    } else {
        rule.path
    })
}

/// The codes in their order: every group of `frequencies.csv` lists all of them.
fn codes(path: &Path) -> Result<Vec<String>> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read the run's codes", path, e))?;
    let table = SavedTable::parse_columns(&bytes, &["group", "code"]);
    let (group, code) = (table.column("group"), table.column("code"));
    let all = table.rows.iter().filter(|r| r.text(group) == "all");
    Ok(all.map(|r| r.text(code).to_owned()).collect())
}

/// What is read of a coding.
const CODING_COLUMNS: [&str; 11] = [
    "note_id",
    "code",
    "start",
    "end",
    "assertion",
    "voice",
    "why_not",
    "session_type",
    "section",
    "coder",
    "copied_from",
];

fn codings(path: &Path, run: &mut RunFolder) -> Result<()> {
    let bytes =
        std::fs::read(path).map_err(|e| Error::io("read the codings of the run", path, e))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(bytes.as_slice());
    let bad = |line: u64, what: &str| not_ours(path, u32::try_from(line).unwrap_or(u32::MAX), what);
    let header = reader.headers().map_err(|e| bad(1, &e.to_string()))?;
    let places = CODING_COLUMNS.map(|name| header.iter().position(|head| head == name));
    let codes = run.codes.iter().cloned().zip(0..);
    let mut known: BTreeMap<String, usize> = codes.collect();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let is_row = reader.read_record(&mut record);
        if !is_row.map_err(|e| bad(line, &e.to_string()))? {
            return Ok(());
        }
        let cell =
            |at: Option<usize>| unguarded(at.and_then(|at| record.get(at)).unwrap_or_default());
        let [
            note,
            code,
            start,
            end,
            assertion,
            voice,
            why,
            session_type,
            section,
            coder,
            copied_from,
        ] = places.map(cell);
        let place = known.get(code).copied();
        let code = place.unwrap_or_else(|| {
            known.insert(code.to_owned(), run.codes.len());
            run.codes.push(code.to_owned());
            run.codes.len() - 1
        });
        let coding = RunCoding {
            code,
            start: start.parse().map_err(|_| bad(line, "no start"))?,
            end: end.parse().map_err(|_| bad(line, "no end"))?,
            assertion: assertion.parse().map_err(|e: String| bad(line, &e))?,
            voice: voice.parse().map_err(|e: String| bad(line, &e))?,
            is_copied: !copied_from.is_empty(),
            why_not: WhyNot::ALL.into_iter().find(|w| w.as_str() == why),
            session_type: session_type.to_owned(),
            section: section.to_owned(),
            coder: coder.to_owned(),
        };
        match run.codings.get_mut(note) {
            Some(of_note) => of_note.push(coding),
            None => {
                run.codings.insert(note.to_owned(), vec![coding]);
            }
        }
    }
}
