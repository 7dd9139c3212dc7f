//! What a note has to quote from: its passages, the best first, each with what decides between them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, Voice};
use crate::model::corpus::ParticipantId;
use crate::model::identifier::mask_inside;
use crate::text::{CodePoints, Span};

use super::centre::Terms;
use super::passage::{Context, Passage, Shape, WORDS_BEST};
use super::trends::NoteSays;
use super::{Choice, Masked, QuoteRow, Rule};

/// What decides between candidates of a cell before typicality, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key {
    /// Whether it says what its code says; a denial is sought first where deviant cases are.
    pub(super) affirms: bool,
    /// Whether it is a form's row, which says less than prose.
    pub(super) is_form: bool,
    pub(super) voice: Voice,
    /// Its place among its note's candidates.
    pub(super) choice: usize,
    pub(super) shape: Shape,
    pub(super) length_off: usize,
    pub(super) note: usize,
    pub(super) start: usize,
}

/// A passage that may be quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Candidate {
    pub(super) key: Key,
    /// Its words folded, for telling repetitions.
    folded: String,
    pub(super) terms: Terms,
    /// Whether all of it is the participant's own words, not only the words coded.
    pub(super) is_own_words: bool,
    pub(super) row: QuoteRow,
}

/// A passage that is weighed against the others of its note, before its row is made.
struct Considered<'n> {
    key: Key,
    folded: String,
    terms: Terms,
    coding: &'n Coding,
    passage: Passage,
}

/// What a note has to quote from.
#[derive(Debug, Clone)]
pub struct Quotable {
    pub(super) participant: Option<ParticipantId>,
    /// The words of every passage, for the centre of its code.
    pub(super) passages: Vec<(CodeIndex, Terms)>,
    /// The best of them for each code and session type: no more than a cell keeps, since each that is
    /// left out has that many better ones before it.
    pub(super) best: Vec<(CodeIndex, String, Vec<Candidate>)>,
    /// What it tells of trends, where they are asked for.
    pub(super) says: Option<NoteSays>,
}

impl Rule {
    /// Finds what a note has to quote from.
    pub fn quotable(&self, coded: &CodedNote<'_>) -> Quotable {
        let mut own = Quotable {
            participant: coded.note.participant.value.clone(),
            passages: Vec::new(),
            best: Vec::new(),
            says: None,
        };
        if coded.note.duplicate_of.is_some() {
            return own;
        }
        if self.choice == Choice::Deviant {
            own.says = Some(NoteSays::of(coded, &self.parents));
        }
        let points = CodePoints::new(coded.text);
        let mut of_cell: BTreeMap<(CodeIndex, &str), Vec<Considered<'_>>> = BTreeMap::new();
        for coding in coded.codings.iter().filter(|c| self.wants(c)) {
            let considered = consider(coded, coding, &points);
            own.passages.push((coding.code, considered.terms.clone()));
            let cell = (coding.code, coded.session_type_of(coding));
            of_cell.entry(cell).or_default().push(considered);
        }
        for ((code, session_type), mut all) in of_cell {
            best_of(&mut all, self.candidates, |c| c.key, |c| &c.folded);
            let numbered = all.into_iter().enumerate();
            let made = numbered.map(|(choice, mut considered)| {
                considered.key.choice = choice;
                candidate(coded, considered, &points)
            });
            own.best
                .push((code, session_type.to_owned(), made.collect()));
        }
        own
    }
}

/// Keeps the best of both, the same words once.
pub(super) fn keep_best(kept: &mut Vec<Candidate>, further: Vec<Candidate>, most: usize) {
    kept.extend(further);
    best_of(kept, most, |c| c.key, |c| &c.folded);
}

/// Sorts the best to the front and keeps so many, the same words once.
fn best_of<T>(
    all: &mut Vec<T>,
    most: usize,
    key: impl Fn(&T) -> Key,
    folded: impl Fn(&T) -> &String,
) {
    all.sort_by_key(key);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    all.retain(|one| seen.len() < most && seen.insert(folded(one).clone()));
}

fn consider<'n>(
    coded: &CodedNote<'_>,
    coding: &'n Coding,
    points: &CodePoints<'_>,
) -> Considered<'n> {
    let passage = Passage::around(coding, coded.text, coded.layout);
    let words = &coded.layout.words;
    let folded: Vec<&str> = words.inside(passage.span).map(|w| words.form(w)).collect();
    Considered {
        key: Key {
            affirms: coding.counted(),
            is_form: passage.is_form(coded.text),
            voice: coding.voice,
            choice: 0,
            shape: passage.shape,
            length_off: passage.words.abs_diff(WORDS_BEST),
            note: coded.index,
            start: points.pair(passage.span).0,
        },
        terms: Terms::of(&folded),
        folded: folded.join(" "),
        coding,
        passage,
    }
}

fn candidate(
    coded: &CodedNote<'_>,
    considered: Considered<'_>,
    points: &CodePoints<'_>,
) -> Candidate {
    let Considered {
        coding, passage, ..
    } = considered;
    let (start, end) = points.pair(passage.span);
    let before = passage.before(coded.text, coded.layout);
    let after = passage.after(coded.text, coded.layout);
    Candidate {
        key: considered.key,
        folded: considered.folded,
        terms: considered.terms,
        is_own_words: passage.is_own_words(coded.layout),
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
            is_form: considered.key.is_form,
        },
    }
}

/// The quote and its context masked, where an identifier stands in them.
fn masked(coded: &CodedNote<'_>, quote: Span, around: [&Context; 2]) -> Option<Box<Masked>> {
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
