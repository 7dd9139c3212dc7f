//! A note as the context sees it: what holds for all of its sentences.
//!
//! Comes in: text and layout. Goes out, worked out when first asked: by which pronoun the note
//! names its participant, whom it calls by name, and whether it is a record of measurements.

use std::cell::OnceCell;

use crate::coding::patterns::sought::{Seen, Sightings};
use crate::model::layout::Layout;
use crate::text::Span;

use super::rules::Rules;

/// Words of a note that are read for the participant's pronoun, at most.
const WORDS_READ_MAX: usize = 600;
/// A pronoun is the participant's where it stands at least so often.
const OWN_MIN: usize = 3;
/// And so many times as often as any other.
const OWN_TIMES: usize = 2;

/// A note's text and layout, with what is known of the whole.
#[derive(Debug)]
pub struct WholeNote<'n> {
    pub(super) text: &'n str,
    pub(super) layout: &'n Layout,
    pronouns: OnceCell<Vec<(u32, usize)>>,
    own_pronoun: OnceCell<Option<u32>>,
    record: OnceCell<Option<(u32, Span)>>,
    names: OnceCell<Vec<(String, u32)>>,
    /// Where literals stand, if somebody looked already.
    given: Option<&'n Sightings>,
    sightings: OnceCell<Sightings>,
    seen: OnceCell<Seen>,
}

impl<'n> WholeNote<'n> {
    /// A note of which nothing is known yet.
    pub fn new(text: &'n str, layout: &'n Layout) -> Self {
        Self {
            text,
            layout,
            pronouns: OnceCell::new(),
            own_pronoun: OnceCell::new(),
            record: OnceCell::new(),
            names: OnceCell::new(),
            given: None,
            sightings: OnceCell::new(),
            seen: OnceCell::new(),
        }
    }

    /// A note in which the literals of the context's expressions were found together with others, by
    /// patterns that know the context's ([`Context::sought`](super::Context::sought)).
    pub(crate) fn seen_through(
        text: &'n str,
        layout: &'n Layout,
        sightings: &'n Sightings,
    ) -> Self {
        Self {
            given: Some(sightings),
            ..Self::new(text, layout)
        }
    }

    /// The pronoun rule that stands for the participant ("she" in most of these notes), where one is
    /// clearly more frequent than the others.
    pub(super) fn own_pronoun(&self, rules: &Rules) -> Option<u32> {
        *self.own_pronoun.get_or_init(|| {
            let counts = self.pronouns(rules);
            let (own, most) = counts.iter().copied().max_by_key(|(_, n)| *n)?;
            let others = counts.iter().filter(|(r, _)| *r != own);
            let next = others.map(|(_, n)| *n).max().unwrap_or(0);
            (most >= OWN_MIN && most >= next * OWN_TIMES).then_some(own)
        })
    }

    /// Whether another pronoun that may be the participant's stands in the note at least half as often.
    pub(super) fn is_matched(&self, rules: &Rules, pronoun: u32) -> bool {
        let counts = self.pronouns(rules);
        let times = |rule: u32| {
            counts
                .iter()
                .find(|(r, _)| *r == rule)
                .map_or(0, |(_, n)| *n)
        };
        let others = counts.iter().filter(|(r, _)| *r != pronoun);
        let most = others.map(|(_, n)| *n).max().unwrap_or(0);
        most > 0 && most * OWN_TIMES >= times(pronoun)
    }

    /// How often each pronoun that may be the participant's stands in the note.
    fn pronouns(&self, rules: &Rules) -> &[(u32, usize)] {
        self.pronouns.get_or_init(|| {
            let mut counts: Vec<(u32, usize)> = Vec::new();
            let words = &self.layout.words;
            for word in 0..words.len().min(WORDS_READ_MAX) {
                if let Some(rule) = rules.own_pronoun(words.form(word)) {
                    match counts.iter_mut().find(|(r, _)| *r == rule) {
                        Some((_, n)) => *n += 1,
                        None => counts.push((rule, 1)),
                    }
                }
            }
            counts
        })
    }

    /// The people whom the note names, each with the rule that tells who it is.
    pub(super) fn names(&self, rules: &Rules) -> &[(String, u32)] {
        self.names.get_or_init(|| {
            let places = (self.sightings(rules), self.layout.words.normal());
            rules.of_notes().names(self.text, self.seen(rules), places)
        })
    }

    /// What the note holds of what expressions look for.
    pub(super) fn sightings(&self, rules: &Rules) -> &Sightings {
        let look = || rules.sought().look(self.layout.words.normal().text());
        self.given
            .unwrap_or_else(|| self.sightings.get_or_init(look))
    }

    /// The same, wherever it stands.
    fn seen(&self, rules: &Rules) -> &Seen {
        let look = || {
            let folded = self.layout.words.normal().text();
            let whole = Span::new(0, folded.len());
            self.sightings(rules).in_line(folded, whole)
        };
        self.seen.get_or_init(look)
    }

    /// The rule that makes the note a record of measurements, and its first sign.
    pub(super) fn record(&self, rules: &Rules) -> Option<(u32, Span)> {
        *self
            .record
            .get_or_init(|| rules.of_notes().record(self.text, self.seen(rules)))
    }
}
