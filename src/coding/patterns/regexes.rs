//! Regular expressions on the folded text of lines.
//!
//! Comes in: the expressions of all groups. Goes out: their matches in a region. An expression reads
//! only the lines that hold what all its matches hold.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::Match;
use super::expression::{Case, Expression, parsed};
use super::held::{Held, HeldId, cuts_a_word};
use super::lines::lines_in;
use super::sought::{Seen, Sightings, Sought, Wanted};
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};

/// An expression in its place.
#[derive(Debug)]
struct Placed {
    group: usize,
    /// Index in the group.
    pattern: usize,
    expression: Expression,
    wanted: Wanted,
}

/// The regular expressions of all groups.
#[derive(Debug, Default)]
pub(crate) struct Regexes {
    all: Vec<Placed>,
    sought: Sought,
    /// For each set of literals, the expressions that are asked where it is seen.
    by_set: Vec<Vec<usize>>,
    /// Expressions without literals: they are asked in every line.
    everywhere: Vec<usize>,
    /// Groups that hold an expression, ascending.
    groups: Vec<usize>,
}

/// The lines of a region, and what each holds.
#[derive(Debug)]
pub(crate) struct Lines {
    lines: Vec<(Span, Seen)>,
    /// Whether the region cuts a word.
    cut: bool,
}

impl Lines {
    /// The lines of a span of the source.
    pub(crate) fn new(words: &Words, sightings: &Sightings, source: Span) -> Self {
        let folded = words.normal().text();
        let lines = lines_in(words, source);
        let cut = cuts_words(folded, &lines);
        let seen = |line: Span| (line, sightings.in_line(folded, line));
        Self {
            lines: lines.into_iter().map(seen).collect(),
            cut,
        }
    }
}

/// A thread's own copies of the expressions: to share one is to wait for each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Compiled(Arc<Vec<Expression>>);

impl Regexes {
    /// Reads all expressions; those that are not valid find nothing. What is `sought` already is looked
    /// for in the same look.
    pub(crate) fn new(groups: &[Vec<&Pattern>], sought: Sought) -> Self {
        let mut out = Self {
            sought,
            ..Self::default()
        };
        for (group, patterns) in groups.iter().enumerate() {
            for (pattern, it) in patterns.iter().enumerate() {
                let PatternBody::Regex(source) = &it.body else {
                    continue;
                };
                if let Some(hir) = parsed(source, Case::Folded) {
                    let wanted = out.sought.want(&hir);
                    out.add(Placed {
                        group,
                        pattern,
                        expression: Expression::new(source, Case::Folded),
                        wanted,
                    });
                }
            }
        }
        out.sought.build();
        out.by_set.resize(out.sought.len(), Vec::new());
        out
    }

    fn add(&mut self, expression: Placed) {
        let index = self.all.len();
        if self.groups.last() != Some(&expression.group) {
            self.groups.push(expression.group);
        }
        self.by_set.resize(self.sought.len(), Vec::new());
        match expression.wanted.sets.first() {
            Some(&rarest) => self.by_set[rarest].push(index),
            None => self.everywhere.push(index),
        }
        self.all.push(expression);
    }

    /// Room for one thread's copies of the expressions, each compiled when first asked.
    pub(crate) fn compiled(&self) -> Compiled {
        let own = self.all.iter().map(|it| it.expression.clone());
        Compiled(Arc::new(own.collect()))
    }

    /// Works out which literals a word form holds.
    pub(crate) fn hold(&self, form: &str, held: &mut Held) -> HeldId {
        self.sought.hold(form, held)
    }

    /// Looks once for all literals of a note, of whose words is known which hold any.
    pub(crate) fn sightings(
        &self,
        folded: &str,
        held: &Held,
        holding: &[(usize, HeldId)],
    ) -> Sightings {
        self.sought.look(folded, held, holding)
    }

    /// Sees what a line holds, of whose words is known which hold any literal.
    pub(crate) fn see(&self, line: (&str, Span), held: &Held, holding: &[(usize, HeldId)]) -> Seen {
        self.sought.see(line, held, holding)
    }

    /// Whether any expression may match in a note with such literals.
    pub(crate) fn may_match(&self, sightings: &Sightings) -> bool {
        !self.everywhere.is_empty() || !sightings.is_empty()
    }

    /// Whether a group holds an expression.
    pub(crate) fn has(&self, group: usize) -> bool {
        self.groups.binary_search(&group).is_ok()
    }

    /// All matches of a group's expressions in some lines, by pattern, then by place.
    pub(crate) fn find(
        &self,
        group: usize,
        words: &Words,
        compiled: &Compiled,
        lines: &Lines,
    ) -> Vec<Match> {
        let mut out = Vec::new();
        for (line, seen) in &lines.lines {
            let line = *line;
            for index in self.asked(group, seen, lines.cut) {
                let Some(regex) = compiled.0[index].on_text(seen.is_plain()) else {
                    continue;
                };
                let found = matches_of_line(regex, words, line);
                out.extend(found.map(|(covered, span)| Match {
                    pattern: self.all[index].pattern,
                    words: covered,
                    span,
                }));
            }
        }
        out.sort_by_key(|m| m.pattern);
        out
    }

    /// The expressions of a group that may match in a line which holds literals of these sets.
    fn asked(&self, group: usize, seen: &Seen, cuts_words: bool) -> Vec<usize> {
        let of_group = |index: &usize| self.all[*index].group == group;
        if cuts_words {
            return (0..self.all.len()).filter(of_group).collect();
        }
        let by_set = seen.sets().flat_map(|set| &self.by_set[set]);
        by_set
            .chain(&self.everywhere)
            .copied()
            .filter(of_group)
            .filter(|&index| seen.holds(&self.all[index].wanted))
            .collect()
    }
}

/// The matches of an expression on one line of the folded text: words touched, and source.
pub(crate) fn matches_of_line(
    regex: &Regex,
    words: &Words,
    line: Span,
) -> impl Iterator<Item = (Range<usize>, Span)> {
    let found = regex.find_iter(line.slice(words.normal().text()));
    found.filter(|m| !m.is_empty()).map(move |m| {
        let folded = Span::new(line.start + m.start(), line.start + m.end());
        let span = words.normal().to_source(folded);
        (words.touching(span), span)
    })
}

/// Whether a region begins or ends inside of a word, where `\b` holds for the region only.
fn cuts_words(folded: &str, lines: &[Span]) -> bool {
    let first = lines.first().map(|line| line.start);
    let last = lines.last().map(|line| line.end);
    first
        .into_iter()
        .chain(last)
        .any(|at| cuts_a_word(folded, at))
}
