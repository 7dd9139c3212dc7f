//! What a name, initials or a number come down to: the key of a person.
//!
//! Comes in: words of a cell or line. Goes out: [`PersonKey`]s; equal keys are one person. It does not
//! decide whether a participant is meant.

use std::ops::Range;

use super::super::words::Word;
use super::forms::joined;
use super::{COUNT_DIGITS_MAX, Mention, People, PersonKey};

impl People {
    /// A cell that is only a number, or letters and a number.
    pub(super) fn number_alone(&self, all: &[Word]) -> Option<PersonKey> {
        match all {
            [number] if number.is_number => {
                Some(self.number_key(number.text.parse().ok()?, &number.text))
            }
            [first, second] if first.is_number && second.is_number => self.parted_key(all),
            [letters, number] if !letters.is_number && number.is_number => {
                let is_word = self.words.whole(std::slice::from_ref(letters)).is_some();
                let value = number.text.parse().ok()?;
                let code = || PersonKey::Code(letters.text.clone(), value);
                Some(if is_word {
                    self.number_key(value, &number.text)
                } else {
                    code()
                })
            }
            _ => self.grouped_key(all),
        }
    }

    pub(super) fn initials(&self, all: &[Word], range: Range<usize>) -> Mention {
        let letters = joined(all.get(range.clone()).unwrap_or_default());
        let key = match self.aliases.get(&letters) {
            Some(Some(index)) => PersonKey::Listed(*index),
            _ => PersonKey::Initials(letters),
        };
        Mention { key, words: range }
    }

    pub(super) fn number_key(&self, value: u64, digits: &str) -> PersonKey {
        if let Some(index) = self.by_number.get(&value).copied().flatten() {
            return PersonKey::Listed(index);
        }
        if digits.len() > COUNT_DIGITS_MAX {
            return PersonKey::Code(String::new(), value);
        }
        PersonKey::Number(value)
    }

    pub(super) fn name_key(all: &[Word], written: &str) -> PersonKey {
        let is_letters = all.iter().all(|w| !w.is_number);
        let is_single = all.len() > 1 && all.iter().all(|w| w.text.chars().count() == 1);
        let is_run = matches!(all, [w] if w.is_upper && w.text.chars().count() <= 3);
        if is_letters && (is_single || is_run) {
            return PersonKey::Initials(joined(all));
        }
        Self::key_of_name(written)
    }

    /// A person by name; "Ortega, Dana" and "Dana Ortega" are one.
    pub(in super::super) fn key_of_name(written: &str) -> PersonKey {
        let folded = crate::text::fold(written).into_owned();
        let forward = match folded.split_once(',') {
            Some((last, first)) if !first.contains(',') && !first.trim().is_empty() => {
                format!("{} {}", first.trim(), last.trim())
            }
            _ => folded,
        };
        PersonKey::Name(forward)
    }
}
