//! Words and pairs of words that recur over notes: what a first codebook may be about.
//!
//! Comes in: notes, laid out. Goes out: the terms that stand in several notes of several participants.
//! It refuses to judge: a term is a place to look, and no code. Words that say nothing, and words that
//! are mostly written with a capital (names), are no terms.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::layout::Layout;
use crate::text::{Span, Stemmer};

use super::terms::terms;

/// Fewest notes in which a term stands.
const NOTES_MIN: usize = 3;
/// Terms of more than this share of the notes are how these notes are written, not what they say.
const SHARE_MAX: f64 = 0.7;
/// Fewest letters of a word that stands alone.
const LETTERS_MIN: usize = 4;

/// A term with how far it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringTerm {
    /// The form in which it stands most.
    pub form: String,
    /// Notes with it.
    pub notes: usize,
    /// Participants of whom such a note is.
    pub participants: usize,
}

#[derive(Debug, Default)]
struct Met {
    forms: BTreeMap<String, usize>,
    notes: usize,
    last: Option<usize>,
    participants: BTreeSet<String>,
    /// With a small letter, and with a capital where no sentence begins.
    small: usize,
    capital: usize,
}

/// The terms of the notes so far.
#[derive(Debug)]
pub struct RecurringTerms<'c> {
    stemmer: Stemmer,
    /// Words that say nothing, folded.
    common: &'c BTreeSet<String>,
    met: BTreeMap<String, Met>,
    notes: usize,
    people: BTreeSet<String>,
}

impl<'c> RecurringTerms<'c> {
    /// Before the first note.
    pub fn new(language: &str, common: &'c BTreeSet<String>) -> Self {
        Self {
            stemmer: Stemmer::new(language),
            common,
            met: BTreeMap::new(),
            notes: 0,
            people: BTreeSet::new(),
        }
    }

    /// Takes a note.
    pub fn add(&mut self, text: &str, layout: &Layout, participant: &str) {
        let note = self.notes;
        self.notes += 1;
        self.people.insert(participant.to_owned());
        for sentence in &layout.sentences {
            for term in terms(&layout.words, sentence.words.clone(), &self.stemmer) {
                let says = |at: usize| {
                    let form = layout.words.form(at);
                    !self.common.contains(form) && form.chars().all(char::is_alphabetic)
                };
                let is_pair = term.words.len() == 2;
                let is_short = !is_pair && term.form.chars().count() < LETTERS_MIN;
                if is_short || !term.words.clone().all(says) {
                    continue;
                }
                let met = self.met.entry(term.key).or_default();
                *met.forms.entry(term.form).or_default() += 1;
                if met.last != Some(note) {
                    met.last = Some(note);
                    met.notes += 1;
                    met.participants.insert(participant.to_owned());
                }
                for at in term.words.filter(|at| *at != sentence.words.start) {
                    let is_capital = is_capital(layout.words.span(at), text);
                    met.capital += usize::from(is_capital);
                    met.small += usize::from(!is_capital);
                }
            }
        }
    }

    /// The pairs and the words that recur, most notes first, at most so many of each.
    pub fn finish(self, most: usize) -> (Vec<RecurringTerm>, Vec<RecurringTerm>) {
        let people_min = self.people.len().min(2);
        let recurs = |met: &Met| {
            met.notes >= NOTES_MIN
                && met.participants.len() >= people_min
                && met.notes as f64 <= SHARE_MAX * self.notes as f64
                && met.capital < met.small
        };
        let mut found: Vec<(String, RecurringTerm)> = Vec::new();
        for (key, met) in self.met.into_iter().filter(|(_, met)| recurs(met)) {
            let form = met.forms.iter().max_by_key(|(_, count)| **count);
            let form = form.map(|(form, _)| form.clone()).unwrap_or_default();
            let term = RecurringTerm {
                form,
                notes: met.notes,
                participants: met.participants.len(),
            };
            found.push((key, term));
        }
        found.sort_by_key(|(key, term)| (std::cmp::Reverse(term.notes), key.clone()));
        let (mut pairs, mut words): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(key, _)| key.contains(' '));
        pairs.truncate(most);
        // A word that mostly stands in a pair is told with that.
        let is_told = |key: &str, notes: usize| {
            let mut own = pairs
                .iter()
                .filter(|(pair, _)| pair.split(' ').any(|w| w == key));
            own.any(|(_, pair)| pair.notes * 2 > notes)
        };
        words.retain(|(key, word)| !is_told(key, word.notes));
        words.truncate(most);
        let terms =
            |all: Vec<(String, RecurringTerm)>| all.into_iter().map(|(_, term)| term).collect();
        (terms(pairs), terms(words))
    }
}

fn is_capital(span: Span, text: &str) -> bool {
    span.slice(text)
        .chars()
        .next()
        .is_some_and(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn what_recurs_is_told_and_names_and_empty_words_are_not() {
        let common = ["she", "the", "was", "in", "with"]
            .map(str::to_owned)
            .into();
        let mut all = RecurringTerms::new("en", &common);
        let book = fixture::codebook(&["a"]);
        let notes = [
            ("A", "She mulched the raised bed. Marta was in."),
            ("B", "The raised beds looked dry, Marta said. She whistled."),
            ("C", "With Marta she weeded a raised bed."),
            ("C", "Rain. She whistled with Marta and was whistling."),
            ("C", "Rain all week. Marta whistled."),
        ];
        for (who, text) in notes {
            all.add(text, &fixture::note(0, who, "", text, &book).layout, who);
        }
        let (pairs, words) = all.finish(9);
        let told = |terms: Vec<RecurringTerm>| {
            let told = terms.into_iter();
            told.map(|t| format!("{} {} {}", t.form, t.notes, t.participants))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(pairs), ["raised bed 3 3"]);
        assert_eq!(told(words), ["whistled 3 2"]);
    }
}
