//! Sets of places where a piece of a pattern can end, counted in words from its start.

/// Most words that a match may cover.
pub(crate) const WORDS_MAX: usize = WIDE_WORDS * 64 - 1;
const WIDE_WORDS: usize = 16;

/// A set of ends: `k` is in it where a match of `k` words is possible.
pub(crate) trait Ends: Copy {
    /// No end.
    const NONE: Self;
    /// The end of a match of no words.
    const START: Self;

    /// Whether there is none.
    fn is_none(&self) -> bool;
    /// Adds the ends of another set, each `words` further on; those out of range are left out.
    fn add(&mut self, other: Self, words: usize);
    /// The longest end.
    fn longest(&self) -> Option<usize>;
    /// The shortest end that is not below `from`.
    fn next(&self, from: usize) -> Option<usize>;
}

impl Ends for u64 {
    const NONE: Self = 0;
    const START: Self = 1;

    #[inline]
    fn is_none(&self) -> bool {
        *self == 0
    }

    #[inline]
    fn add(&mut self, other: Self, words: usize) {
        if words < 64 {
            *self |= other << words;
        }
    }

    #[inline]
    fn longest(&self) -> Option<usize> {
        (*self != 0).then(|| 63 - self.leading_zeros() as usize)
    }

    #[inline]
    fn next(&self, from: usize) -> Option<usize> {
        if from > 63 {
            return None;
        }
        let rest = *self >> from;
        (rest != 0).then(|| from + rest.trailing_zeros() as usize)
    }
}

/// Ends of patterns that may cover 64 words or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wide([u64; WIDE_WORDS]);

impl Ends for Wide {
    const NONE: Self = Self([0; WIDE_WORDS]);
    const START: Self = {
        let mut words = [0; WIDE_WORDS];
        words[0] = 1;
        Self(words)
    };

    fn is_none(&self) -> bool {
        self.0.iter().all(|&w| w == 0)
    }

    fn add(&mut self, other: Self, words: usize) {
        let (skip, shift) = (words / 64, words % 64);
        for i in skip..WIDE_WORDS {
            let low = other.0[i - skip] << shift;
            let carried = if shift > 0 && i > skip {
                other.0[i - skip - 1] >> (64 - shift)
            } else {
                0
            };
            self.0[i] |= low | carried;
        }
    }

    fn longest(&self) -> Option<usize> {
        let word = self.0.iter().rposition(|&w| w != 0)?;
        Some(word * 64 + 63 - self.0[word].leading_zeros() as usize)
    }

    fn next(&self, from: usize) -> Option<usize> {
        let first = from / 64;
        let inside = self.0.get(first)? >> (from % 64);
        if inside != 0 {
            return Some(from + inside.trailing_zeros() as usize);
        }
        let word = (first + 1..WIDE_WORDS).find(|&i| self.0[i] != 0)?;
        Some(word * 64 + self.0[word].trailing_zeros() as usize)
    }
}

/// All ends of a set, ascending.
#[inline]
pub(crate) fn each<E: Ends>(ends: E) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let next = ends.next(from)?;
        from = next + 1;
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn check<E: Ends>(max: usize, sets: &[(Vec<usize>, usize)]) {
        let mut ends = E::NONE;
        let mut expected = BTreeSet::new();
        for (set, by) in sets {
            let mut other = E::NONE;
            for &k in set {
                other.add(E::START, k);
                if k <= max && k + by <= max {
                    expected.insert(k + by);
                }
            }
            ends.add(other, *by);
        }
        assert_eq!(each(ends).collect::<BTreeSet<_>>(), expected);
        assert_eq!(ends.longest(), expected.last().copied());
        assert_eq!(ends.is_none(), expected.is_empty());
    }

    proptest! {
        #[test]
        fn both_are_sets_of_numbers(
            sets in proptest::collection::vec(
                (proptest::collection::vec(0..1100usize, 0..5), 0..200usize), 0..4)
        ) {
            check::<u64>(63, &sets);
            check::<Wide>(WORDS_MAX, &sets);
        }
    }
}
