//! A note as the context sees it: what holds for all of its sentences.
//!
//! Comes in: text and layout. Goes out, worked out when first asked: by which pronoun the note
//! names its participant, whom it calls by name, and whether it is a record of measurements.

use std::cell::OnceCell;

use crate::coding::patterns::sought::{Seen, Sightings};
use crate::model::coding::Voice;
use crate::model::layout::Layout;
use crate::text::Span;

use super::names;
use super::note_rules::Places;
use super::rules::Rules;

/// Words of a note that are read for the participant's pronoun, at most.
const WORDS_READ_MAX: usize = 600;
/// A pronoun is the participant's where it stands at least so often.
const OWN_MIN: usize = 3;
/// And so many times as often as any other: three to two.
const OWN_TIMES: (usize, usize) = (3, 2);

/// A note's text and layout, with what is known of the whole.
#[derive(Debug)]
pub struct WholeNote<'n> {
    pub(super) text: &'n str,
    pub(crate) layout: &'n Layout,
    pronouns: OnceCell<Pronouns>,
    own_pronoun: OnceCell<Option<u32>>,
    record: OnceCell<Option<(u32, Span)>>,
    names: OnceCell<Vec<(String, u32)>>,
    /// Where literals stand about which expressions on the note are read.
    places: OnceCell<Places>,
    /// Where literals stand, if somebody looked already.
    given: Option<&'n Sightings>,
    sightings: OnceCell<Sightings>,
    seen: OnceCell<Seen>,
}

/// How often pronouns stand in a note.
#[derive(Debug, Clone, Default)]
struct Pronouns {
    /// By rule.
    all: Vec<(u32, usize)>,
    /// The same, less those that may be of the person whose account they stand in.
    elsewhere: Vec<(u32, usize)>,
}

fn count(counts: &mut Vec<(u32, usize)>, rule: u32) {
    match counts.iter_mut().find(|(r, _)| *r == rule) {
        Some((_, n)) => *n += 1,
        None => counts.push((rule, 1)),
    }
}

/// The pronoun that is clearly more frequent than the others; "they", which may be several people in any
/// note, where it is twice as frequent.
fn most_frequent(rules: &Rules, counts: &[(u32, usize)]) -> Option<u32> {
    let frequent = |shared: bool| {
        let of = counts
            .iter()
            .filter(move |(rule, _)| rules.is_shared(*rule) == shared);
        of.copied().max_by_key(|(_, n)| *n)
    };
    let (own, most) = frequent(false).unwrap_or((0, 0));
    if let Some((they, n)) = frequent(true)
        && n >= OWN_MIN
        && n >= most * 2
    {
        return Some(they);
    }
    let single = counts
        .iter()
        .filter(|(r, _)| *r != own && !rules.is_shared(*r));
    let next = single.map(|(_, n)| *n).max().unwrap_or(0);
    (most >= OWN_MIN && most * OWN_TIMES.1 >= next * OWN_TIMES.0).then_some(own)
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
            places: OnceCell::new(),
            given: None,
            sightings: OnceCell::new(),
            seen: OnceCell::new(),
        }
    }

    /// A note in which the literals of the expressions on whole notes were found together with others, by
    /// patterns that know these ([`Context::sought_in_notes`](super::Context::sought_in_notes)).
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
            let stands_elsewhere = |own: &u32| {
                let most = |of: bool| {
                    let counts = counts.elsewhere.iter();
                    let counts = counts.filter(|(rule, _)| (rule == own) == of);
                    counts.map(|(_, n)| *n).max().unwrap_or(0)
                };
                counts.elsewhere.is_empty() || most(true) > most(false)
            };
            most_frequent(rules, &counts.elsewhere)
                .or_else(|| most_frequent(rules, &counts.all).filter(stands_elsewhere))
        })
    }

    /// Whether another pronoun that may be the participant's stands in the note at least half as often.
    pub(super) fn is_matched(&self, rules: &Rules, pronoun: u32) -> bool {
        let counts = &self.pronouns(rules).all;
        let times = |rule: u32| {
            counts
                .iter()
                .find(|(r, _)| *r == rule)
                .map_or(0, |(_, n)| *n)
        };
        let others = counts
            .iter()
            .filter(|(r, _)| *r != pronoun && !rules.is_shared(*r));
        let most = others.map(|(_, n)| *n).max().unwrap_or(0);
        most > 0 && most * 2 >= times(pronoun)
    }

    /// How often each pronoun that may be the participant's stands in the note.
    fn pronouns(&self, rules: &Rules) -> &Pronouns {
        self.pronouns.get_or_init(|| {
            let mut counts = Pronouns::default();
            let words = &self.layout.words;
            let folded = words.normal().text();
            let sections = self.layout.sections.iter();
            let tells = sections.map(|s| s.voice).any(|v| v == Some(Voice::Other));
            for word in 0..words.len().min(WORDS_READ_MAX) {
                let span = words.folded_span(word);
                let first = folded.as_bytes().get(span.start).copied();
                if !first.is_some_and(|first| rules.may_be_own_pronoun(first, span.len())) {
                    continue;
                }
                let Some(rule) = rules.own_pronoun(span.slice(folded)) else {
                    continue;
                };
                count(&mut counts.all, rule);
                let informant = || self.informant(rules, words.span(word).start);
                let informant = tells.then(informant).flatten();
                if informant.is_none_or(|person| !rules.alone_stands_for(rule, person)) {
                    count(&mut counts.elsewhere, rule);
                }
            }
            counts
        })
    }

    /// The rule of the person whom the heading of an account names ("Collateral call with husband").
    pub(super) fn informant(&self, rules: &Rules, at: usize) -> Option<u32> {
        let section = self.layout.sections.get(self.layout.section_at(at)?)?;
        if section.voice != Some(Voice::Other) {
            return None;
        }
        let words = &self.layout.words;
        let mut heading = words.inside(section.heading);
        heading.find_map(|word| {
            // "Husband's report".
            let possessor = words.form(word).split('\'').next();
            possessor.and_then(|form| rules.person(form))
        })
    }

    /// The people whom the note names, each with the rule that tells who it is.
    pub(super) fn names(&self, rules: &Rules) -> &[(String, u32)] {
        self.names.get_or_init(|| {
            let (seen, places) = (self.seen(rules), self.places(rules));
            let mut names = rules.of_notes().names(self.text, seen, places);
            names::add_unintroduced(rules, self, &mut names);
            names
        })
    }

    /// What the note holds of what the expressions on whole notes look for.
    fn sightings(&self, rules: &Rules) -> &Sightings {
        let look = || rules.sought().look_afresh(&self.layout.words);
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

    fn places(&self, rules: &Rules) -> &Places {
        self.places.get_or_init(|| {
            let (sightings, normal) = (self.sightings(rules), self.layout.words.normal());
            rules.of_notes().places(self.text, sightings, normal)
        })
    }

    /// The rule that makes the note a record of measurements, and its first sign.
    pub(super) fn record(&self, rules: &Rules) -> Option<(u32, Span)> {
        *self.record.get_or_init(|| {
            let (seen, places) = (self.seen(rules), self.places(rules));
            rules.of_notes().record(self.text, seen, places)
        })
    }
}
