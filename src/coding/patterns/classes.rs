//! Classes of words: words that satisfy the same atoms are one class.
//!
//! Comes in: the atoms that words satisfy. Goes out: for each class which terms accept it, and
//! which patterns it anchors. Most words satisfy nothing: class 0.

use std::collections::HashMap;
use std::sync::Arc;

use super::anchors::{Anchor, Anchors, Signal};
use super::atoms::AtomId;
use super::terms::TermId;

/// What is known of the classes met so far.
#[derive(Debug, Clone)]
pub(crate) struct ClassTable {
    known: HashMap<Vec<AtomId>, u32>,
    count: usize,
    /// `stride` words a class: a bit for each term that accepts it.
    accepted: Vec<u64>,
    stride: usize,
    anchors: Arc<Anchors>,
    /// `signal_stride` words a class: a bit for each signal that it gives.
    signals: Vec<u64>,
    signal_stride: usize,
    /// For each group, for each class, where its anchors lie in `anchored`.
    ranges: Vec<Vec<(u32, u32)>>,
    anchored: Vec<Anchor>,
}

/// The signals that the words of a region give.
#[derive(Debug)]
pub(crate) struct Present {
    signals: Vec<u64>,
}

impl Present {
    /// Whether a word of the region gives a signal.
    #[inline]
    pub(crate) fn has(&self, signal: Signal) -> bool {
        self.signals[signal.0 as usize / 64] >> (signal.0 % 64) & 1 == 1
    }
}

impl ClassTable {
    /// A table that knows class 0 only.
    pub(crate) fn new(terms: usize, groups: usize, anchors: Arc<Anchors>) -> Self {
        let stride = terms.div_ceil(64);
        let signal_stride = anchors.signals().div_ceil(64);
        Self {
            known: HashMap::from([(Vec::new(), 0)]),
            count: 1,
            accepted: vec![0; stride],
            stride,
            anchors,
            signals: vec![0; signal_stride],
            signal_stride,
            ranges: vec![vec![(0, 0)]; groups],
            anchored: Vec::new(),
        }
    }

    /// How many classes there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether a term accepts a class.
    #[inline]
    pub(crate) fn accepts(&self, class: u32, term: TermId) -> bool {
        let word = class as usize * self.stride + term.0 as usize / 64;
        self.accepted[word] >> (term.0 % 64) & 1 == 1
    }

    /// Whether a class gives a signal.
    #[inline]
    pub(crate) fn gives(&self, class: u32, signal: Signal) -> bool {
        let word = class as usize * self.signal_stride + signal.0 as usize / 64;
        self.signals[word] >> (signal.0 % 64) & 1 == 1
    }

    /// The signals that some words give, wherever they stand.
    pub(crate) fn present(&self, classes: &[u32]) -> Present {
        let mut signals = vec![0; self.signal_stride];
        for &class in classes.iter().filter(|&&class| class != 0) {
            let start = class as usize * self.signal_stride;
            let row = &self.signals[start..start + self.signal_stride];
            for (sum, bits) in signals.iter_mut().zip(row) {
                *sum |= bits;
            }
        }
        Present { signals }
    }

    /// What every match of a pattern needs.
    #[inline]
    pub(crate) fn needs(&self, group: usize, pattern: u32) -> &[Signal] {
        self.anchors.needs(group, pattern)
    }

    /// Whether single words match a pattern.
    pub(crate) fn has_single_words(&self, group: usize, pattern: u32) -> bool {
        self.anchors.longer(group, pattern).is_some()
    }

    /// The anchors of a group that a class satisfies.
    #[inline]
    pub(crate) fn anchors(&self, group: usize, class: u32) -> &[Anchor] {
        let (start, end) = self.ranges[group][class as usize];
        &self.anchored[start as usize..end as usize]
    }

    /// The patterns of a group that have no anchor.
    pub(crate) fn everywhere(&self, group: usize) -> &[u32] {
        self.anchors.everywhere(group)
    }

    /// The class of some atoms, if it was met.
    pub(crate) fn get(&self, atoms: &[AtomId]) -> Option<u32> {
        self.known.get(atoms).copied()
    }

    /// Adds the class of some atoms.
    pub(crate) fn add(&mut self, atoms: Vec<AtomId>, by_atom: &[Vec<TermId>]) -> u32 {
        let class = self.len() as u32;
        let start = self.accepted.len();
        self.accepted.resize(start + self.stride, 0);
        let row = &mut self.accepted[start..];
        for atom in &atoms {
            for term in &by_atom[atom.0 as usize] {
                row[term.0 as usize / 64] |= 1 << (term.0 % 64);
            }
        }
        self.count += 1;
        self.anchor(class);
        self.known.insert(atoms, class);
        class
    }

    /// Chooses other anchors for all classes.
    pub(crate) fn anchor_by(&mut self, anchors: Arc<Anchors>) {
        let classes = self.len();
        self.signal_stride = anchors.signals().div_ceil(64);
        self.signals.clear();
        self.signals.resize(self.signal_stride, 0);
        self.anchors = anchors;
        self.anchored.clear();
        for ranges in &mut self.ranges {
            ranges.truncate(1);
        }
        for class in 1..classes {
            self.anchor(class as u32);
        }
    }

    /// Notes the anchors of the next class.
    fn anchor(&mut self, class: u32) {
        let accepting: Vec<TermId> = self.terms(class).collect();
        let start = self.signals.len();
        self.signals.resize(start + self.signal_stride, 0);
        for signal in accepting.iter().filter_map(|&t| self.anchors.signal(t)) {
            self.signals[start + signal.0 as usize / 64] |= 1 << (signal.0 % 64);
        }
        let of_terms = accepting.iter().flat_map(|&t| self.anchors.of_term(t));
        let mut found: Vec<(u32, Anchor)> = of_terms.copied().collect();
        for (group, anchor) in found.iter_mut().filter(|(_, anchor)| anchor.alone) {
            let longer = self.anchors.longer(*group as usize, anchor.pattern);
            let starts = longer.unwrap_or_default().iter();
            anchor.alone = !starts.into_iter().any(|&term| self.accepts(class, term));
        }
        found.sort_by_key(|&(group, anchor)| (group, anchor.pattern));
        let mut start = self.anchored.len() as u32;
        self.anchored
            .extend(found.iter().map(|&(_, anchor)| anchor));
        for (group, ranges) in self.ranges.iter_mut().enumerate() {
            let behind = found.partition_point(|&(of, _)| of as usize <= group) as u32;
            let end = self.anchored.len() as u32 - found.len() as u32 + behind;
            ranges.push((start, end));
            start = end;
        }
    }

    /// The terms that accept a class, ascending.
    pub(crate) fn terms(&self, class: u32) -> impl Iterator<Item = TermId> {
        let start = class as usize * self.stride;
        let row = &self.accepted[start..start + self.stride];
        bits_of(row).map(|bit| TermId(bit as u32))
    }
}

/// The bits of a row that are set, ascending.
pub(crate) fn bits_of(row: &[u64]) -> impl Iterator<Item = usize> {
    row.iter().enumerate().flat_map(|(at, &bits)| {
        let mut rest = bits;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(at * 64 + bit)
        })
    })
}
