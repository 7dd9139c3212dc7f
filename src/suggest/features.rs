//! What a sentence looks like to the classifier: its words, pairs of words and pieces of words.
//!
//! Features are kept by the hash of their name in a fixed number of places, so that memory does not
//! grow with the corpus (Weinberger, K. et al. (2009). Feature hashing for large scale multitask
//! learning. *ICML*, 1113-1120). They weigh by how rare they are (inverse document frequency over
//! sentences), words and pieces each to a length of 1.

use std::ops::Range;

use crate::text::{Stemmer, Words};

use super::logistic::Row;
use super::terms::terms;

/// Places of words and pairs of words; as many again are those of pieces.
const PLACES: u32 = 1 << 17;
/// Lengths of pieces, in characters, with a mark at either end of a word.
const PIECES: Range<usize> = 3..6;

/// The places of a sentence's features, in rising order, each once.
pub(super) type Features = Vec<u32>;

/// The features of a range of words.
pub(super) fn features(words: &Words, range: Range<usize>, stemmer: &Stemmer) -> Features {
    let mut out: Features = terms(words, range.clone(), stemmer)
        .iter()
        .map(|term| of_term(&term.key))
        .collect();
    let mut marked = Vec::new();
    for form in range.map(|at| words.form(at)) {
        if !form.chars().any(char::is_alphabetic) {
            continue;
        }
        marked.clear();
        marked.push(' ');
        marked.extend(form.chars());
        marked.push(' ');
        for size in PIECES {
            out.extend(
                marked
                    .windows(size)
                    .map(|p| PLACES + place(p.iter().copied())),
            );
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The place of a word or pair of words.
pub(super) fn of_term(key: &str) -> u32 {
    place(key.chars())
}

/// FNV-1a over characters, folded to the places.
fn place(chars: impl Iterator<Item = char>) -> u32 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for c in chars {
        hash = (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01B3);
    }
    ((hash ^ (hash >> 32)) % u64::from(PLACES)) as u32
}

/// In how many sentences each feature stands.
#[derive(Debug)]
pub(super) struct Rarity {
    sentences: u64,
    counts: Vec<u32>,
}

impl Default for Rarity {
    fn default() -> Self {
        Self {
            sentences: 0,
            counts: vec![0; 2 * PLACES as usize],
        }
    }
}

impl Rarity {
    /// Counts a sentence.
    pub(super) fn add(&mut self, features: &Features) {
        self.sentences += 1;
        for &place in features {
            self.counts[place as usize] += 1;
        }
    }

    /// A sentence's row: features weighed, of words and of pieces each to the length 1.
    pub(super) fn row(&self, features: &Features) -> Row {
        let weight = |place: u32| {
            let known = f64::from(self.counts[place as usize]);
            ((1.0 + self.sentences as f64) / (1.0 + known)).ln() + 1.0
        };
        let border = features.partition_point(|&place| place < PLACES);
        let (of_words, of_pieces) = features.split_at(border);
        let mut row = Row::with_capacity(features.len());
        for half in [of_words, of_pieces] {
            let length = half.iter().map(|&p| weight(p).powi(2)).sum::<f64>().sqrt();
            row.extend(half.iter().map(|&p| (p, (weight(p) / length) as f32)));
        }
        row
    }
}
