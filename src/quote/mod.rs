//! Chooses representative quotes by a stated rule, and the opposite cases on demand.
//!
//! Comes in: coded notes. Goes out: some quotes per code, participant and session type, each with the
//! reason for its choice. Refuses what does not count, and text that is not in the note word for
//! word.
//!
//! The rule: prose before rows of a form (with boxes to tick), which are quoted only where a cell has
//! no more prose, and say so; the participant's own words before what
//! the clinician reports, before what the clinician observes, before what others say; then a note that
//! is not quoted yet in the cell, a participant, a session type and a month of treatment that are not;
//! then a whole quotation or sentence of 6 to 40 words before shorter or longer ones before pieces;
//! then what is typical of the code (near the centre of its passages by weighted words, `centre`);
//! then the length nearest to 16 words; then the order of the notes. What nearly repeats a chosen quote
//! is left out.
//!
//! [`Choice::Deviant`] asks for the opposite cases: what the code's passages deny, then what is
//! against the trend (`trends`), then what is least typical of the code.
//!
//! Each cell keeps a bounded number of candidates: those that come first by all of the rule but
//! typicality and spread, at most a few for each note. How typical they are is known only when the
//! last note was read; until then the candidates of a participant whose notes are over wait in a
//! temporary file (`shelf`).

mod candidate;
mod centre;
mod choose;
mod passage;
mod shelf;
mod trends;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::codebook::CodeIndex;
use crate::model::coding::{Assertion, Coding, Voice, WhyNot};
use crate::model::corpus::{NoteId, ParticipantId};

pub use candidate::Quotable;

use candidate::{Candidate, keep_best};
use centre::Centres;
use shelf::Shelf;
use trends::Trends;

/// Quotes chosen in each cell of a run.
pub const PER_CELL: usize = 3;

/// Candidates for each quote that a cell keeps, where it holds one participant's notes of one session
/// type, and where it holds more, among which quotes are spread.
const CANDIDATES_OF_ONE: usize = 2;
const CANDIDATES_OF_MANY: usize = 20;

/// Which quotes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Those that stand for the code.
    #[default]
    Typical,
    /// The opposite cases.
    Deviant,
}

/// How quotes are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whether each participant has cells of their own.
    pub by_participant: bool,
    /// Whether each session type has cells of its own.
    pub by_session_type: bool,
    /// Quotes in each cell.
    pub per_cell: usize,
    /// Candidates that a cell keeps until the end.
    pub candidates: usize,
    /// Only passages of this voice.
    pub voice: Option<Voice>,
    /// Which quotes.
    pub choice: Choice,
    /// Only these codes; all where it is empty.
    pub codes: Vec<CodeIndex>,
    /// The code above each, which a note documents with it; only trends ask for it.
    pub parents: Vec<Option<CodeIndex>>,
}

/// Candidates that a cell keeps for so many quotes.
pub fn candidates(per_cell: usize, is_of_one: bool) -> usize {
    let each = if is_of_one {
        CANDIDATES_OF_ONE
    } else {
        CANDIDATES_OF_MANY
    };
    per_cell.saturating_mul(each)
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            by_participant: true,
            by_session_type: true,
            per_cell: PER_CELL,
            candidates: candidates(PER_CELL, true),
            voice: None,
            choice: Choice::Typical,
            codes: Vec::new(),
            parents: Vec::new(),
        }
    }
}

impl Rule {
    fn wants(&self, coding: &Coding) -> bool {
        let code = self.codes.is_empty() || self.codes.contains(&coding.code);
        let voice = self.voice.is_none_or(|voice| coding.voice == voice);
        code && voice && (coding.counted() || (self.choice == Choice::Deviant && is_denial(coding)))
    }
}

/// Whether a coding says the contrary of its code, and only that keeps it from counting.
fn is_denial(coding: &Coding) -> bool {
    let only = coding.why_not == Some(WhyNot::Assertion);
    only && coding.copied.is_none() && coding.assertion() == Assertion::Negated
}

/// A chosen quote: a row of `quotes.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its note's place in the corpus.
    pub note_index: usize,
    /// Days since the participant's first dated note.
    pub day: Option<i64>,
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
    /// The three with identifiers masked; none where nothing in them is masked.
    pub masked: Option<Box<Masked>>,
    /// Whose words the coded passage is.
    pub voice: Voice,
    /// Why it was chosen, in words.
    pub why: String,
    /// Whether it is a row of a form, with boxes to tick, which says less than prose.
    pub is_form: bool,
}

/// A quote and what stands around it, with identifiers masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// The quote.
    pub quote: String,
    /// What stands before it.
    pub before: String,
    /// What stands after it.
    pub after: String,
}

impl QuoteRow {
    /// What stands before, the quote, and what stands after, with identifiers masked.
    pub fn masked_parts(&self) -> [&str; 3] {
        match &self.masked {
            Some(masked) => [&masked.before, &masked.quote, &masked.after],
            None => self.parts(),
        }
    }

    /// What stands before, the quote, and what stands after.
    pub fn parts(&self) -> [&str; 3] {
        [&self.context_before, &self.quote, &self.context_after]
    }
}

/// A code, whose passages, and of which session type; none where a cell holds them all.
type CellKey = (CodeIndex, Option<ParticipantId>, Option<String>);

/// Keeps the best candidates of each cell.
#[derive(Debug, Default)]
pub struct Picker {
    rule: Rule,
    /// Whose notes are being read, where each participant has cells of their own.
    reading: Option<ParticipantId>,
    cells: BTreeMap<CellKey, Vec<Candidate>>,
    shelf: Shelf,
    centres: Centres,
    trends: Trends,
}

impl Picker {
    /// Nothing chosen yet, by the rule of a run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing chosen yet, by another rule.
    pub fn by(rule: Rule) -> Self {
        Self {
            rule,
            ..Self::default()
        }
    }

    /// Considers a note. Notes may come in any order; memory stays small where each participant's
    /// come one behind another.
    ///
    /// # Errors
    /// Where the temporary file cannot be written.
    pub fn take(&mut self, note: Quotable) -> Result<()> {
        let whose = note.participant.filter(|_| self.rule.by_participant);
        if whose != self.reading {
            self.shelf.put(std::mem::take(&mut self.cells))?;
            self.reading.clone_from(&whose);
        }
        if let Some(says) = note.says {
            self.trends.add(says);
        }
        for (code, terms) in &note.passages {
            self.centres.add(*code, terms);
        }
        for (code, session_type, candidates) in note.best {
            let kind = self.rule.by_session_type.then_some(session_type);
            let kept = self.cells.entry((code, whose.clone(), kind)).or_default();
            keep_best(kept, candidates, self.rule.candidates);
        }
        Ok(())
    }

    /// Gives the chosen quotes by code, participant (unknown last), session type, rank.
    ///
    /// # Errors
    /// Where the temporary file cannot be read, or `give` fails.
    pub fn finish(mut self, give: &mut dyn FnMut(QuoteRow) -> Result<()>) -> Result<()> {
        self.shelf.put(self.cells)?;
        for code in self.shelf.codes() {
            let centre = self.centres.of(code);
            self.shelf.each(code, &mut |cells| {
                for mut candidates in cells.into_values() {
                    keep_best(&mut candidates, Vec::new(), self.rule.candidates);
                    let rows = choose::choose(candidates, (&centre, &self.trends), &self.rule);
                    rows.into_iter().try_for_each(&mut *give)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
