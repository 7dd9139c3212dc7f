//! What the rules of a code may be missing: sentences like those it codes, and words that stand in
//! them more than elsewhere.
//!
//! Comes in: coded notes, twice. Goes out: sentences without the code, ranked by the words that they
//! share with the code's own, and the words themselves. It ranks and never codes.
//!
//! A term is a word's stem or a pair of neighbouring stems. Its weight is its log ratio (see
//! [`Contrast`]) between the code's sentences and all others, where G² is at least [`G2_MIN`] and it
//! stands in two notes or more of the code's; other terms weigh nothing. A sentence's score is the
//! sum of the weights of its terms, each once, divided by the square root of its words (at least
//! [`WORDS_MIN`], so that fragments do not come first).

mod keyness;
mod learn;
mod rank;
mod terms;

pub use keyness::Contrast;
pub use learn::{CodedSentences, Learner, Learnt};
pub use rank::{KeyTerm, OtherSentences, Ranked, Ranker, Suggestions};

use crate::model::coded::CodedNote;
use crate::model::layout::SectionDefault;
use crate::text::Span;

/// Smallest G² of a term with weight: chance gives as much to one word in a thousand.
pub const G2_MIN: f64 = 10.83;
/// Fewest words by which a sentence's score is divided.
pub const WORDS_MIN: usize = 8;
/// Fewest sentences of a code from which anything can be learnt.
pub const SENTENCES_MIN: usize = 10;
/// Fewest notes of a code in which a term must stand.
pub const NOTES_MIN: u32 = 2;

/// What a sentence is to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It has a passage of the code that counts.
    Coded,
    /// It has none, counted or not.
    Other,
    /// The rules know it and do not count it, or it is not read for counting at all.
    Left,
}

/// What each sentence of a note is to some codes, which `of` lists by place.
fn standings(coded: &CodedNote<'_>, of: &[bool]) -> Vec<Standing> {
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
        if codings.is_empty() {
            Standing::Other
        } else if codings.iter().any(|c| c.counted()) {
            Standing::Coded
        } else {
            Standing::Left
        }
    };
    layout.sentences.iter().map(|s| standing(s.span)).collect()
}

#[cfg(test)]
mod tests;
