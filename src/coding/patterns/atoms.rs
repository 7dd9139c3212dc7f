//! Atoms: what a pattern can ask of one word, and which of them a word satisfies.
//!
//! Comes in: the words that patterns write. Goes out: for a word of a text the atoms that it
//! satisfies. This is asked once per word *type*, so that stemming and fuzzy comparison cost next
//! to nothing over a corpus.

use std::collections::HashMap;

use super::fuzzy::within_one_edit;
use crate::model::pattern::WordForm;
use crate::text::Stemmer;

/// Names an atom of one [`Atoms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AtomId(pub(crate) u32);

/// All atoms of a set of patterns.
#[derive(Debug)]
pub(crate) struct Atoms {
    stemmer: Stemmer,
    exact: HashMap<String, AtomId>,
    stems: HashMap<String, AtomId>,
    prefixes: HashMap<String, AtomId>,
    /// Byte lengths of the prefixes, ascending.
    prefix_lengths: Vec<usize>,
    fuzzy: HashMap<String, AtomId>,
    /// Fuzzy words by their first letter, which no edit changes.
    fuzzy_by_first: HashMap<char, Vec<(String, AtomId)>>,
    /// The word that each atom was written as.
    written: Vec<String>,
}

impl Atoms {
    pub(crate) fn new(language: &str) -> Self {
        Self {
            stemmer: Stemmer::new(language),
            exact: HashMap::new(),
            stems: HashMap::new(),
            prefixes: HashMap::new(),
            prefix_lengths: Vec::new(),
            fuzzy: HashMap::new(),
            fuzzy_by_first: HashMap::new(),
            written: Vec::new(),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.written.len()
    }

    /// The word that an atom was written as.
    pub(crate) fn written(&self, atom: AtomId) -> &str {
        &self.written[atom.0 as usize]
    }

    /// The atom of a written word.
    pub(crate) fn intern(&mut self, word: &str, form: WordForm) -> AtomId {
        let next = AtomId(self.written.len() as u32);
        let (known, key) = match form {
            WordForm::Exact => (&mut self.exact, word.to_owned()),
            WordForm::Stem => (&mut self.stems, self.stemmer.stem(word)),
            WordForm::Prefix => (&mut self.prefixes, word.to_owned()),
            WordForm::Fuzzy => (&mut self.fuzzy, word.to_owned()),
        };
        if let Some(&atom) = known.get(&key) {
            return atom;
        }
        known.insert(key, next);
        self.written.push(word.to_owned());
        match form {
            WordForm::Prefix => {
                if let Err(at) = self.prefix_lengths.binary_search(&word.len()) {
                    self.prefix_lengths.insert(at, word.len());
                }
            }
            WordForm::Fuzzy => {
                if let Some(first) = word.chars().next() {
                    let same_first = self.fuzzy_by_first.entry(first).or_default();
                    same_first.push((word.to_owned(), next));
                }
            }
            WordForm::Exact | WordForm::Stem => {}
        }
        next
    }

    /// The atoms that a word of a text satisfies, ascending.
    pub(crate) fn of_word(&self, word: &str) -> Vec<AtomId> {
        let mut atoms = Vec::new();
        atoms.extend(self.exact.get(word));
        atoms.extend(self.stems.get(&self.stemmer.stem(word)));
        for &length in &self.prefix_lengths {
            if length > word.len() {
                break;
            }
            atoms.extend(word.get(..length).and_then(|p| self.prefixes.get(p)));
        }
        let first = word.chars().next();
        for (written, atom) in first
            .iter()
            .filter_map(|c| self.fuzzy_by_first.get(c))
            .flatten()
        {
            if within_one_edit(written, word) {
                atoms.push(*atom);
            }
        }
        atoms.sort_unstable();
        atoms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_satisfies_what_the_forms_say() {
        let mut atoms = Atoms::new("en");
        let stem = atoms.intern("cope", WordForm::Stem);
        let same_stem = atoms.intern("coping", WordForm::Stem);
        assert_eq!(stem, same_stem);
        let exact = atoms.intern("coping", WordForm::Exact);
        let prefix = atoms.intern("cop", WordForm::Prefix);
        let longer = atoms.intern("copin", WordForm::Prefix);
        let fuzzy = atoms.intern("copeing", WordForm::Fuzzy);
        assert_eq!(
            atoms.of_word("coping"),
            [stem, exact, prefix, longer, fuzzy]
        );
        assert_eq!(atoms.of_word("copy"), [prefix]);
        assert_eq!(atoms.of_word("é"), []);
        assert_eq!(atoms.len(), 5);
    }
}
