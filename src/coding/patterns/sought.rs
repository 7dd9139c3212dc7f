//! Which expressions may match in a line: those all of whose literals stand in it.
//!
//! Comes in: what every match of an expression holds. Goes out, for a line of folded text: whether
//! an expression is worth running there. One pass over a note finds all literals of all expressions.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex_syntax::hir::Hir;

use super::expression::Case;
use super::literals::{LiteralSet, needs_digit, required};
use crate::text::Span;

/// The literals of many expressions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sought {
    sets: Vec<LiteralSet>,
    /// All literals; none where there are none.
    literals: Option<AhoCorasick>,
    /// For each literal, the sets that hold it.
    sets_of_literal: Vec<Vec<usize>>,
}

/// What a line must hold for an expression to match in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Sets, the rarest first, of each of which it must hold a literal.
    pub(crate) sets: Vec<usize>,
    /// Whether it must hold a digit.
    digit: bool,
}

/// Where literals stand in one note.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sightings {
    /// Byte of the folded text where a literal ends, and its set; ascending.
    ends: Vec<(u32, u32)>,
    /// How many sets there are.
    sets: usize,
    /// Sets that could not be looked for, the first so many: they may stand in every line.
    unseen: usize,
}

/// What one line holds.
#[derive(Debug)]
pub(crate) struct Seen {
    /// A bit for each set.
    bits: Vec<u64>,
    digit: bool,
    plain: bool,
}

impl Sought {
    /// Adds an expression.
    pub(crate) fn want(&mut self, hir: &Hir) -> Wanted {
        let sets = required(hir).into_iter();
        Wanted {
            sets: sets.map(|set| self.intern(set)).collect(),
            digit: needs_digit(hir),
        }
    }

    fn intern(&mut self, set: LiteralSet) -> usize {
        let known = self.sets.iter().position(|known| *known == set);
        known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        })
    }

    /// Makes ready what was added.
    pub(crate) fn build(&mut self) {
        let mut holding: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (set, it) in self.sets.iter().enumerate() {
            for literal in &it.literals {
                holding.entry(literal).or_default().push(set);
            }
        }
        let (literals, sets_of_literal): (Vec<&str>, _) = holding.into_iter().unzip();
        let built = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(&literals);
        self.literals = built.ok().filter(|_| !literals.is_empty());
        self.sets_of_literal = sets_of_literal;
    }

    /// How many sets there are.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Looks once for all literals of a note.
    pub(crate) fn look(&self, folded: &str) -> Sightings {
        let Some(literals) = &self.literals else {
            return Sightings {
                ends: Vec::new(),
                sets: self.sets.len(),
                unseen: self.sets.len(),
            };
        };
        let is_bound = |at: usize| !cuts_a_word(folded, at);
        let mut ends = Vec::new();
        for found in literals.find_overlapping_iter(folded) {
            for &set in &self.sets_of_literal[found.pattern().as_usize()] {
                let it = &self.sets[set];
                if (!it.starts_word || is_bound(found.start()))
                    && (!it.ends_word || is_bound(found.end()))
                {
                    ends.push((found.end() as u32, set as u32));
                }
            }
        }
        Sightings {
            ends,
            sets: self.sets.len(),
            unseen: 0,
        }
    }
}

impl Sightings {
    /// The bytes of the folded text where literals of certain sets end, each with its set; ascending.
    pub(crate) fn ends_of(&self, asked: &[bool]) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        for &(end, set) in &self.ends {
            if asked.get(set as usize) == Some(&true) {
                out.push((end as usize, set as usize));
            }
        }
        out
    }

    /// Whether a set was looked for.
    pub(crate) fn looked_for(&self, set: usize) -> bool {
        set >= self.unseen
    }

    /// Whether nothing was seen in the whole note.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty() && self.unseen == 0
    }

    /// What a line of the note's folded text holds.
    pub(crate) fn in_line(&self, folded: &str, line: Span) -> Seen {
        let first = self
            .ends
            .partition_point(|&(end, _)| end as usize <= line.start);
        let inside = self.ends[first..]
            .iter()
            .take_while(|&&(end, _)| end as usize <= line.end);
        let mut bits = vec![0; self.sets.div_ceil(64)];
        for set in (0..self.unseen).chain(inside.map(|&(_, set)| set as usize)) {
            bits[set / 64] |= 1 << (set % 64);
        }
        let line = line.slice(folded);
        // A character that is not ASCII may be a digit of another script. Every byte is looked at, since that
        // goes many at a time.
        let may_be_digit = |b: u8| b.is_ascii_digit() | !b.is_ascii();
        Seen {
            bits,
            digit: line.bytes().fold(false, |seen, b| seen | may_be_digit(b)),
            plain: Case::Folded.is_plain(line),
        }
    }
}

/// Whether a place lies inside of a word. A bound beside a character that is not ASCII is left for the
/// expression to judge.
pub(super) fn cuts_a_word(folded: &str, at: usize) -> bool {
    let is_word = |at: usize| {
        let byte = folded.as_bytes().get(at);
        byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    at > 0 && is_word(at - 1) && is_word(at)
}

impl Seen {
    /// Whether an expression that wants so much may match here.
    pub(crate) fn holds(&self, wanted: &Wanted) -> bool {
        let has = |&set: &usize| {
            let bits = self.bits.get(set / 64);
            bits.is_some_and(|bits| bits >> (set % 64) & 1 == 1)
        };
        (self.digit || !wanted.digit) && wanted.sets.iter().all(has)
    }

    /// Whether the line is plain text.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Its sets, ascending.
    pub(crate) fn sets(&self) -> impl Iterator<Item = usize> {
        self.bits.iter().enumerate().flat_map(|(at, &bits)| {
            let mut rest = bits;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coding::patterns::expression::parsed;

    #[test]
    fn a_line_is_read_where_it_holds_what_a_match_holds_and_where_nobody_can_tell() {
        let mut sought = Sought::default();
        let wanted = sought.want(&parsed(r"sleep[: ]+\d", Case::Folded).expect("it is sound"));
        let reads = |sought: &Sought, text: &str| {
            let seen = sought.look(text).in_line(text, Span::new(0, text.len()));
            seen.holds(&wanted)
        };
        // What was not built cannot be looked for.
        assert!(reads(&sought, "mood 5") && !sought.look("mood").is_empty());
        sought.build();
        assert!(reads(&sought, "sleep: 5"));
        assert!(!reads(&sought, "mood 5") && !reads(&sought, "sleep well"));
    }
}
