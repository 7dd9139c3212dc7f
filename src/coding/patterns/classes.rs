//! Classes of words: words that satisfy the same atoms are one class.
//!
//! Comes in: the words of note after note. Goes out: a class for each, and for each class which
//! terms accept it and which patterns it may belong to. Most words satisfy nothing: class 0.

use std::collections::HashMap;

use super::anchors::{AnchorId, Anchors};
use super::atoms::AtomId;
use super::terms::TermId;

/// What is known of the classes met so far.
#[derive(Debug, Clone)]
pub(crate) struct ClassTable {
    known: HashMap<Vec<AtomId>, u32>,
    /// `stride` words a class: a bit for each term that accepts it.
    accepted: Vec<u64>,
    stride: usize,
    /// For each group, for each class, where its anchors lie in `anchors`.
    ranges: Vec<Vec<(u32, u32)>>,
    anchors: Vec<AnchorId>,
}

impl ClassTable {
    /// A table that knows class 0 only.
    pub(crate) fn new(terms: usize, groups: usize) -> Self {
        let stride = terms.div_ceil(64);
        Self {
            known: HashMap::from([(Vec::new(), 0)]),
            accepted: vec![0; stride],
            stride,
            ranges: vec![vec![(0, 0)]; groups],
            anchors: Vec::new(),
        }
    }

    /// Whether a term accepts a class.
    #[inline]
    pub(crate) fn accepts(&self, class: u32, term: TermId) -> bool {
        let word = class as usize * self.stride + term.0 as usize / 64;
        self.accepted[word] >> (term.0 % 64) & 1 == 1
    }

    /// The anchors of a group that a class satisfies.
    #[inline]
    pub(crate) fn anchors(&self, group: usize, class: u32) -> &[AnchorId] {
        let (start, end) = self.ranges[group][class as usize];
        &self.anchors[start as usize..end as usize]
    }

    /// The class of some atoms, if it was met.
    pub(crate) fn get(&self, atoms: &[AtomId]) -> Option<u32> {
        self.known.get(atoms).copied()
    }

    /// Adds the class of some atoms.
    pub(crate) fn add(
        &mut self,
        atoms: Vec<AtomId>,
        by_atom: &[Vec<TermId>],
        anchors: &Anchors,
    ) -> u32 {
        let class = self.known.len() as u32;
        let start = self.accepted.len();
        self.accepted.resize(start + self.stride, 0);
        let row = &mut self.accepted[start..];
        for atom in &atoms {
            for term in &by_atom[atom.0 as usize] {
                row[term.0 as usize / 64] |= 1 << (term.0 % 64);
            }
        }
        let accepting: Vec<TermId> = terms_of(row).collect();
        for (group, ranges) in self.ranges.iter_mut().enumerate() {
            let start = self.anchors.len() as u32;
            for &term in &accepting {
                self.anchors.extend(anchors.of_term(group, term));
            }
            ranges.push((start, self.anchors.len() as u32));
        }
        self.known.insert(atoms, class);
        class
    }
}

/// The terms of a row of bits, ascending.
fn terms_of(row: &[u64]) -> impl Iterator<Item = TermId> {
    row.iter().enumerate().flat_map(|(i, &bits)| {
        (0..64)
            .filter(move |bit| bits >> bit & 1 == 1)
            .map(move |bit| TermId(i as u32 * 64 + bit))
    })
}
