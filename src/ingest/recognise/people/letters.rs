//! People who are named above a letter: "Re: Edith Hargreaves, DOB 05/06/1961".

use super::super::phrases::Reading;
use super::super::words::{Gap, Word, words};
use super::{People, PersonClue};
use crate::text::Span;

/// Most words of a name.
const WORDS_MAX: usize = 4;

impl People {
    /// Whom the subject of a letter names: a first and a family name, where a birth date stands behind,
    /// or the letter says the family name again.
    pub(in super::super) fn of_letter(&self, subject: &str, text: &str) -> Option<PersonClue> {
        if let Some(clue) = self.with_birth(subject) {
            return Some(clue);
        }
        let all = self.without_courtesy(words(subject));
        let count = self.name_length(&all);
        let name = all.get(..count)?;
        let last = name.last().filter(|_| count > 1)?;
        let written = Span::new(name.first()?.span.start, last.span.end).slice(subject);
        let family = last.span.slice(subject);
        let is_again = || text.matches(family).nth(1).is_some();
        let fits = self.ends_or_parts(&all, count) && is_again();
        fits.then(|| self.value(written).ok().flatten()).flatten()
    }

    /// Whom a line names that is nothing but a name and when that person was born: "Daniel Okonjo
    /// (30.1.90)".
    pub(in super::super) fn with_birth(&self, line: &str) -> Option<PersonClue> {
        let all = self.without_courtesy(words(line));
        let count = self.name_length(&all);
        let behind = all.get(count..)?;
        let is_date = behind.len() == 3 && behind.iter().all(|w| w.is_number);
        let is_bracketed = behind.first().is_some_and(|w| w.gap == Gap::Piece);
        let last = all.get(count.checked_sub(1)?)?;
        let fits = count > 1 && (self.is_born(&all, count) || (is_date && is_bracketed));
        let written = Span::new(all.first()?.span.start, last.span.end).slice(line);
        fits.then(|| self.value(written).ok().flatten()).flatten()
    }

    /// Without "Mrs" before the name.
    fn without_courtesy(&self, mut all: Vec<Word>) -> Vec<Word> {
        if all
            .first()
            .is_some_and(|w| self.courtesies.contains(&w.text))
        {
            all.remove(0);
        }
        all
    }

    /// Whether "DOB" or the like stands behind so many words.
    fn is_born(&self, all: &[Word], at: usize) -> bool {
        self.birth_marks
            .longest_at(all, at, Reading::Name)
            .is_some()
    }

    fn ends_or_parts(&self, all: &[Word], at: usize) -> bool {
        let is_titled = all.iter().take(at).any(|w| self.not_ids.contains(&w.text));
        !is_titled && all.get(at).is_none_or(|w| w.gap >= Gap::Dash)
    }

    /// How many words of a name open a line: capitalised, with blanks between.
    fn name_length(&self, all: &[Word]) -> usize {
        let is_name = |at: usize, w: &Word| {
            let is_word = w.is_capitalised && !w.is_number && !self.is_born(all, at);
            is_word && (at == 0 || w.gap == Gap::Loose)
        };
        let count = all
            .iter()
            .enumerate()
            .take_while(|(at, w)| is_name(*at, w))
            .count();
        if count <= WORDS_MAX { count } else { 0 }
    }
}
