//! Which terms stand in a code's sentences, and how often.

use std::collections::BTreeMap;

use crate::model::coded::CodedNote;
use crate::text::{Span, Stemmer};

use super::terms::{Term, terms};
use super::{Standing, standings};

/// A code's sentences of one note.
#[derive(Debug, Default)]
pub struct CodedSentences {
    note: usize,
    sentences: Vec<Sentence>,
    /// Sentences that do not have the code.
    others: u64,
}

#[derive(Debug)]
struct Sentence {
    span: Span,
    words: u64,
    /// Words outside of the code's passages.
    words_beside: u64,
    /// Each term, and whether it lies outside of the code's passages.
    terms: Vec<(Term, bool)>,
}

impl CodedSentences {
    /// Finds them; `of` lists by place the codes that are meant.
    pub fn of(coded: &CodedNote<'_>, of: &[bool], stemmer: &Stemmer) -> Self {
        let words = &coded.layout.words;
        let mut out = Self {
            note: coded.index,
            ..Self::default()
        };
        let own = coded.codings.iter();
        let own = own.filter(|c| of.get(c.code.0 as usize) == Some(&true));
        let passages: Vec<Span> = own.map(|c| c.span).collect();
        let is_beside = |span: Span| !passages.iter().any(|p| p.overlaps(span));
        let all = standings(coded, of).into_iter();
        for (standing, sentence) in all.zip(&coded.layout.sentences) {
            match standing {
                Standing::Other => out.others += 1,
                Standing::Left => {}
                Standing::Coded => {
                    let range = sentence.words.clone();
                    let beside = range.clone().filter(|&w| is_beside(words.span(w)));
                    let own = terms(words, range.clone(), stemmer).into_iter();
                    out.sentences.push(Sentence {
                        span: sentence.span,
                        words: range.len() as u64,
                        words_beside: beside.count() as u64,
                        terms: own
                            .map(|term| {
                                let beside = is_beside(words.span_of(&term.words));
                                (term, beside)
                            })
                            .collect(),
                    });
                }
            }
        }
        out
    }
}

/// Learns a code's terms, note by note.
#[derive(Debug, Default)]
pub struct Learner {
    learnt: Learnt,
}

/// What was learnt of a code.
#[derive(Debug, Default)]
pub struct Learnt {
    /// The terms' places in [`Learnt::terms`], by key.
    pub(super) places: BTreeMap<String, u32>,
    /// The terms.
    pub(super) terms: Vec<LearntTerm>,
    /// The code's sentences: note and place, with their terms outside of its passages.
    pub(super) sentences: Vec<(usize, Span, Vec<u32>)>,
    /// Words of the code's sentences.
    pub(super) words: u64,
    /// Words of them outside of its passages.
    pub(super) words_beside: u64,
    /// Notes with the code.
    pub(super) notes: u64,
    /// Sentences without it.
    pub(super) others: u64,
}

/// A term of a code's sentences.
#[derive(Debug, Default)]
pub(super) struct LearntTerm {
    forms: BTreeMap<String, u32>,
    /// How often it stands in them.
    pub(super) count: u64,
    /// How often outside of the code's passages.
    pub(super) beside: u64,
    /// In how many notes.
    pub(super) notes: u32,
    /// In how many notes outside of the code's passages.
    pub(super) notes_beside: u32,
    last_note: Option<usize>,
    last_note_beside: Option<usize>,
}

impl LearntTerm {
    /// The form that it is met in most often, the first by letter of several.
    pub(super) fn form(&self) -> &str {
        let forms = self.forms.iter();
        let most = forms.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map_or("", |(form, _)| form)
    }
}

impl Learner {
    /// Takes the code's sentences of the next note.
    pub fn take(&mut self, note: CodedSentences) {
        let learnt = &mut self.learnt;
        learnt.others += note.others;
        learnt.notes += u64::from(!note.sentences.is_empty());
        for sentence in note.sentences {
            learnt.words += sentence.words;
            learnt.words_beside += sentence.words_beside;
            let mut beside = Vec::new();
            for (term, is_beside) in sentence.terms {
                let place = learnt.place(term.key);
                let known = &mut learnt.terms[place as usize];
                *known.forms.entry(term.form).or_default() += 1;
                known.count += 1;
                known.notes += u32::from(known.last_note.replace(note.note) != Some(note.note));
                if is_beside {
                    known.beside += 1;
                    let last = known.last_note_beside.replace(note.note);
                    known.notes_beside += u32::from(last != Some(note.note));
                    beside.push(place);
                }
            }
            learnt.sentences.push((note.note, sentence.span, beside));
        }
    }

    /// What was learnt.
    pub fn finish(self) -> Learnt {
        self.learnt
    }
}

impl Learnt {
    /// How many sentences of how many notes have the code.
    pub fn coded(&self) -> (usize, u64) {
        (self.sentences.len(), self.notes)
    }

    /// How many sentences do not have it.
    pub fn others(&self) -> u64 {
        self.others
    }

    fn place(&mut self, key: String) -> u32 {
        let next = self.terms.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.terms.push(LearntTerm::default());
        }
        place
    }
}
