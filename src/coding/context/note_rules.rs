//! Rules on a whole note: whom it calls by name, and whether it is a record of measurements.
//!
//! Comes in: the expressions of such rules, and what a note holds. Goes out: what they find in it. An expression runs
//! only where the note holds what all its matches hold.

use regex_syntax::hir::{Hir, HirKind};

use crate::coding::patterns::expression::{Case, Expression, parsed};
use crate::coding::patterns::literals::{around, group, is_followed_by, needs};
use crate::coding::patterns::sought::{Seen, Sightings, Sought, Wanted};
use crate::model::cue::{CueCategory, CueRule};
use crate::text::{NormalText, Span};

/// Bytes beside a match that decide whether it begins or ends at a bound.
const BOUND_BYTES: usize = 8;

/// The group of an expression that holds a name.
const NAME: &str = "name";
/// Names that one expression finds in a note, at most.
const NAMES_MAX: usize = 16;

/// The expressions that are read in whole notes.
#[derive(Debug, Clone, Default)]
pub(super) struct NoteRules {
    /// Signs of a note that is a record.
    records: Vec<NoteRule>,
    /// What gives names to people in a note.
    names: Vec<NoteRule>,
    /// For each set of literals, about which of its places expressions are read.
    located: Vec<Located>,
    /// What is no name, and what tells that a note's participant bears none.
    not_names: Vec<NoteRule>,
}

/// About which places of a literal expressions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Located {
    Nowhere,
    /// Where a name may stand right behind it: most places are none.
    BeforeNames,
    Everywhere,
}

/// Where literals about which expressions are read stand in a note.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<Place>,
    /// Sets that were looked for: another's literals may stand anywhere.
    looked_for: Vec<bool>,
}

/// Where a literal stands in a text.
#[derive(Debug, Clone, Copy)]
struct Place {
    set: usize,
    /// Byte behind it.
    end: usize,
    /// Whether a capital may follow at once.
    before_capital: bool,
}

#[derive(Debug, Clone)]
struct NoteRule {
    rule: u32,
    category: CueCategory,
    /// What a rule against names is against.
    of: Vec<CueCategory>,
    /// Times that it must stand in a note.
    times: usize,
    expression: Expression,
    wanted: Wanted,
    /// Bytes that a match may reach before the end of its rarest literal, and behind it.
    around: Option<(usize, usize)>,
    /// Whether every match holds a capital.
    capital: bool,
    /// Whether a name, which begins with a capital, stands right behind that literal.
    before_name: bool,
}

impl NoteRules {
    /// Adds an expression of a rule, with what its matches hold to what is looked for.
    pub(super) fn add(&mut self, index: u32, rule: &CueRule, source: &str, sought: &mut Sought) {
        // A pattern that was read is a sound expression. It minds case; what it must hold does not.
        let read = (parsed(source, Case::Folded), parsed(source, Case::Minded));
        let (Some(hir), Some(cased)) = read else {
            return;
        };
        // What is against names is hardly ever asked, and then of a name.
        let is_sought = rule.category != CueCategory::Pseudo;
        let rule = NoteRule {
            rule: index,
            category: rule.category,
            of: rule.of.clone(),
            times: rule.reach.unwrap_or(1) as usize,
            expression: Expression::new(source, Case::Minded),
            wanted: if is_sought {
                sought.want(&hir)
            } else {
                Wanted::default()
            },
            around: around(&hir),
            before_name: is_followed_by(&hir, NAME) && begins_with_capital(&cased),
            capital: needs(&cased, char::is_uppercase),
        };
        if let Some(set) = rule.located() {
            let sets = self.located.len().max(set + 1);
            self.located.resize(sets, Located::Nowhere);
            let about = if rule.before_name {
                Located::BeforeNames
            } else {
                Located::Everywhere
            };
            self.located[set] = self.located[set].max(about);
        }
        match rule.category {
            CueCategory::Person | CueCategory::Participant => self.names.push(rule),
            CueCategory::Pseudo => self.not_names.push(rule),
            _ => self.records.push(rule),
        }
    }

    /// The people to whom a note gives a name ("her husband Mark"), each with the rule that tells
    /// who it is.
    pub(super) fn names(&self, text: &str, seen: &Seen, places: &Places) -> Vec<(String, u32)> {
        let mut found: Vec<(String, u32)> = Vec::new();
        for rule in self.names.iter().filter(|rule| seen.holds(&rule.wanted)) {
            let against = || self.against(rule.category);
            let unnamed = rule.category == CueCategory::Participant
                && rule.matches(text)
                && against().any(|r| r.matches(text));
            if unnamed {
                continue;
            }
            let parts = rule.parts(text, places);
            for name in rule.names_in(text, parts).take(NAMES_MAX) {
                let known = found.iter().any(|(n, _)| n == name);
                if !known && !against().any(|r| r.matches(name)) {
                    found.push((name.to_owned(), rule.rule));
                }
            }
        }
        found
    }

    /// The places of the literals about which expressions are read, from those in the text's folded form.
    pub(super) fn places(&self, text: &str, seen: &Sightings, normal: &NormalText) -> Places {
        let in_source = |end: usize| normal.to_source(Span::new(end, end)).end;
        let is_before_capital = |end: usize| {
            let next = text.as_bytes().get(end);
            next.is_some_and(|&byte| may_be_capital(byte))
        };
        let ends = seen.ends_of(|end, set| match self.located.get(set) {
            None | Some(Located::Nowhere) => false,
            Some(Located::BeforeNames) => is_before_capital(in_source(end)),
            Some(Located::Everywhere) => true,
        });
        let places = ends.into_iter().map(|(end, set)| {
            let end = in_source(end);
            Place {
                set,
                end,
                before_capital: is_before_capital(end),
            }
        });
        Places {
            all: places.collect(),
            looked_for: (0..self.located.len())
                .map(|set| seen.looked_for(set))
                .collect(),
        }
    }

    /// Whether a word in capitals names nobody ("Monday").
    pub(super) fn is_no_name(&self, name: &str) -> bool {
        let mut against = self.against(CueCategory::Person);
        against.any(|r| r.matches(name))
    }

    /// The rules against names of a category.
    fn against(&self, category: CueCategory) -> impl Iterator<Item = &NoteRule> {
        let of = move |r: &&NoteRule| r.of.contains(&category);
        self.not_names.iter().filter(of)
    }

    /// The first rule whose sign stands in a note as often as it says, and where first.
    pub(super) fn record(&self, text: &str, seen: &Seen, places: &Places) -> Option<(u32, Span)> {
        let mut possible = self.records.iter().filter(|r| seen.holds(&r.wanted));
        possible.find_map(|rule| {
            let parts = rule.parts(text, places);
            let mut signs = rule.matches_in(text, parts).take(rule.times.max(1));
            let first = signs.next()?;
            (1 + signs.count() >= rule.times).then_some((rule.rule, first))
        })
    }
}

impl NoteRule {
    fn matches(&self, text: &str) -> bool {
        let regex = self.expression.on(text);
        regex.is_some_and(|regex| regex.is_match(text))
    }

    /// The set of literals about whose places the expression is read: its matches are short.
    fn located(&self) -> Option<usize> {
        self.around.and(self.wanted.sets.first().copied())
    }

    /// What is read of a text. Where all matches are short and hold a literal whose places are known, that is only
    /// what is about these.
    fn parts(&self, text: &str, places: &Places) -> Vec<Span> {
        let near = self.near_literals(text, places);
        near.unwrap_or_else(|| vec![Span::new(0, text.len())])
    }

    /// The matches of the expression in some parts.
    fn matches_in(&self, text: &str, parts: Vec<Span>) -> impl Iterator<Item = Span> {
        parts.into_iter().flat_map(move |part| {
            let read = part.slice(text);
            let regex = self.expression.on(read).into_iter();
            let found = regex.flat_map(move |regex| regex.find_iter(read));
            found.map(move |m| Span::new(part.start + m.start(), part.start + m.end()))
        })
    }

    /// The names that the expression finds in some parts.
    fn names_in<'t>(&'t self, text: &'t str, parts: Vec<Span>) -> impl Iterator<Item = &'t str> {
        let found = parts
            .into_iter()
            .filter(|part| !self.capital || may_hold_capital(part.slice(text)))
            .flat_map(|part| {
                let part = part.slice(text);
                let regex = self.expression.on(part).into_iter();
                regex.flat_map(|regex| regex.captures_iter(part))
            });
        found.filter_map(|groups| Some(groups.name(NAME)?.as_str()))
    }

    /// The parts of a text in which a match may stand. Each begins and ends beside white space, so that no bound of
    /// a word is found that the text itself does not have.
    fn near_literals(&self, text: &str, places: &Places) -> Option<Vec<Span>> {
        let (before, behind) = self.around?;
        let (before, behind) = (before + BOUND_BYTES, behind + BOUND_BYTES);
        let is_known = |set: &usize| places.looked_for.get(*set) == Some(&true);
        let set = self.located().filter(is_known)?;
        let bytes = text.as_bytes();
        let is_space = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
        let mut parts: Vec<Span> = Vec::new();
        let stands = |it: &&Place| it.set == set && (it.before_capital || !self.before_name);
        for end in places.all.iter().filter(stands).map(|it| it.end) {
            let mut starts = (0..end.saturating_sub(before)).rev();
            let start = starts.find(|&at| is_space(at)).unwrap_or(0);
            let mut ends = end.saturating_add(behind).min(text.len())..text.len();
            let end = ends.find(|&at| is_space(at)).unwrap_or(text.len());
            match parts.last_mut() {
                Some(last) if last.end >= start => *last = Span::new(last.start, end.max(last.end)),
                _ => parts.push(Span::new(start, end)),
            }
        }
        Some(parts)
    }
}

/// Whether an expression's names begin with a capital.
fn begins_with_capital(hir: &Hir) -> bool {
    let HirKind::Concat(parts) = hir.kind() else {
        return false;
    };
    let mut names = parts.iter().filter_map(|part| group(part, NAME));
    names.any(|name| match name.kind() {
        HirKind::Concat(letters) => letters
            .first()
            .is_some_and(|l| needs(l, char::is_uppercase)),
        _ => false,
    })
}

/// Whether a part of a text holds a capital; every byte is looked at, since that goes many at a time.
fn may_hold_capital(part: &str) -> bool {
    part.bytes().fold(false, |seen, b| seen | may_be_capital(b))
}

/// Whether a byte begins a capital, as far as ASCII tells.
fn may_be_capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() | !byte.is_ascii()
}
