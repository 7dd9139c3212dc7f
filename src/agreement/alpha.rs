//! Krippendorff's alpha.

use super::estimate::{Estimate, WhyUndefined};
use super::ratings::{Level, Ratings};

/// Krippendorff's alpha for any number of coders, missing ratings, and four levels of measurement
/// (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; 2019, Content Analysis, 4th
/// ed., ch. 12): `alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck` over coincidences `o`.
///
/// Standard error at the nominal level: linearised after Gwet (2014), ch. 6.
pub fn krippendorff_alpha(ratings: &Ratings, level: Level) -> Estimate {
    if let Some(why) = ratings.nothing_to_compare() {
        return Estimate::undefined(why);
    }
    if matches!(level, Level::Interval | Level::Ratio) && ratings.numbers().is_none() {
        return Estimate::undefined(WhyUndefined::NotNumbers);
    }
    let pairable: Vec<Pairable> = ratings
        .units()
        .iter()
        .map(|unit| Pairable::new(unit.counts(ratings.categories()), unit.times))
        .filter(|unit| unit.size > 1.5)
        .collect();
    let coincidences = coincidences(&pairable, ratings.categories());
    let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
    let n: f64 = totals.iter().sum();
    if level == Level::Ratio && is_negative(&totals, ratings.numbers()) {
        return Estimate::undefined(WhyUndefined::NegativeValues);
    }
    let distance = Distance {
        level,
        totals: &totals,
        numbers: ratings.numbers(),
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..totals.len() {
        for k in 0..totals.len() {
            let d = distance.between(c, k);
            observed += coincidences[c][k] * d;
            expected += totals[c] * totals[k] * d;
        }
    }
    if expected <= 0.0 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    let value = 1.0 - (n - 1.0) * observed / expected;
    if level == Level::Nominal {
        let units = pairable.iter().map(|unit| unit.times).sum::<f64>();
        return Estimate::with_t(value, nominal_variance(&pairable), units - 1.0, (-1.0, 1.0));
    }
    Estimate::plain(value)
}

/// Whether a value that occurs is below 0: a ratio scale begins there.
fn is_negative(totals: &[f64], numbers: Option<&[f64]>) -> bool {
    let values = totals.iter().zip(numbers.unwrap_or_default());
    values
        .into_iter()
        .any(|(&total, &number)| total > 0.0 && number < 0.0)
}

/// Krippendorff's alpha at the nominal level.
pub fn nominal_alpha(ratings: &Ratings) -> Estimate {
    krippendorff_alpha(ratings, Level::Nominal)
}

/// A unit with two ratings or more.
struct Pairable {
    counts: Vec<f64>,
    /// Its ratings.
    size: f64,
    /// How many units are rated so.
    times: f64,
}

impl Pairable {
    fn new(counts: Vec<f64>, times: f64) -> Self {
        Self {
            size: counts.iter().sum(),
            counts,
            times,
        }
    }
}

/// `o_ck = sum_u n_uc (n_uk - [c = k]) / (m_u - 1)`.
fn coincidences(pairable: &[Pairable], categories: usize) -> Vec<Vec<f64>> {
    let mut table = vec![vec![0.0; categories]; categories];
    for Pairable {
        counts,
        size,
        times,
    } in pairable
    {
        for (c, row) in table
            .iter_mut()
            .enumerate()
            .filter(|&(c, _)| counts[c] > 0.0)
        {
            for (k, cell) in row.iter_mut().enumerate() {
                let same = if c == k { 1.0 } else { 0.0 };
                *cell += times * counts[c] * (counts[k] - same) / (size - 1.0);
            }
        }
    }
    table
}

struct Distance<'a> {
    level: Level,
    /// Pairable values in each category, in the categories' order.
    totals: &'a [f64],
    numbers: Option<&'a [f64]>,
}

impl Distance<'_> {
    fn between(&self, c: usize, k: usize) -> f64 {
        if c == k {
            return 0.0;
        }
        let number = |i: usize| self.numbers.map_or(i as f64, |numbers| numbers[i]);
        match self.level {
            Level::Nominal => 1.0,
            Level::Ordinal => {
                let (low, high) = (c.min(k), c.max(k));
                let between: f64 = self.totals[low..=high].iter().sum();
                (between - f64::midpoint(self.totals[c], self.totals[k])).powi(2)
            }
            Level::Interval => (number(c) - number(k)).powi(2),
            Level::Ratio => {
                let sum = number(c) + number(k);
                if sum == 0.0 {
                    0.0
                } else {
                    ((number(c) - number(k)) / sum).powi(2)
                }
            }
        }
    }
}

/// Gwet's linearisation for identity weights, on units with two ratings or more.
fn nominal_variance(pairable: &[Pairable]) -> f64 {
    let n: f64 = pairable.iter().map(|unit| unit.times).sum();
    let all: f64 = pairable.iter().map(|unit| unit.times * unit.size).sum();
    let mean_size = all / n;
    let agreement = |unit: &Pairable| {
        let same: f64 = unit.counts.iter().map(|x| x * (x - 1.0)).sum();
        same / (mean_size * (unit.size - 1.0))
    };
    let plain = pairable
        .iter()
        .map(|unit| unit.times * agreement(unit))
        .sum::<f64>()
        / n;
    let observed = (1.0 - 1.0 / all) * plain + 1.0 / all;
    let categories = pairable.first().map_or(0, |unit| unit.counts.len());
    let share = |k: usize| pairable.iter().map(|u| u.times * u.counts[k]).sum::<f64>() / all;
    let shares: Vec<f64> = (0..categories).map(share).collect();
    let chance: f64 = shares.iter().map(|s| s * s).sum();
    let value = (plain - chance) / (1.0 - chance);
    let squares = pairable.iter().map(|unit| {
        let off = (unit.size - mean_size) / mean_size;
        let a = agreement(unit) - observed * off;
        let met: f64 = shares
            .iter()
            .zip(&unit.counts)
            .map(|(s, x)| s * x / mean_size)
            .sum();
        let e = met - chance * off;
        let x = (a - chance) / (1.0 - chance) - 2.0 * (1.0 - value) * (e - chance) / (1.0 - chance);
        unit.times * (x - value).powi(2)
    });
    squares.sum::<f64>() / (n * (n - 1.0))
}
