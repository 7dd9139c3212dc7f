//! The tables of the output folder, written as the notes come.
//!
//! Notes are appended one by one in corpus order and none is held; what is counted over all of
//! them follows in [`Tables::finish`].

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::agreement::{CodeMissed, Compared};
use crate::deident::{Characteristics, Pseudonyms};
use crate::error::{Error, Result};
use crate::exchange::Decisions;
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::corpus::{Note, Participant};
use crate::model::decision::Ruling;
use crate::model::ledger::Ledger;
use crate::model::provenance::Provenance;
use crate::quote::QuoteRow;
use crate::tally::contrast::SideBySide;
use crate::tally::{
    Crosstab, DocumentationRow, Saturation, SaturationRule, SessionRow, SessionTotals, State, Tally,
};

use super::agreement::agreement_lines;
use super::documentation::{Known, SESSION_COLUMNS, TIMELINE_COLUMNS};
use super::line::Lines;
use super::note::{CODING_COLUMNS, NOTE_COLUMNS, RenderedNote, render};
use super::provenance::Counts;
use super::pseudonyms::{participant_lines, pseudonym_lines};
use super::{
    contrast, decisions, documentation, elusion, frequency, ledger, provenance, quotes, run_parquet,
};

/// The codebook that a run used, in its output folder.
pub const CODEBOOK_FILE: &str = "codebook.yaml";

/// Writers of every table.
#[derive(Debug)]
pub struct Tables<'c> {
    codebook: &'c Codebook,
    dir: PathBuf,
    notes: Table,
    json: Table,
    codings: Table,
    sessions: Table,
    timeline: Table,
    identifiers: Table,
    quotes: Table,
    counts: Counts,
    /// Whether each table is written as Parquet besides.
    pub parquet_too: bool,
}

/// What counts rest on, when all notes are written.
#[derive(Debug)]
pub struct Account<'a> {
    /// How much is written, group by group.
    pub documentation: &'a [DocumentationRow<'a>],
    /// Sessions with and without notes.
    pub sessions: &'a SessionTotals,
    /// Where each code was met first.
    pub saturation: &'a Saturation,
    /// The sizes that decide on saturation.
    pub rule: SaturationRule,
    /// The corpus's notes.
    pub notes: &'a [Note],
}

/// What is known when all notes are written.
#[derive(Debug)]
pub struct Totals<'a> {
    /// What became of the input.
    pub ledger: &'a Ledger,
    /// Everything counted.
    pub tally: &'a Tally,
    /// Counted once more by the columns that were asked for.
    pub crosstabs: &'a [Crosstab],
    /// Groups of notes side by side.
    pub compared: &'a [SideBySide<'a>],
    /// Sessions with and without notes, which shares are bounded by.
    pub sessions: &'a SessionTotals,
    /// The study's session types, in its order.
    pub session_types: &'a [String],
}

impl<'c> Tables<'c> {
    /// Begins the tables in a folder that exists.
    ///
    /// # Errors
    /// Where a file cannot be created.
    pub fn create(dir: &Path, codebook: &'c Codebook) -> Result<Self> {
        let mut notes = Table::create(dir, "notes.csv")?;
        let json = Table::create(dir, "notes.jsonl")?;
        let mut codings = Table::create(dir, "codings.csv")?;
        let mut identifiers = Table::create(dir, "identifiers.csv")?;
        identifiers.write(&Lines::header(&quotes::IDENTIFIER_COLUMNS).into_bytes())?;
        let mut quotes = Table::create(dir, "quotes.csv")?;
        quotes.write(&Lines::header(&quotes::QUOTE_COLUMNS).into_bytes())?;
        notes.write(&Lines::header(&NOTE_COLUMNS).into_bytes())?;
        codings.write(&Lines::header(&CODING_COLUMNS).into_bytes())?;
        let mut sessions = Table::create(dir, "sessions.csv")?;
        sessions.write(&Lines::header(&SESSION_COLUMNS).into_bytes())?;
        let mut timeline = Table::create(dir, "timeline.csv")?;
        timeline.write(&Lines::header(&TIMELINE_COLUMNS).into_bytes())?;
        Ok(Self {
            codebook,
            dir: dir.to_owned(),
            notes,
            json,
            codings,
            sessions,
            timeline,
            identifiers,
            quotes,
            counts: Counts::default(),
            parquet_too: false,
        })
    }

    /// Keeps the codebook's text beside the results, so that they can be traced to its rules.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep_codebook(&self, source: &str) -> Result<()> {
        whole(&self.dir, CODEBOOK_FILE, |f| f.write_all(source.as_bytes()))
    }

    /// Writes how the run agrees with other coders, and the passages that are not agreed.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn agreement(&self, compared: &Compared, disagreements: &[u8]) -> Result<()> {
        let lines = agreement_lines(compared);
        whole(&self.dir, "agreement.csv", |f| f.write_all(&lines))?;
        whole(&self.dir, "disagreements.csv", |f| {
            f.write_all(disagreements)
        })
    }

    /// Writes whose pseudonym is whose: the private key to what the page, its tables and figures show.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn pseudonyms(&self, pseudonyms: &Pseudonyms, participants: &[Participant]) -> Result<()> {
        let lines = pseudonym_lines(pseudonyms, participants);
        whole(&self.dir, "pseudonyms.csv", |f| f.write_all(&lines))
    }

    /// Writes what the study's tables say of its participants; nothing where they say nothing.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn participants(&self, said: &Characteristics) -> Result<()> {
        if said.columns.is_empty() {
            return Ok(());
        }
        let lines = participant_lines(said);
        whole(&self.dir, "participants.csv", |f| f.write_all(&lines))
    }

    /// Appends a note.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn note(&mut self, coded: &CodedNote<'_>) -> Result<()> {
        self.rendered(&render(coded, self.codebook))
    }

    /// Appends a note that [`render`] made, on another thread perhaps.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn rendered(&mut self, note: &RenderedNote) -> Result<()> {
        self.counts.notes += 1;
        self.counts.duplicate_notes += u64::from(note.duplicate);
        self.counts.words += note.words;
        self.counts.codings += note.coding_count;
        self.counts.counted += note.counted;
        self.counts.by_people += note.by_people;
        self.counts.rejected += note.rejected;
        self.notes.write(&note.note)?;
        self.json.write(&note.json)?;
        self.identifiers.write(&note.identifiers)?;
        self.codings.write(&note.codings)
    }

    /// Appends a chosen quote.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn quote(&mut self, row: &QuoteRow) -> Result<()> {
        self.counts.quotes += 1;
        self.quotes.write(&quotes::quote_line(row, self.codebook))
    }

    /// Writes what became of each decision of a person.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn decisions(&self, file: &Decisions, rulings: &[Ruling]) -> Result<()> {
        whole(&self.dir, "decisions_applied.csv", |f| {
            decisions::decisions(f, file, rulings)
        })
    }

    /// Writes what the rules miss of the codes that somebody looked for.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn elusion(&self, missed: &[CodeMissed]) -> Result<()> {
        whole(&self.dir, "elusion.csv", |f| {
            elusion::elusion(f, missed, self.codebook)
        })
    }

    /// Appends sessions.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn sessions(&mut self, rows: &[SessionRow]) -> Result<()> {
        self.sessions.write(&documentation::session_lines(rows))
    }

    /// Appends what a note, or its part of one session type, says of each code.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn timeline(
        &mut self,
        coded: &CodedNote<'_>,
        session_type: &str,
        states: &[(CodeIndex, State)],
        codebook: &Codebook,
    ) -> Result<()> {
        let lines = documentation::timeline_lines(coded, session_type, states, codebook);
        self.timeline.write(&lines)
    }

    /// Writes the tables of what counts rest on.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn account(&mut self, account: &Account<'_>) -> Result<()> {
        let known = Known::of(account.sessions);
        whole(&self.dir, "documentation.csv", |f| {
            documentation::documentation(f, account.documentation, known)
        })?;
        whole(&self.dir, "saturation.csv", |f| {
            documentation::saturation(f, account, self.codebook)
        })
    }

    /// Ends the notes' tables and writes all others but `run.json`.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn finish(mut self, totals: &Totals<'_>) -> Result<Finished> {
        self.notes.end()?;
        self.json.end()?;
        self.codings.end()?;
        self.sessions.end()?;
        self.timeline.end()?;
        self.identifiers.end()?;
        self.quotes.end()?;
        let (codebook, order) = (self.codebook, totals.session_types);
        let dir = self.dir.as_path();
        whole(dir, "ledger.csv", |f| ledger::ledger(f, totals.ledger))?;
        let counted = totals.tally.frequencies();
        whole(dir, "frequencies.csv", |f| {
            frequency::frequencies(f, counted, codebook, order, totals.sessions)
        })?;
        whole(dir, "cooccurrence.csv", |f| {
            frequency::cooccurrence(f, totals.tally.cooccurrence(), codebook)
        })?;
        whole(dir, "comparisons.csv", |f| {
            contrast::comparisons(f, totals.compared, codebook)
        })?;
        let mut names = BTreeSet::new();
        for crosstab in totals.crosstabs {
            let name = frequency::crosstab_name(&crosstab.columns, &names);
            whole(dir, &name, |f| {
                frequency::crosstab(f, crosstab, codebook, order)
            })?;
            names.insert(name);
        }
        self.counts.files = totals
            .ledger
            .rows
            .iter()
            .filter(|r| r.locator.is_empty())
            .count() as u64;
        let participants = counted.participants();
        self.counts.participants = participants.iter().flatten().count() as u64;
        Ok(Finished {
            dir: self.dir,
            counts: self.counts,
            parquet_too: self.parquet_too,
        })
    }
}

/// Tables that are all written; `run.json` is still to come.
#[derive(Debug)]
pub struct Finished {
    dir: PathBuf,
    parquet_too: bool,
    /// What the run ends with.
    pub counts: Counts,
}

impl Finished {
    /// Writes the tables as Parquet where that was asked for, then `run.json`, last of all files,
    /// since it lists them.
    ///
    /// # Errors
    /// Where the folder cannot be read or the file not be written.
    pub fn run_json(&self, facts: &Provenance, ledger: &Ledger) -> Result<()> {
        if self.parquet_too {
            run_parquet::write_beside(&self.dir)?;
        }
        let listing = |e| Error::io("list the output folder", &self.dir, e);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(listing)? {
            let name = entry.map_err(listing)?.file_name();
            let name = name.to_string_lossy().into_owned();
            if !name.starts_with('.') {
                files.push(name);
            }
        }
        files.push("run.json".to_owned());
        files.sort();
        whole(&self.dir, "run.json", |f| {
            provenance::run_json(f, facts, ledger, self.counts, &files)
        })
    }
}

/// A file that grows.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Table {
    pub(super) fn create(dir: &Path, name: &str) -> Result<Self> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(|e| Error::io("write the table", &path, e))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 17, file),
            path,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes);
        written.map_err(|e| Error::io("write the table", &self.path, e))
    }

    pub(super) fn end(&mut self) -> Result<()> {
        let written = self.file.flush();
        written.map_err(|e| Error::io("write the table", &self.path, e))
    }
}

/// Writes a whole file at once.
fn whole(
    dir: &Path,
    name: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<()> {
    let mut table = Table::create(dir, name)?;
    write(&mut table.file).map_err(|e| Error::io("write the table", &table.path, e))?;
    table.end()
}
