//! What each pattern of a code finds, and how often people reject it.

use std::collections::BTreeMap;

use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::coding::{PatternId, WhyNot};

/// What one pattern finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Yield {
    /// Codings that it found.
    pub codings: u64,
    /// Those of them that count.
    pub counted: u64,
    /// Those that people rejected, or gave another code.
    pub rejected: u64,
}

/// The yield of each pattern that found anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Yields(BTreeMap<PatternId, Yield>);

impl Yields {
    /// What patterns find in a note; `of` lists by place the codes that are meant. Text that repeats an
    /// earlier note is left out.
    pub fn of(note: &CodedNote<'_>, codebook: &Codebook, of: &[bool]) -> Self {
        let mut yields = Self::default();
        let by_rule = note.codings.iter().filter(|coding| {
            let is_meant = of.get(coding.code.0 as usize) == Some(&true);
            // A coding of a person has no pattern.
            is_meant
                && coding.copied.is_none()
                && codebook.pattern(coding.evidence.pattern).is_some()
        });
        for coding in by_rule.filter(|_| note.note.duplicate_of.is_none()) {
            let own = yields.0.entry(coding.evidence.pattern).or_default();
            own.codings += 1;
            own.counted += u64::from(coding.counted());
            own.rejected += u64::from(coding.why_not == Some(WhyNot::Rejected));
        }
        yields
    }

    /// Adds what another note's yields say.
    pub fn add(&mut self, other: &Self) {
        for (pattern, found) in &other.0 {
            let own = self.0.entry(*pattern).or_default();
            own.codings += found.codings;
            own.counted += found.counted;
            own.rejected += found.rejected;
        }
    }

    /// All of them, the most often rejected first, then those that find most.
    pub fn ranked(&self) -> Vec<(PatternId, Yield)> {
        let mut all: Vec<(PatternId, Yield)> = self.0.iter().map(|(p, y)| (*p, *y)).collect();
        all.sort_by_key(|(_, y)| std::cmp::Reverse((y.rejected, y.codings)));
        all
    }
}
