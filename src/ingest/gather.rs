//! Collects the notes of one file: recognition, spooling and fingerprints, a batch at a time.
//!
//! Comes in: raw notes with their text. Goes out: what is kept of each, and its ledger row. Texts
//! leave memory with their batch.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::error::Result;
use crate::model::corpus::Fields;
use crate::model::layout::Turn;
use crate::model::ledger::{LedgerRow, Outcome};
use crate::model::reading::{ReadingRules, Role};
use crate::spool::{Place, Spool};

use super::duplicates::Fingerprint;
use super::options::Options;
use super::recognise::{Attributed, Clues, RawNote, Recogniser};

/// Notes, and bytes of text, that wait for their batch.
const BATCH_NOTES: usize = 512;
const BATCH_BYTES: usize = 4 << 20;

/// Rows of one file that are named in the ledger for not being notes; the rest is only counted.
const NAMED_ROWS_MAX: usize = 1000;

/// Cells that are shared between notes: no longer than this, and so many.
const SHARED_BYTES_MAX: usize = 64;
const SHARED_NAMES_MAX: usize = 10_000;

/// What all files are read with.
#[derive(Debug)]
pub(crate) struct Shared<'s> {
    pub(crate) options: &'s Options,
    pub(crate) rules: &'s ReadingRules,
    pub(crate) recogniser: &'s Recogniser,
    pub(crate) spool: &'s Spool,
}

/// What is kept of notes between reading and settling: what settling takes, and the rest of each.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) raws: Vec<RawNote>,
    pub(crate) said: Vec<Attributed>,
    pub(crate) rests: Vec<Rest>,
}

/// What stays beside a note's metadata while it is settled.
#[derive(Debug)]
pub(crate) struct Rest {
    pub(crate) place: Place,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) fields: Fields,
    pub(crate) turns: Vec<Turn>,
    pub(crate) warnings: Vec<String>,
}

impl Kept {
    /// How many notes.
    pub(crate) fn len(&self) -> usize {
        self.raws.len()
    }

    /// Takes another source's notes behind its own.
    pub(crate) fn append(&mut self, mut other: Self) {
        if self.raws.is_empty() {
            *self = other;
        } else {
            self.raws.append(&mut other.raws);
            self.said.append(&mut other.said);
            self.rests.append(&mut other.rests);
        }
    }
}

/// A note as a format's reader hands it over.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) locator: String,
    pub(crate) given_id: Option<String>,
    pub(crate) clues: Clues,
    pub(crate) text: String,
    pub(crate) turns: Vec<Turn>,
    pub(crate) warnings: Vec<String>,
    /// Whether a part of it may be missing.
    pub(crate) damaged: bool,
}

/// What was gathered from a source.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) kept: Kept,
    /// Ledger rows of places inside it.
    pub(crate) rows: Vec<LedgerRow>,
    /// Places that gave no note and have no row, by outcome.
    pub(crate) unnamed: BTreeMap<Outcome, usize>,
}

/// Collects the notes of one file.
#[derive(Debug)]
pub(crate) struct Gather<'s> {
    pub(crate) shared: &'s Shared<'s>,
    /// Which column of its tables holds what, as the study says.
    pub(crate) columns: BTreeMap<Role, String>,
    /// Sheets of the file that hold no notes, and what they hold.
    pub(crate) not_notes: BTreeMap<String, String>,
    source: Arc<str>,
    /// What is true of every note of the file.
    common: Clues,
    /// Words that many of its notes have in common.
    names: Names,
    waiting: Vec<Draft>,
    waiting_bytes: usize,
    named: usize,
    /// What a note should be warned of that is the whole file.
    pub(crate) of_whole_file: Vec<String>,
    /// Rows that are no notes and are not named one by one.
    pub(crate) unnamed: BTreeMap<Outcome, usize>,
    pub(crate) kept: Kept,
    pub(crate) rows: Vec<LedgerRow>,
}

impl<'s> Gather<'s> {
    /// Begins a file.
    pub(crate) fn new(shared: &'s Shared<'s>, source: &str, common: Clues) -> Self {
        Self {
            shared,
            columns: shared.options.columns.clone(),
            not_notes: BTreeMap::new(),
            source: source.into(),
            common,
            names: Names::default(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            named: 0,
            of_whole_file: Vec::new(),
            unnamed: BTreeMap::new(),
            kept: Kept::default(),
            rows: Vec::new(),
        }
    }

    /// Takes a note; one without a locator is the whole file and has no ledger row of its own.
    pub(crate) fn note(&mut self, mut draft: Draft) -> Result<()> {
        let limit = self.shared.options.limits.note_bytes;
        if draft.text.len() > limit {
            let reason = over_limit(draft.text.len(), limit);
            self.not_a_note(&draft.locator, Outcome::Failed, reason);
            return Ok(());
        }
        if draft.locator.is_empty() {
            draft.warnings.append(&mut self.of_whole_file);
        } else {
            let reason = draft.warnings.join("; ");
            let outcome = if draft.damaged {
                Outcome::PartlyRead
            } else {
                Outcome::Read
            };
            let row = self.row(&draft.locator, outcome, reason);
            self.rows.push(LedgerRow {
                bytes: draft.text.len() as u64,
                notes: 1,
                ..row
            });
        }
        self.waiting_bytes += draft.text.len();
        self.waiting.push(draft);
        if self.waiting.len() >= BATCH_NOTES || self.waiting_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Names a place in the file that gave no note.
    pub(crate) fn not_a_note(&mut self, locator: &str, outcome: Outcome, reason: String) {
        if self.named >= NAMED_ROWS_MAX {
            *self.unnamed.entry(outcome).or_default() += 1;
            return;
        }
        self.named += 1;
        let row = self.row(locator, outcome, reason);
        self.rows.push(row);
    }

    /// Ends the source.
    pub(crate) fn finish(mut self) -> Result<Gathered> {
        self.flush()?;
        Ok(Gathered {
            kept: self.kept,
            rows: self.rows,
            unnamed: self.unnamed,
        })
    }

    fn row(&self, locator: &str, outcome: Outcome, reason: String) -> LedgerRow {
        LedgerRow {
            source: self.source.to_string(),
            locator: locator.to_owned(),
            sha256: String::new(),
            bytes: 0,
            encoding: String::new(),
            format: String::new(),
            outcome,
            reason,
            notes: 0,
        }
    }

    fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let places = self
            .shared
            .spool
            .write(batch.iter().map(|d| d.text.as_str()))?;
        let recogniser = self.shared.recogniser;
        let (source, common) = (&self.source, &self.common);
        let read = batch
            .into_par_iter()
            .zip(places)
            .with_min_len(16)
            .map(|(draft, place)| {
                let clues = with_common(draft.clues, common);
                let attributed = recogniser.attribute(&clues, &draft.text);
                let raw = RawNote {
                    source: Arc::clone(source),
                    locator: draft.locator.into(),
                    given_id: draft.given_id.map(Into::into),
                };
                let rest = Rest {
                    place,
                    fingerprint: Fingerprint::of(&draft.text),
                    fields: Fields::default(),
                    turns: draft.turns,
                    warnings: draft.warnings,
                };
                (raw, attributed, rest, clues.fields)
            });
        for (raw, mut said, mut rest, fields) in read.collect::<Vec<_>>() {
            let values = [&mut said.session_type, &mut said.setting, &mut said.author];
            for value in values.into_iter().filter_map(|v| v.value.as_mut()) {
                *value = self.names.share(value);
            }
            let fields = fields.iter();
            rest.fields = fields
                .map(|(header, cell)| (self.names.share(header), self.names.share(cell)))
                .collect();
            self.kept.raws.push(raw);
            self.kept.said.push(said);
            self.kept.rests.push(rest);
        }
        Ok(())
    }
}

/// Words kept once however many notes have them.
#[derive(Debug, Default)]
struct Names(HashSet<Arc<str>>);

impl Names {
    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = name.into();
        // Free text would fill the memory and be shared by nobody.
        if name.len() <= SHARED_BYTES_MAX && self.0.len() < SHARED_NAMES_MAX {
            self.0.insert(Arc::clone(&fresh));
        }
        fresh
    }
}

fn with_common(clues: Clues, common: &Clues) -> Clues {
    Clues {
        file_name: common.file_name.clone(),
        folders: common.folders.clone(),
        study: common.study.clone(),
        date_order: common.date_order,
        ..clues
    }
}

/// The reason for a note that is too long.
pub(crate) fn over_limit(bytes: usize, limit: usize) -> String {
    let megabytes = |n: usize| n as f64 / f64::from(1 << 20);
    format!(
        "one note of {:.1} MB is over the limit of {:.1} MB ([limits] note_megabytes in study.toml)",
        megabytes(bytes),
        megabytes(limit)
    )
}
