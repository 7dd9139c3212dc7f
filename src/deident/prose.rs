//! A text as the finders read it: its words, what the lists say of each, and what stands between.

use crate::text::{Span, Words, fold, tokenize};

use super::lexicon::{Lexicon, Lists};
use crate::model::identifier::WordList;

/// One word; what is joined by a dot, as in `J.Smith`, is two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Without a possessive `'s`.
    pub(super) span: Span,
    /// With it.
    pub(super) full: Span,
    /// The lists that have it.
    pub(super) lists: u64,
    /// The lists that have a phrase which begins with it.
    phrases: u64,
}

/// A text with its words.
#[derive(Debug)]
pub(super) struct Prose<'a> {
    pub(super) text: &'a str,
    lexicon: &'a Lexicon,
    words: Vec<Word>,
}

impl<'a> Prose<'a> {
    /// Reads a text.
    pub(super) fn new(text: &'a str, words: &Words, lexicon: &'a Lexicon) -> Self {
        let mut prose = Self {
            text,
            lexicon,
            words: Vec::with_capacity(words.len()),
        };
        for i in 0..words.len() {
            let span = words.span(i);
            let word = span.slice(text);
            if is_joined(word) {
                for piece in split(span, text) {
                    prose.push(piece);
                }
            } else if without_possessive(span, text) == span {
                prose.push_plain(span, words.form(i));
            } else {
                prose.push(span);
            }
        }
        prose
    }

    /// A word of which nothing is to be cut.
    fn push_plain(&mut self, span: Span, folded: &str) {
        let own = self.lexicon.lists(folded);
        self.words.push(Word {
            span,
            full: span,
            lists: own.words,
            phrases: own.phrases,
        });
    }

    fn push(&mut self, full: Span) {
        let span = without_possessive(full, self.text);
        let own = self.lexicon.lists(&fold(span.slice(self.text)));
        let whole = if span == full {
            Lists::default()
        } else {
            self.lexicon.lists(&fold(full.slice(self.text)))
        };
        self.words.push(Word {
            span,
            full,
            lists: own.words | whole.words,
            phrases: own.phrases | whole.phrases,
        });
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// A word's span, without a possessive.
    pub(super) fn span(&self, i: usize) -> Span {
        self.words.get(i).map_or(Span::default(), |w| w.span)
    }

    /// The span from one word to another, the last included.
    pub(super) fn span_of(&self, first: usize, last: usize) -> Span {
        self.span(first).union(self.span(last))
    }

    /// A word as it is written; nothing behind the last.
    pub(super) fn word(&self, i: usize) -> &'a str {
        self.span(i).slice(self.text)
    }

    /// A word as lists have it.
    pub(super) fn folded(&self, i: usize) -> String {
        fold(self.word(i)).into_owned()
    }

    /// Whether one of some lists has a word.
    pub(super) fn is(&self, i: usize, lists: u64) -> bool {
        self.words.get(i).is_some_and(|w| w.lists & lists != 0)
    }

    /// Whether one of some lists has a word, or a phrase that begins with it.
    pub(super) fn may_open(&self, i: usize, lists: u64) -> bool {
        let word = self.words.get(i);
        word.is_some_and(|w| (w.lists | w.phrases) & lists != 0)
    }

    /// Whether one of some lists has a folded word that stands nowhere by itself.
    pub(super) fn is_listed(&self, folded: &str, lists: u64) -> bool {
        self.lexicon.lists(folded).words & lists != 0
    }

    /// The word behind the longest entry of a list that begins at a word.
    pub(super) fn after(&self, i: usize, list: WordList) -> Option<usize> {
        let word = self.words.get(i)?;
        if word.phrases & list.bit() != 0 {
            // A phrase may begin with a possessive: "Valentine's Day".
            let full = fold(word.full.slice(self.text));
            let own = self.folded(i);
            for written in [
                Some(full.as_ref()),
                (own.as_str() != full.as_ref()).then_some(own.as_str()),
            ] {
                for (rest, lists) in written.map_or(&[][..], |w| self.lexicon.phrases(w)) {
                    if lists & list.bit() != 0 && self.continues(i + 1, rest) {
                        return Some(i + 1 + rest.len());
                    }
                }
            }
        }
        (word.lists & list.bit() != 0).then_some(i + 1)
    }

    fn continues(&self, from: usize, rest: &[String]) -> bool {
        rest.iter().enumerate().all(|(n, word)| {
            let at = from + n;
            at < self.len() && self.is_tight(at - 1) && {
                let full = fold(self.words[at].full.slice(self.text));
                full == word.as_str() || self.folded(at) == *word
            }
        })
    }

    /// Whether an entry of a list ends right before a word; where it begins.
    pub(super) fn before(&self, i: usize, list: WordList) -> Option<usize> {
        const PHRASE_WORDS_MAX: usize = 5;
        let first = i.saturating_sub(PHRASE_WORDS_MAX);
        (first..i).find(|&start| self.after(start, list) == Some(i))
    }

    /// What stands between a word and the next: the rest of the text behind the last.
    pub(super) fn gap(&self, i: usize) -> &'a str {
        let Some(word) = self.words.get(i) else {
            return "";
        };
        let end = self
            .words
            .get(i + 1)
            .map_or(self.text.len(), |w| w.full.start);
        Span::new(word.full.end.min(end), end).slice(self.text)
    }

    /// What stands before a word on its line, back to the word before.
    pub(super) fn lead(&self, i: usize) -> &'a str {
        let start = match i.checked_sub(1).and_then(|n| self.words.get(n)) {
            Some(word) => word.full.end,
            None => 0,
        };
        let gap = Span::new(start, self.span(i).start).slice(self.text);
        gap.rsplit('\n').next().unwrap_or_default()
    }

    /// Whether the next word follows with a few signs between, on the same line.
    pub(super) fn is_tight(&self, i: usize) -> bool {
        let gap = self.gap(i);
        gap.len() <= 3 && !gap.contains(['\n', ';', '!', '?'])
    }

    /// Whether only a blank stands before the next word.
    pub(super) fn is_blank(&self, i: usize) -> bool {
        let gap = self.gap(i);
        !gap.is_empty() && gap.len() <= 2 && gap.bytes().all(|b| b == b' ')
    }

    /// Whether the possessive stands behind a word.
    pub(super) fn is_possessive(&self, i: usize) -> bool {
        self.words.get(i).is_some_and(|w| w.span != w.full)
    }

    /// Whether a word begins with a capital letter.
    pub(super) fn is_capital(&self, i: usize) -> bool {
        self.word(i).chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether all letters of a word are capitals, and there are two at least.
    pub(super) fn is_upper(&self, i: usize) -> bool {
        let word = self.word(i);
        let mut letters = 0;
        for c in word.chars().filter(|c| c.is_alphabetic()) {
            if !c.is_uppercase() {
                return false;
            }
            letters += 1;
        }
        letters >= 2
    }

    /// Whether a word is one capital letter.
    pub(super) fn is_initial(&self, i: usize) -> bool {
        let word = self.word(i);
        self.is_capital(i) && word.chars().nth(1).is_none()
    }

    /// Whether a word stands in a stretch of capitals, where a capital letter says nothing.
    pub(super) fn is_shouted(&self, i: usize) -> bool {
        if !self.is_upper(i) {
            return false;
        }
        let range = i.saturating_sub(3)..(i + 4).min(self.len());
        let around = range.filter(|&n| n != i && self.word(n).chars().count() > 1);
        let around = around.filter(|&n| !self.word(n).starts_with(|c: char| c.is_ascii_digit()));
        let (mut all, mut upper) = (0, 0);
        for n in around {
            all += 1;
            upper += usize::from(self.is_upper(n));
        }
        upper >= 2 && upper * 2 > all
    }

    /// Whether a word stands where a sentence, a line or a field may begin.
    pub(super) fn is_opening(&self, i: usize) -> bool {
        let start = self.span(i).start;
        let before = Span::new(0, start).slice(self.text);
        let mut chars = before.chars().rev().skip_while(|&c| c == ' ' || c == '\t');
        let mut last = chars.next();
        while last.is_some_and(|c| matches!(c, '"' | '“' | '\'' | '‘' | '(' | '*' | '[')) {
            last = chars.next();
        }
        match last {
            None => true,
            Some(' ') => self.is_opening_after_blank(start),
            Some(c) => matches!(
                c,
                '.' | '!' | '?' | ':' | '\n' | '-' | '•' | '–' | '—' | '|' | '/' | '>'
            ),
        }
    }

    fn is_opening_after_blank(&self, start: usize) -> bool {
        let before = Span::new(0, start).slice(self.text);
        let trimmed = before.trim_end_matches(|c: char| " \"“'‘(*[".contains(c));
        trimmed
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, '.' | '!' | '?' | ':' | '\n'))
    }

    /// Whether a word begins its line.
    pub(super) fn begins_line(&self, i: usize) -> bool {
        i == 0 || self.gap(i - 1).contains('\n')
    }

    /// Whether a word ends its line.
    pub(super) fn ends_line(&self, i: usize) -> bool {
        i + 1 >= self.len() || self.gap(i).contains('\n')
    }

    /// The character before a word.
    pub(super) fn char_before(&self, i: usize) -> Option<char> {
        let before = Span::new(0, self.span(i).start);
        before.slice(self.text).chars().next_back()
    }

    /// The first word that begins at or behind a byte.
    pub(super) fn word_from(&self, byte: usize) -> usize {
        self.words.partition_point(|w| w.full.start < byte)
    }
}

/// The words of a text, folded, with what is joined by dots cut.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let tokens = tokenize(text);
    let spans = tokens.iter().flat_map(|t| split(t.span(), text));
    spans.map(|s| fold(s.slice(text)).into_owned()).collect()
}

/// Whether a word holds a sign that it may be cut at.
fn is_joined(word: &str) -> bool {
    word.bytes().any(|b| matches!(b, b'_' | b'.'))
}

/// Cuts a word at dots between letters, and at underscores.
fn split(span: Span, text: &str) -> Vec<Span> {
    let word = span.slice(text);
    if !is_joined(word) {
        return vec![span];
    }
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let cut = |c: char| c == '_' || (c == '.' && !has_digit);
    let mut out = Vec::new();
    let mut start = span.start;
    for piece in word.split(cut) {
        if !piece.is_empty() {
            out.push(Span::new(start, start + piece.len()));
        }
        start += piece.len() + 1;
    }
    out
}

fn without_possessive(span: Span, text: &str) -> Span {
    let word = span.slice(text);
    for ending in ["'s", "’s", "'S", "’S"] {
        if word.len() > ending.len() && word.ends_with(ending) {
            return Span::new(span.start, span.end - ending.len());
        }
    }
    span
}
