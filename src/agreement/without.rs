//! Which sentences of a note have a code, and which could be drawn to learn what is missed.

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::{CodedNote, Copies};
use crate::model::coding::Coding;
use crate::model::layout::Sentence;
use crate::text::Span;

/// The sentences of a note that hold words and count (copied ones where the study counts those), each with whether it has the code (or
/// one below it): none where it has not, else whether that counts. A coding that a person rejected is
/// one that is known.
pub fn sentences_and_code<'c>(
    coded: &CodedNote<'c>,
    codebook: &Codebook,
    code: CodeIndex,
) -> impl Iterator<Item = (&'c Sentence, Option<bool>)> + use<'c> {
    let own = &codebook.code(code).path;
    let is_own = |coding: &&Coding| {
        let path = &codebook.code(coding.code).path;
        own == path || own.is_ancestor_of(path)
    };
    let codings = coded.codings.iter().filter(is_own);
    let codings: Vec<(Span, bool)> = codings.map(|c| (c.span, c.counted())).collect();
    let layout = coded.layout;
    let counts_copied = coded.copies == Copies::Counted;
    let is_copied = |s: &Sentence| layout.copied.iter().any(|c| c.span.overlaps(s.span));
    let counts = move |s: &&Sentence| !s.words.is_empty() && (counts_copied || !is_copied(s));
    layout.sentences.iter().filter(counts).map(move |sentence| {
        let here = codings
            .iter()
            .filter(|(span, _)| span.overlaps(sentence.span));
        let has = here.map(|(_, counted)| *counted).reduce(|a, b| a || b);
        (sentence, has)
    })
}
