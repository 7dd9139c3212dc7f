//! A stratified sample that the same seed draws again, whatever the order of what is drawn from.
//!
//! Comes in: items, each with a key and a stratum. Goes out: some of each stratum. What is drawn
//! depends on seed, keys and strata alone: no clock, no order, no thread.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// What is drawn from.
#[derive(Debug, Clone)]
pub struct Frame<T> {
    seed: u64,
    /// By stratum, the items by a number that seed and key give.
    strata: BTreeMap<Vec<String>, Vec<([u8; 16], T)>>,
}

/// A drawn item with its stratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn<T> {
    /// The item.
    pub item: T,
    /// What its stratum has in common.
    pub stratum: Vec<String>,
    /// Items of the stratum.
    pub size: u64,
    /// Of those, how many were drawn.
    pub drawn: u64,
}

impl<T> Frame<T> {
    /// Nothing to draw from yet.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            strata: BTreeMap::new(),
        }
    }

    /// Adds an item; `key` names it in the study.
    pub fn add(&mut self, key: &str, stratum: Vec<String>, item: T) {
        let hash = Sha256::digest(format!("{}\0{key}", self.seed));
        let mut lot = [0; 16];
        lot.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        self.strata.entry(stratum).or_default().push((lot, item));
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.strata.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.strata.is_empty()
    }

    /// Puts strata together until each can be drawn from: those that have all but their last values in
    /// common, and so on. A stratum of one value in `apart` stays by itself. Gives how many values make
    /// a stratum now; none where nothing was put together.
    pub fn put_together(&mut self, n: usize, apart: &str) -> Option<usize> {
        let is_apart = |stratum: &[String]| matches!(stratum, [only] if only == apart);
        let mut now = None;
        while self.strata.len() > n {
            let names = self.strata.keys().filter(|s| !is_apart(s));
            let values = names.map(Vec::len).max().filter(|&values| values > 0)?;
            for (mut stratum, mut items) in std::mem::take(&mut self.strata) {
                if !is_apart(&stratum) {
                    stratum.truncate(values - 1);
                }
                self.strata.entry(stratum).or_default().append(&mut items);
            }
            now = Some(values - 1);
        }
        now
    }

    /// Draws `n` items, as many of each stratum as its share is, at least one of each where `n`
    /// suffices; in the order of strata and lots.
    pub fn draw(self, n: usize) -> Vec<Drawn<T>> {
        let sizes: Vec<usize> = self.strata.values().map(Vec::len).collect();
        let parts = parts(&sizes, n);
        let mut drawn = Vec::new();
        for ((stratum, mut items), part) in self.strata.into_iter().zip(parts) {
            items.sort_by_key(|item| item.0);
            let size = items.len() as u64;
            drawn.extend(items.into_iter().take(part).map(|(_, item)| Drawn {
                item,
                stratum: stratum.clone(),
                size,
                drawn: part as u64,
            }));
        }
        drawn
    }
}

/// How many of `n` go to strata of these sizes: by largest remainder (Hare), then one to each that
/// got none, from the one that has most beyond its share.
fn parts(sizes: &[usize], n: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let n = n.min(all);
    if all == 0 {
        return vec![0; sizes.len()];
    }
    // Whole numbers, so that no rounding decides: n * size / all, and what is left over.
    let exact = |size: usize| (n as u128 * size as u128, all as u128);
    let mut parts: Vec<usize> = sizes
        .iter()
        .map(|&size| (exact(size).0 / exact(size).1) as usize)
        .collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse((exact(sizes[i]).0 % exact(sizes[i]).1, sizes[i])));
    let mut left = n - parts.iter().sum::<usize>();
    for &i in &order {
        if left > 0 && parts[i] < sizes[i] {
            parts[i] += 1;
            left -= 1;
        }
    }
    if n >= sizes.len() {
        while let Some(none) = (0..sizes.len()).find(|&i| parts[i] == 0 && sizes[i] > 0) {
            let most = (0..sizes.len()).max_by_key(|&i| (parts[i], std::cmp::Reverse(i)));
            let Some(most) = most.filter(|&i| parts[i] > 1) else {
                break;
            };
            parts[most] -= 1;
            parts[none] += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_stratum_gets_its_share_and_at_least_one() {
        assert_eq!(parts(&[50, 30, 20], 10), [5, 3, 2]);
        assert_eq!(parts(&[97, 2, 1], 10), [8, 1, 1]);
        assert_eq!(parts(&[5, 5, 5], 2), [1, 1, 0]);
        assert_eq!(parts(&[2, 1], 9), [2, 1]);
        assert_eq!(parts(&[], 9), Vec::<usize>::new());
    }

    #[test]
    fn the_same_seed_draws_the_same_whatever_the_order() {
        let draw = |seed, keys: &mut dyn Iterator<Item = u32>| {
            let mut frame = Frame::new(seed);
            for key in keys {
                frame.add(&key.to_string(), vec![(key % 3).to_string()], key);
            }
            let drawn = frame.draw(12).into_iter();
            drawn.map(|d| d.item).collect::<Vec<_>>()
        };
        let straight = draw(7, &mut (0..60));
        assert_eq!(straight, draw(7, &mut (0..60).rev()));
        assert_ne!(straight, draw(8, &mut (0..60)));
        assert_eq!(straight.iter().filter(|&&k| k % 3 == 0).count(), 4);
    }

    #[test]
    fn strata_that_are_too_many_are_put_together_until_each_has_a_chance() {
        let frame = || {
            let mut frame = Frame::new(1);
            for key in 0..24 {
                let stratum = vec![format!("P{}", key % 3), format!("type {}", key % 4)];
                frame.add(&key.to_string(), stratum, key);
            }
            frame.add("x", vec!["apart".to_owned()], 99);
            frame
        };
        let mut few = frame();
        assert_eq!(few.put_together(6, "apart"), Some(1));
        let drawn = few.draw(6);
        let sizes: u64 = drawn.iter().map(|d| d.size / d.drawn).sum();
        let strata: std::collections::BTreeSet<_> = drawn.iter().map(|d| &d.stratum).collect();
        assert_eq!(strata.len(), 4, "{sizes}");
        assert_eq!(frame().put_together(2, "apart"), Some(0));
        assert_eq!(frame().put_together(13, "apart"), None);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_fit(sizes in proptest::collection::vec(1..40usize, 1..8), n in 0..200usize) {
            let parts = parts(&sizes, n);
            prop_assert_eq!(parts.iter().sum::<usize>(), n.min(sizes.iter().sum()));
            prop_assert!(parts.iter().zip(&sizes).all(|(p, s)| p <= s));
            prop_assert!(n < sizes.len() || parts.iter().all(|&p| p > 0));
        }
    }
}
