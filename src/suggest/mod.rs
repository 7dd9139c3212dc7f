//! What the rules of a code may be missing: sentences like those it codes, and words that stand in
//! them more than elsewhere.
//!
//! Comes in: coded notes, twice, and what people said of sentences. Goes out: sentences without the
//! code, ranked by a classifier, and the words that stand in the code's sentences more than
//! elsewhere. It ranks and never codes.
//!
//! The classifier is a logistic regression with an L2 penalty on the words, pairs of words and pieces
//! of words of a sentence. It learns from sentences with a counted passage (by the rules or a
//! person) and those without the code, where an answer of a person costs [`SURE`] times as much.
//! Participants are dealt into parts; a sentence is scored by a model that never saw its participant,
//! and the average precision of those scores is the classifier's quality.
//!
//! A term is a word's stem or a pair of neighbouring stems. Terms are listed by G² (see
//! [`Contrast`]), where it is at least [`G2_MIN`] and they stand in [`NOTES_MIN`] notes or more of
//! the code's.

mod classify;
mod features;
mod keyness;
mod learn;
mod logistic;
mod rank;
mod recurring;
mod simulate;
mod terms;
mod yields;

pub use classify::{Classifier, Parts, Quality};
pub use keyness::Contrast;
pub use learn::{CodedSentences, Learner, Learnt};
pub use rank::{KeyTerm, Knowledge, OtherSentences, Ranked, Ranker, Suggestions};
pub use recurring::{RecurringTerm, RecurringTerms};
pub use simulate::{GOAL, Looks, Pool, PoolNote, Simulation, reading};
pub use yields::{Yield, Yields};

use crate::model::coded::CodedNote;
use crate::model::coding::WhyNot;
use crate::model::layout::SectionDefault;
use crate::text::Span;

/// Smallest G² of a listed term: chance gives as much to one word in a thousand.
pub const G2_MIN: f64 = 10.83;
/// Fewest sentences of a code from which anything can be learnt.
pub const SENTENCES_MIN: usize = 10;
/// Fewest notes of a code in which a term must stand.
pub const NOTES_MIN: u32 = 2;
/// How much more than another an answer of a person costs.
pub const SURE: f64 = 3.0;

/// What people said of sentences, besides what codings tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Passages that carry the code.
    pub yes: Vec<Span>,
    /// Passages that do not.
    pub no: Vec<Span>,
    /// Passages that speak of it without carrying it: denials, doubts.
    pub beside: Vec<Span>,
}

/// What a sentence is to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It has a passage of the code that counts.
    Coded {
        /// Whether a person said so.
        is_sure: bool,
    },
    /// A person says that it carries the code, and it is not coded yet.
    Known,
    /// A person says that it does not carry the code.
    Refused,
    /// It has none, counted or not.
    Other,
    /// The rules know it and do not count it.
    Uncounted,
    /// It is not read for counting at all.
    Left,
}

/// What each sentence of a note is to some codes, which `of` lists by place.
fn standings(coded: &CodedNote<'_>, of: &[bool], said: &Said) -> Vec<Standing> {
    let layout = coded.layout;
    let is_not_read = |span: Span| {
        let section = layout.section_at(span.start).map(|s| &layout.sections[s]);
        section.is_some_and(|s| s.default == SectionDefault::NotCoded)
            || layout.copied.iter().any(|c| c.span.overlaps(span))
    };
    let standing = |span: Span| {
        if coded.note.duplicate_of.is_some() || is_not_read(span) {
            return Standing::Left;
        }
        let own = |c: &&crate::model::coding::Coding| {
            of.get(c.code.0 as usize) == Some(&true) && c.span.overlaps(span)
        };
        let codings: Vec<_> = coded.codings.iter().filter(own).collect();
        let meets = |all: &[Span]| all.iter().any(|s| s.overlaps(span));
        let (yes, no) = (meets(&said.yes), meets(&said.no));
        let counted: Vec<_> = codings.iter().filter(|c| c.counted()).collect();
        if !counted.is_empty() {
            // A person's word goes before the rules'; where people differ, the rules' stands.
            let is_denied = counted
                .iter()
                .all(|c| said.no.iter().any(|s| s.overlaps(c.span)));
            let by_person = counted.iter().any(|c| c.coder.is_some());
            if is_denied && !yes && !by_person {
                return Standing::Refused;
            }
            let is_sure = by_person || (yes && !is_denied);
            return Standing::Coded { is_sure };
        }
        let is_refused = || no || codings.iter().any(|c| c.why_not == Some(WhyNot::Rejected));
        if yes && !no {
            Standing::Known
        } else if yes || (!no && meets(&said.beside)) {
            Standing::Uncounted
        } else if is_refused() {
            Standing::Refused
        } else if codings.is_empty() {
            Standing::Other
        } else {
            Standing::Uncounted
        }
    };
    layout.sentences.iter().map(|s| standing(s.span)).collect()
}

#[cfg(test)]
mod tests;
