//! Bootstrap intervals.
//!
//! Comes in: ratings, whole or by cluster. Goes out: a percentile interval; none where too few
//! resamples had any variation. The same ratings give the same interval on every machine.

use rayon::prelude::*;
use statrs::function::factorial::ln_binomial;

use super::estimate::Estimate;
use super::ratings::Ratings;

/// A percentile bootstrap that draws units, as many as there are, with replacement.
///
/// Units rated alike are drawn together: how often each pattern of ratings comes is multinomial,
/// which is the same as drawing unit by unit and costs little for a million characters.
pub fn bootstrap_units(
    ratings: &Ratings,
    coefficient: impl Fn(&Ratings) -> Estimate + Sync,
    replicates: u64,
) -> Option<(f64, f64)> {
    let values = |drawn: &Ratings| vec![coefficient(drawn).value];
    bootstrap_units_each(ratings, values, replicates)
        .first()
        .copied()
        .flatten()
}

/// The same for several coefficients of each resample.
pub(super) fn bootstrap_units_each(
    ratings: &Ratings,
    values: impl Fn(&Ratings) -> Vec<Option<f64>> + Sync,
    replicates: u64,
) -> Vec<Option<(f64, f64)>> {
    let n = ratings.n().round() as u64;
    if n < 2 {
        return Vec::new();
    }
    percentiles_of_each(replicates, |random| {
        values(&ratings.redrawn(|times| multinomial(n, times, random)))
    })
}

/// The 2.5th and 97.5th percentile over replicates, those that are undefined left out.
pub(super) fn percentiles(
    replicates: u64,
    value: impl Fn(&mut Random) -> Option<f64> + Sync,
) -> Option<(f64, f64)> {
    let each = percentiles_of_each(replicates, |random| vec![value(random)]);
    each.first().copied().flatten()
}

/// The same of several values that are computed of each resample at once.
pub(super) fn percentiles_of_each(
    replicates: u64,
    values: impl Fn(&mut Random) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<(f64, f64)>> {
    let drawn = (0..replicates).into_par_iter();
    let drawn: Vec<_> = drawn
        .map(|replicate| values(&mut Random::of_replicate(replicate)))
        .collect();
    let count = drawn.iter().map(Vec::len).max().unwrap_or_default();
    let column = |place: usize| drawn.iter().filter_map(move |row| *row.get(place)?);
    let columns = (0..count).map(|place| column(place).collect());
    columns.map(|of| percentiles_of(of, replicates)).collect()
}

fn percentiles_of(mut values: Vec<f64>, replicates: u64) -> Option<(f64, f64)> {
    if values.is_empty() || (values.len() as u64) < replicates / 2 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    Some((at(0.025), at(0.975)))
}

/// How often each pattern comes in `n` draws; `times` are their frequencies.
fn multinomial(n: u64, times: &[f64], random: &mut Random) -> Vec<u64> {
    let (mut left, mut weight) = (n, times.iter().sum::<f64>());
    times
        .iter()
        .map(|own| {
            let drawn = binomial(left, (own / weight).min(1.0), random);
            left -= drawn;
            weight -= own;
            drawn
        })
        .collect()
}

/// A binomial number by inversion: probabilities are used up from the mode outwards, so that the
/// steps are as many as the standard deviation is wide.
fn binomial(n: u64, p: f64, random: &mut Random) -> u64 {
    if n == 0 || p.is_nan() || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let odds = p / (1.0 - p);
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let log = ln_binomial(n, mode) + mode as f64 * p.ln() + (n - mode) as f64 * (1.0 - p).ln();
    let (mut low, mut high) = (mode, mode);
    let (mut at_low, mut at_high) = (log.exp(), log.exp());
    let mut left = random.unit() - at_low;
    while left >= 0.0 && (low > 0 || high < n) && at_low.max(at_high) > 0.0 {
        if high < n {
            at_high *= (n - high) as f64 / (high + 1) as f64 * odds;
            high += 1;
            left -= at_high;
            if left < 0.0 {
                return high;
            }
        } else {
            at_high = 0.0;
        }
        if low > 0 {
            at_low *= low as f64 / ((n - low + 1) as f64 * odds);
            low -= 1;
            left -= at_low;
            if left < 0.0 {
                return low;
            }
        } else {
            at_low = 0.0;
        }
    }
    mode
}

/// `SplitMix64` (Steele, Lea and Flood 2014): enough for resampling, and the same everywhere.
pub(super) struct Random(u64);

impl Random {
    /// The numbers of one resample, whichever thread draws it.
    fn of_replicate(replicate: u64) -> Self {
        Self(replicate.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to before 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::nominal_alpha;

    #[test]
    fn binomial_numbers_have_their_mean_and_spread() {
        for (n, p) in [(12, 0.3), (400, 0.02), (3_000_000, 0.4), (50, 0.999)] {
            let mut random = Random(7);
            let draws: Vec<f64> = (0..4000)
                .map(|_| binomial(n, p, &mut random) as f64)
                .collect();
            let mean = draws.iter().sum::<f64>() / 4000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 3999.0;
            let (np, npq) = (n as f64 * p, n as f64 * p * (1.0 - p));
            assert!(
                (mean - np).abs() < 4.0 * (npq / 4000.0).sqrt(),
                "{n} {p}: {mean}"
            );
            assert!((variance / npq - 1.0).abs() < 0.15, "{n} {p}: {variance}");
        }
    }

    #[test]
    fn a_published_table_gives_the_interval_of_other_programs() {
        // Feinstein and Cicchetti 1990, table A; numpy with 3 x 10,000 replicates: .554 to .836.
        let table = [((1, 1), 40), ((1, 0), 9), ((0, 1), 6), ((0, 0), 45)];
        let units = table.map(|((a, b), times)| (vec![Some(a), Some(b)], times));
        let ratings = Ratings::counted(2, 2, units);
        let (low, high) = bootstrap_units(&ratings, nominal_alpha, 4000).expect("it varies");
        assert!((low - 0.5545).abs() < 0.02, "{low}");
        assert!((high - 0.8362).abs() < 0.02, "{high}");
    }

    #[test]
    fn what_is_drawn_adds_up() {
        let mut random = Random(1);
        for _ in 0..100 {
            let drawn = multinomial(40, &[10.0, 0.0, 29.0, 1.0], &mut random);
            assert_eq!(drawn.iter().sum::<u64>(), 40);
            assert_eq!(drawn[1], 0);
        }
    }
}
