//! What a run recorded, read back for comparison with another: codings with pattern and cue, the kept
//! codebook, and what it was run with. Texts are kept as hashes only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, ErrorKind, Place, Result};

use super::run_facts::read_run_facts;

/// What a run left behind.
#[derive(Debug, Clone, Default)]
pub struct RunRecord {
    /// The folder.
    pub path: PathBuf,
    /// The program's version.
    pub version: String,
    /// SHA-256 of the codebook.
    pub codebook_sha256: String,
    /// The codebook that it kept; none for runs that kept none.
    pub codebook: Option<PathBuf>,
    /// Rule files of the study's own, by name, with their SHA-256.
    pub rules: BTreeMap<String, String>,
    /// The codings of each note; notes without codings have none.
    pub codings: BTreeMap<String, Vec<RecordedCoding>>,
    /// The first 8 bytes of the SHA-256 of each note's text.
    pub texts: BTreeMap<String, u64>,
}

/// A line of `codings.csv`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordedCoding {
    /// First code point.
    pub start: usize,
    /// Code point behind the last.
    pub end: usize,
    /// The code's path.
    pub code: String,
    /// Whose note it is.
    pub participant_id: String,
    /// The session type.
    pub session_type: String,
    /// The passage.
    pub text: String,
    /// Its assertion.
    pub assertion: String,
    /// Its voice.
    pub voice: String,
    /// Whether it counts.
    pub counted: bool,
    /// Why not.
    pub why_not: String,
    /// The pattern that found it.
    pub pattern: String,
    /// The cue that decided.
    pub cue: String,
    /// The person who coded it.
    pub coder: String,
}

impl RecordedCoding {
    /// Whether both have a code point in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Reads an output folder.
///
/// # Errors
/// Where it is none of this program, or a table in it cannot be read.
pub fn read_record(dir: &Path) -> Result<RunRecord> {
    let told = read_run_facts(dir)?;
    if told.program != "verbatim" {
        let message = "another program wrote this. Name the output folder of a run.";
        return Err(unusable(&dir.join("run.json"), message));
    }
    let kept = told.codebook_kept.map(|name| dir.join(name));
    Ok(RunRecord {
        path: dir.to_owned(),
        version: told.version,
        codebook_sha256: told.codebook_sha256,
        codebook: kept.filter(|path| path.is_file()),
        rules: told.rules,
        codings: codings(&dir.join("codings.csv"))?,
        texts: texts(&dir.join("notes.jsonl"))?,
    })
}

fn unusable(path: &Path, message: &str) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: message.to_owned(),
        },
        place: Some(Place::file(path)),
    }
}

#[derive(Deserialize)]
struct Line {
    note_id: String,
    start: usize,
    end: usize,
    code: String,
    participant_id: String,
    session_type: String,
    text: String,
    assertion: String,
    voice: String,
    counted: bool,
    why_not: String,
    pattern: String,
    cue: String,
    #[serde(default)]
    coder: String,
}

impl Line {
    fn coding(self) -> (String, RecordedCoding) {
        let coding = RecordedCoding {
            start: self.start,
            end: self.end,
            code: self.code,
            participant_id: plain(self.participant_id),
            session_type: plain(self.session_type),
            text: plain(self.text),
            assertion: self.assertion,
            voice: self.voice,
            counted: self.counted,
            why_not: self.why_not,
            pattern: plain(self.pattern),
            cue: plain(self.cue),
            coder: plain(self.coder),
        };
        (plain(self.note_id), coding)
    }
}

/// A cell less the mark that keeps spreadsheets from running it.
fn plain(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.to_owned(),
        _ => cell,
    }
}

fn codings(path: &Path) -> Result<BTreeMap<String, Vec<RecordedCoding>>> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| bad_table(path, &e))?;
    let mut codings: BTreeMap<String, Vec<RecordedCoding>> = BTreeMap::new();
    for line in reader.deserialize::<Line>() {
        let (note_id, coding) = line.map_err(|e| bad_table(path, &e))?.coding();
        codings.entry(note_id).or_default().push(coding);
    }
    for of_note in codings.values_mut() {
        of_note.sort();
    }
    Ok(codings)
}

fn bad_table(path: &Path, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, |p| p.line() as u32);
    Error {
        kind: ErrorKind::Other {
            message: format!("this is no codings.csv of this program: {error}."),
        },
        place: Some(Place::at(path, line, 1)),
    }
}

#[derive(Deserialize)]
struct NoteLine {
    note_id: String,
    text: String,
}

/// Calls `take` with each note's id and text.
fn each_note(path: &Path, mut take: impl FnMut(NoteLine)) -> Result<()> {
    let file = File::open(path).map_err(|e| Error::io("read the notes", path, e))?;
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|e| Error::io("read the notes", path, e))?;
        let note = serde_json::from_str(&line).map_err(|e| Error {
            kind: ErrorKind::Other {
                message: format!("this line is no note: {e}."),
            },
            place: Some(Place::at(path, i as u32 + 1, 1)),
        })?;
        take(note);
    }
    Ok(())
}

fn texts(path: &Path) -> Result<BTreeMap<String, u64>> {
    let mut texts = BTreeMap::new();
    each_note(path, |note| {
        let hash = Sha256::digest(note.text.as_bytes());
        let first = hash.iter().take(8);
        let first = first.fold(0, |n: u64, &b| n << 8 | u64::from(b));
        texts.insert(note.note_id, first);
    })?;
    Ok(texts)
}

impl RunRecord {
    /// The texts of some notes.
    ///
    /// # Errors
    /// Where `notes.jsonl` cannot be read.
    pub fn texts_of(&self, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        if !wanted.is_empty() {
            each_note(&self.path.join("notes.jsonl"), |note| {
                if wanted.contains(&note.note_id) {
                    texts.insert(note.note_id, note.text);
                }
            })?;
        }
        Ok(texts)
    }
}
