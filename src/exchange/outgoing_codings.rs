//! The codings of a run's folder, a note's at a time.
//!
//! Comes in: `codings.csv`. Goes out: where the rows of each note stand, then a note's codings when
//! they are asked for: all of them at once would be most of what memory holds. Refuses: nothing in
//! secret; a row without a note or a place is listed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::model::decision::Anchor;

use super::losses::{Item, LossReport, Named};
use super::outgoing::{OUTSIDE, OutgoingCoding};
use super::outgoing_memos::Remark;
use super::outgoing_rows::{Columns, Row, csv_reader, unreadable};
use super::project::PlacedCoding;
use super::reanchor::CodedPassage;
use super::restand::{Restood, restand};

/// What a run says of a coding besides its place.
pub(super) const FACTS: &[&str] = &[
    "assertion",
    "voice",
    "counted",
    "why_not",
    "pattern",
    "cue",
    "section",
    "copied_from",
    "session_type",
];

/// Rows that follow each other in the file: the first byte, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    at: u64,
    rows: u32,
}

/// Where the codings of notes stand.
#[derive(Debug, Default)]
pub(super) struct CodingRows {
    path: PathBuf,
    columns: Columns,
    of_notes: Vec<Vec<Stretch>>,
    /// The codes by their paths.
    pub(super) codes: BTreeMap<String, usize>,
    /// The notes' own session types.
    pub(super) session_types: Vec<String>,
    /// The coder of codings that no person made.
    rules: String,
    /// Memos of `memos.csv` by the id of the coding that they are on.
    memos: BTreeMap<String, Vec<Remark>>,
    /// Who wrote those that are on codings which are there.
    pub(super) authors: BTreeSet<String>,
    /// Those of them whose coding is there.
    pub(super) found: BTreeSet<String>,
    /// How often each GUID that codings came with stands in the table.
    guids: HashMap<u128, u32>,
    /// Names of coders.
    pub(super) coders: BTreeSet<String>,
    /// The codings that stand elsewhere than their rows say, by note and number in it.
    restood: BTreeMap<(usize, usize), Restood>,
}

impl CodingRows {
    pub(super) fn new(folder: &Path, rules: &str, memos: BTreeMap<String, Vec<Remark>>) -> Self {
        Self {
            path: folder.join("codings.csv"),
            rules: rules.to_owned(),
            memos,
            ..Self::default()
        }
    }

    /// Finds the rows of each note, of which `notes` gives number and length in code points; `code` takes
    /// every code's path.
    pub(super) fn find(
        &mut self,
        notes: &BTreeMap<String, (usize, usize)>,
        report: &mut LossReport,
        mut code: impl FnMut(&str),
    ) -> Result<()> {
        let count = notes.values().map(|(note, _)| note + 1).max();
        self.of_notes = vec![Vec::new(); count.unwrap_or_default()];
        let mut reader = csv_reader(&self.path)?;
        let bad = |e: &csv::Error| unreadable(&self.path, e);
        self.columns = Columns::of(reader.headers().map_err(|e| bad(&e))?);
        let mut cells = csv::StringRecord::new();
        // The note of the row before, so that rows that follow each other are one stretch.
        let mut last = None;
        while reader.read_record(&mut cells).map_err(|e| bad(&e))? {
            let row = Row {
                columns: &self.columns,
                cells: &cells,
            };
            let before = last.take();
            if row.cell("code").is_empty() {
                continue;
            }
            let note = match note_of(&row, notes) {
                Ok(note) => note,
                Err(reason) => {
                    let named = Named {
                        id: row.cell("coding_id"),
                        name: row.cell("text"),
                        place: row.cell("note_id"),
                    };
                    report.lost(Item::Coding, named, reason);
                    continue;
                }
            };
            code(row.cell("code"));
            report.kept(Item::Coding);
            let coder = coder(&row, &self.rules);
            if !coder.is_empty() && !self.coders.contains(coder) {
                self.coders.insert(coder.to_owned());
            }
            let id = id(&row);
            if let Some(key) = key(id) {
                *self.guids.entry(key).or_default() += 1;
            }
            if let Some(remarks) = self.memos.get(id) {
                self.found.insert(id.to_owned());
                let authors = remarks.iter().map(|r| r.author.clone());
                self.authors.extend(authors.filter(|a| !a.is_empty()));
            }
            if !row.cell("memo").is_empty() || self.memos.contains_key(id) {
                report.kept(Item::Memo);
            }
            let at = cells.position().map_or(0, csv::Position::byte);
            match self.of_notes[note].last_mut() {
                Some(stretch) if before == Some(note) => stretch.rows += 1,
                _ => self.of_notes[note].push(Stretch { at, rows: 1 }),
            }
            last = Some(note);
        }
        Ok(())
    }

    /// The codings of a note in the file's order, each where its words stand.
    pub(super) fn of(&self, note: usize) -> Result<Vec<OutgoingCoding>> {
        let as_written = self.as_written(note)?;
        if self
            .restood
            .range((note, 0)..(note + 1, 0))
            .next()
            .is_none()
        {
            return Ok(as_written);
        }
        let mut codings = Vec::with_capacity(as_written.len());
        for (number, mut coding) in as_written.into_iter().enumerate() {
            match self.restood.get(&(note, number)).map(|r| &r.now) {
                None => codings.push(coding),
                Some(Some((start, end, words))) => {
                    (coding.placed.start, coding.placed.end) = (*start, *end);
                    coding.words.clone_from(words);
                    codings.push(coding);
                }
                Some(None) => {}
            }
        }
        Ok(codings)
    }

    /// Sets the codings of a note on their words, where its text was changed since, and lists each.
    pub(super) fn set_on_words(
        &mut self,
        (note, note_id): (usize, &str),
        text: &str,
        report: &mut LossReport,
    ) -> Result<bool> {
        let codings = self.as_written(note)?;
        let passage = |coding: &'_ OutgoingCoding| (coding.placed.start, coding.placed.end);
        let coded = codings.iter().map(|c| CodedPassage {
            words: &c.words,
            start: c.placed.start,
            end: c.placed.end,
        });
        let found = restand(text, &coded.collect::<Vec<_>>());
        let mut has_moved = false;
        for (number, restood) in found {
            if restood.status == Anchor::Same {
                self.restood.insert((note, number), restood);
                continue;
            }
            has_moved = true;
            let coding = &codings[number];
            let named = |name| Named {
                id: &coding.placed.guid,
                name,
                place: note_id,
            };
            let told = restood.told(passage(coding));
            if restood.now.is_some() {
                report.changed(Item::Coding, named(&coding.words), told);
            } else {
                report.unkept(Item::Coding, named(&coding.words), told);
                if !coding.placed.memo.is_empty() {
                    report.unkept(
                        Item::Memo,
                        named(&coding.placed.memo),
                        "its coding was not kept",
                    );
                }
            }
            self.restood.insert((note, number), restood);
        }
        Ok(has_moved)
    }

    /// The codings of a note where their rows say.
    fn as_written(&self, note: usize) -> Result<Vec<OutgoingCoding>> {
        let mut codings = Vec::new();
        let stretches = self.of_notes.get(note).map_or(&[][..], Vec::as_slice);
        for stretch in stretches {
            let failed = |e| Error::io("read the codings again", &self.path, e);
            let mut file = File::open(&self.path).map_err(failed)?;
            file.seek(SeekFrom::Start(stretch.at)).map_err(failed)?;
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .has_headers(false)
                .from_reader(file);
            for cells in reader.records().take(stretch.rows as usize) {
                let cells = cells.map_err(|e| unreadable(&self.path, &e))?;
                let row = Row {
                    columns: &self.columns,
                    cells: &cells,
                };
                codings.extend(self.coding(note, &row));
            }
        }
        Ok(codings)
    }

    fn coding(&self, note: usize, row: &Row<'_>) -> Option<OutgoingCoding> {
        let (start, end) = place(row)?;
        let id = id(row);
        let coder = coder(row, &self.rules);
        let own = Remark {
            text: row.cell("memo").to_owned(),
            ..Remark::default()
        };
        let own = Some(own).filter(|own| !own.text.is_empty());
        let beside = self.memos.get(id).into_iter().flatten().cloned();
        let remarks: Vec<Remark> = own.into_iter().chain(beside).collect();
        let memos = remarks.iter().map(|remark| remark.in_one(coder));
        let facts = FACTS
            .iter()
            .map(|f| ((*f).to_owned(), row.cell(f).to_owned()));
        // Its session type is told where it is another part's than the note's own.
        let own_type = self.session_types.get(note).map_or("", String::as_str);
        let is_said = |(name, value): &(String, String)| {
            !value.is_empty() && (name != "session_type" || value != own_type)
        };
        Some(OutgoingCoding {
            placed: PlacedCoding {
                code: *self.codes.get(row.cell("code"))?,
                coder: coder.to_owned(),
                start,
                end,
                memo: memos.collect::<Vec<_>>().join("\n"),
                guid: id.to_owned(),
                facts: facts.filter(is_said).collect(),
            },
            words: row.cell("text").to_owned(),
            remarks,
            keeps_guid: key(id).is_some_and(|key| self.guids.get(&key) == Some(&1)),
        })
    }
}

/// The note in which a row's coding stands, or why it stands in none.
fn note_of(
    row: &Row<'_>,
    notes: &BTreeMap<String, (usize, usize)>,
) -> std::result::Result<usize, &'static str> {
    let known = notes.get(row.cell("note_id"));
    let (Some(&(note, length)), Some((start, end))) = (known, place(row)) else {
        return Err("its note is not in notes.jsonl, or it has no start and end");
    };
    // Words may stand elsewhere since the note was shortened.
    if start < end && (end <= length || !row.cell("text").is_empty()) {
        Ok(note)
    } else {
        Err(OUTSIDE)
    }
}

fn place(row: &Row<'_>) -> Option<(usize, usize)> {
    Some((
        row.cell("start").parse().ok()?,
        row.cell("end").parse().ok()?,
    ))
}

fn coder<'r>(row: &Row<'r>, rules: &'r str) -> &'r str {
    match row.cell("coder") {
        "" => rules,
        person => person,
    }
}

fn id<'r>(row: &Row<'r>) -> &'r str {
    let ids = [row.cell("coding_id"), row.cell("guid")];
    ids.into_iter()
        .find(|id| !id.is_empty())
        .unwrap_or_default()
}

/// A GUID as a number, where an id is one as REFI-QDA writes it.
fn key(id: &str) -> Option<u128> {
    let is_written_so = id.len() == 36;
    let guid = uuid::Uuid::try_parse(id).ok().filter(|_| is_written_so)?;
    Some(guid.as_u128())
}
