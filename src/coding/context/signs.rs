//! Cues that are signs: regular expressions on the sentence's own text, which may hold no word.
//!
//! Comes in: the expressions of all rules. Goes out: where they match in a sentence. An expression
//! runs only where the sentence holds what all its matches hold, and is asked for only where it holds the
//! rarest of that: most sentences do not.

use crate::coding::patterns::expression::{Case, Expression, parsed};
use crate::coding::patterns::lines::to_folded;
use crate::coding::patterns::opening::Opening;
use crate::coding::patterns::sought::{Seen, Sought, Wanted};
use crate::text::{NormalText, Span};

/// The expressions that are read in sentences.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    list: Vec<Sign>,
    sought: Sought,
    /// For each set of literals, the signs of which it is the rarest.
    by_rarest: Vec<Vec<usize>>,
    /// Signs without literals.
    everywhere: Vec<usize>,
}

/// A sentence of which is known what it holds.
#[derive(Debug)]
pub(crate) struct Line<'l> {
    normal: &'l NormalText,
    /// Bytes of the folded text.
    part: Span,
    seen: Seen,
}

impl<'l> Line<'l> {
    /// A sentence at some bytes of the source.
    pub(crate) fn new(normal: &'l NormalText, sentence: Span, seen: Seen) -> Self {
        let part = to_folded(normal, sentence);
        Self { normal, part, seen }
    }

    fn text(&self) -> &'l str {
        self.part.slice(self.normal.text())
    }
}

#[derive(Debug, Clone)]
struct Sign {
    rule: u32,
    expression: Expression,
    wanted: Wanted,
    /// With what its lines begin, if it matches at their start only.
    opening: Option<Opening>,
}

impl Signs {
    /// Adds an expression of a rule, with what its matches hold to what is looked for.
    pub(super) fn add(&mut self, rule: u32, source: &str) {
        // A pattern that was read is a sound expression.
        if let Some(hir) = parsed(source, Case::Folded) {
            let wanted = self.sought.want(&hir);
            self.file(&wanted);
            self.list.push(Sign {
                rule,
                expression: Expression::new(source, Case::Folded),
                wanted,
                opening: Opening::of(&hir),
            });
        }
    }

    /// Files the next sign under the rarest set of literals that it wants.
    fn file(&mut self, wanted: &Wanted) {
        let list = match wanted.sets.first() {
            Some(&set) => {
                let sets = self.by_rarest.len().max(set + 1);
                self.by_rarest.resize_with(sets, Vec::new);
                &mut self.by_rarest[set]
            }
            None => &mut self.everywhere,
        };
        list.push(self.list.len());
    }

    /// Makes ready what was added.
    pub(super) fn build(&mut self) {
        self.sought.build();
    }

    /// What the expressions look for.
    pub(super) fn sought(&self) -> &Sought {
        &self.sought
    }

    /// The matches in each of some lines: rule and span in the source. All lines that an expression is asked for are
    /// read one after the other, while it is near the processor: to fetch one takes longer than to run it.
    pub(super) fn find(&self, lines: &[Line<'_>]) -> Vec<Vec<(u32, Span)>> {
        let mut asked: Vec<(usize, usize)> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let filed = line.seen.sets().filter_map(|set| self.by_rarest.get(set));
            let possible = filed.chain([&self.everywhere]).flatten().copied();
            let asked_for = possible.filter(|&sign| self.list[sign].may_match(line));
            asked.extend(asked_for.map(|sign| (sign, at)));
        }
        asked.sort_unstable();
        let mut out = vec![Vec::new(); lines.len()];
        for (sign, at) in asked {
            self.list[sign].find_in(&lines[at], &mut out[at]);
        }
        out
    }
}

impl Sign {
    /// Whether a line holds what every match does.
    fn may_match(&self, line: &Line<'_>) -> bool {
        let begins = |opening: &Opening| opening.may_begin(line.text());
        line.seen.holds(&self.wanted) && self.opening.as_ref().is_none_or(begins)
    }

    fn find_in(&self, line: &Line<'_>, out: &mut Vec<(u32, Span)>) {
        let start = line.part.start;
        let regex = self.expression.on_text(line.seen.is_plain()).into_iter();
        let found = regex.flat_map(|regex| regex.find_iter(line.text()));
        out.extend(found.map(|m| {
            let folded = Span::new(start + m.start(), start + m.end());
            (self.rule, line.normal.to_source(folded))
        }));
    }
}
