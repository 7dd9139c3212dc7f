//! What the rules miss: the share of uncoded units that a person would have coded, from a sample.
//!
//! Comes in: per stratum, how many units there are, how many a person answered, how many of those
//! carry the code. Goes out: the share with an exact interval, and what follows from it for recall.

use statrs::distribution::{Beta, ContinuousCDF as _};

/// One stratum of an elusion sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ElusionStratum {
    /// Units without the code.
    pub size: u64,
    /// Of those, how many a person answered.
    pub answered: u64,
    /// Of those, how many carry the code.
    pub missed: u64,
}

/// An estimate of what was missed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elusion {
    /// Units without the code.
    pub units: u64,
    /// Units that a person answered.
    pub answered: u64,
    /// Of those, how many carry the code.
    pub missed: u64,
    /// Units of strata in which nobody answered; the others speak for them.
    pub unanswered: u64,
    /// The share of units that carry the code.
    pub share: f64,
    /// Lower end of its 95% interval.
    pub low: f64,
    /// Upper end of its 95% interval.
    pub high: f64,
}

impl Elusion {
    /// Units that were missed, with the ends of the 95% interval.
    pub fn units_missed(&self) -> [f64; 3] {
        [self.share, self.low, self.high].map(|share| share * self.units as f64)
    }

    /// The share of all units with the code that were found, with the ends of the 95% interval;
    /// none where nothing was found and nothing missed. What the rules found is taken as right.
    pub fn recall(&self, found: u64) -> Option<[f64; 3]> {
        let [missed, low, high] = self.units_missed();
        let found = found as f64;
        let of = |missed: f64| found / (found + missed);
        (found + missed > 0.0).then(|| [of(missed), of(high), of(low)])
    }
}

/// The weighted share over strata, `sum W_h x_h / n_h`, with the Clopper-Pearson interval at the
/// effective sample size (Korn and Graubard 1998, Survey Methodology 24:193): `n* = p (1 - p) / v`,
/// never more than the answers, with `v = sum W_h^2 p_h (1 - p_h) / (n_h - 1)`. Where no or every
/// answer is yes, `n*` is Kish's `(sum w)^2 / sum w^2`. In one stratum that is the exact binomial
/// interval (Clopper and Pearson 1934, Biometrika 26:404) but for the divisor of `v`.
///
/// None where nobody answered.
pub fn elusion(strata: &[ElusionStratum]) -> Option<Elusion> {
    let answered: Vec<&ElusionStratum> = strata.iter().filter(|s| s.answered > 0).collect();
    let sum = |of: fn(&ElusionStratum) -> u64| answered.iter().map(|s| of(s)).sum::<u64>();
    let (known, n, missed) = (sum(|s| s.size), sum(|s| s.answered), sum(|s| s.missed));
    if n == 0 || known == 0 {
        return None;
    }
    let weight = |s: &ElusionStratum| s.size as f64 / known as f64;
    let own = |s: &ElusionStratum| s.missed as f64 / s.answered as f64;
    let share: f64 = answered.iter().map(|s| weight(s) * own(s)).sum();
    let variance: f64 = answered
        .iter()
        .map(|s| {
            // One answer alone says nothing of the spread: that of all stands in.
            let (p, less) = if s.answered > 1 {
                (own(s), 1.0)
            } else {
                (share, 0.0)
            };
            weight(s).powi(2) * p * (1.0 - p) / (s.answered as f64 - less)
        })
        .sum();
    let effective = if variance > 0.0 {
        share * (1.0 - share) / variance
    } else {
        let squares: f64 = answered
            .iter()
            .map(|s| weight(s).powi(2) / s.answered as f64)
            .sum();
        1.0 / squares
    };
    let effective = effective.min(n as f64);
    let (low, high) = clopper_pearson(share * effective, effective);
    let units: u64 = strata.iter().map(|s| s.size).sum();
    Some(Elusion {
        units,
        answered: n,
        missed,
        unanswered: units - known,
        share,
        low,
        high,
    })
}

/// The exact 95% interval of a share of `x` in `n`, which need not be whole numbers.
pub fn clopper_pearson(x: f64, n: f64) -> (f64, f64) {
    let quantile = |a: f64, b: f64, at: f64| Beta::new(a, b).map(|beta| beta.inverse_cdf(at));
    let low = if x <= 0.0 {
        0.0
    } else {
        quantile(x, n - x + 1.0, 0.025).unwrap_or(0.0)
    };
    let high = if x >= n {
        1.0
    } else {
        quantile(x + 1.0, n - x, 0.975).unwrap_or(1.0)
    };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(size: u64, answered: u64, missed: u64) -> ElusionStratum {
        ElusionStratum {
            size,
            answered,
            missed,
        }
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 2e-6, "{a}, wanted {b}");
    }

    #[test]
    fn the_interval_is_clopper_and_pearsons() {
        // By bisection of the binomial sums in exact arithmetic.
        let (low, high) = clopper_pearson(3.0, 60.0);
        near(low, 0.010_432_3);
        near(high, 0.139_243_2);
        let none = elusion(&[one(1000, 60, 0)]).expect("answers");
        assert_eq!((none.share, none.low), (0.0, 0.0));
        near(none.high, 1.0 - 0.025_f64.powf(1.0 / 60.0));
        assert!(elusion(&[one(1000, 0, 0)]).is_none());
    }

    #[test]
    fn strata_count_by_their_size() {
        let both = elusion(&[one(900, 30, 0), one(100, 30, 15)]).expect("answers");
        near(both.share, 0.05);
        // The rare stratum is known well: the interval is narrower than that of 60 alike answers
        // would be at 25%, and wider than its own share alone would give.
        assert!(both.low > 0.0 && both.low < 0.05 && both.high > 0.05 && both.high < 0.15);
        let [missed, ..] = both.units_missed();
        near(missed, 50.0);
        let [recall, low, high] = both.recall(150).expect("found");
        near(recall, 0.75);
        assert!(low < recall && recall < high);
    }

    #[test]
    fn a_stratum_that_nobody_answered_is_spoken_for_and_told() {
        let part = elusion(&[one(900, 30, 3), one(100, 0, 0)]).expect("answers");
        assert_eq!((part.units, part.unanswered), (1000, 100));
        near(part.units_missed()[0], 100.0);
    }

    #[test]
    fn unequal_weights_widen_an_interval_without_any_yes() {
        let even = elusion(&[one(500, 30, 0), one(500, 30, 0)]).expect("answers");
        let uneven = elusion(&[one(900, 30, 0), one(100, 30, 0)]).expect("answers");
        assert!(uneven.high > even.high);
    }
}
