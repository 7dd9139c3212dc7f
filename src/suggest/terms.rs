//! The words and pairs of words of a sentence.

use std::ops::Range;

use crate::text::{Stemmer, Words};

/// A word or a pair of neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// Its stems, a blank between; all forms of a term share them.
    pub(super) key: String,
    /// Its forms as the text has them, folded.
    pub(super) form: String,
    /// Its words.
    pub(super) words: Range<usize>,
}

/// The terms of a range of words: each word of two letters or more, and each pair of neighbours with
/// a letter in both.
pub(super) fn terms(words: &Words, range: Range<usize>, stemmer: &Stemmer) -> Vec<Term> {
    let mut out = Vec::with_capacity(range.len() * 2);
    let mut before: Option<(String, &str)> = None;
    for at in range {
        let form = words.form(at);
        if !form.chars().any(char::is_alphabetic) {
            before = None;
            continue;
        }
        let stem = stemmer.stem(form);
        if let Some((first, first_form)) = before {
            out.push(Term {
                key: format!("{first} {stem}"),
                form: format!("{first_form} {form}"),
                words: at - 1..at + 1,
            });
        }
        if form.chars().count() > 1 {
            out.push(Term {
                key: stem.clone(),
                form: form.to_owned(),
                words: at..at + 1,
            });
        }
        before = Some((stem, form));
    }
    out
}
