//! Ranks the sentences without a code, and the terms that set the code's sentences apart.

use std::cmp::Ordering;

use crate::model::coded::CodedNote;
use crate::text::{Span, Stemmer};

use super::keyness::Contrast;
use super::learn::Learnt;
use super::terms::terms;
use super::{G2_MIN, NOTES_MIN, Standing, WORDS_MIN, standings};

/// Examples of a term.
const EXAMPLES: usize = 3;

/// The sentences of one note that do not have the code.
#[derive(Debug, Default)]
pub struct OtherSentences {
    note: usize,
    sentences: Vec<Sentence>,
}

/// A sentence with those of its terms that stand in the code's sentences, too.
#[derive(Debug)]
struct Sentence {
    span: Span,
    words: usize,
    terms: Vec<u32>,
}

impl OtherSentences {
    /// Finds them; `of` lists by place the codes that are meant.
    pub fn of(coded: &CodedNote<'_>, of: &[bool], (learnt, stemmer): (&Learnt, &Stemmer)) -> Self {
        let all = standings(coded, of)
            .into_iter()
            .zip(&coded.layout.sentences);
        let other = all.filter(|(standing, _)| *standing == Standing::Other);
        let sentence = |sentence: &crate::model::layout::Sentence| {
            let own = terms(&coded.layout.words, sentence.words.clone(), stemmer);
            let known = own.iter().filter_map(|t| learnt.places.get(&t.key));
            Sentence {
                span: sentence.span,
                words: sentence.words.len(),
                terms: known.copied().collect(),
            }
        };
        Self {
            note: coded.index,
            sentences: other.map(|(_, s)| sentence(s)).collect(),
        }
    }
}

/// Collects the sentences without the code.
#[derive(Debug)]
pub struct Ranker<'l> {
    learnt: &'l Learnt,
    sentences: Vec<(usize, Sentence)>,
    words: u64,
    counts: Vec<u64>,
}

/// A sentence that may belong to the code.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The note, by its place in the corpus.
    pub note: usize,
    /// The sentence.
    pub span: Span,
    /// Its score; see [`crate::suggest`].
    pub score: f64,
    /// Its terms with weight, heaviest first.
    pub terms: Vec<String>,
}

/// A term that stands in the code's sentences, outside of its passages, more than elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyTerm {
    /// The form in which it is met most often.
    pub term: String,
    /// How often it stands in either kind of sentence.
    pub contrast: Contrast,
    /// Sentences without the code that it stands in, those with the highest score first: note and
    /// place.
    pub elsewhere: Vec<(usize, Span)>,
    /// Sentences of the code that it stands in.
    pub inside: Vec<(usize, Span)>,
}

/// What the rules may be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestions {
    /// Sentences without the code, best first; what is equal in corpus order.
    pub sentences: Vec<Ranked>,
    /// Terms, the most telling first.
    pub terms: Vec<KeyTerm>,
}

impl<'l> Ranker<'l> {
    /// Begins to collect.
    pub fn new(learnt: &'l Learnt) -> Self {
        Self {
            learnt,
            sentences: Vec::new(),
            words: 0,
            counts: vec![0; learnt.terms.len()],
        }
    }

    /// Takes the next note's sentences.
    pub fn take(&mut self, note: OtherSentences) {
        for mut sentence in note.sentences {
            self.words += sentence.words as u64;
            for &term in &sentence.terms {
                self.counts[term as usize] += 1;
            }
            sentence.terms.sort_unstable();
            sentence.terms.dedup();
            self.sentences.push((note.note, sentence));
        }
    }

    /// Ranks: so many sentences, and so many terms, at most.
    pub fn finish(self, sentences_max: usize, terms_max: usize) -> Suggestions {
        let weights = self.weights();
        let scored = self.sentences.iter().enumerate().map(|(i, (_, sentence))| {
            let sum: f64 = sentence.terms.iter().map(|&t| weights[t as usize]).sum();
            (sum / (sentence.words.max(WORDS_MIN) as f64).sqrt(), i)
        });
        let mut scored: Vec<(f64, usize)> = scored.filter(|(score, _)| *score > 0.0).collect();
        scored.sort_by(|a, b| descending(a.0, b.0).then(a.1.cmp(&b.1)));
        let sentences = scored.iter().take(sentences_max);
        Suggestions {
            sentences: sentences
                .map(|&(score, i)| self.ranked(score, i, &weights))
                .collect(),
            terms: self.key_terms(&scored, terms_max),
        }
    }

    /// What each term weighs in a sentence's score.
    fn weights(&self) -> Vec<f64> {
        let terms = self.learnt.terms.iter().zip(&self.counts);
        let weight = |(term, &outside): (&super::learn::LearntTerm, &u64)| {
            let contrast = Contrast {
                inside: term.count,
                inside_all: self.learnt.words,
                outside,
                outside_all: self.words,
            };
            if term.notes >= NOTES_MIN && contrast.g2() >= G2_MIN {
                contrast.log_ratio().max(0.0)
            } else {
                0.0
            }
        };
        terms.map(weight).collect()
    }

    fn ranked(&self, score: f64, index: usize, weights: &[f64]) -> Ranked {
        let (note, sentence) = &self.sentences[index];
        let mut own: Vec<u32> = sentence.terms.clone();
        own.retain(|&t| weights[t as usize] > 0.0);
        own.sort_by(|&a, &b| descending(weights[a as usize], weights[b as usize]).then(a.cmp(&b)));
        let form = |t: u32| self.learnt.terms[t as usize].form().to_owned();
        Ranked {
            note: *note,
            span: sentence.span,
            score,
            terms: own.into_iter().map(form).collect(),
        }
    }

    fn key_terms(&self, scored: &[(f64, usize)], terms_max: usize) -> Vec<KeyTerm> {
        let mut keys: Vec<(f64, &str, u32, Contrast)> = Vec::new();
        for (i, term) in self.learnt.terms.iter().enumerate() {
            let contrast = Contrast {
                inside: term.beside,
                inside_all: self.learnt.words_beside,
                outside: self.counts[i],
                outside_all: self.words,
            };
            let g2 = contrast.g2();
            if term.notes_beside >= NOTES_MIN && g2 >= G2_MIN && contrast.log_ratio() > 0.0 {
                keys.push((g2, term.form(), i as u32, contrast));
            }
        }
        keys.sort_by(|a, b| descending(a.0, b.0).then(a.1.cmp(b.1)));
        keys.truncate(terms_max);
        let key_term = |(_, form, term, contrast): (f64, &str, u32, Contrast)| {
            let holds =
                |(_, i): &&(f64, usize)| self.sentences[*i].1.terms.binary_search(&term).is_ok();
            let elsewhere = scored.iter().filter(holds).take(EXAMPLES).map(|(_, i)| {
                let (note, sentence) = &self.sentences[*i];
                (*note, sentence.span)
            });
            let inside = self.learnt.sentences.iter();
            let inside = inside.filter(|(_, _, terms)| terms.contains(&term));
            KeyTerm {
                term: form.to_owned(),
                contrast,
                elsewhere: elsewhere.collect(),
                inside: inside
                    .take(EXAMPLES)
                    .map(|(note, span, _)| (*note, *span))
                    .collect(),
            }
        };
        keys.into_iter().map(key_term).collect()
    }
}

fn descending(a: f64, b: f64) -> Ordering {
    b.total_cmp(&a)
}
