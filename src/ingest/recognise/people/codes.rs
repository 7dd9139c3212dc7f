//! Codes and initials among the words of a line: who may be meant where no table knows them.
//!
//! Comes in: words. Goes out: [`Mention`]s. It refuses to say whether a code is a participant's:
//! other notes of the study do.

use crate::text::Span;

use super::super::phrases::Reading;
use super::super::words::{Gap, Word, words};
use super::forms::is_dotted;
use super::{COUNT_DIGITS_MAX, Mention, People, PersonClue, PersonKey, joined};

/// Fewest digits of a number that is written in groups.
const GROUPED_DIGITS_MIN: usize = 9;

/// How many groups of digits stand in a row from a word on, a blank between them.
fn groups_at(all: &[Word], text: &str, start: usize) -> usize {
    let rest = all.get(start..).unwrap_or_default();
    let goes_on = |pair: &[Word]| {
        let between = Span::new(pair[0].span.end, pair[1].span.start).slice(text);
        pair[1].is_number && between == " "
    };
    let first = rest
        .first()
        .is_some_and(|w| w.is_number && w.text.len() > 1);
    usize::from(first) * (1 + rest.windows(2).take_while(|pair| goes_on(pair)).count())
}

impl People {
    /// Letters and a number in a name of a file or folder, where the letters mean nothing else.
    pub(super) fn code_at(&self, all: &[Word], at: usize, digits_min: usize) -> Option<Mention> {
        let (letters, number) = (all.get(at)?, all.get(at + 1)?);
        let is_free = at == 0 || letters.gap != Gap::None;
        let ends = all.get(at + 2).is_none_or(|w| w.gap != Gap::None);
        let is_code = !letters.is_number && number.is_number && number.gap <= Gap::Loose;
        // "Anna 2022" says a year.
        let is_year = number.gap != Gap::None
            && number.text.len() == 4
            && (number.text.starts_with("19") || number.text.starts_with("20"));
        let is_likely =
            !is_year && (digits_min..=5).contains(&number.text.len()) && letters.text.len() <= 6;
        if !is_code || !is_free || !ends || !is_likely || self.not_ids.contains(&letters.text) {
            return None;
        }
        Some(Mention {
            key: PersonKey::Code(letters.text.clone(), number.text.parse().ok()?),
            words: at..at + 2,
        })
    }

    /// A code that the treatment's letters open: "KAP-017" is somebody, "KAP-1" and "KAP 2" are not.
    pub(super) fn of_study_at(&self, all: &[Word], text: &str, at: usize) -> Option<Mention> {
        let (letters, number) = (all.get(at)?, all.get(at + 1)?);
        let between = Span::new(letters.span.end, number.span.start).slice(text);
        let is_free = at == 0 || letters.gap != Gap::None;
        let ends = all.get(at + 2).is_none_or(|w| w.gap != Gap::None);
        let is_counted = number.text.len() == 3 && number.text.starts_with('0');
        let is_code = letters.is_upper
            && self.study_codes.contains(&letters.text)
            && number.is_number
            && matches!(between, "" | "-");
        (is_code && is_counted && is_free && ends).then(|| Mention {
            key: PersonKey::Code(letters.text.clone(), number.text.parse().unwrap_or(0)),
            words: at..at + 2,
        })
    }

    /// The initials that open a line, behind a time or not: "M.K. - ketamine", "09:00 MK ketamine".
    pub(in super::super) fn opening_initials(&self, line: &str) -> Option<String> {
        let all = words(line);
        let at = match all.as_slice() {
            [hour, minute, ..] if hour.is_number && minute.is_number && line.contains(':') => 2,
            _ => 0,
        };
        let is_letter = |w: &&Word| w.is_upper && !w.is_number && w.text.chars().count() == 1;
        let rest = all.get(at..)?;
        let count = rest.iter().take(4).take_while(is_letter).count();
        if (2..=3).contains(&count) && is_dotted(&all, line, &(at..at + count)) {
            return Some(joined(rest.get(..count)?));
        }
        let first = rest.first()?;
        let is_run = first.is_upper && !first.is_number && (2..=3).contains(&first.text.len());
        let is_free = !self.not_initials.contains(&first.text);
        let ends = rest.get(1).is_some_and(|w| w.gap >= Gap::Dash || at > 0);
        (is_run && is_free && ends).then(|| first.text.clone())
    }

    /// A number in groups behind a word like "NHS no": "943 476 5919".
    pub(super) fn grouped_at(&self, all: &[Word], text: &str, at: usize) -> Option<Mention> {
        let found = self.words.longest_at(all, at, Reading::Name)?;
        let start = found.words.end;
        let groups = groups_at(all, text, start);
        let key = self.grouped_key(all.get(start..start + groups)?)?;
        Some(Mention {
            key,
            words: start..start + groups,
        })
    }

    /// The code that a number in groups is.
    pub(super) fn grouped_key(&self, run: &[Word]) -> Option<PersonKey> {
        let digits: String = run.iter().map(|w| w.text.as_str()).collect();
        let is_grouped = run.len() > 2 && run.iter().all(|w| w.is_number);
        if !is_grouped || digits.len() < GROUPED_DIGITS_MIN {
            return None;
        }
        if let Some(Some(index)) = self.aliases.get(&joined(run)) {
            return Some(PersonKey::Listed(*index));
        }
        Some(PersonKey::Code(String::new(), digits.parse().ok()?))
    }

    /// A capital and a number in one piece whose letter counts other things, too: "B07".
    pub(in super::super) fn doubtful(&self, text: &str) -> Option<PersonClue> {
        let all = words(text);
        let at = (0..all.len()).find(|&at| self.is_doubtful_at(&all, at))?;
        let (letter, number) = (all.get(at)?, all.get(at + 1)?);
        let written = Span::new(letter.span.start, number.span.end).slice(text);
        Some(PersonClue {
            key: PersonKey::Code(letter.text.clone(), number.text.parse().ok()?),
            written: written.to_owned(),
            name: None,
            is_sure: false,
            is_doubtful: true,
        })
    }

    fn is_doubtful_at(&self, all: &[Word], at: usize) -> bool {
        let (Some(letter), Some(number)) = (all.get(at), all.get(at + 1)) else {
            return false;
        };
        let is_capital = letter.is_upper && !letter.is_number && letter.text.chars().count() == 1;
        let is_code = number.is_number && number.gap == Gap::None && number.text.len() <= 4;
        let is_free = at == 0 || letter.gap != Gap::None;
        let ends = all.get(at + 2).is_none_or(|w| w.gap != Gap::None);
        is_capital && is_code && is_free && ends && self.not_ids.contains(&letter.text)
    }

    /// A code behind a word like "Pt": "client VIP-08".
    pub(super) fn coded_at(&self, all: &[Word], at: usize) -> Option<Mention> {
        let found = self.words.longest_at(all, at, Reading::Name)?;
        let is_letter = all.get(at)?.text.chars().count() == 1;
        let start = found.words.end;
        let letters = all
            .get(start)
            .filter(|w| w.gap <= Gap::Loose && !is_letter)?;
        let is_name = letters.is_upper && letters.text.chars().count() > 1;
        let code = self.code_at(all, start, 1).filter(|_| is_name)?;
        Some(Mention {
            words: start..code.words.end,
            key: code.key,
        })
    }

    /// A code of two numbers behind a word like "MRN": "our ref 44-107".
    pub(super) fn parted_at(&self, all: &[Word], text: &str, at: usize) -> Option<Mention> {
        let found = self.words.longest_at(all, at, Reading::Name)?;
        let start = found.words.end;
        let (first, second) = (all.get(start)?, all.get(start + 1)?);
        let hyphen = Span::new(first.span.end, second.span.start).slice(text);
        let goes_on = all
            .get(start + 2)
            .is_some_and(|w| w.gap == Gap::None || w.is_number && w.gap == Gap::Loose);
        let digits = first.text.len() + second.text.len();
        let is_year = second.text.len() == 4
            && (second.text.starts_with("19") || second.text.starts_with("20"));
        let is_code =
            first.is_number && second.is_number && hyphen == "-" && first.gap <= Gap::Piece;
        if !is_code || goes_on || is_year || digits <= COUNT_DIGITS_MAX {
            return None;
        }
        let words = start..start + 2;
        Some(Mention {
            key: self.parted_key(all.get(words.clone())?)?,
            words,
        })
    }

    /// A code of two numbers that is a piece of its line: "Tue 8/11 - 44-112 - KAP 3".
    pub(super) fn parted_piece_at(&self, all: &[Word], text: &str, at: usize) -> Option<Mention> {
        let (first, second) = (all.get(at)?, all.get(at + 1)?);
        let hyphen = Span::new(first.span.end, second.span.start).slice(text);
        let is_piece = (at == 0 || first.gap >= Gap::Dash)
            && all.get(at + 2).is_none_or(|w| w.gap >= Gap::Dash);
        let words = at..at + 2;
        let key = self.parted_key(all.get(words.clone())?)?;
        (is_piece && hyphen == "-").then_some(Mention { key, words })
    }

    /// Initials with points that are the first piece of a line, behind an hour or not:
    /// "K.R. \u{2014} 4/3 \u{2014} IS", "09:00 K.R. integration".
    pub(super) fn initials_first(&self, all: &[Word], text: &str) -> Option<Mention> {
        let hour = all.iter().take(2).take_while(|w| w.is_number).count();
        let is_letter = |w: &&Word| w.is_upper && w.text.chars().count() == 1;
        let letters = all.iter().skip(hour).take(4).take_while(is_letter).count();
        let is_apart = |n: &usize| {
            let pair = all.get(n - 1).zip(all.get(*n));
            pair.is_some_and(|(a, b)| Span::new(a.span.end, b.span.start).slice(text).len() > 2)
        };
        let range = hour..(hour + 1..hour + letters)
            .find(is_apart)
            .unwrap_or(hour + letters);
        let count = range.len();
        let last = all.get(range.end.checked_sub(1)?)?;
        let next = all.get(range.end);
        let between = next.map_or("", |w| Span::new(last.span.end, w.span.start).slice(text));
        let is_wide = between.ends_with("  ") || between.contains('\t');
        let is_hour = hour > 0 && text.contains(':') && !between.contains(',');
        let ends = next.is_none_or(|w| w.gap >= Gap::Dash || w.is_number) || is_wide || is_hour;
        let opens = hour == 0 || is_hour;
        let fits = (2..=3).contains(&count) && ends && opens && is_dotted(all, text, &range);
        fits.then(|| self.initials(all, range))
    }

    /// Who is named by initials that open a line.
    pub(in super::super) fn opened_by_initials(&self, line: &str) -> Option<PersonClue> {
        let all = words(line);
        let mention = self.initials_first(&all, line)?;
        Some(self.clue(&all, line, mention, false))
    }

    /// The code that two numbers are; "44-107" is 44107.
    pub(super) fn parted_key(&self, run: &[Word]) -> Option<PersonKey> {
        let digits: String = run.iter().map(|w| w.text.as_str()).collect();
        if !run.iter().all(|w| w.is_number) || digits.len() <= COUNT_DIGITS_MAX {
            return None;
        }
        if let Some(Some(index)) = self.aliases.get(&joined(run)) {
            return Some(PersonKey::Listed(*index));
        }
        Some(PersonKey::Code(String::new(), digits.parse().ok()?))
    }

    /// Initials behind a word like "Pt": "Pt: K.T.", "pt KT,", "PATIENT K T".
    pub(super) fn initialled_at(
        &self,
        all: &[Word],
        text: &str,
        at: usize,
        reading: Reading,
    ) -> Option<Mention> {
        let found = self.words.longest_at(all, at, Reading::Name)?;
        let start = found.words.end;
        let word = all.get(start).filter(|w| w.gap <= Gap::Piece)?;
        if all.get(at)?.text.chars().count() == 1 {
            return None;
        }
        let rest = all.get(start..)?;
        let is_letter = |w: &&Word| w.is_upper && !w.is_number && w.text.chars().count() == 1;
        let single = rest.iter().take(4).take_while(is_letter).count();
        let range = start..start + single;
        let is_spaced = rest
            .iter()
            .take(single)
            .skip(1)
            .all(|w| w.gap == Gap::Loose);
        if (2..=3).contains(&single) && (is_spaced || is_dotted(all, text, &range)) {
            return Some(self.initials(all, range));
        }
        let is_run = word.is_upper && !word.is_number && (2..=3).contains(&word.text.len());
        let has_colon = Span::new(all.get(start - 1)?.span.end, word.span.start)
            .slice(text)
            .contains(':');
        let ends = rest
            .get(1)
            .is_none_or(|w| w.gap >= Gap::Dash || w.is_number);
        let is_free = !self.not_initials.contains(&word.text);
        let fits = is_run && is_free && (ends || has_colon) && reading == Reading::Text;
        fits.then(|| self.initials(all, start..start + 1))
    }
}
