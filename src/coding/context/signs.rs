//! Cues that are signs: regular expressions on the sentence's own text, which may hold no word.
//!
//! Comes in: the expressions of all rules. Goes out: where they match in a sentence. An expression
//! runs only where the sentence holds what all its matches hold, and is asked for only where it holds the
//! rarest of that: most sentences do not.

use regex::{Regex, RegexBuilder};

use crate::coding::patterns::lines::to_folded;
use crate::coding::patterns::regexes::parsed;
use crate::coding::patterns::sought::{Sightings, Sought, Wanted};
use crate::text::{NormalText, Span};

/// Largest expression once compiled, in bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;

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
    regex: Regex,
    wanted: Wanted,
}

impl Signs {
    /// Adds an expression of a rule, with what its matches hold to what is looked for.
    pub(super) fn add(&mut self, rule: u32, source: &str, sought: &mut Sought) {
        let built = RegexBuilder::new(source)
            .case_insensitive(true)
            .size_limit(REGEX_BYTES_MAX)
            .build();
        // A pattern that was read is a sound expression.
        if let (Ok(regex), Some(hir)) = (built, parsed(source)) {
            let wanted = sought.want(&hir);
            self.file(&wanted);
            self.list.push(Sign {
                rule,
                regex,
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
            out.extend(sign.regex.find_iter(text).map(|m| {
                let folded = Span::new(part.start + m.start(), part.start + m.end());
                (sign.rule, normal.to_source(folded))
            }));
        }
        out
    }
}
