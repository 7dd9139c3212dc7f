//! Cues that are signs: regular expressions on the sentence's own text, which may hold no word.
//!
//! Comes in: the expressions of all rules. Goes out: where they match in a sentence. An expression
//! runs only where the sentence holds what all its matches hold, and is asked for only where it holds the
//! rarest of that: most sentences do not.

use crate::coding::patterns::expression::{Case, Expression, parsed};
use crate::coding::patterns::lines::to_folded;
use crate::coding::patterns::sought::{Sightings, Sought, Wanted};
use crate::text::{NormalText, Span};

/// The expressions that are read in sentences.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    list: Vec<Sign>,
    /// For each set of literals, the signs of which it is the rarest.
    by_rarest: Vec<Vec<usize>>,
    /// Signs without literals.
    everywhere: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Sign {
    rule: u32,
    expression: Expression,
    wanted: Wanted,
}

impl Signs {
    /// Adds an expression of a rule, with what its matches hold to what is looked for.
    pub(super) fn add(&mut self, rule: u32, source: &str, sought: &mut Sought) {
        // A pattern that was read is a sound expression.
        if let Some(hir) = parsed(source, Case::Folded) {
            let wanted = sought.want(&hir);
            self.file(&wanted);
            self.list.push(Sign {
                rule,
                expression: Expression::new(source, Case::Folded),
                wanted,
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

    /// The matches in a sentence of a note that was looked through: rule and span in the source.
    pub(super) fn find(
        &self,
        normal: &NormalText,
        sightings: &Sightings,
        sentence: Span,
    ) -> Vec<(u32, Span)> {
        let part = to_folded(normal, sentence);
        let seen = sightings.in_line(normal.text(), part);
        let text = part.slice(normal.text());
        let mut out = Vec::new();
        let filed = seen.sets().filter_map(|set| self.by_rarest.get(set));
        let possible = filed.chain([&self.everywhere]).flatten();
        let possible = possible.filter_map(|&at| self.list.get(at));
        for sign in possible.filter(|sign| seen.holds(&sign.wanted)) {
            let found = sign.expression.on_text(seen.is_plain()).into_iter();
            out.extend(found.flat_map(|regex| regex.find_iter(text)).map(|m| {
                let folded = Span::new(part.start + m.start(), part.start + m.end());
                (sign.rule, normal.to_source(folded))
            }));
        }
        out
    }
}
