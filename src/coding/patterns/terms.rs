//! Terms: sets of atoms that one place of a pattern accepts.
//!
//! An alternation of single words, a word list or one plain word all are one term, so that a place
//! costs one test however long its list is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::atoms::AtomId;

/// Names a term of one [`Terms`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermId(pub(crate) u32);

/// All terms of a set of patterns; equal sets are one term.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    known: HashMap<Vec<AtomId>, TermId>,
    atoms: Vec<Vec<AtomId>>,
}

impl Terms {
    /// The term that accepts any of some atoms.
    pub(crate) fn intern(&mut self, mut atoms: Vec<AtomId>) -> TermId {
        atoms.sort_unstable();
        atoms.dedup();
        if let Some(&term) = self.known.get(&atoms) {
            return term;
        }
        let term = TermId(self.atoms.len() as u32);
        self.known.insert(atoms.clone(), term);
        self.atoms.push(atoms);
        term
    }

    /// The term that accepts what any of some terms accepts.
    pub(crate) fn union(&mut self, terms: &[TermId]) -> TermId {
        if let [only] = terms {
            return *only;
        }
        let atoms = terms.iter().flat_map(|&t| self.atoms(t).iter().copied());
        let atoms = atoms.collect();
        self.intern(atoms)
    }

    /// Keeps some terms, in their order; says what each is called now.
    pub(crate) fn keep(&mut self, terms: impl Iterator<Item = TermId>) -> BTreeMap<TermId, TermId> {
        let kept: BTreeSet<TermId> = terms.collect();
        let renamed = kept.iter().copied().zip((0..).map(TermId)).collect();
        self.atoms = kept
            .iter()
            .map(|term| std::mem::take(&mut self.atoms[term.0 as usize]))
            .collect();
        self.known = HashMap::new();
        renamed
    }

    /// The atoms of a term, ascending.
    pub(crate) fn atoms(&self, term: TermId) -> &[AtomId] {
        &self.atoms[term.0 as usize]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.atoms.len()
    }

    /// For each atom, the terms that accept it, ascending.
    pub(crate) fn by_atom(&self, atoms: usize) -> Vec<Vec<TermId>> {
        let mut out = vec![Vec::new(); atoms];
        for (term, accepted) in self.atoms.iter().enumerate() {
            for atom in accepted {
                out[atom.0 as usize].push(TermId(term as u32));
            }
        }
        out
    }
}
