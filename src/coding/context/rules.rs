//! The rules of a cue set, made ready for looking up.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::model::cue::{CueCategory, CueRule, CueSet};
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};

/// Longest regular expression once compiled, in bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// A cue set with its terms in one row.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) list: Vec<CueRule>,
    pub(super) clinician_sections: Vec<String>,
    /// For each word pattern of [`Rules::patterns`], its rule.
    of_terms: Vec<u32>,
    /// Terms that are regular expressions, with their rule: they may match signs without words.
    signs: Vec<(u32, Regex)>,
    /// All of them at once: most sentences hold no sign.
    any_sign: RegexSet,
    /// For each rule, the rules that its pronouns stand for.
    stands_for: Vec<Vec<u32>>,
}

impl Rules {
    pub(super) fn new(cues: &CueSet) -> Self {
        let mut of_terms = Vec::new();
        let mut signs = Vec::new();
        for (index, rule) in cues.rules.iter().enumerate() {
            for term in &rule.terms {
                match &term.body {
                    PatternBody::Words(_) => of_terms.push(index as u32),
                    PatternBody::Regex(source) => {
                        let built = RegexBuilder::new(source)
                            .case_insensitive(true)
                            .size_limit(REGEX_BYTES_MAX)
                            .build();
                        signs.extend(built.ok().map(|regex| (index as u32, regex)));
                    }
                }
            }
        }
        let sources = signs.iter().map(|(_, regex)| regex.as_str());
        let any_sign = RegexSetBuilder::new(sources)
            .case_insensitive(true)
            .size_limit(REGEX_BYTES_MAX * 64)
            .build()
            .unwrap_or_else(|_| RegexSet::empty());
        let rule_index = |id: &String| cues.rules.iter().position(|r| r.id == *id);
        let stands_for = cues.rules.iter().map(|rule| {
            let ids = rule.stands_for.iter().filter_map(rule_index);
            ids.map(|i| i as u32).collect()
        });
        Self {
            stands_for: stands_for.collect(),
            list: cues.rules.clone(),
            clinician_sections: cues.clinician_sections.clone(),
            of_terms,
            signs,
            any_sign,
        }
    }

    /// The word patterns, in the order that [`Rules::rule_of_term`] counts.
    pub(super) fn patterns(&self) -> Vec<&Pattern> {
        let terms = self.list.iter().flat_map(|r| &r.terms);
        terms
            .filter(|t| matches!(t.body, PatternBody::Words(_)))
            .collect()
    }

    pub(super) fn rule_of_term(&self, term: usize) -> Option<u32> {
        self.of_terms.get(term).copied()
    }

    pub(super) fn rule(&self, index: u32) -> &CueRule {
        &self.list[index as usize]
    }

    pub(super) fn category(&self, index: u32) -> CueCategory {
        self.rule(index).category
    }

    /// Whether a pronoun rule may stand for a person found by another rule.
    pub(super) fn may_stand_for(&self, pronoun: u32, person: u32) -> bool {
        self.stands_for[pronoun as usize].contains(&person)
    }

    /// Finds the signs of a sentence: the rule and the span in the source, by rule.
    pub(super) fn signs(&self, text: &str, words: &Words, sentence: Span) -> Vec<(u32, Span)> {
        let piece = sentence.slice(text);
        if words.normal().is_in_step() {
            return self.signs_in(piece, sentence.start, |span| span);
        }
        let normal = crate::text::NormalText::new(piece);
        self.signs_in(normal.text(), sentence.start, |span| normal.to_source(span))
    }

    fn signs_in(
        &self,
        folded: &str,
        offset: usize,
        to_source: impl Fn(Span) -> Span,
    ) -> Vec<(u32, Span)> {
        let mut out = Vec::new();
        for index in self.any_sign.matches(folded) {
            let (rule, regex) = &self.signs[index];
            out.extend(regex.find_iter(folded).map(|m| {
                let span = to_source(Span::new(m.start(), m.end()));
                (*rule, Span::new(span.start + offset, span.end + offset))
            }));
        }
        out
    }
}
