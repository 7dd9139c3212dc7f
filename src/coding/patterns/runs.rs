//! Literals that go on behind their first word, compared where that word stands.
//!
//! Comes in: for each run of letters and digits, what literals hold before it and behind it. Goes out: those that stand
//! about a run in a text. Nearly all runs that are met begin nothing longer, which two bytes beside them tell.

use std::ops::Range;

use super::held::SetOfLiteral;

/// A run of ASCII letters and digits, which lies in one word, and the literals of which it is the first.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    /// The sets that hold the run alone.
    pub(super) alone: Vec<SetOfLiteral>,
    /// Those that hold it with a space behind it.
    pub(super) spaced: Vec<SetOfLiteral>,
    /// Whatever else literals hold behind it, ascending.
    rests: Vec<Rest>,
    /// The first bytes of each.
    leads: Vec<u64>,
    /// Whether any of these literals may begin with the run where a letter or digit stands before it.
    begins_inside: bool,
}

/// What may stand beside runs, a bit for each run and its neighbours; runs may share a bit, which costs time only. Small
/// enough to stay near the processor: nearly all runs that are met begin nothing longer.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    bits: Vec<u64>,
}

impl Beside {
    const BITS: usize = 1 << 16;
}

/// What a literal holds behind its first run.
#[derive(Debug, Clone)]
struct Rest {
    text: String,
    /// The longest other rest with which it begins.
    shorter: Option<u32>,
    /// What the literals hold before the run, each with a set.
    sets: Vec<(String, SetOfLiteral)>,
}

impl Beside {
    pub(super) fn new(runs: &[Run]) -> Self {
        let mut out = Self {
            bits: vec![0; Self::BITS / 64],
        };
        for (run, it) in (0..).zip(runs) {
            for rest in &it.rests {
                match *rest.text.as_bytes() {
                    [] => {
                        let before = rest.sets.iter().filter_map(|(sign, _)| sign.bytes().last());
                        before.for_each(|sign| out.add(Self::before(run, sign)));
                    }
                    [only] => out.add(Self::behind(run, only, None)),
                    [first, second, ..] => out.add(Self::behind(run, first, Some(second))),
                }
            }
        }
        out
    }

    fn add(&mut self, bit: usize) {
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    #[inline]
    fn has(&self, bit: usize) -> bool {
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The bit of two bytes behind a run, or one.
    #[inline]
    fn behind(run: u32, first: u8, second: Option<u8>) -> usize {
        Self::bit(
            run,
            u32::from(first) << 16 | second.map_or(1 << 8, u32::from),
        )
    }

    /// The bit of a byte before a run, with nothing behind it.
    #[inline]
    fn before(run: u32, sign: u8) -> usize {
        Self::bit(run, 1 << 24 | u32::from(sign))
    }

    #[inline]
    fn bit(run: u32, bytes: u32) -> usize {
        let mixed = (run.wrapping_mul(0x9E37_79B9) ^ bytes).wrapping_mul(0x85EB_CA6B);
        mixed as usize >> 7 & (Self::BITS - 1)
    }

    /// Whether a literal longer than the run may stand where it stands.
    #[inline]
    pub(super) fn may_follow(&self, run: u32, text: &[u8], span: &Range<usize>) -> bool {
        let first = text.get(span.end).copied();
        let second = text.get(span.end + 1).copied();
        let before = span.start.checked_sub(1).and_then(|at| text.get(at));
        first.is_some_and(|first| {
            self.has(Self::behind(run, first, None))
                || second.is_some() && self.has(Self::behind(run, first, second))
        }) || before.is_some_and(|&sign| self.has(Self::before(run, sign)))
    }
}

impl Run {
    pub(super) fn add(&mut self, before: &str, rest: &str, set: SetOfLiteral) {
        match (before, rest) {
            ("", "") => return self.alone.push(set),
            ("", " ") => return self.spaced.push(set),
            _ => {}
        }
        let sets = vec![(before.to_owned(), set)];
        self.rests.push(Rest {
            text: rest.to_owned(),
            shorter: None,
            sets,
        });
    }

    /// Sorts what was added: of any rests that a text begins with, each but the longest is then found from a longer one.
    pub(super) fn finish(&mut self) {
        self.rests.sort_by(|a, b| a.text.cmp(&b.text));
        self.rests.dedup_by(|next, kept| {
            let same = next.text == kept.text;
            if same {
                kept.sets.append(&mut next.sets);
            }
            same
        });
        let mut sets = self.rests.iter().flat_map(|rest| &rest.sets);
        self.begins_inside = sets.any(|(sign, set)| sign.is_empty() && !set.starts_word);
        let leads = self.rests.iter().map(|rest| lead(rest.text.as_bytes()));
        self.leads = leads.collect();
        for at in 1..self.rests.len() {
            let (known, rest) = self.rests.split_at_mut(at);
            let mut shorter = Some(at as u32 - 1);
            while let Some(it) = shorter.map(|at| &known[at as usize])
                && !rest[0].text.starts_with(&it.text)
            {
                shorter = it.shorter;
            }
            rest[0].shorter = shorter;
        }
    }

    /// Whether longer literals may hold it where a letter or digit of ASCII stands before it, or behind it. Whatever a
    /// literal has beside its first run is neither.
    pub(super) fn may_be_held(&self, behind_letter: bool, before_letter: bool) -> bool {
        let first = self.rests.first();
        first.is_some_and(|rest| !before_letter || rest.text.is_empty())
            && (self.begins_inside || !behind_letter)
    }

    /// Finds the literals that begin with the run, which stands at some bytes of a text.
    pub(super) fn follow(&self, folded: &str, run: Range<usize>, ends: &mut Vec<(u32, u32)>) {
        let behind = folded.as_bytes().get(run.end..).unwrap_or_default();
        // Each rest that the text begins with stands before it in order, and so does whatever lies between: that
        // begins with the rest as well.
        let lead = lead(behind);
        let next = self.leads.partition_point(|known| *known <= lead);
        let mut before = (0..next).rev();
        let mut at =
            before.find(|&at| self.leads[at] < lead || self.rests[at].text.as_bytes() <= behind);
        while let Some(rest) = at.and_then(|at| self.rests.get(at)) {
            if behind.starts_with(rest.text.as_bytes()) {
                let end = run.end + rest.text.len();
                let before = folded.as_bytes().get(..run.start).unwrap_or_default();
                let stand = rest.sets.iter().filter(|(sign, set)| {
                    let start = run.start.saturating_sub(sign.len());
                    before.ends_with(sign.as_bytes()) && set.is_bounded(folded, start..end)
                });
                ends.extend(stand.map(|(_, set)| (end as u32, set.set)));
            }
            at = rest.shorter.map(|at| at as usize);
        }
    }
}

/// The first bytes of a text as a number that stands in the same order.
#[inline]
fn lead(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes[..text.len()].copy_from_slice(text);
    u64::from_be_bytes(bytes)
}
