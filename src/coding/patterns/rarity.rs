//! How often words of a term stand in a text.
//!
//! Before any text is read this is estimated from the patterns alone: a word that many patterns
//! write (`her`, `feel`) is a common one, and short words are more common than long ones. Once a
//! thread has read some notes it counts instead. Either steers where patterns are anchored; a bad
//! estimate costs time only.

use super::atoms::AtomId;
use super::classes::ClassTable;
use super::program::{Node, NodeId, Program};
use super::terms::TermId;

/// Shares of a text's words, in no unit.
#[derive(Debug)]
pub(crate) struct Rarity {
    of_term: Vec<f64>,
}

impl Rarity {
    /// Estimates from the patterns with these roots.
    pub(crate) fn estimated(program: &Program, roots: impl Iterator<Item = NodeId>) -> Self {
        let mut uses = vec![0_u32; program.terms.len()];
        for root in roots {
            count(program, root, &mut uses);
        }
        let mut of_atom = vec![1.0; program.atoms.len()];
        for (term, &uses) in uses.iter().enumerate() {
            for &AtomId(atom) in program.terms.atoms(TermId(term as u32)) {
                of_atom[atom as usize] += f64::from(uses);
            }
        }
        for (atom, share) in of_atom.iter_mut().enumerate() {
            let letters = program.atoms.written(AtomId(atom as u32)).len().max(2) as f64;
            *share /= letters.powi(2);
        }
        let of_term = (0..program.terms.len() as u32).map(|term| {
            let atoms = program.terms.atoms(TermId(term));
            atoms.iter().map(|atom| of_atom[atom.0 as usize]).sum()
        });
        Self {
            of_term: of_term.collect(),
        }
    }

    /// Counts what was met: `met` has a number for each class of the table.
    pub(crate) fn counted(estimated: &Self, table: &ClassTable, met: &[u32]) -> Self {
        // Terms that were never met keep their order among each other.
        let most = estimated
            .of_term
            .iter()
            .fold(1.0, |most: f64, &share| most.max(share));
        let mut of_term: Vec<f64> = estimated.of_term.iter().map(|s| s / most).collect();
        for (class, &times) in met.iter().enumerate().skip(1) {
            for term in table.terms(class as u32) {
                of_term[term.0 as usize] += f64::from(times);
            }
        }
        Self { of_term }
    }

    /// The share of words that satisfy a term.
    pub(crate) fn of(&self, term: TermId) -> f64 {
        self.of_term[term.0 as usize]
    }
}

/// Counts how often each term is written.
fn count(program: &Program, id: NodeId, uses: &mut [u32]) {
    match program.node(id) {
        Node::Term(term) => uses[term.0 as usize] += 1,
        Node::Gap { .. } => {}
        Node::Optional(inner) => count(program, *inner, uses),
        Node::Row(nodes) | Node::Any(nodes) => {
            for &node in nodes {
                count(program, node, uses);
            }
        }
        Node::Near { left, right, .. } | Node::NotNear { left, right, .. } => {
            count(program, *left, uses);
            count(program, *right, uses);
        }
    }
}
