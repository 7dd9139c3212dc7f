//! Which expressions may match in a line: those all of whose literals stand in it.
//!
//! Comes in: what every match of an expression holds. Goes out, for a line of folded text: whether
//! an expression is worth running there. One pass over a note finds all literals of all expressions.

use std::ops::Range;
use std::sync::Arc;

use regex_syntax::hir::Hir;

use super::classes::bits_of;
use super::expression::Case;
use super::held::{Found, Held, HeldId, Literals};
use super::literals::{LiteralSet, needs_digit, required};
use crate::text::{Span, Words};

/// The literals of many expressions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sought {
    sets: Vec<LiteralSet>,
    /// All literals; none where there are none, or too many.
    literals: Option<Arc<Literals>>,
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
    /// In bytes of the folded text.
    found: Found,
    /// How many sets there are.
    sets: usize,
    /// Sets that could not be looked for, the first so many: they may stand in every line.
    unseen: usize,
}

/// What one line holds.
#[derive(Debug, Default)]
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
        self.literals = Literals::new(&self.sets).map(Arc::new);
    }

    /// How many sets there are.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    /// Works out which literals a word form holds.
    pub(crate) fn hold(&self, form: &str, held: &mut Held) -> HeldId {
        let literals = self.literals.as_ref();
        literals.map_or_else(HeldId::default, |literals| literals.hold(form, held))
    }

    /// Looks once for all literals of a note, of whose words is known which hold any: first byte in the folded text,
    /// and what it holds.
    pub(crate) fn look(&self, folded: &str, held: &Held, holding: &[(usize, HeldId)]) -> Sightings {
        let found = self.literals.as_ref();
        let found = found.map(|literals| literals.look(folded, held, holding));
        Sightings {
            unseen: if found.is_some() { 0 } else { self.sets.len() },
            found: found.unwrap_or_default(),
            sets: self.sets.len(),
        }
    }

    /// The same for words of which nothing is known.
    pub(crate) fn look_afresh(&self, words: &Words) -> Sightings {
        let mut held = Held::default();
        let holding = self.hold_all(words, 0..words.len(), &mut held);
        self.look(words.normal().text(), &held, &holding)
    }

    /// Sees what a line of the folded text holds, of whose words is known which hold any literal.
    pub(crate) fn see(
        &self,
        (folded, line): (&str, Span),
        held: &Held,
        holding: &[(usize, HeldId)],
    ) -> Seen {
        let mut seen = Seen::nothing_of(self.sets.len(), line.slice(folded));
        match &self.literals {
            Some(literals) => {
                let see = |set: u32| seen.see(set as usize);
                literals.see((folded, line), held, holding, see);
            }
            None => (0..self.sets.len()).for_each(|set| seen.see(set)),
        }
        seen
    }

    /// The same for words of which nothing is known.
    pub(crate) fn see_afresh(&self, words: &Words, part: Range<usize>, line: Span) -> Seen {
        let mut held = Held::default();
        let holding = self.hold_all(words, part, &mut held);
        self.see((words.normal().text(), line), &held, &holding)
    }

    fn hold_all(&self, words: &Words, part: Range<usize>, held: &mut Held) -> Vec<(usize, HeldId)> {
        let all = part.map(|word| {
            let start = words.folded_span(word).start;
            (start, self.hold(words.form(word), held))
        });
        all.filter(|(_, id)| !id.is_none()).collect()
    }
}

impl Sightings {
    /// The bytes of the folded text where literals end that are asked for, each with its set; ascending.
    pub(crate) fn ends_of(&self, asked: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let all = self.found.in_words.iter().chain(&self.found.beyond);
        let mut out: Vec<(usize, usize)> = all
            .map(|&(end, set)| (end as usize, set as usize))
            .filter(|&(end, set)| asked(end, set))
            .collect();
        out.sort_unstable();
        out
    }

    /// Whether a set was looked for.
    pub(crate) fn looked_for(&self, set: usize) -> bool {
        set >= self.unseen
    }

    /// Whether nothing was seen in the whole note.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.in_words.is_empty() && self.found.beyond.is_empty() && self.unseen == 0
    }

    /// What a line of the note's folded text holds.
    pub(crate) fn in_line(&self, folded: &str, line: Span) -> Seen {
        let mut seen = Seen::nothing_of(self.sets, line.slice(folded));
        (0..self.unseen).for_each(|set| seen.see(set));
        for ends in [&self.found.in_words, &self.found.beyond] {
            let first = ends.partition_point(|&(end, _)| end as usize <= line.start);
            let inside = ends[first..]
                .iter()
                .take_while(|&&(end, _)| end as usize <= line.end);
            inside.for_each(|&(_, set)| seen.see(set as usize));
        }
        seen
    }
}

impl Seen {
    /// A line of which no literal was seen yet.
    fn nothing_of(sets: usize, line: &str) -> Self {
        // A character that is not ASCII may be a digit of another script. Every byte is looked at, since that
        // goes many at a time.
        let may_be_digit = |b: u8| b.is_ascii_digit() | !b.is_ascii();
        Self {
            bits: vec![0; sets.div_ceil(64)],
            digit: line.bytes().fold(false, |seen, b| seen | may_be_digit(b)),
            plain: Case::Folded.is_plain(line),
        }
    }

    fn see(&mut self, set: usize) {
        self.bits[set / 64] |= 1 << (set % 64);
    }

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
        bits_of(&self.bits)
    }
}

#[cfg(test)]
impl Sought {
    pub(super) fn of_sets(sets: Vec<LiteralSet>) -> Self {
        Self {
            sets,
            literals: None,
        }
    }
}

#[cfg(test)]
impl Sightings {
    pub(super) fn all(&self) -> Vec<(u32, u32)> {
        assert!(self.found.in_words.is_sorted_by_key(|&(end, _)| end));
        assert!(self.found.beyond.is_sorted());
        let mut all = [self.found.in_words.as_slice(), &self.found.beyond].concat();
        all.sort_unstable();
        all
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
            let words = Words::new(text);
            let seen = sought
                .look_afresh(&words)
                .in_line(text, Span::new(0, text.len()));
            seen.holds(&wanted)
        };
        // What was not built cannot be looked for.
        assert!(reads(&sought, "mood 5") && !sought.look_afresh(&Words::new("mood")).is_empty());
        sought.build();
        assert!(reads(&sought, "sleep: 5"));
        assert!(!reads(&sought, "mood 5") && !reads(&sought, "sleep well"));
    }
}
