//! Anchors: the rarest words that every match of a pattern holds.
//!
//! Comes in: compiled patterns and how rare their words are. Goes out: for each term the patterns
//! that need a look where a word satisfies it, how far before that word their match can start, what
//! else a sentence must hold for a match, and a companion that must stand near the word. A sentence
//! without an anchor costs nothing; one with an anchor but without the rest costs a few bit tests.
//! What is chosen changes the speed, never a match.

use super::plan::Planner;
use super::program::{Node, NodeId, Program};
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
    /// Whether the word is a whole match, and no longer one starts at it.
    pub(crate) alone: bool,
}

/// A term that is asked for before a pattern is read. There are fewer of these than of terms, so that
/// what a sentence holds of them lies near the processor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Signal(pub(crate) u32);

/// Another word that a match holds, and where it can stand as seen from the anchor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Companion {
    /// What it satisfies.
    pub(crate) signal: Signal,
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
    /// For each group, for each pattern, the rarest terms that every match satisfies.
    needs: Vec<Vec<Needs>>,
    /// For each group, for each pattern that single words match, what its longer matches start with.
    longer: Vec<Vec<Option<Vec<TermId>>>>,
    signals: Signals,
}

/// So many needs of a pattern are remembered: the rarest few decide nearly always.
const NEEDS_MAX: usize = 3;

/// The rarest terms that every match of a pattern satisfies.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    signals: [Signal; NEEDS_MAX],
    count: u8,
}

/// The signal of each term that is one.
#[derive(Debug, Default)]
struct Signals {
    of_term: Vec<Option<Signal>>,
    count: u32,
}

impl Signals {
    fn intern(&mut self, term: TermId) -> Signal {
        *self.of_term[term.0 as usize].get_or_insert_with(|| {
            self.count += 1;
            Signal(self.count - 1)
        })
    }

    fn needs(&mut self, rarest_first: &[TermId]) -> Needs {
        let mut needs = Needs::default();
        for (place, &term) in needs.signals.iter_mut().zip(rarest_first) {
            *place = self.intern(term);
            needs.count += 1;
        }
        needs
    }
}

/// The single words that a pattern matches, and what its longer matches start with; none where it has no single
/// words, or nobody can tell what a longer match starts with.
fn single_words(program: &Program, root: NodeId) -> Option<(TermId, Vec<TermId>)> {
    match program.node(root) {
        Node::Term(term) => Some((*term, Vec::new())),
        Node::Any(nodes) => {
            let (first, phrases) = nodes.split_first()?;
            let &Node::Term(term) = program.node(*first) else {
                return None;
            };
            let longer: Option<Vec<TermId>> = phrases.iter().map(|&p| program.gate(p)).collect();
            Some((term, longer?))
        }
        _ => None,
    }
}

impl Anchors {
    /// Chooses the anchors of each group's patterns.
    pub(crate) fn new(program: &Program, groups: &[Vec<Option<NodeId>>], rarity: &Rarity) -> Self {
        let planner = Planner { program, rarity };
        let mut out = Self {
            by_term: vec![Vec::new(); program.terms.len()],
            everywhere: Vec::with_capacity(groups.len()),
            needs: Vec::with_capacity(groups.len()),
            longer: Vec::with_capacity(groups.len()),
            signals: Signals {
                of_term: vec![None; program.terms.len()],
                count: 0,
            },
        };
        for (group, roots) in groups.iter().enumerate() {
            let mut everywhere = Vec::new();
            let mut needs = vec![Needs::default(); roots.len()];
            let mut longer = vec![None; roots.len()];
            for (pattern, root) in roots.iter().enumerate() {
                let (pattern, Some(root)) = (pattern as u32, *root) else {
                    continue;
                };
                let Some(plan) = planner.plan(root) else {
                    everywhere.push(pattern);
                    continue;
                };
                needs[pattern as usize] = out.signals.needs(&planner.needs(root));
                let single = single_words(program, root);
                for place in plan.places {
                    let mut anchor = place.anchor(pattern, |term| out.signals.intern(term));
                    anchor.alone = anchor.back_max == 0
                        && single.as_ref().is_some_and(|(term, _)| *term == place.term);
                    out.by_term[place.term.0 as usize].push((group as u32, anchor));
                }
                longer[pattern as usize] = single.map(|(_, starts)| starts);
            }
            out.everywhere.push(everywhere);
            out.needs.push(needs);
            out.longer.push(longer);
        }
        out
    }

    /// What the longer matches of a pattern start with that single words match; none for any other pattern.
    pub(crate) fn longer(&self, group: usize, pattern: u32) -> Option<&[TermId]> {
        self.longer[group][pattern as usize].as_deref()
    }

    /// The anchors that a word of a term is, each with its group; by group.
    pub(crate) fn of_term(&self, term: TermId) -> &[(u32, Anchor)] {
        &self.by_term[term.0 as usize]
    }

    /// The patterns of a group that have no anchor.
    pub(crate) fn everywhere(&self, group: usize) -> &[u32] {
        &self.everywhere[group]
    }

    /// The rarest terms that every match of a pattern satisfies.
    #[inline]
    pub(crate) fn needs(&self, group: usize, pattern: u32) -> &[Signal] {
        let needs = &self.needs[group][pattern as usize];
        &needs.signals[..needs.count as usize]
    }

    /// The signal of a term, if it is one.
    pub(crate) fn signal(&self, term: TermId) -> Option<Signal> {
        self.signals.of_term[term.0 as usize]
    }

    /// How many signals there are.
    pub(crate) fn signals(&self) -> usize {
        self.signals.count as usize
    }
}
