//! Sentences: every word of a text in one of them, in order.
//!
//! Comes in: lines, headings and turns, each of which bounds a sentence, and the running text
//! between. Goes out: sentences with their words. A sentence without a word is none.

use crate::model::headings::SectionRules;
use crate::model::layout::{Sentence, Turn};
use crate::text::{Span, Words};

use super::boxes;
use super::headings::Heading;
use super::lines::{Kind, Line};
use super::stops;

/// What bounds sentences besides marks.
pub(super) struct Bounds<'b> {
    pub(super) lines: &'b [Line],
    pub(super) headings: &'b [Heading],
    pub(super) turns: &'b [Turn],
    /// Bytes behind a mark that dictation spoke out.
    pub(super) spoken: &'b [usize],
}

/// Finds the sentences of a text.
pub(super) fn find(
    text: &str,
    words: &Words,
    rules: &SectionRules,
    bounds: &Bounds<'_>,
) -> Vec<Sentence> {
    let cuts = cuts(rules, bounds);
    let mut next_cut = 0;
    let mut starts = Vec::new();
    let mut first = 0;
    while first < bounds.lines.len() {
        let mut last = first;
        while bounds.lines.get(last + 1).is_some_and(|l| l.goes_on) {
            last += 1;
        }
        let end = bounds.lines[last].span.end;
        let is_boxes = bounds.lines[first].kind == Kind::Boxes;
        let mut at = bounds.lines[first].span.start;
        while at < end {
            while cuts.get(next_cut).is_some_and(|&cut| cut <= at) {
                next_cut += 1;
            }
            let stretch = Span::new(at, cuts.get(next_cut).map_or(end, |&cut| cut.min(end)));
            starts.push(at);
            stretch_starts(text, stretch.trim(text), is_boxes, rules, &mut starts);
            at = stretch.end;
        }
        starts.push(end);
        first = last + 1;
    }
    starts.sort_unstable();
    starts.dedup();
    gather(text, words, &starts)
}

/// The bytes at which headings and turns cut sentences, in order.
fn cuts(rules: &SectionRules, bounds: &Bounds<'_>) -> Vec<usize> {
    let mut cuts = Vec::new();
    for heading in bounds.headings {
        cuts.push(heading.start);
        let is_field = heading.rule.is_none_or(|r| rules.headings[r].is_field);
        if !is_field {
            cuts.push(heading.body);
        }
    }
    for turn in bounds.turns {
        cuts.extend([turn.span.start, turn.span.end]);
    }
    cuts.extend_from_slice(bounds.spoken);
    cuts.sort_unstable();
    cuts
}

/// Adds the starts inside of a stretch that no heading cuts.
fn stretch_starts(
    text: &str,
    stretch: Span,
    is_boxes: bool,
    rules: &SectionRules,
    starts: &mut Vec<usize>,
) {
    if is_boxes {
        let behind = boxes::find(text, stretch, &rules.box_answers, starts);
        let remark = Span::new(behind, stretch.end).trim(text);
        stops::find(text, remark, &rules.stops, starts);
    } else {
        stops::find(text, stretch, &rules.stops, starts);
    }
}

/// Makes sentences of the bytes at which they start; a word is never cut.
fn gather(text: &str, words: &Words, starts: &[usize]) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::with_capacity(starts.len());
    let mut word = 0;
    for (i, &start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(text.len());
        let first = word;
        while word < words.len() && (words.span(word).start < end || i + 1 == starts.len()) {
            word += 1;
        }
        if first == word {
            continue;
        }
        // Marks before the first sentence belong to none; a word that a bound cuts stays whole.
        let from = start.min(words.span(first).start);
        let floor = sentences.last().map_or(0, |s| s.span.end);
        let to = end.max(words.span(word - 1).end);
        let trimmed = Span::new(from.max(floor), to.max(floor)).trim(text);
        // A combining mark makes a word with the white space before it (WB4), which trimming would
        // take from the word.
        let own = words.span_of(&(first..word));
        sentences.push(Sentence {
            span: trimmed.union(Span::new(own.start.max(floor), own.end.max(floor))),
            words: first..word,
        });
    }
    if word < words.len() {
        sentences.push(Sentence {
            span: Span::new(words.span(word).start, text.len())
                .trim(text)
                .union(words.span_of(&(word..words.len()))),
            words: word..words.len(),
        });
    }
    sentences
}
