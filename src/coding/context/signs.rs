//! Cues that are signs: regular expressions on the sentence's own text, which may hold no word.
//!
//! Comes in: the expressions of all rules. Goes out: where they match in a sentence. An expression
//! runs only where the sentence holds what all its matches hold: most sentences do not.

use regex::{Regex, RegexBuilder};

use crate::coding::patterns::regexes::parsed;
use crate::coding::patterns::sought::{Sightings, Sought, Wanted};
use crate::text::{NormalText, Span, Words};

/// Largest expression once compiled, in bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// The expressions that are read in sentences.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    list: Vec<Sign>,
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
            self.list.push(Sign {
                rule,
                regex,
                wanted,
            });
        }
    }

    /// The matches in a sentence of a note that was looked through: rule and span in the source.
    pub(super) fn find(
        &self,
        (text, words): (&str, &Words),
        (sought, sightings): (&Sought, &Sightings),
        sentence: Span,
    ) -> Vec<(u32, Span)> {
        let normal = words.normal();
        if normal.is_in_step() {
            return self.find_in((normal.text(), sentence), sightings, sentence.start, |s| s);
        }
        let normal = NormalText::new(sentence.slice(text));
        let folded = normal.text();
        let sightings = sought.look(folded);
        let whole = Span::new(0, folded.len());
        self.find_in((folded, whole), &sightings, sentence.start, |span| {
            normal.to_source(span)
        })
    }

    /// The matches in a part of a folded text; `offset` is where its source begins.
    fn find_in(
        &self,
        (folded, part): (&str, Span),
        sightings: &Sightings,
        offset: usize,
        to_source: impl Fn(Span) -> Span,
    ) -> Vec<(u32, Span)> {
        let seen = sightings.in_line(folded, part);
        let text = part.slice(folded);
        let mut out = Vec::new();
        for sign in self.list.iter().filter(|sign| seen.holds(&sign.wanted)) {
            out.extend(sign.regex.find_iter(text).map(|m| {
                let span = to_source(Span::new(m.start(), m.end()));
                (sign.rule, Span::new(span.start + offset, span.end + offset))
            }));
        }
        out
    }
}
