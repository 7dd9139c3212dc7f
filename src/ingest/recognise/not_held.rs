//! Openings of notes on sessions that were not held: "No show. Left voicemail."
//!
//! Comes in: the words of a sentence. Goes out: whether it says so, and of the session. It refuses to
//! read "cancelled her trip" or "did not come back" so.

use std::collections::BTreeSet;

use crate::model::reading::ReadingRules;

use super::phrases::{Numbers, Phrases, Reading};
use super::words::{Gap, Word};

/// Most words before it: "Pt did not attend".
const BEFORE_MAX: usize = 3;

/// The words of such openings.
#[derive(Debug)]
pub(super) struct NotHeld {
    openings: Phrases<()>,
    behind: BTreeSet<String>,
}

impl NotHeld {
    /// Compiles the words.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers) -> Self {
        let openings = rules.not_held_openings.iter();
        let behind = rules.not_held_behind.iter();
        Self {
            openings: Phrases::new(openings.map(|p| (p.as_str(), ())), numbers),
            behind: behind.map(|w| w.to_lowercase()).collect(),
        }
    }

    /// Whether a sentence opens so; `named` gives where a phrase of the type ends that begins at a word.
    pub(super) fn open(&self, all: &[Word], named: impl Fn(usize) -> Option<usize>) -> bool {
        let end = |at: usize| {
            let opening = self.openings.longest_at(all, at, Reading::Name);
            named(at).max(opening.map(|found| found.words.end))
        };
        let stands_alone = |end: usize| {
            all.get(end).is_none_or(|w| {
                w.gap >= Gap::Dash
                    || w.is_number
                    || w.text.starts_with('x')
                    || self.behind.contains(&w.text)
            })
        };
        (0..all.len().min(BEFORE_MAX + 1)).any(|at| end(at).is_some_and(stands_alone))
    }
}
