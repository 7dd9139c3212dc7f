//! What the participant wrote herself, by its title: a journal that is cut at its days.
//!
//! Comes in: the lines above a text, and the text. Goes out: whether it is the participant's own. It refuses a
//! title of somebody else's ("Nursing journal"), and a text in a clinician's words.

use super::Recogniser;
use super::phrases::{Numbers, Phrases, Reading};
use super::words::words;
use crate::model::reading::ReadingRules;

/// Most words of a title.
const TITLE_WORDS_MAX: usize = 14;

/// Words behind the first of a title that may make it no title ("journal reviewed").
const BEHIND_WORDS_MAX: usize = 2;

/// The words that tell it.
#[derive(Debug)]
pub(super) struct OwnWriting {
    titles: Phrases<()>,
    not_titles: Phrases<()>,
    clinical: Phrases<()>,
}

impl OwnWriting {
    /// Compiles the words.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers) -> Self {
        let plain = |list: &[String]| Phrases::new(list.iter().map(|p| (p.as_str(), ())), numbers);
        Self {
            titles: plain(&rules.own_writing),
            not_titles: plain(&rules.not_own_writing),
            clinical: plain(&rules.clinical_words),
        }
    }
}

impl Recogniser {
    /// Whether a line above a text is the title of the participant's own writing ("Patient's journal"), and
    /// the text is in no clinician's words.
    pub(crate) fn is_own_writing<'l>(
        &self,
        mut above: impl Iterator<Item = &'l str>,
        text: &str,
    ) -> bool {
        let own = &self.own_writing;
        let is_title = |line: &str| {
            let all = words(line);
            let at = |of: &Phrases<()>, from| of.longest_at(&all, from, Reading::Name).is_some();
            let title = (0..all.len()).find(|&from| at(&own.titles, from));
            let of_another = |title: usize| {
                let behind = all.len().min(title + 1 + BEHIND_WORDS_MAX);
                (0..behind).any(|from| at(&own.not_titles, from))
            };
            all.len() <= TITLE_WORDS_MAX && title.is_some_and(|title| !of_another(title))
        };
        above.any(is_title) && {
            let all = words(text);
            !(0..all.len()).any(|from| {
                let found = own.clinical.longest_at(&all, from, Reading::Name);
                found.is_some()
            })
        }
    }
}
