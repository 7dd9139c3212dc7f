//! People who are named as in letters: "Mrs K.", "Ms Anouk Verbeek".

use super::super::words::{Gap, Word, words};
use super::{People, PersonClue};
use crate::text::Span;

/// Most words of a name behind "Mrs".
const WORDS_MAX: usize = 3;

impl People {
    /// Who is named by a piece of a header line that is nothing but "Mrs" and a name.
    pub(in super::super) fn courteous_in_line(&self, line: &str) -> Option<PersonClue> {
        let all = words(line);
        (0..all.len())
            .filter(|&at| at == 0 || all.get(at).is_some_and(|w| w.gap >= Gap::Dash))
            .find_map(|at| self.courteous_at(&all, line, at))
    }

    /// Who is named at a line's beginning by "Mrs" and a name.
    pub(in super::super) fn courteous_first(&self, line: &str) -> Option<PersonClue> {
        self.courteous_at(&words(line), line, 0)
    }

    fn courteous_at(&self, all: &[Word], line: &str, at: usize) -> Option<PersonClue> {
        let word = all.get(at)?;
        // "MS" behind a name is a degree.
        if !self.courtesies.contains(&word.text) || !word.is_capitalised || word.is_upper {
            return None;
        }
        let behind = all.get(at + 1..)?;
        let goes_on = |(n, w): &(usize, &Word)| {
            let before = n.checked_sub(1).and_then(|b| behind.get(b)).unwrap_or(word);
            let is_initial = before.text.chars().count() == 1;
            let between = Span::new(before.span.end, w.span.start).slice(line);
            w.gap <= Gap::Loose || (between == ". " && (is_initial || *n == 0))
        };
        let name = behind
            .iter()
            .enumerate()
            .take_while(goes_on)
            .map(|(_, w)| w);
        let name: Vec<&Word> = name.collect();
        let is_name = |w: &&&Word| w.is_capitalised && !w.is_number;
        let fits = (1..=WORDS_MAX).contains(&name.len())
            && name.iter().filter(is_name).count() == name.len();
        let (first, last) = (name.first()?, name.last()?);
        let from = if name.len() == 1 { word } else { first };
        let is_initial = last.text.chars().count() == 1;
        let rest = Span::new(last.span.end, line.len()).slice(line);
        let is_pointed = rest.starts_with('.') && (is_initial || !rest.starts_with(". "));
        let end = last.span.end + usize::from(is_pointed);
        let written = Span::new(from.span.start, end).slice(line);
        fits.then(|| self.value(written).ok().flatten()).flatten()
    }
}
