//! Chooses representative quotes by a stated rule.
//!
//! Comes in: coded notes, in any order. Goes out: up to three quotes per code, participant and
//! session type, each with the reason for its choice. Refuses what does not count, and text that
//! is not in the note word for word.
//!
//! The rule: the participant's own words before what the clinician reports, before what the
//! clinician observes, before what others say; then the first choice of each note before the
//! second of any; then a whole quotation or sentence of 6 to 40 words before shorter or longer
//! ones before pieces; then the length nearest to 16 words; then the order of the notes. The same
//! words are not quoted twice in a cell.

mod passage;

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, Voice};
use crate::model::corpus::{NoteId, ParticipantId};
use crate::text::CodePoints;

use passage::{Passage, Shape};

/// Quotes chosen in each cell.
pub const PER_CELL: usize = 3;

/// A chosen quote: a row of `quotes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// What it is quoted for.
    pub code: CodeIndex,
    /// Whose note it stands in, if known.
    pub participant: Option<ParticipantId>,
    /// The session type of its part of the note.
    pub session_type: String,
    /// Its place in the cell, from 1.
    pub rank: u32,
    /// Its note.
    pub note: NoteId,
    /// First code point in the note's text.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// The text between them.
    pub quote: String,
    /// What stands before it.
    pub context_before: String,
    /// What stands after it.
    pub context_after: String,
    /// Whose words the coded passage is.
    pub voice: Voice,
    /// Why it was chosen, in words.
    pub why: String,
}

/// What decides between candidates of a cell, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    voice: Voice,
    /// Its place among its note's candidates.
    choice: usize,
    shape: Shape,
    length_off: usize,
    note: usize,
    start: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    key: Key,
    /// Its words folded, for telling repetitions.
    folded: String,
    row: QuoteRow,
}

type CellKey = (CodeIndex, Option<ParticipantId>, String);

/// Keeps the best candidates of each cell; partial choices merge to the same as one pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picker {
    cells: BTreeMap<CellKey, Vec<Candidate>>,
}

impl Picker {
    /// Nothing chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Considers the counted codings of a note.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        if coded.note.duplicate_of.is_some() {
            return;
        }
        let points = CodePoints::new(coded.text);
        let mut of_cell: BTreeMap<(CodeIndex, &str), Vec<Candidate>> = BTreeMap::new();
        for coding in coded.codings.iter().filter(|c| c.counted()) {
            let cell = (coding.code, coded.session_type_of(coding));
            of_cell
                .entry(cell)
                .or_default()
                .push(candidate(coded, coding, &points));
        }
        for ((code, session_type), mut candidates) in of_cell {
            number_choices(&mut candidates);
            let participant = coded.note.participant.value.clone();
            let cell = (code, participant, session_type.to_owned());
            keep_best(self.cells.entry(cell).or_default(), candidates);
        }
    }

    /// Adds what another chose.
    pub fn merge(&mut self, other: Self) {
        for (cell, candidates) in other.cells {
            keep_best(self.cells.entry(cell).or_default(), candidates);
        }
    }

    /// The chosen quotes by code, participant (unknown last), session type, rank.
    pub fn finish(self) -> Vec<QuoteRow> {
        let mut cells: Vec<_> = self.cells.into_iter().collect();
        cells.sort_by(|((code, who, kind), _), ((code_b, who_b, kind_b), _)| {
            let unknown = who.is_none().cmp(&who_b.is_none());
            code.cmp(code_b)
                .then(unknown)
                .then_with(|| (who, kind).cmp(&(who_b, kind_b)))
        });
        let ranked = |candidates: Vec<Candidate>| {
            let rows = candidates.into_iter().zip(1..);
            rows.map(|(candidate, rank)| QuoteRow {
                why: why(&candidate),
                rank,
                ..candidate.row
            })
        };
        cells.into_iter().flat_map(|(_, c)| ranked(c)).collect()
    }
}

/// Keeps the best of both, the same words once.
fn keep_best(kept: &mut Vec<Candidate>, further: Vec<Candidate>) {
    kept.extend(further);
    kept.sort_by_key(|c| c.key);
    let mut seen: Vec<String> = Vec::new();
    kept.retain(|c| {
        let fresh = seen.len() < PER_CELL && !seen.contains(&c.folded);
        if fresh {
            seen.push(c.folded.clone());
        }
        fresh
    });
}

/// Numbers a note's candidates of a cell from the best, the same words once.
fn number_choices(candidates: &mut Vec<Candidate>) {
    candidates.sort_by_key(|c| c.key);
    let mut seen: Vec<String> = Vec::new();
    candidates.retain(|c| {
        let fresh = !seen.contains(&c.folded);
        if fresh {
            seen.push(c.folded.clone());
        }
        fresh
    });
    for (choice, candidate) in candidates.iter_mut().enumerate() {
        candidate.key.choice = choice;
    }
}

fn candidate(coded: &CodedNote<'_>, coding: &Coding, points: &CodePoints<'_>) -> Candidate {
    let passage = Passage::around(coding, coded.text, coded.layout);
    let (start, end) = points.pair(passage.span);
    let words = &coded.layout.words;
    let folded: Vec<&str> = words.inside(passage.span).map(|w| words.form(w)).collect();
    Candidate {
        key: Key {
            voice: coding.voice,
            choice: 0,
            shape: passage.shape,
            length_off: passage.words.abs_diff(passage::WORDS_BEST),
            note: coded.index,
            start,
        },
        folded: folded.join(" "),
        row: QuoteRow {
            code: coding.code,
            participant: coded.note.participant.value.clone(),
            session_type: coded.session_type_of(coding).to_owned(),
            rank: 0,
            note: coded.note.id.clone(),
            start,
            end,
            quote: passage.span.slice(coded.text).to_owned(),
            context_before: passage.before(coded.text, coded.layout),
            context_after: passage.after(coded.text, coded.layout),
            voice: coding.voice,
            why: passage.describe(),
        },
    }
}

fn why(candidate: &Candidate) -> String {
    let voice = match candidate.key.voice {
        Voice::Quote => "the participant's own words",
        Voice::Reported => "what the clinician reports of the participant",
        Voice::Clinician => "the clinician's observation",
        Voice::Other => "somebody else's words",
    };
    let choice = match candidate.key.choice {
        0 => "first choice of its note".to_owned(),
        n => format!("choice {} of its note", n + 1),
    };
    format!("{voice}; {}; {choice}", candidate.row.why)
}

#[cfg(test)]
mod tests;
