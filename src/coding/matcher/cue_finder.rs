//! Finds the context's cues in the sentences of a note that hold passages.
//!
//! Comes in: the cues' patterns, and a sentence. Goes out: their matches in it. They are a set of patterns of their own:
//! what is asked of every word of every note stays small, and a note's words are looked up a second time only where it
//! holds a passage at all.

use std::collections::BTreeMap;

use crate::coding::context::Context;
use crate::coding::patterns::{Classes, Match, PatternSet, Region, Vocabulary};
use crate::error::Diagnostic;
use crate::model::layout::Layout;

/// The only group of the set.
const ALL: usize = 0;

/// The patterns of a context's cues, which name no word lists of a codebook.
pub(super) fn patterns(context: &Context, language: &str) -> Result<PatternSet, Vec<Diagnostic>> {
    PatternSet::new(&[context.patterns()], &BTreeMap::new(), language)
}

/// Finds cues in one note.
#[derive(Debug)]
pub(super) struct CueFinder<'n> {
    set: &'n PatternSet,
    vocabulary: &'n mut Vocabulary,
    /// The classes of the note's words, once asked for.
    classes: Option<Classes>,
}

impl<'n> CueFinder<'n> {
    pub(super) fn new(set: &'n PatternSet, vocabulary: &'n mut Vocabulary) -> Self {
        Self {
            set,
            vocabulary,
            classes: None,
        }
    }

    /// The matches of all cues in a sentence, in no certain order.
    pub(super) fn find(&mut self, layout: &Layout, sentence: usize) -> Vec<Match> {
        let Some(sentence) = layout.sentences.get(sentence) else {
            return Vec::new();
        };
        let Self {
            set,
            vocabulary,
            classes,
        } = self;
        let words = &layout.words;
        let classes = classes.get_or_insert_with(|| set.classify(vocabulary, words));
        let region = Region {
            words: sentence.words.clone(),
            span: sentence.span,
        };
        // Most words that build a sentence are terms of some rule.
        let expected = region.words.len();
        set.reading(words, classes, region)
            .find_in_any_order(ALL, expected)
    }
}
