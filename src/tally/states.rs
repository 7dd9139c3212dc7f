//! One note's codings → what the note says of each code: present, explicitly absent, mentioned.

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::{Assertion, Coding, WhyNot};
use crate::text::Span;

/// What a note, or its part of one session type, says of a code. A code without a state is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// At least one coding counts, of the code or of one below it.
    Present {
        /// Counted passages; those of a subtree that overlap are one.
        passages: u64,
    },
    /// None counts, and the code itself is denied in text that is not copied.
    Absent,
    /// Named, but neither present nor denied.
    Mentioned,
}

/// For each code: itself and its ancestors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage(Vec<Vec<CodeIndex>>);

impl Lineage {
    /// Reads the tree.
    pub fn new(codebook: &Codebook) -> Self {
        let line = |index| {
            let mut line = vec![index];
            let mut at = index;
            while let Some(parent) = codebook.code(at).parent {
                line.push(parent);
                at = parent;
            }
            line
        };
        Self(codebook.indices().map(line).collect())
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The code and its ancestors, from the code upwards.
    pub fn of(&self, code: CodeIndex) -> &[CodeIndex] {
        &self.0[code.0 as usize]
    }

    /// Whether one of the two stands above the other.
    pub fn related(&self, a: CodeIndex, b: CodeIndex) -> bool {
        self.of(a).contains(&b) || self.of(b).contains(&a)
    }
}

/// The states of every code that the codings name, by code. What a person rejected says nothing.
pub fn states<'c>(
    lineage: &Lineage,
    codings: impl Iterator<Item = &'c Coding>,
) -> Vec<(CodeIndex, State)> {
    // (code, span where it counts, whether the code itself is denied)
    let mut touched: Vec<(CodeIndex, Option<Span>, bool)> = Vec::new();
    for coding in codings {
        if coding.why_not == Some(WhyNot::Rejected) {
            continue;
        }
        let span = coding.counted().then_some(coding.span);
        let denied = coding.assertion() == Assertion::Negated && coding.copied.is_none();
        for &code in lineage.of(coding.code) {
            touched.push((code, span, denied && code == coding.code));
        }
    }
    touched.sort_unstable();
    touched
        .chunk_by(|a, b| a.0 == b.0)
        .map(|of_code| (of_code[0].0, state(of_code)))
        .collect()
}

/// The state of one code; spans come in order.
fn state(touched: &[(CodeIndex, Option<Span>, bool)]) -> State {
    let mut passages = 0;
    let mut end = 0;
    for span in touched.iter().filter_map(|t| t.1) {
        if passages == 0 || span.start >= end {
            passages += 1;
        }
        end = end.max(span.end);
    }
    match passages {
        0 if touched.iter().any(|t| t.2) => State::Absent,
        0 => State::Mentioned,
        passages => State::Present { passages },
    }
}
