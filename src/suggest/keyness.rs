//! Whether a word stands in one set of texts more than in another, and how much more.

/// How often a word stands in two sets of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contrast {
    /// How often it stands in the first.
    pub inside: u64,
    /// All words of the first.
    pub inside_all: u64,
    /// How often it stands in the second.
    pub outside: u64,
    /// All words of the second.
    pub outside_all: u64,
}

impl Contrast {
    /// The log-likelihood ratio: G² = 2 Σ O ln(O / E) over the four cells of word and other words by
    /// first and second set, where E is what the margins alone would give.
    ///
    /// Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    /// *Computational Linguistics* 19(1), 61-74. Over 3.84, 6.63, 10.83 it is seldom chance (5%, 1%,
    /// 0.1% of words that do not differ), where words stand independently.
    pub fn g2(self) -> f64 {
        let (a, b) = (self.inside as f64, self.outside as f64);
        let (c, d) = (
            self.inside_all.saturating_sub(self.inside) as f64,
            self.outside_all.saturating_sub(self.outside) as f64,
        );
        let all = a + b + c + d;
        let part = |observed: f64, row: f64, column: f64| {
            if observed == 0.0 {
                0.0
            } else {
                observed * (observed * all / (row * column)).ln()
            }
        };
        let sum = part(a, a + b, a + c)
            + part(b, a + b, b + d)
            + part(c, c + d, a + c)
            + part(d, c + d, b + d);
        2.0 * sum.max(0.0)
    }

    /// How many times as often it stands in the first, as a binary logarithm; a word that one of them
    /// lacks is taken to stand there half a time.
    ///
    /// Hardie, A. (2014). Log Ratio: an informal introduction. ESRC Centre for Corpus Approaches to
    /// Social Science, Lancaster.
    pub fn log_ratio(self) -> f64 {
        let share = |count: u64, all: u64| (count as f64).max(0.5) / all.max(1) as f64;
        (share(self.inside, self.inside_all) / share(self.outside, self.outside_all)).log2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Dunning (1993), table 1: bigrams of a Swiss bank's reports.
    #[test]
    fn g2_is_dunning_s() {
        for (both, first, second, neither, g2) in [
            (110, 2442, 111, 29_114, 270.72),
            (29, 13, 123, 31_612, 263.90),
            (31, 23, 139, 31_584, 256.84),
            (10, 0, 3, 31_764, 167.23),
        ] {
            let contrast = Contrast {
                inside: both,
                inside_all: both + second,
                outside: first,
                outside_all: first + neither,
            };
            assert!((contrast.g2() - g2).abs() < 0.005, "{}", contrast.g2());
        }
    }

    proptest! {
        #[test]
        fn what_does_not_differ_is_no_key(count in 0u64..50, more in 0u64..500, times in 1u64..9) {
            let contrast = Contrast {
                inside: count,
                inside_all: count + more,
                outside: count * times,
                outside_all: (count + more) * times,
            };
            prop_assert!(contrast.g2().abs() < 1e-6);
            prop_assert!(contrast.log_ratio().is_finite());
        }
    }
}
