//! The rules of a cue set, made ready for looking up.

use crate::model::cue::{CueCategory, CueRule, CueSet};
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};

use super::signs::Signs;

/// A cue set with its terms in one row.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) list: Vec<CueRule>,
    /// For each word pattern of [`Rules::patterns`], its rule.
    of_terms: Vec<u32>,
    signs: Signs,
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
                    PatternBody::Regex(source) => signs.push((index as u32, source.as_str())),
                }
            }
        }
        let rule_index = |id: &String| cues.rules.iter().position(|r| r.id == *id);
        let stands_for = cues.rules.iter().map(|rule| {
            let ids = rule.stands_for.iter().filter_map(rule_index);
            ids.map(|i| i as u32).collect()
        });
        Self {
            stands_for: stands_for.collect(),
            list: cues.rules.clone(),
            of_terms,
            signs: Signs::new(&signs),
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

    /// Finds the signs of a sentence: the rule and the span in the source.
    pub(super) fn signs(&self, text: &str, words: &Words, sentence: Span) -> Vec<(u32, Span)> {
        self.signs.find(text, words, sentence)
    }
}
