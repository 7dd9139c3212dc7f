//! Reads the context of the sentences of a note that hold passages.
//!
//! Comes in: the patterns of a context's cues, and sentences. Goes out: what their cues say, and who opened a quotation
//! that one goes on with. Cues are a set of patterns of their own: what is asked of every word of every note stays small, and a
//! note's words are looked up a second time only where it holds a passage at all.

use std::collections::BTreeMap;

use super::context::{Context, Line, SentenceContext, WholeNote};
use super::patterns::sought::Seen;
use super::patterns::{Match, PatternSet, Region, Vocabulary};
use crate::error::{Error, Result};
use crate::model::layout::{Layout, Sentence};
use crate::text::{Span, Words};

/// The only group of the set.
const ALL: usize = 0;

/// The patterns of a context's cues, which name no word lists of a codebook.
pub(crate) fn cue_patterns(context: &Context, language: &str) -> Result<PatternSet> {
    let sought = context.sought_in_sentences().clone();
    let (groups, lists) = ([context.patterns()], BTreeMap::new());
    let set = PatternSet::looking_for(sought, &groups, &lists, language);
    set.map_err(Error::rules)
}

/// What was found in a sentence.
#[derive(Debug)]
pub(crate) struct SentenceCues {
    sentence: usize,
    /// The matches of the terms of cues, in no certain order.
    terms: Vec<Match>,
    /// Cues that are signs.
    signs: Vec<(u32, Span)>,
}

/// Reads the sentences of notes.
#[derive(Debug)]
pub(crate) struct ContextReader<'r> {
    context: &'r Context,
    cues: &'r PatternSet,
    vocabulary: &'r mut Vocabulary,
    /// The classes of the words of the sentence that was read last.
    ids: Vec<u32>,
}

/// Reads the sentences of one note.
#[derive(Debug)]
pub(crate) struct NoteContext<'n, 'r> {
    reader: &'n mut ContextReader<'r>,
    note: &'n WholeNote<'n>,
    /// The sentence that opened the last long quotation, with its context.
    opening: Option<(usize, SentenceContext)>,
}

impl<'r> ContextReader<'r> {
    /// A reader that has read nothing.
    pub(crate) fn new(
        context: &'r Context,
        cues: &'r PatternSet,
        vocabulary: &'r mut Vocabulary,
    ) -> Self {
        Self {
            context,
            cues,
            vocabulary,
            ids: Vec::new(),
        }
    }

    /// Finds what stands in sentences, each of its note; nothing in one that its note does not have.
    pub(crate) fn find(&mut self, sentences: &[(&Layout, usize)]) -> Vec<SentenceCues> {
        let mut lines = Vec::with_capacity(sentences.len());
        let mut terms = Vec::with_capacity(sentences.len());
        for &(layout, at) in sentences {
            let sentence = layout.sentences.get(at);
            let found = sentence.map(|sentence| self.find_terms(&layout.words, sentence));
            let (found, seen) = found.unwrap_or_default();
            terms.push(found);
            let span = sentence.map_or_else(Span::default, |sentence| sentence.span);
            lines.push(Line::new(layout.words.normal(), span, seen));
        }
        let signs = self.context.find_signs(&lines).into_iter();
        let found = sentences.iter().zip(terms).zip(signs);
        found
            .map(|((&(_, sentence), terms), signs)| SentenceCues {
                sentence,
                terms,
                signs,
            })
            .collect()
    }

    fn find_terms(&mut self, words: &Words, sentence: &Sentence) -> (Vec<Match>, Seen) {
        let region = Region {
            words: sentence.words.clone(),
            span: sentence.span,
        };
        let ids = std::mem::take(&mut self.ids);
        let vocabulary = &mut *self.vocabulary;
        let (classes, seen) = self.cues.classify_part(vocabulary, words, &region, ids);
        // Most words that build a sentence are terms of some rule.
        let expected = region.words.len();
        let reading = self.cues.reading(words, &classes, region);
        let terms = reading.find_in_any_order(ALL, expected);
        self.ids = classes.into_ids();
        (terms, seen)
    }

    /// The rules by which it reads.
    pub(crate) fn context(&self) -> &'r Context {
        self.context
    }

    /// Begins a note.
    pub(crate) fn begin<'n>(&'n mut self, note: &'n WholeNote<'n>) -> NoteContext<'n, 'r> {
        NoteContext {
            reader: self,
            note,
            opening: None,
        }
    }
}

impl NoteContext<'_, '_> {
    /// The context of a sentence.
    pub(crate) fn of(&mut self, sentence: usize) -> SentenceContext {
        let found = self.reader.find(&[(self.note.layout, sentence)]);
        found
            .first()
            .map(|cues| self.read(cues))
            .unwrap_or_default()
    }

    /// The context of a sentence in which it is known what stands.
    pub(crate) fn read(&mut self, cues: &SentenceCues) -> SentenceContext {
        let mut context = self.read_cues(cues);
        if let Some(at) = Context::opened_in(self.note, cues.sentence) {
            // A long quotation has one opening for all of its sentences.
            let known = self.opening.take().filter(|(known, _)| *known == at);
            let opening = known.unwrap_or_else(|| {
                let found = self.reader.find(&[(self.note.layout, at)]);
                let read = found.first().map(|cues| self.read_cues(cues));
                (at, read.unwrap_or_default())
            });
            context.carry(self.note, &opening.1);
            self.opening = Some(opening);
        }
        context
    }

    fn read_cues(&self, cues: &SentenceCues) -> SentenceContext {
        let found = (cues.terms.as_slice(), cues.signs.as_slice());
        self.reader
            .context
            .read_found(self.note, cues.sentence, found)
    }
}
