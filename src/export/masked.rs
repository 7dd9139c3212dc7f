//! The folder of masked notes: what may leave the house, and apart from it what may not.
//!
//! `notes/` holds the masked notes in the shape of the study's folder, text files as text and
//! tables as CSV; `index.csv` says whose they are, of which day and session type. `private/` holds
//! what was masked, with its place in the source, and the list that a person looks through.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::deident::Pseudonyms;
use crate::error::{Error, Result};
use crate::model::corpus::{Note, ParticipantId};
use crate::model::identifier::{Identifier, IdentifierKind};
use crate::text::Span;

use super::line::Lines;
use super::provenance::PROGRAM;
use super::quotes::{IDENTIFIER_COLUMNS, identifier_lines};
use super::tables::Table;

/// Columns of `index.csv`.
pub(super) const INDEX_COLUMNS: [&str; 6] = [
    "file",
    "row",
    "participant_id",
    "day",
    "session_type",
    "setting",
];

/// Columns of `private/sources.csv`.
pub(super) const SOURCE_COLUMNS: [&str; 6] = [
    "note_id",
    "source",
    "file",
    "row",
    "participant_id",
    "masked_id",
];

/// Columns of a table of masked notes.
pub(super) const NOTE_TABLE_COLUMNS: [&str; 6] = [
    "row",
    "participant_id",
    "day",
    "session_type",
    "setting",
    "note",
];

/// Columns of `private/to_check.csv`.
pub(super) const CHECK_COLUMNS: [&str; 6] =
    ["kind", "text", "times", "why", "example_note_id", "example"];

/// Words on each side of an example for checking, in bytes.
const EXAMPLE_BYTES: usize = 40;

/// A note with its identifiers masked.
#[derive(Debug)]
pub struct MaskedNote<'a> {
    /// What is known of it.
    pub note: &'a Note,
    /// Its text, masked.
    pub masked: &'a str,
    /// Its text as it was.
    pub text: &'a str,
    /// What was masked.
    pub identifiers: &'a [Identifier],
}

/// What a person checks: one line for each passage that was masked, however often.
#[derive(Debug)]
struct Check {
    times: u64,
    why: String,
    note: String,
    example: String,
}

/// Writes the folder of masked notes.
#[derive(Debug)]
pub struct MaskedNotes<'p> {
    dir: PathBuf,
    people: &'p Pseudonyms,
    index: Table,
    identifiers: Table,
    sources: Table,
    checks: BTreeMap<(IdentifierKind, String), Check>,
    /// The source that is being written: its masked path, and its table where it is one.
    current: (String, Option<Table>),
    totals: BTreeMap<IdentifierKind, u64>,
    notes: u64,
}

impl<'p> MaskedNotes<'p> {
    /// Begins in a folder that exists; `people` gives the id that each participant gets.
    ///
    /// # Errors
    /// Where a file cannot be created.
    pub fn create(dir: &Path, people: &'p Pseudonyms) -> Result<Self> {
        let private = dir.join("private");
        for folder in [&dir.join("notes"), &private] {
            fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
        }
        let mut index = Table::create(dir, "index.csv")?;
        index.write(&Lines::header(&INDEX_COLUMNS).into_bytes())?;
        let mut identifiers = Table::create(&private, "identifiers.csv")?;
        identifiers.write(&Lines::header(&IDENTIFIER_COLUMNS).into_bytes())?;
        let mut sources = Table::create(&private, "sources.csv")?;
        sources.write(&Lines::header(&SOURCE_COLUMNS).into_bytes())?;
        Ok(Self {
            dir: dir.to_owned(),
            people,
            index,
            identifiers,
            sources,
            checks: BTreeMap::new(),
            current: (String::new(), None),
            totals: BTreeMap::new(),
            notes: 0,
        })
    }

    /// Begins a source by its masked path; one of several notes becomes a table.
    ///
    /// # Errors
    /// Where its file or folder cannot be created.
    pub fn begin(&mut self, path: &str, is_table: bool) -> Result<()> {
        self.end_source()?;
        let ending = path.rsplit_once('.').map(|(_, e)| e.to_lowercase());
        let ending = ending.unwrap_or_default();
        let name = match ending.as_str() {
            "csv" => path.to_owned(),
            _ if is_table => format!("{path}.csv"),
            "txt" | "md" | "text" | "markdown" => path.to_owned(),
            _ => format!("{path}.txt"),
        };
        let place = self.dir.join("notes").join(&name);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(|e| Error::io("create the folder", folder, e))?;
        }
        let mut table = None;
        if is_table {
            let mut own = Table::create(&self.dir.join("notes"), &name)?;
            own.write(&Lines::header(&NOTE_TABLE_COLUMNS).into_bytes())?;
            table = Some(own);
        }
        self.current = (name, table);
        Ok(())
    }

    /// Writes a note of the source that was begun.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn note(&mut self, masked: &MaskedNote<'_>) -> Result<()> {
        self.notes += 1;
        let note = masked.note;
        let id = note.participant.value.as_ref();
        let person = id.map(|id| self.people.of(id));
        let session_type = note.session_type.value.as_deref();
        let mut line = Lines::default();
        line.text(&self.current.0)
            .text(&note.locator)
            .text_or_empty(person);
        line.plain_or_empty(note.day)
            .text_or_empty(session_type)
            .text(&note.setting)
            .end();
        self.index.write(&line.into_bytes())?;
        let mut line = Lines::default();
        line.text(note.id.as_str())
            .text(&note.source)
            .text(&self.current.0);
        line.text(&note.locator)
            .text_or_empty(id.map(ParticipantId::as_str));
        line.text_or_empty(person).end();
        self.sources.write(&line.into_bytes())?;
        let lines = identifier_lines(note.id.as_str(), masked.text, masked.identifiers);
        self.identifiers.write(&lines)?;
        self.check(masked);
        if let Some(table) = &mut self.current.1 {
            let mut line = Lines::default();
            line.text(&note.locator)
                .text_or_empty(person)
                .plain_or_empty(note.day);
            line.text_or_empty(session_type)
                .text(&note.setting)
                .text(masked.masked)
                .end();
            return table.write(&line.into_bytes());
        }
        let path = self.dir.join("notes").join(&self.current.0);
        fs::write(&path, masked.masked).map_err(|e| Error::io("write the note", &path, e))
    }

    fn check(&mut self, masked: &MaskedNote<'_>) {
        for identifier in masked.identifiers {
            *self.totals.entry(identifier.kind).or_default() += 1;
            let words = identifier.span.slice(masked.text).to_owned();
            let check = self
                .checks
                .entry((identifier.kind, words))
                .or_insert_with(|| Check {
                    times: 0,
                    why: identifier.why.clone(),
                    note: masked.note.id.as_str().to_owned(),
                    example: example(masked.text, identifier.span),
                });
            check.times += 1;
        }
    }

    fn end_source(&mut self) -> Result<()> {
        match self.current.1.take() {
            Some(mut table) => table.end(),
            None => Ok(()),
        }
    }

    /// Ends all files and writes the list for checking and the word of warning.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(mut self, caveat: &str, version: &str) -> Result<BTreeMap<IdentifierKind, u64>> {
        self.end_source()?;
        self.index.end()?;
        self.identifiers.end()?;
        self.sources.end()?;
        let mut table = Table::create(&self.dir.join("private"), "to_check.csv")?;
        table.write(&Lines::header(&CHECK_COLUMNS).into_bytes())?;
        for ((kind, words), check) in &self.checks {
            let mut line = Lines::default();
            line.text(kind.as_str())
                .text(words)
                .plain(check.times)
                .text(&check.why);
            line.text(&check.note).text(&check.example).end();
            table.write(&line.into_bytes())?;
        }
        table.end()?;
        self.write("README.txt", &self.readme(caveat))?;
        let marker = serde_json::json!({
            "program": PROGRAM, "version": version, "what": "masked notes",
            "notes": self.notes, "files": ["README.txt", "index.csv", "notes", "private", "run.json"],
        });
        self.write("run.json", &format!("{marker:#}\n"))?;
        Ok(self.totals)
    }

    fn readme(&self, caveat: &str) -> String {
        let counts: Vec<String> = self
            .totals
            .iter()
            .map(|(kind, n)| format!("  {:<8} {n}\n", kind.as_str()))
            .collect();
        format!(
            "{} notes, masked by rule.\n\n{caveat}\n\n\
             Masked, by kind:\n{}\n\
             As they were stand: years, states, countries, weekdays, times of day, ages up to 89, and \
             participants' ids that are no names (P01).\n\n\
             notes/     the masked notes; index.csv says whose they are, with days instead of dates\n\
             private/   never passed on: identifiers.csv (what stood where, in code points of the source's \
             text), to_check.csv (each masked passage once, for a person to look through), sources.csv \
             (which note became which)\n",
            self.notes,
            counts.concat(),
        )
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.dir.join(name);
        fs::write(&path, text).map_err(|e| Error::io("write the file", &path, e))
    }
}

/// A passage with some of the text around it, in one line.
fn example(text: &str, span: Span) -> String {
    let mut start = span.start.saturating_sub(EXAMPLE_BYTES);
    let mut end = (span.end + EXAMPLE_BYTES).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let around = Span::new(start, end).slice(text);
    around.split_whitespace().collect::<Vec<_>>().join(" ")
}
