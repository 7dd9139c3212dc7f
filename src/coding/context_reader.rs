//! Reads the context of the sentences of a note that hold passages.
//!
//! Comes in: the patterns of a context's cues, and a sentence. Goes out: what its cues say, and who opened a quotation
//! that it goes on with. Cues are a set of patterns of their own: what is asked of every word of every note stays small, and a
//! note's words are looked up a second time only where it holds a passage at all.

use std::collections::BTreeMap;

use super::context::{Context, SentenceContext, WholeNote};
use super::patterns::{Match, PatternSet, Region, Vocabulary};
use crate::error::{Error, Result};
use crate::model::layout::Layout;

/// The only group of the set.
const ALL: usize = 0;

/// The patterns of a context's cues, which name no word lists of a codebook.
pub(crate) fn cue_patterns(context: &Context, language: &str) -> Result<PatternSet> {
    let set = PatternSet::new(&[context.patterns()], &BTreeMap::new(), language);
    set.map_err(Error::rules)
}

/// Reads the sentences of one note.
#[derive(Debug)]
pub(crate) struct ContextReader<'n> {
    context: &'n Context,
    cues: &'n PatternSet,
    vocabulary: &'n mut Vocabulary,
    /// The classes of the words of the sentences read.
    ids: Vec<u32>,
    /// The sentence that opened the last long quotation, with its context.
    opening: Option<(usize, SentenceContext)>,
}

impl<'n> ContextReader<'n> {
    /// A reader for a note of which nothing was read.
    pub(crate) fn new(
        context: &'n Context,
        cues: &'n PatternSet,
        vocabulary: &'n mut Vocabulary,
    ) -> Self {
        Self {
            context,
            cues,
            vocabulary,
            ids: Vec::new(),
            opening: None,
        }
    }

    /// The context of a sentence.
    pub(crate) fn read(&mut self, note: &WholeNote<'_>, sentence: usize) -> SentenceContext {
        let mut context = self.read_cues(note, sentence);
        if let Some(at) = Context::opened_in(note, sentence) {
            // A long quotation has one opening for all of its sentences.
            let known = self.opening.take().filter(|(known, _)| *known == at);
            let opening = known.unwrap_or_else(|| (at, self.read_cues(note, at)));
            context.carry(note, &opening.1);
            self.opening = Some(opening);
        }
        context
    }

    fn read_cues(&mut self, note: &WholeNote<'_>, sentence: usize) -> SentenceContext {
        let cues = self.find(note.layout, sentence);
        self.context.read(note, sentence, &cues)
    }

    /// The matches of all cues in a sentence, in no certain order.
    fn find(&mut self, layout: &Layout, sentence: usize) -> Vec<Match> {
        let Some(sentence) = layout.sentences.get(sentence) else {
            return Vec::new();
        };
        let words = &layout.words;
        let ids = std::mem::take(&mut self.ids);
        let part = sentence.words.clone();
        let vocabulary = &mut *self.vocabulary;
        let classes = self.cues.classify_part(vocabulary, words, part, ids);
        let region = Region {
            words: sentence.words.clone(),
            span: sentence.span,
        };
        // Most words that build a sentence are terms of some rule.
        let expected = region.words.len();
        let reading = self.cues.reading(words, &classes, region);
        let found = reading.find_in_any_order(ALL, expected);
        self.ids = classes.into_ids();
        found
    }
}
