//! Regular expressions on the folded text of lines.
//!
//! Comes in: the expressions of all groups. Goes out: their matches in a region. One pass over a
//! note looks for the literals that matches must hold; an expression reads only the lines that hold
//! one of each of its sets. An expression without such literals reads every line.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

use super::Match;
use super::lines::lines_in;
use super::literals::{LiteralSet, required};
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};

/// An expression with its place.
#[derive(Debug)]
struct Expression {
    group: usize,
    /// Index in the group.
    pattern: usize,
    source: String,
    /// Sets of literals, of each of which a line must hold one.
    sets: Vec<usize>,
}

/// The regular expressions of all groups.
#[derive(Debug, Default)]
pub(crate) struct Regexes {
    all: Vec<Expression>,
    sets: Vec<LiteralSet>,
    /// For each set, the expressions that are asked where it is seen.
    by_set: Vec<Vec<usize>>,
    /// Expressions that read every line.
    everywhere: Vec<usize>,
    /// Groups that hold an expression, ascending.
    groups: Vec<usize>,
    /// All literals; none where there are none.
    literals: Option<AhoCorasick>,
    /// For each literal, the sets that hold it.
    sets_of_literal: Vec<Vec<usize>>,
}

/// A thread's own copies of the expressions: to share one is to wait for each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Compiled(Arc<Vec<OnceLock<Option<Regex>>>>);

/// Where literals stand in one note.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sightings {
    /// Byte of the folded text where a literal ends, and its set; ascending.
    ends: Vec<(usize, usize)>,
}

impl Sightings {
    /// The sets seen in a line, ascending.
    fn sets_in(&self, line: Span) -> Vec<usize> {
        let first = self.ends.partition_point(|&(end, _)| end <= line.start);
        let inside = self.ends[first..]
            .iter()
            .take_while(|&&(end, _)| end <= line.end);
        let mut sets: Vec<usize> = inside.map(|&(_, set)| set).collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }
}

impl Regexes {
    /// Reads all expressions; those that are not valid find nothing.
    pub(crate) fn new(groups: &[Vec<&Pattern>]) -> Self {
        let mut out = Self::default();
        for (group, patterns) in groups.iter().enumerate() {
            for (pattern, it) in patterns.iter().enumerate() {
                let PatternBody::Regex(source) = &it.body else {
                    continue;
                };
                if let Some(hir) = parsed(source) {
                    let sets = required(&hir)
                        .into_iter()
                        .map(|set| out.intern(set))
                        .collect();
                    out.add(Expression {
                        group,
                        pattern,
                        source: source.clone(),
                        sets,
                    });
                }
            }
        }
        out.build();
        out
    }

    fn intern(&mut self, set: LiteralSet) -> usize {
        self.sets
            .iter()
            .position(|known| *known == set)
            .unwrap_or_else(|| {
                self.sets.push(set);
                self.by_set.push(Vec::new());
                self.sets.len() - 1
            })
    }

    fn add(&mut self, expression: Expression) {
        let index = self.all.len();
        if self.groups.last() != Some(&expression.group) {
            self.groups.push(expression.group);
        }
        match expression.sets.first() {
            Some(&rarest) => self.by_set[rarest].push(index),
            None => self.everywhere.push(index),
        }
        self.all.push(expression);
    }

    fn build(&mut self) {
        let mut literals: Vec<&str> = self
            .sets
            .iter()
            .flat_map(|s| &s.literals)
            .map(String::as_str)
            .collect();
        literals.sort_unstable();
        literals.dedup();
        let holding = |literal: &&str| {
            let sets = self.sets.iter().enumerate();
            let holding = sets.filter(|(_, s)| s.literals.iter().any(|l| l == literal));
            holding.map(|(set, _)| set).collect()
        };
        let sets_of_literal = literals.iter().map(holding).collect();
        let built = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&literals);
        let built = built.ok().filter(|_| !literals.is_empty());
        self.sets_of_literal = sets_of_literal;
        if built.is_none() {
            self.everywhere = (0..self.all.len()).collect();
            self.by_set.iter_mut().for_each(Vec::clear);
        }
        self.literals = built;
    }

    /// Room for one thread's copies of the expressions, each compiled when first asked.
    pub(crate) fn compiled(&self) -> Compiled {
        Compiled(Arc::new(self.all.iter().map(|_| OnceLock::new()).collect()))
    }

    /// Looks once for all literals of a note.
    pub(crate) fn sightings(&self, folded: &str) -> Sightings {
        let Some(literals) = &self.literals else {
            return Sightings::default();
        };
        let bytes = folded.as_bytes();
        let is_word = |at: usize| {
            let byte = bytes.get(at);
            byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        };
        // A bound beside a character that is not ASCII is left for the expression to judge.
        let is_bound = |at: usize| at == 0 || !(is_word(at - 1) && is_word(at));
        let mut ends = Vec::new();
        for found in literals.find_overlapping_iter(folded) {
            for &set in &self.sets_of_literal[found.pattern().as_usize()] {
                let it = &self.sets[set];
                if (!it.starts_word || is_bound(found.start()))
                    && (!it.ends_word || is_bound(found.end()))
                {
                    ends.push((found.end(), set));
                }
            }
        }
        Sightings { ends }
    }

    /// Whether any expression may match in a note with such literals.
    pub(crate) fn may_match(&self, sightings: &Sightings) -> bool {
        !self.everywhere.is_empty() || !sightings.ends.is_empty()
    }

    /// All matches of a group's expressions in a span of the source, by pattern, then by place.
    pub(crate) fn find(
        &self,
        group: usize,
        words: &Words,
        (sightings, compiled): (&Sightings, &Compiled),
        source: Span,
    ) -> Vec<Match> {
        let mut out = Vec::new();
        let has_expressions = self.groups.binary_search(&group).is_ok();
        if !has_expressions || (sightings.ends.is_empty() && self.everywhere.is_empty()) {
            return out;
        }
        let lines = lines_in(words, source);
        let cuts_a_word = cuts_a_word(words.normal().text(), &lines);
        for line in lines {
            for index in self.asked(group, &sightings.sets_in(line), cuts_a_word) {
                let Some(regex) = compiled.get(index, &self.all[index].source) else {
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
    fn asked(&self, group: usize, seen: &[usize], cuts_a_word: bool) -> Vec<usize> {
        let of_group = |index: &usize| self.all[*index].group == group;
        if cuts_a_word {
            return (0..self.all.len()).filter(of_group).collect();
        }
        let by_set = seen.iter().flat_map(|&set| &self.by_set[set]).copied();
        let by_set = by_set.filter(|&index| {
            let mut sets = self.all[index].sets.iter();
            sets.all(|set| seen.binary_search(set).is_ok())
        });
        by_set
            .chain(self.everywhere.iter().copied())
            .filter(of_group)
            .collect()
    }
}

impl Compiled {
    fn get(&self, index: usize, source: &str) -> Option<&Regex> {
        self.0[index].get_or_init(|| compiled(source).ok()).as_ref()
    }
}

/// The expression as it is run: case does not matter.
pub(crate) fn compiled(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).case_insensitive(true).build()
}

/// The expression as it is read for literals.
pub(crate) fn parsed(source: &str) -> Option<Hir> {
    ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(source)
        .ok()
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
fn cuts_a_word(folded: &str, lines: &[Span]) -> bool {
    let is_word = |at: usize| {
        let byte = folded.as_bytes().get(at);
        byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    let cuts = |at: usize| at > 0 && is_word(at - 1) && is_word(at);
    lines.first().is_some_and(|l| cuts(l.start)) || lines.last().is_some_and(|l| cuts(l.end))
}
