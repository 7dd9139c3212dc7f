//! People's decisions on their way through the pipe: read, found in their notes, applied, listed.

mod meant;
mod shifted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::coding::decided::{Ground, Placed, decide};
use crate::error::Result;
use crate::exchange::{Anchored, DecidedTexts, Decisions, anchor, read_decisions};
use crate::ingest::Reading;
use crate::model::codebook::Codebook;
use crate::model::coding::Coding;
use crate::model::corpus::NoteId;
use crate::model::decision::{Anchor, Outcome, Ruling};
use crate::model::provenance::RuleFile;
use crate::study::{DECISIONS_FILE, Rules, Study};
use crate::text::CodePoints;

use super::made_with::Codebooks;
use super::{Job, Observer};
use meant::Meant;
use shifted::{Shifted, counts_rows, is_another};

/// A study's decisions by the notes that they speak of.
#[derive(Debug, Default)]
pub(super) struct ByNote {
    /// What the file says; none where there is no file.
    pub(super) file: Option<Decisions>,
    /// Places in the file, by the note's id.
    places: BTreeMap<String, Vec<usize>>,
    /// Decisions on notes that the study does not have.
    strays: Vec<Ruling>,
    /// The notes that decisions went on to whose ids count rows or blocks.
    shifted: BTreeMap<usize, String>,
    /// The texts that decisions were made on.
    texts: DecidedTexts,
    /// Whether texts are kept for later.
    pub(super) keeps: bool,
}

impl ByNote {
    /// Reads a study's decisions.
    pub(super) fn read(path: &Path, reading: &Reading) -> Self {
        Self::of_any_note(path).on(reading)
    }

    /// The same, of which those on other notes than these are told apart, and those on texts that have
    /// another id now are set there.
    pub(super) fn on(mut self, reading: &Reading) -> Self {
        let notes = &reading.corpus.notes;
        self.follow(reading);
        let ids: BTreeSet<&str> = notes.iter().map(|n| n.id.as_str()).collect();
        let is_known = |(note, _): &(String, Vec<usize>)| ids.contains(note.as_str());
        let (places, strays): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.places)
            .into_iter()
            .partition(is_known);
        self.places = places;
        for decision in strays.into_values().flatten() {
            self.strays.push(Ruling {
                decision,
                now_note: None,
                anchor: None,
                place: None,
                outcome: Outcome::NotApplied,
                reason: "the study has no such note".to_owned(),
                disagrees_with: Vec::new(),
                made_with: String::new(),
                stale: String::new(),
            });
        }
        self
    }

    /// Sets decisions on the notes whose texts they were made on, where ids count rows or blocks.
    fn follow(&mut self, reading: &Reading) {
        let Some(file) = &self.file else { return };
        for (decision, note) in Shifted::new(reading).of(&file.rows) {
            let named = &file.rows[decision].note_id;
            if let Some(own) = self.places.get_mut(named) {
                own.retain(|&other| other != decision);
            }
            let there = self.places.entry(note.clone()).or_default();
            let at = there.partition_point(|&other| other < decision);
            there.insert(at, decision);
            self.shifted.insert(decision, note);
        }
        self.places.retain(|_, own| !own.is_empty());
    }

    /// Reads decisions, of which those on notes that nobody asks for are never applied.
    pub(super) fn of_any_note(path: &Path) -> Self {
        let Some(file) = read_decisions(path) else {
            return Self::default();
        };
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, decision) in file.rows.iter().enumerate() {
            match places.get_mut(&decision.note_id) {
                Some(of_note) => of_note.push(index),
                None => drop(places.insert(decision.note_id.clone(), vec![index])),
            }
        }
        Self {
            file: Some(file),
            places,
            strays: Vec::new(),
            shifted: BTreeMap::new(),
            texts: DecidedTexts::beside(path),
            keeps: false,
        }
    }

    /// Applies a note's decisions to its codings, before copied text and duplicates are judged.
    pub(super) fn apply(
        &self,
        (note, text): (&NoteId, &str),
        ground: &mut Ground<'_>,
        codings: &mut Vec<Coding>,
    ) -> Vec<Ruling> {
        let (Some(file), Some(own)) = (&self.file, self.places.get(note.as_str())) else {
            return Vec::new();
        };
        let points = CodePoints::new(text);
        let names_text = |&i: &usize| !file.rows[i].note_sha256.is_empty();
        // Rows of a spreadsheet name no text.
        let sha256 = if own.iter().any(names_text) {
            crate::text::hex_sha256(text.as_bytes())
        } else {
            String::new()
        };
        let anchored: Vec<Anchored> = own
            .iter()
            .map(|&i| {
                let decision = &file.rows[i];
                let old = self.texts.made_on(decision, &sha256);
                if let Some(old) = old.as_deref().filter(|_| counts_rows(note.as_str()))
                    && is_another(old, text)
                {
                    return Anchored::lost(
                        "the row or block of this number is another note now, and none has the text that it \
                         was made on",
                    );
                }
                let mut found = anchor(decision, (text, &points, &sha256), old.as_deref());
                if found.anchor == Anchor::Same && self.shifted.contains_key(&i) {
                    found.anchor = Anchor::Moved;
                }
                found
            })
            .collect();
        let is_todays = |&i: &usize| file.rows[i].note_sha256 == sha256;
        if self.keeps && !sha256.is_empty() && own.iter().any(is_todays) {
            // A study that cannot be written to is coded all the same.
            let _unkept = self.texts.keep(&sha256, text);
        }
        let placed: Vec<Placed<'_>> = own
            .iter()
            .zip(&anchored)
            .map(|(&i, found)| Placed {
                decision: &file.rows[i],
                span: found.span,
            })
            .collect();
        let became = decide(codings, &placed, ground);
        let rulings = own.iter().zip(anchored).zip(became);
        rulings
            .map(|((&decision, found), became)| Ruling {
                decision,
                now_note: self.shifted.get(&decision).cloned(),
                anchor: Some(found.anchor),
                place: found.span.map(|span| points.pair(span)),
                outcome: became.outcome,
                reason: if found.anchor == Anchor::Lost {
                    found.reason
                } else {
                    became.reason
                },
                disagrees_with: became.disagrees_with,
                made_with: String::new(),
                stale: String::new(),
            })
            .collect()
    }

    /// The file as provenance names it.
    pub(super) fn provenance(&self, study: &Study) -> Option<RuleFile> {
        self.file.as_ref().map(|file| RuleFile {
            name: DECISIONS_FILE.to_owned(),
            version: String::new(),
            path: study.decisions().to_string_lossy().into_owned(),
            sha256: file.sha256.clone(),
        })
    }

    /// All rulings in the order of the file, each with the codebook that its decision was made with.
    pub(super) fn finish(
        self,
        applied: Vec<Ruling>,
        study: &Study,
        (now, reading): (&Codebook, &Reading),
    ) -> Option<Decided> {
        let mut file = self.file?;
        let mut rulings = self.strays;
        rulings.extend(applied);
        rulings.sort_by_key(|r| r.decision);
        let mut codebooks = Codebooks::of_study(&study.folder, now);
        let mut meant = Meant::new(reading, now);
        for ruling in &mut rulings {
            let Some(decision) = file.rows.get(ruling.decision) else {
                continue;
            };
            let hint = match (ruling.outcome, ruling.anchor) {
                (Outcome::NotApplied, None) => meant.note(decision),
                (Outcome::NotApplied, Some(anchor)) if anchor != Anchor::Lost => {
                    meant.code(decision)
                }
                _ => None,
            };
            if let Some(hint) = hint {
                ruling.reason = format!("{}; {hint}", ruling.reason);
            }
            let made = codebooks.made_with(decision);
            (ruling.made_with, ruling.stale) = (made.codebook, made.stale);
        }
        file.findings.extend(codebooks.findings(&study.decisions()));
        let shifted = shifted::finding(&file.rows, &self.shifted, &study.decisions());
        file.findings.extend(shifted);
        Some(Decided { file, rulings })
    }
}

/// Reads a study's notes, and people's decisions beside them.
pub(super) fn read_and_decisions(
    study: &Study,
    rules: &Rules,
    job: &Job,
    observer: &dyn Observer,
) -> Result<(Reading, ByNote)> {
    let (reading, decisions) = rayon::join(
        || super::read(study, rules, job.today, &job.out, observer),
        || ByNote::of_any_note(&study.decisions()),
    );
    let reading = reading?;
    let mut decisions = decisions.on(&reading);
    decisions.keeps = true;
    Ok((reading, decisions))
}

/// A study's decisions and what a run did with each.
#[derive(Debug)]
pub struct Decided {
    /// What the file says.
    pub file: Decisions,
    /// What became of each, in the file's order.
    pub rulings: Vec<Ruling>,
}
