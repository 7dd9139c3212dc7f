//! A text's words as hashes, and its rows of words, for telling what recurs without laying it out.

use std::collections::HashSet;

use crate::model::headings::CopyRules;
use crate::text::Span;

use super::hashes::{EMPTY_WORD, PlainHash, row_hash, stir, word_hash};

/// A row of words is found at the latest where it is longer than looked for by so many words.
pub(super) const SPARE: usize = 4;

/// The hash of any number or date.
const NUMBER: u64 = 1;

/// The hash of any name: what is filled into a template.
const NAME: u64 = 2;

/// Cuts texts into words: letters and digits in a row, case folded. Numbers and dates in a row are one
/// and alike, and so are names, which are words with a capital inside a sentence.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// Words of dates.
    dates: HashSet<u64, PlainHash>,
}

/// A text's words.
#[derive(Debug, Default)]
pub(super) struct Stream {
    pub(super) hashes: Vec<u64>,
    pub(super) spans: Vec<Span>,
}

impl Cutter {
    pub(super) fn new(rules: &CopyRules) -> Self {
        let dates = rules.date_words.words();
        Self {
            dates: dates.map(folded_hash).collect(),
        }
    }

    pub(super) fn cut(&self, text: &str) -> Stream {
        let mut stream = Stream::default();
        let mut word: Option<Word> = None;
        // What stands between two words is a sentence's end, or a line's.
        let mut opens = true;
        for (at, c) in text.char_indices() {
            if c.is_alphanumeric() {
                let may_name = !opens && c.is_uppercase();
                word.get_or_insert(Word::at(at, may_name)).take(c);
                continue;
            }
            if let Some(word) = word.take() {
                self.push(&word, at, &mut stream);
                opens = false;
            }
            opens |= !matches!(c, ' ' | '\t' | ',' | '\'' | '\u{2019}');
        }
        if let Some(word) = word {
            self.push(&word, text.len(), &mut stream);
        }
        stream
    }

    fn push(&self, word: &Word, end: usize, stream: &mut Stream) {
        let hash = if word.has_digit || self.dates.contains(&word.hash) {
            NUMBER
        } else if word.is_name() {
            NAME
        } else {
            word.hash
        };
        if is_filled_in(hash)
            && stream.hashes.last() == Some(&hash)
            && let Some(last) = stream.spans.last_mut()
        {
            last.end = end;
            return;
        }
        stream.hashes.push(hash);
        stream.spans.push(Span::new(word.start, end));
    }
}

impl Stream {
    /// The hash of each row of `length` words, by its first word.
    pub(super) fn rows(&self, length: usize) -> Vec<u64> {
        self.hashes.windows(length.max(1)).map(row_hash).collect()
    }

    /// How many of some of its words are neither numbers nor names.
    pub(super) fn weight(&self, words: std::ops::Range<usize>) -> usize {
        let hashes = self.hashes.get(words).unwrap_or_default();
        hashes.iter().filter(|&&h| !is_filled_in(h)).count()
    }
}

/// Some of a text's rows, the same wherever they stand: of each few in a row the one with the smallest
/// hash, so that two texts which share `SPARE` words more than a row is long share one that is picked
/// (winnowing: Schleimer, Wilkerson and Aiken 2003).
pub(super) fn picked(rows: &[u64]) -> Vec<u64> {
    let mut picked: Vec<u64> = Vec::with_capacity(rows.len() / 2);
    for few in rows.windows(SPARE + 1) {
        let Some(&least) = few.iter().min() else {
            continue;
        };
        if picked.last() != Some(&least) {
            picked.push(least);
        }
    }
    picked
}

fn is_filled_in(hash: u64) -> bool {
    hash == NUMBER || hash == NAME
}

/// A word that is being read.
struct Word {
    start: usize,
    hash: u64,
    /// It has a capital where not every word has one.
    may_name: bool,
    has_digit: bool,
    has_small: bool,
}

impl Word {
    fn at(start: usize, may_name: bool) -> Self {
        Self {
            start,
            hash: EMPTY_WORD,
            may_name,
            has_digit: false,
            has_small: false,
        }
    }

    /// Text in capitals names nobody by them.
    fn is_name(&self) -> bool {
        self.may_name && self.has_small
    }

    fn take(&mut self, c: char) {
        self.has_small |= c.is_lowercase();
        if c.is_ascii() {
            self.has_digit |= c.is_ascii_digit();
            self.hash = stir(self.hash, u64::from(c.to_ascii_lowercase()));
            return;
        }
        for lower in c.to_lowercase() {
            self.hash = stir(self.hash, u64::from(lower));
        }
    }
}

/// The hash of a word that is folded already; a letter beyond ASCII counts once here as there.
fn folded_hash(word: &str) -> u64 {
    if word.is_ascii() {
        return word_hash(word);
    }
    let letters = word.chars().map(u64::from);
    letters.fold(EMPTY_WORD, stir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> CopyRules {
        let rules = crate::codebook::builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        rules.copied
    }

    #[test]
    fn case_spacing_numbers_and_dates_make_no_difference() {
        let cutter = Cutter::new(&rules());
        let one = cutter.cut("Seen on 3/4/2021 at 10:30 — didn’t  SLEEP.");
        let other = cutter.cut("seen on March 22\nat 9, didn't sleep");
        assert_eq!(one.hashes, other.hashes);
        assert_eq!(one.spans.len(), 8);
        assert_eq!(one.spans[2], Span::new(8, 16));
    }

    #[test]
    fn names_inside_a_sentence_are_alike() {
        let cutter = Cutter::new(&rules());
        let one = cutter.cut("All of it was gone through with Ada Lind. Slept.");
        let other = cutter.cut("ALL OF it was gone through with Ben. slept.");
        assert_eq!(one.hashes, other.hashes);
        let sentence = cutter.cut("Ben came. Ada wept.");
        assert_eq!(sentence.weight(0..4), 4);
    }

    #[test]
    fn texts_that_share_a_long_row_share_one_that_is_picked() {
        let cutter = Cutter::new(&rules());
        let shared = "one evening the whole house was quiet and nobody had asked for anything";
        for (before, after) in [
            ("", " yet"),
            ("x y z ", ""),
            ("It was so that ", " more at all"),
        ] {
            let of = |text: &str| picked(&cutter.cut(text).rows(13 - SPARE));
            let own = of(&format!("{before}{shared}{after}"));
            let first = of(shared);
            assert!(first.iter().any(|row| own.contains(row)), "{before:?}");
        }
    }
}
