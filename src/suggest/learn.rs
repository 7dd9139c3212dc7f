//! Which terms stand in a code's sentences, how often, and what a classifier may learn from.

use std::collections::BTreeMap;

use crate::model::coded::CodedNote;
use crate::text::{Span, Stemmer};

use super::classify::{Classifier, Example};
use super::features::{Rarity, features};
use super::terms::{Term, terms};
use super::{SENTENCES_MIN, Said, Standing, standings};

/// Sentences without the code that a classifier learns from at most, drawn by lot.
const NO_MAX: usize = 20_000;

/// A code's sentences of one note.
#[derive(Debug, Default)]
pub struct CodedSentences {
    note: usize,
    participant: Option<String>,
    sentences: Vec<Sentence>,
    /// All sentences to learn from, each with a number that its place gives.
    examples: Vec<(u64, Example)>,
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
    pub fn of(
        coded: &CodedNote<'_>,
        of: &[bool],
        said: &Said,
        (stemmer, seed): (&Stemmer, u64),
    ) -> Self {
        let words = &coded.layout.words;
        let participant = coded.note.participant.value.as_ref();
        let mut out = Self {
            note: coded.index,
            participant: participant.map(ToString::to_string),
            ..Self::default()
        };
        let own = coded.codings.iter();
        let own = own.filter(|c| of.get(c.code.0 as usize) == Some(&true));
        let passages: Vec<Span> = own.map(|c| c.span).collect();
        let is_beside = |span: Span| !passages.iter().any(|p| p.overlaps(span));
        let all = standings(coded, of, said).into_iter();
        for (standing, sentence) in all.zip(&coded.layout.sentences) {
            let (is_yes, is_sure) = match standing {
                Standing::Left | Standing::Uncounted => continue,
                Standing::Other => (false, false),
                Standing::Refused => (false, true),
                Standing::Known => (true, true),
                Standing::Coded { is_sure } => (true, is_sure),
            };
            out.others += u64::from(standing == Standing::Other);
            let range = sentence.words.clone();
            let example = Example {
                participant: out.participant.clone(),
                note: coded.index,
                is_yes,
                is_sure,
                features: features(words, range.clone(), stemmer),
            };
            let lot = lot(seed, coded.note.id.as_str(), sentence.span.start);
            out.examples.push((lot, example));
            if matches!(standing, Standing::Coded { .. }) {
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
        out
    }
}

/// A number that a seed and a sentence's place give (splitmix64 over FNV-1a).
fn lot(seed: u64, note: &str, start: usize) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64 ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for byte in note.bytes().chain(start.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

/// Learns a code's terms and what tells its sentences from others, note by note.
#[derive(Debug, Default)]
pub struct Learner {
    learnt: Learnt,
    rarity: Rarity,
    yes: Vec<Example>,
    /// Sentences that nobody found the code in, those with the lowest lots.
    no: BTreeMap<(u64, usize), Example>,
    /// How many of them there are.
    offered: usize,
    /// Sentences of which a person says that they do not carry it.
    refused: Vec<Example>,
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
    /// Sentences to which a person said yes, and no.
    said: [u64; 2],
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
        for (lot, example) in note.examples {
            self.rarity.add(&example.features);
            if example.is_sure {
                learnt.said[usize::from(!example.is_yes)] += 1;
            }
            if example.is_yes {
                self.yes.push(example);
            } else if example.is_sure {
                self.refused.push(example);
            } else {
                self.no.insert((lot, self.offered), example);
                self.offered += 1;
                if self.no.len() > NO_MAX {
                    self.no.pop_last();
                }
            }
        }
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

    /// What was learnt; without a classifier where the code has too few sentences or all have it.
    pub fn finish(self) -> (Learnt, Option<Classifier>) {
        let drawn = self.no.len();
        if self.yes.len() < SENTENCES_MIN || drawn == 0 {
            return (self.learnt, None);
        }
        let mut examples = self.yes;
        examples.extend(self.refused);
        examples.extend(self.no.into_values());
        let each_no = self.offered as f64 / drawn as f64;
        let classifier = Classifier::train(self.rarity, &examples, each_no);
        (self.learnt, Some(classifier))
    }
}

impl Learnt {
    /// How many sentences of how many notes have the code.
    pub fn coded(&self) -> (usize, u64) {
        (self.sentences.len(), self.notes)
    }

    /// To how many sentences a person said yes, and to how many no.
    pub fn said(&self) -> [u64; 2] {
        self.said
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
