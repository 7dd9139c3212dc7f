//! Reads a study's files: from a folder of messy notes to a corpus and a ledger.
//!
//! Comes in: a folder or a file, and what the study says of it. Goes out: [`Reading`]: notes with
//! their metadata, every file and note accounted for in the ledger, texts in a spool. It never
//! stops at a bad file, never holds all texts, never replaces anything in silence; the order of
//! everything it gives follows from paths and places, whatever the number of threads.

mod archive;
mod block_notes;
mod blocks;
mod boxes;
mod changed;
mod columns;
mod container;
mod contents;
mod convert;
mod dated_entries;
mod decode;
mod delimited;
mod duplicates;
mod fhir;
mod file;
mod flow_sheet;
mod front_matter;
mod gather;
mod header_lines;
mod headings_above;
mod json;
mod kind;
mod long_text;
mod mac_roman;
mod mail;
mod meter;
mod more_heads;
mod note_id;
mod note_tables;
mod options;
mod outcome;
mod own_document;
mod pages;
pub mod participants;
mod peek;
mod people;
mod pieces;
mod quiet;
pub mod recognise;
mod replies;
mod report;
mod scopes;
mod sectors;
mod selection;
mod sessions;
mod settled;
mod sniff;
mod split_pattern;
mod table;
mod text_file;
mod transcript;
mod turned;
mod unpacked;
mod utf8_check;
mod walk;
mod whole;
mod wide;
mod workbook;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::Encoding;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::model::corpus::Corpus;
use crate::model::ledger::Ledger;
use crate::model::reading::ReadingRules;
use crate::spool::Spool;

pub use changed::changed_files;
pub use options::{Limits, Options, SourceDefaults, Transcript};
pub use report::{ColumnBasis, ColumnReport, LayoutKind, SourceReport};

use decode::encoding_named;
use file::{FileReader, Known, common_clues};
use gather::Shared;
use meter::Progress;
use recognise::Recogniser;
use selection::{Selection, split_pattern};
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
    /// Session types that notes name in words that nobody knows, each with how many notes do.
    pub other_types: BTreeMap<Arc<str>, usize>,
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
    let (split, encoding) = (
        split_pattern(options.split.as_deref())?,
        told_encoding(options)?,
    );
    let found = walk(root)?;
    let selection = Selection::new(root, options, &found)?;
    let people = people::find(root, options, rules, &found, &selection)?;
    let recogniser = Recogniser::new(rules, &people.participants);
    let mut spool = Spool::create()?;
    let total = bytes_of(&found);
    let progress = Progress::new(total, progress);
    let shared = Shared {
        options,
        rules,
        recogniser: &recogniser,
        spool: &spool,
    };
    let mut sessions = sessions::find(root, &shared, &found, &selection, &people.tables)?;
    let drafts = std::mem::take(&mut sessions.drafts);
    let planned = sessions::planned(&people.participants, &shared);
    let reader = FileReader {
        shared,
        progress: &progress,
        split,
        encoding,
    };
    let read_one = |(i, found): (usize, &walk::Found)| {
        let own = selection.own(&found.name);
        let known = Known {
            skip: people
                .tables
                .get(&i)
                .or_else(|| sessions.tables.get(&i))
                .cloned()
                .or_else(|| selection.skip(i, &found.name)),
            sheets: people.sheets.get(&i).cloned().unwrap_or_default(),
            common: common_clues(&found.name, &own),
            told: selection.is_told(),
            own,
        };
        reader.read(found, known, &selection)
    };
    let files = found
        .par_iter()
        .enumerate()
        .map(read_one)
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    progress.finish();
    let settled = settled::settle_all(files, drafts, &people, options, &spool)?;
    spool.set_order(settled.places);
    Ok(Reading {
        corpus: Corpus {
            participants: settled.participants,
            participant_columns: people.columns,
            session_types: listed_types(rules),
            sessions: settled.sessions,
            planned,
            notes: settled.notes,
        },
        ledger: settled.ledger,
        texts: spool,
        sources: settled.sources,
        other_types: settled.other_types,
    })
}

/// Bytes of all files found.
fn bytes_of(found: &[walk::Found]) -> u64 {
    let bytes = |f: &walk::Found| match f.what {
        What::File(bytes) => bytes,
        What::Skipped(_) | What::Failed(_) => 0,
    };
    found.iter().map(bytes).sum()
}

fn told_encoding(options: &Options) -> Result<Option<&'static Encoding>> {
    let Some(name) = options.encoding.as_deref() else {
        return Ok(None);
    };
    let found = encoding_named(name).ok_or_else(|| {
        Error::other(format!(
            "There is no encoding {name:?}; try windows-1252 or utf-8."
        ))
    });
    found.map(Some)
}

/// The names of the study's session types, in its order.
pub fn listed_types(rules: &ReadingRules) -> Vec<String> {
    let listed = rules.session_types.iter().filter(|t| t.listed);
    listed.map(|t| t.name.clone()).collect()
}
