//! The frame of a sentence: what stands between its words, where clauses begin, what brackets and
//! quotation marks hold.
//!
//! Comes in: a sentence's words, and the places of the words that build clauses. Goes out: for
//! each word, how strong a break stands before it. Knows signs, no words of any language.

use std::ops::Range;

use crate::model::cue::CueCategory;
use crate::model::layout::{Layout, Sentence};
use crate::text::{Span, Words};

/// Deepest nesting of brackets that is followed.
const BRACKET_DEPTH_MAX: usize = 8;
/// Quotations looked back at for one that still holds the sentence's start.
const QUOTES_BACK_MAX: usize = 16;
/// What stands before a word, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Break {
    /// White space, or a sign that divides nothing.
    #[default]
    None,
    /// A slash.
    Slash,
    /// A word that joins alternatives.
    Or,
    /// A word that joins.
    And,
    /// A comma of a list, or an opening bracket.
    Comma,
    /// An item of a list that makes its own statement.
    Own,
    /// A colon.
    Colon,
    /// A further verb of the same subject.
    Verb,
    /// A clause of its own.
    Clause,
    /// The end of a sentence that was not cut.
    Stop,
}

/// How the list ends that a comma stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ListEnd {
    /// With no joining word.
    #[default]
    Bare,
    /// With "and".
    And,
    /// With "or".
    Or,
}

pub(super) mod gap {
    pub(in super::super) const COMMA: u8 = 1;
    pub(in super::super) const COLON: u8 = 2;
    pub(in super::super) const CLAUSE: u8 = 4;
    pub(in super::super) const STOP: u8 = 8;
    pub(in super::super) const OPEN: u8 = 16;
    pub(in super::super) const SLASH: u8 = 32;
    /// A box to tick.
    pub(in super::super) const BOX: u8 = 64;
    /// So much white space as stands between columns.
    pub(in super::super) const WIDE: u8 = 128;
    pub(in super::super) const ANY: u8 = COMMA | COLON | CLAUSE | STOP | OPEN | SLASH;
}

/// One sentence, word by word; words are counted from its first.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    /// The sentence's first word in the note's words.
    pub(super) first: usize,
    pub(super) span: Span,
    /// Bits of [`CueCategory`] of the building words that begin here.
    pub(super) roles: Vec<u32>,
    pub(super) gaps: Vec<u8>,
    pub(super) breaks: Vec<Break>,
    pub(super) list_ends: Vec<ListEnd>,
    /// The innermost bracket that holds the word; 0 for none.
    groups: Vec<u32>,
    parents: Vec<u32>,
    /// Index of the innermost quotation, plus one; 0 for none.
    quotes: Vec<u32>,
}

impl Frame {
    /// Reads the signs between the words of a sentence.
    pub(super) fn new(text: &str, layout: &Layout, sentence: &Sentence) -> Self {
        let n = sentence.words.len();
        let mut frame = Self {
            first: sentence.words.start,
            span: sentence.span,
            roles: vec![0; n],
            gaps: vec![0; n],
            breaks: vec![Break::None; n],
            list_ends: vec![ListEnd::Bare; n],
            groups: vec![0; n],
            parents: vec![0],
            quotes: vec![0; n],
        };
        frame.read_gaps(text, &layout.words);
        frame.read_quotes(layout);
        frame
    }

    pub(super) fn len(&self) -> usize {
        self.roles.len()
    }

    pub(super) fn has(&self, word: usize, category: CueCategory) -> bool {
        self.roles
            .get(word)
            .is_some_and(|r| r & category.bit() != 0)
    }

    /// The words of the sentence that touch a span, counted from its first.
    pub(super) fn touching(&self, words: &Words, span: Span) -> Range<usize> {
        let found = words.touching(span);
        let start = found.start.clamp(self.first, self.first + self.len()) - self.first;
        let end = found.end.clamp(self.first, self.first + self.len()) - self.first;
        start..end.max(start)
    }

    /// Whether a cue at `from` may speak of a word at `to`, as far as brackets and quotation
    /// marks go: what stands inside says nothing of what stands outside.
    pub(super) fn is_open(&self, layout: &Layout, from: usize, to: usize) -> bool {
        self.group_holds(self.groups[from], self.groups[to])
            && quote_holds(layout, self.quotes[from], self.quotes[to])
    }

    /// Whether a word goes on where the one before it was: without a break, in the same bracket and quotation.
    pub(super) fn goes_on_at(&self, word: usize) -> bool {
        word > 0
            && self.breaks[word] == Break::None
            && self.groups[word] == self.groups[word - 1]
            && self.quotes[word] == self.quotes[word - 1]
    }

    /// Whether a word stands inside quotation marks.
    pub(super) fn is_quoted(&self, word: usize) -> bool {
        self.quotes[word] != 0
    }

    pub(super) fn group(&self, word: usize) -> u32 {
        self.groups[word]
    }

    fn group_holds(&self, outer: u32, mut inner: u32) -> bool {
        for _ in 0..=BRACKET_DEPTH_MAX {
            if inner == outer {
                return true;
            }
            if inner == 0 {
                return false;
            }
            inner = self.parents[inner as usize];
        }
        false
    }

    fn read_gaps(&mut self, text: &str, words: &Words) {
        let mut stack: Vec<u32> = vec![0];
        for w in 0..self.len() {
            let start = match w.checked_sub(1) {
                Some(before) => words.span(self.first + before).end,
                None => self.span.start,
            };
            let end = words.span(self.first + w).start;
            let between = Span::new(start.min(end), end).slice(text);
            if between != " " {
                self.gaps[w] = self.read_gap(between, &mut stack);
                if goes_on_behind_initial(text, start) {
                    self.gaps[w] &= !gap::STOP;
                }
                let numbered = between.starts_with(')') && w > 0;
                if numbered
                    && words
                        .form(self.first + w - 1)
                        .bytes()
                        .all(|b| b.is_ascii_digit())
                {
                    // "1) no nausea 2) dizziness"
                    self.gaps[w - 1] |= gap::CLAUSE;
                }
            }
            self.groups[w] = stack.last().copied().unwrap_or(0);
        }
    }

    fn read_gap(&mut self, between: &str, stack: &mut Vec<u32>) -> u8 {
        let is_wide = between.contains("  ") || between.contains('\t');
        let mut flags = if is_wide { gap::WIDE } else { 0 };
        let mut chars = between.chars().peekable();
        let mut lines = 0;
        while let Some(c) = chars.next() {
            let spaced = chars.peek().is_none_or(|next| next.is_whitespace());
            match c {
                ',' | '\u{3001}' => flags |= gap::COMMA,
                ':' | '=' => flags |= gap::COLON,
                ';' | '\u{2014}' | '\u{2192}' | '\u{2022}' | '>' => flags |= gap::CLAUSE,
                // Boxes, ticked or not.
                '\u{2610}'..='\u{2612}' | '\u{2713}' | '\u{2714}' | '\u{25A1}' => {
                    flags |= gap::COMMA | gap::BOX;
                }
                '-' | '\u{2013}' if chars.peek().is_some_and(|&n| n == '-' || n == '>') => {
                    flags |= gap::CLAUSE;
                }
                '-' | '\u{2013}' if spaced && between.starts_with(char::is_whitespace) => {
                    flags |= gap::CLAUSE;
                }
                '.' | '!' | '?' if spaced && chars.peek().is_some() => flags |= gap::STOP,
                '/' => flags |= gap::SLASH,
                '(' | '[' => {
                    flags |= gap::OPEN | if c == '[' { gap::BOX } else { 0 };
                    if stack.len() <= BRACKET_DEPTH_MAX {
                        let parent = stack.last().copied().unwrap_or(0);
                        stack.push(self.parents.len() as u32);
                        self.parents.push(parent);
                    }
                }
                ')' | ']' if stack.len() > 1 => {
                    stack.pop();
                }
                '\n' => {
                    lines += 1;
                    if lines > 1 {
                        flags |= gap::STOP;
                    }
                }
                _ => {}
            }
        }
        flags
    }

    fn read_quotes(&mut self, layout: &Layout) {
        let quotes = &layout.quotes;
        let next = quotes.partition_point(|q| q.span.start < self.span.start);
        for (index, quote) in quotes
            .iter()
            .enumerate()
            .skip(next.saturating_sub(QUOTES_BACK_MAX))
        {
            if quote.span.start >= self.span.end {
                break;
            }
            if quote.span.overlaps(self.span) {
                for w in self.touching(&layout.words, quote.span) {
                    self.quotes[w] = index as u32 + 1;
                }
            }
        }
    }
}

/// "Mrs. F. is up early": a capital before the full stop, a small letter behind it.
fn goes_on_behind_initial(text: &str, stop: usize) -> bool {
    let before = Span::new(stop.saturating_sub(2), stop);
    let is_initial = text.is_char_boundary(before.start) && {
        let letters = before.slice(text);
        letters.ends_with(|c: char| c.is_ascii_uppercase())
            && !letters.starts_with(char::is_alphanumeric)
    };
    let behind = Span::new(stop, text.len()).slice(text);
    let rest = behind.strip_prefix(". ").unwrap_or_default();
    is_initial && rest.starts_with(char::is_lowercase)
}

fn quote_holds(layout: &Layout, outer: u32, inner: u32) -> bool {
    let quote = |q: u32| q.checked_sub(1).and_then(|i| layout.quotes.get(i as usize));
    match (quote(outer), quote(inner)) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(a), Some(b)) => a.span.contains(b.span),
    }
}
