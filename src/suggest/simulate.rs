//! How much a person must read, in the suggested order, until the passages of a code are found:
//! played through on notes whose passages are known.
//!
//! The person reads the sentences that the rules coded first, then the suggestions in batches that
//! grow by a tenth; after each the classifier learns from the answers (Cormack, G. V., Grossman,
//! M. R. (2015). Autonomy and reliability of continuous active learning for technology-assisted
//! review. arXiv:1504.06868). A passage is found when a sentence that it touches is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::coded::CodedNote;
use crate::model::layout::Sentence;
use crate::text::{Span, Stemmer};

use super::classify::{Known, train_parts};
use super::features::{Features, Rarity, features};
use super::logistic::Row;
use super::{Said, Standing, standings};

/// Sentences of the first batch.
const BATCH: usize = 10;
/// Parts where there is only one participant.
const PARTS: usize = 5;
/// The share of passages that shall be found.
pub const GOAL: f64 = 0.95;

/// How the sentences of one note look, whatever code is asked for.
#[derive(Debug)]
pub struct Looks(Vec<Arc<Features>>);

impl Looks {
    /// Looks at every sentence.
    pub fn of(coded: &CodedNote<'_>, stemmer: &Stemmer) -> Self {
        let words = &coded.layout.words;
        let look = |sentence: &Sentence| features(words, sentence.words.clone(), stemmer);
        let all = coded.layout.sentences.iter();
        Self(all.map(|s| Arc::new(look(s))).collect())
    }
}

/// The sentences of one note, with the passages that each touches.
#[derive(Debug, Default)]
pub struct PoolNote {
    participant: Option<String>,
    sentences: Vec<PoolSentence>,
    /// Passages that no sentence of the pool touches.
    out_of_reach: u64,
}

#[derive(Debug)]
struct PoolSentence {
    features: Arc<Features>,
    is_coded: bool,
    /// The note's passages that it touches, by their places.
    passages: Vec<usize>,
}

impl PoolNote {
    /// The sentences of a note that are read for counting; `of` lists by place the codes that are
    /// meant, `passages` are those that a careful coder found.
    pub fn of(coded: &CodedNote<'_>, of: &[bool], passages: &[Span], looks: &Looks) -> Self {
        let all = standings(coded, of, &Said::default()).into_iter();
        let mut reached = BTreeSet::new();
        let mut sentences = Vec::new();
        let looked = coded.layout.sentences.iter().zip(&looks.0);
        for (standing, (sentence, look)) in all.zip(looked) {
            let own: Vec<usize> = passages
                .iter()
                .enumerate()
                .filter(|(_, p)| p.overlaps(sentence.span))
                .map(|(i, _)| i)
                .collect();
            if standing == Standing::Left {
                continue;
            }
            reached.extend(own.iter().copied());
            sentences.push(PoolSentence {
                features: Arc::clone(look),
                is_coded: matches!(standing, Standing::Coded { .. } | Standing::Uncounted),
                passages: own,
            });
        }
        Self {
            participant: coded
                .note
                .participant
                .value
                .as_ref()
                .map(ToString::to_string),
            out_of_reach: (passages.len() - reached.len()) as u64,
            sentences,
        }
    }
}

/// All sentences of the notes whose passages are known.
#[derive(Debug, Default)]
pub struct Pool {
    rarity: Rarity,
    sentences: Vec<PoolSentence>,
    people: Vec<Option<String>>,
    passages: usize,
    out_of_reach: u64,
}

impl Pool {
    /// Takes the next note.
    pub fn take(&mut self, note: PoolNote) {
        let first = self.passages;
        let mut most = 0;
        for mut sentence in note.sentences {
            for passage in &mut sentence.passages {
                most = most.max(*passage + 1);
                *passage += first;
            }
            self.rarity.add(&sentence.features);
            self.sentences.push(sentence);
            self.people.push(note.participant.clone());
        }
        self.passages += most;
        self.out_of_reach += note.out_of_reach;
    }
}

/// What a reading in the suggested order finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Sentences of the pool.
    pub sentences: u64,
    /// Of those, how many the rules coded, counted or not.
    pub coded: u64,
    /// Passages that a careful coder found.
    pub passages: u64,
    /// Passages of it in text that is not read for counting.
    pub out_of_reach: u64,
    /// Passages found after so many sentences, wherever the number changes, and at both ends.
    pub curve: Vec<(u64, u64)>,
}

impl Simulation {
    /// Passages found once so many sentences are read.
    pub fn found(&self, read: u64) -> u64 {
        let at = self.curve.partition_point(|point| point.0 <= read);
        at.checked_sub(1).map_or(0, |at| self.curve[at].1)
    }

    /// Sentences read until a share of the passages is found; none where there are no passages.
    pub fn read_until(&self, share: f64) -> Option<u64> {
        let goal = (share * self.passages as f64).ceil() as u64;
        let reached = self.curve.iter().find(|point| point.1 >= goal);
        reached.filter(|_| self.passages > 0).map(|point| point.0)
    }

    /// Sentences that would be read on average until as many are found in no order, if each passage
    /// were a sentence of its own: `k (N + 1) / (K + 1)` for `k` of `K` among `N`.
    pub fn read_by_chance(&self, share: f64) -> f64 {
        let goal = (share * self.passages as f64).ceil();
        goal * (self.sentences + 1) as f64 / (self.passages + 1) as f64
    }
}

/// Reads a pool in the suggested order until every passage is found.
pub fn reading(pool: &Pool) -> Simulation {
    let rows: Vec<Row> = pool
        .sentences
        .iter()
        .map(|s| pool.rarity.row(&s.features))
        .collect();
    let (part_of, parts) = deal(pool);
    let mut reader = Reader::new(pool);
    for (i, _) in pool
        .sentences
        .iter()
        .enumerate()
        .filter(|(_, s)| s.is_coded)
    {
        reader.read(i);
    }
    let coded = reader.order;
    let mut batch = BATCH;
    while reader.found.len() < reader.passages && reader.order < pool.sentences.len() {
        let known: Vec<Known<'_>> = pool
            .sentences
            .iter()
            .enumerate()
            .map(|(i, s)| Known {
                row: &rows[i],
                is_yes: reader.is_read[i] && !s.passages.is_empty(),
                is_sure: reader.is_read[i],
                part: part_of[i],
            })
            .collect();
        let models = train_parts(&known, parts);
        let unread = (0..rows.len()).filter(|&i| !reader.is_read[i]);
        let mut scored: Vec<(f64, usize)> = unread
            .map(|i| (models[part_of[i]].score(&rows[i]), i))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for &(_, i) in scored.iter().take(batch) {
            reader.read(i);
        }
        batch += batch.div_ceil(10);
    }
    let mut curve = reader.curve;
    let end = (pool.sentences.len() as u64, reader.found.len() as u64);
    if curve.last() != Some(&end) {
        curve.push(end);
    }
    Simulation {
        sentences: pool.sentences.len() as u64,
        coded: coded as u64,
        passages: reader.passages as u64,
        out_of_reach: pool.out_of_reach,
        curve,
    }
}

/// Each sentence's part: its participant's, or sentences in turn where there is only one.
fn deal(pool: &Pool) -> (Vec<usize>, usize) {
    let people: BTreeSet<&Option<String>> = pool.people.iter().collect();
    let people: Vec<&Option<String>> = people.into_iter().collect();
    if people.len() < 2 {
        return ((0..pool.people.len()).map(|i| i % PARTS).collect(), PARTS);
    }
    let parts = people.len().min(PARTS);
    let part = |who: &Option<String>| people.binary_search(&who).unwrap_or(0) % parts;
    (pool.people.iter().map(part).collect(), parts)
}

/// Somebody who reads sentence after sentence.
struct Reader<'p> {
    pool: &'p Pool,
    is_read: Vec<bool>,
    order: usize,
    found: BTreeSet<usize>,
    passages: usize,
    curve: Vec<(u64, u64)>,
}

impl<'p> Reader<'p> {
    fn new(pool: &'p Pool) -> Self {
        let all = pool.sentences.iter().flat_map(|s| s.passages.iter());
        Self {
            pool,
            is_read: vec![false; pool.sentences.len()],
            order: 0,
            found: BTreeSet::new(),
            passages: all.collect::<BTreeSet<_>>().len(),
            curve: vec![(0, 0)],
        }
    }

    fn read(&mut self, sentence: usize) {
        self.is_read[sentence] = true;
        self.order += 1;
        let before = self.found.len();
        self.found.extend(&self.pool.sentences[sentence].passages);
        if self.found.len() > before {
            self.curve
                .push((self.order as u64, self.found.len() as u64));
        }
    }
}
