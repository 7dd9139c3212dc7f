//! Rules on a whole note: whom it calls by name, and whether it is a record of measurements.
//!
//! Comes in: the expressions of such rules, and what a note holds. Goes out: what they find in it. An expression runs
//! only where the note holds what all its matches hold.

use regex::Regex;

use crate::coding::patterns::literals::needs;
use crate::coding::patterns::regexes::parsed;
use crate::coding::patterns::sought::{Seen, Sightings, Sought, Wanted};
use crate::model::cue::{CueCategory, CueRule};
use crate::text::{NormalText, Span};

/// Bytes beside a match that decide whether it begins or ends at a bound.
const BOUND_BYTES: usize = 8;

/// Names that one expression finds in a note, at most.
const NAMES_MAX: usize = 16;

/// The expressions that are read in whole notes.
#[derive(Debug, Clone, Default)]
pub(super) struct NoteRules {
    /// Signs of a note that is a record.
    records: Vec<NoteRule>,
    /// What gives names to people in a note.
    names: Vec<NoteRule>,
    /// What is no name, and what tells that a note's participant bears none.
    not_names: Vec<NoteRule>,
}

#[derive(Debug, Clone)]
struct NoteRule {
    rule: u32,
    category: CueCategory,
    /// What a rule against names is against.
    of: Vec<CueCategory>,
    /// Times that it must stand in a note.
    times: usize,
    regex: Regex,
    wanted: Wanted,
    /// The longest that a match may be, in bytes.
    longest: Option<usize>,
    /// Whether every match holds a capital.
    capital: bool,
}

impl NoteRules {
    /// Adds an expression of a rule, with what its matches hold to what is looked for.
    pub(super) fn add(&mut self, index: u32, rule: &CueRule, source: &str, sought: &mut Sought) {
        // A pattern that was read is a sound expression. It minds case; what it must hold does not.
        let (Ok(regex), Some(hir)) = (Regex::new(source), parsed(source)) else {
            return;
        };
        let list = match rule.category {
            CueCategory::Person | CueCategory::Participant => &mut self.names,
            CueCategory::Pseudo => &mut self.not_names,
            _ => &mut self.records,
        };
        list.push(NoteRule {
            rule: index,
            category: rule.category,
            of: rule.of.clone(),
            times: rule.reach.unwrap_or(1) as usize,
            regex,
            wanted: sought.want(&hir),
            longest: longest(source),
            capital: regex_syntax::parse(source).is_ok_and(|hir| needs(&hir, char::is_uppercase)),
        });
    }

    /// The people to whom a note gives a name ("her husband Mark"), each with the rule that tells
    /// who it is. `places` are those of literals in the text's folded form.
    pub(super) fn names(
        &self,
        text: &str,
        seen: &Seen,
        places: (&Sightings, &NormalText),
    ) -> Vec<(String, u32)> {
        let mut found: Vec<(String, u32)> = Vec::new();
        for rule in self.names.iter().filter(|rule| seen.holds(&rule.wanted)) {
            let against = || {
                let of = |r: &&NoteRule| r.of.contains(&rule.category);
                self.not_names.iter().filter(of)
            };
            let unnamed = rule.category == CueCategory::Participant
                && rule.regex.is_match(text)
                && against().any(|r| seen.holds(&r.wanted) && r.regex.is_match(text));
            if unnamed {
                continue;
            }
            for name in rule.names_in(text, places).take(NAMES_MAX) {
                let known = found.iter().any(|(n, _)| n == name);
                if !known && !against().any(|r| r.regex.is_match(name)) {
                    found.push((name.to_owned(), rule.rule));
                }
            }
        }
        found
    }

    /// Whether a word in capitals names nobody ("Monday").
    pub(super) fn is_no_name(&self, name: &str) -> bool {
        let of_people = |r: &&NoteRule| r.of.contains(&CueCategory::Person);
        let mut against = self.not_names.iter().filter(of_people);
        against.any(|r| r.regex.is_match(name))
    }

    /// The first rule whose sign stands in a note as often as it says, and where first.
    pub(super) fn record(&self, text: &str, seen: &Seen) -> Option<(u32, Span)> {
        let mut possible = self.records.iter().filter(|r| seen.holds(&r.wanted));
        possible.find_map(|rule| {
            rule.regex
                .find_iter(text)
                .nth(rule.times.saturating_sub(1))?;
            let first = rule.regex.find(text)?;
            Some((rule.rule, Span::new(first.start(), first.end())))
        })
    }
}

impl NoteRule {
    /// The names that the expression finds. Where all matches are short and hold a literal whose places are
    /// known, it reads only what is about these.
    fn names_in<'t>(
        &'t self,
        text: &'t str,
        places: (&Sightings, &NormalText),
    ) -> impl Iterator<Item = &'t str> {
        let near = self.near_literals(text, places);
        let parts = near.unwrap_or_else(|| vec![Span::new(0, text.len())]);
        let found = parts
            .into_iter()
            .filter(|part| !self.capital || may_hold_capital(part.slice(text)))
            .flat_map(|part| self.regex.captures_iter(part.slice(text)));
        found.filter_map(|groups| Some(groups.name("name")?.as_str()))
    }

    /// The parts of a text in which a match may stand. Each begins and ends beside white space, so that no bound of
    /// a word is found that the text itself does not have.
    fn near_literals(
        &self,
        text: &str,
        (seen, normal): (&Sightings, &NormalText),
    ) -> Option<Vec<Span>> {
        let reach = self.longest? + BOUND_BYTES;
        let ends = seen.ends_of(*self.wanted.sets.first()?)?;
        let bytes = text.as_bytes();
        let is_space = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
        let mut parts: Vec<Span> = Vec::new();
        for end in ends {
            let end = normal.to_source(Span::new(end, end)).end;
            let mut before = (0..end.saturating_sub(reach)).rev();
            let start = before.find(|&at| is_space(at)).unwrap_or(0);
            let mut behind = end.saturating_add(reach).min(text.len())..text.len();
            let end = behind.find(|&at| is_space(at)).unwrap_or(text.len());
            match parts.last_mut() {
                Some(last) if last.end >= start => *last = Span::new(last.start, end.max(last.end)),
                _ => parts.push(Span::new(start, end)),
            }
        }
        Some(parts)
    }
}

/// Whether a part of a text holds a capital; every byte is looked at, since that goes many at a time.
fn may_hold_capital(part: &str) -> bool {
    let may_be = |b: u8| b.is_ascii_uppercase() | !b.is_ascii();
    part.bytes().fold(false, |seen, b| seen | may_be(b))
}

/// The longest that a match of an expression may be, in bytes.
fn longest(source: &str) -> Option<usize> {
    let hir = regex_syntax::parse(source).ok()?;
    hir.properties().maximum_len()
}
