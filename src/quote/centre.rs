//! How typical a passage is of its code: the cosine between the passage and the mean of the code's
//! passages, with words weighted by how few of all coded passages hold them (tf-idf, with each word
//! counted once a passage; Salton and Buckley 1988).
//!
//! Words are counted in a fixed number of bins by a hash, so that memory does not grow with the
//! vocabulary; two words that share a bin are counted as one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::codebook::CodeIndex;

/// Bins for words.
const BINS: usize = 8192;

/// The bins of a passage's words, each once, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Terms(Vec<u16>);

impl Terms {
    /// The bins of folded words.
    pub(super) fn of(words: &[&str]) -> Self {
        let mut bins: Vec<u16> = words.iter().map(|word| bin(word)).collect();
        bins.sort_unstable();
        bins.dedup();
        Self(bins)
    }

    /// The share of words that two passages have in common: 0 to 1 (Jaccard).
    pub(super) fn overlap(&self, other: &Self) -> f64 {
        let both = self
            .0
            .iter()
            .filter(|bin| other.0.binary_search(bin).is_ok())
            .count();
        let all = self.0.len() + other.0.len() - both;
        if all == 0 {
            0.0
        } else {
            both as f64 / all as f64
        }
    }
}

/// FNV-1a, folded into the bins: the same on every machine.
fn bin(word: &str) -> u16 {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in word.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    ((hash ^ (hash >> 16)) as usize % BINS) as u16
}

/// How many passages hold each word, of all codes and of each.
#[derive(Debug, Default)]
pub(super) struct Centres {
    passages: u32,
    all: Bins,
    of_code: BTreeMap<CodeIndex, Bins>,
}

/// A number for each bin.
#[derive(Debug)]
struct Bins(Vec<u32>);

impl Default for Bins {
    fn default() -> Self {
        Self(vec![0; BINS])
    }
}

impl Bins {
    fn add(&mut self, terms: &Terms) {
        for &bin in &terms.0 {
            if let Some(count) = self.0.get_mut(usize::from(bin)) {
                *count += 1;
            }
        }
    }
}

impl Centres {
    /// Counts a passage of a code.
    pub(super) fn add(&mut self, code: CodeIndex, terms: &Terms) {
        self.passages += 1;
        self.all.add(terms);
        self.of_code.entry(code).or_default().add(terms);
    }

    /// The centre of a code's passages.
    pub(super) fn of(&self, code: CodeIndex) -> Centre {
        let own = self.of_code.get(&code).map_or(&[][..], |own| &own.0);
        let all = self.all.0.iter();
        let weighted = (0u16..)
            .zip(own.iter().zip(all))
            .filter(|(_, (own, _))| **own > 0);
        let weighted = weighted.map(|(bin, (own, all))| {
            let weight = self.weight(*all);
            (bin, (weight, f64::from(*own) * weight))
        });
        let weights: BTreeMap<u16, (f64, f64)> = weighted.collect();
        let length = weights.values().map(|(_, w)| w * w).sum::<f64>().sqrt();
        Centre { weights, length }
    }

    /// The weight of a word that so many passages hold: 0 for one that every passage holds.
    fn weight(&self, holding: u32) -> f64 {
        (f64::from(self.passages + 1) / f64::from(holding + 1)).ln()
    }
}

/// The mean of a code's passages, up to a factor.
#[derive(Debug)]
pub(super) struct Centre {
    /// A word's weight by itself, and in the centre.
    weights: BTreeMap<u16, (f64, f64)>,
    length: f64,
}

impl Centre {
    /// The cosine between a passage and the centre, 0 to 1; 0 where either has no weight.
    pub(super) fn nearness(&self, terms: &Terms) -> f64 {
        let (mut product, mut own) = (0.0, 0.0);
        for (weight, central) in terms.0.iter().filter_map(|bin| self.weights.get(bin)) {
            product += weight * central;
            own += weight * weight;
        }
        let lengths = own.sqrt() * self.length;
        if lengths > 0.0 {
            product / lengths
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centres(passages: &[(u16, &str)]) -> Centres {
        let mut centres = Centres::default();
        for (code, text) in passages {
            let words: Vec<&str> = text.split(' ').collect();
            centres.add(CodeIndex(*code), &Terms::of(&words));
        }
        centres
    }

    #[test]
    fn a_passage_alone_is_its_own_centre() {
        let centres = centres(&[(0, "green porch"), (1, "red door")]);
        let terms = Terms::of(&["green", "porch"]);
        let near = centres.of(CodeIndex(0)).nearness(&terms);
        assert!((near - 1.0).abs() < 1e-12, "{near}");
        assert!(centres.of(CodeIndex(1)).nearness(&terms).abs() < 1e-12);
    }

    #[test]
    fn what_shares_the_codes_words_is_nearer_than_what_shares_everyones() {
        let passages = centres(&[
            (0, "she sat on the porch"),
            (0, "the porch again"),
            (0, "she was on the moon"),
            (1, "she took the pill"),
            (1, "she left on time"),
        ]);
        let centre = passages.of(CodeIndex(0));
        let near = |words: &[&str]| centre.nearness(&Terms::of(words));
        assert!(near(&["the", "porch"]) > near(&["she", "left", "on", "time"]));
    }
}
