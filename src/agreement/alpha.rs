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
    let pairable: Vec<Vec<f64>> = ratings
        .counts()
        .into_iter()
        .filter(|unit| unit.iter().sum::<f64>() > 1.5)
        .collect();
    let coincidences = coincidences(&pairable, ratings.categories());
    let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
    let n: f64 = totals.iter().sum();
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
        let units = pairable.len() as f64;
        return Estimate::with_t(value, nominal_variance(&pairable), units - 1.0, (-1.0, 1.0));
    }
    Estimate::plain(value)
}

/// `o_ck = sum_u n_uc (n_uk - [c = k]) / (m_u - 1)`.
fn coincidences(pairable: &[Vec<f64>], categories: usize) -> Vec<Vec<f64>> {
    let mut table = vec![vec![0.0; categories]; categories];
    for unit in pairable {
        let others = unit.iter().sum::<f64>() - 1.0;
        for (c, row) in table.iter_mut().enumerate().filter(|&(c, _)| unit[c] > 0.0) {
            for (k, cell) in row.iter_mut().enumerate() {
                let same = if c == k { 1.0 } else { 0.0 };
                *cell += unit[c] * (unit[k] - same) / others;
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
fn nominal_variance(pairable: &[Vec<f64>]) -> f64 {
    let n = pairable.len() as f64;
    let sizes: Vec<f64> = pairable.iter().map(|unit| unit.iter().sum()).collect();
    let mean_size = sizes.iter().sum::<f64>() / n;
    let small = 1.0 / sizes.iter().sum::<f64>();
    let agreements: Vec<f64> = pairable
        .iter()
        .zip(&sizes)
        .map(|(unit, r)| unit.iter().map(|x| x * (x - 1.0)).sum::<f64>() / (mean_size * (r - 1.0)))
        .collect();
    let plain = agreements.iter().sum::<f64>() / n;
    let observed = (1.0 - small) * plain + small;
    let categories = pairable.first().map_or(0, Vec::len);
    let shares: Vec<f64> = (0..categories)
        .map(|k| pairable.iter().map(|unit| unit[k] / mean_size).sum::<f64>() / n)
        .collect();
    let chance: f64 = shares.iter().map(|s| s * s).sum();
    let value = (plain - chance) / (1.0 - chance);
    let terms = pairable
        .iter()
        .zip(&sizes)
        .zip(&agreements)
        .map(|((unit, r), agreement)| {
            let off = (r - mean_size) / mean_size;
            let a = agreement - observed * off;
            let e = shares
                .iter()
                .zip(unit)
                .map(|(s, x)| s * x / mean_size)
                .sum::<f64>()
                - chance * off;
            let x =
                (a - chance) / (1.0 - chance) - 2.0 * (1.0 - value) * (e - chance) / (1.0 - chance);
            (x - value).powi(2)
        });
    terms.sum::<f64>() / (n * (n - 1.0))
}
