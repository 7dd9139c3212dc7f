//! Marks that dictation speaks out: PERIOD, NEW PARAGRAPH, QUOTE ... UNQUOTE.
//!
//! Comes in: the words of a text. Goes out: where sentences end by them, and what is quoted. A
//! text in mixed case has its marks written, unless it is typed as heard, without a single one; there only a
//! pair of `quote` and `unquote` counts.

use crate::model::headings::{PhraseSet, SpokenRules, WordSet};
use crate::text::{Span, Words};

use super::lines::Line;

/// Words of a line that is no title.
const PROSE_WORDS_MIN: usize = 12;

/// What spoken marks say.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// Bytes behind marks that end a sentence or a paragraph.
    pub(super) ends: Vec<usize>,
    /// What stands between spoken quotation marks; false where none closes it.
    pub(super) quotes: Vec<(Span, bool)>,
}

/// Finds the marks that dictation spoke out.
pub(super) fn find(
    text: &str,
    words: &Words,
    lines: &[Line],
    rules: &SpokenRules,
    in_capitals: bool,
) -> Spoken {
    let folded = words.normal().text();
    let mut spoken = Spoken::default();
    let in_capitals = in_capitals || is_typed_as_heard(text, words, lines, rules);
    if !in_capitals
        && !rules
            .unquote_hints
            .iter()
            .any(|hint| folded.contains(hint.as_str()))
    {
        return spoken;
    }
    let mut paragraphs = lines
        .iter()
        .filter(|l| l.opens_paragraph)
        .map(|l| l.span.start)
        .peekable();
    let mut open: Option<usize> = None;
    let mut paragraph_end = 0;
    let mut word = 0;
    while word < words.len() {
        let here = words.span(word);
        while paragraphs.next_if(|&start| start <= here.start).is_some() {
            spoken.leave_open(text, &mut open, here.start, in_capitals);
        }
        let mut len = 1;
        if let Some(n) = phrase_at(words, word, &rules.unquote) {
            len = n;
            if let Some(from) = open.take() {
                spoken
                    .quotes
                    .push((Span::new(from, here.start).trim(text), true));
            }
        } else if let Some(n) = phrase_at(words, word, &rules.quote) {
            len = n;
            if open.is_none() && !is_behind(words, word, &rules.stop_not_after) {
                open = Some(words.span(word + n - 1).end);
            }
        } else if in_capitals {
            if let Some(n) = phrase_at(words, word, &rules.paragraph) {
                len = n;
                spoken.leave_open(text, &mut open, here.start, in_capitals);
                spoken.ends.push(next_start(text, words, word + n));
            } else if let Some(n) = phrase_at(words, word, &rules.stop) {
                len = n;
                let goes_on =
                    word + n < words.len() && rules.stop_not_before.contains(words.form(word + n));
                if !goes_on && !is_behind(words, word, &rules.stop_not_after) {
                    spoken.ends.push(next_start(text, words, word + n));
                }
            }
        }
        word += len;
        paragraph_end = words.span(word.min(words.len()) - 1).end;
    }
    spoken.leave_open(text, &mut open, paragraph_end, in_capitals);
    spoken
}

/// Whether running text holds no mark that ends a sentence, and one that is spoken.
fn is_typed_as_heard(text: &str, words: &Words, lines: &[Line], rules: &SpokenRules) -> bool {
    let ends = |piece: &str| piece.ends_with(['.', '?', '!']) || piece.contains([';', ':']);
    let mut prose = lines.iter().filter(|line| {
        let pieces = line.span.slice(text).split_whitespace();
        pieces.take(PROSE_WORDS_MIN).count() == PROSE_WORDS_MIN
    });
    let unmarked = |line: &Line| !line.span.slice(text).split_whitespace().any(ends);
    let mut any = false;
    let written = prose.by_ref().all(|line| {
        any = true;
        unmarked(line)
    });
    let says = |word: usize| {
        let mark = phrase_at(words, word, &rules.stop)
            .or_else(|| phrase_at(words, word, &rules.paragraph));
        mark.is_some() && !is_behind(words, word, &rules.stop_not_after)
    };
    any && written && (0..words.len()).any(says)
}

impl Spoken {
    /// Ends an open quotation with its paragraph; in mixed case the word was a plain one.
    fn leave_open(&mut self, text: &str, open: &mut Option<usize>, end: usize, in_capitals: bool) {
        if let Some(from) = open.take()
            && in_capitals
        {
            self.quotes
                .push((Span::new(from.min(end), end).trim(text), false));
        }
    }
}

/// The length in words of the longest phrase that stands at a word.
pub(super) fn phrase_at(words: &Words, word: usize, set: &PhraseSet) -> Option<usize> {
    if !set.may_begin(words.form(word)) {
        return None;
    }
    let fits = |phrase: &&Vec<String>| {
        word + phrase.len() <= words.len()
            && (0..phrase.len()).all(|i| words.form(word + i) == phrase[i])
    };
    set.phrases.iter().filter(fits).map(Vec::len).max()
}

fn is_behind(words: &Words, word: usize, set: &WordSet) -> bool {
    word > 0 && set.contains(words.form(word - 1))
}

/// Where the next word starts; the end of the text behind the last.
fn next_start(text: &str, words: &Words, word: usize) -> usize {
    if word < words.len() {
        words.span(word).start
    } else {
        text.len()
    }
}
