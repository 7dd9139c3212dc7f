//! Where a query's words stand in a note.

use std::collections::HashMap;
use std::ops::Range;

use crate::text::{Stemmer, Words};

use super::query::{Query, Term};

/// Finds a query in notes' words; remembers which forms a stem has.
pub(super) struct Finder<'q> {
    query: &'q Query,
    stemmer: &'q Stemmer,
    stems: HashMap<String, String>,
}

impl<'q> Finder<'q> {
    pub(super) fn new(query: &'q Query, stemmer: &'q Stemmer) -> Self {
        Self {
            query,
            stemmer,
            stems: HashMap::new(),
        }
    }

    /// The words that are looked for, in order; none where the note does not fit the query.
    pub(super) fn find(&mut self, words: &Words) -> Option<Vec<Range<usize>>> {
        let mut found = self.eval(self.query, words)?;
        found.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
        found.dedup();
        Some(found)
    }

    fn eval(&mut self, query: &Query, words: &Words) -> Option<Vec<Range<usize>>> {
        match query {
            Query::Phrase(terms) => {
                let found = self.phrase(terms, words);
                (!found.is_empty()).then_some(found)
            }
            Query::And(of) => {
                let mut all = Vec::new();
                for query in of {
                    all.extend(self.eval(query, words)?);
                }
                Some(all)
            }
            Query::Or(of) => {
                let found: Vec<_> = of.iter().filter_map(|q| self.eval(q, words)).collect();
                (!found.is_empty()).then(|| found.concat())
            }
            Query::Not(inner) => match self.eval(inner, words) {
                None => Some(Vec::new()),
                Some(_) => None,
            },
        }
    }

    fn phrase(&mut self, terms: &[Term], words: &Words) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for start in 0..(words.len() + 1).saturating_sub(terms.len()) {
            let fits = terms
                .iter()
                .enumerate()
                .all(|(i, term)| self.fits(term, words.form(start + i)));
            if fits {
                found.push(start..start + terms.len());
            }
        }
        found
    }

    fn fits(&mut self, term: &Term, form: &str) -> bool {
        match term {
            Term::Exact(word) => word == form,
            Term::Prefix(start) => form.starts_with(start.as_str()),
            Term::Stem(word) => word == form || self.stem(word) == self.stem(form),
        }
    }

    fn stem(&mut self, form: &str) -> String {
        if let Some(stem) = self.stems.get(form) {
            return stem.clone();
        }
        let stem = self.stemmer.stem(form);
        self.stems.insert(form.to_owned(), stem.clone());
        stem
    }
}
