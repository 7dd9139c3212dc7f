//! Chooses representative quotes by a stated rule, and the opposite cases on demand.
//!
//! Comes in: coded notes, in any order. Goes out: some quotes per code, participant and session
//! type, each with the reason for its choice. Refuses what does not count, and text that is not in
//! the note word for word.
//!
//! The rule: the participant's own words before what the clinician reports, before what the
//! clinician observes, before what others say; then a note that is not quoted yet in the cell, a
//! participant, a session type and a month of treatment that are not; then a whole quotation or
//! sentence of 6 to 40 words before shorter or longer ones before pieces; then what is typical of the
//! code (near the centre of its passages by weighted words, `centre`); then the length nearest to
//! 16 words; then the order of the notes. What nearly repeats a chosen quote is left out.
//!
//! [`Choice::Deviant`] asks for the opposite cases: what the code's passages deny, then what is
//! least typical of the code.
//!
//! Each cell keeps a bounded number of candidates until the end: those that come first by all of the
//! rule but typicality and spread, at most a few for each note.

mod centre;
mod choose;
mod passage;

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::coding::{Assertion, Coding, Voice, WhyNot};
use crate::model::corpus::{NoteId, ParticipantId};
use crate::model::identifier::mask_inside;
use crate::text::{CodePoints, Span};

use centre::{Centres, Terms};
use passage::{Passage, Shape};

/// Quotes chosen in each cell of a run.
pub const PER_CELL: usize = 3;

/// Candidates that a cell of a run keeps.
const CANDIDATES: usize = 5;

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
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            by_participant: true,
            by_session_type: true,
            per_cell: PER_CELL,
            candidates: CANDIDATES,
            voice: None,
            choice: Choice::Typical,
            codes: Vec::new(),
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
}

/// A quote and what stands around it, with identifiers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What decides between candidates of a cell before typicality, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Whether it says what its code says; a denial is sought first where deviant cases are.
    affirms: bool,
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
    terms: Terms,
    row: QuoteRow,
}

type CellKey = (CodeIndex, Option<ParticipantId>, Option<String>);

/// Keeps the best candidates of each cell; partial choices merge to the same as one pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picker {
    rule: Rule,
    cells: BTreeMap<CellKey, Vec<Candidate>>,
    centres: Centres,
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

    /// Considers the codings of a note.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        if coded.note.duplicate_of.is_some() {
            return;
        }
        let points = CodePoints::new(coded.text);
        let mut of_cell: BTreeMap<(CodeIndex, &str), Vec<Candidate>> = BTreeMap::new();
        for coding in coded.codings.iter().filter(|c| self.rule.wants(c)) {
            let candidate = candidate(coded, coding, &points);
            self.centres.add(coding.code, &candidate.terms);
            let cell = (coding.code, coded.session_type_of(coding));
            of_cell.entry(cell).or_default().push(candidate);
        }
        for ((code, session_type), mut candidates) in of_cell {
            number_choices(&mut candidates);
            let participant = coded.note.participant.value.clone();
            let cell = (
                code,
                participant.filter(|_| self.rule.by_participant),
                self.rule.by_session_type.then(|| session_type.to_owned()),
            );
            let kept = self.cells.entry(cell).or_default();
            keep_best(kept, candidates, self.rule.candidates);
        }
    }

    /// Adds what another found by the same rule.
    pub fn merge(&mut self, other: Self) {
        self.centres.merge(other.centres);
        for (cell, candidates) in other.cells {
            let kept = self.cells.entry(cell).or_default();
            keep_best(kept, candidates, self.rule.candidates);
        }
    }

    /// The chosen quotes by code, participant (unknown last), session type, rank.
    pub fn finish(self) -> Vec<QuoteRow> {
        let (rule, centres) = (self.rule, self.centres);
        let mut cells: Vec<_> = self.cells.into_iter().collect();
        cells.sort_by(|((code, who, kind), _), ((code_b, who_b, kind_b), _)| {
            let unknown = who.is_none().cmp(&who_b.is_none());
            code.cmp(code_b)
                .then(unknown)
                .then_with(|| (who, kind).cmp(&(who_b, kind_b)))
        });
        let mut centre = None;
        let mut rows = Vec::new();
        for ((code, _, _), candidates) in cells {
            // Cells come by code, so each code's centre is weighed once.
            if centre.as_ref().is_none_or(|(of, _)| *of != code) {
                centre = Some((code, centres.of(code)));
            }
            if let Some((_, centre)) = &centre {
                rows.extend(choose::choose(candidates, centre, &rule));
            }
        }
        rows
    }
}

/// Keeps the best of both, the same words once.
fn keep_best(kept: &mut Vec<Candidate>, further: Vec<Candidate>, most: usize) {
    kept.extend(further);
    kept.sort_by_key(|c| c.key);
    let mut seen: Vec<String> = Vec::new();
    kept.retain(|c| {
        let fresh = seen.len() < most && !seen.contains(&c.folded);
        if fresh {
            seen.push(c.folded.clone());
        }
        fresh
    });
}

/// Numbers a note's candidates of a cell from the best, the same words once.
fn number_choices(candidates: &mut Vec<Candidate>) {
    let all = candidates.len();
    keep_best(candidates, Vec::new(), all);
    for (choice, candidate) in candidates.iter_mut().enumerate() {
        candidate.key.choice = choice;
    }
}

fn candidate(coded: &CodedNote<'_>, coding: &Coding, points: &CodePoints<'_>) -> Candidate {
    let passage = Passage::around(coding, coded.text, coded.layout);
    let (start, end) = points.pair(passage.span);
    let words = &coded.layout.words;
    let folded: Vec<&str> = words.inside(passage.span).map(|w| words.form(w)).collect();
    let before = passage.before(coded.text, coded.layout);
    let after = passage.after(coded.text, coded.layout);
    Candidate {
        key: Key {
            affirms: coding.counted(),
            voice: coding.voice,
            choice: 0,
            shape: passage.shape,
            length_off: passage.words.abs_diff(passage::WORDS_BEST),
            note: coded.index,
            start,
        },
        terms: Terms::of(&folded),
        folded: folded.join(" "),
        row: QuoteRow {
            code: coding.code,
            participant: coded.note.participant.value.clone(),
            session_type: coded.session_type_of(coding).to_owned(),
            rank: 0,
            note: coded.note.id.clone(),
            note_index: coded.index,
            day: coded.note.day,
            start,
            end,
            quote: passage.span.slice(coded.text).to_owned(),
            context_before: before.text(coded.text),
            context_after: after.text(coded.text),
            masked: masked(coded, passage.span, [&before, &after]),
            voice: coding.voice,
            why: passage.describe(),
        },
    }
}

/// The quote and its context masked, where an identifier stands in them.
fn masked(
    coded: &CodedNote<'_>,
    quote: Span,
    around: [&passage::Context; 2],
) -> Option<Box<Masked>> {
    let [before, after] = around;
    let touched = coded.identifiers.iter().any(|i| {
        let spans = [before.span, quote, after.span];
        spans.iter().any(|s| s.overlaps(i.span))
    });
    let inside = |span: Span| mask_inside(coded.text, span, coded.identifiers);
    touched.then(|| {
        Box::new(Masked {
            quote: inside(quote),
            before: before.around(&inside(before.span)),
            after: after.around(&inside(after.span)),
        })
    })
}

#[cfg(test)]
mod tests;
