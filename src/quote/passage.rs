//! The stretch of a note that is quoted for a coding: a whole quotation or sentence where it has a
//! length that can be read, else a piece of it.

use serde::{Deserialize, Serialize};

use crate::model::coding::{Coding, Voice};
use crate::model::layout::{Layout, Speaker};
use crate::text::{Span, next_box};

/// The length that is quoted first.
pub(super) const WORDS_BEST: usize = 16;

/// Lengths that read well on their own.
const WORDS_GOOD: std::ops::RangeInclusive<usize> = 6..=40;

/// Longest whole sentence or quotation that is quoted.
const WORDS_MAX: usize = 60;

/// Shortest quotation that is quoted without its sentence.
const QUOTATION_WORDS_MIN: usize = 4;

/// Words of context on each side at most.
const CONTEXT_WORDS_MAX: usize = 40;

/// Words on each side of a coding in a piece at most.
const PIECE_WORDS_MAX: usize = 20;

/// How complete a passage is, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Shape {
    /// Whole and of good length.
    Good,
    /// Whole, but short or long.
    Whole,
    /// Cut out of something too long.
    Piece,
}

/// What is quoted for a coding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    pub(super) span: Span,
    pub(super) words: usize,
    pub(super) shape: Shape,
    is_quotation: bool,
}

impl Passage {
    /// Finds what to quote for a coding.
    pub(super) fn around(coding: &Coding, text: &str, layout: &Layout) -> Self {
        if let Some(passage) = Self::quotation(coding, text, layout) {
            return passage;
        }
        let sentences = sentences_around(coding.span, layout);
        let words = layout.words.touching(sentences).len();
        if words <= WORDS_MAX {
            return Self::whole(sentences, words, false);
        }
        let piece = piece(coding.span, sentences, layout);
        Self {
            span: piece,
            words: layout.words.touching(piece).len(),
            shape: Shape::Piece,
            is_quotation: false,
        }
    }

    fn whole(span: Span, words: usize, is_quotation: bool) -> Self {
        let good = WORDS_GOOD.contains(&words);
        Self {
            span,
            words,
            shape: if good { Shape::Good } else { Shape::Whole },
            is_quotation,
        }
    }

    /// The whole quotation around words of the participant's own.
    fn quotation(coding: &Coding, text: &str, layout: &Layout) -> Option<Self> {
        if coding.voice != Voice::Quote {
            return None;
        }
        let quotation = layout.quotes.get(layout.quote_around(coding.span)?)?;
        let lengths = QUOTATION_WORDS_MIN..=WORDS_MAX;
        let fits = quotation.closed && lengths.contains(&quotation.words);
        fits.then(|| Self::whole(quotation.span.trim(text), quotation.words, true))
    }

    /// Whether it is a row of a form, with boxes to tick.
    pub(super) fn is_form(&self, text: &str) -> bool {
        next_box(self.span.slice(text), 0).is_some()
    }

    /// Whether all of it stands in quotation marks or in a turn of the participant's.
    pub(super) fn is_own_words(&self, layout: &Layout) -> bool {
        let turn = layout.turn_at(self.span.start).map(|at| &layout.turns[at]);
        let is_said = turn.is_some_and(|turn| {
            turn.speaker == Speaker::Participant && turn.span.contains(self.span)
        });
        self.is_quotation || layout.quote_around(self.span).is_some() || is_said
    }

    /// What it is, in words.
    pub(super) fn describe(&self) -> String {
        let what = match (self.shape, self.is_quotation) {
            (Shape::Piece, _) => "a piece of a long sentence",
            (_, true) => "a whole quotation",
            (_, false) => "a whole sentence",
        };
        let plural = if self.words == 1 { "" } else { "s" };
        format!("{what} of {} word{plural}", self.words)
    }

    /// The rest of its sentence before it, or the sentence before.
    pub(super) fn before(&self, text: &str, layout: &Layout) -> Context {
        let Some(at) = layout.sentence_at(self.span.start) else {
            return Context::none(self.span.start);
        };
        let own = layout.sentences[at].span.start;
        let start = if own < self.span.start {
            own
        } else {
            at.checked_sub(1)
                .map_or(own, |before| layout.sentences[before].span.start)
        };
        let whole = Span::new(start.min(self.span.start), self.span.start);
        let words = layout.words.inside(whole);
        let skipped = words.len().saturating_sub(CONTEXT_WORDS_MAX);
        let (kept, lead) = if skipped == 0 {
            (whole.trim(text), "")
        } else {
            let first = layout.words.span(words.start + skipped).start;
            (Span::new(first, whole.end).trim(text), "… ")
        };
        let is_apart = kept.end < self.span.start;
        Context::new(kept, lead, if is_apart { " " } else { "" })
    }

    /// The rest of its sentence after it, or the sentence after.
    pub(super) fn after(&self, text: &str, layout: &Layout) -> Context {
        let Some(at) = layout.sentence_at(self.span.end.saturating_sub(1)) else {
            return Context::none(self.span.end);
        };
        let own = layout.sentences[at].span.end;
        let end = if own > self.span.end {
            own
        } else {
            layout.sentences.get(at + 1).map_or(own, |s| s.span.end)
        };
        let whole = Span::new(self.span.end, end.max(self.span.end));
        let words = layout.words.inside(whole);
        let (kept, tail) = if words.len() <= CONTEXT_WORDS_MAX {
            (whole.trim(text), "")
        } else {
            let last = words.start + CONTEXT_WORDS_MAX - 1;
            let kept = Span::new(whole.start, layout.words.span(last).end);
            (kept.trim(text), " …")
        };
        let is_apart = kept.start > self.span.end;
        Context::new(kept, if is_apart { " " } else { "" }, tail)
    }
}

/// What stands on one side of a quote.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) span: Span,
    lead: &'static str,
    tail: &'static str,
}

impl Context {
    fn new(span: Span, lead: &'static str, tail: &'static str) -> Self {
        Self { span, lead, tail }
    }

    fn none(at: usize) -> Self {
        Self::new(Span::new(at, at), "", "")
    }

    /// Its text, with a sign where it was cut and a blank where one stands before the quote.
    pub(super) fn text(&self, text: &str) -> String {
        self.around(self.span.slice(text))
    }

    /// Another text in its place, with the same signs.
    pub(super) fn around(&self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        format!("{}{text}{}", self.lead, self.tail)
    }
}

/// The sentences that a span touches.
fn sentences_around(span: Span, layout: &Layout) -> Span {
    let first = layout.sentence_at(span.start);
    let last = layout.sentence_at(span.end.saturating_sub(1));
    [first, last]
        .into_iter()
        .flatten()
        .fold(span, |all, at| all.union(layout.sentences[at].span))
}

/// A coding with some words on each side, inside its sentences.
fn piece(span: Span, sentences: Span, layout: &Layout) -> Span {
    let inside = layout.words.inside(sentences);
    let own = layout.words.touching(span);
    if own.len() > WORDS_MAX {
        return layout
            .words
            .span_of(&(own.start..own.start + *WORDS_GOOD.end()));
    }
    let start = own.start.saturating_sub(PIECE_WORDS_MAX).max(inside.start);
    let end = (own.end + PIECE_WORDS_MAX).min(inside.end);
    if start >= end {
        return span;
    }
    span.union(layout.words.span_of(&(start..end)))
}
