//! Reads a study's files: from a folder of messy notes to a corpus and a ledger.
//!
//! Comes in: a folder or a file, and what the study says of it. Goes out: [`Reading`]: notes with
//! their metadata, every file and note accounted for in the ledger, texts in a spool. It never
//! stops at a bad file, never holds all texts, never replaces anything in silence; the order of
//! everything it gives follows from paths and places, whatever the number of threads.

mod blocks;
mod columns;
mod decode;
mod delimited;
mod duplicates;
mod file;
mod front_matter;
mod gather;
mod json;
mod kind;
mod meter;
mod note_id;
mod options;
pub mod participants;
mod people;
mod quiet;
pub mod recognise;
mod report;
mod selection;
mod settled;
mod sniff;
mod spool;
mod table;
mod text_file;
mod transcript;
mod unpacked;
mod utf8_check;
mod walk;
mod workbook;

use std::path::Path;

use rayon::prelude::*;
use regex::Regex;

use crate::error::{Error, Result};
use crate::model::corpus::Corpus;
use crate::model::ledger::Ledger;
use crate::model::reading::ReadingRules;

pub use options::{Limits, Options, SourceDefaults, Transcript};
pub use report::{ColumnBasis, ColumnReport, LayoutKind, SourceReport};
pub use spool::Spool;

use file::{FileReader, common_clues, encoding_named};
use gather::Shared;
use meter::Progress;
use recognise::Recogniser;
use selection::Selection;
use walk::{What, walk};

/// A study as it was read.
#[derive(Debug)]
pub struct Reading {
    /// Participants and notes, without the notes' text.
    pub corpus: Corpus,
    /// What became of every file and note.
    pub ledger: Ledger,
    /// The notes' texts, by index in `corpus.notes`.
    pub texts: Spool,
    /// What was recognised per source, and from what.
    pub sources: Vec<SourceReport>,
}

/// Reads a study: a folder, or one file. `progress` is told bytes done and bytes in all.
///
/// # Errors
/// Where the root cannot be read, an option is wrong, or the disk is full. A bad file is a row of
/// the ledger instead.
pub fn read(
    root: &Path,
    options: &Options,
    rules: &ReadingRules,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Reading> {
    let split = options.split.as_deref().map(pattern).transpose()?;
    let encoding = match options.encoding.as_deref() {
        Some(name) => Some(encoding_named(name).ok_or_else(|| {
            Error::other(format!(
                "There is no encoding {name:?}; try windows-1252 or utf-8."
            ))
        })?),
        None => None,
    };
    let found = walk(root)?;
    let selection = Selection::new(root, options, &found)?;
    let people = people::find(root, options, rules, &found, &selection)?;
    let recogniser = Recogniser::new(rules, &people.participants);
    let mut spool = Spool::create()?;
    let total = found
        .iter()
        .map(|f| {
            if let What::File(bytes) = f.what {
                bytes
            } else {
                0
            }
        })
        .sum();
    let progress = Progress::new(total, progress);
    let reader = FileReader {
        shared: Shared {
            options,
            recogniser: &recogniser,
            spool: &spool,
        },
        progress: &progress,
        split,
        encoding,
    };
    let read_one = |(i, found): (usize, &walk::Found)| {
        let skip = people.tables.get(&i).cloned().or_else(|| selection.skip(i));
        let common = common_clues(&found.name, selection.defaults(&found.name));
        reader.read(found, skip, common, selection.is_told())
    };
    let files = found
        .par_iter()
        .enumerate()
        .map(read_one)
        .collect::<Result<Vec<_>>>()?;
    progress.finish();
    let settled = settled::settle_all(files, &people, options, &spool)?;
    spool.set_order(settled.places);
    Ok(Reading {
        corpus: Corpus {
            participants: settled.participants,
            session_types: rules
                .session_types
                .iter()
                .filter(|t| t.listed)
                .map(|t| t.name.clone())
                .collect(),
            notes: settled.notes,
        },
        ledger: settled.ledger,
        texts: spool,
        sources: settled.sources,
    })
}

fn pattern(split: &str) -> Result<Regex> {
    Regex::new(split).map_err(|error| {
        let line = error.to_string();
        let why = line.lines().last().unwrap_or_default().trim().to_owned();
        Error::other(format!(
            "The pattern {split:?} under `split` is wrong: {why}."
        ))
    })
}
