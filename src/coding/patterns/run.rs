//! Reads compiled patterns at places of a note.
//!
//! Comes in: a program, the classes of a note's words and a range of them. Goes out: where a piece
//! that starts at one place can end, as a set of lengths. A piece of a pattern never looks further
//! than its own length and windows, so that the work at one place does not grow with the text.

use std::ops::Range;

use super::anchors::Companion;
use super::classes::ClassTable;
use super::ends::{Ends, each};
use super::program::{Node, NodeId, Program};

/// Steps at one place from which on a pattern's pieces are remembered.
const MEMO_STEPS: u64 = 1 << 15;
/// Places remembered; a power of two.
const MEMO_PLACES: usize = 1 << 12;

/// A range of a note's words, to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'t> {
    /// The pieces.
    pub(crate) program: &'t Program,
    /// What the classes accept.
    pub(crate) table: &'t ClassTable,
    /// Classes of all words of the note.
    pub(crate) ids: &'t [u32],
    /// First word of the range.
    pub(crate) start: usize,
    /// Word behind its last.
    pub(crate) end: usize,
}

/// What was read before, for patterns that would otherwise read a piece too often at one place.
pub(crate) struct Memo<E> {
    /// Node and place, with its ends.
    slots: Vec<(u32, u32, E)>,
}

impl<E: Ends> Memo<E> {
    /// A memo for a pattern; it remembers nothing where reading again is cheap.
    pub(crate) fn for_pattern(program: &Program, root: NodeId) -> Self {
        let slots = if program.shape(root).steps > MEMO_STEPS {
            vec![(u32::MAX, u32::MAX, E::NONE); MEMO_PLACES]
        } else {
            Vec::new()
        };
        Self { slots }
    }

    fn slot(node: NodeId, at: usize) -> usize {
        (node.0 as usize).wrapping_mul(0x9E37_79B1).wrapping_add(at) % MEMO_PLACES
    }

    fn get(&self, node: NodeId, at: usize) -> Option<E> {
        let &(of, place, ends) = self.slots.get(Self::slot(node, at))?;
        (of == node.0 && place == at as u32).then_some(ends)
    }

    fn put(&mut self, node: NodeId, at: usize, ends: E) {
        if let Some(slot) = self.slots.get_mut(Self::slot(node, at)) {
            *slot = (node.0, at as u32, ends);
        }
    }
}

impl Text<'_> {
    /// Whether an anchor's companion stands where it must.
    #[inline]
    pub(crate) fn accompanied(&self, anchor: usize, companion: Companion) -> bool {
        let place = |by: i16| anchor.saturating_add_signed(by as isize);
        let first = place(companion.from).max(self.start);
        let behind = place(companion.to).saturating_add(1).min(self.end);
        // A place before the text's first word counts as none.
        (anchor as isize + companion.to as isize) >= 0
            && (first..behind).any(|at| self.table.gives(self.ids[at], companion.signal))
    }

    /// Whether a word of the range lets a piece start at all.
    #[inline]
    pub(crate) fn opens(&self, node: NodeId, at: usize) -> bool {
        match self.program.gate(node) {
            Some(term) => at < self.end && self.table.accepts(self.ids[at], term),
            None => true,
        }
    }

    /// The ends of a piece that starts at a place.
    pub(crate) fn ends<E: Ends>(&self, node: NodeId, at: usize, memo: &mut Memo<E>) -> E {
        if !self.opens(node, at) {
            return E::NONE;
        }
        match self.program.node(node) {
            Node::Term(_) => once(1),
            Node::Gap { min, max } => self.gap(*min, *max, at),
            Node::Optional(inner) => {
                let mut ends: E = self.ends(*inner, at, memo);
                ends.add(E::START, 0);
                ends
            }
            Node::Any(nodes) => {
                let mut ends = E::NONE;
                for &inner in nodes {
                    ends.add(self.ends(inner, at, memo), 0);
                }
                ends
            }
            Node::Row(nodes) => remembered(node, at, memo, |memo| self.row(nodes, at, memo)),
            &Node::Near {
                left,
                right,
                words,
                either,
            } => remembered(node, at, memo, |memo| {
                let mut ends = self.followed((left, right), words, at, memo);
                if either {
                    ends.add(self.followed((right, left), words, at, memo), 0);
                }
                ends
            }),
            &Node::NotNear { left, right, words } => remembered(node, at, memo, |memo| {
                let mut ends = E::NONE;
                for length in each::<E>(self.ends(left, at, memo)) {
                    if !self.is_near(&(at..at + length), words, right, memo) {
                        ends.add(E::START, length);
                    }
                }
                ends
            }),
        }
    }

    fn gap<E: Ends>(&self, min: usize, max: usize, at: usize) -> E {
        let mut ends = E::NONE;
        for words in min..=max.min(self.end - at) {
            ends.add(E::START, words);
        }
        ends
    }

    fn row<E: Ends>(&self, nodes: &[NodeId], at: usize, memo: &mut Memo<E>) -> E {
        let mut ends = E::START;
        for &node in nodes {
            let mut next = E::NONE;
            for length in each(ends) {
                next.add(self.ends(node, at + length, memo), length);
            }
            if next.is_none() {
                return next;
            }
            ends = next;
        }
        ends
    }

    /// Ends of `second` behind `first`, with at most so many words between.
    fn followed<E: Ends>(
        &self,
        (first, second): (NodeId, NodeId),
        words: usize,
        at: usize,
        memo: &mut Memo<E>,
    ) -> E {
        let mut starts = E::NONE;
        for length in each::<E>(self.ends(first, at, memo)) {
            starts.add(self.gap(0, words, at + length), length);
        }
        let mut ends = E::NONE;
        for length in each(starts) {
            ends.add(self.ends(second, at + length, memo), length);
        }
        ends
    }

    /// Whether a piece stands near a span: it has a word outside, and no more than so many between.
    fn is_near<E: Ends>(
        &self,
        span: &Range<usize>,
        words: usize,
        node: NodeId,
        memo: &mut Memo<E>,
    ) -> bool {
        let reach = words.saturating_add(self.program.shape(node).max);
        let first = span.start.saturating_sub(reach).max(self.start);
        let last = span.end.saturating_add(words + 1).min(self.end);
        (first..last).any(|start| {
            each::<E>(self.ends(node, start, memo)).any(|length| {
                let end = start + length;
                let outside = start < span.start || end > span.end;
                outside && end + words >= span.start
            })
        })
    }
}

fn once<E: Ends>(words: usize) -> E {
    let mut ends = E::NONE;
    ends.add(E::START, words);
    ends
}

/// What was read before, or is read now.
fn remembered<E: Ends>(
    node: NodeId,
    at: usize,
    memo: &mut Memo<E>,
    read: impl FnOnce(&mut Memo<E>) -> E,
) -> E {
    if let Some(known) = memo.get(node, at) {
        return known;
    }
    let ends = read(memo);
    memo.put(node, at, ends);
    ends
}
