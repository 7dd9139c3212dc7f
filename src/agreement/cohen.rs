//! Cohen's kappa, plain and weighted.

use super::estimate::{Estimate, WhyUndefined};
use super::ratings::Ratings;

/// How much two categories agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// Only the same category agrees.
    Identity,
    /// `1 - |x - y| / range`.
    Linear,
    /// `1 - (x - y)^2 / range^2`.
    Quadratic,
    /// `1 - C(|i - j| + 1, 2) / C(q, 2)` on the categories' order (Gwet 2014, ch. 3); not the ordinal
    /// distance of Krippendorff.
    Ordinal,
}

impl Weights {
    /// The weight of two categories; without numbers their order stands for the number.
    pub(super) fn between(self, a: usize, b: usize, ratings: &Ratings) -> f64 {
        let number = |k: usize| ratings.numbers().map_or(k as f64, |numbers| numbers[k]);
        let all = (0..ratings.categories()).map(number);
        let range = all.clone().fold(f64::MIN, f64::max) - all.fold(f64::MAX, f64::min);
        let distance = (number(a) - number(b)).abs();
        match self {
            _ if a == b => 1.0,
            Self::Linear if range > 0.0 => 1.0 - distance / range,
            Self::Quadratic if range > 0.0 => 1.0 - (distance / range).powi(2),
            Self::Ordinal if ratings.categories() > 1 => {
                let pairs = |n: f64| n * (n - 1.0) / 2.0;
                let steps = a.abs_diff(b) as f64;
                1.0 - pairs(steps + 1.0) / pairs(ratings.categories() as f64)
            }
            Self::Identity | Self::Linear | Self::Quadratic | Self::Ordinal => 0.0,
        }
    }
}

/// Cohen's kappa of two coders on the units that both rated (Cohen 1960, Educ Psychol Meas 20:37;
/// weighted: Cohen 1968, Psychological Bulletin 70:213).
///
/// Standard error: the large-sample one of Fleiss, Cohen and Everitt (1969, Psychological
/// Bulletin 72:323), with a normal interval.
pub fn cohen_kappa(ratings: &Ratings, weights: Weights) -> Estimate {
    if ratings.coders() == 1 {
        return Estimate::undefined(WhyUndefined::SingleCoder);
    }
    if ratings.coders() != 2 {
        return Estimate::undefined(WhyUndefined::NotTwoCoders);
    }
    let both = ratings.complete();
    let n = both.n();
    if n < 0.5 {
        return Estimate::undefined(WhyUndefined::NoPairableUnit);
    }
    let q = ratings.categories();
    let mut joint = vec![vec![0.0; q]; q];
    for unit in both.units() {
        if let [Some(a), Some(b)] = unit.by_coder[..] {
            joint[a][b] += unit.times / n;
        }
    }
    let weight: Vec<Vec<f64>> = (0..q)
        .map(|a| (0..q).map(|b| weights.between(a, b, ratings)).collect())
        .collect();
    from_table(&joint, &weight, n)
}

fn from_table(joint: &[Vec<f64>], weight: &[Vec<f64>], n: f64) -> Estimate {
    let q = joint.len();
    let cells = || (0..q).flat_map(|a| (0..q).map(move |b| (a, b)));
    let rows: Vec<f64> = joint.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..q)
        .map(|b| joint.iter().map(|row| row[b]).sum())
        .collect();
    let observed: f64 = cells().map(|(a, b)| weight[a][b] * joint[a][b]).sum();
    let chance: f64 = cells()
        .map(|(a, b)| weight[a][b] * rows[a] * columns[b])
        .sum();
    if (1.0 - chance).abs() < 1e-12 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    let value = (observed - chance) / (1.0 - chance);
    let of_row: Vec<f64> = (0..q)
        .map(|a| (0..q).map(|b| columns[b] * weight[a][b]).sum())
        .collect();
    let of_column: Vec<f64> = (0..q)
        .map(|b| (0..q).map(|a| rows[a] * weight[a][b]).sum())
        .collect();
    let spread: f64 = cells()
        .map(|(a, b)| {
            let term =
                weight[a][b] * (1.0 - chance) - (of_row[a] + of_column[b]) * (1.0 - observed);
            joint[a][b] * term.powi(2)
        })
        .sum();
    let centre = observed * chance - 2.0 * chance + observed;
    let variance = (spread - centre.powi(2)) / (n * (1.0 - chance).powi(4));
    Estimate::with_z(value, variance, n, (-1.0, 1.0))
}
