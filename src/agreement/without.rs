//! Which sentences of a note have a code, and which could be drawn to learn what is missed.

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::{CodedNote, Copies};
use crate::model::coding::{Coding, WhyNot};
use crate::model::layout::Sentence;
use crate::text::Span;

/// How a sentence stands to a code (or one below it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InSentence {
    /// Nothing of it is coded there.
    Nothing,
    /// A person rejected what the rules coded: nobody need ask again.
    Rejected,
    /// What is coded does not count: it is negated, planned, of another person ...
    Uncounted,
    /// A passage counts.
    Counted,
}

impl InSentence {
    fn of(coding: &Coding) -> Self {
        match coding.why_not {
            None => Self::Counted,
            Some(WhyNot::Rejected) => Self::Rejected,
            Some(_) => Self::Uncounted,
        }
    }
}

/// The sentences of a note that hold words and count (copied ones where the study counts those), each
/// with how it stands to a code; the strongest of its passages tells.
pub fn sentences_and_code<'c>(
    coded: &CodedNote<'c>,
    codebook: &Codebook,
    code: CodeIndex,
) -> impl Iterator<Item = (&'c Sentence, InSentence)> + use<'c> {
    let own = &codebook.code(code).path;
    let is_own = |coding: &&Coding| {
        let path = &codebook.code(coding.code).path;
        own == path || own.is_ancestor_of(path)
    };
    let codings = coded.codings.iter().filter(is_own);
    let codings: Vec<(Span, InSentence)> = codings.map(|c| (c.span, InSentence::of(c))).collect();
    let layout = coded.layout;
    let counts_copied = coded.copies == Copies::Counted;
    let is_copied = |s: &Sentence| layout.copied.iter().any(|c| c.span.overlaps(s.span));
    let counts = move |s: &&Sentence| !s.words.is_empty() && (counts_copied || !is_copied(s));
    layout.sentences.iter().filter(counts).map(move |sentence| {
        let here = codings
            .iter()
            .filter(|(span, _)| span.overlaps(sentence.span));
        let has = here.map(|(_, has)| *has).max();
        (sentence, has.unwrap_or(InSentence::Nothing))
    })
}
