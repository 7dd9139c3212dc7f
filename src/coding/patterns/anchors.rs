//! Anchors: the rarest words that every match of a pattern holds.
//!
//! Comes in: compiled patterns and how rare their words are. Goes out: for each term the patterns
//! that need a look where a word satisfies it, how far before that word their match can start, and
//! a companion that must stand near it. A sentence without an anchor costs nothing; one with an
//! anchor but without its companion costs a few bit tests. What is chosen changes the speed, never
//! a match.

use super::plan::Planner;
use super::program::{NodeId, Program};
use super::rarity::Rarity;
use super::terms::TermId;

/// A word that a match of a pattern holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Anchor {
    /// The pattern.
    pub(crate) pattern: u32,
    /// Fewest words from the start of the match to the anchor.
    pub(crate) back_min: u16,
    /// Most words from the start of the match to the anchor.
    pub(crate) back_max: u16,
    /// What else must stand near the anchor.
    pub(crate) companion: Option<Companion>,
}

/// Another word that a match holds, and where it can stand as seen from the anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Companion {
    /// What it satisfies.
    pub(crate) term: TermId,
    /// First place.
    pub(crate) from: i16,
    /// Last place.
    pub(crate) to: i16,
}

/// The anchors of all groups of patterns.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// For each term, the anchors that a word of it is, each with its group; by group.
    by_term: Vec<Vec<(u32, Anchor)>>,
    /// For each group, the patterns without anchor: looked at everywhere.
    everywhere: Vec<Vec<u32>>,
    /// Whether a term is some anchor's companion.
    accompanies: Vec<bool>,
}

impl Anchors {
    /// Chooses the anchors of each group's patterns.
    pub(crate) fn new(program: &Program, groups: &[Vec<Option<NodeId>>], rarity: &Rarity) -> Self {
        let planner = Planner { program, rarity };
        let mut out = Self {
            by_term: vec![Vec::new(); program.terms.len()],
            everywhere: Vec::with_capacity(groups.len()),
            accompanies: vec![false; program.terms.len()],
        };
        for (group, roots) in groups.iter().enumerate() {
            let mut everywhere = Vec::new();
            for (pattern, root) in roots.iter().enumerate() {
                let (pattern, Some(root)) = (pattern as u32, *root) else {
                    continue;
                };
                let Some(plan) = planner.plan(root) else {
                    everywhere.push(pattern);
                    continue;
                };
                for place in plan.places {
                    let anchor = place.anchor(pattern);
                    out.by_term[place.term.0 as usize].push((group as u32, anchor));
                    if let Some(companion) = anchor.companion {
                        out.accompanies[companion.term.0 as usize] = true;
                    }
                }
            }
            out.everywhere.push(everywhere);
        }
        out
    }

    /// The anchors that a word of a term is, each with its group; by group.
    pub(crate) fn of_term(&self, term: TermId) -> &[(u32, Anchor)] {
        &self.by_term[term.0 as usize]
    }

    /// The patterns of a group that have no anchor.
    pub(crate) fn everywhere(&self, group: usize) -> &[u32] {
        &self.everywhere[group]
    }

    /// A bit for a term that is a companion, the same for one in 64; none for other terms.
    pub(crate) fn signature(&self, term: TermId) -> u64 {
        if self.accompanies[term.0 as usize] {
            signature_bit(term)
        } else {
            0
        }
    }
}

/// The bit that stands for a companion in signatures.
#[inline]
pub(crate) fn signature_bit(term: TermId) -> u64 {
    1 << (term.0.wrapping_mul(0x9E37_79B1) >> 26)
}
