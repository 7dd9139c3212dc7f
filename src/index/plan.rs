//! Which notes may fit a query: a question that the index answers.
//!
//! The answer may hold notes that do not fit (a phrase of mixed terms, NOT); [`super::positions`]
//! decides. It never leaves one out.

use std::ops::Bound;

use tantivy::Term as IndexTerm;
use tantivy::query::{
    AllQuery, BooleanQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery, RegexQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::text::Stemmer;

use super::query::{Query, Term};
use super::schema::Fields;

type Boxed = Box<dyn IndexQuery>;

/// The notes that may fit a query.
pub(super) fn candidates(
    query: &Query,
    fields: &Fields,
    stemmer: &Stemmer,
) -> tantivy::Result<Boxed> {
    Ok(match query {
        Query::Phrase(terms) => phrase(terms, fields, stemmer)?,
        Query::And(of) => {
            let mut all = Vec::new();
            for query in of {
                all.push(candidates(query, fields, stemmer)?);
            }
            all_of(all)
        }
        Query::Or(of) => {
            let mut any = Vec::new();
            for query in of {
                any.push(candidates(query, fields, stemmer)?);
            }
            any_of(any)
        }
        Query::Not(_) => Box::new(AllQuery),
    })
}

fn phrase(terms: &[Term], fields: &Fields, stemmer: &Stemmer) -> tantivy::Result<Boxed> {
    let index_term = |term: &Term| match term {
        Term::Stem(word) => Some(IndexTerm::from_field_text(fields.stem, &stemmer.stem(word))),
        Term::Exact(word) => Some(IndexTerm::from_field_text(fields.form, word)),
        Term::Prefix(_) => None,
    };
    let known: Vec<IndexTerm> = terms.iter().filter_map(index_term).collect();
    let one_field = known
        .windows(2)
        .all(|pair| pair[0].field() == pair[1].field());
    if terms.len() > 1 && known.len() == terms.len() && one_field {
        return Ok(Box::new(PhraseQuery::new(known)));
    }
    let mut all: Vec<Boxed> = Vec::new();
    for term in terms {
        all.push(match (index_term(term), term) {
            (Some(term), _) => exactly(term),
            (None, Term::Stem(word) | Term::Exact(word) | Term::Prefix(word)) => {
                let pattern = format!("{}.*", regex::escape(word));
                Box::new(RegexQuery::from_pattern(&pattern, fields.form)?)
            }
        });
    }
    Ok(all_of(all))
}

/// Notes that hold a term.
pub(super) fn exactly(term: IndexTerm) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// Notes of dates from one day to another, as numbers; those without a date are left out.
pub(super) fn dated(field: Field, from: u64, to: u64) -> Boxed {
    Box::new(RangeQuery::new(
        Bound::Included(IndexTerm::from_field_u64(field, from.max(1))),
        Bound::Included(IndexTerm::from_field_u64(field, to)),
    ))
}

pub(super) fn all_of(queries: Vec<Boxed>) -> Boxed {
    Box::new(BooleanQuery::new(
        queries.into_iter().map(|q| (Occur::Must, q)).collect(),
    ))
}

pub(super) fn any_of(queries: Vec<Boxed>) -> Boxed {
    Box::new(BooleanQuery::new(
        queries.into_iter().map(|q| (Occur::Should, q)).collect(),
    ))
}
