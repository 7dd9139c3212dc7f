//! Literals found by the words that hold them, so that a text is not searched letter by letter.
//!
//! Comes in: sets of literals, then word forms. Goes out: which literals a form holds or begins, worked out once per
//! form, and where they stand in a text. A literal that goes on behind its first word is compared where that word
//! stands; one of signs alone is searched for.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::literals::LiteralSet;
use super::runs::{Beside, Run};
use crate::text::Span;

/// Literals, ready to be looked for.
#[derive(Debug, Clone)]
pub(crate) struct Literals {
    /// The letters and digits with which literals begin, and what follows them.
    runs: AhoCorasick,
    of_run: Vec<Run>,
    /// What may stand beside runs with which longer literals begin.
    beside: Beside,
    signs: Signs,
}

/// Literals without letters and digits, found by one of their bytes.
#[derive(Debug, Clone)]
struct Signs {
    /// For each byte, the signs that are found by it.
    of_byte: Vec<Vec<Sign>>,
    /// Whether there are any: most bytes find none.
    finds: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Sign {
    text: String,
    /// Bytes before the one by which it is found: the last that is no space.
    before: usize,
    sets: Vec<SetOfLiteral>,
}

/// A set that holds a literal.
#[derive(Debug, Clone, Copy)]
pub(super) struct SetOfLiteral {
    pub(super) set: u32,
    pub(super) starts_word: bool,
    ends_word: bool,
}

/// What word forms hold of literals, form after form.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Literals that lie inside of forms, with no more than a space behind.
    inside: Vec<Inside>,
    /// Runs with which longer literals may begin: first and last byte, counted from the form's first, and run.
    begun: Vec<(u32, u32, u32)>,
    /// For each form that holds any, where its own end in both.
    ends: Vec<(u32, u32)>,
}

/// A literal of a form.
#[derive(Debug, Clone, Copy)]
struct Inside {
    /// The byte where it ends without its space, counted from the form's first.
    end: u32,
    set: u32,
    /// Whether it holds the space.
    spaced: bool,
}

impl Inside {
    /// The byte where it ends.
    #[inline]
    fn last(&self) -> u32 {
        self.end + u32::from(self.spaced)
    }
}

/// Where literals stand in a text: bytes where they end, each with its set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Those that lie in one word; ascending.
    pub(crate) in_words: Vec<(u32, u32)>,
    /// Those that do not; ascending.
    pub(crate) beyond: Vec<(u32, u32)>,
}

/// The literals of one form; 0 for none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct HeldId(u32);

impl HeldId {
    /// Whether there is none.
    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl Literals {
    /// Makes sets of literals ready; none where there are no literals, or too many.
    pub(crate) fn new(sets: &[LiteralSet]) -> Option<Self> {
        let mut runs: BTreeMap<&str, Run> = BTreeMap::new();
        let mut signs: BTreeMap<&str, Vec<SetOfLiteral>> = BTreeMap::new();
        for (set, it) in (0..).zip(sets) {
            let of = SetOfLiteral {
                set,
                starts_word: it.starts_word,
                ends_word: it.ends_word,
            };
            for literal in &it.literals {
                match first_run(literal) {
                    Some((before, run, rest)) => runs.entry(run).or_default().add(before, rest, of),
                    None => signs.entry(literal).or_default().push(of),
                }
            }
        }
        if runs.is_empty() && signs.is_empty() {
            return None;
        }
        runs.values_mut().for_each(Run::finish);
        let (runs, of_run): (Vec<&str>, Vec<Run>) = runs.into_iter().unzip();
        Some(Self {
            runs: AhoCorasick::new(runs).ok()?,
            beside: Beside::new(&of_run),
            of_run,
            signs: Signs::new(signs),
        })
    }

    /// Works out what a form holds.
    pub(crate) fn hold(&self, form: &str, held: &mut Held) -> HeldId {
        let first = held.inside.len();
        let before = (first, held.begun.len());
        for found in self.runs.find_overlapping_iter(form) {
            let (start, end) = (found.start(), found.end());
            let run = &self.of_run[found.pattern().as_usize()];
            let bounded = |set: &&SetOfLiteral| set.is_bounded(form, start..end);
            let alone = run.alone.iter().filter(bounded).map(|set| (set, false));
            let spaced = run.spaced.iter().filter(bounded).map(|set| (set, true));
            let spaced = spaced.filter(|_| end == form.len());
            held.inside
                .extend(alone.chain(spaced).map(|(set, spaced)| Inside {
                    end: end as u32,
                    set: set.set,
                    spaced,
                }));
            let next = form.as_bytes().get(end);
            let before = start.checked_sub(1).and_then(|at| form.as_bytes().get(at));
            let [before, behind] = [before, next].map(|b| b.is_some_and(u8::is_ascii_alphanumeric));
            if run.may_be_held(before, behind) {
                let run = found.pattern().as_u32();
                held.begun.push((start as u32, end as u32, run));
            }
        }
        if (held.inside.len(), held.begun.len()) == before {
            return HeldId::default();
        }
        held.inside[first..].sort_by_key(Inside::last);
        held.ends
            .push((held.inside.len() as u32, held.begun.len() as u32));
        HeldId(held.ends.len() as u32)
    }

    /// Looks through a text of whose words is known which hold literals: first byte, and what it holds.
    pub(crate) fn look(&self, folded: &str, held: &Held, holding: &[(usize, HeldId)]) -> Found {
        let mut in_words = Vec::with_capacity(2 * holding.len());
        let all = Span::new(0, folded.len());
        let mut beyond = self.each((folded, all), held, holding, |end, set| {
            in_words.push((end, set));
        });
        beyond.sort_unstable();
        Found { in_words, beyond }
    }

    /// The sets of which a literal stands in a part of a text, given the words of that part.
    pub(crate) fn see(
        &self,
        (folded, part): (&str, Span),
        held: &Held,
        holding: &[(usize, HeldId)],
        mut see: impl FnMut(u32),
    ) {
        let mut see_inside = |end: u32, set: u32| {
            if end as usize <= part.end {
                see(set);
            }
        };
        let beyond = self.each((folded, part), held, holding, &mut see_inside);
        for (end, set) in beyond {
            see_inside(end, set);
        }
    }

    /// Tells of each literal that lies in one word where it ends and its set; gives those that do not, in no order.
    fn each(
        &self,
        (folded, part): (&str, Span),
        held: &Held,
        holding: &[(usize, HeldId)],
        mut in_word: impl FnMut(u32, u32),
    ) -> Vec<(u32, u32)> {
        let mut beyond = Vec::new();
        for &(word, id) in holding {
            let (inside, begun) = held.of(id);
            for it in inside {
                let end = word + it.end as usize;
                if !it.spaced || folded.as_bytes().get(end) == Some(&b' ') {
                    in_word(word as u32 + it.last(), it.set);
                }
            }
            for &(start, end, run) in begun {
                let span = word + start as usize..word + end as usize;
                if self.beside.may_follow(run, folded.as_bytes(), &span) {
                    self.of_run[run as usize].follow(folded, span, &mut beyond);
                }
            }
        }
        self.signs.look(folded, part, &mut beyond);
        beyond
    }
}

impl Signs {
    fn new(signs: BTreeMap<&str, Vec<SetOfLiteral>>) -> Self {
        let mut of_byte = vec![Vec::new(); 256];
        for (text, sets) in signs {
            let before = text.trim_end_matches(' ').len().max(1) - 1;
            if let Some(&byte) = text.as_bytes().get(before) {
                let text = text.to_owned();
                of_byte[usize::from(byte)].push(Sign { text, before, sets });
            }
        }
        let finds = of_byte.iter().map(|signs| !signs.is_empty()).collect();
        Self { of_byte, finds }
    }

    fn look(&self, folded: &str, part: Span, ends: &mut Vec<(u32, u32)>) {
        let bytes = (part.start..).zip(part.slice(folded).bytes());
        for (at, byte) in bytes.filter(|(_, byte)| self.finds[usize::from(*byte)]) {
            for sign in &self.of_byte[usize::from(byte)] {
                let Some(start) = at.checked_sub(sign.before) else {
                    continue;
                };
                let end = start + sign.text.len();
                if folded.as_bytes().get(start..end) == Some(sign.text.as_bytes()) {
                    let sets = sign.sets.iter();
                    let bounded = sets.filter(|set| set.is_bounded(folded, start..end));
                    ends.extend(bounded.map(|set| (end as u32, set.set)));
                }
            }
        }
    }
}

impl SetOfLiteral {
    /// Whether words end beside a literal as the set wants it.
    pub(super) fn is_bounded(self, text: &str, literal: Range<usize>) -> bool {
        (!self.starts_word || !cuts_a_word(text, literal.start))
            && (!self.ends_word || !cuts_a_word(text, literal.end))
    }
}

impl Held {
    /// What a form holds inside, and the runs in it with which longer literals begin.
    #[inline]
    fn of(&self, id: HeldId) -> (&[Inside], &[(u32, u32, u32)]) {
        let ends = |at: Option<u32>| at.map_or((0, 0), |at| self.ends[at as usize]);
        let last = id.0.checked_sub(1);
        let first = ends(last.and_then(|at| at.checked_sub(1)));
        let end = ends(last);
        (
            &self.inside[first.0 as usize..end.0 as usize],
            &self.begun[first.1 as usize..end.1 as usize],
        )
    }
}

/// A text before its first run of ASCII letters and digits, that run, and what follows it.
fn first_run(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(|c: char| c.is_ascii_alphanumeric())?;
    let (before, run) = text.split_at(start);
    let end = run.find(|c: char| !c.is_ascii_alphanumeric());
    let (run, rest) = run.split_at(end.unwrap_or(run.len()));
    Some((before, run, rest))
}

/// Whether a place lies inside of a word. A bound beside a character that is not ASCII is left for the
/// expression to judge.
pub(crate) fn cuts_a_word(folded: &str, at: usize) -> bool {
    let is_word = |at: usize| {
        let byte = folded.as_bytes().get(at);
        byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    at > 0 && is_word(at - 1) && is_word(at)
}

#[cfg(test)]
mod tests {
    use super::super::sought::Sought;
    use super::*;
    use crate::text::Words;
    use proptest::prelude::*;

    fn set(literals: &[String], bounds: (bool, bool)) -> LiteralSet {
        LiteralSet {
            literals: literals.to_vec(),
            starts_word: bounds.0,
            ends_word: bounds.1,
        }
    }

    /// Every place of every literal, one after the other.
    fn searched(sets: &[LiteralSet], folded: &str) -> Vec<(u32, u32)> {
        let mut out = Vec::new();
        for (at, set) in (0..).zip(sets) {
            for literal in &set.literals {
                for start in (0..folded.len()).filter(|&at| folded.is_char_boundary(at)) {
                    let end = start + literal.len();
                    let stands = folded.get(start..end) == Some(literal);
                    let starts = !set.starts_word || !cuts_a_word(folded, start);
                    let ends = !set.ends_word || !cuts_a_word(folded, end);
                    if stands && starts && ends {
                        out.push((end as u32, at));
                    }
                }
            }
        }
        out.sort_unstable();
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn words_find_what_a_search_finds(
            sets in proptest::collection::vec((
                proptest::collection::vec("[ab1_é字 /'.:-]{1,4}", 1..3),
                any::<(bool, bool)>(),
            ), 1..5),
            text in "[abB1_é字 /'.:,\u{301}\u{200D}-]{0,30}",
        ) {
            let sets: Vec<LiteralSet> = sets.iter().map(|(l, b)| set(l, *b)).collect();
            let words = Words::new(&text);
            let mut sought = Sought::of_sets(sets.clone());
            sought.build();
            let found = sought.look_afresh(&words);
            prop_assert_eq!(found.all(), searched(&sets, words.normal().text()));
        }
    }
}
