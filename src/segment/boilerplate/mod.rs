//! Text of templates: rows of words that recur over participants of one author, or of the clinic.
//!
//! A first pass counts in how many participants' notes each row stands (`count`). What is left are
//! the rows of templates, in which every note is then looked up; the place where a row first stands
//! is known as the notes go by in the corpus's order.

mod count;

pub use count::BoilerplateCount;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::model::corpus::{Note, NoteId};
use crate::model::headings::BoilerplateRules;
use crate::model::layout::{CopiedSpan, CopyKind, Layout, Sentence};
use crate::text::Span;

use super::bare::bare_sentences;
use super::hashes::{PlainHash, stir, word_hash};
use super::stretches::{Cutter, SPARE, Stream};

/// A direct quotation has so many words or more.
const QUOTE_WORDS_MIN: usize = 3;

/// The rows of words that templates are made of.
#[derive(Debug, Default)]
pub struct Boilerplate {
    cutter: Cutter,
    rules: BoilerplateRules,
    rows: HashSet<u64, PlainHash>,
}

/// What of a note is a template's text.
#[derive(Debug, Default)]
pub struct Recurring {
    /// The rows of templates in it.
    rows: Vec<u64>,
    /// Its sentences in a row that are a template's, each with its rows among those.
    spans: Vec<(Span, Range<usize>)>,
}

impl Boilerplate {
    /// Finds what of a note is a template's text.
    pub fn find(&self, note: &Note, text: &str, layout: &Layout) -> Recurring {
        let Some((stream, found)) = self.known_rows(note, text) else {
            return Recurring::default();
        };
        let mut covered = vec![false; stream.hashes.len()];
        for &(at, _) in &found {
            let end = (at + self.length()).min(covered.len());
            covered[at..end].fill(true);
        }
        let mut spans = Vec::new();
        for words in self.runs(text, layout, &covered, &stream.spans) {
            if stream.weight(words.clone()) < self.rules.words_min {
                continue;
            }
            let own = &stream.spans[words.clone()];
            let Some((start, end)) = own.first().zip(own.last()) else {
                continue;
            };
            let span = Span::new(start.start, end.end);
            let first = found.partition_point(|&(at, _)| at + self.length() <= words.start);
            let last = found.partition_point(|&(at, _)| at < words.end);
            spans.push((span, first..last));
        }
        Recurring {
            rows: found.into_iter().map(|(_, row)| row).collect(),
            spans,
        }
    }

    /// The rows of templates in a text that is not laid out, for the places where they first stand.
    pub fn rows_of(&self, note: &Note, text: &str) -> Recurring {
        let found = self.known_rows(note, text);
        let found = found.map_or_else(Vec::new, |(_, found)| found);
        Recurring {
            rows: found.into_iter().map(|(_, row)| row).collect(),
            spans: Vec::new(),
        }
    }

    fn length(&self) -> usize {
        row_length(self.rules)
    }

    /// A text's words, and the rows among them that templates have, each by its first word; none where
    /// nothing is looked up.
    fn known_rows(&self, note: &Note, text: &str) -> Option<(Stream, Vec<(usize, u64)>)> {
        if self.rows.is_empty() || note.duplicate_of.is_some() {
            return None;
        }
        let stream = self.cutter.cut(text);
        let author = author_key(&note.author);
        let is_known =
            |row: u64| self.rows.contains(&row) || self.rows.contains(&stir(author, row));
        let rows = stream.rows(self.length()).into_iter().enumerate();
        let found = rows.filter(|&(_, row)| is_known(row)).collect();
        Some((stream, found))
    }

    /// Words of sentences in a row that mostly stand in covered rows of words.
    fn runs(
        &self,
        text: &str,
        layout: &Layout,
        covered: &[bool],
        spans: &[Span],
    ) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut is_open = false;
        let mut next = 0;
        for (sentence, bare) in layout.sentences.iter().zip(bare_sentences(text, layout)) {
            let start = next + spans[next..].partition_point(|s| s.start < sentence.span.start);
            let end = start + spans[start..].partition_point(|s| s.end <= sentence.span.end);
            next = end;
            let own = &covered[start..end];
            let held = own.iter().filter(|&&c| c).count();
            let repeats = held > 0 && held * 100 >= own.len() * self.rules.covered_percent_min;
            if !repeats || bare || quotes(layout, sentence.span) {
                is_open = false;
            } else if let (true, Some(run)) = (is_open, runs.last_mut()) {
                run.end = end;
            } else {
                runs.push(start..end);
                is_open = true;
            }
        }
        runs
    }
}

/// Where each row of a template first stands, as the notes come in the corpus's order.
#[derive(Debug, Default)]
pub struct TemplatePlaces {
    first: HashMap<u64, NoteId, PlainHash>,
}

impl TemplatePlaces {
    /// Remembers a note's rows.
    pub fn meet(&mut self, note: &Note, found: &Recurring) {
        for &row in &found.rows {
            self.first.entry(row).or_insert_with(|| note.id.clone());
        }
    }

    /// Remembers a note's rows, and adds its templates' text to what is copied, save what is copied
    /// forward already.
    pub fn link(&mut self, note: &Note, found: &Recurring, layout: &mut Layout) {
        let forward = layout.copied.clone();
        self.meet(note, found);
        for (span, rows) in &found.spans {
            let own = found.rows.get(rows.clone()).unwrap_or_default();
            let Some(from) = own.first().and_then(|row| self.first.get(row)) else {
                continue;
            };
            for span in without(*span, &forward, layout) {
                layout.copied.push(CopiedSpan {
                    span,
                    from: from.clone(),
                    kind: CopyKind::Boilerplate,
                });
            }
        }
        layout.copied.sort_by_key(|c| c.span.start);
    }
}

/// The sentences of a span that no copied span holds, those in a row together.
fn without(span: Span, copied: &[CopiedSpan], layout: &Layout) -> Vec<Span> {
    let mut left: Vec<Span> = Vec::new();
    let mut is_open = false;
    let own = |s: &&Sentence| span.overlaps(s.span);
    for sentence in layout.sentences.iter().filter(own) {
        let is_copied = copied.iter().any(|c| c.span.overlaps(sentence.span));
        match left.last_mut() {
            _ if is_copied => is_open = false,
            Some(last) if is_open => last.end = sentence.span.end,
            _ => {
                left.push(sentence.span);
                is_open = true;
            }
        }
    }
    left
}

fn row_length(rules: BoilerplateRules) -> usize {
    rules.words_min.saturating_sub(SPARE)
}

fn author_key(author: &str) -> u64 {
    word_hash(author)
}

/// Whether somebody is quoted in a sentence: then it is that person's own.
fn quotes(layout: &Layout, sentence: Span) -> bool {
    let mut quotes = layout.quotes.iter();
    quotes.any(|q| q.words >= QUOTE_WORDS_MIN && q.span.overlaps(sentence))
}

#[cfg(test)]
mod tests;
