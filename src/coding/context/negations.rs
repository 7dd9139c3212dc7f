//! Which negating words a pattern insists on.
//!
//! Comes in: a pattern with the codebook's word lists. Goes out: the negating words without which
//! it would mean something else ("no longer alone"). One that stands in a gap, or as one of many
//! alternatives most of which do not negate ("(mild|some|no) headache"), is the text's own statement.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::pattern::{Atom, Near, Op, Pattern, PatternBody};

/// Deepest chain of word lists that is followed.
const LIST_DEPTH_MAX: u32 = 8;

/// Negating words of cues, and a codebook's word lists.
pub(super) struct Negations<'n> {
    pub(super) words: &'n BTreeSet<String>,
    pub(super) lists: &'n BTreeMap<String, Vec<Pattern>>,
}

impl Negations<'_> {
    /// The negating words that a pattern insists on; none for a regular expression, which may hold
    /// them in any way.
    pub(super) fn of(&self, pattern: &Pattern) -> Option<Vec<String>> {
        let PatternBody::Words(near) = &pattern.body else {
            return None;
        };
        let mut out = BTreeSet::new();
        self.near(near, 0, &mut out);
        Some(out.into_iter().collect())
    }

    fn near(&self, near: &Near, depth: u32, out: &mut BTreeSet<String>) {
        let right = near.rest.iter();
        let right = right.filter(|(op, _)| !matches!(op, Op::NotWithin(_)));
        let sequences = std::iter::once(&near.first).chain(right.map(|(_, seq)| seq));
        for item in sequences.flat_map(|seq| &seq.items) {
            if item.optional {
                continue;
            }
            match &item.atom {
                Atom::Word { words, .. } => {
                    let negating = words.iter().filter(|w| self.words.contains(*w));
                    out.extend(negating.cloned());
                }
                Atom::Group(alternatives) => {
                    self.alternatives(&alternatives.iter().collect::<Vec<_>>(), depth, out);
                }
                Atom::List(name) => {
                    let entries = self.lists.get(name).map(Vec::as_slice).unwrap_or_default();
                    let words = entries.iter().filter_map(|p| match &p.body {
                        PatternBody::Words(near) => Some(near),
                        PatternBody::Regex(_) => None,
                    });
                    self.alternatives(&words.collect::<Vec<_>>(), depth, out);
                }
                Atom::Gap { .. } => {}
            }
        }
    }

    fn alternatives(&self, alternatives: &[&Near], depth: u32, out: &mut BTreeSet<String>) {
        if depth >= LIST_DEPTH_MAX {
            return;
        }
        let each = alternatives.iter().map(|near| {
            let mut words = BTreeSet::new();
            self.near(near, depth + 1, &mut words);
            words
        });
        let each: Vec<BTreeSet<String>> = each.collect();
        let negating = each.iter().filter(|words| !words.is_empty()).count();
        if negating * 2 >= alternatives.len() {
            out.extend(each.into_iter().flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::pattern::{Item, Seq, WordForm};

    fn word(word: &str) -> Item {
        Item {
            atom: Atom::Word {
                words: vec![word.to_owned()],
                form: WordForm::Exact,
            },
            optional: false,
        }
    }

    fn seq(items: Vec<Item>) -> Near {
        Near {
            first: Seq { items },
            rest: Vec::new(),
        }
    }

    fn group(words: &[&str]) -> Item {
        Item {
            atom: Atom::Group(words.iter().map(|w| seq(vec![word(w)])).collect()),
            optional: false,
        }
    }

    fn check(items: Vec<Item>, expected: &[&str]) {
        let words = ["no", "not", "denies"].map(str::to_owned).into();
        let lists = BTreeMap::new();
        let negations = Negations {
            words: &words,
            lists: &lists,
        };
        let pattern = Pattern {
            source: String::new(),
            line: 0,
            column: 0,
            body: PatternBody::Words(seq(items)),
        };
        assert_eq!(negations.of(&pattern).expect("words"), expected);
    }

    #[test]
    fn a_pattern_insists_on_words_that_it_cannot_do_without() {
        check(vec![word("not"), word("alone")], &["not"]);
        check(vec![group(&["no", "not"]), word("alone")], &["no", "not"]);
        check(
            vec![group(&["no", "mild", "some", "denies", "any"]), word("ha")],
            &[],
        );
        let optional = Item {
            optional: true,
            ..word("no")
        };
        check(vec![optional, word("ha")], &[]);
    }
}
