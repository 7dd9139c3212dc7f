//! Session types and settings in the words of a clinic.
//!
//! Comes in: a cell, a name or a line. Goes out: a [`Verdict`]. "Ketamine evaluation" is an
//! evaluation, "integration after ketamine session" an integration; what could be two is said to
//! be open, not guessed.

use std::collections::BTreeSet;

use regex::Regex;

use crate::model::reading::{NOT_HELD, Named, ReadingRules};
use crate::text::Span;

use super::not_held::NotHeld;
use super::phrases::{Found, Numbers, Phrases, Reading};
use super::tick_boxes::ticked;
use super::type_names::{cues, owners};
use super::words::{Gap, Word, words};

/// What a text says of the type: indexes into the list of [`Named`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Verdict {
    /// The types it names, the note's own first; more than one where the note joins them.
    pub(super) kinds: Vec<usize>,
    /// Types between which it leaves the choice open.
    pub(super) open: Vec<usize>,
    /// Whether a deciding phrase says it.
    pub(super) is_sure: bool,
    /// Whether the phrase is all that the text says.
    pub(super) is_whole: bool,
    /// The session's number.
    pub(super) number: Option<u32>,
}

impl Verdict {
    /// Whether it names a type at all.
    pub(super) fn says(&self) -> bool {
        !self.kinds.is_empty() || !self.open.is_empty()
    }

    /// The note's own type.
    pub(super) fn kind(&self) -> Option<usize> {
        self.kinds.first().copied()
    }
}

/// What a phrase stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Decides(usize),
    Suggests(usize),
    /// A bill's phrase.
    Bills(usize),
    Nothing,
}

/// A list of session types, or of settings, compiled.
#[derive(Debug)]
pub(super) struct Kinds {
    names: Vec<Named>,
    phrases: Phrases<Meaning>,
    another_before: Phrases<()>,
    treatment_before: Phrases<()>,
    present_before: Phrases<()>,
    planned_after: Phrases<()>,
    joiners: BTreeSet<String>,
    title_words: BTreeSet<String>,
    numbers: Numbers,
    cues: Vec<(usize, Regex)>,
    /// The type of what was not held.
    not_held: Option<usize>,
    not_held_words: NotHeld,
}

/// Most words between "after" and the session that it makes another one.
const BETWEEN_MAX: usize = 2;
/// Most words between "seen today for" and the session.
const PRESENT_BETWEEN_MAX: usize = 5;

impl Kinds {
    /// Compiles a list of types, and phrases that only look like one.
    pub(super) fn new(
        names: &[Named],
        nothing: &[String],
        rules: &ReadingRules,
        numbers: &Numbers,
    ) -> Self {
        let mut names = names.to_vec();
        let owners = owners(&mut names);
        let mut list: Vec<(&str, Meaning)> = Vec::new();
        let of = |list: &mut Vec<_>, pick: fn(&Named) -> &Vec<String>, sure: bool| {
            for (named, owner) in names.iter().zip(&owners) {
                let meaning = if sure {
                    Meaning::Decides(*owner)
                } else {
                    Meaning::Suggests(*owner)
                };
                list.extend(pick(named).iter().map(|p| (p.as_str(), meaning)));
            }
        };
        of(&mut list, |n| &n.decides, true);
        list.extend(nothing.iter().map(|p| (p.as_str(), Meaning::Nothing)));
        of(&mut list, |n| &n.suggests, false);
        for (named, owner) in names.iter().zip(&owners) {
            let bills = named.bills.iter().map(String::as_str);
            list.extend(bills.map(|p| (p, Meaning::Bills(*owner))));
        }
        let plain = |list: &[String]| Phrases::new(list.iter().map(|p| (p.as_str(), ())), numbers);
        let set = |list: &[String]| list.iter().map(|w| w.to_lowercase()).collect();
        Self {
            phrases: Phrases::new(list, numbers),
            another_before: plain(&rules.another_before),
            treatment_before: plain(&rules.treatment_before),
            present_before: plain(&rules.present_before),
            planned_after: plain(&rules.planned_after),
            joiners: set(&rules.joiners),
            title_words: set(&rules.title_words),
            numbers: numbers.clone(),
            cues: cues(&names, &owners),
            not_held: names.iter().position(|n| n.name == NOT_HELD),
            not_held_words: NotHeld::new(rules, numbers),
            names: names.clone(),
        }
    }

    /// A type's name, if the study's list has it.
    pub(super) fn listed(&self, kind: usize) -> Option<&str> {
        let named = self.names.get(kind).filter(|n| n.listed)?;
        Some(&named.name)
    }

    /// A type's name.
    pub(super) fn name(&self, kind: usize) -> &str {
        self.names.get(kind).map_or("", |n| &n.name)
    }

    /// Reads a cell, name or line whose dates and people have been blanked out.
    pub(super) fn read(&self, text: &str, reading: Reading) -> Verdict {
        let text = ticked(text);
        let all = words(&text);
        let found = self.phrases.find(&all, reading);
        let live: Vec<Found<Meaning>> = found
            .iter()
            .filter(|f| f.value != Meaning::Nothing && !self.is_another(&all, f, &found))
            .cloned()
            .collect();
        let mut verdict = self.decide(&live, &all);
        let taken = |at: usize| live.iter().any(|f| f.words.contains(&at));
        verdict.is_whole = all.iter().enumerate().all(|(at, word)| {
            let is_initials = word.is_upper && word.text.chars().count() <= 3;
            taken(at) || word.is_number || is_initials || self.title_words.contains(&word.text)
        });
        if verdict.number.is_none() {
            verdict.number = self.number_near(&all, &live);
        }
        verdict
    }

    /// Reads the value of a field or a cell. A span of time that ends it tells since when, and not
    /// that the visit is to come: "F/U 1 mo".
    pub(super) fn read_answer(&self, text: &str, reading: Reading) -> Verdict {
        let said = self.read(text, reading);
        if said.says() {
            return said;
        }
        let all = words(text);
        let span = all.iter().enumerate().find(|(at, word)| {
            let ends = self.planned_after.longest_at(&all, *at, Reading::Name);
            self.numbers.value(word).is_some() && ends.is_some_and(|e| e.words.end == all.len())
        });
        match span {
            Some((_, word)) => self.read(Span::new(0, word.span.start).slice(text), reading),
            None => said,
        }
    }

    /// Whether a sentence says of the session that it was not held, and nothing before it.
    pub(super) fn says_not_held(&self, sentence: &str) -> bool {
        let all = words(sentence);
        let named = |at: usize| {
            let found = self.phrases.longest_at(&all, at, Reading::Name)?;
            let is_it =
                matches!(found.value, Meaning::Decides(kind) if Some(kind) == self.not_held);
            is_it.then_some(found.words.end)
        };
        self.not_held_words.open(&all, named)
    }

    /// What says that a session was not held, if the study knows such a type.
    pub(super) fn not_held(&self) -> Option<Verdict> {
        let kind = self.not_held?;
        Some(Verdict {
            kinds: vec![kind],
            is_sure: true,
            ..Verdict::default()
        })
    }

    /// Whether a verdict is that the session was not held.
    pub(super) fn is_not_held(&self, verdict: &Verdict) -> bool {
        verdict.is_sure && self.not_held.is_some() && verdict.kind() == self.not_held
    }

    /// The first type that a text names, deciding phrases before others.
    pub(super) fn first(&self, text: &str, reading: Reading) -> Option<usize> {
        self.first_sure(text, reading)
            .or_else(|| self.first_of(text, reading, false))
    }

    /// The first type that a text names by a deciding phrase.
    pub(super) fn first_sure(&self, text: &str, reading: Reading) -> Option<usize> {
        self.first_of(text, reading, true)
    }

    fn first_of(&self, text: &str, reading: Reading, sure: bool) -> Option<usize> {
        let text = ticked(text);
        let all = words(&text);
        let found = self.phrases.find(&all, reading);
        found.iter().find_map(|f| match f.value {
            Meaning::Decides(kind) if sure && !self.follows_another(&all, f) => Some(kind),
            Meaning::Suggests(kind) | Meaning::Bills(kind)
                if !sure && !self.follows_another(&all, f) =>
            {
                Some(kind)
            }
            _ => None,
        })
    }

    /// Reads a long opening sentence: only a type that it says to be this session's.
    pub(super) fn read_prose(&self, sentence: &str, reading: Reading) -> Verdict {
        let all = words(sentence);
        let found = self.phrases.find(&all, reading);
        let is_present = |f: &Found<Meaning>| {
            // A bare "IS" at a sentence's start may be the verb.
            let is_plain =
                f.words.len() > 1 || all.get(f.words.start).is_some_and(|w| w.text.len() > 3);
            let opens = f.words.start <= 1 && is_plain;
            let cue = self.present_until(&all, f.words.start, reading);
            let is_near = cue.is_some_and(|end| f.words.start - end <= PRESENT_BETWEEN_MAX);
            let is_other =
                self.is_another(&all, f, &found) && !self.is_first_here(&all, f, reading);
            (opens || is_near) && !is_other
        };
        let live: Vec<_> = found
            .iter()
            .filter(|f| matches!(f.value, Meaning::Decides(_)) && is_present(f))
            .cloned()
            .collect();
        self.decide(&live, &all)
    }

    /// Whether "her first" before a phrase follows "attended today for": it is held here.
    fn is_first_here(&self, all: &[Word], of: &Found<Meaning>, reading: Reading) -> bool {
        let Some(ordinal) = of.words.start.checked_sub(1) else {
            return false;
        };
        let Some(owner) = ordinal.checked_sub(1) else {
            return false;
        };
        let counts = all
            .get(ordinal)
            .is_some_and(|w| self.numbers.value(w).is_some());
        let cue = self.present_until(all, owner, reading);
        let is_planned = self
            .planned_after
            .longest_at(all, of.words.end, Reading::Name)
            .is_some();
        counts && !is_planned && cue.is_some_and(|end| owner - end <= 1)
    }

    /// The word behind the last "seen today for" before a word, in the same clause or not.
    fn present_until(&self, all: &[Word], before: usize, reading: Reading) -> Option<usize> {
        let ends = (0..before).filter_map(|at| {
            let cue = self.present_before.longest_at(all, at, reading)?;
            Some(cue.words.end).filter(|end| *end <= before)
        });
        ends.max()
    }

    /// Whether words like "seen on" stand in a text.
    pub(super) fn speaks_of_now(&self, text: &str) -> bool {
        let all = words(text);
        self.present_until(&all, all.len(), Reading::Name).is_some()
    }

    /// Reads a regular expression's cue in an opening sentence, if nothing makes it another
    /// session's.
    pub(super) fn read_cues(&self, sentence: &str) -> Option<usize> {
        self.cues.iter().find_map(|(kind, cue)| {
            let found = cue.find(sentence)?;
            let before = words(Span::new(0, found.start()).slice(sentence));
            let is_other = (0..before.len()).any(|at| {
                let longest = |p: &Phrases<()>| p.longest_at(&before, at, Reading::Name).is_some();
                longest(&self.another_before) || longest(&self.treatment_before)
            });
            (!is_other).then_some(*kind)
        })
    }

    /// Where a line names a type, for telling header lines from prose.
    pub(super) fn spans(&self, all: &[Word], reading: Reading) -> Vec<(Span, bool)> {
        let found = self.phrases.find(all, reading);
        let named = found.iter().filter_map(|f| {
            let (first, last) = (
                all.get(f.words.start)?,
                all.get(f.words.end.checked_sub(1)?)?,
            );
            let is_other = f.value == Meaning::Nothing || self.is_another(all, f, &found);
            Some((Span::new(first.span.start, last.span.end), !is_other))
        });
        named.collect()
    }

    /// Whether words around a phrase make it another session's, or a planned one.
    fn is_another(&self, all: &[Word], of: &Found<Meaning>, found: &[Found<Meaning>]) -> bool {
        let yields = match of.value {
            Meaning::Decides(kind) | Meaning::Suggests(kind) | Meaning::Bills(kind) => {
                self.names.get(kind).is_some_and(|n| n.yields)
            }
            Meaning::Nothing => false,
        };
        let after = all.get(of.words.end).filter(|w| w.gap <= Gap::Piece);
        if after.is_some_and(|_| {
            self.planned_after
                .longest_at(all, of.words.end, Reading::Name)
                .is_some()
        }) {
            return true;
        }
        let from = of.words.start.saturating_sub(BETWEEN_MAX + 3);
        (from..of.words.start).any(|at| {
            let other = self.another_before.longest_at(all, at, Reading::Name);
            let treatment = self.treatment_before.longest_at(all, at, Reading::Name);
            let cue = other.or(treatment.filter(|_| yields));
            cue.is_some_and(|cue| {
                let end = cue.words.end;
                let is_near = end <= of.words.start && of.words.start - end <= BETWEEN_MAX;
                let inside = |f: &Found<Meaning>| {
                    f.words.contains(&at) || (f.words.start >= end && f.words.end <= of.words.start)
                };
                is_near && !breaks(all, end, of.words.start) && !found.iter().any(inside)
            })
        })
    }

    /// Whether a word right before a phrase makes it another session's.
    fn follows_another(&self, all: &[Word], of: &Found<Meaning>) -> bool {
        let from = of.words.start.saturating_sub(3);
        (from..of.words.start).any(|at| {
            let cue = self.another_before.longest_at(all, at, Reading::Name);
            cue.is_some_and(|cue| cue.words.end == of.words.start)
        })
    }

    fn decide(&self, live: &[Found<Meaning>], all: &[Word]) -> Verdict {
        let sure: Vec<(usize, &Found<Meaning>)> = live
            .iter()
            .filter_map(|f| match f.value {
                Meaning::Decides(kind) => Some((kind, f)),
                Meaning::Suggests(_) | Meaning::Bills(_) | Meaning::Nothing => None,
            })
            .collect();
        let weak = live.iter().filter_map(|f| match f.value {
            Meaning::Suggests(kind) => Some((kind, f)),
            Meaning::Decides(_) | Meaning::Bills(_) | Meaning::Nothing => None,
        });
        let billed = live.iter().filter_map(|f| match f.value {
            Meaning::Bills(kind) => Some((kind, f)),
            Meaning::Decides(_) | Meaning::Suggests(_) | Meaning::Nothing => None,
        });
        let is_sure = !sure.is_empty();
        let mut named: Vec<(usize, &Found<Meaning>)> = if is_sure { sure } else { weak.collect() };
        if named.is_empty() {
            named = billed.collect();
        }
        let number_of = |kind: usize| {
            let mut of = named.iter().filter(|(k, _)| *k == kind);
            of.find_map(|(_, f)| f.number)
        };
        let mut verdict = Verdict {
            is_sure,
            ..Verdict::default()
        };
        let kinds = distinct(named.iter().map(|(kind, _)| *kind));
        // Whatever was planned: it was not held.
        let not_held = self.not_held.filter(|n| is_sure && kinds.contains(n));
        if let Some(not_held) = not_held {
            verdict.kinds = vec![not_held];
        } else if kinds.len() > 1 {
            if kinds.len() > 2 {
                // A form's list of options.
                verdict.open = kinds;
            } else if self.are_joined(&named, all) {
                verdict.kinds = kinds;
            } else {
                let yields = |k: &usize| self.names.get(*k).is_some_and(|n| n.yields);
                let mut rest = kinds;
                rest.retain(|k| !yields(k));
                // The study's own types go before others.
                if rest.iter().any(|k| self.listed(*k).is_some()) {
                    rest.retain(|k| self.listed(*k).is_some());
                }
                match rest.as_slice() {
                    [one] => verdict.kinds = vec![*one],
                    _ => verdict.open = rest,
                }
            }
        } else {
            verdict.kinds = kinds;
        }
        verdict.number = verdict.kind().and_then(number_of);
        verdict
    }

    /// Whether the first two types are joined by "and", "+", "with".
    fn are_joined(&self, named: &[(usize, &Found<Meaning>)], all: &[Word]) -> bool {
        let Some(pair) = named.windows(2).find(|p| p[0].0 != p[1].0) else {
            return false;
        };
        let between = all
            .get(pair[0].1.words.end..pair[1].1.words.start)
            .unwrap_or_default();
        let is_joiner = |w: &Word| self.joiners.contains(&w.text);
        let by_word = between.iter().any(is_joiner)
            && between
                .iter()
                .all(|w| is_joiner(w) || w.is_number || self.title_words.contains(&w.text));
        by_word
            || (between.is_empty()
                && all
                    .get(pair[1].1.words.start)
                    .is_some_and(|w| w.gap == Gap::Joined))
    }

    /// A number right before or behind the phrases, where it counts: "#4 dosing", "third KAP".
    fn number_near(&self, all: &[Word], live: &[Found<Meaning>]) -> Option<u32> {
        let first = live.first()?;
        let before = first
            .words
            .start
            .checked_sub(1)
            .and_then(|at| all.get(at))?;
        let is_near = all
            .get(first.words.start)
            .is_some_and(|w| w.gap <= Gap::Loose);
        self.numbers
            .value(before)
            .filter(|n| is_near && *n > 0 && *n < 100)
    }
}

/// Whether a comma, bracket or more stands between two words.
fn breaks(all: &[Word], from: usize, to: usize) -> bool {
    let between = all.get(from..=to).unwrap_or_default();
    between.iter().any(|w| w.gap > Gap::Joined)
}

fn distinct(kinds: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut out = Vec::new();
    for kind in kinds {
        if !out.contains(&kind) {
            out.push(kind);
        }
    }
    out
}
