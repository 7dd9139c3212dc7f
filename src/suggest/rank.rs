//! Ranks the sentences without a code, and the terms that set the code's sentences apart.

use std::cmp::Ordering;

use crate::model::coded::CodedNote;
use crate::text::{Span, Stemmer};

use super::classify::Classifier;
use super::features::features;
use super::keyness::Contrast;
use super::learn::{Learnt, LearntTerm};
use super::logistic::logistic;
use super::terms::terms;
use super::{G2_MIN, NOTES_MIN, Said, Standing, standings};

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
    /// The log odds that it carries the code.
    score: f64,
}

/// What sentences are ranked by.
#[derive(Debug, Clone, Copy)]
pub struct Knowledge<'l> {
    /// Terms of the code's sentences.
    pub learnt: &'l Learnt,
    /// What tells them from others.
    pub classifier: &'l Classifier,
    /// Stems of the codebook's language.
    pub stemmer: &'l Stemmer,
}

impl OtherSentences {
    /// Finds them; `of` lists by place the codes that are meant.
    pub fn of(coded: &CodedNote<'_>, of: &[bool], said: &Said, by: Knowledge<'_>) -> Self {
        let all = standings(coded, of, said)
            .into_iter()
            .zip(&coded.layout.sentences);
        let participant = coded.note.participant.value.as_ref();
        let participant = participant.map(ToString::to_string);
        let other = all.filter(|(standing, _)| *standing == Standing::Other);
        let sentence = |sentence: &crate::model::layout::Sentence| {
            let (words, range) = (&coded.layout.words, sentence.words.clone());
            let own = terms(words, range.clone(), by.stemmer);
            let known = own.iter().filter_map(|t| by.learnt.places.get(&t.key));
            let looks = features(words, range.clone(), by.stemmer);
            Sentence {
                span: sentence.span,
                words: range.len(),
                terms: known.copied().collect(),
                score: by
                    .classifier
                    .score(participant.as_deref(), coded.index, &looks),
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
    by: Knowledge<'l>,
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
    /// The classifier's score, from 0 to 1, in which both kinds of sentences weigh the same: an
    /// order, not a probability.
    pub score: f64,
    /// Its words and pairs of words that speak for the code, the most telling first.
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
    /// Terms that mark the code's passages themselves against all other text, the most telling first, with
    /// how often they stand in either.
    pub passage_terms: Vec<(String, Contrast)>,
}

impl<'l> Ranker<'l> {
    /// Begins to collect.
    pub fn new(by: Knowledge<'l>) -> Self {
        Self {
            by,
            sentences: Vec::new(),
            words: 0,
            counts: vec![0; by.learnt.terms.len()],
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
        let mut order: Vec<usize> = (0..self.sentences.len()).collect();
        let score = |i: usize| self.sentences[i].1.score;
        order.sort_by(|&a, &b| descending(score(a), score(b)).then(a.cmp(&b)));
        let weights = self.weights();
        let sentences = order.iter().take(sentences_max);
        Suggestions {
            sentences: sentences.map(|&i| self.ranked(i, &weights)).collect(),
            terms: self.key_terms(&order, terms_max),
            passage_terms: self.passage_terms(terms_max),
        }
    }

    /// What each term weighs in the classifier.
    fn weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.by.learnt.terms.len()];
        for (key, &place) in &self.by.learnt.places {
            weights[place as usize] = self.by.classifier.weight(key);
        }
        weights
    }

    fn ranked(&self, index: usize, weights: &[f64]) -> Ranked {
        let (note, sentence) = &self.sentences[index];
        let mut own: Vec<u32> = sentence.terms.clone();
        own.retain(|&t| weights[t as usize] > 0.0);
        own.sort_by(|&a, &b| descending(weights[a as usize], weights[b as usize]).then(a.cmp(&b)));
        let form = |t: u32| self.by.learnt.terms[t as usize].form().to_owned();
        Ranked {
            note: *note,
            span: sentence.span,
            score: logistic(sentence.score),
            terms: own.into_iter().map(form).collect(),
        }
    }

    fn passage_terms(&self, terms_max: usize) -> Vec<(String, Contrast)> {
        let learnt = self.by.learnt;
        let contrast = |(i, term): (usize, &LearntTerm)| {
            let contrast = Contrast {
                inside: term.count - term.beside,
                inside_all: learnt.words - learnt.words_beside,
                outside: term.beside + self.counts[i],
                outside_all: learnt.words_beside + self.words,
            };
            let marks =
                term.notes >= NOTES_MIN && contrast.g2() >= G2_MIN && contrast.log_ratio() > 0.0;
            marks.then(|| (term.form().to_owned(), contrast))
        };
        let all = learnt.terms.iter().enumerate();
        let mut found: Vec<(String, Contrast)> = all.filter_map(contrast).collect();
        found.sort_by(|a, b| descending(a.1.g2(), b.1.g2()).then_with(|| a.0.cmp(&b.0)));
        found.truncate(terms_max);
        found
    }

    fn key_terms(&self, order: &[usize], terms_max: usize) -> Vec<KeyTerm> {
        let mut keys: Vec<(f64, &str, u32, Contrast)> = Vec::new();
        for (i, term) in self.by.learnt.terms.iter().enumerate() {
            let contrast = Contrast {
                inside: term.beside,
                inside_all: self.by.learnt.words_beside,
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
            let holds = |i: &&usize| self.sentences[**i].1.terms.binary_search(&term).is_ok();
            let elsewhere = order.iter().filter(holds).take(EXAMPLES).map(|&i| {
                let (note, sentence) = &self.sentences[i];
                (*note, sentence.span)
            });
            let inside = self.by.learnt.sentences.iter();
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
